"""What `model.json` says of a model: labels, calibration, thresholds, figures, origin, terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from unmask.labels import GENERATED, REAL, Question, Task

Figure = TypeVar("Figure")
Share = Annotated[FiniteFloat, Field(ge=0.0, le=1.0)]
NAME_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


class Calibration(_Frozen):
    """How the log-odds z of generated against real become a probability.

    It is sigmoid(z / temperature + bias), see `unmask.bundles.verdict`.
    """

    temperature: Annotated[FiniteFloat, Field(gt=0.0)]
    bias: FiniteFloat


class Thresholds(_Frozen):
    """Where the verdicts begin, and the rates on validation faces that they were set at."""

    generated: Share | None = Field(
        description="Called generated from this probability on; null where the model never says "
        "generated, since no threshold keeps the rate that is promised."
    )
    real: Share | None = Field(
        description="Called real up to this probability; null where the model never says real."
    )
    false_positive_rate: Share = Field(
        description="Share of real validation faces called generated at that threshold."
    )
    false_negative_rate: Share = Field(
        description="Share of generated validation faces called real at that threshold."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.real is not None and self.generated is not None and self.real >= self.generated:
            raise ValueError(
                f"threshold `real` ({self.real}) must be below `generated` ({self.generated})"
            )
        return self


class MapScale(_Frozen):
    """The scale on which the heat maps of a model are drawn; how large maps get differs by network.

    It is set on validation faces, by `unmask.making.map_scale`.
    """

    floor: Annotated[FiniteFloat, Field(ge=0.0)] = Field(
        description="Evidence, in logits, up to which nothing is drawn: four of five real faces "
        "have no more anywhere."
    )
    full: FiniteFloat = Field(
        description="Evidence, in logits, from which the colour changes no more: the peak of the "
        "median generated face."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.full <= self.floor:
            raise ValueError(f"map_scale `full` ({self.full}) must be above `floor` ({self.floor})")
        return self


DEFAULT_MAP_SCALE: Final = MapScale(floor=3.0, full=45.0)
"""For bundles that name none: that of the first bundle, an EfficientNet-Lite0."""


class Member(_Frozen):
    """One of the bundles that an ensemble averages; it lies beside it, or ships."""

    name: Name
    sha256: Digest
    temperature: Annotated[FiniteFloat, Field(gt=0.0)] = Field(
        description="What its logits and maps are divided by, so that all members speak alike loud."
    )


def members_digest(members: Sequence[Member]) -> str:
    """What an ensemble has in place of the sha256 of a graph: that of its list of members."""
    text = json.dumps([member.model_dump() for member in members], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class BundleInfo(_Frozen):
    """The content of `model.json`."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    name: Name
    title: Annotated[str, Field(min_length=1)]
    architecture: Annotated[str, Field(min_length=1)]
    task: Task
    question: Question = Field(default="synthesis", description="What its verdict answers.")
    labels: Annotated[tuple[Name, ...], Field(min_length=2)]
    families: dict[Name, Name]
    calibration: Calibration
    thresholds: Thresholds
    map_scale: MapScale = DEFAULT_MAP_SCALE
    figures: dict[str, FiniteFloat]
    bias: tuple[FiniteFloat, ...]
    dataset: str = Field(description="Fingerprint of the dataset that it was made from.")
    splits: str = Field(
        default="", description="Which pictures of it were in which split; empty: not known."
    )
    crop_version: int = Field(default=1, ge=1, description="Of the code that cut its crops.")
    left_out: tuple[str, ...] = Field(
        default=(), description="Generators of the dataset that it was never trained on."
    )
    run: str
    sha256: Digest = Field(description="Of its graph; of an ensemble, of its list of members.")
    members: tuple[Member, ...] = Field(
        default=(),
        max_length=16,
        description="Of an ensemble, which has no graph of its own: whose answers it averages.",
    )
    limits: tuple[str, ...] = Field(
        default=(), description="What it is bad at, in sentences; empty where nobody said."
    )
    licence: Annotated[str, Field(min_length=1)]
    terms: str
    created: date

    def but_misnamed(self, figures: Mapping[str, Figure]) -> dict[str, Figure]:
        """Its figures without those that an older version measured otherwise under their name.

        Such a version named no splits. Its F1 of generated was by the likeliest label, which is
        real where generated is likelier, but shared by several.
        """
        misnamed = "f1_generated" if self.task == "source" and not self.splits else None
        return {name: value for name, value in figures.items() if name != misnamed}

    @model_validator(mode="after")
    def _labels_fit(self) -> Self:
        if self.labels[0] != REAL:
            raise ValueError(f"the first label must be `{REAL}`, it is `{self.labels[0]}`")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError(f"labels repeat: {', '.join(self.labels)}")
        if self.task == "binary" and self.labels != (REAL, GENERATED):
            raise ValueError(
                f"a binary model has the labels `{REAL}`, `{GENERATED}`, "
                f"not {', '.join(self.labels)}"
            )
        if set(self.families) != set(self.labels):
            raise ValueError("families must name a family for every label and for nothing else")
        if any((self.families[label] == REAL) != (label == REAL) for label in self.labels):
            raise ValueError(f"label `{REAL}` and no other must be of the family `{REAL}`")
        if len(self.bias) != len(self.labels):
            raise ValueError(
                f"bias has {len(self.bias)} values, but there are {len(self.labels)} labels"
            )
        return self

    @model_validator(mode="after")
    def _members_fit(self) -> Self:
        names = [member.name for member in self.members]
        if len(set(names)) != len(names) or self.name in names:
            raise ValueError(f"members repeat, or name the ensemble itself: {', '.join(names)}")
        if self.members and self.sha256 != members_digest(self.members):
            raise ValueError("sha256 is not that of this list of members")
        return self
