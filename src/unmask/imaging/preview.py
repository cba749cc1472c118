"""Small copies of pictures, to be looked at."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.imaging.picture import Picture, as_picture

PREVIEW_TYPE: Final = "image/webp"
"""The type of a small copy, which all browsers show."""


def small_copy(picture: Picture | NDArray[np.uint8], side: int) -> bytes:
    """A WebP of a picture, or of pixels (H, W, 3) uint8, of at most `side` pixels a side.

    Raises:
        PictureError: as `Picture.raster`.
    """
    picture = as_picture(picture)
    # Of a picture decoded at a fraction, that is enough as a rule.
    image = Image.fromarray(picture.raster(side / max(picture.width, picture.height)).upright())
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82, method=4)
    return buffer.getvalue()
