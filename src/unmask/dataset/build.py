"""Build a dataset from a pool: crops in parallel, then groups, splits and the manifest."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from unmask.dataset.catalogue import (
    Catalogue,
    DatasetError,
    PoolPicture,
    list_pictures,
    load_catalogue,
)
from unmask.dataset.crops import HASH_SIDE, Cropper, CropRecord
from unmask.dataset.files import remove_partial, write_whole
from unmask.dataset.identity import KeptSplits, digest, digest_of_splits
from unmask.dataset.journal import Journal
from unmask.dataset.manifest import DESCRIPTION, MANIFEST
from unmask.dataset.selection import Rejection, drop_duplicates, manifest_rows
from unmask.dataset.splits import NEAR_DUPLICATE_BITS, SHARES
from unmask.dataset.workers import in_parallel
from unmask.imaging import align, retinaface, usable
from unmask.imaging.decode import DEFAULT_LIMITS, Limits
from unmask.progress import Track, untracked

REJECTED: Final = "rejected.csv"


@dataclass(frozen=True)
class BuildResult:
    """What a build made: the content of dataset.json and where it stands."""

    folder: Path
    description: dict[str, Any]


def build_dataset(
    pool: Path,
    out: Path,
    *,
    catalogue: Path | None = None,
    seed: int = 0,
    keep: Path | None = None,
    workers: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    track: Track = untracked,
    say: Callable[[str], None] = lambda _line: None,
) -> BuildResult:
    """Build the dataset of a pool in the folder `out`; an interrupted build goes on where it was.

    Writes crops/, manifest.parquet, rejected.csv and dataset.json, that one last.

    Args:
        pool: folder that the catalogue's folders are in.
        out: folder of the dataset; made where it is missing.
        catalogue: file that describes the pool; see `load_catalogue`.
        seed: decides the splits.
        keep: folder of another dataset, whose pictures stay in the splits that they have there.
        workers: processes that make crops; by default one a core.
        limits: what a picture may measure; larger ones are rejected.
        track: shows progress.
        say: takes a line for people: what an earlier build had done.

    Raises:
        DatasetError: the pool, its catalogue or `out` cannot be used, or no picture has a usable
            face.
    """
    before = KeptSplits(keep, out) if keep else None
    sources = load_catalogue(pool, catalogue)
    pictures = list_pictures(pool, sources)
    try:
        out.mkdir(parents=True, exist_ok=True)
        records = _make_crops(pool, out, pictures, workers, limits, track, say)
        kept, rejected = drop_duplicates(pictures, records)
        if not kept:
            raise DatasetError(f"none of the {len(pictures)} pictures in {pool} has a usable face")
        rows, late = manifest_rows(kept, seed, before.splits if before else None)
        rejected += late
        if before:
            before.check(rows)
        description = _describe(pool, sources, rows, rejected, seed)
        description["keeps"] = before.identity if before else ""
        write_whole(out / MANIFEST, _parquet(rows))
        write_whole(out / REJECTED, _rejected_csv(rejected))
        write_whole(out / DESCRIPTION, (json.dumps(description, indent=2) + "\n").encode())
        _clear(out, {record.crop for record in records.values()})
    except OSError as error:
        raise DatasetError(f"cannot write the dataset in {out}: {error.strerror}") from error
    return BuildResult(out, description)


def _make_crops(
    pool: Path,
    out: Path,
    pictures: list[PoolPicture],
    workers: int | None,
    limits: Limits,
    track: Track,
    say: Callable[[str], None],
) -> dict[str, CropRecord]:
    """Crop every picture that the journal does not hold yet; records by path."""
    journal = Journal(out, _parameters())
    records = journal.read(pool)
    if records is None:
        # The crops are about to become others than those that an older manifest is for.
        for name in (DESCRIPTION, MANIFEST, REJECTED):
            (out / name).unlink(missing_ok=True)
        records = {}
    journal.start(records.values())
    todo = [picture.path for picture in pictures if picture.path not in records]
    if len(todo) < len(pictures):
        say(f"{len(pictures) - len(todo)} of {len(pictures)} were done before")
    with closing(in_parallel(_make_cropper, (pool, out, limits), todo, workers)) as batches:
        made = track(_noted(journal, batches), len(todo), "cropping")
        return records | {record.path: record for record in made}


def _noted(journal: Journal, batches: Iterable[list[CropRecord]]) -> Iterator[CropRecord]:
    """The records of batches, each batch being in the journal before its records come."""
    for batch in batches:
        journal.add(batch)
        yield from batch


def _clear(out: Path, crops: set[str]) -> None:
    """Remove the crops of pictures that have left the pool, and what was never written whole."""
    remove_partial(out)
    for folder in (out / "crops").iterdir():
        remove_partial(folder)
        for path in folder.glob("*.png"):
            if path.relative_to(out).as_posix() not in crops:
                path.unlink(missing_ok=True)


def _make_cropper(pool: Path, out: Path, limits: Limits) -> Callable[[str], CropRecord]:
    """What makes crops in a worker process."""
    return Cropper(pool, out, limits).make


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _rejected_csv(rejected: list[Rejection]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["path", "reason", "detail"])
    for one in sorted(rejected, key=lambda one: one.path):
        writer.writerow([one.path, one.reason, one.detail])
    return text.getvalue().encode()


def _parameters() -> dict[str, Any]:
    """What is set of how crops look; a build under others starts anew."""
    return {
        "crop": [align.CROP_WIDTH, align.CROP_HEIGHT],
        "eye_distance": align.EYE_DISTANCE,
        "eye_centre": list(align.EYE_CENTRE),
        "encoder": "PNG, no compression",
        "min_eye_distance": usable.MIN_EYE_DISTANCE,
        "min_face_score": usable.MIN_FACE_SCORE,
        "min_inside": usable.MIN_INSIDE,
        "max_turn": usable.MAX_TURN,
        "min_sharpness": usable.MIN_SHARPNESS,
        "hash_bits": HASH_SIDE * HASH_SIDE,
        "crop_version": align.CROP_VERSION,
        "finder": retinaface.weights_digest(),
    }


def _describe(
    pool: Path,
    catalogue: Catalogue,
    rows: list[dict[str, Any]],
    rejected: list[Rejection],
    seed: int,
) -> dict[str, Any]:
    learned = {row["collection"] for row in rows if row["split"] != "unseen"}
    families = {"real": "real"} | {
        source.generator: source.family
        for source in catalogue.source
        if source.generator and source.collection in learned
    }
    parameters = _parameters() | {
        "seed": seed,
        "shares": SHARES,
        "near_duplicate_bits": NEAR_DUPLICATE_BITS,
    }
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["collection"], Counter())[row["split"]] += 1
    return {
        # Which pictures are in which split, and how they are cut: the same on every processor. The
        # exact one tells the crops' pixels, too, whose last bits differ between processors.
        "fingerprint": digest(
            [
                json.dumps(parameters, sort_keys=True),
                *(f"{row['sha256']} {row['split']} {row['collection']}" for row in rows),
            ]
        ),
        "exact_fingerprint": digest(
            f"{row['crop_sha256']} {row['split']} {row['collection']}" for row in rows
        ),
        # Which pictures are in which split, however they are cut: see `identity`.
        "splits": digest_of_splits(rows),
        "crop_version": align.CROP_VERSION,
        "collections": {
            source.collection: source.facts.model_dump()
            for source in catalogue.source
            if source.collection in counts
        },
        "crops": len(rows),
        "labels": list(families),
        "families": families,
        "counts": {name: dict(sorted(split.items())) for name, split in sorted(counts.items())},
        "rejected": dict(sorted(Counter(one.reason for one in rejected).items())),
        "missing_folders": [
            source.folder for source in catalogue.source if not (pool / source.folder).is_dir()
        ],
        "parameters": parameters,
    }
