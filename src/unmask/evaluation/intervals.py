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
from unmask.evaluation.figures import weighted_figures
from unmask.evaluation.measure import Judged

RESAMPLES: Final = 1000
SEED: Final = 0
_ENDS: Final = (2.5, 97.5)
DIGITS: Final = 8
"""Decimals that figures are kept with. They are rounded once more where they are shown, and what is
a share of some thousand crops then comes out as if it had been rounded once."""

Floats = NDArray[np.float64]


def estimates(
    judged: Judged, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Estimate]:
    """Every figure of a clean split with its interval, which of `fpr` is exact.

    Returns:
        By name: what `weighted_figures` gives.
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
