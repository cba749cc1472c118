"""Every error as a problem document (RFC 9457), with a stable `type`.

A problem says what is wrong and what to do. It never says where in the code or on the disk.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from unmask.api.pool import PoolFull
from unmask.bundles.listing import BundleError, NoModel, UnknownModel
from unmask.imaging.decode import (
    BrokenPicture,
    EmptyPicture,
    PictureError,
    PictureTooLarge,
    UnsupportedPicture,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 2

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One field of a request that is wrong."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem document."""

    type: str = Field(description="What kind of problem it is; stable, for programs.")
    title: str = Field(description="The kind of problem for people.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong this time, and what to do.")
    errors: list[FieldError] | None = Field(
        default=None, description="The fields that are wrong, where the request is malformed."
    )


@dataclass(frozen=True)
class Kind:
    """A kind of problem; `example` is a detail that it may come with."""

    slug: str
    status: int
    title: str
    example: str

    @property
    def type(self) -> str:
        """The URN that names it."""
        return f"urn:unmask:problem:{self.slug}"


EMPTY: Final = Kind(
    "empty-picture", 400, "The file is empty", "the file is empty; choose a picture file"
)
BROKEN: Final = Kind(
    "broken-picture",
    400,
    "The picture is damaged",
    "the picture is damaged or cut short and cannot be decoded; save or download it again",
)
TOO_LARGE: Final = Kind(
    "picture-too-large",
    413,
    "The picture is too large",
    "picture is 12000x9000 px (108 MP); the limit is 40 MP; send a smaller copy",
)
UNSUPPORTED: Final = Kind(
    "unsupported-picture",
    415,
    "This is not a picture of an accepted type",
    "the file is not a picture of a type read here; accepted are JPEG, PNG, WEBP, AVIF, BMP, GIF",
)
UNKNOWN_MODEL: Final = Kind(
    "unknown-model",
    404,
    "There is no such model",
    "there is no model `best`; choose one of: efficientnet-source",
)
MALFORMED: Final = Kind(
    "malformed-request",
    422,
    "The request is malformed",
    "image: the form has no file of this name",
)
BUSY: Final = Kind(
    "busy", 503, "The server is busy", "too many pictures are waiting; try again in 2 seconds"
)
NO_MODEL: Final = Kind(
    "no-model", 503, "No model is installed", "the server has no model to judge pictures with"
)
MODEL_REFUSED: Final = Kind(
    "model-refused",
    500,
    "The model is damaged",
    "the model cannot be used on this server; its log says why. Choose another model",
)
INTERNAL: Final = Kind(
    "internal-error",
    500,
    "Something went wrong",
    "the server made a mistake, which its log describes; try again",
)
NOT_FOUND: Final = Kind("not-found", 404, "There is nothing here", "there is nothing at /api/x")
NOT_ALLOWED: Final = Kind(
    "method-not-allowed", 405, "This method is not allowed here", "use POST here"
)

_PICTURE_KINDS: Final[Mapping[type[PictureError], Kind]] = {
    EmptyPicture: EMPTY,
    BrokenPicture: BROKEN,
    PictureTooLarge: TOO_LARGE,
    UnsupportedPicture: UNSUPPORTED,
}


def problem_response(
    kind: Kind,
    detail: str | None = None,
    *,
    errors: Sequence[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response for a problem; its detail is the kind's own where none is given."""
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=detail or kind.example,
        errors=None if errors is None else list(errors),
    )
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=kind.status,
        headers=None if headers is None else dict(headers),
        media_type=MEDIA_TYPE,
    )


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """What `responses` of a route says of the problems that it may answer with."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        example = {
            "type": kind.type,
            "title": kind.title,
            "status": kind.status,
            "detail": kind.example,
        }
        response = responses.setdefault(
            kind.status,
            {
                "description": kind.title,
                "content": {
                    MEDIA_TYPE: {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {},
                    }
                },
            },
        )
        examples = response["content"][MEDIA_TYPE]["examples"]
        if examples:
            response["description"] += f"; or: {kind.title}"
        examples[kind.slug] = {"value": example}
        if kind.status == 503:
            response["headers"] = {
                "Retry-After": {
                    "description": "Seconds after which to try again.",
                    "schema": {"type": "integer"},
                }
            }
    return responses


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem document."""
    app.add_exception_handler(PictureError, _picture_problem)
    app.add_exception_handler(BundleError, _bundle_problem)
    app.add_exception_handler(PoolFull, _busy_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(HTTPException, _http_problem)


async def _picture_problem(request: Request, error: Exception) -> Response:
    kind = next((kind for cls, kind in _PICTURE_KINDS.items() if isinstance(error, cls)), BROKEN)
    return problem_response(kind, str(error))


async def _bundle_problem(request: Request, error: Exception) -> Response:
    if isinstance(error, UnknownModel):
        return problem_response(UNKNOWN_MODEL, str(error))
    logger.error("%s", error)
    if isinstance(error, NoModel):
        return problem_response(NO_MODEL, headers={"Retry-After": "60"})
    return problem_response(MODEL_REFUSED)


async def _busy_problem(request: Request, error: Exception) -> Response:
    return problem_response(BUSY, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


async def _validation_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        FieldError(
            field=".".join(str(part) for part in one["loc"] if part != "body"),
            message=str(one["msg"]),
        )
        for one in error.errors()
    ]
    detail = "; ".join(
        f"{one.field}: {one.message}" if one.field else one.message for one in errors
    )
    return problem_response(MALFORMED, detail, errors=errors)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == 404:
        return problem_response(NOT_FOUND, f"there is nothing at {path}")
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "another method")
        return problem_response(NOT_ALLOWED, f"use {allowed} here", headers=error.headers)
    kind = Kind("http-error", error.status_code, "The request failed", str(error.detail))
    return problem_response(kind, headers=error.headers)
