"""Which crops a dataset keeps, in which split: records become the rows of the manifest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from unmask.dataset.catalogue import PoolPicture
from unmask.dataset.crops import CropRecord
from unmask.dataset.splits import assign_splits, group_pictures


@dataclass(frozen=True)
class Rejection:
    """A picture that is left out: a reason that can be counted, and what there is to add."""

    path: str
    reason: str
    detail: str = ""


Kept = tuple[PoolPicture, CropRecord]


def drop_duplicates(
    pictures: list[PoolPicture], records: dict[str, CropRecord]
) -> tuple[list[Kept], list[Rejection]]:
    """Keep one of the pictures with the same bytes, none where they have different labels.

    Whom it shows, any of them may know.

    Returns:
        What is kept, in the order of the paths; the others, and the pictures without a crop.
    """
    rejected = []
    copies: dict[str, list[Kept]] = defaultdict(list)
    # What is for measuring alone comes first: its duplicates must not be learned from.
    for picture in sorted(pictures, key=lambda picture: picture.source.use != "unseen"):
        record = records[picture.path]
        if record.crop:
            copies[record.sha256].append((picture, record))
        else:
            rejected.append(Rejection(record.path, record.reason, record.detail))
    kept = []
    for same in copies.values():
        (first, record_of_first), *others = same
        if len({(picture.source.label, picture.source.generator) for picture, _ in same}) > 1:
            paths = " ".join(picture.path for picture, _ in same)
            reason = "the same file with different labels"
            rejected += [Rejection(picture.path, reason, paths) for picture, _ in same]
        else:
            subject = next((picture.subject for picture, _ in same if picture.subject), "")
            kept.append((replace(first, subject=subject), record_of_first))
            rejected += [
                Rejection(picture.path, "exact duplicate", first.path) for picture, _ in others
            ]
    return sorted(kept, key=lambda pair: pair[0].path), rejected


def manifest_rows(
    kept: list[Kept], seed: int, splits: Mapping[str, str] | None = None
) -> tuple[list[dict[str, Any]], list[Rejection]]:
    """Give every crop its group and its split.

    Args:
        kept: pictures with their crops.
        seed: decides the splits.
        splits: those that some pictures keep, by sha256.

    Returns:
        The rows of the manifest in the order of `kept`; and what is left out since it belongs to a
        group of an unseen picture.
    """
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
    assigned = assign_splits(
        [groups[index] for index in learn],
        [kept[index][1].sha256 for index in learn],
        [f"{kept[i][0].source.label}/{kept[i][0].source.collection}" for i in learn],
        seed,
        splits or {},
    )
    split_of = dict(zip(learn, assigned, strict=True))
    rows, rejected = [], []
    for index, (picture, record) in enumerate(kept):
        if picture.source.use == "learn" and index not in split_of:
            reason = "shows the subject or the scene of an unseen picture"
            rejected.append(Rejection(picture.path, reason))
            continue
        group = kept[groups[index]][1].sha256[:16]
        rows.append(_row(picture, record, split_of.get(index, "unseen"), group))
    return rows, rejected


def _row(picture: PoolPicture, record: CropRecord, split: str, group: str) -> dict[str, Any]:
    return {
        "path": picture.path,
        "crop": record.crop,
        "split": split,
        "label": picture.source.label,
        "generator": picture.source.generator,
        "family": picture.source.family,
        "collection": picture.source.collection,
        "subject": picture.subject,
        "group": group,
        "original_width": record.original_width,
        "original_height": record.original_height,
        "eye_distance": record.eye_distance,
        "landmarks": record.landmarks,
        "sha256": record.sha256,
        "crop_sha256": record.crop_sha256,
    }
