"""What the web does to pictures: JPEG, WebP, resizing, blur, noise, screenshots, chains of them.

Every function takes and returns (H, W, 3) uint8 RGB of the same size and leaves its input alone.
Training draws from these at random; evaluation applies fixed ones. To add a step, add a function,
then name it in `training.augmentation` or the benchmark suite.
"""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]
Chroma = Literal["4:4:4", "4:2:0"]


def jpeg(
    pixels: Pixels, quality: int, chroma: Chroma = "4:2:0", offset: tuple[int, int] = (0, 0)
) -> Pixels:
    """Compress as JPEG, quality 1 to 100.

    `offset`, 0 to 7 pixels from the left and from the top, moves the grid of 8x8 blocks, since the
    grid of a cropped picture seldom starts at the crop's corner.
    """
    left, top = offset
    padded = np.pad(pixels, ((top, 0), (left, 0), (0, 0)), mode="edge")
    subsampling = {"4:4:4": 0, "4:2:0": 2}[chroma]
    decoded = _through(padded, "JPEG", quality=quality, subsampling=subsampling)
    return decoded[top:, left:]


def webp(pixels: Pixels, quality: int) -> Pixels:
    """Compress as lossy WebP, quality 1 to 100."""
    return _through(pixels, "WEBP", quality=quality, method=2)


def rescale(
    pixels: Pixels,
    factor: float,
    down: Image.Resampling = Image.Resampling.BICUBIC,
    up: Image.Resampling = Image.Resampling.BICUBIC,
) -> Pixels:
    """Resize to `factor` of the size, then back: detail finer than that is gone."""
    image = Image.fromarray(pixels)
    small = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return np.asarray(image.resize(small, down).resize(image.size, up))


def blur(pixels: Pixels, sigma: float) -> Pixels:
    """Blur with a Gaussian of `sigma` pixels."""
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(sigma)))


def sharpen(pixels: Pixels, percent: int) -> Pixels:
    """Sharpen with an unsharp mask of one pixel and `percent` strength."""
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.UnsharpMask(1.0, percent, 0)))


def noise(pixels: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    """Add Gaussian noise of `sigma` grey levels to every channel."""
    added = rng.normal(0.0, sigma, pixels.shape).astype(np.float32)
    return _to_bytes(pixels + added)


def adjust(
    pixels: Pixels, gamma: float = 1.0, contrast: float = 1.0, saturation: float = 1.0
) -> Pixels:
    """Change tone and colour: exponent, contrast about the middle grey, and saturation."""
    values = (pixels.astype(np.float32) / 255.0) ** np.float32(gamma)
    values = (values - 0.5) * contrast + 0.5
    grey = values.mean(axis=2, keepdims=True)
    values = grey + (values - grey) * saturation
    return _to_bytes(values * 255.0)


def screenshot(pixels: Pixels, scale: float = 0.85, quality: int = 85) -> Pixels:
    """Shown at another size on a screen, then captured and saved as JPEG."""
    return jpeg(rescale(pixels, scale, up=Image.Resampling.BILINEAR), quality, offset=(3, 5))


def social_chain(pixels: Pixels) -> Pixels:
    """Three hands: compressed, shrunk and compressed again, sharpened and compressed again."""
    first = jpeg(pixels, 85)
    second = jpeg(rescale(first, 0.75, Image.Resampling.LANCZOS), 75, offset=(4, 2))
    return jpeg(sharpen(second, 50), 80, offset=(1, 6))


def _to_bytes(values: NDArray[np.float32]) -> Pixels:
    """Round to whole grey levels, 0 to 255."""
    rounded: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded


def _through(pixels: Pixels, format_name: str, **options: int) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format_name, **options)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))
