from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmask.detection.regions import (
    REGIONS,
    landmarks_in_crop,
    region_map,
    region_weights,
)
from unmask.imaging.align import align
from unmask.imaging.decode import read_picture
from unmask.imaging.faces import FaceFinder

FRONTAL = np.array([[60, 92], [118, 92], [89, 128], [66, 152], [112, 152]], dtype=np.float64)
GRIDS = [(7, 6), (13, 11), (14, 12), (218, 178), (1, 1)]


def masks(points: np.ndarray) -> dict[str, np.ndarray]:
    regions = region_map(points)
    return {name: regions == place for place, name in enumerate(REGIONS)}


def test_every_pixel_belongs_to_a_region_and_every_region_has_pixels() -> None:
    regions = region_map(FRONTAL)
    assert regions.shape == (218, 178)
    assert np.unique(regions).tolist() == list(range(len(REGIONS)))


@pytest.mark.parametrize(
    ("region", "places"),
    [
        ("eyes", [(60, 92), (118, 92), (60, 78)]),
        ("nose", [(89, 126), (89, 110)]),
        ("mouth", [(66, 152), (112, 152), (89, 156)]),
        ("skin", [(45, 125), (133, 125), (89, 55), (89, 185)]),
        ("hair", [(89, 8), (20, 70), (158, 70)]),
        ("background", [(2, 2), (175, 215), (3, 214)]),
    ],
)
def test_the_regions_lie_where_they_are_in_a_face(
    region: str, places: list[tuple[int, int]]
) -> None:
    mask = masks(FRONTAL)[region]
    for x, y in places:
        assert mask[y, x], (x, y)


def test_they_follow_the_landmarks() -> None:
    turned = FRONTAL + np.array([[0, 0], [0, 0], [18, 4], [10, 0], [4, 0]])
    before, after = masks(FRONTAL), masks(turned)

    def middle(mask: np.ndarray) -> float:
        return float(np.nonzero(mask)[1].mean())

    assert middle(after["nose"]) > middle(before["nose"]) + 5
    assert middle(after["mouth"]) > middle(before["mouth"]) + 5
    assert middle(after["eyes"]) == pytest.approx(middle(before["eyes"]), abs=3)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("name", ["face.jpg", "astronaut.jpg"])
def test_the_weights_sum_to_the_mean_of_the_map(
    finder: FaceFinder, data: Path, name: str, grid: tuple[int, int]
) -> None:
    pixels = read_picture(data / name).pixels
    (face,) = finder.find(pixels)
    crop = align(pixels, face.landmarks)
    evidence = np.random.default_rng(0).normal(1.0, 9.0, grid)
    found = region_weights(evidence, face.landmarks, crop)
    assert [one.region for one in found] == list(REGIONS)
    assert sum(one.weight for one in found) == pytest.approx(evidence.mean(), abs=1e-5)


@pytest.mark.parametrize("grid", GRIDS)
def test_of_an_even_map_each_region_weighs_its_area(
    finder: FaceFinder, data: Path, grid: tuple[int, int]
) -> None:
    pixels = read_picture(data / "face.jpg").pixels
    (face,) = finder.find(pixels)
    crop = align(pixels, face.landmarks)
    area = {
        name: mask.mean() for name, mask in masks(landmarks_in_crop(face.landmarks, crop)).items()
    }
    for one in region_weights(np.ones(grid), face.landmarks, crop):
        assert one.weight == pytest.approx(area[one.region], abs=1e-6)


def test_a_weight_is_of_what_lies_in_the_region(finder: FaceFinder, data: Path) -> None:
    pixels = read_picture(data / "face.jpg").pixels
    (face,) = finder.find(pixels)
    crop = align(pixels, face.landmarks)
    evidence = np.zeros((218, 178))
    evidence[88:96, 56:64] = 10.0  # about the eye at the left, which lies at (60, 92)
    found = {one.region: one.weight for one in region_weights(evidence, face.landmarks, crop)}
    assert found["eyes"] == pytest.approx(evidence.mean(), abs=1e-5)
    assert all(found[region] == 0 for region in REGIONS[1:])


def test_landmarks_come_into_the_crop_where_alignment_puts_them(
    finder: FaceFinder, data: Path
) -> None:
    pixels = read_picture(data / "astronaut.jpg").pixels
    (face,) = finder.find(pixels)
    points = landmarks_in_crop(face.landmarks, align(pixels, face.landmarks))
    np.testing.assert_allclose(points[:2], [[60, 92], [118, 92]], atol=1e-3)
    assert 92 < points[2, 1] < points[3, 1]


def test_even_landmarks_out_of_proportion_lay_out_every_pixel_once() -> None:
    odd = np.array([[60, 92], [118, 92], [400, -300], [89, 92], [89, 92]], dtype=np.float64)
    assert region_map(odd).max() < len(REGIONS)
