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
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    false,
    insert,
    literal,
    select,
)

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
from unmask.history.quota import Quota, size_of, stored_bytes
from unmask.history.removal import LEFT_OVER, SHELF_LIFE
from unmask.history.reports import SavedReport, columns_of, unpacked
from unmask.history.tables import Checked, Entry, Shelved, StoredPicture, Visitor

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
            taken = connection.scalar(select(stored_bytes(Shelved))) or 0
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
                    connection.execute(insert(Shelved).values(**row, picture=staged.sha256))
            except (StorageUnavailable, OSError):
                if not staged.path.exists():  # it has its name, but perhaps no row
                    self._sweep(staged.sha256)
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
        moment = self.clock()
        with self.database.writing() as connection:
            shelved = connection.execute(
                select(Shelved.picture, Shelved.checked, size_of(Shelved).label("size"))
                .where(_own(Shelved, visitor, report_id))
                .with_for_update()
            ).one_or_none()
            if shelved is not None:
                if shelved.checked + SHELF_LIFE <= moment or not self.files.has(shelved.picture):
                    raise ReportExpired
                if quota is not None:
                    quota.check(connection, visitor, shelved.size)
                self._move(connection, report_id, moment)
            saved = connection.execute(
                select_facts().where(_own(Entry, visitor, report_id))
            ).one_or_none()
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
                select_facts().where(_own(Entry, visitor, entry_id))
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
            body = connection.scalar(select(Entry.report).where(_own(Entry, visitor, entry_id)))
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
                return connection.execute(statement.add_columns(Entry.report)).all()

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
        if self._remove(Entry, _own(Entry, visitor, entry_id)) == 0:
            raise ReportUnknown

    def unshelve(self, visitor: str, report_id: str) -> None:
        """Take a report off the shelf, if it is there."""
        self._remove(Shelved, _own(Shelved, visitor, report_id))

    def delete_all(self, visitor: str) -> int:
        """Remove all that the visitor has, on the shelf too.

        Returns:
            How many entries there were.
        """
        self._remove(Shelved, Shelved.visitor_id == visitor)
        return self._remove(Entry, Entry.visitor_id == visitor)

    def purge(self) -> int:
        """Remove what lay on the shelf for its time, and visitors who have nothing left.

        Returns:
            How many reports there were.
        """
        self.files.drop_temporary(LEFT_OVER.total_seconds())
        for sha256 in tuple(self._leftover):
            self._leftover.discard(sha256)
            self._sweep(sha256)
        expired = removal.expire(self.database, self.clock())
        self._sweep(*expired)
        if expired:
            removal.forget_visitors(self.database)
        return len(expired)

    def seconds_to_purge(self) -> float:
        """In how many seconds the next report on the shelf is to go; infinite if there is none."""
        expiry = removal.next_expiry(self.database)
        if expiry is None:
            return math.inf
        return max(0.0, (expiry - self.clock()).total_seconds())

    def sweep(self, sha256: str) -> bool:
        """Remove a picture if no report refers to it; returns whether it did."""
        return removal.sweep(self.database, self.files, sha256)

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

    def _remove(self, table: type[Checked], which: ColumnElement[bool]) -> int:
        """Remove rows and what they leave; returns how many there were."""
        pictures = removal.remove(self.database, table, which)
        self._sweep(*pictures)
        return len(pictures)

    def _sweep(self, *pictures: str) -> None:
        """Remove those pictures that no report refers to, now or else at the next purge."""
        for sha256 in set(pictures):
            try:
                self.sweep(sha256)
            except (StorageUnavailable, OSError) as error:
                logger.error("the picture %s cannot be removed yet: %s", sha256, error)
                self._leftover.add(sha256)

    def _move(self, connection: Connection, report_id: str, moment: datetime) -> None:
        """From the shelf to the entries."""
        names = [column.name for column in Shelved.__table__.columns]
        columns = [Shelved.__table__.c[name] for name in names]
        saved = Entry.__table__.c.saved
        whole = select(*columns, literal(moment, saved.type)).where(Shelved.id == report_id)
        connection.execute(insert(Entry).from_select([*names, "saved"], whole))
        connection.execute(delete(Shelved).where(Shelved.id == report_id))


def _own(table: type[Checked], visitor: str, report_id: str) -> ColumnElement[bool]:
    """The row of that id, if it is that visitor's."""
    if not is_report_id(report_id):  # anything may come; PostgreSQL does not take all of it
        return false()
    return and_(table.id == report_id, table.visitor_id == visitor)
