"""Scores become a verdict: calibrated probability, label scores, thresholds, evidence.

Pure numpy, so that detector, calibration and benchmark all use these very functions. In every
array of logits or scores the last axis is the labels, and the first label is `real`.

The probability is Platt's (1999, Probabilistic Outputs for Support Vector Machines) on the
log-odds of generated against real, that is temperature scaling (Guo et al. 2017, On Calibration of
Modern Neural Networks) with a bias.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Verdict(StrEnum):
    """What the detector says of a face or of a picture."""

    GENERATED = "generated"
    UNSURE = "unsure"
    REAL = "real"
    NOT_APPLICABLE = "not_applicable"
    """Of a picture only: it shows no face that can be judged."""


def log_odds_generated(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Uncalibrated log-odds of generated against real.

    Args:
        logits: (..., K), `real` first.

    Returns:
        (...), logsumexp of the generated labels' logits less the logit of `real`.
    """
    exact = np.asarray(logits, dtype=np.float64)
    return _logsumexp(exact[..., 1:]) - exact[..., 0]


def probability_generated(
    logits: NDArray[np.floating], temperature: float, bias: float
) -> NDArray[np.float64]:
    """Calibrated probability that the face was generated, (...) in 0..1, of logits (..., K)."""
    return _sigmoid(log_odds_generated(logits) / temperature + bias)


def label_scores(
    logits: NDArray[np.floating], temperature: float, bias: float
) -> NDArray[np.float64]:
    """Score of every label, (..., K); they sum to 1 and `real` has 1 - probability_generated.

    The probability of generated is shared among the generated labels by their softmax at the same
    temperature.
    """
    exact = np.asarray(logits, dtype=np.float64)
    probability = probability_generated(exact, temperature, bias)[..., None]
    generated = exact[..., 1:] / temperature
    share = np.exp(generated - _logsumexp(generated)[..., None])
    return np.concatenate([1.0 - probability, probability * share], axis=-1)


def family_scores(scores: Mapping[str, float], families: Mapping[str, str]) -> dict[str, float]:
    """Sum the labels' scores by family, families in the order of their first label."""
    sums: dict[str, float] = {}
    for label, score in scores.items():
        sums[families[label]] = sums.get(families[label], 0.0) + score
    return sums


def decide(probability: float, *, generated: float | None, real: float | None) -> Verdict:
    """Verdict of one face by the thresholds, both of which belong to their side.

    Args:
        probability: calibrated probability of generated.
        generated: the face is called generated from this probability on; None for never.
        real: the face is called real up to this probability; None for never.
    """
    if called_generated(np.float64(probability), generated):
        return Verdict.GENERATED
    if called_real(np.float64(probability), real):
        return Verdict.REAL
    return Verdict.UNSURE


def called_generated(
    probability: NDArray[np.float64] | np.float64, threshold: float | None
) -> NDArray[np.bool_]:
    """Which faces, (...), are called generated: from the threshold on, none where it is None."""
    return np.asarray(probability >= (np.inf if threshold is None else threshold))


def called_real(
    probability: NDArray[np.float64] | np.float64, threshold: float | None
) -> NDArray[np.bool_]:
    """Which faces, (...), are called real: up to the threshold, none where it is None."""
    return np.asarray(probability <= (-np.inf if threshold is None else threshold))


def evidence_map(maps: NDArray[np.floating], label: int) -> NDArray[np.float64]:
    """Evidence for a generated label against `real`.

    Args:
        maps: class maps of one face, (K, h, w), `real` first.
        label: index of the generated label.

    Returns:
        (h, w) in logits; the mean plus the difference of the two biases is the logit difference.
    """
    exact = np.asarray(maps, dtype=np.float64)
    return np.asarray(exact[label] - exact[0])


def _logsumexp(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the sum of exponentials along the last axis, without overflow."""
    peak = values.max(axis=-1, keepdims=True)
    total: NDArray[np.float64] = np.log(np.exp(values - peak).sum(axis=-1)) + peak[..., 0]
    return total


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logistic function, without overflow and exact near 0."""
    small = np.exp(-np.abs(values))
    return np.asarray(np.where(values >= 0, 1.0, small) / (1.0 + small), dtype=np.float64)
