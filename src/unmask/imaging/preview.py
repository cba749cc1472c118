"""Small copies of pictures, to be looked at."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PREVIEW_TYPE: Final = "image/webp"
"""The type of a small copy, which all browsers show."""


def small_copy(pixels: NDArray[np.uint8], side: int) -> bytes:
    """A WebP of a picture (H, W, 3) uint8, of at most `side` pixels a side."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82, method=4)
    return buffer.getvalue()
