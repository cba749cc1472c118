"""Figures with their 95 % intervals: by bootstrap, and exact ones for plain shares.

The bootstrap draws crops again, as many of each class as there are, and takes the figures anew. It
is done by weights: a resample is how often each crop was drawn, and every figure is a function of
such weights, so that a thousand resamples are a few products of matrices.
Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13 (percentiles).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from unmask.bundles.benchmark import Estimate
from unmask.evaluation.measure import Judged
from unmask.evaluation.metrics import BINS, balanced_weights, calibration_bins

RESAMPLES: Final = 1000
SEED: Final = 0
_ENDS: Final = (2.5, 97.5)
DIGITS: Final = 4
"""Decimals that figures are given with."""

Floats = NDArray[np.float64]


def estimates(
    judged: Judged, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Estimate]:
    """Every figure of a clean split with its interval, which of `fpr` is exact.

    Returns:
        By name: `accuracy`, `macro_f1`, `family_accuracy` (not of two labels), `f1_generated` (of
        the labels, at probability 0.5), `auc`, `balanced_accuracy`, `tpr`, `fpr`, `unsure` at the
        frozen thresholds, `tpr_at_fpr_0.005`, `tpr_at_fpr_0.01`, `ece`.
    """
    drawn = draw(judged.targets, resamples, seed)
    weights = np.concatenate([np.ones((1, drawn.shape[1])), drawn])
    found = {name: estimate(values) for name, values in weighted_figures(judged, weights).items()}
    real = judged.targets == 0
    # The bootstrap cannot say how many there may be where there was none.
    return found | {"fpr": share_estimate(int(judged.called[real].sum()), int(real.sum()))}


def estimate(values: Floats) -> Estimate:
    """The first value with the percentiles of the others."""
    low, high = np.percentile(values[1:], _ENDS) if len(values) > 1 else (values[0], values[0])
    return Estimate(
        value=round(float(values[0]), DIGITS),
        low=round(float(low), DIGITS),
        high=round(float(high), DIGITS),
    )


def share_estimate(hits: int, count: int) -> Estimate:
    """A share with its exact binomial interval.

    It says something where the bootstrap cannot: none of 59 is not none at all.
    Source: Clopper and Pearson 1934, The use of confidence or fiducial limits.
    """
    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, count - hits + 1))
    high = 1.0 if hits == count else float(beta.ppf(0.975, hits + 1, count - hits))
    return Estimate(
        value=round(hits / count, DIGITS), low=round(low, DIGITS), high=round(high, DIGITS)
    )


def draw(strata: NDArray[np.int64], resamples: int, seed: int) -> Floats:
    """How often each crop is drawn in each resample, (R, N); of a stratum as many as there are."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((resamples, len(strata)))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        share = np.full(len(inside), 1 / len(inside))
        counts[:, inside] = rng.multinomial(len(inside), share, size=resamples)
    return counts


def weighted_figures(judged: Judged, weights: Floats) -> dict[str, Floats]:
    """Figures of the crops, each counting as often as `weights`, (R, N), says; (R,) each."""
    real, generated = judged.targets == 0, judged.targets != 0
    by_real, by_generated = weights[:, real], weights[:, generated]
    total = weights.sum(axis=1)

    def share(hits: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> Floats:
        if among is None:
            return np.asarray(weights @ hits.astype(np.float64) / total)
        return np.asarray(
            weights @ (hits & among).astype(np.float64) / (weights @ among.astype(np.float64))
        )

    said = judged.predicted != 0
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
