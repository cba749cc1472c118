"""Reports, pictures, visitors and a clock for the tests of the history."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from unmask.api.contract.examples import REPORT
from unmask.bundles.verdict import Verdict
from unmask.detection.report import Report
from unmask.history.identifiers import hashed
from unmask.history.store import History

ALICE, BOB = hashed("alice"), hashed("bob")


class Clock:
    """Tells the time, and is moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


def picture(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    """A PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def report(**changes: Any) -> Report:
    """A report of a picture with one usable face; changes: name, verdict, probability, model.

    `why_unsure` makes picture and face unsure.
    """
    made = Report.model_validate(REPORT)
    (judgement,) = made.faces[0].judgements
    if "probability" in changes:
        judgement = judgement.model_copy(update={"probability": changes["probability"]})
    if "why_unsure" in changes:
        changes["verdict"] = Verdict.UNSURE
        why = {"verdict": Verdict.UNSURE, "why_unsure": changes["why_unsure"]}
        judgement = judgement.model_copy(update=why)
    face = made.faces[0].model_copy(update={"judgements": [judgement]})
    faces = [face, *made.faces[1:]] if changes.get("usable", True) else made.faces[1:]
    image = made.image.model_copy(
        update={"name": changes.get("name", "photo.png"), "format": "PNG",
                "width": 640, "height": 480}
    )  # fmt: skip
    return made.model_copy(
        update={
            "verdict": Verdict(changes.get("verdict", "generated")),
            "model": changes.get("model", "tiny"),
            "image": image,
            "faces": faces,
        }
    )


def shelved(history: History, visitor: str, data: bytes | None = None, **changes: Any) -> str:
    """Id of a report that was just put on the shelf."""
    put = history.shelve(visitor, report(**changes), picture() if data is None else data)
    assert put is not None
    return put[0]


def saved(history: History, visitor: str, data: bytes | None = None, **changes: Any) -> str:
    """Id of a report that was just saved."""
    entry, new = history.save(visitor, shelved(history, visitor, data, **changes))
    assert new
    return entry.id


def files(folder: Path) -> set[str]:
    """The names of all files in the folder, but not the database's, and not its note."""
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and path.name != "database" and not path.name.startswith("history.db")
    }
