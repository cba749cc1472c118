"""Removing rows, and then the picture files that nothing refers to any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, select

from unmask.history.database import Database, put
from unmask.history.pictures import PictureFiles
from unmask.history.tables import Checked, Entry, Shelved, StoredPicture, Token, Visitor

SHELF_LIFE: Final = timedelta(minutes=15)
"""How long a report can be saved after its check, and its picture lies on the disk at most."""
_VISITORS: Final = 1000
"""How many visitors are forgotten at once."""


def remove(
    database: Database, files: PictureFiles, table: type[Checked], which: ColumnElement[bool]
) -> int:
    """Remove rows of the shelf or the entries, and each picture that no other row refers to.

    Returns:
        How many rows there were.
    """
    with database.writing() as connection:
        statement = delete(table).where(which).returning(table.picture)
        pictures = list(connection.scalars(statement))
    for sha256 in set(pictures):
        sweep(database, files, sha256)
    return len(pictures)


def sweep(database: Database, files: PictureFiles, sha256: str) -> bool:
    """Remove a picture and its row if no report refers to it; returns whether it did."""
    with database.writing() as connection:
        put(connection, StoredPicture, {"sha256": sha256, "bytes": 0})
        # A statement of its own: only now, with the row held, is what it sees up to date.
        referred = select(
            exists().where(Shelved.picture == sha256) | exists().where(Entry.picture == sha256)
        )
        if connection.scalar(referred):
            return False
        connection.execute(delete(StoredPicture).where(StoredPicture.sha256 == sha256))
        # Before the row is let go of: whoever saves the same picture now waits for it.
        files.remove(sha256)
    return True


def purge(database: Database, files: PictureFiles, moment: datetime) -> int:
    """Remove what lay on the shelf for its time, and visitors who have nothing left.

    Returns:
        How many reports there were.
    """
    files.drop_temporary(SHELF_LIFE.total_seconds())
    expired = Shelved.checked <= moment - SHELF_LIFE
    with database.reading() as connection:
        if not connection.scalar(select(exists().where(expired))):
            return 0
    purged = remove(database, files, Shelved, expired)
    _forget_visitors(database)
    return purged


def _forget_visitors(database: Database) -> None:
    """Remove visitors who have no report and no token."""
    owners = (Shelved, Entry, Token)
    idle = and_(*(~exists().where(one.visitor_id == Visitor.id) for one in owners))
    with database.reading() as connection:
        found = list(connection.scalars(select(Visitor.id).where(idle).limit(_VISITORS)))
    for visitor in found:
        with database.writing() as connection:
            connection.execute(select(Visitor.id).where(Visitor.id == visitor).with_for_update())
            connection.execute(delete(Visitor).where(Visitor.id == visitor, idle))
