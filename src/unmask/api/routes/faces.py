"""The faces in a picture, without any verdict."""

from __future__ import annotations

import base64
import threading
from typing import Final

from fastapi import APIRouter, Request, Response

from unmask.api.contract import problems
from unmask.api.contract.examples import FACE_CHECK
from unmask.api.contract.schemas import FaceOptions, FoundFaces
from unmask.api.disconnect import go_on_unless, unless_gone
from unmask.api.services import Serving
from unmask.api.upload import form_document, read_form
from unmask.detection.detector import check_faces
from unmask.imaging.decode import decode
from unmask.imaging.preview import PREVIEW_TYPE, small_copy

PREVIEW_SIDE: Final = 1280

router = APIRouter(tags=["pictures"])


@router.post(
    "/validate-face",
    summary="Is there a face in the picture that can be judged",
    response_model=FoundFaces,
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
            problems.NOT_READY,
            problems.NO_STORAGE,
        ),
    },
    openapi_extra=form_document(FaceOptions),
)
async def validate_face(request: Request, services: Serving) -> Response:
    """Finds the faces and says which can be judged and why others cannot. Nothing is kept."""
    upload, options = await read_form(request, FaceOptions)
    left = threading.Event()

    def job() -> str:
        picture = decode(upload.data, services.settings.limits)
        go_on_unless(left)
        found = check_faces(services.detectors.finder, picture, upload.name)
        preview = None
        if options.preview:
            copy = base64.b64encode(small_copy(picture, PREVIEW_SIDE)).decode()
            preview = f"data:{PREVIEW_TYPE};base64,{copy}"
        return FoundFaces(image=found.image, faces=found.faces, preview=preview).model_dump_json()

    found = await unless_gone(request, services.pool.run(job), left)
    return Response(found, media_type="application/json")
