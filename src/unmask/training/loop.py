"""The training loop: plain torch, resumable, best checkpoint by validation."""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from unmask.bundles.verdict import log_odds_generated
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.manifest import CropTable, read_crops
from unmask.evaluation import metrics
from unmask.networks import NetworkError, PooledNetwork, create_network
from unmask.training.augmentation import AUGMENTATIONS
from unmask.training.config import TrainConfig
from unmask.training.data import Balanced, CropDataset, InOrder
from unmask.training.depthwise import speed_up_depthwise
from unmask.training.teacher import Teacher

CONFIG: Final = "config.json"
HISTORY: Final = "history.jsonl"
LAST: Final = "last.pt"
BEST: Final = "best.pt"

Track = Callable[[Iterable[Any], int, str], Iterable[Any]]
"""Wraps a loop of known length with a progress bar that has a description."""


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
    track: Track = lambda items, _length, _text: items,
    on_epoch: Callable[[dict[str, float]], None] = lambda _figures: None,
) -> TrainResult:
    """Train a network in the folder `run`; a run that was interrupted goes on after its last epoch.

    Raises:
        DatasetError: the dataset cannot be read.
        NetworkError: the network cannot be made, or the teacher is none for it.
    """
    _seed_all(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    table = read_crops(config.data, "train", config.task).without(config.leave_out)
    validation = read_crops(config.data, "validation", config.task).without(config.leave_out)
    last = run / LAST
    state = _load(last) if last.exists() else None
    network = _network(config, len(table.labels), begun=state is not None).to(device)
    network = network.to(memory_format=torch.channels_last)
    _check_parts_of_crops(config, network, config.network)
    trainer = _Trainer(config, network, table, validation, device)
    run.mkdir(parents=True, exist_ok=True)
    (run / CONFIG).write_text(config.model_dump_json(indent=2) + "\n", "utf-8")
    history: list[dict[str, float]] = []
    if state is not None:
        trainer.restore(state)
        history = state["history"]
    while len(history) < config.epochs and not _gave_up(history, config.patience):
        figures = trainer.epoch(len(history), track)
        history.append(figures)
        if figures.get("selection", -1.0) >= max(_selections(history), default=0.0):
            _save(run / BEST, {"network": trainer.kept().state_dict(), "labels": table.labels})
        _save(last, trainer.state() | {"history": history})
        (run / HISTORY).write_text("".join(json.dumps(one) + "\n" for one in history), "utf-8")
        on_epoch(figures)
    best, labels = load_best(run)
    return TrainResult(best, labels, history)


def load_best(run: Path) -> tuple[PooledNetwork, tuple[str, ...]]:
    """Best network of a run, on the processor, ready to be measured; and its labels.

    Raises:
        FileNotFoundError: the run has no checkpoint yet.
    """
    config = load_config(run)
    state = _load(run / BEST)
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


def _network(config: TrainConfig, classes: int, *, begun: bool) -> PooledNetwork:
    """The network as it starts; as it comes where its run has begun, and will be restored."""
    run = config.weights if config.weights is not None and config.weights.is_dir() else None
    network = create_network(
        config.network,
        classes,
        weights=None if begun or run else config.weights,
        pretrained=config.pretrained and not (begun or run),
        without=config.without,
    )
    if run and not begun:
        earlier, _ = _trained(run, "start from")
        try:
            network.backbone.load_state_dict(earlier.backbone.state_dict())
        except RuntimeError as error:
            raise NetworkError(
                f"the run in {run} trained another network than {config.network}; start from one "
                "of the same network, made of the same parts"
            ) from error
    return network


def _check_parts_of_crops(config: TrainConfig, network: PooledNetwork, name: str) -> None:
    """A transformer sees whole crops, or some of their patches; any other network, squares."""
    if network.has_patches and config.window is not None:
        raise NetworkError(f"{name} sees whole crops alone; set window to null (--config)")
    if config.patches < 1 and not network.has_patches:
        raise NetworkError(f"{name} has no patches to leave out; set patches to 1 (--config)")


def _trained(run: Path, purpose: str) -> tuple[PooledNetwork, tuple[str, ...]]:
    """The best network of another run, and its labels; a network error where there is none."""
    try:
        return load_best(run)
    except FileNotFoundError as error:
        raise NetworkError(f"there is no trained run in {run} to {purpose}") from error


class _Trainer:
    """A network with its optimiser, schedule and averaged weights."""

    def __init__(
        self,
        config: TrainConfig,
        network: PooledNetwork,
        table: CropTable,
        validation: CropTable,
        device: torch.device,
    ) -> None:
        self.config, self.network, self.device = config, network, device
        self._average: AveragedModel | None = None
        if config.average:
            self._average = AveragedModel(
                network, multi_avg_fn=get_ema_multi_avg_fn(config.average), use_buffers=True
            )
        self._sampler = Balanced(
            table,
            seed=config.seed,
            real_share=config.real_share,
            balance_collections=config.balance_collections,
        )
        augmentation = AUGMENTATIONS[config.augmentation]
        self._batches = _loader(config, table, augmentation, self._sampler, device)
        self._mirrored = _loader(config, table, AUGMENTATIONS["flip"], self._sampler, device)
        self._clean = _loader(config, validation, None, InOrder(len(validation.files)), device)
        self._laundered = _loader(
            config, validation, AUGMENTATIONS["web"], InOrder(len(validation.files)), device
        )
        self._validation = validation
        self._teacher = _teacher(config, network, table.labels, device)
        self._optimiser = _optimiser(config, network, self._teacher)
        steps = len(self._batches)
        if not steps:
            raise DatasetError(
                f"the training split of the dataset in {config.data} has {len(table.files)} crops, "
                f"which is no whole batch of {config.batch_size}; build it from a larger pool, or "
                "make batches smaller (--batch-size)"
            )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: _rate(config, step, steps)
        )
        self._precision = _precision(config, device)
        if device.type == "cpu" and self._precision == torch.bfloat16:
            speed_up_depthwise(network)
            if self._teacher is not None:
                speed_up_depthwise(self._teacher.network)
        self._scaler = torch.amp.GradScaler(device.type, enabled=self._precision == torch.float16)

    def kept(self) -> PooledNetwork:
        """The network that is measured and shipped: the average, where one is kept."""
        if self._average is None:
            return self.network
        module = self._average.module
        assert isinstance(module, PooledNetwork)
        return module

    def epoch(self, number: int, track: Track) -> dict[str, float]:
        """Train one epoch, then measure on validation crops, clean and laundered."""
        self._sampler.epoch = number
        window, patches = self.config.window, self.config.patches
        if number >= self.config.epochs - self.config.whole_epochs:
            window, patches = None, 1.0
        batches = self._mirrored if number < self.config.clean_epochs else self._batches
        name = f"epoch {number + 1}/{self.config.epochs}"
        self.network.train()
        losses = [
            self._step(pixels if window is None else _windows(pixels, window), targets, patches)
            for pixels, targets in track(batches, len(batches), name)
        ]
        figures = {"epoch": float(number + 1), "loss": float(np.mean(losses))}
        if (number + 1) % self.config.validate_every and number + 1 < self.config.epochs:
            return figures
        views = {"clean": self._clean, "laundered": self._laundered}
        for view, crops in views.items():
            logits = score_batches(
                self.kept(),
                track(crops, len(crops), f"{name}, validation {view}"),
                self.device,
                self._precision,
            )
            for key, value in uncalibrated_figures(logits, self._validation.targets).items():
                figures[f"{view}_{key}"] = value
        selected = [figures[f"{view}_{key}"] for view in views for key in ("macro_f1", "auc")]
        figures["selection"] = float(np.mean(selected))
        return figures

    def _step(self, pixels: Tensor, targets: Tensor, patches: float) -> float:
        pixels = _to_device(pixels, self.device)
        targets = targets.to(self.device, non_blocking=True)
        with _half(self.device, self._precision):
            features = self.network.features(pixels, patches)
            logits = self.network.classify(features)
            loss = nn.functional.cross_entropy(
                logits.float(), targets, label_smoothing=self.config.label_smoothing
            )
            if self._teacher is not None:
                loss = loss + self._teacher(pixels, features, logits)
        self._optimiser.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()
        self._scaler.step(self._optimiser)
        self._scaler.update()
        self._schedule.step()
        if self._average is not None:
            self._average.update_parameters(self.network)
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        """All that a resumed run needs."""
        return {
            "network": self.network.state_dict(),
            "average": self._average.state_dict() if self._average is not None else None,
            "teacher": self._teacher.state_dict() if self._teacher is not None else None,
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state_dict(),
            "scaler": self._scaler.state_dict(),
            "torch_rng": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take up where `state` was taken."""
        self.network.load_state_dict(state["network"])
        if self._average is not None:
            self._average.load_state_dict(state["average"])
        if self._teacher is not None:
            self._teacher.load_state_dict(state["teacher"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._schedule.load_state_dict(state["schedule"])
        self._scaler.load_state_dict(state["scaler"])
        torch.set_rng_state(state["torch_rng"])


def score_table(
    network: PooledNetwork,
    table: CropTable,
    config: TrainConfig,
    track: Track = lambda items, _length, _text: items,
) -> NDArray[np.float32]:
    """Logits (N, K) float32 of a table's crops as they are, on the processor."""
    device = torch.device("cpu")
    batches = _loader(config, table, None, InOrder(len(table.files)), device)
    return score_batches(network, track(batches, len(batches), "test"), device)


def score_batches(
    network: PooledNetwork,
    batches: Iterable[tuple[Tensor, Tensor]],
    device: torch.device,
    precision: torch.dtype = torch.float32,
) -> NDArray[np.float32]:
    """Logits (N, K) float32 of all crops, in order."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for pixels, _ in batches:
            with _half(device, precision):
                logits = network.score(_to_device(pixels, device))
            parts.append(logits.float().cpu().numpy())
    return np.concatenate(parts)


def uncalibrated_figures(
    logits: NDArray[np.float32], targets: NDArray[np.int64]
) -> dict[str, float]:
    """Figures of logits (N, K) against targets (N,) before anything is calibrated."""
    generated = log_odds_generated(logits)
    predicted = logits.argmax(axis=1)
    return {
        "accuracy": metrics.accuracy(predicted, targets),
        "macro_f1": metrics.macro_f1(predicted, targets, logits.shape[1]),
        "auc": metrics.auc(generated[targets > 0], generated[targets == 0]),
        "tpr_at_half_percent": metrics.rate_at_false_positive_rate(
            generated[targets > 0], generated[targets == 0], 0.005
        ),
    }


def _to_device(pixels: Tensor, device: torch.device) -> Tensor:
    """(N, 3, H, W) uint8 to float32 in 0..1, where it is computed."""
    moved = pixels.to(device, non_blocking=True, memory_format=torch.channels_last)
    return moved.float().div_(255.0)


def _windows(pixels: Tensor, side: int) -> Tensor:
    """A random square of each crop, (N, 3, side, side) of (N, 3, H, W)."""
    count, _, height, width = pixels.shape
    tops = torch.randint(height - side + 1, (count,)).tolist()
    lefts = torch.randint(width - side + 1, (count,)).tolist()
    return torch.stack(
        [
            crop[:, top : top + side, left : left + side]
            for crop, top, left in zip(pixels, tops, lefts, strict=True)
        ]
    )


def _half(device: torch.device, precision: torch.dtype) -> contextlib.AbstractContextManager[Any]:
    if precision == torch.float32:
        return contextlib.nullcontext()
    return torch.autocast(device.type, precision)


def bfloat16_is_quick() -> bool:
    """Whether the processor multiplies bfloat16 by itself, and quicker than float32."""
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def _precision(config: TrainConfig, device: torch.device) -> torch.dtype:
    if config.precision == "auto":
        if device.type == "cpu":
            return torch.bfloat16 if bfloat16_is_quick() else torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    chosen = getattr(torch, config.precision)
    assert isinstance(chosen, torch.dtype)
    return chosen


def _teacher(
    config: TrainConfig, pupil: PooledNetwork, labels: tuple[str, ...], device: torch.device
) -> Teacher | None:
    if config.teacher is None:
        return None
    network, known = _trained(config.teacher, "learn from")
    if known != labels:
        raise NetworkError(
            f"the teacher in {config.teacher} tells {', '.join(known)} apart; "
            f"this run needs one for {', '.join(labels)}"
        )
    if config.patches < 1:
        raise NetworkError(
            "what a teacher sees lies on a grid, and random patches do not; set patches to 1 "
            "(--config), or leave --teacher out"
        )
    _check_parts_of_crops(config, network, f"the teacher in {config.teacher}")
    return Teacher(network, pupil.head.in_features).to(device)


def _optimiser(config: TrainConfig, network: nn.Module, teacher: nn.Module | None) -> Optimizer:
    # Biases and the scales of normalisation are not decayed.
    learned = [
        *network.named_parameters(),
        *(teacher.named_parameters("teacher") if teacher is not None else ()),
    ]
    rates = {True: config.learning_rate * config.backbone_rate, False: config.learning_rate}
    groups = [
        {
            "params": [
                parameter
                for name, parameter in learned
                if parameter.requires_grad
                and (parameter.ndim < 2) == flat
                and name.startswith("backbone.") == backbone
            ],
            "weight_decay": 0.0 if flat else config.weight_decay,
            "lr": rates[backbone],
        }
        for backbone in (True, False)
        for flat in (False, True)
    ]
    kinds: dict[str, Callable[..., Optimizer]] = {
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "adagrad": torch.optim.Adagrad,
    }
    # Fused: one pass over a parameter in place of several.
    return kinds[config.optimiser](groups, lr=config.learning_rate, fused=True)


def _rate(config: TrainConfig, step: int, steps: int) -> float:
    """Learning rate at a step, as a share of the highest."""
    if config.schedule == "constant":
        return 1.0
    warm_up = steps / 2
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    done = (step - warm_up) / max(1.0, steps * config.epochs - warm_up)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def _loader(
    config: TrainConfig,
    table: CropTable,
    augmentation: Any,
    sampler: Balanced | InOrder,
    device: torch.device,
) -> DataLoader[tuple[Tensor, int]]:
    return DataLoader(
        CropDataset(table, augmentation, config.seed),
        batch_size=config.batch_size,
        sampler=sampler,
        num_workers=config.workers,
        # Workers read and augment with Pillow and numpy; torch's own threads would only compete.
        worker_init_fn=_one_thread,
        drop_last=isinstance(sampler, Balanced),
        pin_memory=device.type == "cuda",
    )


def _one_thread(_worker: int) -> None:
    torch.set_num_threads(1)


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


def _load(path: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a kill leaves the old one or the new one."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
