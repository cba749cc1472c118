"""Calibration and thresholds, fitted on validation faces and never on others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import beta

from unmask.bundles.model import Calibration, Thresholds
from unmask.bundles.verdict import (
    called_generated,
    called_real,
    log_odds_generated,
    probability_generated,
)
from unmask.evaluation.metrics import balanced_weights, threshold_for

FALSE_POSITIVE_LIMIT: Final = 0.005
"""Share of real faces that may be called generated."""
COLLECTION_LIMIT: Final = 0.01
"""The same for a collection of real faces that was shown to be worse than the others."""
FALSE_NEGATIVE_LIMIT: Final = 0.02
"""Share of generated validation faces that may be called real."""
CONFIDENCE: Final = 0.95
"""How sure it must be that the first of these holds."""


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
    """Where the verdicts begin, so that the limits above hold in every view.

    To be called generated is an accusation, so what is promised is not of the validation faces but
    of real faces like them: with a confidence of 95 % at most 0.5 % are called so. Of N real faces
    as many may lie beyond the threshold as let the one-sided upper confidence bound of their share
    keep the limit: none of 598, one of 947, eight of 3,000. The threshold is the next face's
    probability, an order statistic, for which that bound is exact whatever the distribution.
    Sources: Clopper and Pearson 1934, The use of confidence or fiducial limits; Wilks 1941,
    Determination of sample sizes for setting tolerance limits.

    A collection of real faces is held to a limit of its own only where it has the faces to show
    such a rate (100 for 1 %) and is shown to be worse: where the one-sided lower confidence bound
    of its rate at the pooled threshold is above that limit, at a level shared out among all that
    are looked at (Bonferroni). So a collection that is like the others moves nothing, however many
    there are. One that is worse raises the threshold until at most 1 % of its validation faces lie
    beyond; one too small to be looked at by itself still counts among all.

    To be called real says only that no trace was found, so there at most 2 % of the generated
    validation faces themselves are.

    Fewer than 598 real faces cannot show 0.5 %, and then the verdict is never generated; fewer
    than 50 generated ones have no 2 %, and then it is never real. Nor is there a threshold where
    too many faces of the wrong kind have a probability of exactly 1, or of 0. Neither threshold
    crosses the probability 0.5.

    Args:
        views: logits (N, K) of the same faces, as they are and laundered.
        targets: (N,), 0 for real.
        collections: N names.
        calibration: what turns logits into probabilities.

    Returns:
        The thresholds, with the worst rates of any view on these very faces.
    """
    real = np.asarray(targets) == 0
    names = np.array(collections)[real]
    probabilities = [
        probability_generated(logits, calibration.temperature, calibration.bias) for logits in views
    ]
    on_real = [view[real] for view in probabilities]
    on_generated = [view[~real] for view in probabilities]
    # Verdicts include their thresholds, so these lie just beyond the last face that is allowed; and
    # no face that is likelier the other is called the one, however well they are told apart.
    above = _above(on_real, names)
    generated = max(0.5, float(np.nextafter(above, np.inf)))
    below = min(
        -_beyond(-view, _observed(len(view), FALSE_NEGATIVE_LIMIT)) for view in on_generated
    )
    cleared = min(float(np.nextafter(0.5, 0.0)), float(np.nextafter(below, -np.inf)))
    thresholds = Thresholds(
        generated=generated if generated < 1.0 else None,
        real=cleared if cleared > 0.0 else None,
        false_positive_rate=0.0,
        false_negative_rate=0.0,
    )
    return thresholds.model_copy(
        update={
            "false_positive_rate": max(
                _share(called_generated(view, thresholds.generated)) for view in on_real
            ),
            "false_negative_rate": max(
                _share(called_real(view, thresholds.real)) for view in on_generated
            ),
        }
    )


def allowed_beyond(count: int, limit: float, confidence: float = CONFIDENCE) -> int | None:
    """How many of so many faces may lie beyond a threshold whose rate keeps a limit.

    None where too few faces are there to say so even of a threshold that none lies beyond.
    Source: Clopper and Pearson 1934, one-sided.
    """
    hits = np.arange(int(limit * count) + 1)
    bounds = beta.ppf(confidence, hits + 1, count - hits) if count else np.ones(1)
    keep = int((bounds <= limit).sum())
    return keep - 1 if keep else None


def _observed(count: int, limit: float) -> int | None:
    """How many of so many faces are a share of `limit`; None where not even one is."""
    return int(limit * count + 1e-9) or None


def _above(views: Sequence[NDArray[np.float64]], names: NDArray[np.str_]) -> float:
    """Probability of real faces beyond which the limits hold in every view."""
    allowed = allowed_beyond(len(names), FALSE_POSITIVE_LIMIT)
    pooled = max(_beyond(view, allowed) for view in views)
    large = [name for name in np.unique(names) if (names == name).sum() >= 1 / COLLECTION_LIMIT]
    level = (1 - CONFIDENCE) / max(1, len(large) * len(views))
    own = [
        threshold_for(view[names == name], COLLECTION_LIMIT)
        for view in views
        for name in large
        if _is_worse(view[names == name] > pooled, COLLECTION_LIMIT, level)
    ]
    return max([pooled, *own])


def _beyond(scores: NDArray[np.float64], allowed: int | None) -> float:
    """The lowest score beyond which no more faces lie than are allowed; infinite for None."""
    return float("inf") if allowed is None else float(np.sort(scores)[-1 - allowed])


def _is_worse(beyond: NDArray[np.bool_], limit: float, level: float) -> bool:
    """Whether the share of faces beyond a threshold is above a limit by more than chance."""
    hits = int(beyond.sum())
    return hits > 0 and float(beta.ppf(level, hits, len(beyond) - hits + 1)) > limit


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else 0.0
