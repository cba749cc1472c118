"""Which error becomes which problem document."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from unmask.api.contract import problems
from unmask.api.contract.problems import problem_response
from unmask.api.pool import PoolFull
from unmask.bundles.listing import BundleError, NoModel, RefusedBundle, UnknownModel
from unmask.history.errors import (
    BadCursor,
    HistoryError,
    QuotaReached,
    ReportExpired,
    ReportUnknown,
)
from unmask.imaging.errors import DecodingHalted, NetworkDamaged, PictureError

MAX_ERRORS: Final = 10
"""Fields that are named where more are wrong."""

logger = logging.getLogger(__name__)

_PICTURE_KINDS: Final = {
    kind.slug: kind
    for kind in (problems.EMPTY, problems.BROKEN, problems.TOO_LARGE, problems.UNSUPPORTED)
}


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem document."""
    app.add_exception_handler(PictureError, _picture_problem)
    app.add_exception_handler(BundleError, _bundle_problem)
    app.add_exception_handler(NetworkDamaged, _network_problem)
    app.add_exception_handler(HistoryError, _history_problem)
    app.add_exception_handler(PoolFull, _busy_problem)
    app.add_exception_handler(problems.Refused, _refused_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(HTTPException, _http_problem)


async def _picture_problem(request: Request, error: Exception) -> Response:
    if isinstance(error, DecodingHalted):
        return problems.busy_response(str(error))
    assert isinstance(error, PictureError)
    return problem_response(_PICTURE_KINDS[error.slug], str(error))


async def _bundle_problem(request: Request, error: Exception) -> Response:
    if isinstance(error, UnknownModel):
        return problem_response(problems.UNKNOWN_MODEL, str(error))
    logger.error("%s", error)
    if isinstance(error, NoModel):
        return problem_response(problems.NO_MODEL, str(error), headers={"Retry-After": "60"})
    assert isinstance(error, RefusedBundle)
    return problem_response(
        problems.MODEL_REFUSED,
        f"the model `{error.name}` cannot be used on this server; its log says why. "
        "Choose another model",
        headers={"Retry-After": "60"},
    )


async def _network_problem(request: Request, error: Exception) -> Response:
    logger.error("%s", error)
    return problem_response(
        problems.NOT_READY,
        "a network that finds or checks faces is damaged on this server; its log says which",
        headers={"Retry-After": "60"},
    )


async def _history_problem(request: Request, error: Exception) -> Response:
    if isinstance(error, ReportUnknown):
        return problem_response(problems.UNKNOWN_REPORT)
    if isinstance(error, ReportExpired):
        return problem_response(problems.EXPIRED)
    if isinstance(error, QuotaReached):
        return problem_response(problems.QUOTA, str(error))
    if isinstance(error, BadCursor):
        wrong = problems.FieldError(field="query.cursor", message=str(error))
        return problem_response(problems.MALFORMED, f"{wrong.field}: {error}", errors=[wrong])
    logger.error("%s", error)
    return problem_response(problems.NO_STORAGE, headers={"Retry-After": "10"})


async def _refused_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, problems.Refused)
    return problem_response(error.kind, str(error), headers=error.headers)


async def _busy_problem(request: Request, error: Exception) -> Response:
    return problems.busy_response()


async def _validation_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = error.errors()
    errors = [
        problems.FieldError(
            field=".".join(str(part) for part in one["loc"] if part != "body"),
            message=str(one["msg"]).removeprefix("Value error, "),
        )
        for one in wrong[:MAX_ERRORS]
    ]
    detail = "; ".join(
        f"{one.field}: {one.message}" if one.field else one.message for one in errors
    )
    if len(wrong) > MAX_ERRORS:
        detail += f"; and {len(wrong) - MAX_ERRORS} more"
    return problem_response(problems.MALFORMED, detail, errors=errors)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == 400:  # a body that is no JSON at all
        return problem_response(problems.MALFORMED, str(error.detail))
    if error.status_code == 404:
        return problem_response(problems.NOT_FOUND, f"there is nothing at {path}")
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "another method")
        return problem_response(problems.NOT_ALLOWED, f"use {allowed} here", headers=error.headers)
    kind = problems.Kind("http-error", error.status_code, "The request failed", str(error.detail))
    return problem_response(kind, headers=error.headers)
