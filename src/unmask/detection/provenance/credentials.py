"""Content Credentials: the signed record of its origin that a picture file may carry.

The record is read and checked by c2pa-python, by the C2PA specification
(https://spec.c2pa.org). Nothing is fetched: not a record that is kept elsewhere, not the state of
a certificate. No list of trusted signers comes with Unmask, so every signer is one that nobody here
vouches for, and the report says so.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from unmask.detection.provenance.claims import ContentCredentials
from unmask.detection.provenance.source_types import is_generated_source
from unmask.detection.text import printable

if TYPE_CHECKING:
    import c2pa

TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "HEIF": "image/heic",
}
"""Of the accepted formats, those that can carry a record."""
MARKERS: Final = (b"c2pa", b"jumb", b"dcterms")
"""A file without any of these carries no record and names none that is kept elsewhere."""
MAX_TEXT: Final = 200
MAX_PROBLEMS: Final = 10
MAX_RECORD_MB: Final = 16
MAX_MANIFESTS: Final = 100

_SETTINGS: Final = {
    "verify": {
        "verify_after_reading": True,
        "verify_trust": True,
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
    },
    # No host is allowed, should the library ever want one for another reason.
    "core": {
        "allowed_network_hosts": [],
        "allow_redirects": False,
        "decode_identity_assertions": False,
        "max_decompressed_manifest_size_in_mb": MAX_RECORD_MB,
    },
}
_CHANGED: Final = "the picture was changed after it was signed"
_PROBLEMS: Final = {
    "signingCredential.untrusted": "the signer is unknown: Unmask keeps no list of trusted "
    "signers, and anyone can sign with a certificate of their own making",
    "signingCredential.expired": "the signer's certificate had expired",
    "signingCredential.invalid": "the signer's certificate is not one for this purpose",
    "claimSignature.mismatch": "the signature does not fit the record",
    "claimSignature.missing": "the record is not signed",
    "claimSignature.outsideValidity": "it was signed outside of the time for which the signer's "
    "certificate holds",
    "assertion.dataHash.mismatch": _CHANGED,
    "assertion.bmffHash.mismatch": _CHANGED,
    "assertion.boxesHash.mismatch": _CHANGED,
    "assertion.hashedURI.mismatch": "a part of the record was changed after it was signed",
}
_VALID: Final = ("Valid", "Trusted")


def read_credentials(data: bytes, format_name: str) -> ContentCredentials | None:
    """The Content Credentials in the bytes of a picture file, or None where it carries none.

    Whatever the library cannot read is told in `problems`; nothing is raised.
    """
    kind = TYPES.get(format_name)
    if kind is None or not any(marker in data for marker in MARKERS):
        return None
    import c2pa

    try:
        reader = c2pa.Reader.try_create(kind, io.BytesIO(data), context=_context())
        if reader is None:
            return None
        with reader:
            return _credentials(json.loads(reader.json()), reader.get_validation_state())
    except (c2pa.C2paError, ValueError, LookupError, TypeError, AttributeError) as error:
        # All but the first: a record that the library passes on in another form than it documents.
        if "remote manifest" in str(error).lower():
            return _unread("the record is kept elsewhere, and Unmask fetches nothing")
        return _unread(f"the record cannot be read: {_short(error)}")


@lru_cache(maxsize=1)
def _context() -> c2pa.Context:
    """The library's settings, made once; they are never changed, so threads share them."""
    import c2pa

    return c2pa.Context.from_dict(_SETTINGS)


def _unread(problem: str) -> ContentCredentials:
    return ContentCredentials(
        valid=False, signer=None, issued=None, software=None, says_generated=False,
        problems=[problem],
    )  # fmt: skip


def _credentials(store: dict[str, Any], state: str | None) -> ContentCredentials:
    """What a manifest store, as the library gives it in JSON, says."""
    manifests = store["manifests"]
    active = manifests[store["active_manifest"]]
    signature = active.get("signature_info") or {}
    return ContentCredentials(
        valid=state in _VALID,
        signer=_signer(signature),
        issued=_text(signature.get("time")),
        software=_software(active),
        says_generated=any(map(is_generated_source, _source_types(manifests, active))),
        problems=_problems(store.get("validation_status") or []),
    )


def _signer(signature: dict[str, Any]) -> str | None:
    """Organisation that the certificate was made out to, and its common name where it differs."""
    organisation, name = _text(signature.get("issuer")), _text(signature.get("common_name"))
    if organisation and name and organisation != name:
        return f"{organisation} ({name})"
    return organisation or name


def _software(manifest: dict[str, Any]) -> str | None:
    infos = manifest.get("claim_generator_info") or []
    if not infos:
        return _text(manifest.get("claim_generator"))
    parts = [_text(infos[0].get("name")), _text(infos[0].get("version"))]
    return " ".join(part for part in parts if part) or None


def _source_types(manifests: dict[str, Any], active: dict[str, Any]) -> Iterator[str]:
    """Digital source types of the actions of a manifest and of those that it was made from."""
    waiting, met = [active], 0
    while waiting and met < MAX_MANIFESTS:
        manifest = waiting.pop()
        met += 1
        for assertion in manifest.get("assertions") or []:
            if str(assertion.get("label", "")).startswith("c2pa.actions"):
                for action in assertion["data"].get("actions") or []:
                    yield str(action.get("digitalSourceType", ""))
        for ingredient in manifest.get("ingredients") or []:
            origin = manifests.get(ingredient.get("active_manifest"))
            if origin is not None:
                waiting.append(origin)


def _problems(statuses: list[dict[str, Any]]) -> list[str]:
    """What is wrong, in words where we have some, else in the library's; each once."""
    problems = [
        _PROBLEMS.get(status["code"]) or _short(status.get("explanation") or status["code"])
        for status in statuses
    ]
    return list(dict.fromkeys(problems))[:MAX_PROBLEMS]


def _text(value: object) -> str | None:
    """A text of the record, cut short; None where there is none."""
    return _short(value) if isinstance(value, str) and value.strip() else None


def _short(value: object) -> str:
    return printable(" ".join(str(value).split()))[:MAX_TEXT]
