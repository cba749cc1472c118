"""The report: what the detector answers, the same from Python, command line and API."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, computed_field, model_validator

from unmask.bundles.verdict import Verdict
from unmask.detection.conclusion import Conclusion, conclude
from unmask.detection.judgement import (
    DecisionThresholds,
    FoundFace,
    Frozen,
    JudgedFace,
    Judgement,
)
from unmask.detection.old_reports import is_old, upgraded
from unmask.detection.provenance.claims import Provenance
from unmask.detection.text import printable, report_text


class ImageFacts(Frozen):
    """What was judged: facts of the file, measured on the upright picture."""

    name: str | None = Field(description="Name of the file, where it had one.")
    width: int = Field(description="Width in pixels.")
    height: int = Field(description="Height in pixels.")
    format: str = Field(
        description="Type that the content has, whatever the name says; `array` for pixels that "
        "were handed over in Python.",
        examples=["JPEG", "PNG", "WEBP"],
    )
    bytes: int = Field(description="Size of the file.")
    sha256: str = Field(description="SHA-256 of the file, in hexadecimal.")


class BaseReport(Frozen):
    """What every report says, whatever was judged; `kind` tells them apart."""

    model_config = ConfigDict(
        serialize_by_alias=True, validate_by_alias=True, validate_by_name=True
    )

    schema_version: Literal[2] = Field(
        default=2,
        alias="schema",
        description="Version of the form of a report. Those of version 1, which did not say so, "
        "are read as well.",
    )
    kind: str
    verdict: Verdict
    model: str = Field(description="Name of the model that judged.")
    software: str = Field(description="Version of Unmask.")


class Report(BaseReport):
    """The detector's answer for one picture. `print` it to read it."""

    kind: Literal["picture"] = "picture"
    verdict: Verdict = Field(
        description="That of the most suspicious usable face; `not_applicable` where there is none."
    )
    image: ImageFacts
    faces: list[JudgedFace] = Field(description="Every face found, the largest first.")
    thresholds: DecisionThresholds
    provenance: Provenance | None = Field(
        description="What the file says of its own origin, where it was asked for."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_any_version(cls, data: Any) -> Any:
        return upgraded(data) if isinstance(data, dict) and is_old(data) else data

    @computed_field  # type: ignore[prop-decorator]
    @property
    def conclusion(self) -> Conclusion:
        """What all evidence together says: the faces, and what the file says of itself."""
        return conclude(self.verdict, self.provenance)

    @property
    def judgements(self) -> list[Judgement]:
        """Those of all faces, the largest face first."""
        return [judgement for face in self.faces for judgement in face.judgements]

    def __str__(self) -> str:
        """The report as text for people, over several lines."""
        image = self.image
        name = printable(image.name or "Picture")
        return report_text(
            f"{name} ({image.format}, {image.width} x {image.height} px)",
            self.conclusion,
            self.verdict,
            self.faces,
            self.thresholds,
            self.provenance,
            f"Model {self.model}, Unmask {self.software}.",
        )


class FaceCheck(Frozen):
    """The faces in a picture, without any verdict."""

    image: ImageFacts
    faces: list[FoundFace] = Field(description="Every face found, the largest first.")
