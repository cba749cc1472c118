"""The database: SQLite in a file, or PostgreSQL. The same statements run on both."""

from __future__ import annotations

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
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
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
        options: dict[str, Any] = {"pool_size": CONNECTIONS, "max_overflow": 2 * CONNECTIONS}
        if self._path is None:
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": WAIT_SECONDS}}
        else:
            options |= {"connect_args": {"timeout": WAIT_SECONDS}}
        try:
            self.engine = create_engine(parsed, **options)
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
            OSError: it cannot be made.
        """
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with _told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; SQLite lets one at a time do that.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with (
            _told(),
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


def put(connection: Connection, table: type[DeclarativeBase], values: Mapping[str, object]) -> None:
    """Insert a row, or lock the one that is there, until the transaction ends.

    Where the row is there already, nothing in it changes.
    """
    made = table.__table__
    assert isinstance(made, Table)
    other = next(column for column in made.columns if not column.primary_key)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(made).values(**values)
    # An update in name only: unlike DO NOTHING it waits for whoever holds the row, and locks it.
    # Not of the key: that would wait for rows that refer to it, which may wait for us.
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(made.primary_key), set_={other.name: other}
        )
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


@contextmanager
def _told() -> Iterator[None]:
    """Tell trouble with the database from mistakes of ours."""
    try:
        yield
    except IntegrityError:
        raise
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StorageUnavailable(f"the database cannot be used: {cause}") from error


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
