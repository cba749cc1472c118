"""What the API says beside the reports, and what its forms take."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from unmask.bundles.benchmark import Benchmark
from unmask.bundles.listing import ListedBundle
from unmask.bundles.model import Thresholds
from unmask.detection.options import DetectOptions
from unmask.detection.report import FaceCheck


class Health(BaseModel):
    """The server is alive."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ok", "version": "0.1.0"}]}
    )

    status: Literal["ok"]
    version: str = Field(description="Version of Unmask.")


class Model(BaseModel):
    """A model that pictures can be judged with."""

    name: str = Field(description="What to send as `model`.")
    title: str = Field(description="Its name for people.")
    architecture: str
    members: list[str] = Field(
        description="Names of the models whose answers it averages; empty for one that answers "
        "by itself."
    )
    task: Literal["source", "binary"] = Field(
        description="`source` tells generators apart, `binary` only real from generated."
    )
    labels: list[str] = Field(description="What it tells apart, `real` first.")
    families: dict[str, str] = Field(description="Family of generators of every label.")
    thresholds: Thresholds
    figures: dict[str, float] = Field(description="Headline figures on the test split.")
    limits: list[str] = Field(
        description="What it is bad at, in sentences; empty where its bundle does not say."
    )
    licence: str
    terms: str = Field(description="Under which terms its training pictures came.")
    created: date
    card: str = Field(description="Its model card, in Markdown.")
    benchmark: Benchmark | None = Field(
        description="How it did in the benchmark, to be drawn; null where its bundle does not say."
    )

    @classmethod
    def of(cls, bundle: ListedBundle) -> Model:
        """What is said of a bundle."""
        info = bundle.info
        return cls(
            name=info.name,
            title=info.title,
            architecture=info.architecture,
            members=[member.name for member in info.members],
            task=info.task,
            labels=list(info.labels),
            families=info.families,
            thresholds=info.thresholds,
            figures=info.figures,
            limits=list(info.limits),
            licence=info.licence,
            terms=info.terms,
            created=info.created,
            card=bundle.card,
            benchmark=bundle.benchmark,
        )


class ModelList(BaseModel):
    """The models that are there."""

    default: str | None = Field(
        description="The one that judges where none is named; null where there is none."
    )
    models: list[Model]


class FormOptions(BaseModel):
    """The fields of a form beside its picture; one that is not here is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FaceOptions(FormOptions):
    """The options of a search for faces."""

    preview: bool = Field(
        default=False,
        description="Whether the answer brings a small copy of the picture, for those who cannot "
        "show files of its type.",
    )


class FoundFaces(FaceCheck):
    """The faces in a picture, without any verdict."""

    preview: str | None = Field(
        default=None,
        description="The picture, upright, as the data URL of a WebP of at most 1,280 px a side; "
        "null unless it was asked for.",
    )


class DetectForm(FormOptions, DetectOptions):
    """The options of a check, and which model is to make it."""

    model: str = Field(
        default="",
        description="Name of the model, see `GET /api/models`; empty for the default one.",
        max_length=100,
    )
