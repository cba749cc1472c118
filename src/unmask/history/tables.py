"""The tables. The migrations make them; a test holds that both agree.

No address, browser or location of anybody is in any of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Dialect,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Blob = bytes
"""The type, in classes where the name is a column's."""
ID_LENGTH: Final = 40
NAME_LENGTH: Final = 255
HASH_LENGTH: Final = 64
"""Hexadecimal digits of a SHA-256."""
NO_SUSPICION: Final = -1.0
"""Stands for the probability where no face could be judged, so that the column orders."""


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 of a moment with a time zone."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, stored as microseconds since 1970: the same order in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Python to database."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Database to Python."""
        return None if value is None else EPOCH + timedelta(microseconds=int(value))


class Base(DeclarativeBase):
    """What all tables share: how constraints are named, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Secret(Base):
    """Random keys of this installation, shared by all its processes."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class Visitor(Base):
    """Somebody with a history: a browser, by the hash of its cookie, or the bearer of a token."""

    __tablename__ = "visitors"

    id: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)


class Token(Base):
    """A bearer token; only its hash is here."""

    __tablename__ = "tokens"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id"), index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[date | None]
    revoked: Mapped[datetime | None] = mapped_column(Moment)


class StoredPicture(Base):
    """A picture file that some report refers to; its row is the lock under which it changes."""

    __tablename__ = "pictures"

    sha256: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)


def _partial(which: str, *columns: str) -> Index:
    """An index of those rows alone."""
    return Index(None, *columns, sqlite_where=text(which), postgresql_where=text(which))


class Check(Base):
    """A checked picture: on the shelf, from where it goes 15 minutes later, or saved."""

    __tablename__ = "checks"
    # The purge reads the oldest of the shelf, and lists the saved, in every order that they have.
    # `saved` is in these for SQLite alone: with it, counting reads the index and no row.
    __table_args__ = (
        _partial("saved IS NULL", "checked"),
        _partial("saved IS NOT NULL", "visitor_id", "checked", "id", "saved"),
        _partial("saved IS NOT NULL", "visitor_id", "suspicion", "checked", "id", "saved"),
        _partial("saved IS NOT NULL", "visitor_id", "verdict", "checked", "id", "saved"),
        _partial("saved IS NOT NULL", "visitor_id", "model", "checked", "id", "saved"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id"), index=True)
    picture: Mapped[str] = mapped_column(ForeignKey("pictures.sha256"), index=True)
    checked: Mapped[datetime] = mapped_column(Moment)
    saved: Mapped[datetime | None] = mapped_column(Moment)
    """None on the shelf."""
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    verdict: Mapped[str] = mapped_column(String(16))
    suspicion: Mapped[float] = mapped_column(Float(53))
    """Probability of generated of the most suspicious face, or NO_SUSPICION."""
    model: Mapped[str] = mapped_column(String(100))
    faces: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    format: Mapped[str] = mapped_column(String(16))
    bytes: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[Blob] = mapped_column(LargeBinary)
    """The report as JSON, compressed with zlib; lists never read it."""
    why_unsure: Mapped[str | None] = mapped_column(String(32))
    """Why the verdict is unsure; None where it is another."""


SHELVED: Final = Check.saved.is_(None)
SAVED: Final = Check.saved.is_not(None)
