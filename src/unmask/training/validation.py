"""Networks over crops: logits, and figures before anything is calibrated."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unmask.bundles.verdict import log_odds_generated
from unmask.dataset.manifest import CropTable
from unmask.evaluation import metrics
from unmask.networks import PooledNetwork
from unmask.progress import Track, untracked
from unmask.training.config import TrainConfig
from unmask.training.data import InOrder, load_batches
from unmask.training.optimiser import in_precision


def score_table(
    network: PooledNetwork,
    table: CropTable,
    config: TrainConfig,
    track: Track = untracked,
) -> NDArray[np.float32]:
    """Logits (N, K) float32 of a table's crops as they are, on the processor."""
    device = torch.device("cpu")
    batches = load_batches(config, table, None, InOrder(len(table.files)), device)
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
            with in_precision(device, precision):
                logits = network.score(to_device(pixels, device))
            parts.append(logits.float().cpu().numpy())
    return np.concatenate(parts)


def uncalibrated_figures(
    logits: NDArray[np.float32], targets: NDArray[np.int64]
) -> dict[str, float]:
    """Figures of logits (N, K) against targets (N,) before anything is calibrated.

    All of them are NaN where a logit is no finite number: sorted, it would pass for a score.
    """
    generated = log_odds_generated(logits)
    predicted = logits.argmax(axis=1)
    figures = {
        "accuracy": metrics.accuracy(predicted, targets),
        "macro_f1": metrics.macro_f1(predicted, targets, logits.shape[1]),
        "auc": metrics.auc(generated[targets > 0], generated[targets == 0]),
        "tpr_at_half_percent": metrics.rate_at_false_positive_rate(
            generated[targets > 0], generated[targets == 0], 0.005
        ),
    }
    return figures if np.isfinite(logits).all() else dict.fromkeys(figures, math.nan)


def to_device(pixels: Tensor, device: torch.device) -> Tensor:
    """(N, 3, H, W) uint8 to float32 in 0..1, where it is computed."""
    moved = pixels.to(device, non_blocking=True, memory_format=torch.channels_last)
    return moved.float().div_(255.0)
