"""What both photographs and drawings go through, so that only how a face was made tells them apart.

Background, colour, grain and encoding are drawn at random, whatever the label.
"""

from __future__ import annotations

import numpy as np

from tools.face_checks.photograph.drawings import Pixels, guided, luma, to_bytes
from unmask.imaging import laundering
from unmask.training.augmentation import web


def launder(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """What a picture, photographed or drawn, may have been through."""
    if rng.random() < 0.35:
        pixels = _on_backdrop(pixels, rng)
    if rng.random() < 0.08:
        pixels = _beautified(pixels, rng)
    if rng.random() < 0.3:
        pixels = _toned(pixels, rng)
    if rng.random() < 0.1:
        grain = rng.normal(0, rng.uniform(2, 14), pixels.shape[:2])[..., None]
        pixels = to_bytes((pixels + grain) / 255)
    pixels = web(pixels, rng)
    if rng.random() < 0.1:
        pixels = laundering.rescale(pixels, rng.uniform(0.3, 0.6))
    if rng.random() < 0.1:
        pixels = laundering.jpeg(pixels, int(rng.integers(20, 50)))
    return pixels


def _on_backdrop(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Everything around the face in one colour, often white, as cut-out pictures stand."""
    y, x = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    wide, high = rng.uniform(52, 75), rng.uniform(75, 100)
    away = np.hypot((x - 89) / wide, (y - 115) / high)
    outside = np.clip((away - 1) * rng.uniform(3, 30), 0, 1)[..., None]
    colour = rng.uniform(0, 255, 3) if rng.random() < 0.5 else rng.choice([0, 255, 255])
    return to_bytes((pixels * (1 - outside) + colour * outside) / 255)


def _beautified(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Smoothed as a beauty filter does: skin loses its pores, edges stay."""
    values = pixels.astype(np.float32) / 255
    even = guided(values, int(rng.integers(2, 5)), rng.uniform(0.0003, 0.002))
    share = rng.uniform(0.3, 0.9)
    return to_bytes(values * (1 - share) + even * share)


def _toned(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Black and white, sepia, or tinted in one colour."""
    grey = luma(pixels)[..., None]
    if rng.random() < 0.5:
        return to_bytes(np.repeat(grey, 3, axis=2))
    dark = rng.uniform(0, 0.2) * rng.uniform(0, 1, 3)
    light = np.array([1.0, 0.9, 0.7]) if rng.random() < 0.5 else rng.uniform(0.6, 1, 3)
    toned = dark + grey * (light - dark)
    keep = rng.choice([0.0, rng.uniform(0, 0.5)])
    return to_bytes(toned * (1 - keep) + pixels / 255 * keep)
