"""The training loop: plain torch, resumable, best checkpoint by validation."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from unmask.dataset.manifest import read_crops
from unmask.networks import PooledNetwork
from unmask.progress import Track, untracked
from unmask.training.checkpoints import (
    BEST,
    LAST,
    RunError,
    begin,
    check_dataset,
    load,
    load_best,
    save,
    write_history,
)
from unmask.training.config import TrainConfig
from unmask.training.start import start_network
from unmask.training.trainer import Trainer


@dataclass(frozen=True)
class TrainResult:
    """Best network of a run, and the history with one entry an epoch."""

    network: PooledNetwork
    labels: tuple[str, ...]
    history: list[dict[str, float]]


def train(
    config: TrainConfig,
    run: Path,
    *,
    track: Track = untracked,
    on_epoch: Callable[[dict[str, float]], None] = lambda _figures: None,
) -> TrainResult:
    """Train a network in the folder `run`; a run that was interrupted goes on after its last epoch.

    Raises:
        DatasetError: the dataset cannot be read.
        NetworkError: the network cannot be made, or the teacher is none for it.
        RunError: the run has begun on another dataset, what it starts from says not on which, or
            its figures are no numbers any more.
    """
    config = config.located()
    _seed_all(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    table = read_crops(config.data, "train", config.task).without(config.leave_out)
    validation = read_crops(config.data, "validation", config.task).without(config.leave_out)
    last = run / LAST
    if last.exists():
        check_dataset(run, config.data)
    state = load(last) if last.exists() else None
    network = start_network(config, len(table.labels), begun=state is not None).to(device)
    network = network.to(memory_format=torch.channels_last)
    trainer = Trainer(config, network, table, validation, device)
    begin(run, config)
    history: list[dict[str, float]] = []
    if state is not None:
        trainer.restore(state)
        history = state["history"]
    while len(history) < config.epochs and not _gave_up(history, config.patience):
        figures = trainer.epoch(len(history), track)
        _check_finite(figures, config)
        history.append(figures)
        if figures.get("selection", -1.0) >= max(_selections(history), default=0.0):
            save(run / BEST, {"network": trainer.kept().state_dict(), "labels": table.labels})
        save(last, trainer.state() | {"history": history})
        write_history(run, history)
        on_epoch(figures)
    best, labels = load_best(run)
    return TrainResult(best, labels, history)


def _check_finite(figures: dict[str, float], config: TrainConfig) -> None:
    """Raise RunError where an epoch left nothing that a network could be chosen by."""
    broken = [name for name, value in figures.items() if not math.isfinite(value)]
    if not broken:
        return
    raise RunError(
        f"{broken[0].replace('_', ' ')} is {figures[broken[0]]} in epoch {figures['epoch']:.0f}: "
        "training has diverged; train anew in another folder (--run) with a learning rate below "
        f"{config.learning_rate:g} (--learning-rate), or in full precision (--config with "
        '"precision": "float32")'
    )


def _selections(history: list[dict[str, float]]) -> list[float]:
    """What the epochs that were validated are chosen by."""
    return [entry["selection"] for entry in history if "selection" in entry]


def _gave_up(history: list[dict[str, float]], patience: int) -> bool:
    """Whether the last `patience` validated epochs brought nothing better."""
    selections = _selections(history)
    if len(selections) <= patience:
        return False
    return max(selections[-patience:]) <= max(selections[:-patience])


def _seed_all(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
