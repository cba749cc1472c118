"""A report as text that a newcomer understands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from unmask.bundles.rounding import digits_beside, percent
from unmask.bundles.verdict import Verdict
from unmask.detection.conclusion import Conclusion
from unmask.detection.judgement import (
    CopyName,
    DecisionThresholds,
    Explanation,
    HeatMap,
    JudgedFace,
    Judgement,
    RegionName,
    RegionWeight,
    Stability,
)
from unmask.detection.provenance.claims import Provenance
from unmask.detection.provenance.words import provenance_lines

NO_PROOF: Final = (
    "This is an estimate, not proof: models err both ways, most of all on heavily edited or "
    "shrunken pictures and on generators that they never saw."
)
NO_EVIDENCE: Final = "the model found no part that speaks for this"
LIKELIEST: Final = 3
"""How many labels are worth a reader's while."""
WORTH_NAMING: Final = 0.01

_PICTURE: Final = {
    Verdict.GENERATED: "generated. A face in this picture was most likely made by a generator.",
    Verdict.UNSURE: "unsure. The model cannot tell; take this as no answer at all.",
    Verdict.REAL: "real. No trace of the generators that the model knows was found.",
    Verdict.NOT_APPLICABLE: "not applicable. There is no face here that can be judged.",
}
_COPIES: Final[dict[CopyName, str]] = {
    "original": "as it is",
    "jpeg_70": "saved as JPEG 70",
    "half_size": "at half size",
    "shifted": "moved by a pixel",
}
_PLACES: Final[dict[RegionName, str]] = {
    "eyes": "the eyes",
    "nose": "the nose",
    "mouth": "the mouth",
    "skin": "the skin",
    "hair": "the hair",
    "background": "the background",
}
_WIDTH: Final = 88


def report_text(
    title: str,
    conclusion: Conclusion,
    verdict: Verdict,
    faces: Sequence[JudgedFace],
    thresholds: DecisionThresholds,
    provenance: Provenance | None,
    made_by: str,
) -> str:
    """The whole report: one block for the picture, one for every face, and what it does not prove.

    Args:
        title: first line, which says what was judged.
        conclusion: from all evidence; told where the file has a say in it.
        verdict: of the whole, by the faces.
        faces: what was found.
        thresholds: of the model.
        provenance: what the file says of its origin, where it was asked for.
        made_by: a line that names model and software.

    Returns:
        Lines without a newline at the end.
    """
    lines = [f"Verdict: {_PICTURE[verdict]}"]
    if conclusion.rests_on_file:
        lines = [f"Conclusion: {conclusion.text}", f"By the faces alone: {_PICTURE[verdict]}"]
    for number, face in enumerate(faces, start=1):
        lines += ["", *_face_lines(number, face, thresholds)]
    if not faces:
        lines += ["", "No face was found."]
    origin = [] if provenance is None else [*provenance_lines(provenance)]
    if origin:
        lines += ["", *origin]
    lines += ["", made_by]
    if verdict is not Verdict.NOT_APPLICABLE:
        lines.append(NO_PROOF)
    return "\n".join([title, *(line for long in lines for line in _wrapped(long))])


def _face_lines(number: int, face: JudgedFace, thresholds: DecisionThresholds) -> Iterator[str]:
    x, y, width, height = (round(value) for value in face.box)
    place = f"Face {number}, {width} x {height} px at ({x}, {y})"
    if not face.judgements:
        yield f"{place}: cannot be judged"
        for reason in face.reasons:
            yield f"  {reason.text}"
    for judgement in face.judgements:
        yield from _judgement_lines(place, judgement, thresholds)


def _judgement_lines(
    place: str, judgement: Judgement, thresholds: DecisionThresholds
) -> Iterator[str]:
    turned = "; the verdict changes in copies of the picture"
    yield f"{place}: {judgement.verdict}{turned if judgement.why_unsure == 'not_steady' else ''}"
    digits = _digits(judgement, thresholds)
    yield (
        f"  Probability of generated: {percent(judgement.probability, digits)} "
        f"({_bounds(thresholds, digits)})"
    )
    if len(judgement.scores) > 2:
        yield f"  Likeliest: {_likeliest(judgement.scores)}"
    if judgement.explanation is not None:
        yield from _explanation_lines(judgement.explanation)
    if judgement.stability is not None:
        yield f"  Stability: {_stability(judgement.stability, digits)}"


def _digits(judgement: Judgement, thresholds: DecisionThresholds) -> int:
    """Decimals of all probabilities of a face, and of the thresholds beside them."""
    copies = judgement.stability.copies if judgement.stability is not None else []
    return digits_beside(
        [judgement.probability, *(one.probability for one in copies)],
        [thresholds.generated, thresholds.real],
    )


def _bounds(thresholds: DecisionThresholds, digits: int) -> str:
    """Where the verdicts begin."""
    generated, real = (
        None if at is None else percent(at, digits)
        for at in (thresholds.generated, thresholds.real)
    )
    if generated and generated == real:  # nothing that can be told lies between
        return f"{generated} and more: generated; less: real"
    return "; ".join(
        [
            f"{generated} and more: generated" if generated else "this model never says generated",
            f"{real} and less: real" if real else "this model never says real",
        ]
    )


def _explanation_lines(explanation: Explanation) -> Iterator[str]:
    for heat in explanation.class_maps[:1]:
        yield f"  Heat map for {heat.label}: {_heat(heat)}"
        if heat.evidence and explanation.regions:
            yield f"  {evidence_sentence(explanation.regions)}"
    if explanation.occlusion is not None:
        yield f"  Occlusion: {_occlusion(explanation.occlusion)}"


def evidence_sentence(regions: Sequence[RegionWeight]) -> str:
    """Where most of what speaks for generated lies: the fewest regions that hold half of it."""
    speaking = sorted((one for one in regions if one.weight > 0), key=lambda one: -one.weight)
    half = sum(one.weight for one in speaking) / 2
    held, places = 0.0, []
    for one in speaking:
        if held >= half:
            break
        held += one.weight
        places.append(_PLACES[one.region])
    if not places:
        return "No region as a whole speaks for generated."
    return f"Most of the evidence lies around {_listed(places)}."


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _occlusion(occlusion: HeatMap) -> str:
    if occlusion.peak <= 0:
        return "covering a part of the face never speaks less for generated"
    return f"covering one part of the face takes up to {occlusion.peak:.1f} (logits) from generated"


def _stability(stability: Stability, digits: int) -> str:
    if stability.steady is None:
        return "the picture is too small or too blurred for copies that can be judged"
    copies = ", ".join(
        f"{_COPIES[one.name]} {percent(one.probability, digits)} ({one.verdict})"
        for one in stability.copies[1:]
    )
    return f"{'the verdict holds' if stability.steady else 'the verdict changes'}: {copies}"


def _likeliest(scores: dict[str, float]) -> str:
    ranked = sorted(scores.items(), key=lambda item: -item[1])[:LIKELIEST]
    named = [item for item in ranked if item[1] >= WORTH_NAMING]
    return ", ".join(f"{label} {percent(score)}" for label, score in named)


def _heat(heat: HeatMap) -> str:
    if not heat.evidence:
        return NO_EVIDENCE
    return f"parts of the face speak for this, the strongest by {heat.peak:+.1f} (logits)"


def printable(name: str) -> str:
    """A name that cannot steer the terminal that it is printed on."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def _wrapped(line: str) -> list[str]:
    """The line, broken where it is long; what follows is indented as the line is, and deeper."""
    indent = line[: len(line) - len(line.lstrip())]
    lines = textwrap.wrap(
        line,
        _WIDTH,
        subsequent_indent=2 * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [""]
