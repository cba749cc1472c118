"""Removing rows, and then the picture files that nothing refers to any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, select

from unmask.history.database import Database, put
from unmask.history.pictures import PictureFiles
from unmask.history.tables import Checked, Entry, Shelved, StoredPicture, Token, Visitor

SHELF_LIFE: Final = timedelta(minutes=15)
"""How long a report can be saved after its check, and its picture lies on the disk at most."""
LEFT_OVER: Final = timedelta(minutes=10)
"""Age from which a temporary file is left over, and not being written: it goes in time, too."""
_VISITORS: Final = 1000
"""How many visitors are forgotten at once."""


def remove(database: Database, table: type[Checked], which: ColumnElement[bool]) -> list[str]:
    """Remove rows of the shelf or the entries.

    Returns:
        The picture of each, which is to be swept.
    """
    with database.writing() as connection:
        return list(connection.scalars(delete(table).where(which).returning(table.picture)))


def sweep(database: Database, files: PictureFiles, sha256: str) -> bool:
    """Remove a picture and its row if no report refers to it; returns whether it did.

    Raises:
        StorageUnavailable: the database cannot be reached.
        OSError: the file cannot be removed.
    """
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


def expire(database: Database, moment: datetime) -> list[str]:
    """Remove the rows of what lay on the shelf for its time.

    Returns:
        The picture of each, which is to be swept.
    """
    expired = Shelved.checked <= moment - SHELF_LIFE
    with database.reading() as connection:
        if not connection.scalar(select(exists().where(expired))):
            return []
    return remove(database, Shelved, expired)


def next_expiry(database: Database) -> datetime | None:
    """When the next report on the shelf has lain there for its time; None where there is none."""
    with database.reading() as connection:
        checked = connection.scalar(select(func.min(Shelved.checked)))
    return None if checked is None else checked + SHELF_LIFE


def forget_visitors(database: Database) -> None:
    """Remove visitors who have no report and no token."""
    owners = (Shelved, Entry, Token)
    idle = and_(*(~exists().where(one.visitor_id == Visitor.id) for one in owners))
    with database.reading() as connection:
        found = list(connection.scalars(select(Visitor.id).where(idle).limit(_VISITORS)))
    for visitor in found:
        with database.writing() as connection:
            connection.execute(select(Visitor.id).where(Visitor.id == visitor).with_for_update())
            connection.execute(delete(Visitor).where(Visitor.id == visitor, idle))
