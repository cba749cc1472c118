"""What a Python caller may call a picture: a path, a file or its bytes, pixels."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.imaging.decode import Limits, PictureTooLarge, decode, raster_of, read_file
from unmask.imaging.picture import Picture, Raster


@dataclass(frozen=True)
class LoadedPicture:
    """A decoded picture, with the name and the bytes of its file where it came from one."""

    picture: Picture
    name: str | None
    data: bytes | None


PictureInput = str | Path | bytes | BinaryIO | Image.Image | NDArray[np.uint8]
"""A path, the bytes of a file, a file opened for reading bytes, pixels of Pillow or of numpy."""


def load_picture(source: PictureInput | Picture | LoadedPicture, limits: Limits) -> LoadedPicture:
    """Whatever a caller calls a picture; one that is loaded already is taken as it is.

    Raises:
        OSError: the file cannot be read.
        PictureError: the picture cannot be used.
        ValueError: an array is not (H, W, 3) uint8, or a file was opened as text.
    """
    match source:
        case LoadedPicture():
            return source
        case Picture():
            return LoadedPicture(source, name=None, data=None)
        case np.ndarray():
            return LoadedPicture(_from_array(source, limits), name=None, data=None)
        case Image.Image():
            _refuse_large(*source.size, limits)
            return LoadedPicture(_of_pixels(raster_of(source)), name=None, data=None)
        case bytes():
            return LoadedPicture(decode(source, limits), name=None, data=source)
        case str() | Path():
            data = read_file(Path(source), limits)
            return LoadedPicture(decode(data, limits), name=name_of(source), data=data)
    data = source.read(limits.max_bytes + 1)
    if not isinstance(data, bytes):
        raise ValueError(f"{source!r} gives text, not bytes; open the file with mode 'rb'")
    name = getattr(source, "name", None)
    return LoadedPicture(
        decode(data, limits), name=name_of(name) if isinstance(name, str) else None, data=data
    )


def name_of(file: str | Path) -> str:
    """The name of a file as text; bytes in it that are not UTF-8 become marks of replacement."""
    return os.fsencode(file).decode("utf-8", "replace")


def _from_array(pixels: NDArray[np.uint8], limits: Limits) -> Picture:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or pixels.size == 0:
        raise ValueError(f"pixels must be (H, W, 3) uint8 RGB, not {pixels.shape} {pixels.dtype}")
    _refuse_large(pixels.shape[1], pixels.shape[0], limits)
    return _of_pixels(Raster.of(np.ascontiguousarray(pixels)))


def _of_pixels(raster: Raster) -> Picture:
    whole = raster.upright()
    digest = hashlib.sha256(whole.data).hexdigest()
    return Picture(raster, format="array", file_size=whole.nbytes, sha256=digest)


def _refuse_large(width: int, height: int, limits: Limits) -> None:
    if height * width > limits.max_pixels:
        raise PictureTooLarge(
            f"picture is {width}x{height} px ({width * height / 1e6:.0f} MP); "
            f"the limit is {limits.max_pixels / 1e6:.0f} MP; pass a smaller copy"
        )
