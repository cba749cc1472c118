"""Connections that nobody holds open by doing nothing: deadlines on top of uvicorn's HTTP/1.1.

The bodies of requests have theirs in `bodies`, where they can be answered. Here are the times at
which there is nobody to answer: before the headers are there, and after the answer.
"""

from __future__ import annotations

import asyncio
from typing import Final

import h11
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from unmask.api.contract import problems
from unmask.api.guards.bodies import MIN_RATE
from unmask.api.guards.middleware import SECURITY_HEADERS
from unmask.settings import Settings

HEAD_SECONDS: Final = 15.0
"""From the first byte of a request, or a new connection, to the end of its headers."""
REST_SECONDS: Final = 30.0
"""For what still comes of a body that was answered before its end."""
READING_SECONDS: Final = 30.0
"""How often it is looked whether a client that has an answer to read does read."""
MAX_CONNECTIONS: Final = 256
"""Clients that are served at once; who connects beyond them is told to come again."""
MAX_UNREAD: Final = 100_000_000
"""Bytes of all answers together that wait for their readers; a report of 64 faces has 3,000,000."""
CLOSING_SECONDS: Final = 10
"""What requests under way are given when the server is stopped."""
_BEYOND: Final = "unmask.beyond"
"""In the scope of a request whose connection is one too many."""


def server_of(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """A server for the app, which logs nothing by itself but what goes wrong."""
    config = uvicorn.Config(
        app,
        http=PatientConnection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    return uvicorn.Server(config)


class PatientConnection(H11Protocol):
    """A connection that is closed where the client is late.

    Between requests uvicorn itself closes it. What is not HTTP gets a problem, as all else does.
    """

    _deadline: asyncio.TimerHandle | None = None
    _awaited: float | None = None
    _reading: asyncio.TimerHandle | None = None
    _unread = 0
    _beyond = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        super().connection_made(transport)
        self._beyond = len(self.connections) > MAX_CONNECTIONS
        transport.set_write_buffer_limits(high=0)  # whatever is not read calls `pause_writing`
        self._watch()

    def data_received(self, data: bytes) -> None:
        """It sent something."""
        if self._beyond:
            self._beyond = len(self.connections) > MAX_CONNECTIONS
            app = self.config.loaded_app
            self.app = _beyond(app) if self._beyond else app
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """All of an answer is on its way."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Something of an answer waits for the client to read."""
        super().pause_writing()
        self._look_at_reading()
        unread = {one: one.transport.get_write_buffer_size() for one in self.connections}
        if sum(unread.values()) > MAX_UNREAD:
            max(unread, key=unread.__getitem__).transport.abort()

    def resume_writing(self) -> None:
        """It read all of it."""
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        super().connection_lost(exc)
        for timer in (self._deadline, self._reading):
            if timer is not None:
                timer.cancel()

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP; instead of `msg` a problem says so."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = SECURITY_HEADERS | {"Connection": "close", "Cache-Control": "no-store"}
            answer = problems.problem_response(problems.BAD_HTTP, headers=headers)
            head = h11.Response(status_code=answer.status_code, headers=answer.raw_headers)
            for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """Set the deadline for what is awaited now; one that runs for the same goes on."""
        awaited = self._what_is_awaited()
        if awaited == self._awaited:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._awaited, self._deadline = awaited, None
        if awaited is not None:
            self._deadline = self.loop.call_later(awaited, self.transport.abort)

    def _what_is_awaited(self) -> float | None:
        """The time that the client has for what it owes us; None where it owes nothing."""
        if self.transport.is_closing():
            return None
        if self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None:
            return HEAD_SECONDS
        if self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE:
            return REST_SECONDS
        return None

    def _look_at_reading(self) -> None:
        """Look later whether the client reads; a client that stands still is cut off."""
        self._unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(READING_SECONDS, self._cut_off_unless_read)

    def _cut_off_unless_read(self) -> None:
        read = self._unread - self.transport.get_write_buffer_size()
        if read < MIN_RATE * READING_SECONDS:
            self.transport.abort()
        else:
            self._look_at_reading()


class Refusal:
    """Answers, in place of what is within, who connected beyond the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        answer = self._app
        if _BEYOND in scope:
            answer = problems.busy_response(
                f"too many clients are connected; try again in {problems.RETRY_AFTER_SECONDS} "
                "seconds",
                {"Cache-Control": "no-store"},
            )
        await answer(scope, receive, send)


def _beyond(app: ASGIApp) -> ASGIApp:
    """The app as it is for who connected beyond the limit."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, _BEYOND: True}, receive, send)

    return marked
