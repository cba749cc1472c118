"""Guessing a class from a few numbers, and how well that goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from unmask.dataset.catalogue import DatasetError
from unmask.progress import Track, untracked

FOLDS: Final = 5
TREES: Final = 100
SEED: Final = 0

Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]
"""For each fold the rows to learn from and the rows to guess."""


def make_folds(strata: Sequence[str], groups: Sequence[str]) -> Folds:
    """Fold rows so that strata are spread evenly and no group straddles two folds.

    Raises:
        DatasetError: there are too few rows.
    """
    rarest = min((strata.count(name) for name in set(strata)), default=0)
    count = min(FOLDS, rarest, len(set(groups)))
    if count < 2:
        raise DatasetError(
            f"too few pictures to audit: {len(strata)} crops in {len(set(groups))} groups, "
            f"{rarest} in the smallest collection; every collection needs two at least"
        )
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=SEED)
    return list(splitter.split(np.zeros(len(strata)), strata, groups))


def make_forest(threads: int) -> RandomForestClassifier:
    """Decision trees that are to guess a class, not fitted yet; the same whatever `threads` is."""
    return RandomForestClassifier(TREES, min_samples_leaf=2, random_state=SEED, n_jobs=threads)


def area_over_folds(
    numbers: NDArray[np.float64],
    classes: NDArray[np.str_],
    folds: Folds,
    *,
    threads: int,
    track: Track = untracked,
    text: str = "guessing",
) -> float | None:
    """Area under the ROC curve, mean over folds and classes, each class against the rest.

    Args:
        numbers: (N, F), what is guessed from. Nothing to guess from gives 0.5 exactly.
        classes: (N,), what is guessed.
        folds: from `make_folds`.
        threads: threads to use.
        track: shows progress.
        text: what the progress bar says.

    Returns:
        The area, 0.5 being chance; None where there are not two classes to tell apart.
    """
    if len(np.unique(classes)) < 2:
        return None
    if numbers.shape[1] == 0:
        return 0.5
    areas = []
    for learn, guess in track(folds, len(folds), text):
        forest = make_forest(threads)
        forest.fit(numbers[learn], classes[learn])
        scores = forest.predict_proba(numbers[guess])
        for index, name in enumerate(forest.classes_):
            is_it = classes[guess] == name
            if is_it.any() and not is_it.all():
                areas.append(roc_auc_score(is_it, scores[:, index]))
    return float(np.mean(areas)) if areas else None


def area_alone(number: NDArray[np.float64], generated: NDArray[np.bool_]) -> float:
    """Area under the ROC curve of one number, (N,), by itself, whichever way round; 0.5 to 1."""
    if generated.all() or not generated.any():
        return 0.5
    area = float(roc_auc_score(generated, number))
    return max(area, 1 - area)
