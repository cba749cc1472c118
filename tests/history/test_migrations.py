from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from tests.history.conftest import Open
from tests.history.making import ALICE, Clock, saved, shelved
from unmask.detection.judgement import WhyUnsure
from unmask.history.database import Database
from unmask.history.errors import StorageUnavailable
from unmask.history.listing import Filters, Sort
from unmask.history.migrate import FOLDER, migrate, newest_revision, revision
from unmask.history.opening import open_history
from unmask.history.store import History
from unmask.history.tables import Base


def config_of(connection: Connection) -> Config:
    """What Alembic's commands need to work on this connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


class TestMigrations:
    def test_they_make_the_tables_of_the_code(self, history: History) -> None:
        with history.database.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
            indexes = {
                index["name"]
                for table in Base.metadata.tables
                for index in inspect(connection).get_indexes(table)
            }
        wanted = {index.name for table in Base.metadata.tables.values() for index in table.indexes}
        assert wanted <= indexes

    def test_each_can_be_taken_back(self, history: History) -> None:
        with history.database.migrating() as connection:
            command.downgrade(config_of(connection), "base")
            assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        with pytest.raises(StorageUnavailable):
            history.check_revision()
        migrate(history.database)
        history.check_revision()

    def test_why_old_entries_are_unsure_is_read_from_their_reports(
        self, history: History, clock: Clock
    ) -> None:
        def whys() -> list[str | None]:
            page = history.page(ALICE, Filters(), Sort.OLDEST, limit=100)
            return [entry.why_unsure for entry in page.items]

        wanted: list[WhyUnsure | None] = ["not_steady", None, "between_thresholds"]
        for why in wanted:
            saved(history, ALICE, **({} if why is None else {"why_unsure": why}))
            clock.forward(seconds=1)
        waiting = shelved(history, ALICE, why_unsure="not_steady")
        assert whys() == wanted
        with history.database.migrating() as connection:
            command.downgrade(config_of(connection), "0001")
            columns = {one["name"] for one in inspect(connection).get_columns("entries")}
            assert "report" in columns and "why_unsure" not in columns
        migrate(history.database)
        assert whys() == wanted
        assert history.save(ALICE, waiting)[0].why_unsure == "not_steady"

    def test_many_processes_may_start_at_once(
        self, tmp_path: Path, database_url: str | None
    ) -> None:
        keys, mistakes = set(), []
        start = threading.Barrier(6)

        def open_it() -> None:
            try:
                start.wait()
                history = open_history(tmp_path, database_url, shelf_bytes=10**6)
                keys.add(history._ids._key)
                history.close()
            except BaseException as error:
                mistakes.append(error)

        threads = [threading.Thread(target=open_it) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert mistakes == []
        assert len(keys) == 1

    def test_tables_of_newer_software_are_left_alone(self, opened: Open) -> None:
        history = opened()
        with history.database.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StorageUnavailable, match=r"revision 9999.*newer version"):
            opened()
        with pytest.raises(StorageUnavailable):
            history.check_revision()

    def test_a_migration_that_fails_changes_nothing(
        self, tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        database = Database(database_url or f"sqlite:///{tmp_path / 'x.db'}")
        module = ScriptDirectory(str(FOLDER)).get_revision("0001")
        assert module is not None

        def fail(*arguments: object, **options: object) -> None:
            raise RuntimeError("out of power")

        monkeypatch.setattr("alembic.op.create_index", fail)
        with pytest.raises(RuntimeError):
            migrate(database)
        with database.reading() as connection:
            assert revision(connection) is None
            assert inspect(connection).get_table_names() == []
        monkeypatch.undo()
        migrate(database)
        with database.reading() as connection:
            assert revision(connection) == newest_revision()
        database.close()


class TestDatabase:
    def test_sqlite_keeps_a_log_beside_its_file(self, tmp_path: Path) -> None:
        open_history(tmp_path, shelf_bytes=1).close()
        with sqlite3.connect(tmp_path / "history/history.db") as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    @pytest.mark.parametrize(
        "url", ["mysql://a@b/c", "sqlite://", "nothing", "postgresql+asyncpg://a@b/c"]
    )
    def test_any_other_database_is_refused(self, url: str, tmp_path: Path) -> None:
        with pytest.raises(StorageUnavailable, match=r"postgresql://|not a URL"):
            open_history(tmp_path, url, shelf_bytes=1)

    def test_a_server_that_is_not_there_is_told_in_one_line(self, tmp_path: Path) -> None:
        with pytest.raises(StorageUnavailable) as told:
            open_history(tmp_path, "postgresql://me:secret@127.0.0.1:1/x", shelf_bytes=1)
        assert "\n" not in str(told.value) and "secret" not in str(told.value)
