"""Pictures for small pools."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps


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
