"""What `benchmark.json` says of a model: how it did in the benchmark, ready to be drawn.

`unmask evaluate --into-bundle` writes it into the bundle's folder; a bundle may come without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from unmask.bundles.model import BundleInfo, Share

BENCHMARK: Final = "benchmark.json"
_TOO_LARGE: Final = 1_000_000

Count = Annotated[int, Field(ge=0)]


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Result):
    """A figure with the ends of its 95 % interval."""

    value: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat


class Confusion(_Result):
    """How many crops of each label were taken for which."""

    labels: list[str]
    counts: list[list[Count]] = Field(description="A row a true label, a column a predicted one.")

    @model_validator(mode="after")
    def _square(self) -> Self:
        size = len(self.labels)
        if len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ValueError(f"counts must be {size} rows of {size}, one a label")
        return self


class ReliabilityBin(_Result):
    """Faces whose stated probability of generated is alike, and how many of them were generated."""

    stated: Share = Field(description="Mean probability of generated that was stated.")
    observed: Share = Field(description="Share of them that was generated.")
    share: Share = Field(description="Share of all faces that are in this bin.")


class RobustnessPoint(_Result):
    """How the model does on crops that went through one thing the web does to pictures."""

    view: str = Field(description="What was done to the crops; `clean` for nothing.")
    title: str = Field(description="The same for people.")
    crops: Count
    accuracy: Share = Field(
        description="Over the model's labels, so not to be compared between models of two labels "
        "and of more."
    )
    auc: Share
    tpr: Share = Field(description="Generated faces called generated.")
    fpr: Share = Field(description="Real faces called generated.")
    tpr_at_half_percent: Share = Field(
        description="Generated faces found at 0.5 % false positives of this very view."
    )


class UnseenCollection(_Result):
    """How the model does on a collection of which it saw no picture."""

    collection: str
    generated: bool
    face_swap: bool = Field(description="Whether these are swapped faces, not wholly made ones.")
    crops: Count
    called_generated: Estimate = Field(description="Share called generated.")
    unsure: Share
    auc: Share | None = Field(
        description="Against all unseen real collections; null for a real one."
    )


class Benchmark(_Result):
    """The content of `benchmark.json` in a bundle's folder."""

    version: Literal[1] = Field(default=1, description="Of the layout of this file.")
    suite: str = Field(description="Which set of measurements this is.")
    dataset: str = Field(description="Fingerprint of the dataset.")
    recut: bool = Field(
        default=False,
        description="Whether these crops were cut anew, from the same pictures in the same splits, "
        "by another version than those that the model was made from.",
    )
    sha256: str = Field(description="Of the graph that was measured.")
    crops: Count = Field(description="Crops of the test split.")
    figures: dict[str, Estimate] = Field(
        description="Figures on the test split, clean. `f1_generated` counts as generated what has "
        "a calibrated probability of 0.5 or more; `accuracy`, `macro_f1` and `family_accuracy` are "
        "over the model's labels."
    )
    confusion: Confusion
    reliability: list[ReliabilityBin]
    robustness: list[RobustnessPoint] = Field(description="Clean first, then each laundering.")
    unseen: list[UnseenCollection]


def read_benchmark(folder: Path, info: BundleInfo) -> Benchmark | None:
    """What `benchmark.json` in a bundle's folder says.

    It is read leniently, since a model works without it: None where it is missing, is not valid,
    or was made with another graph.
    """
    path = folder / BENCHMARK
    try:
        if path.stat().st_size > _TOO_LARGE:
            return None
        read = Benchmark.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    if read.sha256 != info.sha256:
        return None
    if "recut" in read.model_fields_set:
        return read  # measured by a version that does, whatever the bundle is of
    return read.model_copy(update={"figures": info.but_misnamed(read.figures)})
