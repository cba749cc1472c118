"""The figures of a model: what its bundle says, and what the benchmark gives intervals for.

Every figure is a function of how much each crop counts, so that a bootstrap is a few products of
matrices, and a plain figure is what comes out where every crop counts once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unmask.bundles.model import BundleInfo
from unmask.evaluation.measure import Judged, by_collection, judge
from unmask.evaluation.metrics import BINS, balanced_weights, calibration_bins

Floats = NDArray[np.float64]


def figures(
    info: BundleInfo,
    logits: NDArray[np.float32],
    targets: NDArray[np.int64],
    collections: Sequence[str],
) -> dict[str, float]:
    """Headline figures of a bundle on a split, at its frozen calibration and thresholds.

    Args:
        info: of the bundle.
        logits: (N, K).
        targets: (N,), 0 for real.
        collections: N names.

    Returns:
        By name: those of `weighted_figures`, of two labels the `accuracy` as `family_accuracy`,
        too, and the false-positive rate `fpr_NAME` of each real collection.
    """
    judged = judge(info, logits, targets)
    weighed = weighted_figures(judged, np.ones((1, len(targets))))
    found = {name: float(values[0]) for name, values in weighed.items()}
    real = targets == 0
    of_real = [name for name, keep in zip(collections, real, strict=True) if keep]
    rows = by_collection(info, logits[real], of_real)
    return (
        {"family_accuracy": found["accuracy"]}
        | found
        | {f"fpr_{row.name}": row.called_generated for row in rows}
    )


def weighted_figures(judged: Judged, weights: Floats) -> dict[str, Floats]:
    """Figures of N crops, each counting as often as `weights`, (R, N), says.

    Returns:
        (R,) each, by name, all shares in 0..1. Over the labels, by the likeliest: `accuracy`,
        `macro_f1`, and but for two labels `family_accuracy`. Of real against generated, so that
        models of two labels and of many can be compared: `f1_generated`, where generated is
        what has a calibrated probability of 0.5 or more; `auc`; `ece`, with real and generated
        weighing alike; and `tpr_at_fpr_0.005` and `tpr_at_fpr_0.01`, true-positive rates at that
        rate of false positives among these very crops. At the frozen thresholds: `tpr` and `fpr`,
        the shares of generated and of real crops called generated, their `balanced_accuracy`, and
        the share `unsure`.
    """
    real, generated = judged.targets == 0, judged.targets != 0
    by_real, by_generated = weights[:, real], weights[:, generated]
    total = weights.sum(axis=1)

    def share(hits: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> Floats:
        if among is None:
            return np.asarray(weights @ hits.astype(np.float64) / total)
        return np.asarray(
            weights @ (hits & among).astype(np.float64) / (weights @ among.astype(np.float64))
        )

    # Not by the likeliest label: that is real where generated is likelier, but shared by four.
    said = judged.probability >= 0.5
    hits = 2 * (weights @ (said & generated).astype(np.float64))
    found, alarms = share(judged.called, generated), share(judged.called, real)
    figures = {
        "accuracy": share(judged.predicted == judged.targets),
        "macro_f1": _macro_f1(judged, weights),
        "f1_generated": hits / (weights @ (said.astype(np.float64) + generated)),
        "auc": _auc(judged.probability[generated], judged.probability[real], by_generated, by_real),
        "balanced_accuracy": (found + 1 - alarms) / 2,
        "tpr": found,
        "fpr": alarms,
        "unsure": share(judged.unsure),
        "ece": _calibration_error(judged, weights),
    }
    for limit in (0.005, 0.01):
        figures[f"tpr_at_fpr_{limit}"] = _rate_at(
            judged.probability[generated], judged.probability[real], by_generated, by_real, limit
        )
    if judged.family_right is not None:
        figures["family_accuracy"] = share(judged.family_right)
    return figures


def _macro_f1(judged: Judged, weights: Floats) -> Floats:
    """As `metrics.macro_f1`."""
    cells = judged.targets * judged.classes + judged.predicted
    chosen = np.eye(judged.classes**2)[cells]
    matrix = (weights @ chosen).reshape(-1, judged.classes, judged.classes)
    right = np.diagonal(matrix, axis1=1, axis2=2)
    both = matrix.sum(axis=1) + matrix.sum(axis=2)
    occurs = both > 0
    scores = np.where(occurs, 2 * right / np.where(occurs, both, 1), 0.0)
    return np.asarray(scores.sum(axis=1) / occurs.sum(axis=1))


def _auc(generated: Floats, real: Floats, by_generated: Floats, by_real: Floats) -> Floats:
    """As `metrics.auc`."""
    order = np.argsort(real)
    below = _cumulated(by_real[:, order])
    left = np.searchsorted(real[order], generated, side="left")
    right = np.searchsorted(real[order], generated, side="right")
    wins = ((below[:, left] + below[:, right]) * by_generated).sum(axis=1) / 2
    return np.asarray(wins / (by_generated.sum(axis=1) * by_real.sum(axis=1)))


def _rate_at(
    generated: Floats, real: Floats, by_generated: Floats, by_real: Floats, limit: float
) -> Floats:
    """As `metrics.rate_at_false_positive_rate`."""
    falling = np.argsort(-real)
    count = by_real.sum(axis=1)
    allowed = np.minimum(np.floor(limit * count + 1e-9), count - 1)
    first = (np.cumsum(by_real[:, falling], axis=1) > allowed[:, None]).argmax(axis=1)
    threshold = real[falling][first]
    rising = np.argsort(generated)
    missed = np.searchsorted(generated[rising], threshold, side="right")
    cumulated = _cumulated(by_generated[:, rising])
    return np.asarray(1 - cumulated[np.arange(len(missed)), missed] / cumulated[:, -1])


def _calibration_error(judged: Judged, weights: Floats) -> Floats:
    """As `metrics.expected_calibration_error`, real and generated weighing alike."""
    generated = judged.targets != 0
    gaps = balanced_weights(generated) * (judged.probability - generated)
    chosen = np.eye(BINS)[calibration_bins(judged.probability, BINS)]
    return np.asarray(np.abs((weights * gaps) @ chosen).sum(axis=1))


def _cumulated(weights: Floats) -> Floats:
    """Sums of the first 0, 1, ... N columns, (R, N + 1)."""
    return np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)
