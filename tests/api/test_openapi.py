from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from unmask.api import examples, problems
from unmask.api.openapi import openapi_json
from unmask.api.schemas import ModelList
from unmask.detection.report import FaceCheck, Report


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(openapi_json())


def test_the_committed_document_is_the_one_of_this_software(root: Path) -> None:
    committed = (root / "web/openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_json(), "run `make client` and commit what it writes"


def test_it_is_printed_whatever_the_environment_says(client: TestClient, document: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "unmask.api.openapi"],
        capture_output=True, text=True, check=True, env={"UNMASK_PORT": "none"},
    )  # fmt: skip
    assert done.stdout == openapi_json()
    assert client.get("/api/openapi.json").json() == document


def test_every_call_is_described(document: Any) -> None:
    assert set(document["paths"]) == {
        "/api/health", "/api/models", "/api/validate-face", "/api/detect",
    }  # fmt: skip
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"] and operation["description"] and operation["operationId"]
            assert operation["responses"]["200"]["content"]["application/json"]["schema"]


@pytest.mark.parametrize("path", ["/api/validate-face", "/api/detect"])
def test_every_problem_that_a_picture_may_meet_is_documented(document: Any, path: str) -> None:
    responses = document["paths"][path]["post"]["responses"]
    assert {"200", "400", "413", "415", "422", "500", "503"} <= set(responses)
    assert ("404" in responses) == (path == "/api/detect")
    for status, response in responses.items():
        if status != "200":
            ((media, content),) = response["content"].items()
            assert media == problems.MEDIA_TYPE
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            for example in content["examples"].values():
                assert problems.Problem.model_validate(example["value"]).status == int(status)


def test_the_form_is_described(document: Any) -> None:
    body = document["paths"]["/api/detect"]["post"]["requestBody"]
    schema = body["content"]["multipart/form-data"]["schema"]
    assert body["required"] and schema["required"] == ["image"]
    assert set(schema["properties"]) == {"image", "model", "explain"}
    assert schema["properties"]["explain"]["default"] is True


def test_the_examples_are_valid() -> None:
    report = Report.model_validate(examples.REPORT)
    assert json.loads(report.model_dump_json()) == examples.REPORT
    check = FaceCheck.model_validate(examples.FACE_CHECK)
    assert json.loads(check.model_dump_json()) == examples.FACE_CHECK
    models = ModelList.model_validate(examples.MODELS)
    assert json.loads(models.model_dump_json()) == examples.MODELS


def test_every_reference_leads_somewhere(document: Any) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas
