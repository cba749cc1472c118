"""The database: SQLite in a file, or PostgreSQL. The same statements run on both."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase

from unmask.history.errors import StorageUnavailable

WAIT_SECONDS: Final = 10
"""How long a statement waits for another process that writes, or for PostgreSQL to answer."""
CONNECTIONS: Final = 10
_MIGRATION_LOCK: Final = 0x756E6D61736B  # "unmask"


class Database:
    """The database of a process. Safe to share between threads; nothing is opened before use."""

    def __init__(self, url: str) -> None:
        """Args: the URL, `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`.

        Raises:
            StorageUnavailable: the URL is none of these, or the driver is missing.
        """
        parsed = parse_url(url)
        self._path = Path(parsed.database or "") if _is_sqlite(parsed) else None
        self._file: tuple[int, int] | None = None
        options: dict[str, Any] = {"pool_size": CONNECTIONS, "max_overflow": 2 * CONNECTIONS}
        if self._path is None:
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": WAIT_SECONDS}}
        else:
            options |= {"connect_args": {"timeout": WAIT_SECONDS}}
        try:
            # What is in a row, such as the name of a file, is nobody's but the visitor's.
            self.engine = create_engine(parsed, hide_parameters=True, **options)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise StorageUnavailable(
                'PostgreSQL needs its driver: pip install "unmask[postgres]"'
            ) from error
        if self._path is not None:
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file on this machine."""
        return self._path is not None

    def create_file(self) -> None:
        """Make SQLite's file readable by nobody else; its log files take over its permissions.

        Raises:
            OSError: it cannot be made, or not be written.
        """
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            # Not opened to see that: closing it would let go of what SQLite has locked in it.
            if not os.access(self._path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None
        self._file = _identity(self._path)

    @property
    def is_there(self) -> bool:
        """Whether anything was ever stored in SQLite's file; a server's database is asked."""
        return self._path is None or (self._path.is_file() and self._path.stat().st_size > 0)

    @property
    def replaced(self) -> bool:
        """Whether SQLite's file is gone, or another lies in its place, since it was made sure of.

        Who writes through a connection to the old one writes where nobody will read.
        """
        return self._path is not None and _identity(self._path) != self._file

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with self._told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; SQLite lets one at a time do that.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with (
            self._told(),
            self.engine.connect().execution_options(unmask_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction that changes tables; one process at a time has it."""
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell trouble with the database from mistakes of ours."""
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except (DBAPIError, PoolTimeout) as error:
            if type(error) is DatabaseError:
                self.close()  # SQLite remembers what it read of a damaged file
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            raise StorageUnavailable(f"the database cannot be used: {cause}") from error


def put(connection: Connection, table: type[DeclarativeBase], *rows: Mapping[str, object]) -> None:
    """Insert rows, or lock those that are there, until the transaction ends.

    Where a row is there already, nothing in it changes.
    """
    made = table.__table__
    assert isinstance(made, Table)
    other = next(column for column in made.columns if not column.primary_key)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(made)
    # An update in name only: unlike DO NOTHING it waits for whoever holds the row, and locks it.
    # Not of the key: that would wait for rows that refer to it, which may wait for us.
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(made.primary_key), set_={other.name: other}
        ),
        rows,
    )


def parse_url(url: str) -> URL:
    """The URL as SQLAlchemy has it, with the driver that we use.

    Raises:
        StorageUnavailable: it is for no database that we use.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageUnavailable("the address of the database is not a URL") from error
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if _is_sqlite(parsed) and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise StorageUnavailable(
        f"`{parsed.drivername}` is no database for the history; use "
        "postgresql://USER:PASSWORD@HOST/NAME or sqlite:///PATH"
    )


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _identity(path: Path) -> tuple[int, int] | None:
    """Tells a file from any other; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_up_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # BEGIN is said by us, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what was acknowledged outlives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what was deleted is not left in the file
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that first reads and then writes would fail where another wrote in between.
    writes = connection.get_execution_options().get("unmask_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
