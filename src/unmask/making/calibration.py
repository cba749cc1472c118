"""Calibration and thresholds, fitted on validation faces and never on others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from unmask.bundles.model import Calibration, Thresholds
from unmask.bundles.verdict import log_odds_generated, probability_generated
from unmask.evaluation.metrics import balanced_weights, threshold_for

FALSE_POSITIVE_LIMIT: Final = 0.005
"""Share of all real validation faces that may be called generated."""
COLLECTION_LIMIT: Final = 0.01
"""The same for each collection of real faces by itself, so that none pays for the others."""
FALSE_NEGATIVE_LIMIT: Final = 0.02
"""Share of generated validation faces that may be called real."""


def fit_calibration(logits: NDArray[np.floating], targets: NDArray[np.integer]) -> Calibration:
    """Temperature and bias with the least cross-entropy, real and generated weighing alike.

    The probability thus holds for a face that is as likely generated as real before it is seen.

    Args:
        logits: (N, K) of validation faces, `real` first.
        targets: (N,), 0 for real.

    Source: Platt 1999, Probabilistic Outputs for Support Vector Machines, section 2.2.
    """
    odds = log_odds_generated(logits)
    generated = np.asarray(targets) != 0
    weights = balanced_weights(generated)
    # Platt's targets fall short of 0 and 1, so that faces that are told apart without a mistake do
    # not drive the temperature to zero.
    target = np.where(
        generated,
        (generated.sum() + 1) / (generated.sum() + 2),
        1 / ((~generated).sum() + 2),
    )

    def loss(parameters: NDArray[np.float64]) -> float:
        value = odds * np.exp(parameters[0]) + parameters[1]
        return float((weights * (np.logaddexp(0.0, value) - target * value)).sum())

    best = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9})
    return Calibration(temperature=float(np.exp(-best.x[0])), bias=float(best.x[1]))


def fit_thresholds(
    views: Sequence[NDArray[np.floating]],
    targets: NDArray[np.integer],
    collections: Sequence[str],
    calibration: Calibration,
) -> Thresholds:
    """Where the verdicts begin, so that the limits above hold.

    Generated begins where the false-positive rate holds for all real validation faces and for each
    of their collections. Real ends where the false-negative rate holds. Both hold in every view,
    and the rates that are returned are the worst of them. Neither crosses the probability 0.5.

    Args:
        views: logits (N, K) of the same faces, as they are and laundered.
        targets: (N,), 0 for real.
        collections: N names.
        calibration: what turns logits into probabilities.
    """
    real = np.asarray(targets) == 0
    names = np.array(collections)
    probabilities = [
        probability_generated(logits, calibration.temperature, calibration.bias) for logits in views
    ]
    above = max(
        max(
            threshold_for(view[real], FALSE_POSITIVE_LIMIT),
            *(
                threshold_for(view[real & (names == name)], COLLECTION_LIMIT)
                for name in np.unique(names[real])
            ),
        )
        for view in probabilities
    )
    below = min(-threshold_for(-view[~real], FALSE_NEGATIVE_LIMIT) for view in probabilities)
    # Verdicts include their thresholds, so these lie just beyond the last face that is allowed; and
    # no face that is likelier the other is called the one, however well they are told apart.
    generated = max(0.5, float(np.nextafter(above, 1.0)))
    cleared = min(float(np.nextafter(0.5, 0.0)), float(np.nextafter(below, 0.0)))
    return Thresholds(
        generated=generated,
        real=cleared,
        false_positive_rate=max(float((view[real] >= generated).mean()) for view in probabilities),
        false_negative_rate=max(float((view[~real] <= cleared).mean()) for view in probabilities),
    )
