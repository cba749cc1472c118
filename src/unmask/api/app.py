"""The application: routes, problems, page and what surrounds them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from unmask.api import memory
from unmask.api.contract import handlers, problems
from unmask.api.guards import bodies, connections, hosts, middleware, page, rates
from unmask.api.observing import access_log
from unmask.api.routes import detect, faces, health, history, history_files, models
from unmask.api.services import Services
from unmask.api.tidying import keep_tidy
from unmask.api.visitors import COOKIE, caller_of
from unmask.history.store import Clock, now
from unmask.settings import Settings
from unmask.version import __version__

DESCRIPTION = """\
Tells whether a face in a picture was photographed or generated, which generator made it, how sure
that is, and where the model looked. Every error is a problem document (RFC 9457). A result is an
estimate, not proof.

Beside what its own list of answers says, any call may be answered with `bad-http` (400) where what
was sent is no HTTP request, with `wrong-host` (421) where the server does not go by the name in
`Host`, with `busy` (503) where too many connections are open, and where it comes with a body that
it has no use for, with `too-slow` (408) or `picture-too-large` (413).
"""
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made by `unmask token create`; it has a history of its own.",
    },
    "visitor": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Set by `POST /api/detect`; what changes something must then come from the "
        "server's own page, as `Origin` or `Sec-Fetch-Site` say.",
    },
}


def create_app(
    settings: Settings, page_folder: Path = page.FOLDER, *, clock: Clock = now
) -> FastAPI:
    """Make the application; models and the database are opened when they are first needed.

    Args:
        settings: limits, where the models are, how much is judged at once, what is kept.
        page_folder: the built web page.
        clock: tells the history the time.
    """
    services = Services.of(settings, clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        chores = [
            asyncio.create_task(keep_tidy(services.storage)),
            asyncio.create_task(
                memory.keep_small(services.detectors, services.pool, settings.idle_seconds)
            ),
        ]
        yield
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        services.pool.close()
        services.storage.close()

    app = FastAPI(
        title="Unmask",
        version=__version__,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url=None,  # below, where a token may be needed
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    app.state.services = services
    handlers.install(app)
    everywhere: dict[str, Any] = {
        "dependencies": [Depends(caller_of)],
        "responses": problems.documented(
            problems.NO_TOKEN,
            problems.BAD_TOKEN,
            problems.TOO_MANY,
            problems.INTERNAL,
            problems.NO_STORAGE,  # any call may come with a token, which only the database knows
        ),
    }
    app.include_router(health.router, **everywhere)
    for group in (models, faces, detect, history, history_files):
        app.include_router(group.router, prefix="/api", **everywhere)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    app.add_api_route(
        "/api/openapi.json",
        app.openapi,
        dependencies=[Depends(caller_of)],
        include_in_schema=False,
    )
    # The last one added is the outermost.
    app.add_middleware(page.Page, folder=page_folder)
    app.add_middleware(
        bodies.BodyLimit,
        max_picture_bytes=settings.max_bytes,
        capacity=services.pool.capacity,
    )
    app.add_middleware(middleware.ErrorGuard)
    app.add_middleware(connections.Refusal)
    if settings.rate_limit:
        app.add_middleware(rates.RateLimit, per_minute=settings.rate_limit)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("DELETE", "GET", "POST"),
            allow_headers=("Authorization", access_log.ID_HEADER),
            expose_headers=("Retry-After", access_log.ID_HEADER),
        )
    app.add_middleware(hosts.KnownHosts, names=hosts.names_of(settings))
    app.add_middleware(access_log.Noted, metrics=services.metrics)
    app.add_middleware(middleware.SecurityHeaders)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the schema of problems, which no route returns by itself."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            license_info=app.license_info,
            routes=app.routes,
            separate_input_output_schemas=False,
        )
        _drop_foreign_errors(document)
        template = "#/components/schemas/{model}"
        problem = problems.Problem.model_json_schema(ref_template=template)
        schemas = document["components"]["schemas"]
        schemas |= problem.pop("$defs")
        schemas["Problem"] = problem
        document["components"]["schemas"] = dict(sorted(schemas.items()))
        document["components"]["securitySchemes"] = SECURITY
        # Nobody needs either, unless the server is set to require tokens.
        document["security"] = [{}, *({name: []} for name in SECURITY)]
        app.openapi_schema = document
    return app.openapi_schema


def _drop_foreign_errors(document: dict[str, Any]) -> None:
    """Take out the errors that FastAPI adds to all that has a parameter.

    Where one can be wrong, the route itself documents our problem; any text may be an id.
    """
    for operations in document["paths"].values():
        for operation in operations.values():
            if problems.MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {}):
                operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
