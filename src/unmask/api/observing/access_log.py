"""What is noted of every request, for the log and for Prometheus; nothing about anybody.

Of addresses only the template of the route is kept: what stands in for `{id}`, query values, file
names and pictures are never noted.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unmask.api.guards.middleware import is_api
from unmask.api.observing.logs import REQUEST_ID, fields
from unmask.api.observing.metrics import Metrics

METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
ID_HEADER: Final = "X-Request-ID"
_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger(__name__)


class Noted:
    """Notes every request: its id, which the answer has, too; its route, status, time and sizes."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, bytes_in, bytes_out = time.perf_counter(), None, 0, 0
        request_id = _id_of(scope)
        REQUEST_ID.set(request_id)

        async def counting_receive() -> Message:
            nonlocal bytes_in
            message = await receive()
            bytes_in += len(message.get("body", b""))
            return message

        async def counting_send(message: Message) -> None:
            nonlocal status, bytes_out
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = request_id
            bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, counting_receive, counting_send)
        finally:
            seconds = time.perf_counter() - began
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = _template(scope)
            self._metrics.answered(method, route, status, seconds)
            noted = fields(
                method=method,
                route=route,
                status=status,  # none where the client went away before
                ms=round(1000 * seconds, 1),
                bytes_in=bytes_in,
                bytes_out=bytes_out,
            )
            logger.info("request", extra=noted)


def _id_of(scope: Scope) -> str:
    """The id that the client, or a proxy, gave the request, if it is fit for a log; else a new."""
    given = Headers(scope=scope).get(ID_HEADER, "")
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)


def _template(scope: Scope) -> str:
    """The path of the route, with `{id}` for any id; addresses that exist nowhere are one."""
    if not is_api(scope):
        return "page"
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return "unmatched"
    within = scope["path"].startswith("/api/") and not path.startswith("/api/")
    return f"/api{path}" if within else str(path)
