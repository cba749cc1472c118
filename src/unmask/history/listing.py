"""Listing a visitor's entries: filters, orders, and cursors that go on where a page ended.

A page begins after the sort key of the last entry of the page before, which an index finds at
once; nothing is counted off, so the last page of 10,000 entries is as quick as the first.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, false, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from unmask.bundles.verdict import Verdict
from unmask.detection.judgement import WhyUnsure
from unmask.history.errors import BadCursor
from unmask.history.identifiers import is_report_id
from unmask.history.tables import EPOCH, NO_SUSPICION, Entry, microseconds

_MICROSECONDS: Final = range(-(2**53), 2**53)


class Sort(StrEnum):
    """The order of a listing."""

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_SUSPICIOUS = "most_suspicious"


@dataclass(frozen=True)
class Filters:
    """Which entries are wanted; None lets all through."""

    verdict: Verdict | None = None
    model: str | None = None
    since: datetime | None = None
    """Checked at this moment or later."""
    until: datetime | None = None
    """Checked before this moment."""


@dataclass(frozen=True)
class EntryFacts:
    """What a list says of an entry."""

    id: str
    picture: str
    checked: datetime
    saved: datetime
    name: str | None
    verdict: Verdict
    why_unsure: WhyUnsure | None
    suspicion: float
    model: str
    faces: int
    width: int
    height: int
    format: str
    bytes: int

    @property
    def probability_generated(self) -> float | None:
        """That of the most suspicious usable face; None where there is none."""
        return None if self.suspicion == NO_SUSPICION else self.suspicion


@dataclass(frozen=True)
class Page:
    """Some entries in order, the cursor of the next page, and how many there are in all pages."""

    items: list[EntryFacts]
    next: str | None
    total: int


_COLUMNS: Final = tuple(getattr(Entry, name) for name in EntryFacts.__dataclass_fields__)
_KEYS: Final[Mapping[Sort, tuple[InstrumentedAttribute[Any], ...]]] = {
    Sort.NEWEST: (Entry.checked, Entry.id),
    Sort.OLDEST: (Entry.checked, Entry.id),
    Sort.MOST_SUSPICIOUS: (Entry.suspicion, Entry.checked, Entry.id),
}


def facts_of(row: Row[Any]) -> EntryFacts:
    """The facts in a row of `select_facts`, which may have more columns."""
    values = {name: row._mapping[name] for name in EntryFacts.__dataclass_fields__}
    return EntryFacts(**values | {"verdict": Verdict(values["verdict"])})


def select_facts() -> Select[Any]:
    """Selects what `facts_of` takes."""
    return select(*_COLUMNS)


def page(
    connection: Connection,
    visitor: str,
    filters: Filters,
    sort: Sort = Sort.NEWEST,
    *,
    limit: int,
    cursor: str | None = None,
) -> Page:
    """One page of a visitor's entries.

    Raises:
        BadCursor: the cursor is not one of a listing in this order.
    """
    start = None if cursor is None else _opened(cursor, sort)
    statement = page_statement(visitor, filters, sort, start).limit(limit + 1)
    items = [facts_of(row) for row in connection.execute(statement)]
    more = len(items) > limit
    items = items[:limit]
    return Page(
        items=items,
        next=_closed(items[-1], sort) if more else None,
        total=connection.scalar(count_statement(visitor, filters)) or 0,
    )


def page_statement(
    visitor: str, filters: Filters, sort: Sort, start: tuple[Any, ...] | None = None
) -> Select[Any]:
    """Selects the entries in order, from after the sort key `start` on."""
    keys = _KEYS[sort]
    statement = _filtered(select_facts(), visitor, filters)
    if sort is Sort.OLDEST:
        statement = statement.order_by(*keys)
        return statement if start is None else statement.where(tuple_(*keys) > start)
    statement = statement.order_by(*(key.desc() for key in keys))
    return statement if start is None else statement.where(tuple_(*keys) < start)


def count_statement(visitor: str, filters: Filters) -> Select[tuple[int]]:
    """Counts the entries of all pages."""
    return _filtered(select(func.count()).select_from(Entry), visitor, filters)


def _filtered(statement: Select[Any], visitor: str, filters: Filters) -> Select[Any]:
    statement = statement.where(Entry.visitor_id == visitor)
    if filters.verdict is not None:
        statement = statement.where(Entry.verdict == filters.verdict.value)
    if filters.model is not None:
        # PostgreSQL takes no text with a NUL; no model has a name with one.
        named = false() if "\0" in filters.model else Entry.model == filters.model
        statement = statement.where(named)
    if filters.since is not None:
        statement = statement.where(Entry.checked >= filters.since)
    if filters.until is not None:
        statement = statement.where(Entry.checked < filters.until)
    return statement


def _closed(last: EntryFacts, sort: Sort) -> str:
    key: list[str | float] = [sort.value, microseconds(last.checked), last.id]
    if sort is Sort.MOST_SUSPICIOUS:
        key.insert(1, last.suspicion)
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _opened(cursor: str, sort: Sort) -> tuple[Any, ...]:
    """The sort key in a cursor; anything may be sent as one."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (binascii.Error, UnicodeError, ValueError, RecursionError) as error:
        raise BadCursor from error
    match sort, key:
        case Sort.MOST_SUSPICIOUS, [name, float(suspicion), int(checked), str(last)]:
            if not NO_SUSPICION <= suspicion <= 1.0:  # nor is NaN
                raise BadCursor
            start: tuple[Any, ...] = (suspicion,)
        case Sort.NEWEST | Sort.OLDEST, [name, int(checked), str(last)]:
            start = ()
        case _:
            raise BadCursor
    if (
        name != sort.value
        or isinstance(checked, bool)
        or checked not in _MICROSECONDS
        or not is_report_id(last)
    ):
        raise BadCursor
    return (*start, EPOCH + timedelta(microseconds=checked), last)
