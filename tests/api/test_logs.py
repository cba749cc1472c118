"""The log: a line of JSON a request, which says nothing of anybody, and what goes wrong."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from tests.api.keeping import HERE, keep
from unmask.api.app import create_app
from unmask.api.observing import logs
from unmask.api.services import services_of_app
from unmask.settings import Settings


class Log(io.StringIO):
    """What was logged."""

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def requests(self) -> list[Any]:
        return [line for line in self.lines() if line["message"] == "request"]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Puts logging back to what the tests have it write to."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    loggers = [logging.getLogger(name) for name in ("unmask", "python_multipart")]
    levels = [one.level for one in loggers]
    yield
    root.handlers[:] = before
    root.setLevel(level)
    for logger, old in zip(loggers, levels, strict=True):
        logger.setLevel(old)


@pytest.fixture
def log() -> Log:
    log = Log()
    logs.configure(log)
    return log


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, headers=HERE)


def test_a_request_is_one_line(log: Log, client: TestClient, face_jpeg: bytes) -> None:
    before = datetime.now(UTC)
    response = client.post(
        "/api/detect", files={"image": ("a.jpg", face_jpeg)}, headers={"X-Request-ID": "abc-1"}
    )
    (line,) = log.lines()
    assert set(line) == {"time", "level", "logger", "message", "request_id", "method", "route",
                         "status", "ms", "bytes_in", "bytes_out"}  # fmt: skip
    assert (line["level"], line["logger"], line["message"]) == (
        "info", "unmask.api.observing.access_log", "request",
    )  # fmt: skip
    assert (line["method"], line["route"], line["status"]) == ("POST", "/api/detect", 200)
    assert line["request_id"] == "abc-1" == response.headers["x-request-id"]
    assert before <= datetime.fromisoformat(line["time"]).replace(microsecond=999_999)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert 1 < line["ms"] < 60_000
    assert len(face_jpeg) < line["bytes_in"] < len(face_jpeg) + 1000
    assert line["bytes_out"] == len(response.content)


def test_it_says_nothing_of_anybody(log: Log, client: TestClient, face_jpeg: bytes) -> None:
    entry = keep(client, face_jpeg, "secret-name.jpg")
    client.get(entry["picture"])
    client.get("/api/history/images?model=secret-model")
    client.get("/api/secret-path/x")
    client.get("/secret-page?q=secret-word")
    client.request("SECRET", "/api/models")
    client.post("/api/detect", files={"secret-field": b"secret-content"})
    said = log.getvalue()
    assert [line["route"] for line in log.requests()] == [
        "/api/detect", "/api/history/save", "/api/history/images/{id}/picture",
        "/api/history/images", "unmatched", "page", "/api/models", "/api/detect",
    ]  # fmt: skip
    assert log.requests()[-2]["method"] == "other"
    assert "secret" not in said.lower() and entry["id"] not in said
    assert client.cookies["unmask_visitor"] not in said and "testclient" not in said


@pytest.mark.parametrize(
    ("given", "taken"),
    [("a", True), ("0af7651916cd43dd8448eb211c80319c", True), ("A.b_c-d", True), ("x" * 64, True),
     ("", False), ("x" * 65, False), ("a b", False), ('a"b', False), ("a\tb", False),
     ("é", False), ("../x", False), ("{id}", False)],
)  # fmt: skip
def test_a_sane_id_is_kept_and_any_other_replaced(
    log: Log, client: TestClient, given: str, taken: bool
) -> None:
    answers = [
        client.get("/api/health", headers={"X-Request-ID": given.encode("latin-1")})
        for _ in range(2)
    ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert ids == [line["request_id"] for line in log.requests()]
    assert (ids == [given, given]) is taken
    assert taken or (ids[0] != ids[1] and all(re.fullmatch("[0-9a-f]{16}", one) for one in ids))


@pytest.mark.parametrize("path", ["/", "/api/nothing", "/metrics", "/api/detect"])
def test_every_answer_has_an_id(client: TestClient, path: str) -> None:
    assert client.get(path).headers["x-request-id"]


def test_what_goes_wrong_is_found_by_the_id_of_the_request(
    log: Log, app: FastAPI, client: TestClient
) -> None:
    router = APIRouter()

    @router.get("/api/mistake")
    async def mistake() -> None:
        def job() -> None:
            logging.getLogger("unmask.test").warning("two\nlines, from a worker")
            raise RuntimeError("for the test")

        await services_of_app(app).pool.run(job)

    app.include_router(router)
    response = client.get("/api/mistake", headers={"X-Request-ID": "of-the-mistake"})
    assert response.status_code == 500
    warned, failed, request = log.lines()
    assert {line["request_id"] for line in log.lines()} == {"of-the-mistake"}
    assert warned["message"] == "two\nlines, from a worker" and warned["level"] == "warning"
    assert failed["level"] == "error" and "RuntimeError: for the test" in failed["exception"]
    assert (request["route"], request["status"]) == ("/api/mistake", 500)


def test_outside_of_requests_there_is_no_id(log: Log) -> None:
    logging.getLogger("unmask.api.tidying").warning("the shelf cannot be purged: %s", "x")
    (line,) = log.lines()
    assert "request_id" not in line and line["message"] == "the shelf cannot be purged: x"


def test_at_a_terminal_it_is_text(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Log()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    logs.configure(terminal)
    client.get("/api/health")
    said = terminal.getvalue()
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d request method=GET route=/api/health status=200 ms=[\d.]+ bytes_in=0 "
        r"bytes_out=\d+\n",
        said,
    )
    try:
        raise RuntimeError("for the test")
    except RuntimeError:
        logging.getLogger("unmask").exception("it failed")
    assert "it failed\nTraceback" in terminal.getvalue()
