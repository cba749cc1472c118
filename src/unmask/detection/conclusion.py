"""One conclusion from all evidence: what the pixels show, and what the file says of itself.

Nothing is averaged. An intact record of a known signer settles what it says; anything else that the
file says is named for what it is, since a note costs nothing to forge and a record can be signed by
anybody. Where pixels and file speak against each other, that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from unmask.bundles.verdict import Verdict
from unmask.detection.provenance.claims import ContentCredentials, GeneratorMetadata, Provenance
from unmask.detection.provenance.source_types import is_generated_source


class ConclusionKind(StrEnum):
    """What all evidence together says. The page has a sentence of its own for each."""

    RECORD_SETTLES_GENERATED = "record_settles_generated"
    """An intact record of a known signer says that it was generated."""
    GENERATED_BY_PIXELS_AND_FILE = "generated_by_pixels_and_file"
    """Pixels and file agree."""
    FILE_SAYS_GENERATED_PIXELS_DO_NOT = "file_says_generated_pixels_do_not"
    """The file says so, the pixels show no trace: against each other."""
    FILE_SAYS_GENERATED = "file_says_generated"
    """The file says so; the pixels do not decide, or hold no face that can be judged."""
    FILE_SUSPECTS_GENERATED = "file_suspects_generated"
    """China's label says that it may be, or is suspected to be; the pixels do not decide."""
    GENERATED_AGAINST_CAPTURE_RECORD = "generated_against_capture_record"
    """The pixels say so, though an intact record tells of a camera: against each other."""
    GENERATED_BY_PIXELS = "generated_by_pixels"
    """The pixels say so, and the file nothing."""
    UNSURE = "unsure"
    """The pixels do not decide, and the file says nothing."""
    CAPTURE_RECORD_AND_NO_TRACE = "capture_record_and_no_trace"
    """An intact record tells of a camera, and the pixels show no trace."""
    CAPTURE_RECORD = "capture_record"
    """An intact record tells of a camera; the pixels do not decide."""
    NO_TRACE = "no_trace"
    """The pixels show no trace of what the model knows, and the file says nothing."""
    NOTHING_TO_JUDGE = "nothing_to_judge"
    """There is no face that can be judged, and the file says nothing."""


class Ground(StrEnum):
    """A piece of evidence that a conclusion rests on, or that stands against it."""

    PIXELS_GENERATED = "pixels_generated"
    PIXELS_UNSURE = "pixels_unsure"
    PIXELS_NO_TRACE = "pixels_no_trace"
    NO_FACE_JUDGED = "no_face_judged"
    RECORD_OF_KNOWN_SIGNER = "record_of_known_signer"
    RECORD_OF_UNKNOWN_SIGNER = "record_of_unknown_signer"
    RECORD_CHANGED = "record_changed"
    RECORD_UNCHECKED = "record_unchecked"
    CAMERA_RECORD_OF_KNOWN_SIGNER = "camera_record_of_known_signer"
    CAMERA_RECORD_OF_UNKNOWN_SIGNER = "camera_record_of_unknown_signer"
    UNSIGNED_NOTE = "unsigned_note"
    CHINA_LABEL = "china_label"


class Conclusion(BaseModel):
    """What all evidence together says, in a sentence, and on what grounds."""

    model_config = ConfigDict(frozen=True)

    kind: ConclusionKind = Field(description="What is concluded; for programs and translations.")
    grounds: list[Ground] = Field(description="What it rests on, and what stands against it.")
    source: str | None = Field(
        description="Who the file says made it: the software of its record, or the generator that "
        "writes such a note."
    )
    text: str = Field(description="The conclusion in English, as one or two sentences.")

    @property
    def rests_on_file(self) -> bool:
        """Whether the file has a say in it."""
        return len(self.grounds) > 1


_SILENCE: Final = " The file itself says nothing of how it was made."
_CHEAP: Final = "such a note is cheap to forge"
_SENTENCES: Final = {
    ConclusionKind.RECORD_SETTLES_GENERATED: "Made with generative AI{by}: the file carries an "
    "intact record that says so, by a signer on the list kept here.{against}",
    ConclusionKind.GENERATED_BY_PIXELS_AND_FILE: "Most likely generated{by}: the pixels show it, "
    "and {saying}.",
    ConclusionKind.FILE_SAYS_GENERATED_PIXELS_DO_NOT: "By its own account generated{by}: {saying}. "
    "The pixels show no trace of the generators that the model knows; that does not clear it.",
    ConclusionKind.FILE_SAYS_GENERATED: "By its own account generated{by}: {saying}. {pixels}",
    ConclusionKind.FILE_SUSPECTS_GENERATED: "Possibly generated: {saying}. {pixels}",
    ConclusionKind.GENERATED_AGAINST_CAPTURE_RECORD: "Pixels and file speak against each other: "
    "the pixels look generated, while {saying}.",
    ConclusionKind.GENERATED_BY_PIXELS: "Most likely generated: the pixels show it.{silence}",
    ConclusionKind.UNSURE: "Cannot be told: the model is unsure.{silence}",
    ConclusionKind.CAPTURE_RECORD_AND_NO_TRACE: "No trace of generation: the pixels show none, and "
    "{saying}.",
    ConclusionKind.CAPTURE_RECORD: "By its own account taken by a camera: {saying}. {pixels}",
    ConclusionKind.NO_TRACE: "No trace of the generators that the model knows was found.{silence}",
    ConclusionKind.NOTHING_TO_JUDGE: "There is no face here that can be judged.{silence}",
}
_PIXELS: Final = {
    Verdict.GENERATED: Ground.PIXELS_GENERATED,
    Verdict.UNSURE: Ground.PIXELS_UNSURE,
    Verdict.REAL: Ground.PIXELS_NO_TRACE,
    Verdict.NOT_APPLICABLE: Ground.NO_FACE_JUDGED,
}
_OF_PIXELS: Final = {
    Ground.PIXELS_GENERATED: "The pixels look generated.",
    Ground.PIXELS_UNSURE: "The pixels do not decide it.",
    Ground.PIXELS_NO_TRACE: "The pixels show no trace of the generators that the model knows.",
    Ground.NO_FACE_JUDGED: "There is no face here that can be judged.",
}
_CAPTURED: Final = ("digitalCapture", "computationalCapture", "compositeCapture", "negativeFilm",
                    "positiveFilm", "print")  # fmt: skip


def conclude(verdict: Verdict, provenance: Provenance | None) -> Conclusion:
    """What the verdict on the faces and what the file says of itself come to together.

    Args:
        verdict: of the most suspicious face.
        provenance: what the file says; None where nobody looked.
    """
    record = provenance.content_credentials if provenance else None
    note = provenance.generator if provenance else None
    pixels = _PIXELS[verdict]
    told = _grounds(record, note)
    kind = _kind(pixels, record, note)
    against = kind is ConclusionKind.RECORD_SETTLES_GENERATED and pixels is Ground.PIXELS_NO_TRACE
    words = {
        "by": _by(record, note),
        "saying": _saying(told),
        "pixels": _OF_PIXELS[pixels],
        "against": f" {_OF_PIXELS[pixels]}" if against else "",
        "silence": "" if provenance is None else _SILENCE,
    }
    return Conclusion(
        kind=kind,
        grounds=[*told, pixels],
        source=_source(record, note),
        text=_SENTENCES[kind].format(**words),
    )


def _kind(
    pixels: Ground, record: ContentCredentials | None, note: GeneratorMetadata | None
) -> ConclusionKind:
    if record is not None and record.says_generated and _is_settled(record):
        return ConclusionKind.RECORD_SETTLES_GENERATED
    if (record is not None and record.says_generated) or (note is not None and note.says_generated):
        return {
            Ground.PIXELS_GENERATED: ConclusionKind.GENERATED_BY_PIXELS_AND_FILE,
            Ground.PIXELS_NO_TRACE: ConclusionKind.FILE_SAYS_GENERATED_PIXELS_DO_NOT,
        }.get(pixels, ConclusionKind.FILE_SAYS_GENERATED)
    captured = record is not None and record.state == "intact" and _is_captured(record)
    if pixels is Ground.PIXELS_GENERATED:
        return (
            ConclusionKind.GENERATED_AGAINST_CAPTURE_RECORD
            if captured
            else ConclusionKind.GENERATED_BY_PIXELS
        )
    if note is not None and note.label is not None:
        return ConclusionKind.FILE_SUSPECTS_GENERATED
    if pixels is Ground.PIXELS_NO_TRACE:
        return ConclusionKind.CAPTURE_RECORD_AND_NO_TRACE if captured else ConclusionKind.NO_TRACE
    if captured:
        return ConclusionKind.CAPTURE_RECORD
    return (
        ConclusionKind.UNSURE if pixels is Ground.PIXELS_UNSURE else ConclusionKind.NOTHING_TO_JUDGE
    )


def _is_settled(record: ContentCredentials) -> bool:
    """Whether nothing is left to doubt: intact, by a known signer, all that it is made of too."""
    return record.state == "intact" and record.trust == "listed" and not record.problems


def _is_captured(record: ContentCredentials) -> bool:
    """Whether a record tells of a camera, and of nothing generated."""
    return not record.says_generated and any(
        action.digital_source_type in _CAPTURED for action in record.actions
    )


def _grounds(record: ContentCredentials | None, note: GeneratorMetadata | None) -> list[Ground]:
    """What of the file's words the conclusion has to do with."""
    found = []
    known = record is not None and record.trust == "listed"
    if record is not None and record.says_generated:
        intact = Ground.RECORD_OF_KNOWN_SIGNER if known else Ground.RECORD_OF_UNKNOWN_SIGNER
        changed = {"changed": Ground.RECORD_CHANGED, "unchecked": Ground.RECORD_UNCHECKED}
        found.append(changed.get(record.state, intact))
    if note is not None and note.label is not None:
        found.append(Ground.CHINA_LABEL)
    elif note is not None and note.says_generated:
        found.append(Ground.UNSIGNED_NOTE)
    if record is not None and record.state == "intact" and _is_captured(record):
        found.append(
            Ground.CAMERA_RECORD_OF_KNOWN_SIGNER
            if known
            else Ground.CAMERA_RECORD_OF_UNKNOWN_SIGNER
        )
    return found


_SAYING: Final = {
    Ground.RECORD_OF_KNOWN_SIGNER: "an intact record by a signer on the list kept here says so",
    Ground.RECORD_OF_UNKNOWN_SIGNER: "an intact record says so, by a signer for whom nobody here "
    "vouches",
    Ground.RECORD_CHANGED: "a record says so, but it or the file was changed since it was signed",
    Ground.RECORD_UNCHECKED: "a record says so that cannot be checked here",
    Ground.UNSIGNED_NOTE: f"an unsigned note in the file says so ({_CHEAP})",
    Ground.CHINA_LABEL: f"China's label for generated content is in the file ({_CHEAP})",
    Ground.CAMERA_RECORD_OF_KNOWN_SIGNER: "an intact record by a signer on the list kept here "
    "tells of a camera",
    Ground.CAMERA_RECORD_OF_UNKNOWN_SIGNER: "an intact record tells of a camera, by a signer for "
    "whom nobody here vouches",
}


def _source(record: ContentCredentials | None, note: GeneratorMetadata | None) -> str | None:
    if record is not None and record.says_generated and (maker := _maker(record)):
        return maker
    if note is not None and note.says_generated:
        return note.generator or note.software
    return None


def _maker(record: ContentCredentials) -> str | None:
    """What made it by its record: the software of the act, or of what it was made from."""
    for action in record.actions:
        if is_generated_source(action.digital_source_type or ""):
            return action.software or record.software
    made = (one for one in record.ingredients if one.says_generated)
    first = None if record.ai_disclosure else next(made, None)
    return record.software if first is None else first.software


def _by(record: ContentCredentials | None, note: GeneratorMetadata | None) -> str:
    source = _source(record, note)
    return f", with {' '.join(source.split())}" if source else ""


def _saying(grounds: Sequence[Ground]) -> str:
    """What the file's words say, those for a camera set against those for a generator."""
    cameras = (Ground.CAMERA_RECORD_OF_KNOWN_SIGNER, Ground.CAMERA_RECORD_OF_UNKNOWN_SIGNER)
    said = ", and ".join(_SAYING[one] for one in grounds if one not in cameras)
    against = ", and ".join(_SAYING[one] for one in grounds if one in cameras)
    return ", while ".join(part for part in (said, against) if part)
