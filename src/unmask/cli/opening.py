"""The history as the command line opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from unmask.history.opening import open_history
from unmask.history.store import History
from unmask.settings import load_settings


@contextmanager
def opened_history() -> Iterator[History]:
    """The history by the settings; raises StorageUnavailable."""
    settings = load_settings()
    opened = open_history(
        settings.data_dir, settings.database_url, shelf_bytes=settings.shelf_bytes
    )
    try:
        yield opened
    finally:
        opened.close()
