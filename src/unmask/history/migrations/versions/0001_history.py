"""The first tables: visitors, tokens, pictures, the shelf, entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visitors"),
    )
    op.create_table(
        "tokens",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("visitor_id", sa.String(64), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("used", sa.Date, nullable=True),
        sa.Column("revoked", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_tokens_secret_hash"),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name="fk_tokens_visitor_id"),
    )
    op.create_index("ix_tokens_visitor_id", "tokens", ["visitor_id"])
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_pictures"),
    )
    op.create_table("shelf", *_checked("shelf"))
    op.create_index("ix_shelf_checked", "shelf", ["checked"])
    op.create_index("ix_shelf_visitor_id", "shelf", ["visitor_id"])
    op.create_index("ix_shelf_picture", "shelf", ["picture"])
    saved = sa.Column("saved", sa.BigInteger, nullable=False)
    op.create_table("entries", *_checked("entries"), saved)
    for column in ("", "suspicion", "verdict", "model"):
        columns = ["visitor_id", *filter(None, [column]), "checked", "id"]
        op.create_index(f"ix_entries_{'_'.join(columns)}", "entries", columns)
    op.create_index("ix_entries_picture", "entries", ["picture"])


def downgrade() -> None:
    """Drop all tables, and with them every history."""
    for table in ("entries", "shelf", "pictures", "tokens", "visitors", "secrets"):
        op.drop_table(table)


def _checked(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that the shelf and the entries share."""
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
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=f"fk_{table}_visitor_id"),
        sa.ForeignKeyConstraint(["picture"], ["pictures.sha256"], name=f"fk_{table}_picture"),
    ]
