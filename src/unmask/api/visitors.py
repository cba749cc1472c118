"""Whose request it is: a browser by its cookie, a program by its token; and whether to trust it.

A browser sends its cookie along with whatever another site makes it ask. So what changes something
must come from our own page; other sites cannot make a browser send a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from unmask.api.contract import problems
from unmask.api.services import Services, Serving
from unmask.history.identifiers import hashed, is_secret, new_secret
from unmask.history.tokens import visitor_of_token

COOKIE: Final = "unmask_visitor"
COOKIE_PATH: Final = "/api"
COOKIE_SECONDS: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Caller:
    """Who asks. `visitor` is None for one that we have not seen, or keep nothing for."""

    visitor: str | None
    cookie: str | None = None
    token: bool = False

    def known(self) -> Caller:
        """The same, with a new cookie for one whom we have not seen."""
        if self.visitor is not None:
            return self
        secret = new_secret()
        return Caller(hashed(secret), secret)


async def caller_of(request: Request, services: Serving) -> Caller:
    """Who asks; a problem where the token is wrong, or missing where one is needed."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        visitor = await run_in_threadpool(_visitor_of, services, token.strip())
        if visitor is None:
            raise problems.Refused(problems.BAD_TOKEN, headers={"WWW-Authenticate": "Bearer"})
        return Caller(visitor, token=True)
    if services.settings.require_token:
        raise problems.Refused(problems.NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})
    secret = request.cookies.get(COOKIE, "")
    return Caller(hashed(secret), secret) if is_secret(secret) else Caller(None)


async def checking_caller_of(
    request: Request, services: Serving, caller: Annotated[Caller, Depends(caller_of)]
) -> Caller:
    """Who has a picture checked, with a new cookie where we have not seen it.

    A problem where another site makes a browser ask: it could have the browser take a new cookie in
    place of its own, and lose its history. The sites that the settings name may ask, but nothing is
    kept for them: `visitor` is None.
    """
    if not caller.token and _from_our_page(request, services) is False:
        if request.headers.get("origin") in services.settings.cors_origins:
            return Caller(None)
        raise problems.Refused(problems.CROSS_SITE)
    return caller.known()


async def changing_caller_of(
    request: Request, services: Serving, caller: Annotated[Caller, Depends(caller_of)]
) -> Caller:
    """Who asks for a change; a problem where it may be another site that makes a browser ask."""
    if caller.cookie is not None and not _from_our_page(request, services):
        raise problems.Refused(problems.CROSS_SITE)
    return caller


Asking = Annotated[Caller, Depends(caller_of)]
Checking = Annotated[Caller, Depends(checking_caller_of)]
Changing = Annotated[Caller, Depends(changing_caller_of)]


def remember(response: Response, request: Request, services: Services, caller: Caller) -> None:
    """Let the browser keep its cookie for a year from now."""
    if caller.cookie is None:
        return
    address = services.settings.public_url or str(request.base_url)
    response.set_cookie(
        COOKIE,
        caller.cookie,
        max_age=COOKIE_SECONDS,
        path=COOKIE_PATH,
        secure=address.startswith("https:"),
        httponly=True,
        samesite="strict",
    )


def _visitor_of(services: Services, token: str) -> str | None:
    return visitor_of_token(services.storage.open(), token)


def _from_our_page(request: Request, services: Services) -> bool | None:
    """Whether a request comes from our own page; None where it does not say: no browser sent it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return None
    public = services.settings.public_url
    if public is not None:
        return origin.lower() == public.rstrip("/").lower()
    # Not the scheme: a proxy may speak https to browsers and http to us.
    host = request.headers.get("host", "").lower()
    return host != "" and origin.lower() in (f"http://{host}", f"https://{host}")
