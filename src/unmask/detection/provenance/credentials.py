"""Content Credentials: the signed record of its origin that a picture file may carry.

The record is read and checked by c2pa-python, by the C2PA specification
(https://spec.c2pa.org). Nothing is fetched: not a record that is kept elsewhere, not the state of
a certificate. No list of trusted signers comes with Unmask; whoever runs it can have one kept (see
`trust`), and without it nobody here vouches for any signer, which is no fault of the file.
"""

from __future__ import annotations

import io
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from unmask.detection.provenance import record
from unmask.detection.provenance.claims import ContentCredentials
from unmask.detection.provenance.statuses import Standing, standing
from unmask.imaging.containers import described

if TYPE_CHECKING:
    import c2pa

    from unmask.detection.provenance.trust import TrustList

TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "HEIF": "image/heic",
    "TIFF": "image/tiff",
}
"""Of the accepted formats, those that can carry a record."""
MARKERS: Final = (b"c2pa", b"jumb", b"dcterms")
"""A file without any of these, but for its pixels, carries no record and names none elsewhere."""
MAX_RECORD_MB: Final = 16
KEY_USAGES: Final = (
    "1.3.6.1.5.5.7.3.4",  # e-mail protection
    "1.3.6.1.5.5.7.3.36",  # document signing
    "1.3.6.1.5.5.7.3.8",  # time stamping, of those who stamp
    "1.3.6.1.5.5.7.3.9",  # OCSP, of those who answer for certificates
    "1.3.6.1.4.1.311.76.59.1.9",  # C2PA signing, by Microsoft
    "1.3.6.1.4.1.62558.2.1",  # claim signing, by C2PA itself
)
"""What a certificate may be for: C2PA Specification 2.4, section 14.5.1, and what is listed as good
by those who wrote it (c2pa-rs, valid_eku_oids.cfg). The library by itself takes the first only."""

_VERIFY: Final = {
    "verify_after_reading": True,
    "verify_trust": True,
    "remote_manifest_fetch": False,
    "ocsp_fetch": False,
}
_CORE: Final = {
    # No host is allowed, should the library ever want one for another reason.
    "allowed_network_hosts": [],
    "allow_redirects": False,
    "decode_identity_assertions": False,
    "max_decompressed_manifest_size_in_mb": MAX_RECORD_MB,
}


def read_credentials(
    data: bytes, format_name: str, trust: TrustList | None = None
) -> ContentCredentials | None:
    """The Content Credentials in the bytes of a picture file, or None where it carries none.

    Whatever the library cannot read is told in `problems`; nothing is raised.

    Args:
        data: the file.
        format_name: its type, as the decoder names it.
        trust: the list of trusted signers that is kept here.
    """
    kind = TYPES.get(format_name)
    if kind is None or not _may_carry(data):
        return None
    import c2pa

    anchors = "" if trust is None else trust.pem
    try:
        read = _read(data, kind, anchors, stamps_need_trust=True)
        if read is None:
            return None
        store, held = read
        found = _credentials(store, held, trust)
        if held.certificate != "expired" or found.issued is None:
            return found
        # What the time stamp says counts, though nobody here vouches for whoever stamped it.
        again = _read(data, kind, anchors, stamps_need_trust=False)
        if again is None or again[1].certificate == "expired":
            return found
        return found.model_copy(update={"certificate": "expired_since"})
    except (c2pa.C2paError, ValueError, LookupError, TypeError, AttributeError) as error:
        # All but the first: a record that the library passes on in another form than it documents.
        if "remote manifest" in str(error).lower():
            return _unread("the record is kept elsewhere, and Unmask fetches nothing")
        return _unread(f"the record cannot be read: {record.short(error)}")


def _may_carry(data: bytes) -> bool:
    return any(
        data.find(marker, begin, end) >= 0 for begin, end in described(data) for marker in MARKERS
    )


def _read(
    data: bytes, kind: str, anchors: str, *, stamps_need_trust: bool
) -> tuple[dict[str, Any], Standing] | None:
    """The manifest store of a file and how its active manifest stands; None where it has none."""
    import c2pa

    context = _context(anchors, stamps_need_trust)
    reader = c2pa.Reader.try_create(kind, io.BytesIO(data), context=context)
    if reader is None:
        return None
    with reader:
        store = json.loads(reader.json())
    results = store.get("validation_results") or {}
    told = results.get("activeManifest") or {"failure": store.get("validation_status") or []}
    return store, standing(told, results.get("ingredientDeltas") or ())


@lru_cache(maxsize=4)
def _context(anchors: str, stamps_need_trust: bool) -> c2pa.Context:
    """The library's settings, made once; they are never changed, so threads share them."""
    import c2pa

    trust = {"trust_config": "\n".join(KEY_USAGES)} | (
        {"trust_anchors": anchors} if anchors else {}
    )
    verify = {**_VERIFY, "verify_timestamp_trust": stamps_need_trust}
    return c2pa.Context.from_dict({"verify": verify, "core": _CORE, "trust": trust})


def _unread(problem: str) -> ContentCredentials:
    return ContentCredentials(
        state="unchecked", valid=False, signer=None, issued=None, software=None,
        says_generated=False, problems=[problem],
    )  # fmt: skip


def _credentials(
    store: dict[str, Any], held: Standing, trust: TrustList | None
) -> ContentCredentials:
    """What a manifest store, as the library gives it in JSON, says."""
    manifests = store["manifests"]
    active = manifests[store["active_manifest"]]
    ingredients = record.ingredients(manifests, active)
    spoilt = [one.title or "without a name" for one in ingredients if one.state == "changed"]
    return ContentCredentials(
        state=held.state,
        valid=held.state == "intact",
        signer=record.signer(active),
        trust="no_list" if trust is None else "listed" if held.trusted else "not_listed",
        certificate=held.certificate,
        issued=record.text((active.get("signature_info") or {}).get("time")),
        software=record.software(active),
        camera=record.camera(active),
        says_generated=record.says_generated(manifests, active),
        ai_disclosure=record.disclosure(active),
        actions=record.actions(active),
        ingredients=ingredients,
        problems=[
            *map(record.short, held.problems),
            *(
                f"a picture that it was made from ({title}) does not fit its own record"
                for title in spoilt
            ),
        ],
    )
