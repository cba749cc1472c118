"""Drawn faces: pictures that the face finder takes for faces, but that nobody photographed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SKINS = {"light": (236, 190, 160), "dark": (110, 70, 50), "green": (120, 190, 110)}


def drawn_face(skin: tuple[int, int, int], size: int = 512) -> Image.Image:
    """A face of ellipses and lines in flat colours, drawn at 512 px, then brought to the size."""
    hair, shade = (70, 45, 30), tuple(int(0.8 * value) for value in skin)
    image = Image.new("RGB", (512, 512), (120, 170, 210))
    draw = ImageDraw.Draw(image)
    draw.ellipse((116, 60, 396, 420), fill=hair)
    draw.rectangle((206, 380, 306, 512), fill=shade)
    draw.ellipse((140, 100, 372, 440), fill=skin)
    draw.pieslice((130, 70, 382, 300), 180, 360, fill=hair)
    draw.ellipse((150, 130, 362, 300), fill=skin)
    for x in (205, 307):
        draw.ellipse((x - 30, 222, x + 30, 256), fill=(250, 250, 250))
        draw.ellipse((x - 15, 224, x + 15, 254), fill=(80, 60, 40))
        draw.ellipse((x - 7, 232, x + 7, 246), fill=(10, 10, 10))
        draw.line((x - 34, 205, x, 195, x + 34, 205), fill=hair, width=9)
        draw.arc((x - 32, 218, x + 32, 262), 180, 360, fill=(40, 25, 20), width=4)
    draw.polygon([(256, 240), (238, 318), (274, 318)], fill=shade)
    draw.ellipse((236, 304, 276, 328), fill=shade)
    for x in (240, 262):
        draw.ellipse((x, 314, x + 10, 324), fill=(90, 50, 40))
    draw.ellipse((208, 356, 304, 392), fill=(180, 70, 70))
    draw.line((208, 374, 304, 374), fill=(100, 30, 30), width=4)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def shaded_face(skin: tuple[int, int, int] = (214, 160, 130), seed: int = 0) -> Image.Image:
    """The same face with soft light and shadow on it and a little grain, 512 px."""
    rng = np.random.default_rng(seed)
    values = np.asarray(drawn_face(skin).filter(ImageFilter.GaussianBlur(3)), dtype=np.float64)
    tones = 0.55 + 0.6 * _light()[..., None]
    grain = rng.normal(0, 3, (512, 512, 1))
    return Image.fromarray(np.clip(values * tones + grain, 0, 255).astype(np.uint8))


def painted_face(seed: int = 0) -> Image.Image:
    """The shaded face laid on in brush strokes, 512 px."""
    rng = np.random.default_rng(seed)
    shaded = np.asarray(shaded_face(seed=seed).filter(ImageFilter.GaussianBlur(2)))
    canvas = Image.fromarray(shaded)
    draw = ImageDraw.Draw(canvas)
    for width, count in ((14, 2500), (7, 6000), (4, 9000)):
        for x, y in rng.integers(0, 512, (count, 2)):
            angle = math.atan2(y - 260, x - 256) + math.pi / 2 + rng.normal(0, 0.4)
            dx, dy = 1.5 * width * math.cos(angle), 1.5 * width * math.sin(angle)
            colour = np.clip(shaded[y, x] + rng.normal(0, 9) + rng.normal(0, 4, 3), 0, 255)
            fill = tuple(int(value) for value in colour)
            draw.line((x - dx, y - dy, x + dx, y + dy), fill=fill, width=width)
    return canvas


def statue(stone: tuple[int, int, int] = (205, 200, 190), seed: int = 0) -> Image.Image:
    """A head of stone with blank eyes, lit from one side, 512 px."""
    rng = np.random.default_rng(seed)
    grain = sum(
        np.asarray(
            Image.fromarray(rng.normal(0, 1, (side, side)).astype(np.float32)).resize((512, 512))
        )
        for side in (16, 64, 256)
    )
    y, x = np.mgrid[:512, :512]
    inside = np.hypot((x - 256) / 125, (y - 265) / 180) < 1
    neck = (np.abs(x - 256) < 70) & (y > 400)
    tones = (0.25 + 0.85 * _light())[..., None] * np.array(stone) * (1 + 0.04 * grain[..., None])
    behind = np.array([70, 75, 80]) + 20 * (y / 512)[..., None]
    values = np.where((inside | neck)[..., None], tones, behind)
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(0.8))


def _light() -> NDArray[np.float64]:
    """Light from the upper left, 0 to 1, on a head with sockets, lids, nose, lips and chin."""
    y, x = np.mgrid[:512, :512].astype(np.float64)

    def bump(left: float, top: float, wide: float, high: float) -> NDArray[np.float64]:
        return np.asarray(np.exp(-(((x - left) / wide) ** 2) - ((y - top) / high) ** 2))

    height = 150 * np.sqrt(np.clip(1 - ((x - 256) / 140) ** 2 - ((y - 265) / 195) ** 2, 0.02, 1))
    for eye in (205, 307):
        height += 12 * bump(eye, 200, 46, 12) - 26 * bump(eye, 238, 42, 24)
        height += 15 * bump(eye, 240, 24, 13) - 5 * bump(eye, 240, 28, 2.5)
        height += 10 * bump(eye + (-14 if eye < 256 else 14), 310, 40, 40)
    height += 40 * bump(256, 300, 18, 26) + 22 * bump(256, 262, 13, 40)
    for side in (238, 274):
        height += 12 * bump(side, 316, 11, 9) - 7 * bump(
            side + (5 if side < 256 else -5), 325, 5, 4
        )
    height += 13 * bump(256, 362, 40, 8) + 15 * bump(256, 386, 34, 9) - 14 * bump(256, 374, 46, 3)
    height += 14 * bump(256, 425, 36, 20) - 8 * bump(256, 344, 6, 10)
    down, right = np.gradient(height)
    normals = np.stack([-right, -down, np.ones_like(height)]) / np.sqrt(right**2 + down**2 + 1)
    light = np.array([-0.5, -0.6, 0.75])
    return np.clip(np.tensordot(light / np.linalg.norm(light), normals, 1), 0, 1)
