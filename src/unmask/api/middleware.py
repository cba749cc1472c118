"""What surrounds every request: headers for safety, the limit on bodies, the last line of errors.

Plain ASGI, so that bodies and responses pass through unbuffered.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unmask.api import problems

FORM_OVERHEAD: Final = 65_536
"""Bytes that a form may have beside its picture."""
DRAIN_SECONDS: Final = 10.0

CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Mantine sets styles on elements
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

logger = logging.getLogger(__name__)


def is_api(scope: Scope) -> bool:
    """Whether a request is for the API or the metrics, and not for the page."""
    path: str = scope["path"]
    return path in ("/api", "/metrics") or path.startswith("/api/")


class SecurityHeaders:
    """Sets the headers that tell browsers to be careful; what the API says is never cached."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                if is_api(scope):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class ErrorGuard:
    """Answers whatever nobody foresaw with a problem that gives nothing away, and logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except ClientDisconnect:
            logger.info("the client went away before its request was read")
        except Exception:
            logger.exception("error at %s %s", scope["method"], scope["path"])
            if started:
                raise
            await problems.problem_response(problems.INTERNAL)(scope, receive, send)


class _BodyTooLarge(Exception):
    """More bytes came than are allowed."""


class BodyLimit:
    """Refuses bodies beyond a limit, by what is declared or else by what comes in."""

    def __init__(self, app: ASGIApp, max_picture_bytes: int) -> None:
        self._app = app
        self._max_picture = max_picture_bytes
        self._limit = max_picture_bytes + FORM_OVERHEAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._limit:
            # A client that asks first need not send at all.
            if headers.get("expect", "").lower() != "100-continue":
                await self._drain(receive)
            await self._refuse(scope, receive, send)
            return
        seen, more = 0, True

        async def counting_receive() -> Message:
            nonlocal seen, more
            message = await receive()
            seen, more = seen + len(message.get("body", b"")), message.get("more_body", False)
            if seen > self._limit:
                raise _BodyTooLarge
            return message

        try:
            await self._app(scope, counting_receive, send)
        except _BodyTooLarge:
            if more:
                await self._drain(receive)
            await self._refuse(scope, receive, send)

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

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = problems.problem_response(
            problems.TOO_LARGE,
            f"the upload is too large; a picture may have {self._max_picture / 1e6:g} MB; "
            "send a smaller copy",
            headers={"Connection": "close"},
        )
        await response(scope, receive, send)
