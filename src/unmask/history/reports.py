"""Reports as rows: the whole as compressed JSON, and the columns that lists are made from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from unmask.bundles.verdict import Verdict
from unmask.detection.judgement import WhyUnsure
from unmask.detection.report import Report
from unmask.history.listing import EntryFacts
from unmask.history.tables import NAME_LENGTH, NO_SUSPICION


@dataclass(frozen=True)
class SavedReport:
    """An entry with its report."""

    facts: EntryFacts
    report: Report


def columns_of(report: Report) -> dict[str, object]:
    """The columns that are told by a report."""
    return {
        "name": None if report.image.name is None else report.image.name[:NAME_LENGTH],
        "verdict": report.verdict.value,
        "why_unsure": why_unsure(report),
        "suspicion": max((one.probability for one in report.judgements), default=NO_SUSPICION),
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
    unsure = [one for one in report.judgements if one.verdict is Verdict.UNSURE]
    worst = max(unsure, key=lambda one: one.probability, default=None)
    return None if worst is None else worst.why_unsure


def packed(report: Report) -> bytes:
    """The whole report as the database has it."""
    return zlib.compress(report.model_dump_json().encode())


def unpacked(body: bytes) -> Report:
    """The report again.

    Those of older versions are read as well, see `unmask.detection.old_reports`.
    """
    return Report.model_validate_json(zlib.decompress(body))
