"""Is the server alive."""

from __future__ import annotations

from fastapi import APIRouter

import unmask
from unmask.api.schemas import Health

router = APIRouter(tags=["server"])


@router.get("/health", summary="Is the server alive", response_description="It is.")
async def health() -> Health:
    """Answers as soon as the server runs, whether or not a model is loaded."""
    return Health(status="ok", version=unmask.__version__)
