"""The crops that a benchmark runs over, with the names and origins that its report gives."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from unmask.bundles.model import BundleInfo
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.identity import Identity
from unmask.dataset.manifest import MANIFEST, Split
from unmask.labels import GENERATED, REAL

_COLUMNS: Final = ("path", "crop", "split", "label", "generator", "collection")


@dataclass(frozen=True)
class BenchmarkCrops:
    """N crops of one split.

    `files` are the crops', `names` the originals' paths below the pool. `generators` holds "real"
    or what generated each, `collections` where each came from.
    """

    files: list[Path]
    names: list[str]
    generators: list[str]
    collections: list[str]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.files)

    @property
    def generated(self) -> NDArray[np.bool_]:
        """Which were generated, (N,)."""
        return np.array([name != REAL for name in self.generators], dtype=np.bool_)

    @cached_property
    def digest(self) -> str:
        """Of names and files, both of which decide what a view makes of the crops.

        Raises:
            DatasetError: a file cannot be read.
        """
        return digest_of_files(self.names, self.files)

    def targets(self, info: BundleInfo) -> NDArray[np.int64]:
        """Number of each crop's label in a bundle, (N,); -1 where the bundle has no such label."""
        numbers = {label: number for number, label in enumerate(info.labels)}
        classes = self.generators
        if info.task == "binary":
            classes = [REAL if name == REAL else GENERATED for name in classes]
        return np.array([numbers.get(name, -1) for name in classes], dtype=np.int64)

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> BenchmarkCrops:
        """The crops of some rows."""
        return BenchmarkCrops(
            [self.files[row] for row in rows],
            [self.names[row] for row in rows],
            [self.generators[row] for row in rows],
            [self.collections[row] for row in rows],
        )

    def subset(self, share: float) -> NDArray[np.intp]:
        """Rows of a share of the crops, the same of every collection, whatever their order.

        Which ones is decided by a hash of their names, at least one of each collection.
        """
        drawn = [hashlib.sha256(name.encode()).digest() for name in self.names]
        rows: list[int] = []
        for collection in sorted(set(self.collections)):
            inside = [row for row, name in enumerate(self.collections) if name == collection]
            inside.sort(key=lambda row: drawn[row])
            rows += inside[: math.ceil(share * len(inside))]
        return np.array(sorted(rows), dtype=np.intp)


def digest_of_files(names: Sequence[str], files: Sequence[Path]) -> str:
    """SHA-256 over the content of files, each under a name.

    Raises:
        DatasetError: a file cannot be read.
    """
    whole = hashlib.sha256()
    for name, path in zip(names, files, strict=True):
        try:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror}") from error
        whole.update(f"{name}\0{content}\n".encode())
    return whole.hexdigest()


def origin_of(info: BundleInfo) -> Identity:
    """The dataset that a bundle was made from."""
    return Identity(info.dataset, info.splits, info.crop_version)


def read_benchmark_crops(folder: Path, split: Split) -> BenchmarkCrops:
    """The crops of one split of a dataset, in the order of its manifest; none where it has none.

    Raises:
        DatasetError: the folder holds no dataset.
    """
    try:
        rows = pq.read_table(folder / MANIFEST, columns=list(_COLUMNS)).to_pylist()
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"no dataset in {folder}; make one with `unmask dataset build`"
        ) from error
    rows = [row for row in rows if row["split"] == split]
    return BenchmarkCrops(
        files=[folder / row["crop"] for row in rows],
        names=[row["path"] for row in rows],
        generators=[row["generator"] or REAL for row in rows],
        collections=[row["collection"] for row in rows],
    )
