"""Photographed crops as somebody might have drawn or painted them.

Each style takes a crop, (218, 178, 3) uint8 RGB, and a generator of random numbers, and returns
another crop of that shape. They stand in for drawings where real ones are few; what was learned
from them is measured on real ones alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from unmask.imaging import photograph
from unmask.imaging.laundering import adjust

Pixels = NDArray[np.uint8]
Values = NDArray[np.floating[Any]]
Style = Callable[[Pixels, np.random.Generator], Pixels]


def cartoon(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Flat areas with soft or hard steps of tone, and mostly dark outlines."""
    values = simplified(pixels, int(rng.integers(2, 5)))
    levels = float(rng.uniform(4, 10))
    scaled = values * levels
    steps = np.floor(scaled) + _smoothstep(scaled - np.floor(scaled), rng.uniform(0.05, 0.5))
    values = steps / levels
    if rng.random() < 0.75:
        values = values * _outlines(pixels, rng)[..., None]
    return adjust(to_bytes(values), saturation=rng.uniform(1.0, 1.8))


def airbrush(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A shaded drawing: no grain, smooth gradients, crisp edges, strong colour."""
    values = simplified(pixels, int(rng.integers(2, 5)))
    sharp = values + rng.uniform(0.5, 1.5) * (values - smooth(values, 2.5))
    if rng.random() < 0.5:
        sharp = sharp * (0.4 + 0.6 * _outlines(pixels, rng)[..., None])
    contrast, saturation = rng.uniform(1.0, 1.4), rng.uniform(0.8, 1.8)
    return adjust(to_bytes(sharp), contrast=contrast, saturation=saturation)


def pencil(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Pencil, charcoal or coloured pencil on paper."""
    grey = luma(pixels)
    around = smooth(grey, rng.uniform(2, 9))
    lines = np.clip(grey / np.maximum(around, 0.02), 0, 1) ** rng.uniform(1.5, 5)
    shading = 1 - rng.uniform(0, 0.8) * (1 - smooth(grey, 2.0))
    grain = 1 - rng.uniform(0.05, 0.35) * _strokes_of_noise(rng) * (1.2 - grey)
    drawn = np.clip(lines * shading * grain, 0, 1)[..., None]
    paper = rng.uniform(0.75, 1.0) * np.array([1, rng.uniform(0.9, 1), rng.uniform(0.7, 1)])
    if rng.random() < 0.35:
        colour = simplified(pixels, 2)
        drawn = drawn * (1 - rng.uniform(0.4, 0.9) * (1 - colour))
    return to_bytes(drawn * paper)


def hatching(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """An engraving or a pen drawing: lines whose width, or number of layers, makes the tone."""
    grey = np.clip(luma(pixels) * rng.uniform(0.9, 1.3), 0, 1)
    y, x = np.mgrid[: grey.shape[0], : grey.shape[1]].astype(np.float32)
    ink = np.ones_like(grey)
    start, period = rng.uniform(0, np.pi), rng.uniform(2.4, 5.5)
    bend = rng.uniform(0, 10) * smooth(grey, 6.0)
    layers = int(rng.integers(1, 4))
    for layer in range(layers):
        angle = start + layer * rng.uniform(0.6, 1.2)
        phase = (x * np.cos(angle) + y * np.sin(angle) + bend) * (2 * np.pi / period)
        wave = 0.5 + 0.5 * np.sin(phase)
        tone = np.clip(grey * layers - (layers - 1 - layer) * 0.6, 0, 1)
        ink *= np.clip((wave - (1 - tone)) * rng.uniform(2, 6) + 0.5, 0, 1)
    ink *= 1 - rng.uniform(0, 0.8) * (1 - _outlines(pixels, rng))
    return _on_paper(ink, rng)


def halftone(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A print of dots, in ink or in colours."""
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]].astype(np.float32)
    period, values = rng.uniform(2.8, 5.5), simplified(pixels, 1)
    screens = []
    for channel in range(3):
        angle = 0.26 + channel * 0.5
        one = np.sin((x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / period))
        two = np.sin((y * np.cos(angle) - x * np.sin(angle)) * (2 * np.pi / period))
        screens.append(0.5 + 0.25 * (one + two))
    if rng.random() < 0.5:
        return _on_paper(np.clip((luma(pixels) - screens[0]) * 4 + 0.6, 0, 1), rng)
    return to_bytes(np.clip((values - np.stack(screens, axis=-1)) * 3 + 0.6, 0, 1))


def oil(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Patches of one tone each, with the relief of thick paint."""
    values = kuwahara(pixels.astype(np.float32) / 255, int(rng.integers(2, 5)))
    if rng.random() < 0.4:
        size = int(rng.choice([3, 5, 7]))
        image = Image.fromarray(to_bytes(values)).quantize(int(rng.integers(24, 64)))
        values = np.asarray(image.convert("RGB").filter(ImageFilter.ModeFilter(size))) / 255
    relief = ndimage.sobel(luma(to_bytes(values)) + 0.15 * _strokes_of_noise(rng), axis=0)
    values = values + rng.uniform(0.02, 0.12) * relief[..., None]
    return _varnished(values, rng)


def brush(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Brush strokes laid along the edges, coarse ones first, in the manner of Litwinowicz 1997."""
    height, width = pixels.shape[:2]
    grey = smooth(luma(pixels), 2.0)
    along = np.arctan2(ndimage.sobel(grey, axis=0), ndimage.sobel(grey, axis=1)) + np.pi / 2
    source = smooth(pixels.astype(np.float32), 1.0)
    scale = 3
    canvas = Image.fromarray(to_bytes(smooth(source / 255, 6.0)))
    canvas = canvas.resize((width * scale, height * scale))
    draw = ImageDraw.Draw(canvas)
    finest = rng.uniform(1.2, 2.6)
    for thick, count in ((finest * 3, 700), (finest * 1.8, 1500), (finest, 3000)):
        ys, xs = rng.integers(0, height, count), rng.integers(0, width, count)
        lengths = thick * rng.uniform(1.5, 4, count)
        shades = source[ys, xs] + rng.normal(0, 6, (count, 1)) + rng.normal(0, 3, (count, 3))
        for y, x, length, shade in zip(ys, xs, lengths, shades, strict=True):
            angle = along[y, x] + rng.normal(0, 0.2)
            dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
            ends = [(x - dx) * scale, (y - dy) * scale, (x + dx) * scale, (y + dy) * scale]
            colour = tuple(int(value) for value in np.clip(shade, 0, 255))
            draw.line(ends, fill=colour, width=max(1, round(thick * scale)))
    painted = np.asarray(canvas.resize((width, height), Image.Resampling.LANCZOS)) / 255
    keep = rng.uniform(0, 0.35)
    return _varnished(painted * (1 - keep) + simplified(pixels, 2) * keep, rng)


def watercolour(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Pale washes that darken at their borders, on rough paper."""
    height, width = pixels.shape[:2]
    shift = [smooth(rng.normal(0, 1, (height, width)), 3) * rng.uniform(4, 14) for _ in range(2)]
    y, x = np.mgrid[:height, :width]
    rows = np.clip(y + shift[0], 0, height - 1).astype(np.intp)
    columns = np.clip(x + shift[1], 0, width - 1).astype(np.intp)
    values = kuwahara(simplified(pixels, 3)[rows, columns], int(rng.integers(2, 4)))
    grey = luma(to_bytes(values))
    border = np.hypot(ndimage.sobel(grey, axis=0), ndimage.sobel(grey, axis=1))
    wash = smooth(rng.normal(0, 1, (height, width)), 8) * 8
    paper = smooth(rng.normal(0, 1, (height, width)), 0.8)
    tone = 1 - rng.uniform(0.2, 0.6) * border + 0.06 * wash + rng.uniform(0.01, 0.05) * paper
    pale = rng.uniform(0, 0.4)
    return to_bytes((values * (1 - pale) + pale) * tone[..., None])


def old_master(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """An oil portrait of earlier centuries: fine brushwork, little light, brown varnish, cracks."""
    values = pixels.astype(np.float32) / 255
    fine, even = kuwahara(values, int(rng.integers(2, 4))), simplified(pixels, 2)
    share = rng.uniform(0.2, 0.8)
    values = fine * share + even * (1 - share)
    tones = luma(to_bytes(values))[..., None]
    # Painters mixed few pigments: colours lie between umber and flesh, and shadows lose theirs.
    umber = np.array([0.20, 0.13, 0.08]) * rng.uniform(0.5, 1.3)
    flesh = np.array([0.92, rng.uniform(0.7, 0.88), rng.uniform(0.5, 0.78)])
    toned = umber + tones ** rng.uniform(0.9, 1.5) * (flesh - umber)
    mixed = rng.uniform(0.3, 0.85)
    values = values * (1 - mixed) + toned * mixed
    y, x = np.mgrid[: values.shape[0], : values.shape[1]]
    away = np.hypot((x - 89) / 110, (y - 105) / 130) ** 2
    values = values * (1 - rng.uniform(0, 0.6) * np.clip(away, 0, 1))[..., None]
    values = values * (1 + rng.uniform(0.02, 0.10) * (_strokes_of_noise(rng) - 0.5))[..., None]
    if rng.random() < 0.5:
        values = values * (1 - rng.uniform(0.1, 0.5) * _cracks(rng))[..., None]
    return _varnished(values, rng)


DRAWN: Final[tuple[Style, ...]] = (
    cartoon, airbrush, airbrush, pencil, hatching, halftone, oil, oil, brush, brush, watercolour,
)  # fmt: skip
"""The styles; one that stands twice is drawn twice as often."""


def simplified(pixels: Pixels, rounds: int) -> Values:
    """The picture, 0 to 1, without fine detail but with its edges: medians, then guided filters."""
    image = Image.fromarray(pixels)
    for _ in range(max(1, rounds // 2)):
        image = image.filter(ImageFilter.MedianFilter(3 if rounds < 3 else 5))
    values: Values = np.asarray(image, dtype=np.float32) / 255
    for _ in range(rounds):
        values = guided(values, 3, 0.0015)
    return values


def guided(values: Values, radius: int, epsilon: float) -> Values:
    """Smooth but keep edges (He et al. 2013, Guided Image Filtering, each channel by itself)."""
    size = (2 * radius + 1, 2 * radius + 1, 1)
    mean = ndimage.uniform_filter(values, size)
    variance = ndimage.uniform_filter(values * values, size) - mean * mean
    slope = variance / (variance + epsilon)
    offset = mean - slope * mean
    return ndimage.uniform_filter(slope, size) * values + ndimage.uniform_filter(offset, size)


def kuwahara(values: Values, radius: int) -> Values:
    """The mean of the calmest of four neighbouring squares (Kuwahara et al. 1976)."""
    size, reach = radius + 1, radius // 2 + radius % 2
    grey = values.mean(axis=2)
    mean = ndimage.uniform_filter(values, (size, size, 1))
    middle = ndimage.uniform_filter(grey, size)
    spread = ndimage.uniform_filter(grey * grey, size) - middle * middle
    moves = [(y, x) for y in (-reach, reach) for x in (-reach, reach)]
    spreads = np.stack([np.roll(spread, move, (0, 1)) for move in moves])
    means = np.stack([np.roll(mean, move, (0, 1)) for move in moves])
    calmest = spreads.argmin(axis=0)[None, ..., None]
    chosen: Values = np.take_along_axis(means, calmest, axis=0)[0]
    return chosen


def luma(pixels: Pixels) -> Values:
    """Grey values, 0 to 1."""
    return photograph.luma(pixels) / 255


def smooth(values: Values, sigma: float) -> Values:
    """Blur with a Gaussian of `sigma` pixels, each channel by itself."""
    spread = (sigma, sigma, 0) if values.ndim == 3 else sigma
    return ndimage.gaussian_filter(values.astype(np.float32), spread)


def to_bytes(values: Values) -> Pixels:
    """Values of 0 to 1 as bytes."""
    return np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)


def _outlines(pixels: Pixels, rng: np.random.Generator) -> Values:
    """Dark lines at edges, 1 elsewhere: a thresholded difference of Gaussians."""
    grey = luma(pixels)
    sigma = rng.uniform(0.7, 1.6)
    difference = smooth(grey, sigma) - 0.98 * smooth(grey, 1.6 * sigma)
    return np.clip(1 + np.tanh(rng.uniform(15, 60) * (difference - 0.008)), 0, 1)


def _strokes_of_noise(rng: np.random.Generator) -> Values:
    """Noise drawn out in one direction, 0 to 1."""
    field = rng.normal(0, 1, (218, 178)).astype(np.float32)
    angle = rng.uniform(0, 180)
    long = ndimage.gaussian_filter(np.pad(field, 70, mode="wrap"), (0.6, rng.uniform(2, 7)))
    turned = ndimage.rotate(long, angle, reshape=False, order=1)[70:-70, 70:-70]
    low, high = np.percentile(turned, (5, 95))
    return np.clip((turned - low) / (high - low), 0, 1)


def _cracks(rng: np.random.Generator) -> Values:
    """Where old paint has cracked, 0 to 1: the borders of random cells."""
    seeds = np.ones((218, 178), dtype=bool)
    count = int(rng.integers(80, 600))
    seeds[rng.integers(0, 218, count), rng.integers(0, 178, count)] = False
    nearest = ndimage.distance_transform_edt(
        seeds, return_distances=False, return_indices=True
    ).sum(axis=0)
    borders = (np.abs(np.diff(nearest, axis=0, prepend=nearest[:1])) > 1) | (
        np.abs(np.diff(nearest, axis=1, prepend=nearest[:, :1])) > 1
    )
    patchy = smooth(rng.normal(0, 1, (218, 178)), 20)
    return smooth(borders * (patchy > np.quantile(patchy, rng.uniform(0, 0.7))), 0.5)


def _on_paper(ink: Values, rng: np.random.Generator) -> Pixels:
    """Ink, 0 where it is, on paper, 1; sometimes the other way round."""
    paper = rng.uniform(0.8, 1.0) * np.array([1, rng.uniform(0.92, 1), rng.uniform(0.75, 1)])
    dark = rng.uniform(0, 0.35) * rng.uniform(0.4, 1, 3)
    if rng.random() < 0.1:
        paper, dark = dark, paper
    return to_bytes(ink[..., None] * paper + (1 - ink[..., None]) * dark)


def _varnished(values: Values, rng: np.random.Generator) -> Pixels:
    """With canvas under it at times, and yellowed or darkened."""
    y, x = np.mgrid[: values.shape[0], : values.shape[1]]
    period = rng.uniform(2.5, 4)
    weave = np.sin(2 * np.pi * x / period) + np.sin(2 * np.pi * y / period)
    values = values * (1 + rng.choice([0, 1]) * rng.uniform(0.005, 0.03) * weave[..., None])
    if rng.random() < 0.4:
        values = values * np.array([1, rng.uniform(0.85, 1), rng.uniform(0.6, 0.95)])
    contrast, saturation = rng.uniform(0.85, 1.25), rng.uniform(0.8, 1.4)
    return adjust(to_bytes(values), rng.uniform(0.8, 1.3), contrast, saturation)


def _smoothstep(values: Values, width: float) -> Values:
    """From 0 to 1 about the middle, over `width`."""
    ramp = np.clip((values - 0.5) / width + 0.5, 0, 1)
    return ramp * ramp * (3 - 2 * ramp)
