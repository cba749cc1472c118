"""What a face looks like in copies of its picture such as sharing makes.

A copy of the whole picture would be compressed or shrunk, then its face cut out. Only the part of
the picture that the crop is made from is copied here, cut so that it falls on the same grid of
blocks as in the whole: the same pixels for a fraction of the time.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH, EYE_DISTANCE, Crop, align
from unmask.imaging.laundering import jpeg, rescale

QUALITY: Final = 70
HALF: Final = 0.5
_BLOCK: Final = 16
"""Pixels from one block of a JPEG with halved chroma to the next; even, for halving."""


def jpeg_70(pixels: NDArray[np.uint8], landmarks: NDArray[np.float32], crop: Crop) -> Crop:
    """The crop of a face when its picture, (H, W, 3) uint8 RGB, was saved as JPEG 70."""
    part, moved = _part(pixels, landmarks, crop)
    return align(jpeg(part, QUALITY), moved)


def half_size(pixels: NDArray[np.uint8], landmarks: NDArray[np.float32], crop: Crop) -> Crop:
    """The crop of a face when its picture was brought to half its size and back.

    `eye_distance` of the crop is that of the small copy.
    """
    part, moved = _part(pixels, landmarks, crop)
    large = align(rescale(part, HALF), moved)
    return Crop(large.pixels, large.to_picture, HALF * large.eye_distance, large.inside)


def shifted(pixels: NDArray[np.uint8], landmarks: NDArray[np.float32], crop: Crop) -> Crop:
    """The crop of a face when it is cut out one of its own pixels further right and down.

    A copy that was cropped or scaled makes the landmarks wander by about as much.
    """
    step = crop.to_picture[:, :2] @ np.ones(2)
    return align(pixels, landmarks + step.astype(np.float32))


def _part(
    pixels: NDArray[np.uint8], landmarks: NDArray[np.float32], crop: Crop
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The part of the picture that a crop is made from, and the landmarks in it.

    At least half of the crop must lie in the picture, as of every usable face: what lies outside is
    then mirrored from this part alone.
    """
    height, width = pixels.shape[:2]
    corners = np.array(
        [[0, CROP_WIDTH, 0, CROP_WIDTH], [0, 0, CROP_HEIGHT, CROP_HEIGHT], [1, 1, 1, 1]]
    )
    x, y = crop.to_picture @ corners
    # For the filters of alignment and of the copies, a block at the largest.
    margin = _BLOCK + math.ceil(4 * crop.eye_distance / EYE_DISTANCE)
    left, right = _stretch(x.min() - margin, x.max() + margin, width)
    top, bottom = _stretch(y.min() - margin, y.max() + margin, height)
    corner = np.array([left, top], dtype=np.float32)
    return pixels[top:bottom, left:right], landmarks - corner


def _stretch(first: float, last: float, length: int) -> tuple[int, int]:
    """From where to where to cut: whole blocks, as far as the picture reaches."""
    start = max(0, math.floor(first / _BLOCK) * _BLOCK)
    return start, min(length, math.ceil(last / _BLOCK) * _BLOCK)
