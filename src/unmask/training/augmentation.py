"""What training does to crops, so that encoding and resolution say nothing of the label.

Every collection must be seen at every other's effective resolution and JPEG quality: the draws
below do not look at the label.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.imaging import laundering

Pixels = NDArray[np.uint8]
Augmentation = Callable[[Pixels, np.random.Generator], Pixels]
AugmentationName = Literal["web", "flip"]

_KERNELS: Final = (
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
    Image.Resampling.BOX,
)


def flip(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Mirror every second crop, no more."""
    return pixels[:, ::-1] if rng.random() < 0.5 else pixels


def web(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """What a picture may have been through on the web; every fourth crop is only mirrored."""
    pixels = flip(pixels, rng)
    if rng.random() < 0.25:
        return pixels
    if rng.random() < 0.5:
        pixels = jitter(pixels, rng)
    if rng.random() < 0.1:
        pixels = cut(pixels, rng)
    if rng.random() < 0.55:
        # CelebA's faces have 0.7 of a crop's resolution; smaller ones come from the web.
        pixels = laundering.rescale(pixels, rng.uniform(0.45, 1.0), _kernel(rng), _kernel(rng))
    if rng.random() < 0.12:
        pixels = laundering.blur(pixels, rng.uniform(0.3, 1.6))
    if rng.random() < 0.12:
        pixels = laundering.sharpen(pixels, int(rng.integers(20, 120)))
    if rng.random() < 0.35:
        gamma, contrast, saturation = rng.uniform(0.8, 1.25, 3)
        pixels = laundering.adjust(pixels, gamma, contrast, saturation)
    if rng.random() < 0.12:
        pixels = laundering.noise(pixels, rng.uniform(1.0, 6.0), rng)
    if rng.random() < 0.7:
        pixels = _compress(pixels, rng)
        if rng.random() < 0.25:
            pixels = _compress(pixels, rng)
    return pixels


AUGMENTATIONS: Final[dict[AugmentationName, Augmentation]] = {"web": web, "flip": flip}


def jitter(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Turn, scale and shift a little, as an imprecise face finder would."""
    height, width = pixels.shape[:2]
    angle, scale = np.deg2rad(rng.uniform(-4, 4)), rng.uniform(0.92, 1.08)
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    shift_x, shift_y = rng.uniform(-5, 5, 2)
    middle_x, middle_y = width / 2, height / 2
    matrix = (
        cos, -sin, middle_x - cos * middle_x + sin * middle_y + shift_x,
        sin, cos, middle_y - sin * middle_x - cos * middle_y + shift_y,
    )  # fmt: skip
    margin = 24
    padded = np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
    moved = (
        *matrix[:2], matrix[2] + margin, *matrix[3:5], matrix[5] + margin,
    )  # fmt: skip
    image = Image.fromarray(padded)
    return np.asarray(
        image.transform((width, height), Image.Transform.AFFINE, moved, Image.Resampling.BICUBIC)
    )


def cut(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Mirror the crop's edges inward, as `align` does with a tightly cut picture."""
    height, width = pixels.shape[:2]
    left, right = rng.integers(0, width // 6, 2)
    top, bottom = rng.integers(0, height // 6, 2)
    kept = pixels[top : height - bottom, left : width - right]
    return np.pad(kept, ((top, bottom), (left, right), (0, 0)), mode="symmetric")


def _kernel(rng: np.random.Generator) -> Image.Resampling:
    return _KERNELS[int(rng.integers(len(_KERNELS)))]


def _compress(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.15:
        return laundering.webp(pixels, int(rng.integers(40, 98)))
    chroma: laundering.Chroma = "4:2:0" if rng.random() < 0.6 else "4:4:4"
    left, top = (int(number) for number in rng.integers(0, 8, 2))
    return laundering.jpeg(pixels, int(rng.integers(30, 99)), chroma, (left, top))
