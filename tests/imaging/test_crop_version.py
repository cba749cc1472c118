"""Golden crops: the code that finds and cuts faces has a version, and this holds it.

`python -m tests.imaging.test_crop_version` writes those of the present code.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unmask.imaging.align import CROP_VERSION
from unmask.imaging.faces import FaceFinder
from unmask.imaging.retinaface import _weights
from unmask.imaging.usable import see_faces

DATA = Path(__file__).resolve().parent.parent / "data"
PATCHES = (6, 5)
"""Rows and columns into which a crop is divided; of each its mean colour is held."""
SCALES = {"face.jpg": (1.0, 0.5, 2.5), "astronaut.jpg": (1.0, 3.0), "two-faces.jpg": (1.0,)}
"""Pictures, and by how much each is enlarged: faces smaller and larger than in a crop."""
GOLDEN = DATA / "golden-crops.json"
"""The version, the SHA-256 of the finder's network, and of the largest face in each picture the
mean red, green and blue of the patches, row by row, and how fine its detail is."""
WHAT_TO_DO = (
    "the crops of a picture have changed: datasets and models made before do not fit them. Where "
    "that is meant, raise CROP_VERSION in src/unmask/imaging/align.py and run "
    "`python -m tests.imaging.test_crop_version`; else undo the change"
)


def patches(finder: FaceFinder, name: str, scale: float) -> list[float]:
    """Mean colours of the crop's patches."""
    with Image.open(DATA / name) as image:
        size = (round(image.width * scale), round(image.height * scale))
        pixels = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BICUBIC))
    crop = see_faces(finder, pixels)[0].crop.pixels.astype(np.float64)
    rows = [part for row in np.array_split(crop, PATCHES[0]) for part in
            np.array_split(row, PATCHES[1], axis=1)]  # fmt: skip
    means = [float(value) for part in rows for value in part.mean(axis=(0, 1))]
    # Fine detail: the mean step to the next pixel, ten times.
    return [*means, *(10 * float(np.abs(np.diff(crop, axis=axis)).mean()) for axis in (0, 1))]


@pytest.mark.parametrize(("name", "scale"), [(n, s) for n, all_ in SCALES.items() for s in all_])
def test_crops_are_those_of_this_version(finder: FaceFinder, name: str, scale: float) -> None:
    held = np.array(json.loads(GOLDEN.read_text())["patches"][f"{name} x {scale}"])
    assert np.abs(np.array(patches(finder, name, scale)) - held).max() <= 1.0, WHAT_TO_DO


def test_the_version_is_that_of_the_golden_crops() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert golden["version"] == CROP_VERSION, WHAT_TO_DO
    assert golden["finder"] == hashlib.sha256(_weights()).hexdigest(), WHAT_TO_DO


def write() -> None:
    """Write the golden crops of the present code."""
    finder = FaceFinder(1)
    lines = [
        f'    "{name} x {scale}": {[round(value) for value in patches(finder, name, scale)]}'
        for name, scales in SCALES.items()
        for scale in scales
    ]
    digest = hashlib.sha256(_weights()).hexdigest()
    GOLDEN.write_text(
        f'{{\n  "version": {CROP_VERSION},\n  "finder": "{digest}",\n  "patches": {{\n'
        + ",\n".join(lines)
        + "\n  }\n}\n"
    )


if __name__ == "__main__":
    write()
