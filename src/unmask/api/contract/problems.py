"""Every error as a problem document (RFC 9457), with a stable `type`.

A problem says what is wrong and what to do. It never says where in the code or on the disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, Field
from starlette.responses import Response

from unmask.imaging.errors import (
    BrokenPicture,
    EmptyPicture,
    PictureTooLarge,
    UnsupportedPicture,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 2


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
    EmptyPicture.slug, 400, "The file is empty", "the file is empty; choose a picture file"
)
BROKEN: Final = Kind(
    BrokenPicture.slug,
    400,
    "The picture is damaged",
    "the picture is damaged or cut short and cannot be decoded; save or download it again",
)
TOO_LARGE: Final = Kind(
    PictureTooLarge.slug,
    413,
    "The picture is too large",
    "picture is 12000x9000 px (108 MP); the limit is 40 MP; send a smaller copy",
)
UNSUPPORTED: Final = Kind(
    UnsupportedPicture.slug,
    415,
    "This is not a picture of an accepted type",
    "the file is JPEG XL, which is not read here; open it in a picture program and save it as "
    "JPEG or PNG",
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
    "no-model",
    503,
    "No model is installed",
    "no model is installed; put a bundle's folder into the folder that UNMASK_MODELS_DIR names",
)
MODEL_REFUSED: Final = Kind(
    "model-refused",
    503,
    "The model is damaged",
    "the model `best` cannot be used on this server; its log says why. Choose another model",
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

NO_TOKEN: Final = Kind(
    "token-missing",
    401,
    "A token is needed",
    "this server answers only who has a token; send it as `Authorization: Bearer TOKEN`",
)
BAD_TOKEN: Final = Kind(
    "token-invalid",
    401,
    "The token is not valid",
    "no such token is valid on this server; ask for a new one",
)
CROSS_SITE: Final = Kind(
    "cross-site",
    403,
    "The request does not come from this server's own page",
    "with a cookie, send an `Origin` header with the address of this server; or use a token",
)
HISTORY_OFF: Final = Kind(
    "history-off",
    403,
    "This server keeps no history",
    "nothing is saved on this server (UNMASK_HISTORY=false); download the report instead",
)
TOO_SLOW: Final = Kind(
    "too-slow",
    408,
    "The request came too slowly",
    "the upload stood still or was too slow, and was given up; try again on a better connection",
)
BAD_HTTP: Final = Kind(
    "bad-http",
    400,
    "This is not HTTP",
    "what was sent cannot be read as an HTTP/1.1 request; see to its first line and its headers",
)
WRONG_HOST: Final = Kind(
    "wrong-host",
    421,
    "This server does not go by that name",
    "this server does not go by the name `example.org`; ask by its address, or let who runs it "
    "name it in UNMASK_HOSTS or UNMASK_PUBLIC_URL",
)
TOO_MANY: Final = Kind(
    "too-many-requests",
    429,
    "Too many requests",
    "this client asks more often than this server allows; try again in 2 seconds",
)
QUOTA: Final = Kind(
    "quota-reached",
    409,
    "There is no room for more",
    "10000 reports are saved, as many as one visitor may have; remove some, then save this one",
)
UNKNOWN_REPORT: Final = Kind(
    "unknown-report",
    404,
    "There is no such report",
    "there is no report with this id; check the picture again",
)
EXPIRED: Final = Kind(
    "report-expired",
    410,
    "The report is too old to be saved",
    "the report was made more than 15 minutes ago, and its picture is gone; check it again",
)
NO_STORAGE: Final = Kind(
    "storage-unavailable",
    503,
    "Nothing can be stored or read now",
    "the server cannot use its database or its folder now; its log says why. Try again later",
)
NOT_READY: Final = Kind(
    "not-ready", 503, "The server is not ready", "model: `best` is damaged; the log says why"
)


class Refused(Exception):
    """A request that is answered with a problem of this kind."""

    def __init__(
        self,
        kind: Kind,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or kind.example)
        self.kind = kind
        self.headers = headers


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


def busy_response(detail: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """The response of a server that has no room now, for a picture where nothing else is said."""
    wait = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return problem_response(BUSY, detail, headers=wait | dict(headers or {}))


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
        if kind.status in (429, 503):
            response["headers"] = {
                "Retry-After": {
                    "description": "Seconds after which to try again.",
                    "schema": {"type": "integer"},
                }
            }
    return responses
