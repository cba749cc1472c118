"""Logits of one bundle become the parts of a benchmark: figures, matrices, curves, errors."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.bundles.benchmark import (
    Confusion,
    Estimate,
    ReliabilityBin,
    RobustnessPoint,
    UnseenCollection,
)
from unmask.bundles.model import BundleInfo
from unmask.bundles.verdict import decide
from unmask.evaluation import metrics
from unmask.evaluation.benchmark.results import CollectionResult, SampleError
from unmask.evaluation.crops import BenchmarkCrops
from unmask.evaluation.intervals import DIGITS, share_estimate
from unmask.evaluation.measure import Judged
from unmask.evaluation.metrics import balanced_weights
from unmask.evaluation.views import View
from unmask.labels import REAL

ROC_UP_TO: Final = 0.05
"""False-positive rate up to which the ROC curve is kept."""
MOST_ERRORS: Final = 100


def confusion(info: BundleInfo, judged: Judged) -> Confusion:
    """Counts of true against predicted labels."""
    counts = metrics.confusion_matrix(judged.predicted, judged.targets, judged.classes)
    return Confusion(labels=list(info.labels), counts=counts.tolist())


def reliability(judged: Judged) -> list[ReliabilityBin]:
    """The reliability diagram, real and generated weighing alike as the calibration has it."""
    generated = judged.targets != 0
    rows = metrics.reliability(judged.probability, generated, balanced_weights(generated))
    return [
        ReliabilityBin(stated=stated, observed=observed, share=share)
        for stated, observed, share in np.clip(rows, 0, 1).round(DIGITS).tolist()
    ]


def robustness(view: View, judged: Judged) -> RobustnessPoint:
    """One view's row: everything at the thresholds that were frozen before."""
    real, generated = judged.targets == 0, judged.targets != 0
    probability = judged.probability
    values = {
        "accuracy": metrics.accuracy(judged.predicted, judged.targets),
        "auc": metrics.auc(probability[generated], probability[real]),
        "tpr": float(judged.called[generated].mean()),
        "fpr": float(judged.called[real].mean()),
        "tpr_at_half_percent": metrics.rate_at_false_positive_rate(
            probability[generated], probability[real], 0.005
        ),
    }
    rounded = {name: round(value, DIGITS) for name, value in values.items()}
    return RobustnessPoint(view=view.name, title=view.title, crops=len(probability), **rounded)


def roc(judged: Judged) -> list[tuple[float, float]]:
    """Corners of the ROC curve near zero false positives, and the first one beyond."""
    generated = judged.targets != 0
    corners = metrics.roc_curve(judged.probability[generated], judged.probability[~generated])
    beyond = int(np.searchsorted(corners[:, 0], ROC_UP_TO, side="right")) + 1
    return [(x, y) for x, y in corners[:beyond].round(DIGITS).tolist()]


def collections(judged: Judged, crops: BenchmarkCrops) -> list[CollectionResult]:
    """Verdicts collection by collection, the real ones first."""
    results = []
    for name, inside in _by_collection(crops):
        results.append(
            CollectionResult(
                collection=name,
                generator=crops.generators[int(inside[0])],
                crops=len(inside),
                called_generated=called_generated(judged, inside),
                unsure=round(float(judged.unsure[inside].mean()), DIGITS),
            )
        )
    return results


def unseen(judged: Judged, crops: BenchmarkCrops, swaps: Collection[str]) -> list[UnseenCollection]:
    """Engines that were never seen, each against all real crops beside them.

    Collections of real faces come first, those of swapped ones, which are named, last.
    """
    real = judged.probability[~crops.generated]
    results = []
    for name, inside in _by_collection(crops):
        generator = crops.generators[int(inside[0])]
        area = metrics.auc(judged.probability[inside], real)
        against = None if generator == REAL or not len(real) else round(area, DIGITS)
        results.append(
            UnseenCollection(
                collection=name,
                generated=generator != REAL,
                face_swap=name in swaps,
                crops=len(inside),
                called_generated=called_generated(judged, inside),
                unsure=round(float(judged.unsure[inside].mean()), DIGITS),
                auc=against,
            )
        )
    return sorted(results, key=lambda one: one.face_swap)


def called_generated(judged: Judged, rows: NDArray[np.intp]) -> Estimate:
    """Share of some rows that is called generated at the frozen threshold."""
    return share_estimate(int(judged.called[rows].sum()), len(rows))


def errors(info: BundleInfo, judged: Judged, crops: BenchmarkCrops) -> list[SampleError]:
    """Crops with the wrong family, or with a verdict that is wrong, the worst first.

    Worst is where the stated probability is furthest from the truth.
    """
    wrong = judged.predicted != judged.targets
    if judged.family_right is not None:
        wrong = ~judged.family_right
    generated = judged.targets != 0
    cleared = ~judged.called & ~judged.unsure
    wrong = wrong | np.where(generated, cleared, judged.called)
    gap = np.abs(judged.probability - generated)
    rows = [int(row) for row in np.lexsort((crops.names, -gap)) if wrong[row]]
    thresholds = info.thresholds
    return [
        SampleError(
            path=crops.names[row],
            collection=crops.collections[row],
            label=info.labels[int(judged.targets[row])],
            predicted=info.labels[int(judged.predicted[row])],
            probability_generated=float(
                judged.probability[row]
            ),  # as the verdict was taken from it
            verdict=decide(
                float(judged.probability[row]),
                generated=thresholds.generated,
                real=thresholds.real,
            ).value,
        )
        for row in rows
    ]


def _by_collection(crops: BenchmarkCrops) -> list[tuple[str, NDArray[np.intp]]]:
    """Rows of each collection, real collections first, by name."""
    rows: dict[tuple[bool, str], list[int]] = {}
    for row, (name, generator) in enumerate(zip(crops.collections, crops.generators, strict=True)):
        rows.setdefault((generator != REAL, name), []).append(row)
    return [(name, np.array(inside, dtype=np.intp)) for (_, name), inside in sorted(rows.items())]
