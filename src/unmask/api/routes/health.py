"""Is the server alive, can it work, and what has it done."""

from __future__ import annotations

import logging
from functools import partial
from typing import Literal

from fastapi import APIRouter, Response

from unmask.api.contract import problems
from unmask.api.contract.history_schemas import Readiness
from unmask.api.contract.schemas import Health
from unmask.api.observing.metrics import MEDIA_TYPE
from unmask.api.services import Services, Serving
from unmask.bundles.listing import BundleError, RefusedBundle
from unmask.history.errors import StorageUnavailable
from unmask.imaging.errors import NetworkDamaged
from unmask.version import __version__

router = APIRouter(tags=["server"])
logger = logging.getLogger(__name__)


@router.get("/api/health", summary="Is the server alive", response_description="It is.")
async def health() -> Health:
    """Answers as soon as the server runs, whether or not a model is loaded."""
    return Health(status="ok", version=__version__)


@router.get(
    "/api/ready",
    summary="Can the server do its work",
    response_description="It can.",
    responses=problems.documented(problems.NOT_READY, problems.NO_STORAGE),
)
async def ready(services: Serving) -> Readiness:
    """Loads the default model and asks the database for its revision."""
    return await services.readiness.run(partial(_readiness, services))


@router.get(
    "/metrics",
    summary="What the server has done",
    response_class=Response,
    response_description="Metrics as Prometheus reads them.",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(services: Serving) -> Response:
    """Counts and durations of requests and of judging; nothing about anybody."""
    return Response(services.metrics.exposition(), headers={"Content-Type": MEDIA_TYPE})


def _readiness(services: Services) -> Readiness:
    wrong: list[str] = []
    storage: Literal["ok", "off"] = "ok" if services.storage.in_use else "off"
    try:
        services.detectors.check()
    except BundleError as error:
        logger.error("%s", error)
        why = f"`{error.name}` is damaged" if isinstance(error, RefusedBundle) else str(error)
        wrong.append(f"model: {why}")
    except NetworkDamaged as error:
        logger.error("%s", error)
        wrong.append("model: a network that finds or checks faces is damaged")
    try:
        if services.storage.in_use:
            services.storage.open().check_revision()
    except StorageUnavailable as error:
        logger.error("%s", error)
        wrong.append("storage: the database or the folder cannot be used")
    if wrong:
        detail = f"{'; '.join(wrong)}; the log says why"
        raise problems.Refused(problems.NOT_READY, detail, headers={"Retry-After": "10"})
    return Readiness(status="ready", checks={"model": "ok", "storage": storage})
