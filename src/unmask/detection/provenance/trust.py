"""The list of trusted signers, where whoever runs Unmask has one kept.

C2PA publishes a list of the authorities whose certificates its members sign with. It is not shipped
with Unmask, and never fetched by itself: `unmask trust fetch` gets it when a person asks.
"""

from __future__ import annotations

import os
import re
import ssl
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ADDRESS: Final = (
    "https://raw.githubusercontent.com/c2pa-org/conformance-public/refs/heads/main/"
    "trust-list/C2PA-TRUST-LIST.pem"
)
"""Where C2PA publishes its list: https://github.com/c2pa-org/conformance-public."""
MAX_BYTES: Final = 2_000_000
OLD: Final = timedelta(days=180)
"""After which a list is told to be old: C2PA has a new one every few months."""

SECONDS: Final = 30
"""That the list's server may let us wait."""

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
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


def fetch_trust_list(address: str, path: Path, now: datetime) -> TrustList:
    """Get a list from where it is published, check it, and keep it with the date of today.

    Args:
        address: https, or http on this machine; it is asked once, and no redirection is followed.
        path: the file to keep it in; an older one stays where the new one is no list.
        now: the date.

    Raises:
        TrustError: it cannot be got, or is no list of certificates.
        OSError: it cannot be kept.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise TrustError(f"{address} does not begin with https://")
    opener = urllib.request.build_opener(_NoRedirection)
    try:
        with opener.open(address, timeout=SECONDS) as answer:
            raw = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise TrustError(
            f"{address} cannot be reached: {reason}; on a machine without a network name a PEM "
            "file by UNMASK_C2PA_TRUST"
        ) from error
    found = parse_trust_list(raw, now)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(found.pem)
    os.utime(written, (now.timestamp(), now.timestamp()))
    Path(written).replace(path)
    return found


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Leaves an answer that sends elsewhere the error that it is."""

    def redirect_request(self, *_told: object) -> None:
        """Go nowhere."""


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


def kept_trust_list(path: Path | None) -> TrustList | None:
    """The list that is kept; None where there is none, or only one that cannot be used."""
    if path is None or not path.is_file():
        return None
    try:
        return read_trust_list(path)
    except TrustError:
        return None


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
    """See that all are certificates; the library passes over those that are none."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except ssl.SSLError as error:
        raise TrustError("the list holds a certificate that cannot be read") from error
