"""What shortcuts would give: classifiers that never look at a face, on the networks' own split.

A network that is not far above them may have learned no more than they have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import numpy as np
import sklearn
from numpy.typing import NDArray
from PIL import Image
from sklearn import config_context
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from unmask.cpus import available_cores
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.guessing import SEED, make_forest
from unmask.dataset.manifest import labels_of, read_crop, read_description
from unmask.dataset.measuring import Measure, facts_of, measure_files, statistics_of
from unmask.evaluation import metrics
from unmask.evaluation.benchmark.results import ShortcutResult
from unmask.evaluation.crops import BenchmarkCrops, read_benchmark_crops
from unmask.evaluation.intervals import estimates
from unmask.evaluation.measure import Judged
from unmask.evaluation.scoring import ArrayCache
from unmask.evaluation.views import probes
from unmask.progress import Track

COMPONENTS: Final = 200
"""Principal components that the linear baseline keeps."""
_SHOWN: Final = ("accuracy", "macro_f1", "family_accuracy", "auc", "tpr_at_fpr_0.005")


@dataclass(frozen=True)
class _Shortcut:
    """Numbers of a file, and the classifier that learns from them."""

    name: str
    title: str
    of_file: Callable[[Path], Sequence[float] | NDArray[np.float32]]
    classifier: Callable[[int], Any]
    of_originals: bool = False
    in_processes: bool = True

    def digest(self, crops: int) -> str:
        """Of what it measures in fixed files, and of the classifier for so many crops."""
        whole = hashlib.sha256(f"scikit-learn {sklearn.__version__}".encode())
        with TemporaryDirectory() as folder:
            for path in _probe_files(Path(folder)):
                whole.update(np.asarray(self.of_file(path)).tobytes())
        with config_context(print_changed_only=False):
            whole.update(repr(self.classifier(crops)).encode())
        return whole.hexdigest()


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
            "shortcut": shortcut.digest(len(train)),
            "labels": labels,
            "files": [_files_digest(shortcut, crops, pool) for crops in (train, test)],
            "learned": train.generators,
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


def _probe_files(folder: Path) -> Iterator[Path]:
    """Files in which any change of what is measured shows: bare ones, and some with all facts."""
    exif = Image.Exif()
    exif[0x0131] = "Unmask"
    told = {"exif": exif, "icc_profile": b"profile", "quality": 40}
    saved: dict[str, dict[str, Any]] = {
        "bare.png": {},
        "bare.jpeg": {},
        "told.jpeg": {**told, "dpi": (72, 72), "subsampling": 0, "progressive": True},
        "told.webp": told,
        "told.tiff": {"compression": "tiff_lzw"},
    }
    for number, pixels in enumerate(probes()):
        for name, how in saved.items():
            path = folder / f"{number}-{name}"
            Image.fromarray(pixels).save(path, **how)
            yield path


def _files(shortcut: _Shortcut, crops: BenchmarkCrops, pool: Path | None) -> list[Path]:
    """The files that a shortcut looks at."""
    if shortcut.of_originals and pool is not None:
        return [pool / name for name in crops.names]
    return crops.files


def _files_digest(shortcut: _Shortcut, crops: BenchmarkCrops, pool: Path | None) -> str:
    """Of the crops' content; of originals, which are large, of their sizes and times."""
    if not shortcut.of_originals:
        return crops.digest
    whole = hashlib.sha256()
    for name, path in zip(crops.names, _files(shortcut, crops, pool), strict=True):
        try:
            found = path.stat()
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror}") from error
        whole.update(f"{name}\0{found.st_size} {found.st_mtime_ns}\n".encode())
    return whole.hexdigest()


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
        paths = _files(shortcut, crops, pool)
        numbers.append(_measured(shortcut, paths, track, f"{shortcut.title}, {name}"))
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


def _measured(
    shortcut: _Shortcut, paths: list[Path], track: Track, text: str
) -> NDArray[np.floating]:
    """Numbers of files, (N, F)."""
    if shortcut.in_processes:
        return measure_files(cast(Measure, shortcut.of_file), paths, None, track, text)
    shown = track(paths, len(paths), text)
    return np.stack([np.asarray(shortcut.of_file(path)) for path in shown])


def _forest(_crops: int) -> Any:
    return make_forest(available_cores())


_SHORTCUTS: Final = (
    _Shortcut(
        "original-files",
        "facts of the original files, decision trees",
        facts_of,
        _forest,
        of_originals=True,
    ),
    _Shortcut("crop-files", "facts of the crops' files, decision trees", facts_of, _forest),
    _Shortcut(
        "statistics", "statistics of the crops' pixels, decision trees", statistics_of, _forest
    ),
    _Shortcut(
        "principal-components",
        "principal components, logistic regression",
        small_pixels,
        linear_baseline,
        in_processes=False,
    ),
)
