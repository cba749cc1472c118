"""What can go wrong with the history; each message says what to do."""

from __future__ import annotations


class HistoryError(Exception):
    """Something about the history; the message says what and what to do."""


class StorageUnavailable(HistoryError):
    """The database or the folder of pictures cannot be used now."""


class ReportUnknown(HistoryError):
    """No report of this visitor has the id."""

    def __init__(self) -> None:
        super().__init__("there is no report with this id; check the picture again")


class ReportExpired(HistoryError):
    """The report was checked too long ago to be saved."""

    def __init__(self) -> None:
        super().__init__(
            "the report was made more than 15 minutes ago, and its picture is gone; check it again"
        )


class QuotaReached(HistoryError):
    """The visitor has saved as much as one may; the message says how much."""


class BadCursor(HistoryError):
    """The cursor was not made by this listing."""

    def __init__(self) -> None:
        super().__init__("no listing made this cursor; start again without one")


class TokenError(HistoryError):
    """A token cannot be made or revoked; the message says why."""
