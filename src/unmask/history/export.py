"""A whole history as one text, made piece by piece: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from unmask.bundles.verdict import Verdict
from unmask.detection.report import Report
from unmask.history.reports import SavedReport
from unmask.labels import REAL

COLUMNS: Final = (
    "id", "checked", "saved", "name", "verdict", "conclusion", "why_unsure",
    "probability_generated", "model", "faces", "width", "height", "format", "bytes", "sha256",
    "likeliest_source", "face_verdicts", "file_says_generated", "file_software",
)  # fmt: skip
_BOM: Final = "\ufeff"
"""The byte order mark: without it Excel takes UTF-8 for the code page of the machine."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def to_csv(saved: Iterable[SavedReport]) -> Iterator[str]:
    """CSV with a byte order mark and a heading, else by RFC 4180; one piece a line."""
    yield _BOM + _line(COLUMNS)
    for one in saved:
        cells = _row(one) | _findings(one.report)
        yield _line([_cell(cells[name]) for name in COLUMNS])


def to_json(saved: Iterable[SavedReport]) -> Iterator[str]:
    """A JSON array of objects; `report` of each is the report without its heat maps."""
    separator = "["
    for one in saved:
        report = one.report.model_dump(mode="json")
        for face in report["faces"]:
            for judgement in face["judgements"]:
                (judgement["explanation"] or {}).pop("maps", None)
        yield f"{separator}\n{json.dumps(_row(one) | {'report': report}, ensure_ascii=False)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _row(saved: SavedReport) -> dict[str, Any]:
    facts = saved.facts
    return {
        "id": facts.id,
        "checked": facts.checked.isoformat(),
        "saved": facts.saved.isoformat(),
        "name": facts.name,
        "verdict": facts.verdict.value,
        "conclusion": saved.report.conclusion.kind.value,
        "why_unsure": facts.why_unsure,
        "probability_generated": facts.probability_generated,
        "model": facts.model,
        "faces": facts.faces,
        "width": facts.width,
        "height": facts.height,
        "format": facts.format,
        "bytes": facts.bytes,
        "sha256": facts.picture,
    }


def _findings(report: Report) -> dict[str, str | None]:
    """What else a report says, a cell each; JSON has the report itself.

    A source is named where a face is called generated: that of the most suspicious one.
    """
    judged = [face for face in report.faces if face.verdict is Verdict.GENERATED]
    worst = max(judged, key=lambda face: face.probability_generated or 0.0, default=None)
    sources = {} if worst is None or worst.scores is None else dict(worst.scores)
    sources.pop(REAL, None)
    faces = (
        "not judged" if face.verdict is None else f"{face.verdict} {face.probability_generated}"
        for face in report.faces
    )
    told = [] if report.provenance is None else [
        one for one in (report.provenance.content_credentials, report.provenance.generator) if one
    ]  # fmt: skip
    return {
        "likeliest_source": max(sources, key=sources.__getitem__) if len(sources) > 1 else None,
        "face_verdicts": "; ".join(faces),
        "file_says_generated": str(any(one.says_generated for one in told)).lower() if told else "",
        "file_software": "; ".join(dict.fromkeys(one.software for one in told if one.software)),
    }


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV Injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
