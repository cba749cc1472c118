from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmask.imaging.align import align
from unmask.imaging.copies import half_size, jpeg_70, shifted
from unmask.imaging.decode import read_picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.laundering import jpeg, rescale

NAMES = ["face.jpg", "astronaut.jpg", "two-faces.jpg"]


@pytest.mark.parametrize("name", NAMES)
def test_a_face_looks_as_in_a_copy_of_the_whole_picture(
    finder: FaceFinder, data: Path, name: str
) -> None:
    pixels = read_picture(data / name).pixels
    compressed, shrunken = jpeg(pixels, 70), rescale(pixels, 0.5)
    for face in finder.find(pixels):
        crop = align(pixels, face.landmarks)
        for copy, whole in ((jpeg_70, compressed), (half_size, shrunken)):
            got = copy(pixels, face.landmarks, crop).pixels
            assert np.array_equal(got, align(whole, face.landmarks).pixels)
            assert not np.array_equal(got, crop.pixels)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (7, 3), (16, 9), (50, 0), (0, 60)])
def test_so_does_one_at_the_edge_of_an_odd_picture(
    finder: FaceFinder, data: Path, dx: int, dy: int
) -> None:
    pixels = read_picture(data / "face.jpg").pixels
    (face,) = finder.find(pixels)
    left, top = int(face.box[0]) + dx, int(face.box[1]) + 40 + dy
    cut, moved = pixels[top:, left:], face.landmarks - np.array([left, top], dtype=np.float32)
    crop = align(cut, moved)
    assert 0.5 <= crop.inside < 0.95
    got = jpeg_70(cut, moved, crop).pixels
    assert np.array_equal(got, align(jpeg(cut, 70), moved).pixels)


def test_the_half_size_counts_as_smaller(finder: FaceFinder, data: Path) -> None:
    pixels = read_picture(data / "astronaut.jpg").pixels
    (face,) = finder.find(pixels)
    crop = align(pixels, face.landmarks)
    assert half_size(pixels, face.landmarks, crop).eye_distance == crop.eye_distance / 2
    assert jpeg_70(pixels, face.landmarks, crop).eye_distance == crop.eye_distance


@pytest.mark.parametrize("name", NAMES)
def test_the_shift_is_one_pixel_of_the_crop(finder: FaceFinder, data: Path, name: str) -> None:
    pixels = read_picture(data / name).pixels
    for face in finder.find(pixels):
        crop = align(pixels, face.landmarks)
        moved = shifted(pixels, face.landmarks, crop)
        step = np.linalg.solve(
            crop.to_picture[:, :2], moved.to_picture[:, 2] - crop.to_picture[:, 2]
        )
        np.testing.assert_allclose(step, [1, 1], atol=1e-4)
        here, there = crop.pixels[1:, 1:].astype(int), moved.pixels[:-1, :-1].astype(int)
        assert np.abs(here - there).mean() < 2.0
        assert np.abs(here - there).mean() < np.abs(crop.pixels.astype(int) - moved.pixels).mean()
