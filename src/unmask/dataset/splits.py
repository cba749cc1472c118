"""Groups of pictures that belong together, and splits that no group straddles."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

SHARES: Final = {"train": 0.70, "validation": 0.15, "test": 0.15}
NEAR_DUPLICATE_BITS: Final = 40
"""Pictures whose 256-bit perceptual hashes differ in at most this many bits show the same."""


def group_pictures(hashes: Sequence[str], subjects: Sequence[str]) -> list[int]:
    """Number the groups of pictures that show the same scene or the same subject.

    Args:
        hashes: perceptual hashes as hex, one a picture.
        subjects: who is shown, one a picture; empty where it is not known.

    Returns:
        For each picture the lowest index of its group.
    """
    parent = list(range(len(hashes)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    first_of: dict[str, int] = {}
    for index, subject in enumerate(subjects):
        if subject:
            join(first_of.setdefault(subject, index), index)
    for one, other in near_duplicates(hashes):
        join(one, other)
    return [root(index) for index in range(len(hashes))]


def near_duplicates(
    hashes: Sequence[str], bits: int = NEAR_DUPLICATE_BITS
) -> Iterable[tuple[int, int]]:
    """Pairs of indices, lower first, whose hashes differ in at most `bits` bits."""
    if not hashes:
        return
    packed = np.array([np.frombuffer(bytes.fromhex(text), dtype=np.uint8) for text in hashes])
    # With bits as +1 and -1, a dot product is the number of equal bits less that of unequal ones.
    signs = np.unpackbits(packed, axis=1).astype(np.float32) * 2 - 1
    length = signs.shape[1]
    for start in range(0, len(signs), 1024):
        products = signs[start : start + 1024] @ signs[start:].T
        for row, column in np.argwhere(products >= length - 2 * bits):
            if row < column:
                yield start + int(row), start + int(column)


def assign_splits(
    groups: Sequence[int],
    names: Sequence[str],
    strata: Sequence[str],
    seed: int,
    kept: Mapping[str, str] | None = None,
) -> list[str]:
    """Give each picture a split, 70/15/15 within each stratum, whole groups at a time.

    The order of groups within a stratum comes from a hash of the seed and the group's first name,
    so it depends neither on the order of the files nor on what other strata hold.

    Args:
        groups: group of each picture.
        names: lasting name of each picture, such as its sha256.
        strata: label and collection of each picture. A group counts in the one of its first name.
        seed: any number.
        kept: splits that some pictures keep, by name; the others of their group follow the first.
    """
    kept = kept or {}
    members: dict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    by_stratum: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    for indices in members.values():
        first = min(indices, key=lambda index: names[index])
        order = hashlib.sha256(f"{seed}:{names[first]}".encode()).hexdigest()
        by_stratum[strata[first]].append((order, indices))
    splits = [""] * len(groups)
    for ordered in by_stratum.values():
        total = sum(len(indices) for _, indices in ordered)
        wanted = {split: share * total for split, share in SHARES.items()}
        # Groups with a split to keep take their place before the others fill up.
        for _, indices in sorted(ordered, key=lambda one: (not _keeps(one[1], names, kept), one)):
            # The split that is furthest from full, in shares of what it wants, takes the group.
            furthest = max(wanted, key=lambda name: wanted[name] / SHARES[name])
            split = next(iter(_keeps(indices, names, kept)), furthest)
            for index in indices:
                splits[index] = kept.get(names[index], split)
                wanted[splits[index]] -= 1
    return splits


def _keeps(indices: Sequence[int], names: Sequence[str], kept: Mapping[str, str]) -> list[str]:
    """Splits that pictures of a group keep, in the order of their names."""
    inside = sorted(names[index] for index in indices)
    return [kept[name] for name in inside if name in kept]
