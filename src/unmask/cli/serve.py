"""`unmask serve`: serves the web page and the API."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Annotated

import typer

from unmask.api.app import create_app
from unmask.api.guards.connections import server_of
from unmask.api.observing import logs
from unmask.api.services import services_of_app
from unmask.bundles.listing import BundleError, find_bundles
from unmask.cli.files import reason
from unmask.cli.main import BAD_INPUT, fail
from unmask.cli.trust import trust_line
from unmask.detection.provenance.trust import TrustError
from unmask.history.errors import StorageUnavailable
from unmask.settings import load_settings


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; by default 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on, 0 for any; by default 8000.")
    ] = None,
) -> None:
    """Serve the web page and the API, until Ctrl-C."""
    settings = load_settings(host=host, port=port)
    try:
        typer.echo(f"model: {find_bundles(settings.model_folders).default(settings.model)}")
    except BundleError as error:  # it may come later, and the API says so until then
        typer.echo(f"unmask: {error}", err=True)
    try:
        listening = _listen(settings.host, settings.port)
    except OSError as error:
        wrong = f"cannot listen on {settings.host} port {settings.port}: {reason(error)}"
        if error.errno == errno.EADDRINUSE:
            other = settings.port + 1 if settings.port < 65535 else 0
            wrong += f"; choose another: `UNMASK_PORT={other} make serve`, or --port {other}"
        fail(wrong)
        raise typer.Exit(BAD_INPUT) from error
    app = create_app(settings)
    storage = services_of_app(app).storage
    try:
        if storage.in_use:
            storage.open()
    except StorageUnavailable as error:  # checking works without, and it may come later
        typer.echo(f"unmask: {error}", err=True)
    logs.configure(sys.stderr)
    address, port = listening.getsockname()[:2]
    if not settings.require_token and not ip_address(address.partition("%")[0]).is_loopback:
        typer.echo(
            f"unmask: warning: whoever reaches {settings.host} port {port} can use this server; "
            "set UNMASK_REQUIRE_TOKEN=true to let only tokens in, or listen on 127.0.0.1",
            err=True,
        )
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"Unmask is at http://{shown}:{port} (Ctrl-C stops it)")
    try:
        typer.echo(trust_line(settings, datetime.now(UTC)))
    except TrustError as error:  # records are read all the same, with nobody to vouch for signers
        typer.echo(f"unmask: {error}", err=True)
    signal.signal(signal.SIGTERM, _leave)
    server_of(app, settings).run(sockets=[listening])


def _leave(number: int, frame: object) -> None:
    """End as asked: uvicorn raises the signal again when it has finished what was running."""
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; taken here, so that a port in use is one line and not a traceback."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listening = socket.create_server((host, port), family=family, backlog=2048)
    # Every connection takes it over. Without it the body of an answer waits until the client has
    # acknowledged the headers, which takes 40 ms; asyncio sets it for sockets of its own only.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
