"""What shortcuts would give: classifiers that never look at a face, on the networks' own split.

A network that is not far above them may have learned no more than they have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from unmask.cpus import available_cores
from unmask.dataset.guessing import SEED, make_forest
from unmask.dataset.manifest import labels_of, read_crop, read_description
from unmask.dataset.measuring import Measure, facts_of, measure_files, statistics_of
from unmask.evaluation import metrics
from unmask.evaluation.benchmark.results import ShortcutResult
from unmask.evaluation.crops import BenchmarkCrops, read_benchmark_crops
from unmask.evaluation.intervals import estimates
from unmask.evaluation.measure import Judged, Track
from unmask.evaluation.scoring import ArrayCache

COMPONENTS: Final = 200
"""Principal components that the linear baseline keeps."""
_SHOWN: Final = ("accuracy", "macro_f1", "family_accuracy", "auc", "tpr_at_fpr_0.005")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Shortcut:
    """Numbers of a crop, and the classifier that learns from them."""

    name: str
    title: str
    measure: Callable[[list[Path], Track, str], NDArray[Any]]
    classifier: Callable[[int], Any]
    of_originals: bool = False


def measure_shortcuts(
    data: Path, pool: Path | None, *, resamples: int, cache: ArrayCache, track: Track
) -> list[ShortcutResult]:
    """Learn every shortcut on the training split, and measure it on the test split.

    Args:
        data: folder of the dataset.
        pool: folder of the originals; None leaves out what is learned of their files.
        resamples: for the intervals.
        cache: where scores are kept.
        track: shows progress.

    Raises:
        DatasetError: the dataset, or a file, cannot be read.
    """
    description = read_description(data)
    families = labels_of(description, "source")
    labels = tuple(families)
    split = {name: read_benchmark_crops(data, name) for name in ("train", "test")}
    train, test = (_known(split[name], labels) for name in ("train", "test"))
    results = []
    for shortcut in _SHORTCUTS:
        if shortcut.of_originals and pool is None:
            continue
        made_from: dict[str, object] = {
            "dataset": str(description["exact_fingerprint"]),
            "shortcut": shortcut.name,
            "crops": len(test),
        }
        scores = cache.get(made_from)
        if scores is None:
            scores = _scores(shortcut, train, test, labels, pool, track)
            cache.put(made_from, scores)
        judged = _judged(scores, test, labels, families)
        figures = estimates(judged, resamples=resamples)
        results.append(
            ShortcutResult(
                name=shortcut.name,
                title=shortcut.title,
                figures={name: figures[name] for name in _SHOWN},
            )
        )
    return results


def _known(crops: BenchmarkCrops, labels: Sequence[str]) -> BenchmarkCrops:
    return crops.take([row for row, name in enumerate(crops.generators) if name in labels])


def _scores(
    shortcut: _Shortcut,
    train: BenchmarkCrops,
    test: BenchmarkCrops,
    labels: tuple[str, ...],
    pool: Path | None,
    track: Track,
) -> NDArray[np.float32]:
    """Probabilities of the labels, (N, K) float32, of the test crops."""
    numbers = []
    for crops, name in ((train, "training split"), (test, "test split")):
        paths = crops.files
        if shortcut.of_originals and pool is not None:
            paths = [pool / one for one in crops.names]
        numbers.append(shortcut.measure(paths, track, f"{shortcut.title}, {name}"))
    classifier = shortcut.classifier(len(train))
    classifier.fit(numbers[0], np.array(train.generators))
    scores = np.zeros((len(test), len(labels)), dtype=np.float32)
    columns = [labels.index(name) for name in classifier.classes_]
    scores[:, columns] = classifier.predict_proba(numbers[1])
    return scores


def _judged(
    scores: NDArray[np.float32],
    crops: BenchmarkCrops,
    labels: tuple[str, ...],
    families: dict[str, str],
) -> Judged:
    exact = scores.astype(np.float64)
    targets = np.array([labels.index(name) for name in crops.generators], dtype=np.int64)
    family_of = metrics.family_indices(labels, families)
    # Shortcuts have no thresholds that were frozen; what needs some is not shown of them.
    called = exact[:, 0] < 0.5
    return Judged(
        probability=1.0 - exact[:, 0],
        predicted=exact.argmax(axis=1),
        targets=targets,
        classes=len(labels),
        family_right=metrics.family_predictions(exact, family_of) == family_of[targets],
        called=called,
        unsure=np.zeros(len(targets), dtype=np.bool_),
    )


def small_pixels(path: Path) -> NDArray[np.float32]:
    """Pixels of a crop at a quarter of its size, (55 * 45 * 3,) float32 of 0..1."""
    image = Image.fromarray(read_crop(path)).reduce(4)
    return np.asarray(image, dtype=np.float32).ravel() / np.float32(255)


def linear_baseline(crops: int) -> Pipeline:
    """Logistic regression on the principal components of small crops.

    Source of the components: Turk and Pentland 1991, Eigenfaces for Recognition.
    """
    kept = min(COMPONENTS, crops // 2)
    return make_pipeline(
        PCA(kept, svd_solver="randomized", random_state=SEED),
        StandardScaler(),
        LogisticRegression(max_iter=2000),
    )


def _pixels(paths: list[Path], track: Track, text: str) -> NDArray[np.float32]:
    rows = track(range(len(paths)), len(paths), text)
    return np.stack([small_pixels(paths[row]) for row in rows])


def _with(measure: Measure) -> Callable[[list[Path], Track, str], Numbers]:
    """Measures each file in worker processes."""

    def measured(paths: list[Path], track: Track, text: str) -> Numbers:
        bar = iter(track(range(len(paths)), len(paths), text))
        shown = 0

        def progress(done: int, _total: int) -> None:
            nonlocal shown
            for _ in range(done - shown):
                next(bar, None)
            shown = done

        numbers = measure_files(measure, paths, None, progress)
        next(bar, None)  # which takes the bar away
        return numbers

    return measured


def _forest(_crops: int) -> Any:
    return make_forest(available_cores())


_SHORTCUTS: Final = (
    _Shortcut(
        "original-files",
        "facts of the original files, decision trees",
        _with(facts_of),
        _forest,
        of_originals=True,
    ),
    _Shortcut("crop-files", "facts of the crops' files, decision trees", _with(facts_of), _forest),
    _Shortcut(
        "statistics",
        "statistics of the crops' pixels, decision trees",
        _with(statistics_of),
        _forest,
    ),
    _Shortcut(
        "principal-components",
        "principal components, logistic regression",
        _pixels,
        linear_baseline,
    ),
)
