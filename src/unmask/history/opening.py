"""Opening the history: its folder, its database, and the key that its processes share."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import select

from unmask.history.database import Database, put
from unmask.history.errors import StorageUnavailable
from unmask.history.identifiers import ReportIds
from unmask.history.migrate import migrate, revision
from unmask.history.pictures import PictureFiles
from unmask.history.store import Clock, History, now
from unmask.history.tables import Secret

FOLDER: Final = "history"
_KEY: Final = "report-ids"
_OWNER: Final = "database"
"""File that tells which database the folder's pictures belong to, by a hash of its key."""


def open_history(
    folder: Path, url: str | None = None, *, shelf_bytes: int, clock: Clock = now
) -> History:
    """Open the history in a folder, and bring its tables to the revision that is needed.

    Args:
        folder: what Unmask may keep things in; pictures lie in `history/` there.
        url: the database; SQLite in that folder where it is None.
        shelf_bytes: what the pictures and reports on the shelf may take together.
        clock: tells the time.

    Raises:
        StorageUnavailable: the folder cannot be written, or the database not be used, or it is
            not the one that the pictures there belong to: they would all be taken for leftovers.
    """
    place = (folder / FOLDER).resolve()
    files = PictureFiles(place)
    database = Database(url or f"sqlite:///{place / 'history.db'}")
    try:
        files.create()
        if files.any() and _is_new(database):
            raise StorageUnavailable(
                f"there are pictures in {place}, but the database that knows whose they are is "
                "new or gone; put it back, name it in UNMASK_DATABASE_URL, or begin anew in an "
                "empty folder"
            )
        database.create_file()
    except OSError as error:
        raise StorageUnavailable(
            f"the folder {place} cannot be written: {error.strerror}; name another one in "
            "UNMASK_DATA_DIR"
        ) from error
    migrate(database)
    key = _shared_key(database)
    _check_owner(files, place, key)
    ids = ReportIds(key)
    return History(database, files, ids, shelf_bytes=shelf_bytes, clock=clock)


def _check_owner(files: PictureFiles, place: Path, key: bytes) -> None:
    """Note whose pictures the folder holds, and see that it is this database."""
    note = place / _OWNER
    owner = hashlib.sha256(key).hexdigest()
    try:
        before = note.read_text("utf-8", "replace").strip() if note.is_file() else ""
        if before == owner:
            return
        if files.any() and before:  # empty where a process died before it could write
            raise StorageUnavailable(
                f"the pictures in {place} belong to another database; name that one in "
                "UNMASK_DATABASE_URL, or another folder in UNMASK_DATA_DIR"
            )
        note.touch(mode=0o600)
        note.write_text(owner + "\n", "utf-8")
    except OSError as error:
        raise StorageUnavailable(
            f"{note} cannot be used: {error.strerror}; name another folder in UNMASK_DATA_DIR"
        ) from error


def _is_new(database: Database) -> bool:
    """Whether nothing was ever stored in it. A missing file is not made by looking."""
    if not database.is_there:
        return True
    with database.reading() as connection:
        return revision(connection) is None


def _shared_key(database: Database) -> bytes:
    """The key that report ids are made with; made by whoever opens the database first."""
    wanted = select(Secret.value).where(Secret.name == _KEY)
    with database.reading() as connection:
        key = connection.scalar(wanted)
    if key is None:
        with database.writing() as connection:
            put(connection, Secret, {"name": _KEY, "value": secrets.token_bytes(32)})
            key = connection.scalar(wanted)
    assert key is not None
    return key
