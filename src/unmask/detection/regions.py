"""Which parts of the face weigh: a class map summed over regions of the crop.

The regions are laid out from the five landmarks by the proportions of a face; nothing is seen of
the picture itself. So `hair` is where hair mostly is, around the top of the head, and a hat or a
bald head counts as hair, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.detection.judgement import RegionName, RegionWeight
from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH, Crop

REGIONS: Final[tuple[RegionName, ...]] = ("eyes", "nose", "mouth", "skin", "hair", "background")
WEIGHT_DIGITS: Final = 6

Points = NDArray[np.float64]


def region_weights(
    evidence: NDArray[np.float64], landmarks: NDArray[np.float32], crop: Crop
) -> list[RegionWeight]:
    """How much each region adds to the mean of a map.

    Args:
        evidence: a signed map over the crop, (h, w) in logits.
        landmarks: (5, 2), in pixels of the picture.
        crop: made from those landmarks.

    Returns:
        One for each region in a fixed order; their weights sum to the mean of the map.
    """
    regions = region_map(landmarks_in_crop(landmarks, crop))
    rows, columns = evidence.shape
    added = _overlaps(CROP_HEIGHT, rows).T @ evidence @ _overlaps(CROP_WIDTH, columns)
    added /= evidence.size
    weights = np.bincount(regions.ravel(), added.ravel(), minlength=len(REGIONS))
    return [
        RegionWeight(region=region, weight=round(float(weight), WEIGHT_DIGITS))
        for region, weight in zip(REGIONS, weights, strict=True)
    ]


def landmarks_in_crop(landmarks: NDArray[np.float32], crop: Crop) -> Points:
    """The landmarks (5, 2) in pixels of the crop."""
    linear, offset = crop.to_picture[:, :2], crop.to_picture[:, 2]
    return np.asarray(np.linalg.solve(linear, (landmarks.astype(np.float64) - offset).T).T)


def region_map(points: Points) -> NDArray[np.uint8]:
    """Lay out the regions in the crop from its landmarks (5, 2).

    Returns:
        (218, 178): for each pixel the place of its region in `REGIONS`.
    """
    eyes, nose, corners = points[:2], points[2], points[3:]
    between, mouth = eyes.mean(axis=0), corners.mean(axis=0)
    unit = float(np.linalg.norm(eyes[1] - eyes[0]))
    down = max(float(mouth[1] - between[1]), 0.5 * unit)
    # From the eyes to the chin it is about 1.7 times as far as to the mouth, and as far to the top
    # of the forehead as to the mouth; a head with its hair reaches further up and to the sides.
    middle = float(mouth[0] + between[0]) / 2
    top, chin = between[1] - 1.05 * down, between[1] + 1.75 * down
    head_top = between[1] - 1.75 * down
    wide = max(0.5 * float(np.linalg.norm(corners[1] - corners[0])), 0.3 * unit)
    high = max(0.45 * float(nose[1] - between[1]), 0.25 * unit) + 0.1 * unit
    ellipses: Sequence[tuple[RegionName, Sequence[float], float, float]] = (
        ("hair", (middle, (head_top + mouth[1]) / 2), 1.45 * unit, (mouth[1] - head_top) / 2),
        ("skin", (middle, (top + chin) / 2), 1.05 * unit, (chin - top) / 2),
        ("mouth", mouth, wide + 0.12 * unit, 0.3 * unit),
        ("nose", (between + 2 * nose) / 3 + (0.0, 0.05 * unit), 0.3 * unit, high),
        # A little above the middle of the eye, so that the brows are in.
        *(("eyes", eye - (0.0, 0.08 * unit), 0.42 * unit, 0.34 * unit) for eye in eyes),
    )
    regions = np.full((CROP_HEIGHT, CROP_WIDTH), REGIONS.index("background"), np.uint8)
    for region, centre, half_width, half_height in ellipses:  # each lies on those before
        _paint(regions, REGIONS.index(region), centre, half_width, half_height)
    return regions


@cache
def _overlaps(pixels: int, fields: int) -> NDArray[np.float64]:
    """Of each field of a grid, the share that each pixel fills: (fields, pixels), rows sum to 1."""
    starts = np.arange(fields)[:, None] * pixels / fields
    first = np.arange(pixels)[None, :]
    shared = np.minimum(starts + pixels / fields, first + 1) - np.maximum(starts, first)
    return np.asarray(np.maximum(shared, 0.0) * fields / pixels)


def _paint(
    regions: NDArray[np.uint8], value: int, centre: Sequence[float], wide: float, high: float
) -> None:
    """Write a value to the pixels whose middle lies in an ellipse with those half axes."""
    rows, y = _within(centre[1], high, CROP_HEIGHT)
    columns, x = _within(centre[0], wide, CROP_WIDTH)
    np.copyto(regions[rows, columns], value, where=(x**2)[None, :] <= (1 - y**2)[:, None])


def _within(centre: float, half: float, length: int) -> tuple[slice, NDArray[np.float64]]:
    """Which pixels of a line lie at most so far from a point, and how far, as shares of it."""
    first = min(max(math.floor(centre - abs(half)), 0), length)
    last = min(max(math.ceil(centre + abs(half)), first), length)
    return slice(first, last), np.asarray((np.arange(first, last) + 0.5 - centre) / half)
