"""A server that keeps a history, for tests: its visitors, its clock, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.test_detect import send
from tests.history.making import Clock
from tests.pictures import encoded, tinted
from tests.postgres import DATABASES, new_database
from unmask.api.app import create_app
from unmask.api.services import services_of_app
from unmask.settings import Settings

HERE = {"Origin": "http://testserver"}


@dataclass(frozen=True)
class Server:
    """An app with a history, as one process has it; and how to start another on the same."""

    app: FastAPI
    clock: Clock
    start: Callable[..., FastAPI]

    def visitor(self, app: FastAPI | None = None, **headers: str) -> TestClient:
        """A browser with no cookies yet, on the server's own page."""
        return TestClient(app or self.app, headers=HERE | headers)


@pytest.fixture(scope="module", params=DATABASES)
def server(
    request: pytest.FixtureRequest, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    clock = Clock()
    own = settings.model_copy(
        update={
            "data_dir": tmp_path_factory.mktemp("data"),
            "database_url": new_database(request, request.param),
        }
    )
    apps: list[FastAPI] = []

    def start(**changes: object) -> FastAPI:
        apps.append(create_app(own.model_copy(update=changes), clock=clock))
        return apps[-1]

    yield Server(start(), clock, start)
    for app in apps:
        services_of_app(app).pool.close()
        services_of_app(app).storage.close()


@pytest.fixture
def alice(server: Server) -> TestClient:
    return server.visitor()


@pytest.fixture
def bob(server: Server) -> TestClient:
    return server.visitor()


@pytest.fixture(scope="session")
def red_jpeg(face_jpeg: bytes) -> bytes:
    """A portrait that the tiny model calls generated."""
    return encoded(tinted(face_jpeg, 90, 0, -60), "JPEG", quality=90)


def check(client: TestClient, data: bytes, name: str = "photo.jpg", **fields: str) -> Any:
    response = send(client, "/api/detect", data, name, **fields)
    assert response.status_code == 200, response.text
    return response.json()


def save(client: TestClient, report_id: object) -> Any:
    return client.post("/api/history/save", json={"report_id": report_id})


def keep(client: TestClient, data: bytes, name: str = "photo.jpg", **fields: str) -> Any:
    """The entry of a picture that was checked and saved."""
    response = save(client, check(client, data, name, **fields)["id"])
    assert response.status_code == 201, response.text
    return response.json()
