"""Measuring files in worker processes, which need not load what guesses from the numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.catalogue import DatasetError
from unmask.dataset.facts import file_facts
from unmask.dataset.manifest import read_crop
from unmask.dataset.statistics import crop_statistics
from unmask.dataset.workers import in_parallel
from unmask.imaging.decode import PictureError
from unmask.progress import Track

Measure = Callable[[Path], list[float]]


def facts_of(path: Path) -> list[float]:
    """Facts of a picture file, in the order of `FACTS`.

    Raises:
        DatasetError: it cannot be read.
    """
    try:
        return file_facts(path)
    except (OSError, PictureError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DatasetError(f"{path} cannot be read: {reason}") from error


def statistics_of(path: Path) -> list[float]:
    """Statistics of a crop, in the order of `STATISTICS`.

    Raises:
        DatasetError: it cannot be read.
    """
    return crop_statistics(read_crop(path))


def measure_files(
    measure: Measure,
    paths: list[Path],
    workers: int | None,
    track: Track,
    text: str,
) -> NDArray[np.float64]:
    """Measure files in worker processes, by default one a core; `track` shows `text` meanwhile.

    Returns:
        (N, F), a row a file in the order of `paths`.

    Raises:
        DatasetError: a file cannot be read, or a process died.
    """
    with closing(in_parallel(_Numbered, (measure,), list(enumerate(paths)), workers)) as batches:
        measured = dict(track(chain.from_iterable(batches), len(paths), text))
    return np.array([measured[index] for index in range(len(paths))])


class _Numbered:
    """Measures files and keeps their places, since results come in any order."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure

    def __call__(self, item: tuple[int, Path]) -> tuple[int, list[float]]:
        index, path = item
        return index, self._measure(path)
