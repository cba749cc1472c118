"""What one visitor may have saved, so that nobody fills the disk for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from unmask.history.errors import QuotaReached
from unmask.history.tables import SAVED, Check, Visitor

SIZE: Final[ColumnElement[int]] = Check.bytes + func.length(Check.report)
"""What a checked picture takes: the bytes of its file and of its report."""
STORED: Final[ColumnElement[int]] = func.coalesce(func.sum(SIZE), 0)
"""What all of them take; PostgreSQL makes a Decimal of sums."""


@dataclass(frozen=True)
class Quota:
    """What one visitor may have saved: entries, and bytes of their pictures and reports."""

    entries: int
    bytes: int

    def check(self, connection: Connection, visitor: str, size: int) -> None:
        """See that a visitor may save one more, of so many bytes with its report.

        Until the transaction ends, nobody else saves for this visitor.

        Raises:
            QuotaReached: it has too many, or they are too large.
        """
        own = Visitor.id == visitor
        connection.execute(select(Visitor.id).where(own).with_for_update(key_share=True))
        count, taken = connection.execute(
            select(func.count(), STORED).where(Check.visitor_id == visitor, SAVED)
        ).one()
        if count >= self.entries:
            raise QuotaReached(
                f"{count} reports are saved, and one visitor may have {self.entries}; remove some, "
                "then save this one"
            )
        together = int(taken) + size
        if together > self.bytes:
            raise QuotaReached(
                f"with this one what is saved would take {together / 1e6:.1f} MB, and one visitor "
                f"may have {self.bytes / 1e6:.1f} MB; remove some, then save this one"
            )
