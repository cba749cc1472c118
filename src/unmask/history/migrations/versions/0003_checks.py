"""One table of checks in place of the shelf and the entries: what is saved says since when."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS: Final = (
    "id", "visitor_id", "picture", "checked", "name", "verdict", "suspicion", "model", "faces",
    "width", "height", "format", "bytes", "report", "why_unsure",
)  # fmt: skip
ORDERS: Final = ((), ("suspicion",), ("verdict",), ("model",))
"""What the entries of a visitor are listed by, before the moment of the check."""


def upgrade() -> None:
    """Make the table, move everything into it, then index it and drop the two."""
    op.create_table("checks", *_columns("checks"), sa.Column("saved", sa.BigInteger, nullable=True))
    _move("shelf", "checks", [*COLUMNS])
    _move("entries", "checks", [*COLUMNS, "saved"])
    op.drop_table("shelf")
    op.drop_table("entries")
    for column in ("visitor_id", "picture"):
        op.create_index(f"ix_checks_{column}", "checks", [column])
    _index("checks", ["checked"], "saved IS NULL")
    for order in ORDERS:
        _index("checks", ["visitor_id", *order, "checked", "id", "saved"], "saved IS NOT NULL")


def downgrade() -> None:
    """Move what is saved and what is not into two tables again."""
    op.create_table("shelf", *_columns("shelf"))
    op.create_table(
        "entries", *_columns("entries"), sa.Column("saved", sa.BigInteger, nullable=False)
    )
    _move("checks", "shelf", [*COLUMNS], "saved IS NULL")
    _move("checks", "entries", [*COLUMNS, "saved"], "saved IS NOT NULL")
    op.drop_table("checks")
    for column in ("checked", "visitor_id", "picture"):
        op.create_index(f"ix_shelf_{column}", "shelf", [column])
    op.create_index("ix_entries_picture", "entries", ["picture"])
    for order in ORDERS:
        _index("entries", ["visitor_id", *order, "checked", "id"])


def _columns(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that all three tables have."""
    return [
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("visitor_id", sa.String(64), nullable=False),
        sa.Column("picture", sa.String(64), nullable=False),
        sa.Column("checked", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(255), nullable=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("suspicion", sa.Float(53), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("faces", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.Column("why_unsure", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=f"fk_{table}_visitor_id"),
        sa.ForeignKeyConstraint(["picture"], ["pictures.sha256"], name=f"fk_{table}_picture"),
    ]


def _move(source: str, target: str, names: list[str], which: str = "TRUE") -> None:
    columns = ", ".join(names)
    op.execute(f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {source} WHERE {which}")


def _index(table: str, columns: list[str], which: str | None = None) -> None:
    where = None if which is None else sa.text(which)
    name = f"ix_{table}_{'_'.join(columns)}"
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
