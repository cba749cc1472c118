"""Fixtures for this folder: small pools of pictures in a layout of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

CATALOGUE = """
[[source]]
collection = "holiday"
folder = "album/summer 2019"
label = "real"
use = "learn"
subjects = "album/who.csv"

[[source]]
collection = "studio"
folder = "album/studio"
label = "real"
use = "learn"

[[source]]
collection = "dreams"
folder = "generated/dreams"
label = "generated"
generator = "dreamer"
family = "diffusion"
use = "learn"

[[source]]
collection = "later"
folder = "generated/later"
label = "generated"
generator = "newer"
family = "unknown"
use = "unseen"
"""


class Painter:
    """Makes pictures with a face that differ: in the face, its place, the ground behind it."""

    def __init__(self, data: Path) -> None:
        two = Image.open(data / "two-faces.jpg").convert("RGB")
        astronaut = Image.open(data / "astronaut.jpg").convert("RGB")
        self._faces = [
            Image.open(data / "face.jpg").convert("RGB").crop((60, 20, 490, 512)),
            two.crop((60, 60, 540, 556)),
            two.crop((730, 165, 1010, 480)),
            astronaut.crop((140, 10, 310, 220)),
        ]

    def picture(self, number: int) -> Image.Image:
        rng = np.random.default_rng(number)
        ground = rng.integers(0, 256, (5, 5, 3), np.uint8)
        canvas = Image.fromarray(ground).resize((260, 240), Image.Resampling.BICUBIC)
        face = self._faces[number % len(self._faces)]
        if rng.random() < 0.5:
            face = ImageOps.mirror(face)
        face = ImageEnhance.Brightness(face).enhance(rng.uniform(0.8, 1.2))
        height = int(rng.integers(130, 190))
        face = face.resize((face.width * height // face.height, height))
        place = rng.integers(0, 40, 2)
        canvas.paste(face, (int(place[0]), int(place[1])))
        return canvas

    def write(self, folder: Path, numbers: range, suffix: str = ".jpg") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in numbers:
            self.picture(number).save(folder / f"{number:03}{suffix}", quality=90)


@pytest.fixture(scope="session")
def painter(root: Path) -> Painter:
    return Painter(root / "tests/data")


@pytest.fixture
def pool(tmp_path: Path, painter: Painter) -> Path:
    """A user's own folders: two collections of photographs, two of generated pictures."""
    folder = tmp_path / "pool"
    painter.write(folder / "album/summer 2019", range(0, 12))
    painter.write(folder / "album/studio", range(100, 108), ".png")
    painter.write(folder / "generated/dreams", range(200, 212), ".webp")
    painter.write(folder / "generated/later", range(300, 304))
    (folder / "album/who.csv").write_text("path,subject\n", "utf-8")
    (folder / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    return folder
