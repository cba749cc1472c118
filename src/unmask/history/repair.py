"""Finding and mending what a crash or a hand left: files and rows that do not belong together."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select, union

from unmask.history.removal import LEFT_OVER
from unmask.history.store import History
from unmask.history.tables import Entry, Shelved, StoredPicture


@dataclass(frozen=True)
class Findings:
    """What was found; all but `lost` is mended."""

    pictures: int
    """Pictures that reports refer to, and that are there."""
    temporary: int
    """Files that were never wholly written, removed."""
    orphans: int
    """Pictures, thumbnails and rows that no report refers to, removed."""
    shelved: int
    """Reports on the shelf whose picture was missing, removed."""
    lost: list[str] = field(default_factory=list)
    """Ids of saved entries whose picture is missing: no crash does that. Kept unless asked."""


def check(
    history: History, *, drop_lost: bool = False, older_than: float | None = None
) -> Findings:
    """Hold rows against files, and mend what can be mended. May run while servers do.

    Args:
        history: what to check.
        drop_lost: whether entries whose picture is missing go, too.
        older_than: age in seconds from which a temporary file is left over, and not being
            written; 10 minutes if None.

    Raises:
        StorageUnavailable: the database cannot be reached.
    """
    files = history.files
    age = LEFT_OVER.total_seconds() if older_than is None else older_than
    temporary = files.drop_temporary(age)
    there = set(files.all())
    with history.database.reading() as connection:
        rows = set(connection.scalars(select(StoredPicture.sha256)))
        referred = set(connection.scalars(union(select(Shelved.picture), select(Entry.picture))))
    # Neither look was under a lock; `sweep` decides under one.
    orphans = sum(history.sweep(sha256) for sha256 in sorted((there | rows) - referred))
    missing = {sha256 for sha256 in referred if not files.has(sha256)}
    with history.database.reading() as connection:
        shelved = connection.execute(select(Shelved.visitor_id, Shelved.id, Shelved.picture)).all()
        entries = connection.execute(select(Entry.visitor_id, Entry.id, Entry.picture)).all()
    # Looked at once more: it may have been checked again since.
    missing = {sha256 for sha256 in missing if not files.has(sha256)}
    lost = [row for row in entries if row.picture in missing]
    on_shelf = [row for row in shelved if row.picture in missing]
    for row in on_shelf:
        history.unshelve(row.visitor_id, row.id)
    if drop_lost:
        for row in lost:
            history.delete(row.visitor_id, row.id)
    return Findings(
        pictures=len(referred - missing),
        temporary=temporary,
        orphans=orphans,
        shelved=len(on_shelf),
        lost=[row.id for row in lost],
    )
