"""What is said of one face: the answer to each question about it, and what the answer rests on."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field
from pydantic.config import JsonDict

from unmask.bundles.verdict import Verdict
from unmask.imaging.usable import Reason
from unmask.labels import Question

Score = Annotated[float, Field(ge=0.0, le=1.0)]
WhyUnsure = Literal["between_thresholds", "not_steady"]
RegionName = Literal["eyes", "nose", "mouth", "skin", "hair", "background"]
CopyName = Literal["original", "jpeg_70", "half_size", "shifted"]
MapMethod = Literal["class_map", "occlusion"]

_OLD: Final[JsonDict] = {"deprecated": True}
"""Marks in the OpenAPI document what is there under an old name, for one version."""


class Frozen(BaseModel):
    """Settings that all parts of a report share."""

    model_config = ConfigDict(frozen=True)


class DecisionThresholds(Frozen):
    """Probabilities at which the model's verdicts begin; between them it is unsure."""

    generated: Score = Field(description="Called generated from here on.")
    real: Score = Field(description="Called real up to here.")


class HeatMap(Frozen):
    """Where in the face the evidence for a label lies, in logits. It proves nothing.

    A class map shows where the model looked: it is that of the label less the one of `real`, and
    its mean is, but for a constant, the difference of the logits. An occlusion map shows what
    covering a part does to the answer, and needs no knowledge of the network.
    """

    method: MapMethod = Field(
        description="`class_map`: values of the network itself. `occlusion`: by how much the "
        "uncalibrated log-odds of generated fall when the patch at that place is covered."
    )
    label: str = Field(
        description="The label that positive values speak for: a generated one, against `real`; or "
        "`real`, against the likeliest generated one. Of an occlusion map `generated`, by any "
        "generator."
    )
    evidence: bool = Field(
        description="False where no part of the face speaks for that label: there is nothing to "
        "show then."
    )
    peak: float = Field(description="The largest value of the map, in logits.")
    map: list[list[float]] = Field(
        description="Rows of signed values over the crop (178x218 px), in logits."
    )
    overlay: str | None = Field(
        description="Transparent PNG of 178x218 px as a data URI, colours on a fixed scale; null "
        "where there is nothing to show, or where it was not asked for.",
    )


class RegionWeight(Frozen):
    """How much a part of the face adds to the evidence for the likeliest generated label."""

    region: RegionName = Field(description="A part of the crop, laid out from the landmarks.")
    weight: float = Field(
        description="The heat map summed over the region and divided by the number of all its "
        "positions, in logits: the weights of all regions sum to the mean of the map. Positive "
        "speaks for generated."
    )


class Explanation(Frozen):
    """What the answer rests on, as far as it was asked for."""

    maps: list[HeatMap] = Field(
        description="The class maps, of the likeliest generated label first and of `real` last; "
        "then, where it was asked for and the face is one of the four largest that are usable, the "
        "occlusion map."
    )
    regions: list[RegionWeight] = Field(
        description="What each part of the face adds to the first class map; empty without one."
    )

    @property
    def class_maps(self) -> list[HeatMap]:
        """The maps of the labels, the likeliest generated first; none if not asked for."""
        return [one for one in self.maps if one.method == "class_map"]

    @property
    def occlusion(self) -> HeatMap | None:
        """The map made by covering parts of the face; None if there is none."""
        return next((one for one in self.maps if one.method == "occlusion"), None)


class JudgedCopy(Frozen):
    """The face as it is judged in one copy of the picture."""

    name: CopyName = Field(
        description="`original`; `jpeg_70`: saved as JPEG of quality 70; `half_size`: brought to "
        "half its width and height and back; `shifted`: moved by one pixel."
    )
    probability: Score = Field(description="Calibrated, of generated, in this copy.")
    verdict: Verdict = Field(description="generated, unsure or real, by this copy alone.")


class Stability(Frozen):
    """Whether the verdict holds in copies of the picture such as sharing makes."""

    steady: bool | None = Field(
        description="True where every copy gets the verdict of the original; null where the face "
        "could be judged in none."
    )
    copies: list[JudgedCopy] = Field(
        description="The original first; copies in which the face cannot be judged are left out."
    )


class Judgement(Frozen):
    """The answer of one model to one question about one face."""

    question: Question = Field(
        description="`synthesis`: was the whole face made by a machine. `manipulation`: was a part "
        "of it swapped or altered."
    )
    model: str = Field(description="Name of the model that judged.")
    verdict: Verdict = Field(description="generated, unsure or real.")
    why_unsure: WhyUnsure | None = Field(
        description="Null unless the verdict is `unsure`. `between_thresholds`: the probability "
        "is too high for real and too low for generated; `not_steady`: a copy of the picture gets "
        "another verdict, see `stability`."
    )
    probability: Score = Field(
        description="Calibrated probability that the answer to the question is yes."
    )
    scores: dict[str, float] = Field(
        description="Score of every label of the model, `real` first; they sum to 1."
    )
    families: dict[str, float] = Field(description="The scores summed by family of generators.")
    explanation: Explanation | None = Field(description="Null unless it was asked for.")
    stability: Stability | None = Field(
        description="Whether the verdict holds in copies, where it was asked for."
    )


class FoundFace(Frozen):
    """A face, and whether it is good enough to judge. Coordinates are pixels of the picture."""

    box: tuple[float, float, float, float] = Field(description="x, y, width, height.")
    landmarks: list[tuple[float, float]] = Field(
        description="Five points (x, y): the eye at the left of the picture, the eye at the right, "
        "the nose, the mouth's left and right corner.",
        min_length=5,
        max_length=5,
    )
    usable: bool = Field(description="Whether the face can be judged.")
    reasons: list[Reason] = Field(description="Why it cannot be judged; empty where it can.")


class JudgedFace(FoundFace):
    """A face with what was answered about it."""

    crop_to_picture: tuple[float, float, float, float, float, float] = Field(
        description="Affine map a, b, c, d, e, f from crop to picture, as in CSS `matrix()`: "
        "x' = a x + c y + e and y' = b x + d y + f, in pixels."
    )
    judgements: list[Judgement] = Field(
        description="The answers, one a question; empty where the face is not usable."
    )

    # Old names of what the first judgement says, for one version: in JSON those of the answer
    # alone, so that no map is there twice, in Python those of its explanation, too.

    @property
    def _first(self) -> Judgement | None:
        return self.judgements[0] if self.judgements else None

    @computed_field(  # type: ignore[prop-decorator]
        description="Old name of `judgements[0].verdict`.", json_schema_extra=_OLD
    )
    @property
    def verdict(self) -> Verdict | None:
        """Verdict of the first judgement, None without one."""
        return None if self._first is None else self._first.verdict

    @computed_field(  # type: ignore[prop-decorator]
        description="Old name of `judgements[0].why_unsure`.", json_schema_extra=_OLD
    )
    @property
    def why_unsure(self) -> WhyUnsure | None:
        """Why the first judgement is unsure, None where it is not."""
        return None if self._first is None else self._first.why_unsure

    @computed_field(  # type: ignore[prop-decorator]
        description="Old name of `judgements[0].probability`.", json_schema_extra=_OLD
    )
    @property
    def probability_generated(self) -> Score | None:
        """Probability of the first judgement, None without one."""
        return None if self._first is None else self._first.probability

    @computed_field(  # type: ignore[prop-decorator]
        description="Old name of `judgements[0].scores`.", json_schema_extra=_OLD
    )
    @property
    def scores(self) -> dict[str, float] | None:
        """Scores of the first judgement, None without one."""
        return None if self._first is None else self._first.scores

    @computed_field(  # type: ignore[prop-decorator]
        description="Old name of `judgements[0].families`.", json_schema_extra=_OLD
    )
    @property
    def families(self) -> dict[str, float] | None:
        """Families of the first judgement, None without one."""
        return None if self._first is None else self._first.families

    @property
    def heatmaps(self) -> list[HeatMap]:
        """Class maps of the first judgement, none if not asked for."""
        explained = None if self._first is None else self._first.explanation
        return [] if explained is None else explained.class_maps

    @property
    def heatmap(self) -> HeatMap | None:
        """The first class map."""
        return next(iter(self.heatmaps), None)

    @property
    def other_heatmaps(self) -> list[HeatMap]:
        """All class maps but the first."""
        return self.heatmaps[1:]

    @property
    def regions(self) -> list[RegionWeight] | None:
        """Regions of the first judgement, None if not asked for."""
        explained = None if self._first is None else self._first.explanation
        return explained.regions or None if explained is not None else None

    @property
    def occlusion(self) -> HeatMap | None:
        """Occlusion map of the first judgement, None if not asked for."""
        explained = None if self._first is None else self._first.explanation
        return None if explained is None else explained.occlusion

    @property
    def stability(self) -> Stability | None:
        """Stability of the first judgement, None if not asked for."""
        return None if self._first is None else self._first.stability
