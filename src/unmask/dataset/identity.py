"""What a dataset is: which pictures are in which split, and how their crops were cut.

Two identities, since crops can be cut anew: `splits` is of the pictures alone, the fingerprint
covers the code that finds and cuts faces, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
from pyarrow.lib import ArrowException

from unmask.dataset.catalogue import DatasetError
from unmask.dataset.manifest import MANIFEST, read_description
from unmask.labels import REAL

OLD_CROP_VERSION: Final = 1
"""Of datasets, runs and bundles that name none."""
_COLUMNS: Final = ("sha256", "split", "generator")


@dataclass(frozen=True)
class Identity:
    """What a dataset is.

    `fingerprint` covers pictures, splits and how crops are cut, but no labels; `splits` which
    picture is in which split under which label, and nothing of crops, so that it takes both to know
    a dataset. `crop_version` is that of the code that found and cut the faces.
    `keeps` is the identity of the splits that the build took over, see `KeptSplits`.
    """

    fingerprint: str
    splits: str
    crop_version: int
    keeps: str = ""

    def is_that_of(self, other: Identity) -> bool:
        """Whether both are of one dataset; bundles of older versions do not say their splits."""
        known = self.splits and other.splits
        return self.fingerprint == other.fingerprint and (not known or self.splits == other.splits)

    def same_splits(self, splits: str) -> bool:
        """Whether no picture of splits of that identity is in another split here."""
        return bool(splits) and splits in (self.splits, self.keeps)

    def __str__(self) -> str:
        """Short, for messages."""
        splits = f"splits {self.splits[:8]}" if self.splits else "splits not known"
        return f"{self.fingerprint[:12]} ({splits}, crops of version {self.crop_version})"


def read_identity(folder: Path) -> Identity:
    """What the dataset in a folder is; one of an older build is of version 1.

    Raises:
        DatasetError: the folder holds no dataset, or a damaged one.
    """
    description = read_description(folder)
    return Identity(
        fingerprint=str(description["fingerprint"]),
        splits=description.get("splits") or digest_of_splits(read_splits(folder)),
        crop_version=description.get("crop_version", OLD_CROP_VERSION),
        keeps=description.get("keeps", ""),
    )


def read_splits(folder: Path) -> list[dict[str, Any]]:
    """Rows of a manifest with the columns that splits are of: sha256, split, generator.

    Raises:
        DatasetError: there is no manifest, or a damaged one.
    """
    try:
        return pq.read_table(folder / MANIFEST, columns=list(_COLUMNS)).to_pylist()
    except (OSError, ArrowException) as error:
        raise DatasetError(
            f"{folder / MANIFEST} cannot be read ({error}); build the dataset anew"
        ) from error


def digest_of_splits(rows: Iterable[Mapping[str, Any]]) -> str:
    """Identity of splits: a hash over each picture's sha256, split and generator, in any order."""
    lines = sorted(f"{row['sha256']} {row['split']} {row['generator'] or REAL}" for row in rows)
    return digest(lines)


def digest(lines: Iterable[str]) -> str:
    """SHA-256 of lines, hex."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


class KeptSplits:
    """The splits of a dataset that another one, built of the same pictures, takes over.

    Without it a single face that is found anew, or no more, moves others between splits: what a
    model was trained on would be tested on.
    """

    def __init__(self, folder: Path, out: Path) -> None:
        """Read those of the dataset in `folder`, for one that is made in `out`.

        Raises:
            DatasetError: the folder holds no dataset, or a damaged one, or is `out` itself.
        """
        if folder.resolve() == out.resolve():
            raise DatasetError(
                f"a dataset cannot keep its splits while it is made anew in {out}; "
                "name another folder with --out"
            )
        self._folder = folder
        self.identity = read_identity(folder).splits
        self._rows = {row["sha256"]: row for row in read_splits(folder)}
        # What was for measuring alone may be learned from now; no model was trained on it.
        self.splits = {
            name: row["split"] for name, row in self._rows.items() if row["split"] != "unseen"
        }

    def check(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """See that no picture has another split or label in a new manifest.

        Raises:
            DatasetError: one has.
        """
        for row in rows:
            old = self._rows.get(row["sha256"], row)
            moved = old["split"] not in (row["split"], "unseen")
            if moved or old["generator"] != row["generator"]:
                raise DatasetError(
                    f"{row['path']} is {row['generator'] or REAL} in the split {row['split']!r}, "
                    f"but {old['generator'] or REAL} in {old['split']!r} of {self._folder}: splits "
                    "can be kept only under the same catalogue; build without --keep-splits"
                )
