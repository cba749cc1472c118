"""Photographed crops as if the face were carved or cast: one material, blank eyes, new light."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from tools.face_checks.photograph.drawings import Pixels, Values, guided, luma, smooth, to_bytes

MATERIALS: Final = {
    "marble": ((232, 228, 220), 0.12),
    "plaster": ((222, 216, 205), 0.05),
    "sandstone": ((196, 168, 128), 0.02),
    "granite": ((140, 138, 136), 0.10),
    "terracotta": ((176, 104, 72), 0.05),
    "bronze": ((110, 82, 48), 0.55),
    "patina": ((98, 128, 112), 0.25),
    "gold": ((205, 160, 70), 0.6),
    "wood": ((140, 96, 60), 0.15),
}
"""Colour of each material, and how strongly it shines."""


def statue(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The face of a crop, (218, 178, 3) uint8 RGB, in stone, metal, clay or wood."""
    grey = luma(pixels)
    blank = _without_paint(grey, rng)
    height = smooth(blank, rng.uniform(0.8, 2.0)) * rng.uniform(10, 24)
    height += _dome() * rng.uniform(15, 45)
    light = rng.normal(0, 1, 3) * (1, 0.7, 0) + (0, -0.5, 1.1)
    shade, shine = lit(_normals(height), light / np.linalg.norm(light), rng.uniform(8, 40))
    # Some of the photograph's own light stays: it holds the shadows that a height map lacks.
    keep = rng.uniform(0.15, 0.65)
    return material(shade * (1 - keep) + keep * blank / max(float(blank.mean()), 0.1) * 0.6,
                    shine, rng, pixels)  # fmt: skip


def lit(normals: Values, light: Values, hardness: float) -> tuple[Values, Values]:
    """Diffuse and specular light, (H, W) each, on normals (H, W, 3), seen from the front."""
    diffuse = np.clip(normals @ light.astype(np.float32), 0, 1)
    half = light + np.array([0, 0, 1])
    half = (half / np.linalg.norm(half)).astype(np.float32)
    return diffuse, np.clip(normals @ half, 0, 1) ** np.float32(hardness)


def material(
    shade: Values, shine: Values, rng: np.random.Generator, behind: Pixels | None = None
) -> Pixels:
    """Shaded as one material, with its grain; `behind` may be seen around it, without colour."""
    base, gloss = MATERIALS[str(rng.choice(list(MATERIALS)))]
    colour = np.clip(np.array(base) / 255 * rng.uniform(0.85, 1.1, 3), 0, 1)
    ambient = rng.uniform(0.1, 0.35)
    tone = (ambient + (1 - ambient) * shade) * _grain(shade.shape, rng)
    values = tone[..., None] * colour + gloss * rng.uniform(0, 0.8) * shine[..., None]
    if behind is not None and rng.random() < 0.3:
        y, x = np.ogrid[: shade.shape[0], : shade.shape[1]]
        outside = np.clip((np.hypot((x - 89) / 66, (y - 112) / 92) - 1) * 6, 0, 1)[..., None]
        values = values * (1 - outside) + behind / 255 * outside
    return to_bytes(values * rng.uniform(0.85, 1.15))


def _without_paint(grey: Values, rng: np.random.Generator) -> Values:
    """Brows, pupils and lips taken out of the tones, but for a trace that looks like relief."""
    size = int(rng.integers(7, 13))
    closed = smooth(ndimage.grey_closing(grey, size=(size, size)), 1.5)
    kept = rng.uniform(0.1, 0.5)
    values = closed + kept * (grey - closed)
    return guided(values[..., None], 2, rng.uniform(0.0005, 0.004))[..., 0]


def _normals(height: Values) -> Values:
    """Unit normals, (H, W, 3), of a height map in pixels."""
    down, right = np.gradient(height)
    normals = np.stack([-right, -down, np.ones_like(height)], axis=-1)
    return (normals / np.linalg.norm(normals, axis=-1, keepdims=True)).astype(np.float32)


def _dome() -> Values:
    """The rough shape of a head, 0 to 1."""
    y, x = np.ogrid[:218, :178]
    away = ((x - 89) / 75) ** 2 + ((y - 112) / 100) ** 2
    return np.exp(-away).astype(np.float32)


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> Values:
    """Stains, veins, pores and chisel marks, about 1."""
    field = np.zeros(shape, dtype=np.float32)
    for sigma in (20, 8, 3, 1.2, 0.5):
        layer = smooth(rng.normal(0, 1, shape), sigma)
        field += rng.uniform(0, 1) ** 2 * layer / layer.std()
    if rng.random() < 0.3:
        vein = smooth(rng.normal(0, 1, shape), 10)
        field -= 2 * np.exp(-((vein / vein.std() / 0.08) ** 2))
    return np.clip(1 + rng.uniform(0.01, 0.08) * field, 0.2, 1.6)
