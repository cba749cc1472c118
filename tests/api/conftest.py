"""Fixtures for this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.keeping import alice as alice
from tests.api.keeping import bob as bob
from tests.api.keeping import red_jpeg as red_jpeg
from tests.api.keeping import server as server
from tests.pictures import face_jpeg as face_jpeg
from tests.pictures import no_face_jpeg as no_face_jpeg
from tests.postgres import postgres as postgres
from tests.tiny_bundle import write_bundle
from unmask.api.app import create_app
from unmask.settings import Settings


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of bundles with the tiny one in it, and one whose graph was changed."""
    folder = tmp_path_factory.mktemp("models")
    write_bundle(folder / "tiny")
    damaged = write_bundle(folder / "damaged") / "model.onnx"
    damaged.write_bytes(damaged.read_bytes() + b"\0")
    return folder


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built page."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("<title>Unmask</title>")
    (folder / "robots.txt").write_text("User-agent: *")
    (folder / "assets").mkdir()
    (folder / "assets/index-0a1b.js").write_text("export {}")
    return folder


@pytest.fixture(scope="session")
def settings(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the server under test."""
    data_dir = tmp_path_factory.mktemp("data")
    return Settings(
        models_dir=models_dir, model="tiny", threads=1, data_dir=data_dir, workers=2, rate_limit=0
    )


@pytest.fixture(scope="session")
def client(settings: Settings, page_folder: Path) -> Iterator[TestClient]:
    """A client of a server with the tiny model and a page; any unforeseen error fails the test."""
    with TestClient(create_app(settings, page_folder)) as client:
        yield client
