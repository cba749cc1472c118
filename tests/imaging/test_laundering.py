from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from unmask.imaging import laundering
from unmask.imaging.laundering import Pixels

STEPS: dict[str, Callable[[Pixels], Pixels]] = {
    "jpeg": lambda pixels: laundering.jpeg(pixels, 60),
    "jpeg, moved grid": lambda pixels: laundering.jpeg(pixels, 60, "4:4:4", (3, 5)),
    "webp": lambda pixels: laundering.webp(pixels, 60),
    "rescale": lambda pixels: laundering.rescale(pixels, 0.5),
    "rescale up": lambda pixels: laundering.rescale(pixels, 1.7),
    "blur": lambda pixels: laundering.blur(pixels, 1.5),
    "sharpen": lambda pixels: laundering.sharpen(pixels, 80),
    "noise": lambda pixels: laundering.noise(pixels, 4.0, np.random.default_rng(0)),
    "adjust": lambda pixels: laundering.adjust(pixels, 1.2, 1.1, 0.7),
    "screenshot": laundering.screenshot,
    "social chain": laundering.social_chain,
}


@pytest.fixture
def face(portrait_pixels: Pixels) -> Pixels:
    """A part of a portrait, of a crop's odd size."""
    return np.ascontiguousarray(portrait_pixels[100:318, 150:328])


def roughness(pixels: Pixels) -> float:
    return float(np.abs(np.diff(pixels.astype(int), axis=1)).mean())


def blockiness(pixels: Pixels, phase: int) -> float:
    """Steps across one column of a grid of 8, in terms of the mean step."""
    steps = np.abs(np.diff(pixels.astype(float), axis=1)).mean(axis=(0, 2))
    return float(steps[phase::8].mean() / steps.mean())


@pytest.mark.parametrize("name", STEPS)
def test_every_step_keeps_size_and_type_and_leaves_its_input_alone(name: str, face: Pixels) -> None:
    before = face.copy()
    after = STEPS[name](face)
    assert after.shape == face.shape
    assert after.dtype == np.uint8
    assert (face == before).all()
    assert (after != before).any()


@pytest.mark.parametrize("name", STEPS)
def test_every_step_keeps_a_plain_picture_plain(name: str) -> None:
    plain = np.full((218, 178, 3), (90, 120, 150), np.uint8)
    after = STEPS[name](plain).astype(int)
    if name == "adjust":
        assert np.ptp(after, axis=(0, 1)).max() == 0
    else:
        assert np.abs(np.median(after, axis=(0, 1)) - (90, 120, 150)).max() <= 3


@pytest.mark.parametrize("name", [name for name in STEPS if name != "noise"])
def test_a_step_without_chance_does_the_same_twice(name: str, face: Pixels) -> None:
    assert (STEPS[name](face) == STEPS[name](face)).all()


@pytest.mark.parametrize("compress", [laundering.jpeg, laundering.webp])
def test_less_quality_is_further_from_the_original(
    compress: Callable[[Pixels, int], Pixels], face: Pixels
) -> None:
    errors = [
        np.abs(compress(face, quality).astype(int) - face).mean() for quality in (95, 70, 40, 10)
    ]
    assert errors == sorted(errors)
    assert errors[0] < 3 < errors[-1]


@pytest.mark.parametrize("phase", [0, 3, 7])
def test_the_grid_of_jpeg_lies_where_the_offset_says(face: Pixels, phase: int) -> None:
    compressed = laundering.jpeg(face, 10, offset=(phase, 0))
    edge = (7 - phase) % 8
    strength = [blockiness(compressed, one) for one in range(8)]
    assert int(np.argmax(strength)) == edge
    assert strength[edge] > 1.5


def test_chroma_subsampling_blurs_colour_alone() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = (200, 30, 30)
    stripes[:, 1::2] = (30, 76, 200)  # of nearly the same lightness
    full = laundering.jpeg(stripes, 95, "4:4:4").astype(int)
    half = laundering.jpeg(stripes, 95, "4:2:0").astype(int)
    assert np.abs(np.diff(full[:, :, 0], axis=1)).mean() > 120
    assert np.abs(np.diff(half[:, :, 0], axis=1)).mean() < 60


def test_rescaling_removes_what_is_finer_than_its_factor() -> None:
    x = np.arange(160)
    fine = np.rint(127 + 100 * np.sin(2 * np.pi * x / 3)).astype(np.uint8)
    coarse = np.rint(127 + 100 * np.sin(2 * np.pi * x / 20)).astype(np.uint8)
    both = [np.tile(row[None, :, None], (80, 1, 3)) for row in (fine, coarse)]
    after = [laundering.rescale(pixels, 0.4).astype(float).std() for pixels in both]
    assert after[0] < 15
    assert after[1] > 60


def test_blur_smooths_and_sharpen_roughens(face: Pixels) -> None:
    assert roughness(laundering.blur(face, 2.0)) < 0.6 * roughness(face)
    assert roughness(laundering.sharpen(face, 100)) > 1.2 * roughness(face)


def test_noise_has_the_deviation_that_is_asked_for() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    noisy = laundering.noise(grey, 5.0, np.random.default_rng(1)).astype(float)
    assert noisy.std() == pytest.approx(5.0, rel=0.03)
    assert noisy.mean() == pytest.approx(128.0, abs=0.1)
    assert np.corrcoef(noisy[:, :, 0].ravel(), noisy[:, :, 1].ravel())[0, 1] < 0.05


def test_noise_does_not_wrap_round_at_black_and_white() -> None:
    rng = np.random.default_rng(1)
    assert laundering.noise(np.full((50, 50, 3), 255, np.uint8), 5.0, rng).min() > 200
    assert laundering.noise(np.zeros((50, 50, 3), np.uint8), 5.0, rng).max() < 55


def test_adjust_of_known_pixels() -> None:
    pixels = np.array([[[64, 128, 191]]], np.uint8)
    assert (laundering.adjust(pixels) == pixels).all()
    grey = laundering.adjust(pixels, saturation=0.0)
    assert grey.tolist() == [[[128, 128, 128]]]
    flat = laundering.adjust(pixels, contrast=0.5)
    assert flat.tolist() == [[[96, 128, 159]]]
    dark = laundering.adjust(pixels, gamma=2.0)
    assert dark.tolist() == [[[16, 64, 143]]]
    assert laundering.adjust(pixels, contrast=9.0).tolist() == [[[0, 132, 255]]]


def test_a_screenshot_is_softer_and_a_chain_is_compressed_thrice(face: Pixels) -> None:
    assert roughness(laundering.screenshot(face)) < roughness(face)
    once = laundering.jpeg(face, 80)
    chained = laundering.social_chain(face)
    assert np.abs(chained.astype(int) - face).mean() > np.abs(once.astype(int) - face).mean()
