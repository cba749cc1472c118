"""A server on a real socket, in a thread of the tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from unmask.api.app import create_app
from unmask.api.guards.connections import server_of
from unmask.settings import Settings


@contextmanager
def running(settings: Settings, app: FastAPI | None = None) -> Iterator[int]:
    """The port of a server, as `unmask serve` has it."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = server_of(app or create_app(settings), settings)
    server.config.timeout_graceful_shutdown = 2
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
