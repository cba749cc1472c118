"""Fixtures for this folder: small pools of pictures in a layout of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dataset.painter import Painter

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
