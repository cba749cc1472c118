"""Removing rows, and then the picture files that nothing refers to any more.

All of it in batches, each a transaction of its own: SQLite lets one process write at a time, and
nobody else's check is to wait long for it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select

from unmask.history.database import Database, put
from unmask.history.pictures import PictureFiles
from unmask.history.tables import SHELVED, Check, StoredPicture, Token, Visitor

SHELF_LIFE: Final = timedelta(minutes=15)
"""How long a report can be saved after its check, and its picture lies on the disk at most."""
LEFT_OVER: Final = timedelta(minutes=10)
"""Age from which a temporary file is left over, and not being written: it goes in time, too."""
BATCH: Final = 200
"""How many rows or pictures one transaction removes."""
BUSY_SECONDS: Final = 0.3
REST_SECONDS: Final = 0.12
"""Who waits to write to SQLite looks every 0.1 s whether it may (`sqlite3_busy_timeout`)."""

UNUSED: Final = ~exists().where(Check.picture == StoredPicture.sha256)
"""Of rows of pictures: no report refers to it."""
_IDLE: Final = and_(*(~exists().where(one.visitor_id == Visitor.id) for one in (Check, Token)))

logger = logging.getLogger(__name__)


def in_batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The names, some at a time, with rests in which others come to write."""
    begun = time.monotonic()
    for start in range(0, len(names), BATCH):
        if time.monotonic() - begun >= BUSY_SECONDS:
            time.sleep(REST_SECONDS)
            begun = time.monotonic()
        yield names[start : start + BATCH]


def ids_of(database: Database, which: ColumnElement[bool]) -> list[str]:
    """The ids of these checks."""
    with database.reading() as connection:
        return list(connection.scalars(select(Check.id).where(which)))


def remove(database: Database, which: ColumnElement[bool]) -> list[str]:
    """Remove these checks, and their visitors where nothing is left of them.

    Returns:
        The picture of each, which is to be swept.
    """
    with database.writing() as connection:
        gone = connection.execute(
            delete(Check).where(which).returning(Check.picture, Check.visitor_id)
        ).all()
        _forget(connection, {row.visitor_id for row in gone})
    return [row.picture for row in gone]


def sweep(
    database: Database, files: PictureFiles, pictures: Collection[str]
) -> tuple[set[str], set[str]]:
    """Remove those pictures and their rows to which no report refers.

    Returns:
        Those that were removed, and those that nothing refers to but that cannot be removed.

    Raises:
        StorageUnavailable: the database cannot be reached.
    """
    stuck = set()
    with database.writing() as connection:
        if pictures:  # in one order: two never lock crosswise
            held = [{"sha256": sha256, "bytes": 0} for sha256 in sorted(set(pictures))]
            put(connection, StoredPicture, *held)
        # A statement of its own: only now, with the rows held, is what it sees up to date.
        own = StoredPicture.sha256.in_(pictures)
        unused = set(connection.scalars(select(StoredPicture.sha256).where(own, UNUSED)))
        for sha256 in unused:
            try:
                # Before the row is let go of: whoever saves the same picture now waits for it.
                files.remove(sha256)
            except OSError as error:
                logger.error("the picture %s cannot be removed yet: %s", sha256, error)
                stuck.add(sha256)
        connection.execute(delete(StoredPicture).where(StoredPicture.sha256.in_(unused - stuck)))
    return unused - stuck, stuck


def forget_visitors(database: Database) -> None:
    """Remove visitors who have no report and no token, where a version before this left some."""
    with database.reading() as connection:
        found = list(connection.scalars(select(Visitor.id).where(_IDLE)))
    for batch in in_batches(found):
        with database.writing() as connection:
            _forget(connection, batch)


def expired(moment: datetime) -> ColumnElement[bool]:
    """What has lain on the shelf for its time."""
    return and_(SHELVED, Check.checked <= moment - SHELF_LIFE)


def next_expiry(database: Database) -> datetime | None:
    """When the next report on the shelf has lain there for its time; None where there is none."""
    with database.reading() as connection:
        checked = connection.scalar(select(func.min(Check.checked)).where(SHELVED))
    return None if checked is None else checked + SHELF_LIFE


def _forget(connection: Connection, visitors: Collection[str]) -> None:
    """Remove those of these visitors who have nothing."""
    own = Visitor.id.in_(visitors)
    # As in `sweep`: held first, and then looked at.
    connection.execute(select(Visitor.id).where(own).order_by(Visitor.id).with_for_update())
    connection.execute(delete(Visitor).where(own, _IDLE))
