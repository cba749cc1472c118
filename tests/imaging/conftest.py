"""Fixtures for this folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from unmask.imaging.faces import Face, FaceFinder


@pytest.fixture(scope="session")
def portrait(data: Path) -> Image.Image:
    """One face, 512x512 px."""
    return Image.open(data / "face.jpg").convert("RGB")


@pytest.fixture(scope="session")
def portrait_face(finder: FaceFinder, portrait: Image.Image) -> Face:
    """The face in the portrait."""
    (face,) = finder.find(np.asarray(portrait))
    return face


@pytest.fixture(scope="session")
def portrait_pixels(portrait: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(portrait)
