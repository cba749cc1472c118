"""Databases that are locked, gone, damaged or newer: checks go on, and it works again by itself."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.keeping import HERE, check, keep, save
from tests.api.test_detect import assert_problem
from tests.faults.trouble import assert_nothing_kept, assert_sound, stored
from tests.postgres import Postgres
from unmask.api.app import create_app
from unmask.api.services import services_of_app
from unmask.api.storage import RETRY_SECONDS
from unmask.cli.main import run
from unmask.history.migrate import newest_revision
from unmask.history.opening import open_history
from unmask.history.store import History
from unmask.settings import Settings

OUTAGE_SECONDS = 30


@pytest.fixture
def database(settings: Settings) -> Path:
    return settings.data_dir / "history/history.db"


def assert_unavailable(client: TestClient, entry: dict[str, str], waiting: str) -> None:
    """Every call of the history is answered with a problem that says when to try again."""
    for response in (
        save(client, waiting),
        client.get("/api/history/images"),
        client.get("/api/history/export"),
        client.get(entry["self"]),
        client.get(entry["picture"]),
        client.get(entry["thumbnail"]),
        client.delete(f"/api/history/images/{entry['id']}"),
        client.delete("/api/history/images"),
    ):
        assert_problem(response, 503, "storage-unavailable")
        assert int(response.headers["retry-after"]) > 0
    problem = assert_problem(client.get("/api/ready"), 503, "not-ready")
    assert "storage" in problem["detail"] and "model" not in problem["detail"]


def assert_all_there(client: TestClient, entry: dict[str, str], picture: bytes) -> None:
    assert client.get("/api/ready").status_code == 200
    assert entry in client.get("/api/history/images").json()["items"]
    assert client.get(entry["picture"]).content == picture


def back_up(database: Path, to: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)


class TestLocked:
    @pytest.fixture(autouse=True)
    def _short_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("unmask.history.database.WAIT_SECONDS", 0.05)

    @contextmanager
    def locked(self, database: Path) -> Iterator[None]:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")

    def test_what_would_be_written_waits_and_is_then_refused(
        self, app: FastAPI, client: TestClient, database: Path, face_jpeg: bytes
    ) -> None:
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        with self.locked(database):
            assert_nothing_kept(check(client, face_jpeg))
            for response in (
                save(client, waiting),
                client.delete(f"/api/history/images/{entry['id']}"),
            ):
                assert_problem(response, 503, "storage-unavailable")
                assert int(response.headers["retry-after"]) > 0
            assert_all_there(client, entry, face_jpeg)
        assert save(client, waiting).status_code == 201
        assert client.delete(f"/api/history/images/{entry['id']}").status_code == 204
        assert_sound(app)

    def test_after_trouble_checks_do_not_wait_each_time(
        self, app: FastAPI, client: TestClient, database: Path, face_jpeg: bytes,
        monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        keep(client, face_jpeg)
        monkeypatch.setattr("unmask.api.storage.RETRY_SECONDS", 3600.0)
        services_of_app(app).storage._in_vain = -3600.0
        with self.locked(database):
            for _ in range(3):
                assert_nothing_kept(check(client, face_jpeg))
        assert caplog.text.count("database is locked") == 1
        monkeypatch.setattr("unmask.api.storage.RETRY_SECONDS", 0.0)
        assert keep(client, face_jpeg)


class TestFileGone:
    def test_moved_away_it_is_missed_and_used_again_when_it_is_back(
        self, app: FastAPI, client: TestClient, settings: Settings, database: Path,
        face_jpeg: bytes, tmp_path: Path,
    ) -> None:  # fmt: skip
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        kept = stored(settings)
        database.rename(tmp_path / "aside")
        assert_nothing_kept(check(client, face_jpeg))
        assert_unavailable(client, entry, waiting)
        assert not database.exists()  # an empty one in its place would be the end of its log
        assert stored(settings) == kept
        (tmp_path / "aside").rename(database)
        assert_all_there(client, entry, face_jpeg)
        assert save(client, waiting).status_code == 201
        assert_sound(app)

    def test_deleted_it_is_used_again_when_a_copy_is_put_back(
        self, app: FastAPI, client: TestClient, database: Path, face_jpeg: bytes, tmp_path: Path
    ) -> None:
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        back_up(database, tmp_path / "copy")
        for path in database.parent.glob("history.db*"):
            path.unlink()
        assert_unavailable(client, entry, waiting)
        (tmp_path / "copy").rename(database)
        assert_all_there(client, entry, face_jpeg)
        assert save(client, waiting).status_code == 201
        assert_sound(app)

    def test_replaced_by_another_the_other_is_used_at_once(
        self, app: FastAPI, client: TestClient, database: Path, face_jpeg: bytes, tmp_path: Path
    ) -> None:
        first = keep(client, face_jpeg)
        back_up(database, tmp_path / "copy")
        keep(client, face_jpeg)
        for log in ("history.db-wal", "history.db-shm"):
            (database.parent / log).unlink()
        (tmp_path / "copy").replace(database)
        third = keep(client, face_jpeg)
        listed = client.get("/api/history/images").json()["items"]
        assert [entry["id"] for entry in listed] == [third["id"], first["id"]]
        assert_sound(app)

    def test_where_the_whole_folder_is_gone_it_begins_anew(
        self, app: FastAPI, client: TestClient, settings: Settings, face_jpeg: bytes
    ) -> None:
        keep(client, face_jpeg)
        shutil.rmtree(settings.data_dir)
        assert client.get("/api/history/images").json()["total"] == 0
        assert keep(client, face_jpeg)
        assert_sound(app)


def assert_refused(settings: Settings, face_jpeg: bytes) -> None:
    """See that a server so set, which purges and mends meanwhile, keeps nothing."""
    with TestClient(create_app(settings), headers=HERE) as wrong:
        assert_problem(wrong.get("/api/ready"), 503, "not-ready")
        assert_nothing_kept(check(wrong, face_jpeg))


@pytest.mark.parametrize("other", ["missing", "empty", "postgresql"])
def test_a_new_database_does_not_take_the_pictures_of_another_for_leftovers(
    app: FastAPI, client: TestClient, settings: Settings, database: Path, face_jpeg: bytes,
    other: str, request: pytest.FixtureRequest, tmp_path: Path,
) -> None:  # fmt: skip
    entry = keep(client, face_jpeg)
    services_of_app(app).storage.close()
    kept = stored(settings)
    if other == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        settings = settings.model_copy(update={"database_url": postgres.fresh()})
    else:
        database.rename(tmp_path / "aside")
        if other == "empty":
            database.touch()
    assert_refused(settings, face_jpeg)
    assert stored(settings) == kept
    if other != "postgresql":
        (tmp_path / "aside").replace(database)
    assert_all_there(client, entry, face_jpeg)


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_a_database_of_other_pictures_does_not_take_these_for_leftovers(
    app: FastAPI, client: TestClient, settings: Settings, database: Path, face_jpeg: bytes,
    other: str, request: pytest.FixtureRequest, tmp_path: Path,
) -> None:  # fmt: skip
    entry = keep(client, face_jpeg)
    services_of_app(app).storage.close()
    kept = stored(settings)
    url = f"sqlite:///{tmp_path / 'other.db'}"
    if other == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.fresh()
    open_history(tmp_path / "elsewhere", url, shelf_bytes=1).close()
    assert_refused(settings.model_copy(update={"database_url": url}), face_jpeg)
    assert stored(settings) == kept
    assert_all_there(client, entry, face_jpeg)


class TestDamaged:
    def damage(self, database: Path) -> None:
        for log in database.parent.glob("history.db-*"):
            log.unlink()
        size = database.stat().st_size
        with database.open("r+b") as file:
            file.write(b"of no use to anybody " * (size // 21))

    def test_it_is_told_and_a_good_copy_is_used_at_once(
        self, app: FastAPI, client: TestClient, settings: Settings, database: Path,
        face_jpeg: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        services_of_app(app).storage.close()
        shutil.copy(database, tmp_path / "copy")
        self.damage(database)
        kept = stored(settings)
        assert_nothing_kept(check(client, face_jpeg))
        assert_unavailable(client, entry, waiting)
        assert "the database cannot be used: file is not a database" in caplog.text
        assert stored(settings) == kept
        (tmp_path / "copy").replace(database)
        assert_all_there(client, entry, face_jpeg)
        assert save(client, waiting).status_code == 201
        assert_sound(app)

    def test_the_command_line_says_so_in_one_line(
        self, app: FastAPI, client: TestClient, settings: Settings, database: Path,
        face_jpeg: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        keep(client, face_jpeg)
        services_of_app(app).storage.close()
        self.damage(database)
        monkeypatch.setenv("UNMASK_DATA_DIR", str(settings.data_dir))
        capsys.readouterr()
        assert run(["history", "check"]) == 2
        said = capsys.readouterr().err
        assert said == "unmask: the database cannot be used: file is not a database\n"

    def test_while_it_is_in_use_too(
        self, app: FastAPI, client: TestClient, database: Path, face_jpeg: bytes, tmp_path: Path
    ) -> None:
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        with closing(sqlite3.connect(database)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        good = database.read_bytes()
        with database.open("r+b") as file:  # the first page tells that it is a database
            file.seek(4096)
            file.write(b"\xa5" * (len(good) - 4096))
        services_of_app(app).storage.open().database.engine.dispose()  # what is idle is dropped
        assert_nothing_kept(check(client, face_jpeg))
        assert_unavailable(client, entry, waiting)
        with database.open("r+b") as file:
            file.write(good)
        assert_all_there(client, entry, face_jpeg)
        assert save(client, waiting).status_code == 201
        assert_sound(app)


def test_a_database_of_newer_software_is_left_alone_until_it_fits(
    app: FastAPI, client: TestClient, database: Path, face_jpeg: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    entry = keep(client, face_jpeg)
    waiting = check(client, face_jpeg)["id"]
    services_of_app(app).storage.close()

    def set_revision(revision: str) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))

    set_revision("9999")
    assert_nothing_kept(check(client, face_jpeg))
    assert_unavailable(client, entry, waiting)
    assert "revision 9999, which a newer version of Unmask made" in caplog.text
    set_revision(newest_revision())
    assert_all_there(client, entry, face_jpeg)
    assert save(client, waiting).status_code == 201


def test_a_mistake_in_the_software_does_not_end_the_purging(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask.api.tidying.PURGE_SECONDS", 0.01)
    mistakes, purged = ["first", "second"], threading.Event()

    def purge(history: History) -> None:
        if mistakes:
            raise RuntimeError(mistakes.pop(0))
        purged.set()

    monkeypatch.setattr(History, "purge", purge)
    with TestClient(app):
        assert purged.wait(30)


class TestServerGone:
    @pytest.fixture
    def settings(self, settings: Settings, postgres: Postgres) -> Settings:
        return settings.model_copy(update={"database_url": postgres.fresh()})

    def test_postgresql_may_go_and_come_back(
        self, app: FastAPI, client: TestClient, settings: Settings, postgres: Postgres,
        face_jpeg: bytes,
    ) -> None:  # fmt: skip
        """However long it is gone: each call asks anew, over connections that it has to open."""
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        pool = services_of_app(app).storage.open().database.engine.pool
        assert pool.checkedin() > 0  # type: ignore[attr-defined]
        postgres.stop()
        try:
            assert_nothing_kept(check(client, face_jpeg))
            assert_unavailable(client, entry, waiting)
            assert_nothing_kept(check(client, face_jpeg))
        finally:
            postgres.start()
        assert_all_there(client, entry, face_jpeg)
        assert save(client, waiting).status_code == 201
        assert keep(client, face_jpeg)
        assert_sound(app)

    def test_restarted_between_two_calls_nobody_notices(
        self, client: TestClient, postgres: Postgres, face_jpeg: bytes
    ) -> None:
        entry = keep(client, face_jpeg)
        waiting = check(client, face_jpeg)["id"]
        postgres.stop()
        postgres.start()
        assert save(client, waiting).status_code == 201
        postgres.stop()
        postgres.start()
        assert_all_there(client, entry, face_jpeg)

    def test_not_there_at_the_start_it_may_come_later(
        self, settings: Settings, client: TestClient, postgres: Postgres, face_jpeg: bytes
    ) -> None:
        postgres.stop()
        try:
            assert_nothing_kept(check(client, face_jpeg))
            assert_problem(client.get("/api/ready"), 503, "not-ready")
        finally:
            postgres.start()
        assert keep(client, face_jpeg)

    @pytest.mark.slow
    def test_gone_for_30_seconds_under_the_delays_that_a_server_has(
        self, settings: Settings, postgres: Postgres, face_jpeg: bytes
    ) -> None:
        """Nothing is set to another value here; the server's own work in the background goes on."""
        with TestClient(create_app(settings), headers=HERE) as client:
            entry = keep(client, face_jpeg)
            waiting = check(client, face_jpeg)["id"]
            postgres.stop()
            try:
                came_back = time.monotonic() + OUTAGE_SECONDS
                while time.monotonic() < came_back:
                    assert_nothing_kept(check(client, face_jpeg))
                    assert_unavailable(client, entry, waiting)
                    time.sleep(1)
            finally:
                postgres.start()
            # What was asked for is tried at once; what a check would keep, after a while.
            assert_all_there(client, entry, face_jpeg)
            assert save(client, waiting).status_code == 201
            limit = time.monotonic() + 4 * RETRY_SECONDS
            while (report := check(client, face_jpeg))["saveable_until"] is None:
                assert time.monotonic() < limit
                time.sleep(0.5)
            assert save(client, report["id"]).status_code == 201
