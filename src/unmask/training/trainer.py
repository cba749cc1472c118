"""One epoch of training: steps over batches, then figures on validation crops."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from unmask.dataset.catalogue import DatasetError
from unmask.dataset.manifest import CropTable
from unmask.networks import PooledNetwork
from unmask.progress import Track
from unmask.training.augmentation import AUGMENTATIONS
from unmask.training.config import TrainConfig
from unmask.training.data import Balanced, InOrder, load_batches
from unmask.training.depthwise import speed_up_depthwise
from unmask.training.optimiser import in_precision, make_optimiser, make_schedule, precision_of
from unmask.training.start import start_teacher
from unmask.training.validation import score_batches, to_device, uncalibrated_figures


class Trainer:
    """A network with its optimiser, schedule and averaged weights."""

    def __init__(
        self,
        config: TrainConfig,
        network: PooledNetwork,
        table: CropTable,
        validation: CropTable,
        device: torch.device,
    ) -> None:
        """Of a run over a table of training crops, validated on another.

        Raises:
            DatasetError: there are too few crops for a batch.
            NetworkError: the teacher is none for this network.
        """
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
        self._batches = load_batches(config, table, augmentation, self._sampler, device)
        self._mirrored = load_batches(config, table, AUGMENTATIONS["flip"], self._sampler, device)
        self._clean = load_batches(config, validation, None, InOrder(len(validation.files)), device)
        self._laundered = load_batches(
            config, validation, AUGMENTATIONS["web"], InOrder(len(validation.files)), device
        )
        self._validation = validation
        self._teacher = start_teacher(config, network, table.labels, device)
        self._optimiser = make_optimiser(config, network, self._teacher)
        steps = len(self._batches)
        if not steps:
            raise DatasetError(
                f"the training split of the dataset in {config.data} has {len(table.files)} crops, "
                f"which is no whole batch of {config.batch_size}; build it from a larger pool, or "
                "make batches smaller (--batch-size)"
            )
        self._schedule = make_schedule(config, self._optimiser, steps)
        self._precision = precision_of(config, device)
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
        pixels = to_device(pixels, self.device)
        targets = targets.to(self.device, non_blocking=True)
        with in_precision(self.device, self._precision):
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
            "cuda_rng": torch.cuda.get_rng_state() if self.device.type == "cuda" else None,
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
        if self.device.type == "cuda" and state.get("cuda_rng") is not None:
            torch.cuda.set_rng_state(state["cuda_rng"])


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
