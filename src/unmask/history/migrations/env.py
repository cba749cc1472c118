"""Run by Alembic for every command: hands it our connection and our tables."""

from __future__ import annotations

from alembic import context

from unmask.history.tables import Base

# The transaction is the caller's, so that a migration is done wholly or not at all.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
