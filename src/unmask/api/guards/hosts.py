"""By which names the server may be asked, so that no other site passes for its own page.

Whoever owns a name can let it lead to 127.0.0.1 (DNS rebinding) and then ask, for browsers, as the
server's own page. An address cannot be made to lead elsewhere, and a name without a dot, such as
`localhost` or that of a container, nobody can own.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from unmask.api.contract import problems
from unmask.settings import Settings

_PORT: Final = re.compile(r":\d*$")


class KnownHosts:
    """Refuses who asks by a name that is not the server's."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        """Args: names: those of the server, in small letters, without a port."""
        self._app = app
        self._names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        answer = self._app
        if scope["type"] == "http":
            # Only browsers can be led astray, and they always say whom they ask.
            asked = Headers(scope=scope).get("host")
            if asked is not None and not self._knows(asked):
                answer = problems.problem_response(
                    problems.WRONG_HOST,
                    f"this server does not go by the name `{asked[:100]}`; ask by its address, or "
                    "let who runs it name it in UNMASK_HOSTS or UNMASK_PUBLIC_URL",
                    headers={"Cache-Control": "no-store"},
                )
        await answer(scope, receive, send)

    def _knows(self, asked: str) -> bool:
        name = _PORT.sub("", asked.lower()).strip("[]").removesuffix(".")
        return "." not in name or name in self._names or _is_address(name)


def names_of(settings: Settings) -> set[str]:
    """The names that the settings give the server."""
    names = {settings.host, *settings.hosts}
    if settings.public_url is not None:
        names.add(urlsplit(settings.public_url).hostname or "")
    return {name.lower() for name in names}


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
