"""Every call with whatever its description allows, and with what it does not allow.

Schemathesis makes the requests from the OpenAPI document and holds each answer against it: no 5xx,
no status, content type or body that the document does not name.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import Receive, Scope, Send

from tests.api.keeping import HERE, check, keep
from tests.postgres import DATABASES, new_database
from unmask.api.app import create_app
from unmask.api.contract.openapi import openapi_json
from unmask.settings import Settings

EXAMPLES = 15
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CALLS = [
    (method, path)
    for path, operations in json.loads(openapi_json())["paths"].items()
    for method in operations
]


# What asks no database is the same with either.
CASES = [
    (kind, method, path)
    for kind in DATABASES
    for method, path in CALLS
    if kind == "sqlite" or path.startswith("/api/history/")
]


@pytest.fixture(scope="module")
def schema(
    request: pytest.FixtureRequest,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    face_jpeg: bytes,
) -> Any:
    """The document of a server; every second request has the id of an entry or a real picture."""
    own = {
        "data_dir": tmp_path_factory.mktemp("data"),
        "database_url": new_database(request, request.param),
    }
    app = create_app(settings.model_copy(update=own))
    visitor = TestClient(app, headers=HERE)
    turns = itertools.cycle([True, False])

    async def only_requests(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # Schemathesis would shut the app down after each request
            for _ in range(2):
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
        else:
            await app(scope, receive, send)

    loaded = schemathesis.openapi.from_asgi("/api/openapi.json", only_requests)

    @loaded.hook
    def map_case(context: Any, case: Any) -> Any:
        if next(turns):
            known = {"id": _entry(visitor, face_jpeg), "name": "tiny", "face": 0}
            parameters = case.path_parameters or {}
            parameters.update({name: known[name] for name in known.keys() & parameters.keys()})
            secret = visitor.cookies["unmask_visitor"]
            case.headers = {**(case.headers or {}), **HERE, "Cookie": f"unmask_visitor={secret}"}
            if isinstance(case.body, dict) and "image" in case.body:
                case.body["image"] = face_jpeg
            if isinstance(case.body, dict) and "report_id" in case.body:
                case.body["report_id"] = check(visitor, face_jpeg)["id"]
        return case

    return loaded


def _entry(visitor: TestClient, picture: bytes) -> str:
    """Id of an entry; a call may have removed the one before."""
    items = visitor.get("/api/history/images").json()["items"]
    return str(items[0]["id"] if items else keep(visitor, picture)["id"])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("schema", "method", "path"), CASES, indirect=["schema"])
def test_no_answer_is_undocumented(
    schema: Any, method: str, path: str, mode: GenerationMode
) -> None:
    seen: set[int] = set()

    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        response = case.call()
        seen.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    try:
        holds()
    except Unsatisfiable:  # there is nothing to get wrong in a call without parameters
        assert mode is GenerationMode.NEGATIVE
    else:
        assert mode is GenerationMode.NEGATIVE or {200, 201, 204} & seen
