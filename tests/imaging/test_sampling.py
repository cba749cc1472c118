"""What the crop's sampler leaves of detail, and what folds back: held against the first one.

The first sampler averaged a large face down by a whole factor, took bicubic samples at two to four
times the crop's size and reduced them. It is written down here as the yardstick.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH, _sampled

Sampler = Callable[[np.ndarray, np.ndarray], np.ndarray]
WAVES = [(direction, turn) for direction in (0.0, 0.4, 0.785) for turn in (5, -17)]
"""Directions in the crop in radians, each with a turn of the face in degrees."""
SHRINKS = (1.5, 2.6)
"""Pixels of the picture in one of the crop."""


def first_sampler(region: np.ndarray, to_region: np.ndarray) -> np.ndarray:
    shrink = float(np.hypot(to_region[0, 0], to_region[1, 0]))
    image, factor = Image.fromarray(region), max(1, int(shrink / 2))
    if factor > 1:
        image, to_region, shrink = image.reduce(factor), to_region / factor, shrink / factor
    dense = max(1, math.ceil(shrink - 1e-3))
    matrix = to_region * [1 / dense, 1 / dense, 1]
    size = (CROP_WIDTH * dense, CROP_HEIGHT * dense)
    affine, bicubic = Image.Transform.AFFINE, Image.Resampling.BICUBIC
    sampled = image.transform(size, affine, tuple(matrix.ravel()), bicubic)
    return np.asarray(sampled.resize((CROP_WIDTH, CROP_HEIGHT), Image.Resampling.LANCZOS))


def sampler(region: np.ndarray, to_region: np.ndarray) -> np.ndarray:
    shrink = float(np.hypot(to_region[0, 0], to_region[1, 0]))
    return _sampled(Image.fromarray(region), to_region, shrink)


def strength(sample: Sampler, shrink: float, frequency: float) -> float:
    """How strong a wave comes out, as a share of what goes in: the root of the mean of squares.

    `frequency` is in periods a pixel of the crop; what comes out above 0.5 has folded back.
    """
    powers = []
    for direction, turn in WAVES:
        angle = math.radians(turn)
        cos, sin = shrink * math.cos(angle), shrink * math.sin(angle)
        linear = np.array([[cos, -sin], [sin, cos]])
        side = math.ceil(300 * shrink)
        middle = np.full(2, side / 2)
        to_region = np.column_stack([linear, middle - linear @ [CROP_WIDTH / 2, CROP_HEIGHT / 2]])
        across = np.array([math.cos(direction), math.sin(direction)]) @ np.linalg.inv(linear)
        kx, ky = 2 * math.pi * frequency * across
        y, x = np.mgrid[:side, :side].astype(np.float32) + np.float32(0.5 - side / 2)
        phase = np.float32(kx) * x + np.float32(ky) * y + np.float32(0.3)
        wave = np.rint(127.5 + 100 * np.cos(phase)).astype(np.uint8)
        out = sample(np.repeat(wave[:, :, None], 3, axis=2), to_region)
        powers.append(2 * np.var(out[20:-20, 20:-20, 0].astype(float)) / 100**2)
    return math.sqrt(np.mean(powers))


@pytest.mark.parametrize("shrink", SHRINKS)
def test_no_more_folds_back_than_with_the_first_sampler(shrink: float) -> None:
    above = (0.55, 0.62) if shrink == 1.5 else (0.55, 0.65, 0.8, 1.0)  # finer is not in the picture
    before, now = (
        sum(strength(one, shrink, frequency) ** 2 for frequency in above)
        for one in (first_sampler, sampler)
    )
    assert now <= before
    assert strength(sampler, shrink, 0.3) > 0.9  # and it is not for want of detail


@pytest.mark.parametrize("shrink", SHRINKS)
def test_as_much_detail_stays_as_with_the_first_sampler(shrink: float) -> None:
    before, now = (
        np.array([strength(one, shrink, frequency) for frequency in (0.1, 0.2, 0.3, 0.4, 0.45)])
        for one in (first_sampler, sampler)
    )
    assert now.mean() >= 0.985 * before.mean()
    assert (now >= 0.92 * before).all()  # the finest of it fades a little sooner


@pytest.mark.parametrize("shrink", [1.0, 1.05])
def test_a_face_of_the_crops_size_is_sampled_as_it_is(shrink: float) -> None:
    """A second filter would only blur it."""
    pixels = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    to_region = np.array([[shrink, 0.0, 20.0], [0.0, shrink, 30.0]])
    expected = Image.fromarray(pixels).transform(
        (CROP_WIDTH, CROP_HEIGHT),
        Image.Transform.AFFINE,
        tuple(to_region.ravel()),
        Image.Resampling.BICUBIC,
    )
    assert (sampler(pixels, to_region) == np.asarray(expected)).all()
