from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH, EYE_DISTANCE, Crop, align
from unmask.imaging.faces import Face, FaceFinder

LEFT_EYE, RIGHT_EYE = (60.0, 92.0), (118.0, 92.0)
"""Where the eyes lie in a crop: 58 px apart about (89, 92)."""


def five(left: tuple[float, float], right: tuple[float, float]) -> np.ndarray:
    """Landmarks of which only the eyes matter."""
    return np.array([left, right, (0, 0), (0, 0), (0, 0)], dtype=np.float32)


def to_picture(crop: Crop, x: float, y: float) -> np.ndarray:
    return crop.to_picture @ np.array([x, y, 1.0])


def smooth(height: int, width: int) -> np.ndarray:
    """A picture without edges, each band a ramp or a wave of its own."""
    y, x = np.mgrid[:height, :width].astype(np.float64) + 0.5
    bands = [255 * x / width, 255 * y / height, 127 + 100 * np.sin(x / 23) * np.cos(y / 31)]
    return np.rint(np.stack(bands, axis=2)).astype(np.uint8)


@pytest.mark.parametrize("angle", [0, 20, -35, 90, 180])
@pytest.mark.parametrize("distance", [20.0, 58.0, 400.0])
def test_the_eyes_land_on_their_places(angle: int, distance: float) -> None:
    radians = np.deg2rad(angle)
    half = np.array([np.cos(radians), np.sin(radians)]) * distance / 2
    middle = np.array([900.0, 700.0])
    left, right = middle - half, middle + half
    crop = align(smooth(1400, 1800), five(tuple(left), tuple(right)))
    assert crop.pixels.shape == (CROP_HEIGHT, CROP_WIDTH, 3)
    assert crop.pixels.dtype == np.uint8
    assert crop.eye_distance == pytest.approx(distance, rel=1e-5)
    assert to_picture(crop, *LEFT_EYE) == pytest.approx(left, abs=1e-3)
    assert to_picture(crop, *RIGHT_EYE) == pytest.approx(right, abs=1e-3)


def test_the_distance_between_the_eyes_is_58_pixels() -> None:
    assert EYE_DISTANCE == 58.0
    assert RIGHT_EYE[0] - LEFT_EYE[0] == EYE_DISTANCE
    assert (CROP_WIDTH, CROP_HEIGHT) == (178, 218)


@pytest.mark.parametrize("angle", [-30, -12, 0, 12, 30])
def test_a_turned_portrait_comes_out_level(
    finder: FaceFinder, portrait: Image.Image, angle: int
) -> None:
    turned = np.asarray(portrait.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(90, 80, 70)))
    face = finder.find(turned)[0]
    crop = align(turned, face.landmarks)
    # Found again in the crop, the eyes are where they belong, within the finder's precision.
    (again,) = finder.find(crop.pixels)
    assert np.abs(again.landmarks[0] - LEFT_EYE).max() < 7
    assert np.abs(again.landmarks[1] - RIGHT_EYE).max() < 7
    assert abs(again.landmarks[0][1] - again.landmarks[1][1]) < 7


def test_an_aligned_picture_comes_out_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (CROP_HEIGHT, CROP_WIDTH, 3), np.uint8)
    crop = align(pixels, five(LEFT_EYE, RIGHT_EYE))
    assert crop.to_picture == pytest.approx(np.eye(3)[:2])
    assert (crop.pixels == pixels).all()
    assert crop.inside == 1.0


def test_a_whole_shift_moves_pixels_and_does_not_blur_them() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    crop = align(pixels, five((60 + 30, 92 + 40), (118 + 30, 92 + 40)))
    assert (crop.pixels == pixels[40 : 40 + CROP_HEIGHT, 30 : 30 + CROP_WIDTH]).all()


@pytest.mark.parametrize("scale", [0.4, 0.7, 1.0, 1.3, 1.9, 2.0, 2.6, 4.1, 7.0])
def test_to_picture_maps_every_crop_pixel_to_where_it_came_from(scale: float) -> None:
    pixels = smooth(1800, 1700)
    radians = np.deg2rad(17)
    half = np.array([np.cos(radians), np.sin(radians)]) * 29 * scale
    middle = np.array([850.0, 850.0])
    crop = align(pixels, five(tuple(middle - half), tuple(middle + half)))
    rows, columns = np.mgrid[10:200:19, 10:170:16]
    points = np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5, np.ones(rows.size)])
    x, y = crop.to_picture @ points
    inside = (x > 2) & (x < 1698) & (y > 2) & (y < 1798)
    source = pixels[(y[inside]).astype(int), (x[inside]).astype(int)].astype(int)
    taken = crop.pixels[rows.ravel()[inside], columns.ravel()[inside]].astype(int)
    assert inside.sum() > 80
    assert np.abs(source - taken).max() <= 3 + scale


@pytest.mark.parametrize("scale", [1.5, 2.0, 3.0, 4.0, 5.7, 9.0])
def test_a_fine_checkerboard_becomes_grey_where_the_face_shrinks(scale: float) -> None:
    y, x = np.mgrid[:2600, :2000]
    board = np.where((x + y) % 2 == 0, 255, 0).astype(np.uint8)
    pixels = np.repeat(board[:, :, None], 3, axis=2)
    crop = align(pixels, five((1000 - 29 * scale, 1100.0), (1000 + 29 * scale, 1100.0)))
    grey = crop.pixels[20:-20, 20:-20].astype(int)
    assert np.abs(grey - 127.5).max() < 12


def test_detail_that_fits_the_crop_stays_when_the_face_shrinks() -> None:
    y, x = np.mgrid[:1400, :1200]
    stripes = np.where(x // 20 % 2 == 0, 255, 0).astype(np.uint8)
    pixels = np.repeat(stripes[:, :, None], 3, axis=2)
    crop = align(pixels, five((600 - 116.0, 600.0), (600 + 116.0, 600.0)))  # a quarter of the size
    assert crop.pixels[100].astype(int).std() > 90
    del y


def test_what_lies_outside_is_mirrored_and_counted() -> None:
    pixels = smooth(218, 178)
    whole = align(pixels, five(LEFT_EYE, RIGHT_EYE))
    half = align(pixels, five((60 - 89, 92), (118 - 89, 92)))  # the left half lies outside
    assert whole.inside == 1.0
    assert half.inside == 0.5
    # The picture's first column is the crop's 89th; what is left of it is its mirror image.
    assert (half.pixels[:, 89:] == pixels[:, :89]).all()
    assert (half.pixels[:, :89] == pixels[:, :89][:, ::-1]).all()


def test_a_face_far_outside_the_picture_is_no_error() -> None:
    crop = align(smooth(40, 30), five((-500.0, -500.0), (-442.0, -500.0)))
    assert crop.inside == 0.0
    assert crop.pixels.shape == (218, 178, 3)


def test_eyes_on_one_point_are_refused() -> None:
    with pytest.raises(ValueError, match="both eyes"):
        align(smooth(100, 100), five((50.0, 50.0), (50.0, 50.0)))


def test_the_portrait_keeps_chin_and_forehead(portrait: Image.Image, portrait_face: Face) -> None:
    crop = align(np.asarray(portrait), portrait_face.landmarks)
    x, y, width, height = portrait_face.box
    corners = np.array([[0, 0, 1], [178, 218, 1]]) @ crop.to_picture.T
    (left, top), (right, bottom) = corners
    assert left < x
    assert right > x + width
    assert bottom > y + 0.97 * height
    assert top < y + 0.1 * height
