"""The list of trusted signers, where whoever runs Unmask has one kept.

C2PA publishes a list of the authorities whose certificates its members sign with. It is not shipped
with Unmask, and never fetched by itself: `unmask trust fetch` gets it when a person asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

ADDRESS: Final = (
    "https://raw.githubusercontent.com/c2pa-org/conformance-public/refs/heads/main/"
    "trust-list/C2PA-TRUST-LIST.pem"
)
"""Where C2PA publishes its list: https://github.com/c2pa-org/conformance-public."""
FILE_NAME: Final = "c2pa-trust.pem"
MAX_BYTES: Final = 2_000_000
OLD: Final = timedelta(days=180)
"""After which a list is told to be old: C2PA has a new one every few months."""

_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----"
)


class TrustError(Exception):
    """A list of trusted signers cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class TrustList:
    """Certificates of the authorities that signers are trusted by, as PEM, and since when."""

    pem: str
    certificates: int
    kept: datetime

    def is_old(self, now: datetime) -> bool:
        """Whether a newer list should be got."""
        return now - self.kept > OLD


def parse_trust_list(raw: bytes, kept: datetime) -> TrustList:
    """Check a list, and take of it nothing but the certificates.

    Raises:
        TrustError: it is too long, or holds no certificates that can be read.
    """
    if len(raw) > MAX_BYTES:
        raise TrustError(f"the list has {len(raw)} bytes; the limit is {MAX_BYTES}")
    found = _CERTIFICATE.findall(raw.decode("utf-8", errors="replace"))
    if not found:
        raise TrustError(
            "the list holds no certificate in PEM; it must have lines BEGIN CERTIFICATE"
        )
    pem = "\n".join(found) + "\n"
    _check(pem)
    return TrustList(pem, len(found), kept)


def read_trust_list(path: Path) -> TrustList:
    """Read a kept list; the date is the file's.

    Raises:
        TrustError: it cannot be read, or holds no certificates.
    """
    try:
        stamp = path.stat()
        return _read(path, stamp.st_mtime_ns, stamp.st_size)
    except OSError as error:
        raise TrustError(f"the list {path} cannot be read: {error.strerror or error}") from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> TrustList:
    """Read once, and again where the file has changed."""
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    kept = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        return parse_trust_list(raw, kept)
    except TrustError as error:
        raise TrustError(f"{path}: {error}") from error


def _check(pem: str) -> None:
    """See that the library takes the certificates; one that it does not spoils all."""
    import c2pa

    try:
        c2pa.Context.from_dict({"trust": {"trust_anchors": pem}})
    except c2pa.C2paError as error:
        raise TrustError(f"the list holds a certificate that cannot be read: {error}") from error
