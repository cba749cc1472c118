"""What a Python caller may call a picture: a path, the bytes of a file, an array."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.imaging.decode import Limits, Picture, PictureTooLarge, decode, read_file


@dataclass(frozen=True)
class LoadedPicture:
    """A decoded picture, with the name and the bytes of its file where it came from one."""

    picture: Picture
    name: str | None
    data: bytes | None


def load_picture(source: str | Path | bytes | NDArray[np.uint8], limits: Limits) -> LoadedPicture:
    """Whatever a caller calls a picture.

    Raises:
        OSError: the file cannot be read.
        PictureError: the picture cannot be used.
        ValueError: an array is not (H, W, 3) uint8.
    """
    if isinstance(source, np.ndarray):
        return LoadedPicture(_from_array(source, limits), name=None, data=None)
    if isinstance(source, bytes):
        return LoadedPicture(decode(source, limits), name=None, data=source)
    data = read_file(Path(source), limits)
    return LoadedPicture(decode(data, limits), name=name_of(source), data=data)


def name_of(file: str | Path) -> str:
    """The name of a file as text; bytes in it that are not UTF-8 become marks of replacement."""
    return os.fsencode(file).decode("utf-8", "replace")


def _from_array(pixels: NDArray[np.uint8], limits: Limits) -> Picture:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or pixels.size == 0:
        raise ValueError(f"pixels must be (H, W, 3) uint8 RGB, not {pixels.shape} {pixels.dtype}")
    height, width = pixels.shape[:2]
    if height * width > limits.max_pixels:
        raise PictureTooLarge(
            f"picture is {width}x{height} px ({width * height / 1e6:.0f} MP); "
            f"the limit is {limits.max_pixels / 1e6:.0f} MP; pass a smaller copy"
        )
    whole = np.ascontiguousarray(pixels)
    return Picture.of(whole, hashlib.sha256(whole.data).hexdigest())
