"""The folder of a run: its settings, which dataset it was trained on, its checkpoints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch

from unmask.dataset.identity import Identity, read_identity
from unmask.networks import PooledNetwork, create_network
from unmask.training.config import TrainConfig

CONFIG: Final = "config.json"
DATASET: Final = "trained-on.json"
HISTORY: Final = "history.jsonl"
LAST: Final = "last.pt"
BEST: Final = "best.pt"


class RunError(Exception):
    """A run that cannot be made, taken up or used; the message says what to do."""


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a kill leaves the old one or the new one."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint, on the processor.

    Raises:
        FileNotFoundError: there is none.
    """
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def load_best(run: Path) -> tuple[PooledNetwork, tuple[str, ...]]:
    """Best network of a run, on the processor, ready to be measured; and its labels.

    Raises:
        FileNotFoundError: the run has no checkpoint yet.
    """
    config = load_config(run)
    state = load(run / BEST)
    labels = tuple(state["labels"])
    network = create_network(config.network, len(labels), without=config.without)
    network.load_state_dict(state["network"])
    return network.eval(), labels


def load_config(run: Path) -> TrainConfig:
    """Effective config of a run.

    Raises:
        FileNotFoundError: the folder holds no run.
    """
    return TrainConfig.model_validate_json((run / CONFIG).read_text("utf-8"))


def begin(run: Path, config: TrainConfig) -> None:
    """Write down what a run is told, and which dataset it is trained on.

    Raises:
        DatasetError: the folder in `config` holds no dataset.
    """
    run.mkdir(parents=True, exist_ok=True)
    if not (run / LAST).exists():
        (run / BEST).unlink(missing_ok=True)  # of a start that was killed, maybe on another one
    (run / CONFIG).write_text(config.model_dump_json(indent=2) + "\n", "utf-8")
    identity = json.dumps(asdict(read_identity(config.data)), indent=2)
    (run / DATASET).write_text(identity + "\n", "utf-8")


def check_dataset(run: Path, data: Path) -> None:
    """See that a run was trained on the dataset in the folder `data`.

    Raises:
        RunError: it was trained on another one, or does not say on which.
        DatasetError: the folder holds no dataset.
    """
    before, there = dataset_of(run), read_identity(data)
    if not before.is_that_of(there):
        raise RunError(
            f"the run in {run} was trained on the dataset {before}, but {data} holds {there}: "
            "pictures that it was trained on may be in another split, cut otherwise or of another "
            "label; name its own dataset, build that again with the same --seed from the same "
            "pool and catalogue, or train anew in another folder (--run)"
        )


def dataset_of(run: Path) -> Identity:
    """Which dataset a run was trained on.

    Raises:
        RunError: it does not say.
    """
    try:
        return Identity(**json.loads((run / DATASET).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RunError(
            f"the run in {run} does not say which dataset it was trained on ({DATASET} is "
            "missing or damaged; runs of older versions have none): train it anew in another "
            "folder"
        ) from error


def write_history(run: Path, history: Iterable[dict[str, float]]) -> None:
    """Write the figures of each epoch, a line an epoch."""
    (run / HISTORY).write_text("".join(json.dumps(one) + "\n" for one in history), "utf-8")
