"""The history as the server has it: opened when it is first needed, and again after trouble.

A server whose database or folder is not there still checks pictures.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import Final

from unmask.api.guards.rates import Buckets
from unmask.detection.report import Report
from unmask.history.errors import StorageUnavailable
from unmask.history.opening import FOLDER, open_history
from unmask.history.removal import SHELF_LIFE
from unmask.history.store import Clock, History, now
from unmask.settings import Settings

RETRY_SECONDS: Final = 5.0
PARTS: Final = 4
"""Of the shelf; one address may fill one at once, and one more while that lies there."""

logger = logging.getLogger(__name__)


class Storage:
    """The history of this server. Safe to share between threads."""

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        """Args: settings; clock: tells the history the time."""
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._history: History | None = None
        self._trouble: StorageUnavailable | None = None
        self._failed = 0.0
        self._in_vain = -RETRY_SECONDS
        part = max(settings.shelf_bytes // PARTS, settings.max_bytes)
        self._parts = Buckets(part, period=SHELF_LIFE.total_seconds())

    @property
    def in_use(self) -> bool:
        """Whether anything needs the database: the history, or tokens."""
        return self._settings.history or self._settings.require_token

    @property
    def to_be_tidied(self) -> bool:
        """Whether something may lie on the shelf: from before, where nothing is kept any more."""
        return self.in_use or (self._settings.data_dir / FOLDER).is_dir()

    def open(self) -> History:
        """The history, ready for use. May wait for the database, so not for the event loop.

        Raises:
            StorageUnavailable: it cannot be used; it is tried again some seconds later.
        """
        with self._lock:
            if self._history is not None and self._history.database.replaced:
                logger.error("the file of the database is gone or another one: opening it anew")
                self._history.close()
                self._history = None
            if self._history is None:
                if self._trouble and time.monotonic() - self._failed < RETRY_SECONDS:
                    raise self._trouble
                settings = self._settings
                try:
                    self._history = open_history(
                        settings.data_dir,
                        settings.database_url,
                        shelf_bytes=settings.shelf_bytes,
                        clock=self._clock,
                    )
                except StorageUnavailable as error:
                    self._trouble, self._failed = error, time.monotonic()
                    raise
            return self._history

    def shelve(
        self, visitor: str, report: Report, data: bytes, client: str | None = None
    ) -> tuple[str, datetime] | None:
        """Put a report and its picture on the shelf, as `History.shelve`; None where it cannot be.

        Nor can it where `client`, an address, has its part of the shelf: visitors are made up for
        nothing, by dropping the cookie, and addresses are not. None for this machine's own.

        After trouble nothing is put there for some seconds, so that whoever has pictures checked
        does not wait every time for a database that is not there.
        """
        if time.monotonic() - self._in_vain < RETRY_SECONDS:
            return None
        if client is not None:
            with self._lock:
                if self._parts.take(client, len(data)) > 0.0:
                    return None
        try:
            return self.open().shelve(visitor, report, data)
        except StorageUnavailable as error:
            logger.error("%s", error)
            self._in_vain = time.monotonic()
            return None

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._history is not None:
                self._history.close()
                self._history = None
