"""The scale of a model's heat maps, set on validation faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.bundles.model import MapScale
from unmask.bundles.runtime import Bundle
from unmask.bundles.verdict import evidence_map
from unmask.evaluation.measure import run_crops
from unmask.progress import Track, untracked

QUIET: Final = 0.8
"""Share of the real faces that have no evidence above the floor anywhere."""
MIN_RANGE: Final = 1.0
"""Logits from floor to full at the least: a model whose maps hold nothing must not look sure."""


@dataclass(frozen=True)
class ScoredMaps:
    """Logits (N, K) float32 of crops, and the peak (N,) of the heat map of each, in logits."""

    logits: NDArray[np.float32]
    peaks: NDArray[np.float64]


def score_with_peaks(
    bundle: Bundle,
    files: Sequence[Path],
    *,
    track: Track = untracked,
    text: str = "scoring",
) -> ScoredMaps:
    """Score crops in files, and take the peak of each heat map: that of the likeliest generator."""
    logits, peaks = [], []
    for scores in run_crops(bundle, files, track=track, text=text):
        logits.append(scores.logits)
        for row, maps in zip(scores.logits, scores.maps, strict=True):
            likeliest = 1 + int(np.argmax(row[1:]))
            peaks.append(float(evidence_map(maps, likeliest).max()))
    return ScoredMaps(np.concatenate(logits), np.array(peaks))


def fit_map_scale(peaks: NDArray[np.float64], targets: NDArray[np.int64]) -> MapScale:
    """Set the scale: four of five real faces show nothing, the median generated face all of it.

    Args:
        peaks: of the heat maps, (N,) in logits.
        targets: (N,), 0 for real; some of either kind.
    """
    floor = max(0.0, float(np.quantile(peaks[targets == 0], QUIET)))
    full = max(float(np.median(peaks[targets != 0])), floor + MIN_RANGE)
    return MapScale(floor=round(floor, 2), full=round(full, 2))
