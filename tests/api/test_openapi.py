from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from unmask.api import examples, problems
from unmask.api.history_schemas import CheckedReport
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
        "/api/health", "/api/ready", "/metrics", "/api/models", "/api/models/{name}",
        "/api/validate-face", "/api/detect", "/api/history/save", "/api/history/images",
        "/api/history/images/{id}", "/api/history/images/{id}/picture",
        "/api/history/images/{id}/thumbnail", "/api/history/images/{id}/heatmaps/{face}",
        "/api/history/image/{id}", "/api/history/export",
    }  # fmt: skip
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"] and operation["description"] and operation["operationId"]
            responses = operation["responses"]
            (success,) = {"200", "201", "204"} & set(responses) - {"200" if "201" in responses
                                                                   else ""}  # fmt: skip
            assert success == "204" or responses[success]["content"]
            assert "401" in responses


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/api/history/save",
         {"200", "201", "401", "403", "404", "408", "409", "410", "413", "422"}),
        ("get", "/api/history/images", {"200", "401", "403", "422"}),
        ("delete", "/api/history/images", {"200", "401", "403"}),
        ("get", "/api/history/images/{id}", {"200", "401", "403", "404"}),
        ("get", "/api/history/images/{id}/picture", {"200", "401", "403", "404"}),
        ("get", "/api/history/images/{id}/thumbnail", {"200", "401", "403", "404"}),
        ("get", "/api/history/images/{id}/heatmaps/{face}", {"200", "401", "403", "404", "422"}),
        ("delete", "/api/history/image/{id}", {"204", "401", "403", "404"}),
        ("get", "/api/history/export", {"200", "401", "403", "422"}),
    ],
)  # fmt: skip
def test_every_status_of_the_history_is_documented(
    document: Any, method: str, path: str, statuses: set[str]
) -> None:
    responses = document["paths"][path][method]["responses"]
    assert set(responses) == statuses | {"429", "500", "503"}
    for status, response in responses.items():
        if not status.startswith("2"):
            assert set(response["content"]) == {problems.MEDIA_TYPE}, (path, status)


@pytest.mark.parametrize("path", ["/api/validate-face", "/api/detect"])
def test_every_problem_that_a_picture_may_meet_is_documented(document: Any, path: str) -> None:
    responses = document["paths"][path]["post"]["responses"]
    assert {"200", "400", "408", "413", "415", "422", "429", "500", "503"} <= set(responses)
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
    options = {"explain": True, "stability": False, "occlusion": False, "provenance": False}
    assert set(schema["properties"]) == {"image", "model", *options}
    for option, default in options.items():
        assert schema["properties"][option]["default"] is default


def test_the_examples_are_valid() -> None:
    report = Report.model_validate(examples.REPORT)
    assert json.loads(report.model_dump_json()) == examples.REPORT
    checked = CheckedReport.model_validate(examples.CHECKED_REPORT)
    assert json.loads(checked.model_dump_json()) == examples.CHECKED_REPORT
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
