"""A face to its canonical crop: 178 wide, 218 high, eyes level and 58 px apart.

This is the only code that makes a crop, in training and in use alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CROP_VERSION: Final = 2
"""Of the code that finds and cuts faces: a dataset, and what was trained on it, fits one version.

Raised with every change of the crops of a picture; golden crops hold it (tests/imaging).
"""
CROP_WIDTH: Final = 178
CROP_HEIGHT: Final = 218
EYE_DISTANCE: Final = 58.0
"""Pixels between the eyes in a crop."""
EYE_CENTRE: Final = (89.0, 92.0)
"""Where the point between the eyes lies in a crop: forehead above, chin below."""


@dataclass(frozen=True)
class Crop:
    """The aligned picture of one face.

    `pixels` is (218, 178, 3) uint8 RGB. `to_picture` is a (2, 3) float64 affine map from crop
    to picture coordinates in pixels, (0, 0) being the outer corner of the first pixel.
    `eye_distance` is in pixels of the picture. `inside` is the share of the crop, 0 to 1, that
    lies within the picture; the rest is mirrored from it.
    """

    pixels: NDArray[np.uint8]
    to_picture: NDArray[np.float64]
    eye_distance: float
    inside: float


def align(pixels: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> Crop:
    """Cut the canonical crop of a face.

    Args:
        pixels: the picture, (H, W, 3) uint8 RGB.
        landmarks: (5, 2), x and y in pixels; the first two are the eyes, left one of the
            picture first.

    Raises:
        ValueError: the two eyes fall on one point.
    """
    to_picture, eye_distance = _crop_to_picture(landmarks)
    height, width = pixels.shape[:2]
    left, top, right, bottom = _bounds(to_picture)
    # A margin for the resampling filter, then what of it lies outside is mirrored.
    margin = math.ceil(4 * eye_distance / EYE_DISTANCE) + 2
    left, top, right, bottom = left - margin, top - margin, right + margin, bottom + margin
    region = _cut(pixels, left, top, right, bottom)
    to_region = to_picture - np.array([[0, 0, left], [0, 0, top]], dtype=np.float64)
    return Crop(
        pixels=_resample(region, to_region),
        to_picture=to_picture,
        eye_distance=eye_distance,
        inside=_share_inside(to_picture, width, height),
    )


def _crop_to_picture(landmarks: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """The similarity that lays the two eyes on their places in the crop."""
    first, second = landmarks[:2].astype(np.float64)
    dx, dy = second - first
    eye_distance = float(math.hypot(dx, dy))
    if eye_distance < 1e-3:
        raise ValueError("both eyes lie on one point; the face cannot be aligned")
    cos, sin = dx / EYE_DISTANCE, dy / EYE_DISTANCE
    linear = np.array([[cos, -sin], [sin, cos]])
    offset = (first + second) / 2 - linear @ np.array(EYE_CENTRE)
    return np.column_stack([linear, offset]), eye_distance


def _bounds(to_picture: NDArray[np.float64]) -> tuple[int, int, int, int]:
    corners = np.array(
        [[0, CROP_WIDTH, 0, CROP_WIDTH], [0, 0, CROP_HEIGHT, CROP_HEIGHT], [1, 1, 1, 1]]
    )
    x, y = to_picture @ corners
    return math.floor(x.min()), math.floor(y.min()), math.ceil(x.max()), math.ceil(y.max())


def _cut(
    pixels: NDArray[np.uint8], left: int, top: int, right: int, bottom: int
) -> NDArray[np.uint8]:
    """The rectangle of the picture; what lies outside is mirrored at the border."""
    height, width = pixels.shape[:2]
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        return pixels[top:bottom, left:right]
    rows, columns = _mirrored(top, bottom, height), _mirrored(left, right, width)
    return pixels[rows[:, None], columns[None, :]]


def _mirrored(start: int, stop: int, size: int) -> NDArray[np.intp]:
    """Indices start..stop folded back into 0..size-1, the border pixel repeated."""
    index = np.arange(start, stop) % (2 * size)
    return np.where(index < size, index, 2 * size - 1 - index)


def _resample(region: NDArray[np.uint8], to_region: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Sample the crop from the region: bicubic, and averaged where the face is shrunk.

    Pillow's affine transform takes single samples, which would alias where the face shrinks. So a
    large face is first averaged down by a whole factor, then sampled at twice or three times the
    crop's size and reduced with an antialiasing filter.
    """
    shrink = float(np.hypot(to_region[0, 0], to_region[1, 0]))
    image = Image.fromarray(region)
    reduce = max(1, int(shrink / 2))
    if reduce > 1:
        image = image.reduce(reduce)
        to_region, shrink = to_region / reduce, shrink / reduce
    oversample = max(1, math.ceil(shrink - 1e-3))
    matrix = to_region.copy()
    matrix[:, :2] /= oversample
    size = (CROP_WIDTH * oversample, CROP_HEIGHT * oversample)
    sampled = image.transform(
        size, Image.Transform.AFFINE, tuple(matrix.ravel()), Image.Resampling.BICUBIC
    )
    if oversample > 1:
        sampled = sampled.resize((CROP_WIDTH, CROP_HEIGHT), Image.Resampling.LANCZOS)
    return np.asarray(sampled)


def _share_inside(to_picture: NDArray[np.float64], width: int, height: int) -> float:
    """Share of the crop's points, on a grid of 16 by 16, that lie in the picture."""
    steps = (np.arange(16) + 0.5) / 16
    x, y = np.meshgrid(steps * CROP_WIDTH, steps * CROP_HEIGHT)
    points = to_picture @ np.vstack([x.ravel(), y.ravel(), np.ones(x.size)])
    inside = (points[0] >= 0) & (points[0] < width) & (points[1] >= 0) & (points[1] < height)
    return float(inside.mean())
