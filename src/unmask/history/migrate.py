"""Bringing the tables to the revision that this software needs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from unmask.history.database import Database
from unmask.history.errors import StorageUnavailable

FOLDER: Final = Path(__file__).resolve().parent / "migrations"


def migrate(database: Database) -> None:
    """Bring the tables to the newest revision; does nothing where they are there already.

    Raises:
        StorageUnavailable: the database cannot be reached, or newer software made its tables.
    """
    newest = newest_revision()
    with database.reading() as connection:
        if revision(connection) == newest:
            return
    with database.migrating() as connection:
        current = revision(connection)  # again: another process may have been quicker
        known = {one.revision for one in ScriptDirectory(str(FOLDER)).walk_revisions()}
        if current is not None and current not in known:
            raise StorageUnavailable(
                f"the database is at revision {current}, which a newer version of Unmask made; "
                "install that version, or name another database"
            )
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest_revision() -> str:
    """The revision that this software needs."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    assert head is not None
    return head


def revision(connection: Connection) -> str | None:
    """The revision that the tables have; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()
