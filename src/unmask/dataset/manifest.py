"""Reading a built dataset: its description, and the crops of a split."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image
from pyarrow.lib import ArrowException

from unmask.dataset.catalogue import DatasetError, Facts
from unmask.labels import GENERATED, REAL, Task

MANIFEST: Final = "manifest.parquet"
DESCRIPTION: Final = "dataset.json"

Split = Literal["train", "validation", "test", "unseen"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)


@dataclass(frozen=True)
class CropTable:
    """The crops of one split as training and evaluation need them.

    `files` holds the paths of N crops; `targets`, (N,) int64, indexes `labels`, 0 being real;
    `collections` holds N names.
    """

    files: list[Path]
    targets: NDArray[np.int64]
    collections: list[str]
    labels: tuple[str, ...]

    def without(self, labels: Collection[str]) -> CropTable:
        """The same table less the crops of some labels, which stay in `labels`.

        Raises:
            DatasetError: there is no such label.
        """
        unknown = sorted(set(labels) - set(self.labels))
        if unknown:
            raise DatasetError(
                f"no label {', '.join(unknown)} in the dataset; there are: {', '.join(self.labels)}"
            )
        left_out = [self.labels.index(label) for label in labels]
        kept = np.flatnonzero(~np.isin(self.targets, left_out))
        return CropTable(
            files=[self.files[row] for row in kept],
            targets=self.targets[kept],
            collections=[self.collections[row] for row in kept],
            labels=self.labels,
        )


def read_description(folder: Path) -> dict[str, Any]:
    """Content of dataset.json.

    Raises:
        DatasetError: the folder holds no dataset.
    """
    try:
        description: dict[str, Any] = json.loads((folder / DESCRIPTION).read_bytes())
        if not {"fingerprint", "labels", "families", "counts"} <= set(description):
            raise ValueError
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise DatasetError(
            f"no dataset in {folder}; make one with `unmask dataset build`"
        ) from error
    return description


def facts_of(description: Mapping[str, Any]) -> dict[str, Facts]:
    """What the catalogue said of each collection, by name; nothing where a build is older."""
    stated: Mapping[str, Any] = description.get("collections", {})
    return {name: Facts.model_validate(facts) for name, facts in stated.items()}


def labels_of(description: dict[str, Any], task: Task) -> dict[str, str]:
    """Labels of a task in their order, each with its family."""
    if task == "binary":
        return {REAL: REAL, GENERATED: GENERATED}
    families: dict[str, str] = description["families"]
    return {label: families[label] for label in description["labels"]}


def read_crops(folder: Path, split: Split, task: Task) -> CropTable:
    """Read one split of a dataset.

    Generators that are not among the labels, as in the split "unseen", get the target -1.

    Raises:
        DatasetError: the folder holds no dataset, a damaged one, or nothing of this split.
    """
    labels = tuple(labels_of(read_description(folder), task))
    columns = ["crop", "split", "label", "generator", "collection"]
    try:
        rows = pq.read_table(folder / MANIFEST, columns=columns).to_pylist()
    except (OSError, ArrowException) as error:
        raise DatasetError(
            f"{folder / MANIFEST} cannot be read ({error}); build the dataset anew"
        ) from error
    rows = [row for row in rows if row["split"] == split]
    if not rows:
        raise DatasetError(f"the dataset in {folder} has no crops in the split {split!r}")
    # Of a binary task the class is the label, of a source task the generator.
    classes = [row["label"] if task == "binary" else row["generator"] or REAL for row in rows]
    return CropTable(
        files=[folder / row["crop"] for row in rows],
        targets=np.array(
            [labels.index(name) if name in labels else -1 for name in classes], dtype=np.int64
        ),
        collections=[row["collection"] for row in rows],
        labels=labels,
    )


def read_crop(path: Path) -> NDArray[np.uint8]:
    """Pixels of a crop, (218, 178, 3) uint8 RGB.

    Raises:
        DatasetError: it is missing or damaged.
    """
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError) as error:  # of a broken PNG, Pillow raises the latter
        raise DatasetError(f"the crop {path} cannot be read; build the dataset anew") from error
