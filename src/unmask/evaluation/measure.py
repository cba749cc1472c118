"""A bundle and crops become figures: through the same session code as the detector's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.bundles.model import BundleInfo
from unmask.bundles.runtime import MAX_BATCH, Bundle, Scores
from unmask.bundles.verdict import (
    called_generated,
    called_real,
    label_scores,
    probability_generated,
)
from unmask.dataset.manifest import read_crop
from unmask.evaluation import metrics
from unmask.progress import Track, untracked

Laundering = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]
"""Takes a crop and its number, returns the crop as the web would have left it."""


def score_crops(
    bundle: Bundle,
    files: Sequence[Path],
    *,
    laundering: Laundering | None = None,
    track: Track = untracked,
    text: str = "scoring",
) -> NDArray[np.float32]:
    """Logits (N, K) float32 of crops in files, laundered first where that is asked for."""
    runs = run_crops(bundle, files, laundering=laundering, track=track, text=text)
    return np.concatenate([scores.logits for scores in runs])


def run_crops(
    bundle: Bundle,
    files: Sequence[Path],
    *,
    laundering: Laundering | None = None,
    track: Track = untracked,
    text: str = "scoring",
) -> Iterator[Scores]:
    """Logits and maps of crops in files, a batch at a time; arguments as of `score_crops`."""
    starts = range(0, len(files), MAX_BATCH)
    for start in track(starts, len(starts), text):
        crops = [read_crop(path) for path in files[start : start + MAX_BATCH]]
        if laundering is not None:
            crops = [laundering(crop, start + number) for number, crop in enumerate(crops)]
        yield bundle.run(np.stack(crops))


@dataclass(frozen=True)
class Judged:
    """What a model said of N crops, and what they are.

    `probability` (N,) is the calibrated one of generated, `predicted` and `targets` (N,) number
    the labels, 0 for real, of which there are `classes`. `family_right` (N,) says whether the
    likeliest family was the right one; None where families mean nothing. `called` and `unsure` (N,)
    are the verdicts at the frozen thresholds.
    """

    probability: NDArray[np.float64]
    predicted: NDArray[np.int64]
    targets: NDArray[np.int64]
    classes: int
    family_right: NDArray[np.bool_] | None
    called: NDArray[np.bool_]
    unsure: NDArray[np.bool_]


def judge(info: BundleInfo, logits: NDArray[np.float32], targets: NDArray[np.int64]) -> Judged:
    """What a bundle says of N crops by its frozen calibration and thresholds.

    Args:
        info: of the bundle.
        logits: (N, K).
        targets: (N,), 0 for real; -1 for a generator that the bundle has no label for.
    """
    calibration = info.calibration
    scores = label_scores(logits, calibration.temperature, calibration.bias)
    probability = probability_generated(logits, calibration.temperature, calibration.bias)
    family_right = None
    if info.task == "source":
        family_of = metrics.family_indices(info.labels, info.families)
        family_right = metrics.family_predictions(scores, family_of) == family_of[targets]
        family_right &= targets >= 0
    called = called_generated(probability, info.thresholds.generated)
    return Judged(
        probability=probability,
        predicted=scores.argmax(axis=1),
        targets=targets,
        classes=len(info.labels),
        family_right=family_right,
        called=called,
        unsure=~called & ~called_real(probability, info.thresholds.real),
    )


@dataclass(frozen=True)
class CollectionRow:
    """How one collection fares: how many crops, and the shares of each verdict, 0 to 1."""

    name: str
    crops: int
    called_generated: float
    unsure: float
    called_real: float


def by_collection(
    info: BundleInfo, logits: NDArray[np.float32], collections: Sequence[str]
) -> list[CollectionRow]:
    """Verdicts of each collection at the frozen thresholds, by name."""
    calibration, thresholds = info.calibration, info.thresholds
    probability = probability_generated(logits, calibration.temperature, calibration.bias)
    names = np.array(collections)
    rows = []
    for name in np.unique(names):
        inside = probability[names == name]
        called = float(called_generated(inside, thresholds.generated).mean())
        cleared = float(called_real(inside, thresholds.real).mean())
        rows.append(CollectionRow(str(name), len(inside), called, 1 - called - cleared, cleared))
    return rows
