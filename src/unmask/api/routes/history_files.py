"""What of a history is no JSON: pictures, thumbnails, heat maps, exports."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, BinaryIO, Final

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from PIL import Image
from starlette.concurrency import run_in_threadpool

from unmask.api.contract import problems
from unmask.api.routes.history import NOBODY, EntryId, Kept, Wanted, documented
from unmask.api.services import Services, Serving
from unmask.api.visitors import Asking
from unmask.detection.judgement import HeatMap
from unmask.history.errors import ReportUnknown
from unmask.history.export import to_csv, to_json
from unmask.history.listing import EntryFacts
from unmask.history.store import History
from unmask.history.thumbnails import make_thumbnail
from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH
from unmask.imaging.preview import PREVIEW_TYPE

router = APIRouter(prefix="/history", tags=["history"])

_TYPES: Final = {"AVIF": "image/avif", "BMP": "image/bmp", "GIF": "image/gif", "HEIF": "image/heic",
                 "JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}  # fmt: skip


PART_BYTES: Final = 65_536
"""Of a picture that is sent; more of it is not held for a client that reads slowly."""


class ExportFormat(StrEnum):
    """The form of an export."""

    CSV = "csv"
    JSON = "json"


@router.get(
    "/images/{id}/picture",
    summary="The picture of a saved report",
    response_class=Response,
    response_description="The bytes that were sent.",
    responses={
        200: {"content": {media: {"schema": {"type": "string", "format": "binary"}}
                          for media in _TYPES.values()}},
        **documented(problems.UNKNOWN_REPORT),
    },
)  # fmt: skip
def get_picture(id: EntryId, caller: Asking, history: Kept) -> Response:
    """Answers the picture byte for byte, with the type that its content has."""
    facts, file = history.picture(caller.visitor or NOBODY, id)
    size = os.fstat(file.fileno()).st_size
    return StreamingResponse(
        _parts(file), media_type=_TYPES[facts.format], headers={"Content-Length": str(size)}
    )


@router.get(
    "/images/{id}/thumbnail",
    summary="A small copy of the picture of a saved report",
    response_class=Response,
    response_description="A WebP of at most 320 px a side.",
    responses={
        200: {"content": {PREVIEW_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        **documented(problems.UNKNOWN_REPORT, problems.BUSY, problems.NO_STORAGE),
    },
)
async def get_thumbnail(id: EntryId, caller: Asking, history: Kept, services: Serving) -> Response:
    """Answers the small copy; it is made when the report is saved, or else now."""
    facts = await run_in_threadpool(history.facts, caller.visitor or NOBODY, id)
    data = await _thumbnail(services, history, facts)
    return Response(data, media_type=PREVIEW_TYPE)


@router.get(
    "/images/{id}/heatmaps/{face}",
    summary="A heat map of a face of a saved report",
    response_class=Response,
    response_description="A transparent PNG of 178x218 px, to be laid over the face's crop.",
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(problems.UNKNOWN_REPORT, problems.MALFORMED),
    },
)
def get_heatmap(
    id: EntryId,
    face: Annotated[int, Path(ge=0, le=100_000, description="Index of the face, from 0.")],
    caller: Asking,
    history: Kept,
    label: Annotated[
        str | None,
        Query(description="The label that it speaks for; the likeliest generated one if not sent."),
    ] = None,
) -> Response:
    """Answers the map as it was drawn then; one without evidence is wholly transparent."""
    faces = history.report(caller.visitor or NOBODY, id).report.faces
    maps = faces[face].heatmaps if face < len(faces) else []
    heat = next((one for one in maps if label in (None, one.label)), None)
    if heat is None:
        raise ReportUnknown
    return Response(_png(heat), media_type="image/png")


@router.get(
    "/export",
    summary="All of one's own history as a file",
    response_class=StreamingResponse,
    response_description="The file, the newest entry first.",
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            }
        },
        **documented(problems.MALFORMED),
    },
)
def export_history(
    caller: Asking,
    history: Kept,
    filters: Wanted,
    format: Annotated[
        ExportFormat,
        Query(description="`csv`: a line an entry. `json`: the reports, too, without heat maps."),
    ] = ExportFormat.CSV,
) -> StreamingResponse:
    """Streams the entries that pass all filters; pictures are not among them."""
    saved = history.reports(caller.visitor or NOBODY, filters)
    is_csv = format is ExportFormat.CSV
    day = history.clock().date().isoformat()
    return StreamingResponse(
        to_csv(saved) if is_csv else to_json(saved),
        media_type="text/csv; charset=utf-8" if is_csv else "application/json",
        headers={"Content-Disposition": f'attachment; filename="unmask-{day}.{format.value}"'},
    )


async def _thumbnail(services: Services, history: History, facts: EntryFacts) -> bytes:
    ready = await run_in_threadpool(history.files.thumbnail, facts.picture)
    if ready is not None:
        return ready
    return await services.pool.run(lambda: make_thumbnail(history, facts))


def _parts(file: BinaryIO) -> Iterator[bytes]:
    """What is in a file, in parts, each read when the client has taken the one before."""
    with file:
        while part := file.read(PART_BYTES):
            yield part


def _png(heat: HeatMap) -> bytes:
    if heat.overlay is not None:
        return base64.b64decode(heat.overlay.partition(",")[2])
    buffer = io.BytesIO()
    Image.new("RGBA", (CROP_WIDTH, CROP_HEIGHT)).save(buffer, "PNG")
    return buffer.getvalue()
