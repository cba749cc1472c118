"""A visitor's own history: saving, listing, looking at, exporting and removing what was checked."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BeforeValidator
from starlette.concurrency import run_in_threadpool

from unmask.api.contract import problems
from unmask.api.contract.history_schemas import (
    Deleted,
    EntryPage,
    HistoryEntry,
    SavedEntry,
    SaveRequest,
)
from unmask.api.pool import PoolFull
from unmask.api.services import Serving
from unmask.api.visitors import Asking, Changing
from unmask.bundles.verdict import Verdict
from unmask.history.errors import HistoryError
from unmask.history.listing import Filters, Sort
from unmask.history.quota import Quota
from unmask.history.store import History
from unmask.history.thumbnails import make_thumbnail

router = APIRouter(prefix="/history", tags=["history"])

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
NOBODY: Final = ""
"""Stands for a browser that we have not seen: no visitor has this id."""


def _a_date(value: object) -> object:
    """Lets a text through that begins with a date: a bare number is taken for seconds else."""
    if isinstance(value, str) and not _DATE.match(value):
        raise ValueError("write it as 2026-01-31T12:00:00Z")
    return value


When = Annotated[datetime, BeforeValidator(_a_date)]


def history_of(services: Serving) -> History:
    """The history; a problem where this server keeps none."""
    if not services.settings.history:
        raise problems.Refused(problems.HISTORY_OFF)
    return services.storage.open()


def filters_of(
    verdict: Annotated[Verdict | None, Query(description="Only entries with this one.")] = None,
    model: Annotated[
        str | None,
        Query(description="Only entries that this model judged.", max_length=100),
    ] = None,
    since: Annotated[
        When | None, Query(description="Only entries checked then or later; UTC if not said.")
    ] = None,
    until: Annotated[
        When | None, Query(description="Only entries checked before; UTC if not said.")
    ] = None,
) -> Filters:
    """The filters of a listing or an export."""
    return Filters(verdict, model, _in_utc(since), _in_utc(until))


Kept = Annotated[History, Depends(history_of)]
Wanted = Annotated[Filters, Depends(filters_of)]
EntryId = Annotated[str, Path(description="The `id` of an entry.")]


def documented(*kinds: problems.Kind) -> dict[int | str, dict[str, Any]]:
    """What `responses` says of these problems, and of those that all routes here may have."""
    return problems.documented(problems.HISTORY_OFF, *kinds)


@router.post(
    "/save",
    status_code=201,
    summary="Keep a report and its picture",
    response_description="The new entry.",
    responses={
        200: {"model": HistoryEntry, "description": "It was saved before: the same entry."},
        **documented(
            problems.CROSS_SITE,
            problems.UNKNOWN_REPORT,
            problems.TOO_SLOW,
            problems.QUOTA,
            problems.EXPIRED,
            problems.TOO_LARGE,
            problems.MALFORMED,
            problems.BUSY,
            problems.NO_STORAGE,
        ),
    },
)
async def save_report(
    wanted: SaveRequest, caller: Changing, history: Kept, services: Serving, response: Response
) -> HistoryEntry:
    """Keeps a report that the same visitor was given at most 15 minutes ago, by any process."""
    quota = Quota(services.settings.visitor_entries, services.settings.visitor_bytes)
    facts, new = await run_in_threadpool(
        history.save, caller.visitor or NOBODY, wanted.report_id, quota
    )
    with contextlib.suppress(PoolFull, HistoryError):  # else it is made when it is looked at
        await services.pool.run(lambda: make_thumbnail(history, facts))
    if not new:
        response.status_code = 200
    return HistoryEntry.of(facts)


@router.get(
    "/images",
    summary="One's own saved reports, a page at a time",
    response_description="The page; an empty one for who has saved nothing.",
    responses=documented(problems.MALFORMED),
)
def list_entries(
    caller: Asking,
    history: Kept,
    filters: Wanted,
    sort: Annotated[Sort, Query(description="Newest and oldest by the time of the check.")] = (
        Sort.NEWEST
    ),
    limit: Annotated[int, Query(ge=1, le=100, description="Entries on a page.")] = 24,
    cursor: Annotated[
        str | None, Query(description="The `next` of the page before.", max_length=200)
    ] = None,
) -> EntryPage:
    """Lists the entries that pass all filters. `total` counts those of all pages."""
    page = history.page(caller.visitor or NOBODY, filters, sort, limit=limit, cursor=cursor)
    return EntryPage.of(page)


@router.delete(
    "/images",
    summary="Remove all of one's own history",
    response_description="How many entries there were.",
    responses=documented(problems.CROSS_SITE),
)
def delete_entries(caller: Changing, history: Kept) -> Deleted:
    """Removes all entries and pictures of the visitor, and what waits to be saved."""
    return Deleted(deleted=history.delete_all(caller.visitor or NOBODY))


@router.get(
    "/images/{id}",
    summary="One saved report",
    response_description="The entry, its report with heat maps, and where they are as PNG.",
    responses=documented(problems.UNKNOWN_REPORT),
)
def get_entry(id: EntryId, caller: Asking, history: Kept) -> SavedEntry:
    """Answers what `POST /api/detect` answered then."""
    return SavedEntry.of(history.report(caller.visitor or NOBODY, id))


@router.delete("/image/{id}", status_code=204, include_in_schema=False)  # its address in 0.1
@router.delete(
    "/images/{id}",
    status_code=204,
    summary="Remove a saved report and its picture",
    response_description="They are gone.",
    responses=documented(problems.CROSS_SITE, problems.UNKNOWN_REPORT),
)
def delete_entry(id: EntryId, caller: Changing, history: Kept) -> None:
    """Removes the entry and, where no other report has the same picture, its files."""
    history.delete(caller.visitor or NOBODY, id)


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
