"""What a training run is told: one class, used alike from Python, a file and flags.

Precedence: defaults, then the recipe, then the file given with --config, then flags.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from unmask.imaging.align import CROP_WIDTH
from unmask.training.augmentation import AugmentationName


class TrainConfig(BaseModel):
    """Settings of one run; the defaults are those of the reference experiments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str = Field("efficientnet", description="name in the registry of networks")
    task: Literal["source", "binary"] = Field(
        "source", description="source: real and every generator; binary: real and generated"
    )
    recipe: str = Field("reference", description="name of the recipe that this came from")
    leave_out: tuple[str, ...] = Field(
        (), description="labels never trained on, to see how an engine fares that is not known"
    )
    without: tuple[str, ...] = Field(
        (), description="parts of the network left out, to see what each is worth"
    )
    data: Path = Field(Path("data/faces"), description="folder that `dataset build` made")
    weights: Path | None = Field(
        None, description="backbone to start from: a safetensors file, or the folder of a run"
    )
    pretrained: bool = Field(True, description="start from published weights, not from scratch")
    teacher: Path | None = Field(
        None, description="trained run whose features and logits the network also learns to give"
    )
    epochs: int = Field(10, ge=1, description="passes of as many crops as the training split has")
    patience: int = Field(5, ge=1, description="stop after this many epochs without improvement")
    batch_size: int = Field(32, ge=2, description="crops a step")
    optimiser: Literal["adam", "adamw", "adagrad"] = "adam"
    learning_rate: float = Field(1e-4, gt=0)
    backbone_rate: float = Field(
        1.0, gt=0, le=1, description="learning rate of the backbone, as a share of the head's"
    )
    weight_decay: float = Field(0.0, ge=0)
    schedule: Literal["constant", "cosine"] = Field(
        "constant", description="cosine: warm up for half an epoch, then fall to zero"
    )
    average: float = Field(
        0.0, ge=0, lt=1, description="decay of the moving average of weights that is kept; 0: none"
    )
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    augmentation: AugmentationName = Field("web", description="what crops go through")
    clean_epochs: int = Field(
        0, ge=0, description="first epochs, which see crops as they are, at most mirrored"
    )
    window: int | None = Field(
        None,
        ge=32,
        le=CROP_WIDTH,
        description="side of the random square of each crop that training sees, px",
    )
    patches: float = Field(
        1.0, gt=0, le=1, description="share of a transformer's patches, at random, training sees"
    )
    whole_epochs: int = Field(1, ge=0, description="last epochs, which see crops whole")
    real_share: float | None = Field(
        None, gt=0, lt=1, description="share of real crops; by default each class has the same"
    )
    balance_collections: bool = Field(
        False, description="within a class, draw every collection alike instead of every crop"
    )
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="auto: half precision where the GPU or the processor has it"
    )
    validate_every: int = Field(1, ge=1, description="epochs; the last is always validated")
    seed: int = Field(0, ge=0, lt=2**32)
    workers: int = Field(2, ge=0, description="processes that read and augment crops")

    def located(self) -> TrainConfig:
        """The same with whole paths, so that a run can be used from any folder."""
        paths = {"data": self.data, "weights": self.weights, "teacher": self.teacher}
        return self.model_copy(
            update={name: path.absolute() for name, path in paths.items() if path is not None}
        )

    def fingerprint(self) -> str:
        """Short hash of all settings; two runs of the same settings share it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


RECIPES: Final[dict[str, dict[str, Any]]] = {
    "reference": {},
    "robust": {
        "epochs": 16,
        "optimiser": "adamw",
        "learning_rate": 5e-4,
        "weight_decay": 0.02,
        "schedule": "cosine",
        "average": 0.995,
        "real_share": 0.36,
        "balance_collections": True,
    },
}
"""Named settings that differ from the defaults. To add a recipe, add an entry."""

_SPECIAL: Final[tuple[tuple[dict[str, str], dict[str, Any]], ...]] = (
    # Of two classes, the cross-entropy of the softmax is the binary cross-entropy of the difference
    # of the logits.
    ({"recipe": "reference", "task": "binary"}, {"optimiser": "adagrad"}),
    # What processors can do: few of the pixels of whole crops, which the last epoch of those with
    # convolutions sees, since their statistics are of whole crops when they are used.
    ({"recipe": "reference", "network": "tracenet"}, {"window": 96, "validate_every": 2}),
    ({"recipe": "reference", "network": "resnet50"}, {"window": 64, "validate_every": 10}),
    (
        {"recipe": "reference", "network": "vit"},
        {"patches": 0.2, "whole_epochs": 0, "validate_every": 10},
    ),
    # No weights of it come with the project; --pretrained downloads those that timm publishes.
    ({"network": "resnet50"}, {"pretrained": False}),
    (
        {"recipe": "robust", "network": "resnet50"},
        {
            "epochs": 42,
            "patience": 12,
            "validate_every": 6,
            "learning_rate": 1e-3,
            "clean_epochs": 8,
            "window": 96,
            "whole_epochs": 3,
        },
    ),
    (
        {"recipe": "robust", "network": "tracenet"},
        {
            "epochs": 44,
            "patience": 12,
            "validate_every": 4,
            "learning_rate": 2e-3,
            "window": 112,
            "whole_epochs": 8,
        },
    ),
    (
        {"recipe": "robust", "network": "vit"},
        {
            "epochs": 11,
            "validate_every": 3,
            "patches": 0.5,
            "learning_rate": 8e-4,
            "backbone_rate": 0.05,
        },
    ),
)
"""What a recipe does otherwise for a network or a task: when these hold, then those are set."""


def make_config(recipe: str, *overrides: dict[str, Any]) -> TrainConfig:
    """Lay overrides, the later the stronger, on a recipe.

    Raises:
        KeyError: there is no such recipe.
        pydantic.ValidationError: a value is not allowed.
    """
    given: dict[str, Any] = {}
    for override in overrides:
        given |= override
    values = {**RECIPES[recipe], "recipe": recipe}
    asked = {
        name: given.get(name, TrainConfig.model_fields[name].default)
        for name in ("network", "task")
    } | values
    for condition, settings in _SPECIAL:
        if all(asked[name] == value for name, value in condition.items()):
            values |= settings
    return TrainConfig.model_validate(values | given)
