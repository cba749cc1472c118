"""The server gives back what it no longer needs: models that nobody asks for, and freed memory."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import sys
from collections.abc import Callable
from functools import cache

from starlette.concurrency import run_in_threadpool

from unmask.api.pool import InferencePool
from unmask.detection.registry import DetectorRegistry

LOOK_SECONDS = 5.0
"""How often there is a look; giving memory back takes about 10 ms."""
logger = logging.getLogger(__name__)


async def keep_small(registry: DetectorRegistry, pool: InferencePool, idle_seconds: float) -> None:
    """Drop models idle for so many seconds, and give back what was freed, until cancelled."""
    seen = pool.done
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            dropped = await run_in_threadpool(registry.drop_idle, idle_seconds)
            if dropped or pool.done != seen:
                seen = pool.done
                await run_in_threadpool(give_back)
        except Exception:  # a mistake of ours must not end this for good
            logger.exception("memory cannot be given back")


def give_back() -> None:
    """Hand freed memory back to the system, where the C library would keep it for later.

    glibc keeps what each thread freed; a picture of 12 MP leaves its tens of megabytes in each of
    them. That it kept less would cost every picture time. Other libraries do as they see fit.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """`malloc_trim` of glibc, None where there is none."""
    if sys.platform != "linux":
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found
