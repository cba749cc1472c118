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

from unmask.imaging.picture import Raster

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
DENSITY: Final = 1.1
"""Pixels to one of the crop from which a shrunk face is sampled. With it no more folds back than
when the face was sampled twice to four times as densely and then reduced, and as much detail stays
(tests/imaging/test_sampling.py)."""

ENOUGH: Final = 1.5
"""How many times as large as in the crop a face must be in what was decoded, where that
is a fraction of the picture."""


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


def align(picture: Raster | NDArray[np.uint8], landmarks: NDArray[np.float32]) -> Crop:
    """Cut the canonical crop of a face.

    Args:
        picture: its pixels, at a fraction of its size or whole; an array is (H, W, 3) uint8 RGB.
        landmarks: (5, 2), x and y in pixels of the whole picture; the first two are the eyes, left
            one of the picture first.

    Raises:
        ValueError: the two eyes fall on one point.
    """
    raster = picture if isinstance(picture, Raster) else Raster.of(picture)
    to_picture, eye_distance = _crop_to_picture(landmarks)
    linear, offset = to_picture[:, :2], to_picture[:, 2]
    from_picture = raster.from_picture()
    to_raster = np.column_stack(
        [from_picture[:, :2] @ linear, from_picture[:, :2] @ offset + from_picture[:, 2]]
    )
    return Crop(
        pixels=_sampled(raster.image, to_raster, eye_distance * raster.scale / EYE_DISTANCE),
        to_picture=to_picture,
        eye_distance=eye_distance,
        inside=_share_inside(to_picture, raster.width, raster.height),
    )


def scale_for(landmarks: NDArray[np.float32]) -> float:
    """The share of its size at which a picture is large enough to cut a face from it."""
    _, eye_distance = _crop_to_picture(landmarks)
    return ENOUGH * EYE_DISTANCE / eye_distance


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


def _sampled(image: Image.Image, to_image: NDArray[np.float64], shrink: float) -> NDArray[np.uint8]:
    """Sample the crop from an image: shrunk with an antialiasing filter, then bicubic, once.

    A bicubic sample is made of 4 by 4 pixels, and would alias where the face shrinks. So the image
    is first brought to about the crop's own scale, and not beyond: what the second filter takes
    from the finest detail, the first one leaves a little more of.

    Args:
        image: RGB.
        to_image: (2, 3) affine map from the crop to it.
        shrink: pixels of the image in one of the crop.
    """
    # A margin for the filters; what of it lies outside is mirrored.
    left, top, right, bottom = _bounds(to_image, margin=math.ceil(4 * shrink) + 2)
    if left < 0 or top < 0 or right > image.width or bottom > image.height:
        image = _mirrored_cut(image, left, top, right, bottom)
        to_image = to_image - np.array([[0, 0, left], [0, 0, top]])
        left, top, right, bottom = 0, 0, right - left, bottom - top
    if shrink > DENSITY:
        size = [max(1, round(side * DENSITY / shrink)) for side in (right - left, bottom - top)]
        image = image.resize(
            (size[0], size[1]),
            Image.Resampling.LANCZOS,
            box=(left, top, right, bottom),
            reducing_gap=3.0,
        )
        to_image = to_image - np.array([[0, 0, left], [0, 0, top]])
        to_image *= np.array([[size[0] / (right - left)], [size[1] / (bottom - top)]])
    sampled = image.transform(
        (CROP_WIDTH, CROP_HEIGHT),
        Image.Transform.AFFINE,
        tuple(to_image.ravel()),
        Image.Resampling.BICUBIC,
    )
    return np.asarray(sampled)


def _bounds(to_image: NDArray[np.float64], margin: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the crop covers, with a margin, in pixels."""
    corners = np.array(
        [[0, CROP_WIDTH, 0, CROP_WIDTH], [0, 0, CROP_HEIGHT, CROP_HEIGHT], [1, 1, 1, 1]]
    )
    places = to_image @ corners
    left, top = np.floor(places.min(axis=1)).astype(int) - margin
    right, bottom = np.ceil(places.max(axis=1)).astype(int) + margin
    return int(left), int(top), int(right), int(bottom)


def _mirrored_cut(image: Image.Image, left: int, top: int, right: int, bottom: int) -> Image.Image:
    """A rectangle that reaches beyond the image, which is mirrored at its border."""
    rows, columns = _mirrored(top, bottom, image.height), _mirrored(left, right, image.width)
    first = columns.min(), rows.min()
    inside = image.crop((*first, columns.max() + 1, rows.max() + 1))
    pixels = np.asarray(inside)[(rows - first[1])[:, None], (columns - first[0])[None, :]]
    return Image.fromarray(pixels)


def _mirrored(start: int, stop: int, size: int) -> NDArray[np.intp]:
    """Indices start..stop folded back into 0..size-1, the border pixel repeated."""
    index = np.arange(start, stop) % (2 * size)
    return np.where(index < size, index, 2 * size - 1 - index)


def _share_inside(to_picture: NDArray[np.float64], width: int, height: int) -> float:
    """Share of the crop's points, on a grid of 16 by 16, that lie in the picture."""
    steps = (np.arange(16) + 0.5) / 16
    x, y = np.meshgrid(steps * CROP_WIDTH, steps * CROP_HEIGHT)
    points = to_picture @ np.vstack([x.ravel(), y.ravel(), np.ones(x.size)])
    inside = (points[0] >= 0) & (points[0] < width) & (points[1] >= 0) & (points[1] < height)
    return float(inside.mean())
