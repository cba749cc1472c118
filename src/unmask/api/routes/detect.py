"""Judging a picture."""

from __future__ import annotations

import threading
import time
from functools import partial

from fastapi import APIRouter, Request, Response

from unmask.api.contract import problems
from unmask.api.contract.examples import CHECKED_REPORT
from unmask.api.contract.history_schemas import CheckedReport
from unmask.api.contract.schemas import DetectForm
from unmask.api.disconnect import go_on_unless, unless_gone
from unmask.api.guards.rates import client_of
from unmask.api.services import Services, Serving
from unmask.api.upload import form_document, read_form
from unmask.api.visitors import Caller, Checking, remember
from unmask.detection.loading import LoadedPicture
from unmask.detection.report import Report
from unmask.history.identifiers import new_report_id
from unmask.history.removal import SHELF_LIFE
from unmask.history.store import now
from unmask.imaging.decode import decode

router = APIRouter(tags=["pictures"])


@router.post(
    "/detect",
    summary="Was the face photographed or generated",
    response_model=CheckedReport,
    response_description="The report; `not_applicable` where no face can be judged.",
    responses={
        200: {"content": {"application/json": {"example": CHECKED_REPORT}}},
        **problems.documented(
            problems.EMPTY,
            problems.BROKEN,
            problems.CROSS_SITE,
            problems.UNKNOWN_MODEL,
            problems.TOO_SLOW,
            problems.TOO_LARGE,
            problems.UNSUPPORTED,
            problems.MALFORMED,
            problems.MODEL_REFUSED,
            problems.BUSY,
            problems.NO_MODEL,
            problems.NO_STORAGE,
        ),
    },
    openapi_extra=form_document(DetectForm),
)
async def detect(request: Request, services: Serving, caller: Checking) -> Response:
    """Finds every face in the picture and judges it, with heat maps as PNG.

    The report can be saved for 15 minutes (`POST /api/history/save`); what is not saved is removed
    then.
    """
    upload, options = await read_form(request, DetectForm)
    left = threading.Event()

    def job() -> CheckedReport:
        detector = services.detectors.get(options.model or None)
        picture = decode(upload.data, services.settings.limits)
        go_on_unless(left)
        began = time.perf_counter()
        loaded = LoadedPicture(picture, upload.name, upload.data)
        report = detector.detect(loaded, options, go_on=partial(go_on_unless, left))
        services.metrics.judged(report, time.perf_counter() - began)
        go_on_unless(left)
        return _shelved(services, caller, client_of(request.scope), report, upload.data, left)

    checked = await unless_gone(request, services.pool.run(job), left)
    response = Response(checked.model_dump_json(), media_type="application/json")
    if checked.saveable_until is not None:
        remember(response, request, services, caller)
    return response


def _shelved(
    services: Services,
    owner: Caller,
    client: str | None,
    report: Report,
    data: bytes,
    left: threading.Event,
) -> CheckedReport:
    """The report with its id; a picture that cannot be stored is still judged."""
    shelved, visitor = None, owner.visitor
    if services.settings.history and visitor is not None:
        shelved = services.storage.shelve(visitor, report, data, client)
        if shelved is not None and left.is_set():  # nobody will learn its id
            services.storage.open().unshelve(visitor, shelved[0])
    report_id, until = shelved or (new_report_id(), None)
    created = now() if until is None else until - SHELF_LIFE
    return CheckedReport.model_construct(
        **{name: getattr(report, name) for name in Report.model_fields},
        id=report_id,
        created=created,
        saveable_until=until,
    )
