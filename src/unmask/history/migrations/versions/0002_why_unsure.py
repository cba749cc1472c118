"""Why a verdict is unsure, as a column: lists say it, too."""

from __future__ import annotations

import json
import zlib
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES: Final = ("shelf", "entries")
BATCH: Final = 200


def upgrade() -> None:
    """Add the column, and fill it from the reports that are unsure."""
    for table in TABLES:
        op.add_column(table, sa.Column("why_unsure", sa.String(32), nullable=True))
        _fill(table)


def downgrade() -> None:
    """Drop the column; the reports say it still."""
    for table in TABLES:
        op.drop_column(table, "why_unsure")


def _fill(table: str) -> None:
    names = ("id", "verdict", "report", "why_unsure")
    rows = sa.table(table, *(sa.column(name) for name in names))
    wanted = sa.select(rows.c.id, rows.c.report).where(rows.c.verdict == "unsure")
    wanted = wanted.order_by(rows.c.id).limit(BATCH)
    connection, last = op.get_bind(), ""
    while found := connection.execute(wanted.where(rows.c.id > last)).all():
        for row in found:
            why = _why(row.report)
            connection.execute(sa.update(rows).where(rows.c.id == row.id).values(why_unsure=why))
        last = found[-1].id


def _why(report: bytes) -> str | None:
    faces = json.loads(zlib.decompress(report))["faces"]
    unsure = [face for face in faces if face["verdict"] == "unsure"]
    unsure.sort(key=lambda face: face["probability_generated"] or 0.0)
    why: str | None = unsure[-1]["why_unsure"] if unsure else None
    return why
