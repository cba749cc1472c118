"""The application: routes, problems, page and what surrounds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

import unmask
from unmask.api import middleware, page, problems
from unmask.api.routes import detect, faces, health, models
from unmask.api.services import Services
from unmask.settings import Settings

DESCRIPTION = """\
Tells whether a face in a picture was photographed or generated, which generator made it, how sure
that is, and where the model looked. Every error is a problem document (RFC 9457). A result is an
estimate, not proof.
"""


def create_app(settings: Settings, page_folder: Path = page.FOLDER) -> FastAPI:
    """Make the application; models are loaded when they are first asked for.

    Args:
        settings: limits, where the models are, how much is judged at once.
        page_folder: the built web page.
    """
    services = Services.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        services.pool.close()

    app = FastAPI(
        title="Unmask",
        version=unmask.__version__,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url="/api/openapi.json",
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    app.state.services = services
    problems.install(app)
    api = APIRouter(prefix="/api")
    for group in (health, models, faces, detect):
        api.include_router(group.router)
    app.include_router(api)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    # The last one added is the outermost.
    app.add_middleware(page.Page, folder=page_folder)
    app.add_middleware(middleware.BodyLimit, max_picture_bytes=settings.max_bytes)
    app.add_middleware(middleware.ErrorGuard)
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
        template = "#/components/schemas/{model}"
        problem = problems.Problem.model_json_schema(ref_template=template)
        schemas = document["components"]["schemas"]
        schemas |= problem.pop("$defs")
        schemas["Problem"] = problem
        document["components"]["schemas"] = dict(sorted(schemas.items()))
        app.openapi_schema = document
    return app.openapi_schema
