"""Giving up work for a client that went away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

Result = TypeVar("Result")


async def unless_gone(
    request: Request, work: Coroutine[Any, Any, Result], left: threading.Event
) -> Result:
    """Do work for a request whose body was read; cancel it where the client goes away meanwhile.

    Args:
        request: whose client it is.
        work: what is done for it.
        left: set where nobody waits for the work any more, for the thread that does it.

    Raises:
        ClientDisconnect: it went away, so nobody waits for an answer.
    """
    working = asyncio.create_task(work)
    going = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((working, going), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        if not working.done():
            left.set()
        working.cancel()
        going.cancel()


def go_on_unless(left: threading.Event) -> None:
    """What a thread asks between two steps of its work, since nobody can stop it from outside.

    Raises:
        ClientDisconnect: nobody waits for the work.
    """
    if left.is_set():
        raise ClientDisconnect


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
