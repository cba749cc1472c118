"""Which parts of the face weigh: a class map summed over regions of the crop.

The regions are laid out from the five landmarks by the proportions of a face; nothing is seen of
the picture itself. So `hair` is where hair mostly is, around the top of the head, and a hat or a
bald head counts as hair, too.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    shares = region_shares(region_masks(landmarks_in_crop(landmarks, crop)), evidence.shape)
    weights = (shares * evidence).sum(axis=(1, 2)) / evidence.size
    return [
        RegionWeight(region=region, weight=round(float(weight), WEIGHT_DIGITS))
        for region, weight in zip(REGIONS, weights, strict=True)
    ]


def landmarks_in_crop(landmarks: NDArray[np.float32], crop: Crop) -> Points:
    """The landmarks (5, 2) in pixels of the crop."""
    linear, offset = crop.to_picture[:, :2], crop.to_picture[:, 2]
    return np.asarray(np.linalg.solve(linear, (landmarks.astype(np.float64) - offset).T).T)


def region_masks(points: Points) -> NDArray[np.bool_]:
    """Lay out the regions in the crop from its landmarks (5, 2).

    Returns:
        (6, 218, 178), in the order of `REGIONS`; every pixel belongs to one region.
    """
    eyes, nose, corners = points[:2], points[2], points[3:]
    between, mouth = eyes.mean(axis=0), corners.mean(axis=0)
    unit = float(np.linalg.norm(eyes[1] - eyes[0]))
    down = max(float(mouth[1] - between[1]), 0.5 * unit)
    # From the eyes to the chin it is about 1.7 times as far as to the mouth, and as far to the top
    # of the forehead as to the mouth; a head with its hair reaches further up and to the sides.
    middle = float(mouth[0] + between[0]) / 2
    top, chin = between[1] - 1.05 * down, between[1] + 1.75 * down
    face = _ellipse((middle, (top + chin) / 2), 1.05 * unit, (chin - top) / 2)
    head_top = between[1] - 1.75 * down
    head = _ellipse((middle, (head_top + mouth[1]) / 2), 1.45 * unit, (mouth[1] - head_top) / 2)
    wide = max(0.5 * float(np.linalg.norm(corners[1] - corners[0])), 0.3 * unit)
    layers: Sequence[NDArray[np.bool_]] = (
        # A little above the middle of the eye, so that the brows are in.
        _ellipse((eyes[0, 0], eyes[0, 1] - 0.08 * unit), 0.42 * unit, 0.34 * unit)
        | _ellipse((eyes[1, 0], eyes[1, 1] - 0.08 * unit), 0.42 * unit, 0.34 * unit),
        _ellipse(
            ((between[0] + 2 * nose[0]) / 3, (between[1] + 2 * nose[1]) / 3 + 0.05 * unit),
            0.3 * unit,
            max(0.45 * float(nose[1] - between[1]), 0.25 * unit) + 0.1 * unit,
        ),
        _ellipse((mouth[0], mouth[1]), wide + 0.12 * unit, 0.3 * unit),
        face,
        head,
    )
    masks = np.zeros((len(REGIONS), CROP_HEIGHT, CROP_WIDTH), dtype=np.bool_)
    free = np.ones((CROP_HEIGHT, CROP_WIDTH), dtype=np.bool_)
    for mask, layer in zip(masks, layers, strict=False):
        mask[:] = layer & free
        free &= ~layer
    masks[-1] = free
    return masks


def region_shares(masks: NDArray[np.bool_], grid: tuple[int, ...]) -> NDArray[np.float64]:
    """Share of each region in each field of a grid laid over the crop.

    Args:
        masks: (R, 218, 178).
        grid: rows and columns.

    Returns:
        (R, rows, columns), 0 to 1, by area; the shares of one field sum to 1.
    """
    rows, columns = grid
    down, along = _overlaps(CROP_HEIGHT, rows), _overlaps(CROP_WIDTH, columns)
    return np.asarray(down @ masks @ along.T)


def _overlaps(pixels: int, fields: int) -> NDArray[np.float64]:
    """Of each field of a grid, the share that each pixel fills: (fields, pixels), rows sum to 1."""
    starts = np.arange(fields)[:, None] * pixels / fields
    first = np.arange(pixels)[None, :]
    shared = np.minimum(starts + pixels / fields, first + 1) - np.maximum(starts, first)
    return np.asarray(np.maximum(shared, 0.0) * fields / pixels)


def _ellipse(centre: tuple[float, float], wide: float, high: float) -> NDArray[np.bool_]:
    """The pixels (218, 178) whose middle lies in an ellipse with those half axes."""
    y, x = np.ogrid[:CROP_HEIGHT, :CROP_WIDTH]
    inside = ((x + 0.5 - centre[0]) / wide) ** 2 + ((y + 0.5 - centre[1]) / high) ** 2 <= 1
    return np.asarray(inside)
