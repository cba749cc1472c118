"""Whether something covers the eyes or the mouth of a face.

A face finder is as sure of a masked face as of a bare one, so a small network looks at the crop.
How it was made, how many faces it refuses and what it misses: tools/face_checks/covered.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.imaging.sessions import score_crop

WEIGHTS: Final = Path(__file__).with_name("covered.onnx")
"""The network's graph, made by `python -m tools.face_checks.covered learn`."""
WEIGHTS_SHA256: Final = "63033f89035fac6fc4fdc1d57a3764cba90c31d5de3067aaf885f5f250e8b59d"
MAX_SCORE: Final = 2.0
"""Score above which a face is taken for covered, chosen on validation faces."""


def is_covered(pixels: NDArray[np.uint8]) -> bool:
    """Whether eyes or mouth of the face in a crop, (218, 178, 3) uint8 RGB, are hidden.

    Raises:
        NetworkDamaged: the network's weights are missing or damaged.
    """
    return covered_score(pixels) > MAX_SCORE


def covered_score(pixels: NDArray[np.uint8]) -> float:
    """What the network says of a crop, (218, 178, 3) uint8 RGB: the higher, the more hidden.

    Raises:
        NetworkDamaged: the network's weights are missing or damaged.
    """
    return score_crop(WEIGHTS, WEIGHTS_SHA256, pixels)
