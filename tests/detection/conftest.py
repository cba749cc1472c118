"""Fixtures for this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pictures import face_jpeg as face_jpeg
from tests.pictures import no_face_jpeg as no_face_jpeg
from tests.tiny_bundle import write_bundle


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of bundles with the tiny one in it."""
    folder = tmp_path_factory.mktemp("models")
    write_bundle(folder / "tiny")
    return folder
