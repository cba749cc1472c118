"""Fixtures for this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.keeping import HERE
from tests.pictures import face_jpeg as face_jpeg
from tests.pictures import no_face_jpeg as no_face_jpeg
from tests.postgres import postgres as postgres
from tests.tiny_bundle import write_bundle
from unmask.api.app import create_app
from unmask.api.services import services_of_app
from unmask.settings import Settings


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """A folder of bundles with the tiny one in it, which a test may damage."""
    write_bundle(tmp_path / "models/tiny")
    return tmp_path / "models"


@pytest.fixture
def settings(models_dir: Path, tmp_path: Path) -> Settings:
    return Settings(models_dir=models_dir, model="tiny", threads=1, data_dir=tmp_path / "data")


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """An app that tries again at once what failed."""
    monkeypatch.setattr("unmask.api.storage.RETRY_SECONDS", 0.0)
    app = create_app(settings)
    yield app
    services_of_app(app).pool.close()
    services_of_app(app).storage.close()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A browser on the server's own page; any unforeseen error fails the test."""
    return TestClient(app, headers=HERE)
