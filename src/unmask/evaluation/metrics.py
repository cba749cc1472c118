"""Figures of a detector: plain functions of logits and targets.

Throughout, `logits` is (N, K) float with the real class first, `targets` is (N,) int with 0 for
real, and `probabilities` is (N,), the calibrated probability of generated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

BINS: Final = 15
"""Bins of equal width that stated probabilities are sorted into."""


def auc(generated: Floats, real: Floats) -> float:
    """Area under the ROC curve: how often a generated face scores above a real one, ties half.

    Source: Hanley and McNeil 1982, The meaning and use of the area under a ROC curve.
    """
    if not len(generated) or not len(real):
        return float("nan")
    ordered = np.sort(real)
    below = np.searchsorted(ordered, generated, side="left")
    not_above = np.searchsorted(ordered, generated, side="right")
    return float((below + not_above).mean() / 2 / len(real))


def rate_at_false_positive_rate(generated: Floats, real: Floats, limit: float) -> float:
    """Share of generated faces above the lowest threshold with at most `limit` false positives."""
    return float((generated > threshold_for(real, limit)).mean())


def threshold_for(real: Floats, limit: float) -> float:
    """Lowest of the real scores that at most a share `limit` of them lies above."""
    ordered = np.sort(real)[::-1]
    allowed = int(np.floor(limit * len(ordered) + 1e-9))
    return float(ordered[min(allowed, len(ordered) - 1)])


def accuracy(predicted: Ints, targets: Ints) -> float:
    """Share of right answers."""
    return float((predicted == targets).mean())


def confusion_matrix(predicted: Ints, targets: Ints, classes: int) -> NDArray[np.int64]:
    """Counts, (K, K) int64: a row a true class, a column a predicted one."""
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (targets, predicted), 1)
    return matrix


def macro_f1(predicted: Ints, targets: Ints, classes: int) -> float:
    """F1 of each class that occurs, averaged over classes."""
    matrix = confusion_matrix(predicted, targets, classes)
    right = np.diag(matrix).astype(np.float64)
    both = matrix.sum(axis=0) + matrix.sum(axis=1)
    occurs = both > 0
    return float((2 * right[occurs] / both[occurs]).mean())


def family_indices(labels: Sequence[str], families: Mapping[str, str]) -> NDArray[np.int64]:
    """For each label, the number of its family."""
    names = list(dict.fromkeys(families[label] for label in labels))
    return np.array([names.index(families[label]) for label in labels], dtype=np.int64)


def family_predictions(scores: Floats, family_of: Ints) -> NDArray[np.int64]:
    """Likeliest family of each face, its labels' scores (N, K) added up."""
    sums = np.stack(
        [scores[:, family_of == family].sum(axis=1) for family in range(int(family_of.max()) + 1)],
        axis=1,
    )
    return sums.argmax(axis=1)


def expected_calibration_error(
    probabilities: Floats,
    generated: NDArray[np.bool_],
    weights: Floats | None = None,
    bins: int = BINS,
) -> float:
    """Mean gap between stated probability and observed share, in bins of equal width.

    `weights`, (N,), say how much each face counts; by default all count alike.
    Source: Guo et al. 2017, On Calibration of Modern Neural Networks, section 2.
    """
    counts = np.ones(len(probabilities)) if weights is None else weights
    index = calibration_bins(probabilities, bins)
    # In each bin, the weight times the gap is the gap between the two weighted sums.
    stated = np.bincount(index, counts * probabilities, bins)
    observed = np.bincount(index, counts * generated, bins)
    return float(np.abs(stated - observed).sum() / counts.sum())


def calibration_bins(probabilities: Floats, bins: int = BINS) -> NDArray[np.int64]:
    """For each probability, (N,), the number of its bin; the last bin holds 1 as well."""
    return np.minimum((probabilities * bins).astype(np.int64), bins - 1)


def reliability(
    probabilities: Floats,
    generated: NDArray[np.bool_],
    weights: Floats,
    bins: int = BINS,
) -> NDArray[np.float64]:
    """What was stated and what was observed, for a reliability diagram.

    Args:
        probabilities: (N,).
        generated: (N,).
        weights: (N,), how much each face counts.
        bins: how many.

    Returns:
        (B, 3): mean stated probability, observed share of generated and share of the weight, of
        each bin that any face is in.
    """
    index = calibration_bins(probabilities, bins)
    weight = np.bincount(index, weights, bins)
    stated = np.bincount(index, weights * probabilities, bins)
    observed = np.bincount(index, weights * generated, bins)
    used = weight > 0
    columns = [stated[used] / weight[used], observed[used] / weight[used], weight[used]]
    return np.stack(columns, axis=1) / np.array([1.0, 1.0, weight.sum()])


def roc_curve(generated: Floats, real: Floats) -> NDArray[np.float64]:
    """Corners of the ROC curve, (C, 2): false- and true-positive rate from (0, 0) to (1, 1).

    A corner stands for the threshold at one score, which itself counts as positive.
    """
    scores = np.unique(np.concatenate([generated, real]))[::-1]
    above = [
        1 - np.searchsorted(np.sort(values), scores, side="left") / len(values)
        for values in (real, generated)
    ]
    return np.concatenate([np.zeros((1, 2)), np.stack(above, axis=1)])


def balanced_weights(generated: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights, (N,) with the sum 1, under which real and generated faces count alike."""
    weights = np.where(generated, 1.0 / max(1, generated.sum()), 1.0 / max(1, (~generated).sum()))
    return np.asarray(weights / weights.sum())
