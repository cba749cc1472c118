"""Identifiers that nobody can guess: of reports, of visitors, of tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from typing import Final

SECRET_BYTES: Final = 32
TOKEN_PREFIX: Final = "unmask_"
_TIME_BYTES, _RANDOM_BYTES, _MAC_BYTES = 5, 16, 9
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_REPORT: Final = re.compile(r"[A-Za-z0-9_-]{40}")


def new_secret() -> str:
    """A random secret of 256 bits, 43 letters: the value of a visitor's cookie."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_token() -> str:
    """A random bearer token; its beginning tells scanners for leaked secrets what it is."""
    return TOKEN_PREFIX + new_secret()


def new_report_id() -> str:
    """An id, as long as any, for a report that nothing is kept of."""
    return secrets.token_urlsafe(_TIME_BYTES + _RANDOM_BYTES + _MAC_BYTES)


def is_secret(value: str) -> bool:
    """Whether a cookie's value looks like a secret that we made."""
    return _SECRET.fullmatch(value) is not None


def is_report_id(value: str) -> bool:
    """Whether a value looks like the id of a report."""
    return _REPORT.fullmatch(value) is not None


def hashed(secret: str) -> str:
    """SHA-256 of a secret, hexadecimal; slow hashing is for secrets that people choose."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ReportIds:
    """Makes the ids of reports, 40 letters, and tells its own from others.

    An id holds the second of the check, 128 random bits, and a code by which we know later, when
    nothing else is left of the report, that it was made for this visitor: such a report has
    expired, any other is unknown.
    """

    def __init__(self, key: bytes) -> None:
        """Args: key: random bytes, the same in every process of the installation."""
        self._key = key

    def new(self, visitor: str, checked: datetime) -> str:
        """An id for a report of that visitor."""
        second = int(checked.timestamp()).to_bytes(_TIME_BYTES, "big")
        payload = second + secrets.token_bytes(_RANDOM_BYTES)
        return base64.urlsafe_b64encode(payload + self._mac(payload, visitor)).decode()

    def checked(self, report_id: str, visitor: str) -> datetime | None:
        """The second in which the report was checked; None where the id is not this visitor's."""
        if not is_report_id(report_id):
            return None
        whole = base64.urlsafe_b64decode(report_id)
        payload, mac = whole[:-_MAC_BYTES], whole[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload, visitor)):
            return None
        return datetime.fromtimestamp(int.from_bytes(payload[:_TIME_BYTES], "big"), UTC)

    def _mac(self, payload: bytes, visitor: str) -> bytes:
        return hmac.digest(self._key, payload + visitor.encode(), "sha256")[:_MAC_BYTES]
