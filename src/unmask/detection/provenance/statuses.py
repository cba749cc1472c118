"""What the statuses of c2pa's validation mean to whoever asks after a picture.

A record is intact, or it or its file was changed since, or that cannot be told here. What only
concerns the signer, or the certificate, is no sign of a change, and is told apart from it.
Source: C2PA Specification 2.4, section 15.2 (standard status codes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from unmask.detection.provenance.claims import CertificateState, RecordState

MAX_PROBLEMS: Final = 10

_CHANGED: Final = "the picture was changed after it was signed"
_PART: Final = "a part of the record was changed after it was signed"
_CHANGES: Final = {
    "claimSignature.mismatch": "the signature does not fit the record",
    "claimSignature.missing": "the record is not signed",
    "assertion.dataHash.mismatch": _CHANGED,
    "assertion.bmffHash.mismatch": _CHANGED,
    "assertion.boxesHash.mismatch": _CHANGED,
    "assertion.collectionHash.mismatch": _CHANGED,
    "assertion.hashedURI.mismatch": _PART,
    "assertion.missing": "a part of the record is missing",
    "assertion.undeclared": "the record holds a part that was not signed",
    "ingredient.hashedURI.mismatch": _PART,
    "ingredient.manifest.mismatch": _PART,
    "ingredient.claimSignature.mismatch": _PART,
}
"""Statuses by which a record, or its file, is not what was signed."""
_OLDER_LAYOUT: Final = "exclusion does not match"
"""Of a hash that does not fit, the library's reason where it only judges where the record lies."""
_CERTIFICATES: Final[Mapping[str, CertificateState]] = {
    "signingCredential.expired": "expired",
    "claimSignature.outsideValidity": "outside",
    "signingCredential.revoked": "revoked",
    "signingCredential.ocsp.revoked": "revoked",
    "signingCredential.invalid": "unsuitable",
}
_NO_MATTER: Final = (
    "signingCredential.untrusted", "signingCredential.expired", "claimSignature.outsideValidity",
    "signingCredential.ocsp.", "timeStamp.", "timeOfSigning.", "cawg.",
)  # fmt: skip
"""Statuses, or how they begin, that say nothing of whether the file is what was signed."""
_PROBLEMS: Final = {
    "signingCredential.revoked": "the signer's certificate was withdrawn",
    "signingCredential.ocsp.revoked": "the signer's certificate was withdrawn",
    "signingCredential.invalid": "the signer's certificate is none for signing records",
    "claimSignature.outsideValidity": "it was signed outside of the time for which the signer's "
    "certificate holds",
    "algorithm.unsupported": "it is signed in a way that is not known here",
}
_HOLDS: Final = "claimSignature.validated"


@dataclass(frozen=True)
class Standing:
    """What a record's validation came to, and what is wrong with it in words."""

    state: RecordState
    certificate: CertificateState
    problems: tuple[str, ...]
    trusted: bool


def standing(results: Mapping[str, Any], deltas: Sequence[Any] = ()) -> Standing:
    """What the statuses of one record say.

    Args:
        results: `success` and `failure`, lists of statuses with code and explanation.
        deltas: what changed in the records of its ingredients since it was signed.
    """
    failures = _statuses(results, "failure")
    since = [
        failure
        for delta in deltas
        if isinstance(delta, dict)
        for failure in _statuses(delta.get("validationDeltas") or {}, "failure")
    ]
    passed = {code for code, _ in _statuses(results, "success")}
    codes = [code for code, _ in failures]
    told = (_CERTIFICATES[code] for code in codes if code in _CERTIFICATES)
    certificate: CertificateState = next(told, "in_force")
    return Standing(
        state=_state(failures, since, passed),
        certificate=certificate,
        problems=tuple(dict.fromkeys(_problems([*failures, *since])))[:MAX_PROBLEMS],
        trusted="signingCredential.trusted" in passed and certificate != "revoked",
    )


def _state(
    failures: Sequence[tuple[str, str]], since: Sequence[tuple[str, str]], passed: set[str]
) -> RecordState:
    if any(_is_change(*one) for one in (*failures, *since)):
        return "changed"
    if any(_matters(code) for code, _ in failures) or _HOLDS not in passed:
        return "unchecked"
    return "intact"


def _is_change(code: str, explanation: str) -> bool:
    return code in _CHANGES and _OLDER_LAYOUT not in explanation


def _matters(code: str) -> bool:
    revoked = code == "signingCredential.ocsp.revoked"
    return revoked or not code.startswith(_NO_MATTER)


def _problems(failures: Sequence[tuple[str, str]]) -> list[str]:
    """What is wrong, in words where we have some, else in the library's."""
    told = []
    for code, explanation in failures:
        if code in _PROBLEMS:
            told.append(_PROBLEMS[code])
        elif _is_change(code, explanation):
            told.append(_CHANGES[code])
        elif _OLDER_LAYOUT in explanation:
            told.append("the record lies in the file in a way that cannot be checked here")
        elif _matters(code):
            told.append(explanation or code)
    return told


def _statuses(results: object, name: str) -> list[tuple[str, str]]:
    found = results.get(name) if isinstance(results, dict) else None
    return [
        (str(one.get("code", "")), str(one.get("explanation") or ""))
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    ]
