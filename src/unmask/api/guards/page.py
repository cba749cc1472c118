"""Serving the built web page: its files, and the page itself for every address of its own."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from unmask.api.contract import problems
from unmask.api.guards.middleware import is_api

FOLDER: Final = Path(__file__).resolve().parent.parent / "page"
NOT_BUILT: Final = (
    "The web page is not built here. In a checkout, `make page` builds it (it needs Node 20 or "
    "later); the API works without it, see /api/openapi.json.\n"
)


class Page:
    """Answers everything that is not the API from a folder of built files."""

    def __init__(self, app: ASGIApp, folder: Path = FOLDER) -> None:
        self._app = app
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or is_api(scope):
            await self._app(scope, receive, send)
            return
        response = await self._respond(scope)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return problems.problem_response(
                problems.NOT_ALLOWED, "use GET here", headers={"Allow": "GET, HEAD"}
            )
        if not (self._folder / "index.html").is_file():
            return PlainTextResponse(NOT_BUILT, status_code=503)
        path = self._files.get_path(scope)
        try:
            response = await self._files.get_response(path, scope)
        except (HTTPException, ValueError, OSError):  # such a file cannot be, or is not there
            if PurePosixPath(path).suffix:
                return problems.problem_response(problems.NOT_FOUND, "there is no such file")
            response = await self._files.get_response("index.html", scope)
        hashed = path.replace("\\", "/").startswith("assets/")  # Vite puts a hash in their names
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        return response
