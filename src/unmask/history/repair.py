"""Finding and mending what a crash or a hand left: files and rows that do not belong together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, and_, select

from unmask.history.pictures import PARTS
from unmask.history.removal import LEFT_OVER, UNUSED, forget_visitors
from unmask.history.store import History
from unmask.history.tables import Check, StoredPicture


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
    history: History,
    *,
    drop_lost: bool = False,
    older_than: float | None = None,
    since: float = 0.0,
) -> Findings:
    """Hold rows against files, and mend what can be mended. May run while servers do.

    Args:
        history: what to check.
        drop_lost: whether entries whose picture is missing go, too.
        older_than: age in seconds from which a temporary file is left over, and not being
            written; 10 minutes if None.
        since: looks only at folders in which files came or went since then, in seconds since
            1970: what a crash left since then is there. `pictures` and `lost` are theirs alone.

    Raises:
        StorageUnavailable: the database cannot be reached.
    """
    files, database = history.files, history.database
    age = LEFT_OVER.total_seconds() if older_than is None else older_than
    temporary = files.drop_temporary(age)
    with database.reading() as connection:
        unused = list(connection.scalars(select(StoredPicture.sha256).where(UNUSED)))
    orphans, pictures, reports = history.sweep(unused), 0, list[Row[Any]]()
    for part in PARTS:  # one after the other: a million names need not be in memory at once
        if files.changed(part) < since:
            continue
        there = files.pictures(part)
        with database.reading() as connection:
            referred = set(connection.scalars(_referred(part)))
        # Neither look was under a lock; `sweep` decides under one, and a file may be new.
        orphans += history.sweep(sorted((there | files.thumbnails(part)) - referred))
        missing = {sha256 for sha256 in referred - there if not files.has(sha256)}
        pictures += len(referred - missing)
        columns = (Check.visitor_id, Check.id, Check.saved)
        with database.reading() as connection:
            reports += connection.execute(select(*columns).where(Check.picture.in_(missing)))
    on_shelf = [row for row in reports if row.saved is None]
    lost_entries = [row for row in reports if row.saved is not None]
    for row in on_shelf:
        history.unshelve(row.visitor_id, row.id)
    if drop_lost:
        for row in lost_entries:
            history.delete(row.visitor_id, row.id)
    if since <= 0.0:
        forget_visitors(database)
    return Findings(
        pictures=pictures,
        temporary=temporary,
        orphans=orphans,
        shelved=len(on_shelf),
        lost=[row.id for row in lost_entries],
    )


def _referred(part: str) -> Select[Any]:
    """The pictures that reports refer to and whose names begin so, found by an index."""
    following = f"{part}g"  # after every name that begins so: g is no digit
    between = and_(Check.picture >= part, Check.picture < following)
    return select(Check.picture).where(between).distinct()
