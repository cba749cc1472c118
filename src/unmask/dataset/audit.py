"""The audit of a dataset: what can be guessed without looking at a face.

Label and collection are guessed, by a forest of decision trees, from three sets of numbers: facts
of the original files, facts of the harmonised crops' files, and statistics of the crops' pixels.
The measure is the area under the ROC curve over folds that no group straddles: 0.5 is chance.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from unmask.cpus import available_cores
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.facts import FACTS
from unmask.dataset.files import write_whole
from unmask.dataset.guessing import (
    FOLDS,
    SEED,
    TREES,
    Folds,
    area_alone,
    area_over_folds,
    make_folds,
)
from unmask.dataset.manifest import MANIFEST, read_description
from unmask.dataset.measuring import facts_of, measure_files, statistics_of
from unmask.dataset.statistics import STATISTICS
from unmask.progress import Track, untracked

AUDIT: Final = "audit.json"
LIMIT: Final = 0.55
"""The area under the curve that facts of the crops' files must stay under."""


@dataclass(frozen=True)
class Finding:
    """How well label and collection can be guessed from one set of numbers.

    `label_auc` is the area under the ROC curve for real against generated, `collection_auc` the
    mean over collections of each against the rest; None where there is only one. `numbers` were
    measured, of which `varying` are not the same for every picture; `telling` holds those that
    alone tell the label best. `limit` is what both areas must stay under, None where they need not.
    """

    subject: str
    purpose: str
    numbers: int
    varying: int
    label_auc: float | None
    collection_auc: float | None
    limit: float | None
    telling: dict[str, float]

    @property
    def passed(self) -> bool:
        """Whether both areas are under the limit, or there is none."""
        areas = [auc for auc in (self.label_auc, self.collection_auc) if auc is not None]
        return self.limit is None or max(areas, default=0.5) < self.limit


@dataclass(frozen=True)
class Audit:
    """What an audit found in the dataset of that fingerprint; `crops` is how many it looked at."""

    fingerprint: str
    crops: int
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every finding passed."""
        return all(finding.passed for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """The content of audit.json."""
        facts = asdict(self)
        for finding, one in zip(self.findings, facts["findings"], strict=True):
            one["passed"] = finding.passed
        method = {"folds": FOLDS, "trees": TREES, "seed": SEED}
        return {"passed": self.passed} | facts | {"method": method}


def audit_dataset(
    folder: Path,
    pool: Path | None,
    *,
    workers: int | None = None,
    track: Track = untracked,
) -> Audit:
    """Audit the dataset in a folder and write audit.json there. Unseen splits are left out.

    Args:
        folder: what `build_dataset` made.
        pool: where the originals are; None leaves them out.
        workers: processes that measure, and threads that guess; by default one a core.
        track: shows progress.

    Raises:
        DatasetError: the folder holds no dataset, a file is missing, or there is too little to
            guess from.
    """
    fingerprint = str(read_description(folder)["fingerprint"])
    rows = _read_rows(folder)
    folds = make_folds([row["collection"] for row in rows], [row["group"] for row in rows])
    findings = []
    for question in _QUESTIONS:
        if not question.of_originals:
            paths = [folder / row["crop"] for row in rows]
        elif pool is not None:
            paths = [pool / row["path"] for row in rows]
        else:
            continue
        text = f"measuring {question.subject}"
        numbers = measure_files(question.measure, paths, workers, track, text)
        findings.append(_find(question, numbers, rows, folds, workers, track))
    audit = Audit(fingerprint, len(rows), tuple(findings))
    try:
        write_whole(folder / AUDIT, (json.dumps(audit.as_dict(), indent=2) + "\n").encode())
    except OSError as error:
        raise DatasetError(f"cannot write {folder / AUDIT}: {error.strerror}") from error
    return audit


def _read_rows(folder: Path) -> list[dict[str, str]]:
    columns = ["path", "crop", "split", "label", "collection", "group"]
    try:
        rows = pq.read_table(folder / MANIFEST, columns=columns).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise DatasetError(f"the manifest in {folder} cannot be read: {error}") from error
    return [row for row in rows if row["split"] != "unseen"]


@dataclass(frozen=True)
class _Question:
    """One set of numbers to guess from: how it is measured, and of what."""

    subject: str
    purpose: str
    names: tuple[str, ...]
    measure: Callable[[Path], list[float]]
    of_originals: bool = False
    limit: float | None = None


_QUESTIONS: Final = (
    _Question(
        subject="files of originals",
        purpose="what the build removed: encoding, size and metadata of the pictures as they came",
        names=FACTS,
        measure=facts_of,
        of_originals=True,
    ),
    _Question(
        subject="files of crops",
        purpose="must say nothing: the same facts of the crops, which all left by one encoder",
        names=FACTS,
        measure=facts_of,
        limit=LIMIT,
    ),
    _Question(
        subject="pixels of crops",
        purpose="what is left: sharpness, resolution, noise, colour; augmentation in training "
        "answers it",
        names=STATISTICS,
        measure=statistics_of,
    ),
)


def _find(
    question: _Question,
    numbers: NDArray[np.float64],
    rows: list[dict[str, str]],
    folds: Folds,
    workers: int | None,
    track: Track,
) -> Finding:
    """Guess label and collection from what was measured."""
    varying = np.flatnonzero((numbers != numbers[:1]).any(axis=0))
    areas = [
        area_over_folds(
            numbers[:, varying],
            np.array([row[key] for row in rows]),
            folds,
            threads=workers or available_cores(),
            track=track,
            text=f"guessing the {key} by {question.subject}",
        )
        for key in ("label", "collection")
    ]
    generated = np.array([row["label"] == "generated" for row in rows])
    alone = {question.names[one]: area_alone(numbers[:, one], generated) for one in varying}
    telling = sorted(alone, key=lambda name: -alone[name])[:3]
    return Finding(
        subject=question.subject,
        purpose=question.purpose,
        numbers=len(question.names),
        varying=len(varying),
        label_auc=areas[0],
        collection_auc=areas[1],
        limit=question.limit,
        telling={name: alone[name] for name in telling},
    )
