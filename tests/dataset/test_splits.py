from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from PIL import Image

from tests.dataset.painter import Painter
from unmask.dataset.crops import perceptual_hash
from unmask.dataset.splits import (
    NEAR_DUPLICATE_BITS,
    SHARES,
    assign_splits,
    group_pictures,
    near_duplicates,
)
from unmask.imaging.decode import Picture


def names(count: int) -> list[str]:
    rng = np.random.default_rng(3)
    return [rng.bytes(8).hex() for _ in range(count)]


def flipped(text: str, bits: int) -> str:
    """The hash with so many of its first bits changed."""
    number = int(text, 16) ^ ((1 << bits) - 1)
    return f"{number:064x}"


def test_each_stratum_is_split_70_15_15() -> None:
    strata = ["real/a"] * 1000 + ["real/b"] * 200 + ["generated/c"] * 60
    splits = assign_splits(range(1260), names(1260), strata, seed=0)
    for stratum, size in (("real/a", 1000), ("real/b", 200), ("generated/c", 60)):
        counts = Counter(s for s, of in zip(splits, strata, strict=True) if of == stratum)
        assert {split: counts[split] / size for split in SHARES} == pytest.approx(SHARES, abs=0.01)


def test_large_groups_are_kept_whole_and_the_shares_still_hold() -> None:
    rng = np.random.default_rng(0)
    groups = [int(group) for group in rng.integers(0, 120, 1200)]
    splits = assign_splits(groups, names(1200), ["real/a"] * 1200, seed=0)
    of_group: dict[int, set[str]] = defaultdict(set)
    for group, split in zip(groups, splits, strict=True):
        of_group[group].add(split)
    assert all(len(either) == 1 for either in of_group.values())
    counts = Counter(splits)
    assert {split: counts[split] / 1200 for split in SHARES} == pytest.approx(SHARES, abs=0.02)


def test_a_group_over_two_strata_is_in_one_split() -> None:
    groups = [index // 2 for index in range(400)]
    strata = ["real/a", "generated/b"] * 200
    splits = assign_splits(groups, names(400), strata, seed=0)
    assert splits[::2] == splits[1::2]
    assert set(splits) == set(SHARES)


def test_the_order_of_the_files_does_not_matter() -> None:
    of = names(300)
    splits = dict(zip(of, assign_splits(range(300), of, ["a"] * 300, seed=7), strict=True))
    back = of[::-1]
    again = dict(zip(back, assign_splits(range(300), back, ["a"] * 300, seed=7), strict=True))
    assert splits == again


def test_another_collection_changes_nothing_for_the_first() -> None:
    of = names(400)
    alone = assign_splits(range(300), of[:300], ["a"] * 300, seed=7)
    both = assign_splits(range(400), of, ["a"] * 300 + ["b"] * 100, seed=7)
    assert both[:300] == alone


def test_the_seed_decides() -> None:
    of = names(300)
    one, two = (assign_splits(range(300), of, ["a"] * 300, seed=seed) for seed in (1, 2))
    assert one != two
    assert one == assign_splits(range(300), of, ["a"] * 300, seed=1)


@pytest.mark.parametrize(
    ("size", "counts"), [(1, (1, 0, 0)), (2, (1, 1, 0)), (3, (1, 1, 1)), (4, (2, 1, 1))]
)
def test_a_tiny_stratum_is_in_as_many_splits_as_it_can_be(
    size: int, counts: tuple[int, int, int]
) -> None:
    splits = assign_splits(range(size), names(size), ["a"] * size, seed=0)
    assert tuple(splits.count(split) for split in SHARES) == counts


def test_hashes_are_near_up_to_40_bits() -> None:
    one = names(1)[0] * 4
    near, far = flipped(one, NEAR_DUPLICATE_BITS), flipped(one, NEAR_DUPLICATE_BITS + 1)
    assert NEAR_DUPLICATE_BITS == 40
    assert list(near_duplicates([one, near])) == [(0, 1)]
    assert list(near_duplicates([one, far])) == []
    assert list(near_duplicates([])) == []


def test_near_duplicates_are_found_across_blocks() -> None:
    rng = np.random.default_rng(0)
    hashes = [rng.bytes(32).hex() for _ in range(2500)]
    hashes[2400] = flipped(hashes[3], 5)
    hashes[1023] = flipped(hashes[1024], 5)
    hashes[2200] = flipped(hashes[1500], 5)
    assert sorted(near_duplicates(hashes)) == [(3, 2400), (1023, 1024), (1500, 2200)]


def test_groups_join_through_scenes_and_subjects() -> None:
    rng = np.random.default_rng(0)
    hashes = [rng.bytes(32).hex() for _ in range(6)]
    hashes[1] = flipped(hashes[0], 30)
    hashes[2] = f"{int(hashes[1], 16) ^ (((1 << 30) - 1) << 100):064x}"  # far from 0, near to 1
    subjects = ["", "", "Ada", "Ada", "", "Eve"]
    assert group_pictures(hashes, subjects) == [0, 0, 0, 0, 4, 5]


def test_pictures_without_a_subject_are_not_one_group() -> None:
    rng = np.random.default_rng(0)
    assert group_pictures([rng.bytes(32).hex() for _ in range(3)], ["", "", ""]) == [0, 1, 2]


def hash_of(image: Image.Image) -> str:
    return perceptual_hash(Picture.of(np.asarray(image.convert("RGB"))))


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_hash_sees_the_scene_and_not_its_encoding(painter: Painter) -> None:
    image = painter.picture(1)
    assert len(hash_of(image)) == 64
    for other in (
        image.resize((130, 120)),
        image.resize((700, 650)),
        image.convert("L"),
        Image.eval(image, lambda level: int(level * 0.85)),
    ):
        assert distance(hash_of(image), hash_of(other)) <= 24
    for number in (5, 9, 13):  # the same face elsewhere on another ground
        assert distance(hash_of(image), hash_of(painter.picture(number))) > NEAR_DUPLICATE_BITS
