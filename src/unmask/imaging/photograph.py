"""Was a face photographed at all, or is it drawn or carved.

Two things tell. Light on skin never leaves a large area without any change of tone; a drawing
filled with flat colours is little else, and has few tones beside. Both must hold before a face is
refused as drawn flat. Of the 9,923 crops of the picture pool, photographed and generated, none
comes near either bound (most still share: 0.25; least tones: 5.1 bits), and recompressing them as
JPEG of quality 20, which flattens much, brings none past both.

Shaded drawings and statues are told by a small network that knows how surfaces look. How it was
made, how many photographs it refuses and what it misses, oil paintings above all:
tools/face_checks/photograph.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH
from unmask.imaging.sessions import score_crop

MAX_STILL: Final = 0.4
"""Share of the face without change of tone above which it may be drawn."""
MIN_TONES: Final = 4.8
"""Entropy of the face's grey values, in bits, below which it may be drawn."""

WEIGHTS: Final = Path(__file__).with_name("photograph.onnx")
"""The network's graph, made by `python -m tools.face_checks.photograph learn`."""
WEIGHTS_SHA256: Final = "9368bd4f467dd3724f0250cea9142690c53ede668f16e55bc3da5e8846084609"
MAX_SCORE: Final = 3.0
"""Score above which a face is taken for drawn. It was chosen on validation faces, photographed and
generated, compressed, shrunk, grey or laundered at random: about 0.2 % of them lie above."""

_STILL_STEP: Final = 0.75
"""Grey levels between neighbouring pixels up to which the tone counts as unchanged."""
_AROUND: Final = np.s_[45:187, 37:143]
"""Rows and columns of the crop about the oval that the face fills, with one more of each."""
_LUMA: Final = (0.299, 0.587, 0.114)


def is_drawn(pixels: NDArray[np.uint8]) -> bool:
    """Whether the network takes the face in a crop, (218, 178, 3) uint8 RGB, for drawn or carved.

    Raises:
        NetworkDamaged: the network's weights are missing or damaged.
    """
    return drawn_score(pixels) > MAX_SCORE


def drawn_score(pixels: NDArray[np.uint8]) -> float:
    """What the network says of a crop, (218, 178, 3) uint8 RGB: the higher, the surer drawn.

    Raises:
        NetworkDamaged: the network's weights are missing or damaged.
    """
    return score_crop(WEIGHTS, WEIGHTS_SHA256, pixels)


def luma(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey levels (H, W) float32, 0 to 255, of pixels (H, W, 3) uint8 RGB (ITU-R BT.601)."""
    return pixels.astype(np.float32) @ np.array(_LUMA, dtype=np.float32)


def is_drawn_flat(pixels: NDArray[np.uint8]) -> bool:
    """Whether the face in a crop, (218, 178, 3) uint8 RGB, is drawn in flat colours."""
    grey = luma(pixels)
    return still_share(grey) > MAX_STILL and tones(grey) < MIN_TONES


def still_share(grey: NDArray[np.float32]) -> float:
    """Share of the face, 0 to 1, where a crop's grey values (218, 178) do not change."""
    around = grey[_AROUND]
    right = np.abs(np.diff(around, axis=1))[:-1]
    down = np.abs(np.diff(around, axis=0))[:, :-1]
    still = (right < _STILL_STEP) & (down < _STILL_STEP)
    return float(still[_face()[_AROUND][:-1, :-1]].mean())


def tones(grey: NDArray[np.float32]) -> float:
    """Entropy, in bits, of the grey values of the face in a crop (218, 178); 0 for one tone."""
    levels = np.rint(grey[_face()]).astype(np.intp)
    share = np.bincount(levels, minlength=256) / levels.size
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


@cache
def _face() -> NDArray[np.bool_]:
    """The oval of the crop that the face fills, (218, 178)."""
    y, x = np.ogrid[:CROP_HEIGHT, :CROP_WIDTH]
    return np.asarray(((x - 89) / 52) ** 2 + ((y - 115) / 70) ** 2 <= 1)
