"""What a training run is told: one class, used alike from Python, a file and flags.

Precedence: defaults < the recipe's file < the file given with --config < flags. What comes of it is
written to config.json of the run.
"""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

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


def list_recipes() -> list[str]:
    """Names of the recipes. Each is a folder of `recipes/`, with a whole file a network."""
    return sorted(one.name for one in _recipes().iterdir() if one.is_dir())


def read_recipe(recipe: str, network: str, task: str) -> dict[str, Any]:
    """Settings of a recipe for a network and a task, every one that decides what is learned.

    A file of the task comes before one of the network alone. A network that has no file is trained
    as the default network is.

    Raises:
        KeyError: there is no such recipe.
    """
    if recipe not in list_recipes():
        raise KeyError(recipe)
    default = str(TrainConfig.model_fields["network"].default)
    folder = _recipes().joinpath(recipe)
    for name in (f"{network}-{task}", network, f"{default}-{task}", default):
        file = folder.joinpath(f"{name}.toml")
        if file.is_file():
            return tomllib.loads(file.read_text("utf-8"))
    raise KeyError(recipe)


def make_config(recipe: str, *overrides: dict[str, Any]) -> TrainConfig:
    """Lay overrides, the later the stronger, on a recipe.

    Raises:
        KeyError: there is no such recipe.
        pydantic.ValidationError: a value is not allowed.
    """
    given: dict[str, Any] = {}
    for override in overrides:
        given |= override
    network, task = (
        str(given.get(name, TrainConfig.model_fields[name].default)) for name in ("network", "task")
    )
    values = read_recipe(recipe, network, task) | {"recipe": recipe} | given
    return TrainConfig.model_validate(values)


def _recipes() -> Traversable:
    return resources.files(__package__).joinpath("recipes")
