"""Disks that are full or cannot be written: checks go on, nothing is lost, nothing half done."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.api.keeping import check, keep, save
from tests.api.test_detect import assert_problem, send
from tests.faults.trouble import assert_nothing_kept, assert_sound, stored
from unmask.api.services import services_of_app
from unmask.history import pictures
from unmask.history.tokens import create_token
from unmask.settings import Settings

Fill = Callable[[], Callable[[], None]]
"""Fills the disk, and returns what makes room again."""


def refuse(error: int, stack: ExitStack, app: FastAPI, pragma: str) -> Callable[[], None]:
    """Let every write fail from now on, in files and in SQLite, as the kernel would have it."""
    patch = stack.enter_context(pytest.MonkeyPatch.context())
    real_open, real_fsync = os.open, os.fsync

    def opening(path: Any, flags: int, *more: Any) -> int:
        if flags & os.O_CREAT and error == errno.EROFS:
            raise OSError(error, os.strerror(error))
        return real_open(path, flags, *more)

    def syncing(handle: int) -> None:
        if error == errno.ENOSPC:
            raise OSError(error, os.strerror(error))
        real_fsync(handle)

    def removing(path: Path, missing_ok: bool = False) -> None:
        raise OSError(error, os.strerror(error))

    patch.setattr("unmask.history.pictures.os.open", opening)
    patch.setattr("unmask.history.pictures.os.fsync", syncing)
    if error == errno.EROFS:
        patch.setattr(Path, "unlink", removing)
    free_database = limit_database(app, pragma)

    def free() -> None:
        patch.undo()
        free_database()

    return free


def limit_database(app: FastAPI, pragma: str) -> Callable[[], None]:
    """Say a pragma on every connection to SQLite before it is used."""
    engine = services_of_app(app).storage.open().database.engine

    def limit(connection: Any, *others: object) -> None:
        connection.execute(pragma)

    event.listen(engine, "checkout", limit)

    def free() -> None:
        event.remove(engine, "checkout", limit)
        engine.dispose()

    return free


READ_ONLY = "PRAGMA query_only = ON"  # and full: a limit of pages lets through what fits into them


@pytest.fixture(params=["injected", "tmpfs"])
def settings(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """The data folder on a small disk of its own where one can be mounted."""
    monkeypatch.setattr(pictures, "SPARE_BYTES", 0)  # all of it is less than is left free
    if request.param == "injected":
        yield settings
        return
    settings.data_dir.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(settings.data_dir)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here; the same test with injected errors holds it")
    yield settings
    subprocess.run(["umount", "--lazy", str(settings.data_dir)], check=True)


@pytest.fixture
def fill(settings: Settings, app: FastAPI, request: pytest.FixtureRequest) -> Iterator[Fill]:
    with ExitStack() as stack:

        def inject() -> Callable[[], None]:
            return refuse(errno.ENOSPC, stack, app, READ_ONLY)

        def really_fill() -> Callable[[], None]:
            ballast = settings.data_dir / "ballast"
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError):
                while True:
                    file.write(bytes(4096))
            return ballast.unlink

        yield really_fill if settings.data_dir.is_mount() else inject


def test_a_full_disk_stops_saving_and_nothing_else(
    app: FastAPI, client: TestClient, fill: Fill, settings: Settings, face_jpeg: bytes
) -> None:
    entry = keep(client, face_jpeg)
    waiting = check(client, face_jpeg)["id"]
    before = stored(settings)
    free = fill()

    assert_nothing_kept(check(client, face_jpeg + b"\0"))
    response = save(client, waiting)
    assert_problem(response, 503, "storage-unavailable")
    assert int(response.headers["retry-after"]) > 0
    assert client.get("/api/history/images").json()["items"] == [entry]
    assert client.get(entry["picture"]).content == face_jpeg
    assert stored(settings) == before

    free()
    assert save(client, waiting).status_code == 201
    assert keep(client, face_jpeg + b"\0")
    assert client.get("/api/history/images").json()["total"] == 3
    assert_sound(app)


@pytest.mark.parametrize("settings", ["injected"], indirect=True)
def test_where_only_the_database_is_full_no_picture_is_left_behind(
    app: FastAPI, client: TestClient, settings: Settings, face_jpeg: bytes
) -> None:
    check(client, face_jpeg)
    before = stored(settings)
    free = limit_database(app, READ_ONLY)
    assert_nothing_kept(check(client, face_jpeg + b"\0"))
    assert stored(settings) == before
    free()
    assert keep(client, face_jpeg + b"\0")
    assert_sound(app)


@pytest.mark.parametrize("settings", ["injected"], indirect=True)
class TestReadOnly:
    def test_checks_go_on_and_what_is_there_can_be_read(
        self, app: FastAPI, client: TestClient, settings: Settings, face_jpeg: bytes
    ) -> None:
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        before = stored(settings)
        with ExitStack() as stack:
            free = refuse(errno.EROFS, stack, app, READ_ONLY)
            assert_nothing_kept(check(client, face_jpeg + b"\0"))
            for response in (
                save(client, waiting),
                client.delete(f"/api/history/images/{entry['id']}"),
                client.delete("/api/history/images"),
            ):
                assert_problem(response, 503, "storage-unavailable")
            assert client.get(entry["picture"]).content == face_jpeg
            assert stored(settings) == before
            free()
        assert save(client, waiting).status_code == 201
        assert client.delete(f"/api/history/images/{entry['id']}").status_code == 204
        assert_sound(app)

    def test_a_picture_that_cannot_be_removed_goes_later(
        self, app: FastAPI, client: TestClient, settings: Settings, face_jpeg: bytes
    ) -> None:
        """Its database may lie elsewhere, and the entry is gone then."""
        entry = keep(client, face_jpeg)
        with ExitStack() as stack:
            free = refuse(errno.EROFS, stack, app, "SELECT 1")
            assert client.delete(f"/api/history/images/{entry['id']}").status_code == 204
            assert_problem(client.get(entry["picture"]), 404, "unknown-report")
            assert stored(settings)
            free()
        services_of_app(app).storage.open().purge()
        assert not stored(settings)

    def test_a_token_is_as_good_as_ever(
        self, app: FastAPI, client: TestClient, face_jpeg: bytes
    ) -> None:
        token = create_token(services_of_app(app).storage.open(), "newsroom")
        free = limit_database(app, READ_ONLY)
        client.headers["Authorization"] = f"Bearer {token}"
        assert send(client, "/api/detect", face_jpeg).status_code == 200
        free()


@pytest.mark.parametrize("settings", ["tmpfs"], indirect=True)
def test_on_a_disk_that_is_really_read_only_checks_go_on(
    app: FastAPI, client: TestClient, settings: Settings, face_jpeg: bytes
) -> None:
    entry = keep(client, face_jpeg)
    waiting = check(client, face_jpeg)["id"]
    before = stored(settings)
    # Nothing may be open for writing on a disk that is to be read only.
    services_of_app(app).storage.open().database.engine.dispose()
    with mounted(settings.data_dir, "ro"):
        with pytest.raises(OSError, match="Read-only"):
            (settings.data_dir / "new").touch()
        assert_nothing_kept(check(client, face_jpeg + b"\0"))
        for response in (
            save(client, waiting),
            client.delete(f"/api/history/images/{entry['id']}"),
            client.delete("/api/history/images"),
            client.get(entry["picture"]),  # SQLite, opened anew, must write its log to read
        ):
            assert_problem(response, 503, "storage-unavailable")
        assert stored(settings) == before
    assert client.get(entry["picture"]).content == face_jpeg
    assert save(client, waiting).status_code == 201
    assert client.delete(f"/api/history/images/{entry['id']}").status_code == 204
    assert_sound(app)


@contextmanager
def mounted(folder: Path, how: str) -> Iterator[None]:
    """Mount the disk of a folder in another way, and as it was at the end."""
    remount = ["mount", "-o", f"remount,{how}", str(folder)]
    subprocess.run(remount, check=True, capture_output=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


@pytest.mark.parametrize("settings", ["injected"], indirect=True)
def test_a_disk_that_cannot_be_read_is_told(
    client: TestClient, face_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = keep(client, face_jpeg)
    waiting = check(client, face_jpeg)["id"]

    real_stat = Path.stat

    def unreadable(path: Path, *arguments: Any, **options: Any) -> Any:
        if "pictures" in path.parts or "thumbnails" in path.parts:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real_stat(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", unreadable)
        patch.setattr(Path, "read_bytes", unreadable)
        patch.setattr(Path, "open", unreadable)
        for response in (
            client.get(entry["picture"]), client.get(entry["thumbnail"]), save(client, waiting)
        ):  # fmt: skip
            assert_problem(response, 503, "storage-unavailable")
    assert client.get(entry["picture"]).content == face_jpeg
    assert save(client, waiting).status_code == 201
