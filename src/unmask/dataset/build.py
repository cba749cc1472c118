"""Build a dataset from a pool: crops in parallel, then groups, splits and the manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
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
from unmask.dataset.splits import NEAR_DUPLICATE_BITS, SHARES, assign_splits, group_pictures
from unmask.imaging import align, usable

MANIFEST: Final = "manifest.parquet"
DESCRIPTION: Final = "dataset.json"
REJECTED: Final = "rejected.csv"
_JOURNAL: Final = "build.jsonl"
_CHUNK: Final = 16

Progress = Callable[[int, int], None]
"""Called with the number of pictures done and the number of all."""


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
    workers: int | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Build the dataset of a pool in the folder `out`; an interrupted build goes on where it was.

    Writes crops/, manifest.parquet, rejected.csv and dataset.json.

    Raises:
        DatasetError: the pool or its catalogue cannot be used, or no picture has a usable face.
    """
    sources = load_catalogue(pool, catalogue)
    pictures = list_pictures(pool, sources)
    out.mkdir(parents=True, exist_ok=True)
    records = _make_crops(pool, out, pictures, workers, progress)
    kept, rejected = _drop_duplicates(pictures, records)
    if not kept:
        raise DatasetError(f"none of the {len(pictures)} pictures in {pool} has a usable face")
    rows, late = _rows(kept, seed)
    rejected += late
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, out / MANIFEST)
    _write_rejected(out / REJECTED, rejected)
    description = _describe(sources, rows, rejected, seed)
    (out / DESCRIPTION).write_text(json.dumps(description, indent=2) + "\n", "utf-8")
    return BuildResult(out, description)


def _make_crops(
    pool: Path,
    out: Path,
    pictures: list[PoolPicture],
    workers: int | None,
    progress: Progress | None,
) -> dict[str, CropRecord]:
    """Crop every picture that the journal does not hold yet."""
    journal = out / _JOURNAL
    records = _read_journal(journal, out)
    wanted = {picture.path for picture in pictures}
    todo = [picture.path for picture in pictures if picture.path not in records]
    done = len(wanted) - len(todo)
    count = workers or len(os.sched_getaffinity(0))
    with journal.open("a", encoding="utf-8") as file:
        for batch in _in_parallel(pool, out, todo, count):
            for record in batch:
                records[record.path] = record
                file.write(json.dumps(record.as_dict()) + "\n")
            file.flush()
            done += len(batch)
            if progress is not None:
                progress(done, len(wanted))
    return {path: record for path, record in records.items() if path in wanted}


def _read_journal(journal: Path, out: Path) -> dict[str, CropRecord]:
    """Records of an earlier build under the same parameters whose crops are still there."""
    header = json.dumps({"parameters": _parameters()})
    lines = journal.read_text("utf-8").splitlines() if journal.exists() else []
    if not lines or lines[0] != header:
        journal.write_text(header + "\n", "utf-8")
        return {}
    records = {}
    for line in lines[1:]:
        try:
            record = CropRecord(**json.loads(line))
        except (json.JSONDecodeError, TypeError):
            continue  # the line that an interruption cut short
        if not record.crop or (out / record.crop).exists():
            records[record.path] = record
    # A cut last line must not swallow the next record.
    whole = [header, *(json.dumps(record.as_dict()) for record in records.values())]
    journal.write_text("\n".join(whole) + "\n", "utf-8")
    return records


_cropper: Cropper | None = None


def _start_worker(pool: Path, out: Path) -> None:
    global _cropper
    _cropper = Cropper(pool, out)


def _crop_chunk(paths: list[str]) -> list[CropRecord]:
    assert _cropper is not None
    return [_cropper.make(path) for path in paths]


def _in_parallel(
    pool: Path, out: Path, paths: list[str], workers: int
) -> Iterator[list[CropRecord]]:
    """Crop in worker processes, a few chunks ahead, in whatever order they end."""
    chunks: Iterable[list[str]] = (
        paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)
    )
    chunks = iter(chunks)
    with ProcessPoolExecutor(workers, initializer=_start_worker, initargs=(pool, out)) as executor:
        running: set[Future[list[CropRecord]]] = set()
        try:
            while True:
                for chunk in islice(chunks, 3 * workers - len(running)):
                    running.add(executor.submit(_crop_chunk, chunk))
                if not running:
                    return
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


Kept = tuple[PoolPicture, CropRecord]


def _drop_duplicates(
    pictures: list[PoolPicture], records: dict[str, CropRecord]
) -> tuple[list[Kept], list[CropRecord]]:
    """Keep the first of pictures with the same bytes; list the others and those without a face."""
    kept: list[Kept] = []
    rejected: list[CropRecord] = []
    first: dict[str, str] = {}
    # What is for measuring alone comes first: its duplicates must not be learned from.
    for picture in sorted(pictures, key=lambda picture: picture.source.use != "unseen"):
        record = records[picture.path]
        if record.crop and record.sha256 in first:
            reason = f"exact duplicate of {first[record.sha256]}"
            rejected.append(replace(record, reason=reason))
        elif record.crop:
            first[record.sha256] = picture.path
            kept.append((picture, record))
        else:
            rejected.append(record)
    return sorted(kept, key=lambda pair: pair[0].path), rejected


def _rows(kept: list[Kept], seed: int) -> tuple[list[dict[str, Any]], list[CropRecord]]:
    """The manifest's rows, and what is left out since it resembles an unseen picture."""
    groups = group_pictures(
        [record.perceptual_hash for _, record in kept], [picture.subject for picture, _ in kept]
    )
    unseen = {
        group
        for group, (picture, _) in zip(groups, kept, strict=True)
        if picture.source.use == "unseen"
    }
    learn = [
        index
        for index, (picture, _) in enumerate(kept)
        if picture.source.use == "learn" and groups[index] not in unseen
    ]
    splits = dict(
        zip(
            learn,
            assign_splits(
                [groups[index] for index in learn],
                [kept[index][1].sha256 for index in learn],
                [f"{kept[i][0].source.label}/{kept[i][0].source.collection}" for i in learn],
                seed,
            ),
            strict=True,
        )
    )
    rows, rejected = [], []
    for index, (picture, record) in enumerate(kept):
        if picture.source.use == "learn" and index not in splits:
            reason = "shows the subject or the scene of an unseen picture"
            rejected.append(replace(record, reason=reason))
            continue
        rows.append(
            {
                "path": picture.path,
                "crop": record.crop,
                "split": splits.get(index, "unseen"),
                "label": picture.source.label,
                "generator": picture.source.generator,
                "family": picture.source.family,
                "collection": picture.source.collection,
                "subject": picture.subject,
                "group": kept[groups[index]][1].sha256[:16],
                "original_width": record.original_width,
                "original_height": record.original_height,
                "eye_distance": record.eye_distance,
                "sha256": record.sha256,
                "crop_sha256": record.crop_sha256,
            }
        )
    return rows, rejected


def _write_rejected(path: Path, rejected: list[CropRecord]) -> None:
    lines = [f'{record.path},"{record.reason}"' for record in sorted(rejected, key=_path_of)]
    path.write_text("\n".join(["path,reason", *lines]) + "\n", "utf-8")


def _path_of(record: CropRecord) -> str:
    return record.path


def _parameters() -> dict[str, Any]:
    """All that decides what a crop looks like; a build under others starts anew."""
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
    }


def _describe(
    catalogue: Catalogue, rows: list[dict[str, Any]], rejected: list[CropRecord], seed: int
) -> dict[str, Any]:
    learned = {row["collection"] for row in rows if row["split"] != "unseen"}
    families = {"real": "real"} | {
        source.generator: source.family
        for source in catalogue.source
        if source.generator and source.collection in learned
    }
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row['crop_sha256']} {row['split']} {row['collection']}\n".encode())
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["collection"], Counter())[row["split"]] += 1
    reasons = Counter(record.reason.split(" of ")[0] for record in rejected)
    return {
        "fingerprint": digest.hexdigest(),
        "crops": len(rows),
        "labels": list(families),
        "families": families,
        "counts": {name: dict(sorted(split.items())) for name, split in sorted(counts.items())},
        "rejected": dict(sorted(reasons.items())),
        "parameters": _parameters()
        | {"seed": seed, "shares": SHARES, "near_duplicate_bits": NEAR_DUPLICATE_BITS},
    }
