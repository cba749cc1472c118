"""The store: reports on the shelf, saved entries, and their pictures.

Three rules keep rows and files together, whatever moment a process is killed at:
1. A picture gets its name before the row that refers to it is committed.
2. A picture is removed only after the last row that referred to it is gone.
3. Whoever does either holds the picture's row in `pictures` meanwhile, in any process.
What a crash can leave is therefore a file too many, never one too few; `repair` removes those.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Row, and_, false, insert, select, update

from unmask.detection.report import Report
from unmask.history import removal
from unmask.history.database import Database, put
from unmask.history.errors import ReportExpired, ReportUnknown, StorageUnavailable
from unmask.history.identifiers import ReportIds, is_report_id
from unmask.history.listing import (
    EntryFacts,
    Filters,
    Page,
    Sort,
    facts_of,
    page,
    page_statement,
    select_facts,
)
from unmask.history.migrate import newest_revision, revision
from unmask.history.pictures import PictureFiles
from unmask.history.quota import SIZE, STORED, Quota
from unmask.history.removal import LEFT_OVER, SHELF_LIFE
from unmask.history.reports import SavedReport, columns_of, unpacked
from unmask.history.tables import SAVED, SHELVED, Check, StoredPicture, Visitor

_BATCH = 200

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class History:
    """The history of all visitors; every call names the one it is for.

    Safe to share between threads; any number of processes may have the same folder and database.
    """

    def __init__(
        self,
        database: Database,
        files: PictureFiles,
        ids: ReportIds,
        *,
        shelf_bytes: int,
        clock: Clock = now,
    ) -> None:
        """Made by `open_history`. Args: shelf_bytes: what all that is on the shelf may take."""
        self.database = database
        self.files = files
        self.clock = clock
        self._shelf_bytes = shelf_bytes
        self._ids = ids
        self._leftover: set[str] = set()

    def shelve(self, visitor: str, report: Report, data: bytes) -> tuple[str, datetime] | None:
        """Put a report and its picture on the shelf.

        Args:
            visitor: id of the visitor.
            report: what was found.
            data: the bytes of the picture file.

        Returns:
            Its id and until when it can be saved; None where the shelf or the disk is full.

        Raises:
            StorageUnavailable: it cannot be stored.
        """
        checked = self.clock()
        report_id = self._ids.new(visitor, checked)
        row = columns_of(report) | {
            "id": report_id,
            "visitor_id": visitor,
            "checked": checked,
            "bytes": len(data),
        }
        body = row["report"]
        assert isinstance(body, bytes)
        size = len(data) + len(body)
        with self.database.reading() as connection:
            taken = connection.scalar(select(STORED).where(SHELVED)) or 0
        if taken + size > self._shelf_bytes:
            return None
        try:
            if not self.files.has_room(size):
                return None
            staged = self.files.stage(data)
            try:
                with self.database.writing() as connection:
                    picture = {"sha256": staged.sha256, "bytes": staged.bytes}
                    put(connection, StoredPicture, picture)
                    put(connection, Visitor, {"id": visitor, "created": checked})
                    self.files.publish(staged)
                    connection.execute(insert(Check).values(**row, picture=staged.sha256))
            except (StorageUnavailable, OSError):
                if not staged.path.exists():  # it has its name, but perhaps no row
                    self.sweep([staged.sha256])
                raise
            finally:
                self.files.discard(staged)
        except OSError as error:
            raise StorageUnavailable(f"the picture cannot be stored: {error.strerror}") from error
        return report_id, checked + SHELF_LIFE

    def save(
        self, visitor: str, report_id: str, quota: Quota | None = None
    ) -> tuple[EntryFacts, bool]:
        """Keep a report that lies on the shelf.

        Args:
            visitor: id of the visitor.
            report_id: id of the report.
            quota: what the visitor may have saved; no limit if None.

        Returns:
            The entry, and whether it is new; a report can be saved twice, to no effect.

        Raises:
            ReportUnknown: the visitor has no such report.
            ReportExpired: it was checked more than 15 minutes ago.
            QuotaReached: the visitor has saved as much as it may.
            StorageUnavailable: the database cannot be reached.
        """
        moment, own = self.clock(), _own(visitor, report_id)
        with self.database.writing() as connection:
            shelved = connection.execute(
                select(Check.picture, Check.checked, SIZE.label("size"))
                .where(own, SHELVED)
                .with_for_update()
            ).one_or_none()
            if shelved is not None:
                if shelved.checked + SHELF_LIFE <= moment or not self.files.has(shelved.picture):
                    raise ReportExpired
                if quota is not None:
                    quota.check(connection, visitor, shelved.size)
                connection.execute(update(Check).where(own).values(saved=moment))
            saved = connection.execute(select_facts().where(own, SAVED)).one_or_none()
        if saved is not None:
            return facts_of(saved), shelved is not None
        checked = self._ids.checked(report_id, visitor)
        if checked is not None and checked + SHELF_LIFE <= moment:
            raise ReportExpired
        raise ReportUnknown

    def page(
        self,
        visitor: str,
        filters: Filters,
        sort: Sort = Sort.NEWEST,
        *,
        limit: int,
        cursor: str | None = None,
    ) -> Page:
        """One page of the visitor's entries; raises as `listing.page`."""
        with self.database.reading() as connection:
            return page(connection, visitor, filters, sort, limit=limit, cursor=cursor)

    def facts(self, visitor: str, entry_id: str) -> EntryFacts:
        """One entry, without its report.

        Raises:
            ReportUnknown: the visitor has no such entry.
        """
        with self.database.reading() as connection:
            row = connection.execute(
                select_facts().where(_own(visitor, entry_id), SAVED)
            ).one_or_none()
        if row is None:
            raise ReportUnknown
        return facts_of(row)

    def report(self, visitor: str, entry_id: str) -> SavedReport:
        """One entry with its report.

        Raises:
            ReportUnknown: the visitor has no such entry.
        """
        facts = self.facts(visitor, entry_id)
        with self.database.reading() as connection:
            body = connection.scalar(select(Check.report).where(_own(visitor, entry_id)))
        if body is None:
            raise ReportUnknown
        return SavedReport(facts, unpacked(body))

    def reports(self, visitor: str, filters: Filters) -> Iterator[SavedReport]:
        """All of a visitor's entries, the newest first, read a few at a time.

        Raises:
            StorageUnavailable: the database cannot be reached; told before the first entry.
        """

        def read(start: tuple[datetime, str] | None) -> Sequence[Row[Any]]:
            statement = page_statement(visitor, filters, Sort.NEWEST, start).limit(_BATCH)
            with self.database.reading() as connection:
                return connection.execute(statement.add_columns(Check.report)).all()

        def reports(rows: Sequence[Row[Any]]) -> Iterator[SavedReport]:
            while rows:
                for row in rows:
                    yield SavedReport(facts_of(row), unpacked(row.report))
                rows = read((row.checked, row.id)) if len(rows) == _BATCH else []

        return reports(read(None))

    def picture(self, visitor: str, entry_id: str) -> tuple[EntryFacts, BinaryIO]:
        """The picture of an entry, byte for byte as it was sent; a file for the caller to close.

        Raises:
            ReportUnknown: the visitor has no such entry, or somebody removed its file by hand.
            StorageUnavailable: the database or the file cannot be read.
        """
        facts = self.facts(visitor, entry_id)
        file = self.files.open(facts.picture)
        if file is None:
            logger.error("the picture %s is missing; run `unmask history check`", facts.picture)
            raise ReportUnknown
        return facts, file

    def delete(self, visitor: str, entry_id: str) -> None:
        """Remove an entry, and its picture where no other report has the same.

        Where the entry can be removed and the file cannot, it goes with one of the next purges.

        Raises:
            ReportUnknown: the visitor has no such entry.
        """
        if self._remove(and_(_own(visitor, entry_id), SAVED)) == 0:
            raise ReportUnknown

    def unshelve(self, visitor: str, report_id: str) -> None:
        """Take a report off the shelf, if it is there."""
        self._remove(and_(_own(visitor, report_id), SHELVED))

    def delete_all(self, visitor: str) -> int:
        """Remove all that the visitor has, on the shelf too.

        Returns:
            How many entries there were.

        Raises:
            StorageUnavailable: the database cannot be reached; some may be gone by then.
        """
        own = Check.visitor_id == visitor
        self._remove(and_(own, SHELVED))
        return self._remove(own)

    def purge(self) -> int:
        """Remove what lay on the shelf for its time, and visitors who have nothing left.

        Returns:
            How many reports there were.
        """
        self.files.drop_temporary(LEFT_OVER.total_seconds())
        self.sweep(tuple(self._leftover))
        return self._remove(removal.expired(self.clock()))

    def seconds_to_purge(self) -> float:
        """In how many seconds the next report on the shelf is to go; infinite if there is none."""
        expiry = removal.next_expiry(self.database)
        if expiry is None:
            return math.inf
        return max(0.0, (expiry - self.clock()).total_seconds())

    def sweep(self, pictures: Sequence[str]) -> int:
        """Remove those pictures that no report refers to; what cannot be goes at a later purge.

        Returns:
            How many were removed.
        """
        removed = sum(len(self._sweep(batch)) for batch in removal.in_batches(pictures))
        self.files.sync(pictures)
        return removed

    def check_revision(self) -> None:
        """See that the tables are as this software needs them.

        Raises:
            StorageUnavailable: they are not, or the database cannot be reached.
        """
        with self.database.reading() as connection:
            found = revision(connection)
        if found != newest_revision():
            raise StorageUnavailable(f"the database is at revision {found}")

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def _remove(self, which: ColumnElement[bool]) -> int:
        """Remove checks and what they leave; returns how many there were."""
        number, pictures = 0, set[str]()
        for batch in removal.in_batches(removal.ids_of(self.database, which)):
            left = removal.remove(self.database, and_(Check.id.in_(batch), which))
            number += len(left)
            pictures |= self._sweep(left)
        self.files.sync(pictures)
        return number

    def _sweep(self, batch: Collection[str]) -> set[str]:
        """Sweep pictures in one transaction; returns those removed, and notes who must wait."""
        try:
            removed, stuck = removal.sweep(self.database, self.files, batch)
        except StorageUnavailable as error:
            logger.error("%d pictures cannot be removed yet: %s", len(batch), error)
            removed, stuck = set(), set(batch)
        self._leftover.difference_update(batch)
        self._leftover.update(stuck)
        return removed


def _own(visitor: str, report_id: str) -> ColumnElement[bool]:
    """The check of that id, if it is that visitor's."""
    if not is_report_id(report_id):  # anything may come; PostgreSQL does not take all of it
        return false()
    return and_(Check.id == report_id, Check.visitor_id == visitor)
