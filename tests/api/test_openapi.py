from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.test_detect import assert_problem
from unmask.api.app import create_app
from unmask.api.contract import examples, problems
from unmask.api.contract.history_schemas import CheckedReport
from unmask.api.contract.openapi import openapi_json
from unmask.api.contract.schemas import FoundFaces, ModelList
from unmask.api.guards.bodies import FORM_OVERHEAD
from unmask.bundles.listing import FoundBundles
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import Report
from unmask.settings import Settings


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(openapi_json())


def test_the_committed_document_is_the_one_of_this_software(root: Path) -> None:
    committed = (root / "web/openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_json(), "run `make client` and commit what it writes"


def test_it_is_printed_whatever_the_environment_says(client: TestClient, document: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "unmask.api.contract.openapi"],
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


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("get", "/api/health", {"200"}),
        ("get", "/api/ready", {"200"}),
        ("get", "/metrics", {"200"}),
        ("get", "/api/models", {"200"}),
        ("get", "/api/models/{name}", {"200", "404"}),
        ("post", "/api/validate-face", {"200", "400", "408", "413", "415", "422"}),
        ("post", "/api/detect",
         {"200", "400", "403", "404", "408", "413", "415", "422"}),
        ("post", "/api/history/save",
         {"200", "201", "403", "404", "408", "409", "410", "413", "422"}),
        ("get", "/api/history/images", {"200", "403", "422"}),
        ("delete", "/api/history/images", {"200", "403"}),
        ("get", "/api/history/images/{id}", {"200", "403", "404"}),
        ("get", "/api/history/images/{id}/picture", {"200", "403", "404"}),
        ("get", "/api/history/images/{id}/thumbnail", {"200", "403", "404"}),
        ("get", "/api/history/images/{id}/heatmaps/{face}", {"200", "403", "404", "422"}),
        ("delete", "/api/history/image/{id}", {"204", "403", "404"}),
        ("get", "/api/history/export", {"200", "403", "422"}),
    ],
)  # fmt: skip
def test_every_status_of_every_call_is_documented(
    document: Any, method: str, path: str, statuses: set[str]
) -> None:
    responses = document["paths"][path][method]["responses"]
    assert set(responses) == statuses | {"401", "429", "500", "503"}
    for status, response in responses.items():
        if status.startswith("2"):
            continue
        ((media, content),) = response["content"].items()
        assert media == problems.MEDIA_TYPE, (path, status)
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        for slug, example in content["examples"].items():
            problem = problems.Problem.model_validate(example["value"])
            assert (problem.status, problem.type) == (int(status), f"urn:unmask:problem:{slug}")
    assert set(responses["401"]["content"][problems.MEDIA_TYPE]["examples"]) == {
        "token-missing", "token-invalid",
    }  # fmt: skip


def test_with_a_token_every_call_answers_in_an_outage_what_is_documented(
    document: Any, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    app = create_app(settings.model_copy(update={"data_dir": tmp_path / "file"}))
    program = TestClient(app, headers={"Authorization": "Bearer unmask_x"})
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            response = program.request(method, path.replace("{face}", "0"))
            assert_problem(response, 503, "storage-unavailable")
            told = operation["responses"]["503"]["content"][problems.MEDIA_TYPE]["examples"]
            assert "storage-unavailable" in told, path


def test_what_any_body_may_meet_is_said_once(
    document: Any, client: TestClient, settings: Settings
) -> None:
    said = document["info"]["description"]
    assert {kind.slug for kind in (problems.BAD_HTTP, problems.TOO_SLOW, problems.TOO_LARGE)} <= {
        *re.findall("`([a-z-]+)`", said)
    }
    body = b"x" * (settings.max_bytes + FORM_OVERHEAD + 1)
    assert_problem(client.request("GET", "/api/models", content=body), 413, "picture-too-large")


def test_where_no_file_can_be_opened_calls_for_models_answer_what_is_documented(
    document: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more_files(detectors: DetectorRegistry) -> FoundBundles:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(DetectorRegistry, "bundles", no_more_files)
    client = TestClient(create_app(settings))
    for path in ("/api/models", "/api/models/{name}", "/api/ready"):
        assert_problem(client.get(path), 500, "internal-error")
        assert "500" in document["paths"][path]["get"]["responses"], path


def test_the_form_is_described(document: Any) -> None:
    body = document["paths"]["/api/detect"]["post"]["requestBody"]
    schema = body["content"]["multipart/form-data"]["schema"]
    assert body["required"] and schema["required"] == ["image"]
    options = {
        "explain": True, "overlay": True, "stability": False, "occlusion": False,
        "provenance": False,
    }  # fmt: skip
    assert set(schema["properties"]) == {"image", "model", *options}
    for option, default in options.items():
        assert schema["properties"][option]["default"] is default


def test_the_examples_are_valid() -> None:
    report = Report.model_validate(examples.REPORT)
    assert json.loads(report.model_dump_json()) == examples.REPORT
    checked = CheckedReport.model_validate(examples.CHECKED_REPORT)
    assert json.loads(checked.model_dump_json()) == examples.CHECKED_REPORT
    check = FoundFaces.model_validate(examples.FACE_CHECK)
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
