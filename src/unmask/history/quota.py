"""What one visitor may have saved, so that nobody fills the disk for all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from unmask.history.errors import QuotaReached
from unmask.history.tables import Entry, Visitor


@dataclass(frozen=True)
class Quota:
    """What one visitor may have saved: entries, and bytes of their pictures."""

    entries: int
    bytes: int

    def check(self, connection: Connection, visitor: str, size: int) -> None:
        """See that a visitor may save one more, of a picture of so many bytes.

        Until the transaction ends, nobody else saves for this visitor.

        Raises:
            QuotaReached: it has too many, or they are too large.
        """
        own = Visitor.id == visitor
        connection.execute(select(Visitor.id).where(own).with_for_update(key_share=True))
        count, taken = connection.execute(
            select(func.count(), func.coalesce(func.sum(Entry.bytes), 0)).where(
                Entry.visitor_id == visitor
            )
        ).one()
        if count >= self.entries:
            raise QuotaReached(
                f"{count} reports are saved, and one visitor may have {self.entries}; remove some, "
                "then save this one"
            )
        together = int(taken) + size  # PostgreSQL makes a Decimal of sums
        if together > self.bytes:
            raise QuotaReached(
                f"with this one the saved pictures would take {together / 1e6:.1f} MB, and those "
                f"of one visitor may take {self.bytes / 1e6:.1f} MB; remove some, then save this "
                "one"
            )
