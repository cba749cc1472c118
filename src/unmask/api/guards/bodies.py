"""What bounds the bodies of requests: their size, their pace, and what all of them take together.

Plain ASGI, so that bodies pass through unbuffered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unmask.api.contract import problems

UPLOADS: Final = frozenset({"/api/detect", "/api/validate-face"})
"""Where pictures are taken; all else that is sent is small."""
FORM_OVERHEAD: Final = 65_536
"""Bytes that a form may have beside its picture, and any other body in all."""
GRACE_SECONDS: Final = 15.0
"""The longest wait for the next part of a body."""
MIN_RATE: Final = 10_000
"""Bytes a second: a body may take the grace and, on top, as long as it takes at this rate."""
DRAIN_SECONDS: Final = 10.0


class _GivenUp(Exception):
    """The body is not read any further; why is in the response that goes out."""


class BodyLimit:
    """Refuses bodies that are too large or too slow, by what is declared or else by what comes in.

    All bodies that are held at once are bounded, too: by what a full pool may hold. Else many slow
    uploads could fill the memory before any of them comes to the pool.
    """

    def __init__(self, app: ASGIApp, max_picture_bytes: int, capacity: int) -> None:
        """Args: max_picture_bytes: of one picture; capacity: pictures that the pool may hold."""
        self._app = app
        self._max_picture = max_picture_bytes
        self._limit = max_picture_bytes + FORM_OVERHEAD
        self._together = self._limit * capacity
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit if scope["path"] in UPLOADS else FORM_OVERHEAD
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            # A client that asks first need not send at all.
            if headers.get("expect", "").lower() != "100-continue":
                await self._drain(receive)
            await self._too_large(limit)(scope, receive, send)
            return
        body = _Body(receive, send, partial(self._count, limit))
        try:
            await self._app(scope, body.receive, body.send)
        except _GivenUp:
            pass
        finally:
            self._held -= body.seen
        if body.refused is not None:
            if body.more and body.refused.status_code == problems.TOO_LARGE.status:
                await self._drain(receive)
            await body.refused(scope, receive, send)

    def _count(self, limit: int, size: int, seen: int) -> Response | None:
        """Count bytes that came in; the answer where a body of `seen` bytes is refused for them."""
        self._held += size
        if seen > limit:
            return self._too_large(limit)
        return problems.busy_response() if self._held > self._together else None

    async def _drain(self, receive: Receive) -> None:
        """Take in and drop a bounded part of what still comes.

        Most clients read no answer before they have sent all; one that is cut off while it sends
        sees a broken connection in place of the reason.
        """
        dropped = 0
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while dropped <= 4 * self._limit:
                    message = await receive()
                    dropped += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return
        except TimeoutError:
            return

    def _too_large(self, limit: int) -> Response:
        return problems.problem_response(
            problems.TOO_LARGE,
            f"the upload is too large; a picture may have {self._max_picture / 1e6:g} MB; "
            "send a smaller copy"
            if limit == self._limit
            else f"the body is too large; no picture is taken here, and all else may have "
            f"{limit / 1e3:.0f} kB",
            headers={"Connection": "close"},
        )


class _Body:
    """A body while it comes in. Once it is refused, nothing but the refusal goes out."""

    def __init__(
        self, receive: Receive, send: Send, count: Callable[[int, int], Response | None]
    ) -> None:
        self._receive = receive
        self._send = send
        self._count = count
        self._began = asyncio.get_running_loop().time()
        self._answering = False
        self.seen = 0
        self.more = True
        self.refused: Response | None = None

    async def receive(self) -> Message:
        """The next part of the body; after its end, the word that the client went away."""
        if not self.more or self._answering:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        deadline = min(self._began + self.seen / MIN_RATE, now) + GRACE_SECONDS
        try:
            async with asyncio.timeout_at(deadline):
                message = await self._receive()
        except TimeoutError:
            self.refused = problems.problem_response(
                problems.TOO_SLOW, headers={"Connection": "close"}
            )
            raise _GivenUp from None
        size = len(message.get("body", b""))
        self.seen, self.more = self.seen + size, message.get("more_body", False)
        self.refused = self._count(size, self.seen)
        if self.refused is not None:
            raise _GivenUp
        return message

    async def send(self, message: Message) -> None:
        """Pass on what the app answers, unless it made something else of our giving up."""
        if self.refused is None:
            self._answering = True
            await self._send(message)
