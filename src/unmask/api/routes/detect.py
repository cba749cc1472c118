"""Judging a picture."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from unmask.api import problems
from unmask.api.examples import REPORT
from unmask.api.schemas import DetectOptions
from unmask.api.services import Serving
from unmask.api.upload import form_document, read_form
from unmask.detection.report import Report
from unmask.imaging.decode import decode

router = APIRouter(tags=["pictures"])


@router.post(
    "/detect",
    summary="Was the face photographed or generated",
    response_model=Report,
    response_description="The report; `not_applicable` where no face can be judged.",
    responses={
        200: {"content": {"application/json": {"example": REPORT}}},
        **problems.documented(
            problems.EMPTY,
            problems.BROKEN,
            problems.UNKNOWN_MODEL,
            problems.TOO_LARGE,
            problems.UNSUPPORTED,
            problems.MALFORMED,
            problems.MODEL_REFUSED,
            problems.INTERNAL,
            problems.BUSY,
            problems.NO_MODEL,
        ),
    },
    openapi_extra=form_document(DetectOptions),
)
async def detect(request: Request, services: Serving) -> Response:
    """Finds every face in the picture and judges it, with heat maps as PNG. Nothing is kept."""
    upload, options = await read_form(request, DetectOptions)

    def job() -> str:
        detector = services.detectors.get(options.model or None)
        picture = decode(upload.data, services.settings.limits)
        report = detector.detect(
            picture, name=upload.name, explain=options.explain, overlay=options.explain
        )
        return report.model_dump_json()

    return Response(await services.pool.run(job), media_type="application/json")
