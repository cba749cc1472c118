"""What the API says of the history."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from unmask.bundles.verdict import Verdict
from unmask.detection.judgement import Score, WhyUnsure
from unmask.detection.report import Report
from unmask.history.listing import EntryFacts, Page
from unmask.history.reports import SavedReport

IMAGES = "/api/history/images"


class CheckedReport(Report):
    """The detector's answer for one picture, and how it can be saved."""

    id: str = Field(description="What to send to `POST /api/history/save`. Nobody can guess it.")
    created: datetime = Field(description="When the picture was checked.")
    saveable_until: datetime | None = Field(
        description="Until when it can be saved, 15 minutes after the check; its picture is "
        "removed then. Null where nothing was kept, since this server saves nothing or has no "
        "room."
    )


class SaveRequest(BaseModel):
    """Which report to save."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"report_id": "AGsEyrARTuS8T9pqFLR9pRVrKLH28N7TH4WvdPBw"}]},
    )

    report_id: str = Field(description="The `id` of a report of `POST /api/detect`.")


class HistoryEntry(BaseModel):
    """A saved report, as lists have it."""

    id: str
    created: datetime = Field(description="When the picture was checked.")
    saved: datetime = Field(description="When the report was saved.")
    name: str | None = Field(description="Name of the file, where it had one.")
    verdict: Verdict
    why_unsure: WhyUnsure | None = Field(
        description="That of the most suspicious unsure face; null unless the verdict is `unsure`."
    )
    probability_generated: Score | None = Field(
        description="Of the most suspicious usable face; null where there is none."
    )
    model: str = Field(description="Name of the model that judged.")
    faces: int = Field(description="How many faces were found.")
    width: int = Field(description="Width in pixels.")
    height: int = Field(description="Height in pixels.")
    format: str = Field(description="Type of the picture.", examples=["JPEG"])
    picture: str = Field(description="Path of the picture, as it was sent.")
    thumbnail: str = Field(description="Path of a WebP of at most 320 px a side.")
    self: str = Field(description="Path of the entry with its report.")

    @classmethod
    def of(cls, facts: EntryFacts) -> HistoryEntry:
        """What is said of an entry."""
        address = f"{IMAGES}/{facts.id}"
        return cls(
            id=facts.id,
            created=facts.checked,
            saved=facts.saved,
            name=facts.name,
            verdict=facts.verdict,
            why_unsure=facts.why_unsure,
            probability_generated=facts.probability_generated,
            model=facts.model,
            faces=facts.faces,
            width=facts.width,
            height=facts.height,
            format=facts.format,
            picture=f"{address}/picture",
            thumbnail=f"{address}/thumbnail",
            self=address,
        )


class EntryPage(BaseModel):
    """One page of a history."""

    items: list[HistoryEntry]
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")
    total: int = Field(description="How many entries there are in all pages.")

    @classmethod
    def of(cls, page: Page) -> EntryPage:
        """What is said of a page."""
        items = [HistoryEntry.of(facts) for facts in page.items]
        return cls(items=items, next=page.next, total=page.total)


class LabelHeatMap(BaseModel):
    """Where a heat map of a saved report is."""

    face: int = Field(description="Index of the face in the report.")
    label: str = Field(description="The label that the map speaks for.")
    path: str = Field(description="Path of the map as PNG.")


class SavedEntry(BaseModel):
    """An entry with its report."""

    entry: HistoryEntry
    report: Report = Field(description="As it was when the picture was checked.")
    heatmaps: list[str] = Field(
        description="Paths of the heat maps as PNG, one for each face that has one, of its "
        "likeliest generated label; the last part is the index of the face."
    )
    label_heatmaps: list[LabelHeatMap] = Field(
        description="The heat maps of all labels, face by face, as in the report."
    )

    @classmethod
    def of(cls, saved: SavedReport) -> SavedEntry:
        """What is said of an entry with its report."""
        faces = enumerate(saved.report.faces)
        maps = [(face, heat.label) for face, judged in faces for heat in judged.heatmaps]
        address = f"{IMAGES}/{saved.facts.id}/heatmaps"
        return cls(
            entry=HistoryEntry.of(saved.facts),
            report=saved.report,
            heatmaps=[f"{address}/{face}" for face in dict.fromkeys(face for face, _ in maps)],
            label_heatmaps=[
                LabelHeatMap(
                    face=face, label=label, path=f"{address}/{face}?label={quote(label, safe='')}"
                )
                for face, label in maps
            ],
        )


class Deleted(BaseModel):
    """What was removed."""

    deleted: int = Field(description="How many entries there were.")


class Readiness(BaseModel):
    """The server can do its work."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "ready", "checks": {"model": "ok", "storage": "ok"}}]
        }
    )

    status: Literal["ready"]
    checks: dict[str, Literal["ok", "off"]] = Field(
        description="`model`: the default one is loaded. `storage`: the folder can be written and "
        "the database is at the right revision; `off` where nothing is kept."
    )
