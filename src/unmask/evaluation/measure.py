"""A bundle and crops become figures: through the same session code as the detector's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from unmask.evaluation.metrics import balanced_weights

Laundering = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]
"""Takes a crop and its number, returns the crop as the web would have left it."""
Track = Callable[[Iterable[int], int, str], Iterable[int]]
"""Wraps a loop of known length with a progress bar that has a description."""


def score_crops(
    bundle: Bundle,
    files: Sequence[Path],
    *,
    laundering: Laundering | None = None,
    track: Track = lambda items, _length, _text: items,
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
    track: Track = lambda items, _length, _text: items,
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
        By name, all shares in 0..1: `accuracy` and `macro_f1` over the labels, `family_accuracy`,
        `auc`, `balanced_accuracy`, true-positive rates at 0.5 % and 1 % false positives (of this
        very split), the share `unsure`, `ece` with real and generated weighing alike, the
        false-positive rate `fpr` and `fpr_NAME` of each real collection, and the rate `tpr` of
        generated faces called generated.
    """
    judged = judge(info, logits, targets)
    probability, called = judged.probability, judged.called
    real, generated = targets == 0, targets != 0
    accuracy = metrics.accuracy(judged.predicted, targets)
    result = {
        "accuracy": accuracy,
        "macro_f1": metrics.macro_f1(judged.predicted, targets, judged.classes),
        # Of two labels each is a family of its own.
        "family_accuracy": accuracy
        if judged.family_right is None
        else float(judged.family_right.mean()),
        "auc": metrics.auc(probability[generated], probability[real]),
        "balanced_accuracy": float((called[generated].mean() + (~called[real]).mean()) / 2),
        "tpr": float(called[generated].mean()),
        "tpr_at_fpr_0.005": metrics.rate_at_false_positive_rate(
            probability[generated], probability[real], 0.005
        ),
        "tpr_at_fpr_0.01": metrics.rate_at_false_positive_rate(
            probability[generated], probability[real], 0.01
        ),
        "unsure": float(judged.unsure.mean()),
        "ece": metrics.expected_calibration_error(
            probability, generated, balanced_weights(generated)
        ),
        "fpr": float(called[real].mean()),
    }
    return result | {
        f"fpr_{row.name}": row.called_generated
        for row in by_collection(
            info, logits[real], [name for name, keep in zip(collections, real, strict=True) if keep]
        )
    }


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
