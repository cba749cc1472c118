"""Thumbnails: made when an entry is saved, or else when one is looked at."""

from __future__ import annotations

from sqlalchemy import select

from unmask.history.errors import ReportUnknown, StorageUnavailable
from unmask.history.listing import EntryFacts
from unmask.history.store import History
from unmask.history.tables import StoredPicture
from unmask.imaging.decode import PictureError


def make_thumbnail(history: History, facts: EntryFacts) -> bytes:
    """The thumbnail of an entry, WebP; made now where it is not there yet, which takes time.

    Raises:
        ReportUnknown: the entry is gone by now.
        StorageUnavailable: it cannot be made or written.
    """
    files = history.files
    ready = files.thumbnail(facts.picture)
    if ready is not None:
        return ready
    try:
        staged = files.stage_thumbnail(facts.picture, facts.width * facts.height)
        if staged is None:
            raise ReportUnknown
        try:
            data = staged.path.read_bytes()
            own = StoredPicture.sha256 == facts.picture
            with history.database.writing() as connection:
                held = select(StoredPicture.sha256).where(own).with_for_update()
                if connection.scalar(held) is None:
                    raise ReportUnknown
                files.publish_thumbnail(staged)
        finally:
            files.discard(staged)
    except PictureError as error:
        raise StorageUnavailable(f"the picture {facts.picture} is damaged: {error}") from error
    except OSError as error:
        raise StorageUnavailable(f"the thumbnail cannot be stored: {error.strerror}") from error
    return data
