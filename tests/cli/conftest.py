"""Fixtures for this folder."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pictures import encoded, tinted
from tests.pictures import face_jpeg as face_jpeg
from tests.pictures import no_face_jpeg as no_face_jpeg
from tests.postgres import postgres as postgres
from tests.tiny_bundle import write_bundle
from unmask.cli.main import run


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Unmask = Callable[..., Done]


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of bundles with the tiny one in it."""
    folder = tmp_path_factory.mktemp("models")
    write_bundle(folder / "tiny")
    return folder


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, models_dir: Path, tmp_path: Path) -> None:
    """The tiny model is there and the default, and the current folder is an empty one."""
    monkeypatch.setenv("UNMASK_MODELS_DIR", str(models_dir))
    monkeypatch.setenv("UNMASK_MODEL", "tiny")
    monkeypatch.setenv("UNMASK_THREADS", "1")
    monkeypatch.setenv("UNMASK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _ctrl_c() -> Iterator[None]:
    """Commands that tests start can be interrupted, though nohup or `&` had us ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def unmask(capsys: pytest.CaptureFixture[str]) -> Unmask:
    """Runs a command line in this process."""

    def command(*arguments: object) -> Done:
        capsys.readouterr()
        status = run([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return command


@pytest.fixture(scope="session")
def red_jpeg(face_jpeg: bytes) -> bytes:
    """A portrait that the tiny model calls generated."""
    return encoded(tinted(face_jpeg, 90, 0, -60), "JPEG", quality=90)


@pytest.fixture(scope="session")
def blue_jpeg(face_jpeg: bytes) -> bytes:
    """A portrait that the tiny model calls real, with nothing that speaks for generated."""
    return encoded(tinted(face_jpeg, -60, -60, 60), "JPEG", quality=90)
