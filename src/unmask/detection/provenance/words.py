"""What a file says of itself, in sentences: the command line prints them, the page has its own.

What is said follows from the claims' states alone, so that no two sentences contradict each other.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from unmask.detection.provenance.claims import (
    AigcLabel,
    CertificateState,
    ContentCredentials,
    GeneratorMetadata,
    Grade,
    IngredientState,
    Provenance,
    RecordAction,
    RecordIngredient,
    RecordState,
    SignerTrust,
)

PARAMETERS: Final = 300
"""Characters of what a generator was asked for that are printed; the report holds more."""

_STATES: Final[Mapping[RecordState, str]] = {
    "intact": "intact",
    "changed": "CHANGED since it was signed, do not rely on it",
    "unchecked": "cannot be checked here",
}
_CLAIMS: Final[Mapping[RecordState, str]] = {
    "intact": "It says that generative AI made the picture, or a part of it.",
    "changed": "Before the change it said that generative AI made the picture, or a part of it.",
    "unchecked": "It claims, unchecked, that generative AI made the picture, or a part of it.",
}
_TRUST: Final[Mapping[SignerTrust, str]] = {
    "listed": "The signer is on the list of trusted signers that is kept here.",
    "not_listed": "The signer is unknown: it is not on the list of trusted signers kept here.",
    "no_list": "The signer is unknown here: nobody here has a list to vouch for signers "
    "(unmask trust fetch gets C2PA's).",
}
_CERTIFICATES: Final[Mapping[CertificateState, str]] = {
    "expired_since": "The signer's certificate has run out since; when it was signed, by the time "
    "stamp, it was in force.",
    "expired": "The signer's certificate has run out, and no time stamp says whether it was in "
    "force when it was signed.",
    "revoked": "The signer's certificate was withdrawn.",
}
_RELATIONS: Final = {"parentOf": "Made from", "componentOf": "Holds", "inputTo": "Drawn from"}
_INGREDIENTS: Final[Mapping[IngredientState, str]] = {
    "intact": "its record is intact",
    "changed": "it DOES NOT FIT its own record",
    "unchecked": "its record cannot be checked here",
    "no_record": "without a record",
}
_GRADES: Final[Mapping[Grade, str]] = {
    "generated": "generated",
    "possibly": "possibly generated, as whoever uploaded it said",
    "suspected": "suspected to be generated, by the service that spread it",
}


def provenance_lines(provenance: Provenance) -> Iterator[str]:
    """What the file says of its origin; where it says nothing, nothing: that is no evidence."""
    if provenance.content_credentials is not None:
        yield from _record_lines(provenance.content_credentials)
    if provenance.generator is not None:
        yield from _note_lines(provenance.generator)


def _record_lines(record: ContentCredentials) -> Iterator[str]:
    signed = f", signed by {record.signer}" if record.signer else ""
    dated = f" on {record.issued}" if record.issued else ""
    yield f"Content Credentials: {_STATES[record.state]}{signed}{dated}"
    if record.says_generated:
        yield f"  {_CLAIMS[record.state]}"
    if record.ai_disclosure:
        yield f"  It discloses a model of AI: {record.ai_disclosure}"
    if record.software:
        yield f"  Written by {record.software}"
    if record.camera:
        yield f"  Camera: {record.camera}"
    for action in record.actions:
        yield f"  Done: {_action(action)}"
    for ingredient in record.ingredients:
        yield f"  {_ingredient(ingredient)}"
    if record.signer:
        yield f"  {_TRUST[record.trust]}"
    if record.certificate is not None and record.certificate in _CERTIFICATES:
        yield f"  {_CERTIFICATES[record.certificate]}"
    for problem in record.problems:
        yield f"  Problem: {problem}"


def _action(action: RecordAction) -> str:
    name = action.action.removeprefix("c2pa.").replace("_", " ")
    parts = [
        action.software and f"with {action.software}",
        action.when and f"on {action.when}",
        action.digital_source_type and f"({action.digital_source_type})",
        action.description and f"- {action.description}",
    ]
    return " ".join([name, *(part for part in parts if part)])


def _ingredient(one: RecordIngredient) -> str:
    title = one.title or "a picture without a name"
    made = "; it says that generative AI took part" if one.says_generated else ""
    signed = f", signed by {one.signer}" if one.signer else ""
    relation = _RELATIONS.get(one.relation or "", "Made with")
    return f"{relation} {title}: {_INGREDIENTS[one.state]}{signed}{made}"


def _note_lines(found: GeneratorMetadata) -> Iterator[str]:
    said = "say that generative AI made the picture" if found.says_generated else "name software"
    if found.label is not None and not found.says_generated:
        said = "carry China's label of generated content"
    software = f": {found.software.replace(chr(10), ' ')}" if found.software else ""
    yield f"Metadata (anyone can write them) {said}{software}"
    if found.generator and found.generator != found.software:
        yield f"  As written by {found.generator.replace(chr(10), ' ')}"
    if found.label is not None:
        yield f"  China's label (GB 45438): {_label(found.label)}"
    if found.digital_source_type:
        yield f"  Digital source type: {found.digital_source_type}"
    if found.prompt_writer:
        yield f"  Asked by: {found.prompt_writer}"
    if found.parameters:
        yield f"  Asked for: {textwrap.shorten(found.parameters, PARAMETERS, placeholder=' ...')}"


def _label(label: AigcLabel) -> str:
    made = f"; made by {label.producer}" if label.producer else ""
    spread = f"; spread by {label.propagator}" if label.propagator else ""
    return f"{_GRADES[label.grade]}{made}{spread}"
