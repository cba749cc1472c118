"""The faces in a picture, without any verdict."""

from __future__ import annotations

import threading

from fastapi import APIRouter, Request, Response

from unmask.api import problems
from unmask.api.examples import FACE_CHECK
from unmask.api.leaving import go_on_unless, unless_gone
from unmask.api.schemas import FormOptions
from unmask.api.services import Serving
from unmask.api.upload import form_document, read_form
from unmask.detection.detector import check_faces
from unmask.detection.report import FaceCheck
from unmask.imaging.decode import decode

router = APIRouter(tags=["pictures"])


@router.post(
    "/validate-face",
    summary="Is there a face in the picture that can be judged",
    response_model=FaceCheck,
    response_description="Every face found; an empty list where there is none.",
    responses={
        200: {"content": {"application/json": {"example": FACE_CHECK}}},
        **problems.documented(
            problems.EMPTY,
            problems.BROKEN,
            problems.TOO_SLOW,
            problems.TOO_LARGE,
            problems.UNSUPPORTED,
            problems.MALFORMED,
            problems.BUSY,
            problems.NO_STORAGE,
        ),
    },
    openapi_extra=form_document(FormOptions),
)
async def validate_face(request: Request, services: Serving) -> Response:
    """Finds the faces and says which can be judged and why others cannot. Nothing is kept."""
    upload, _ = await read_form(request, FormOptions)
    left = threading.Event()

    def job() -> str:
        picture = decode(upload.data, services.settings.limits)
        go_on_unless(left)
        return check_faces(services.detectors.finder, picture, upload.name).model_dump_json()

    found = await unless_gone(request, services.pool.run(job), left)
    return Response(found, media_type="application/json")
