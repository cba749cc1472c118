"""How often a client may ask: a bucket of requests for each, which fills again by the minute."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from unmask.api.contract import problems
from unmask.api.guards.middleware import is_api
from unmask.history.identifiers import hashed

PERIOD: Final = 60.0
MAX_CLIENTS: Final = 10_000
PROBES: Final = frozenset({"/api/health", "/api/ready", "/metrics"})
"""What those ask who watch the server; without a token, which is looked up, it costs little."""
NETWORK_BITS: Final = 64
"""Of an address of version 6: whoever has one has all of the network."""


class Buckets:
    """A bucket for each client, full at first; a request takes one out, where there is one.

    Of a client only the moment is kept at which its bucket is full again (the generic cell rate
    algorithm, ITU-T I.371). Beyond a number of clients, who asked longest ago is forgotten.
    """

    def __init__(
        self,
        most: int,
        clock: Callable[[], float] = time.monotonic,
        period: float = PERIOD,
    ) -> None:
        """Args: most: what a bucket holds, and what it gets in a period; clock, period: seconds."""
        self._step = period / most
        self._period = period
        self._clock = clock
        self._full: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full)

    def take(self, client: str, amount: int = 1) -> float:
        """Take a request, or so much of what else it holds, out of a client's bucket.

        Returns:
            0, or the seconds after which there is as much; then nothing is taken.
        """
        moment = self._clock()
        full = max(self._full.get(client, moment), moment) + amount * self._step
        wait = full - moment - self._period
        refused = wait > 1e-9  # more than what adding up steps leaves
        if not refused:
            self._full[client] = full
        if client in self._full:
            self._full.move_to_end(client)
        if len(self._full) > MAX_CLIENTS:
            self._full.popitem(last=False)
        return wait if refused else 0.0


class RateLimit:
    """Refuses who asks the API too often, by address and, where one is sent, by token.

    A token counts beside the address and not in its place: it is not yet known to be valid.
    """

    def __init__(
        self, app: ASGIApp, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Args: app; per_minute: requests of one client; clock: seconds."""
        self._app = app
        self._addresses = Buckets(per_minute, clock)
        self._tokens = Buckets(per_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        wait = self._wait(scope) if scope["type"] == "http" and is_api(scope) else 0.0
        if wait == 0.0:
            await self._app(scope, receive, send)
            return
        seconds = math.ceil(wait)
        response = problems.problem_response(
            problems.TOO_MANY,
            f"this client asks more often than this server allows; try again in {seconds} seconds",
            headers={"Retry-After": str(seconds)},
        )
        await response(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        client, authorization = client_of(scope), Headers(scope=scope).get("authorization", "")
        if client is None or (scope["path"] in PROBES and not authorization):
            return 0.0
        wait = self._addresses.take(client)
        scheme, _, token = authorization.partition(" ")
        if wait == 0.0 and scheme.lower() == "bearer":
            wait = self._tokens.take(hashed(token.strip()))
        return wait


def client_of(scope: Scope) -> str | None:
    """The address that a request comes from, of version 6 its network; None for this machine.

    What was forwarded is not this machine's own: a proxy on it that no setting names is a client.
    """
    if scope.get("client") is None:  # a socket of this machine's own
        return None
    host: str = scope["client"][0]
    forwarded = "x-forwarded-for" in Headers(scope=scope)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            network = ipaddress.IPv6Network((int(address), NETWORK_BITS), strict=False)
            return str(network) if forwarded or not address.is_loopback else None
        address = address.ipv4_mapped
    return str(address) if forwarded or not address.is_loopback else None
