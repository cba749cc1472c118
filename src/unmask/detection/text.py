"""A report as text that a newcomer understands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from unmask.detection.verdict import Verdict

if TYPE_CHECKING:
    from unmask.detection.report import HeatMap, JudgedFace, Report

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
_WIDTH: Final = 88


def report_text(report: Report) -> str:
    """The whole report: one block for the picture, one for every face, and what it does not prove.

    Returns:
        Lines without a newline at the end.
    """
    image = report.image
    name = printable(image.name or "Picture")
    lines = [
        f"Verdict: {_PICTURE[report.verdict]}",
    ]
    for number, face in enumerate(report.faces, start=1):
        lines += ["", *_face_lines(number, face, report)]
    if not report.faces:
        lines += ["", "No face was found."]
    lines += ["", f"Model {report.model}, Unmask {report.software}."]
    if report.verdict is not Verdict.NOT_APPLICABLE:
        lines.append(NO_PROOF)
    title = f"{name} ({image.format}, {image.width} x {image.height} px)"
    return "\n".join([title, *(line for long in lines for line in _wrapped(long))])


def _face_lines(number: int, face: JudgedFace, report: Report) -> Iterator[str]:
    x, y, width, height = (round(value) for value in face.box)
    place = f"Face {number}, {width} x {height} px at ({x}, {y})"
    if face.probability_generated is None or face.verdict is None or face.scores is None:
        yield f"{place}: cannot be judged"
        for reason in face.reasons:
            yield f"  {reason.text}"
        return
    yield f"{place}: {face.verdict}"
    yield (
        f"  Probability of generated: {percent(face.probability_generated)} "
        f"({percent(report.thresholds.generated)} and more: generated; "
        f"{percent(report.thresholds.real)} and less: real)"
    )
    if len(face.scores) > 2:
        yield f"  Likeliest: {_likeliest(face.scores)}"
    if face.heatmap is not None:
        yield f"  Heat map for {face.heatmap.label}: {_heat(face.heatmap)}"


def _likeliest(scores: dict[str, float]) -> str:
    ranked = sorted(scores.items(), key=lambda item: -item[1])[:LIKELIEST]
    named = [item for item in ranked if item[1] >= WORTH_NAMING]
    return ", ".join(f"{label} {percent(score)}" for label, score in named)


def _heat(heat: HeatMap) -> str:
    if not heat.evidence:
        return NO_EVIDENCE
    return f"parts of the face speak for this, the strongest by {heat.peak:+.1f} (logits)"


def percent(share: float) -> str:
    """A probability for people: one decimal, and never rounded to certainty."""
    if 0.0 < share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1.0:
        return "over 99.9 %"
    return f"{100 * share:.1f} %"


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
