"""Reports as rows: the whole as compressed JSON, and the columns that lists are made from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from unmask.bundles.verdict import Verdict
from unmask.detection.report import Report, WhyUnsure
from unmask.history.listing import EntryFacts
from unmask.history.tables import NAME_LENGTH, NO_SUSPICION


@dataclass(frozen=True)
class SavedReport:
    """An entry with its report."""

    facts: EntryFacts
    report: Report


def columns_of(report: Report) -> dict[str, object]:
    """The columns that are told by a report."""
    probabilities = [face.probability_generated for face in report.faces]
    return {
        "name": None if report.image.name is None else report.image.name[:NAME_LENGTH],
        "verdict": report.verdict.value,
        "why_unsure": why_unsure(report),
        "suspicion": max((one for one in probabilities if one is not None), default=NO_SUSPICION),
        "model": report.model,
        "faces": len(report.faces),
        "width": report.image.width,
        "height": report.image.height,
        "format": report.image.format,
        "report": packed(report),
    }


def why_unsure(report: Report) -> WhyUnsure | None:
    """Why a picture is unsure: what its most suspicious unsure face says; None where it is not."""
    if report.verdict is not Verdict.UNSURE:
        return None
    unsure = [face for face in report.faces if face.verdict is Verdict.UNSURE]
    unsure.sort(key=lambda face: face.probability_generated or 0.0)
    return unsure[-1].why_unsure if unsure else None


def packed(report: Report) -> bytes:
    """The whole report as the database has it."""
    return zlib.compress(report.model_dump_json().encode())


def unpacked(body: bytes) -> Report:
    """The report again.

    A field that a later version adds to reports needs a default, so that this reads old ones.
    """
    return Report.model_validate_json(zlib.decompress(body))
