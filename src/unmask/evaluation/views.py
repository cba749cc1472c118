"""What the benchmark does to crops before a bundle sees them: fixed, and the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from unmask.bundles.runtime import CROP_SHAPE
from unmask.imaging import laundering
from unmask.imaging.laundering import Pixels

CLEAN: Final = "clean"
_SEED: Final = 0


@dataclass(frozen=True)
class View:
    """One thing that is done to every crop.

    `launder` takes a crop, (218, 178, 3) uint8 RGB, and the crop's name, from which draws are
    seeded. `headline` views are run over all crops, however slow the bundle.
    """

    name: str
    title: str
    launder: Callable[[Pixels, str], Pixels]
    headline: bool = False

    def digest(self) -> str:
        """Of what it makes of fixed crops: it changes where the view does something else."""
        made = [self.launder(crop, f"probe {number}") for number, crop in enumerate(probes())]
        return hashlib.sha256(b"".join(crop.tobytes() for crop in made)).hexdigest()


def probes() -> tuple[Pixels, ...]:
    """Crops in which any change of a step shows: a gradient, noise and edges."""
    height, width, _ = CROP_SHAPE
    rows, columns = np.mgrid[:height, :width]
    gradient = np.stack([rows, columns, rows + columns], axis=2).astype(np.uint8)
    noise = np.random.default_rng(_SEED).integers(0, 256, CROP_SHAPE, dtype=np.uint8)
    fields = (rows // 7 + columns // 5) % 3
    edges = np.stack([fields == band for band in range(3)], axis=2).astype(np.uint8) * 255
    return gradient, noise, edges


def _noise(pixels: Pixels, name: str, sigma: float) -> Pixels:
    # The name decides the noise, so that a crop gets the same in whatever order, among whatever.
    drawn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return laundering.noise(pixels, sigma, np.random.default_rng([_SEED, drawn]))


def _plain(step: Callable[[Pixels], Pixels]) -> Callable[[Pixels, str], Pixels]:
    return lambda pixels, _name: step(pixels)


def _jpeg(quality: int, headline: bool = False) -> View:
    step = partial(laundering.jpeg, quality=quality, offset=(4, 4))
    return View(f"jpeg-{quality}", f"JPEG {quality}", _plain(step), headline)


CLEAN_VIEW: Final = View(CLEAN, "clean", _plain(lambda pixels: pixels), headline=True)
LAUNDERINGS: Final = (
    _jpeg(95),
    _jpeg(90),
    _jpeg(80, headline=True),
    _jpeg(60, headline=True),
    _jpeg(40),
    View("webp-80", "WebP 80", _plain(partial(laundering.webp, quality=80))),
    View("half-size", "half size", _plain(partial(laundering.rescale, factor=0.5))),
    View("quarter-size", "quarter size", _plain(partial(laundering.rescale, factor=0.25))),
    View("blur-1", "blur 1 px", _plain(partial(laundering.blur, sigma=1.0))),
    View("blur-2", "blur 2 px", _plain(partial(laundering.blur, sigma=2.0))),
    View("noise", "noise 4 levels", partial(_noise, sigma=4.0)),
    View("screenshot", "screenshot", _plain(laundering.screenshot)),
    View("social-chain", "social chain", _plain(laundering.social_chain)),
)
"""To add a view, add an entry; the tables and plots follow."""
