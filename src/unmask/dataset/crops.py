"""One picture of the pool to one harmonised crop, in any worker process."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn

from unmask.imaging.align import align
from unmask.imaging.decode import Picture, PictureError, read_picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import why_not_usable

HASH_SIDE: Final = 16
"""The perceptual hash has this many bits squared."""


@dataclass(frozen=True)
class CropRecord:
    """What became of one picture: a crop, or the reason why there is none.

    `path` is relative to the pool and `crop` to the dataset's folder. Sizes and the distance
    between the eyes are in pixels of the original. `perceptual_hash` is hex, 256 bits.
    """

    path: str
    reason: str = ""
    crop: str = ""
    sha256: str = ""
    crop_sha256: str = ""
    perceptual_hash: str = ""
    original_width: int = 0
    original_height: int = 0
    eye_distance: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """The record as JSON-ready values."""
        return asdict(self)


class Cropper:
    """Makes crops of a pool; one in each worker process."""

    def __init__(self, pool: Path, out: Path) -> None:
        """Crops of pictures below `pool` go below `out`."""
        self._pool = pool
        self._out = out
        self._finder = FaceFinder(threads=1)

    def make(self, path: str) -> CropRecord:
        """Cut the crop of the largest usable face and write it."""
        try:
            picture = read_picture(self._pool / path)
        except PictureError as error:
            return CropRecord(path, reason=str(error))
        except OSError as error:
            return CropRecord(path, reason=f"cannot be read: {error.strerror}")
        faces = self._finder.find(picture.pixels)
        if not faces:
            return CropRecord(path, reason="no face found", sha256=picture.sha256)
        crops = [align(picture.pixels, face.landmarks) for face in faces]
        reasons = [why_not_usable(face, crop) for face, crop in zip(faces, crops, strict=True)]
        usable = [crop for crop, reason in zip(crops, reasons, strict=True) if not reason]
        if not usable:
            words = ", ".join(str(reason) for reason in reasons[0])
            return CropRecord(path, reason=f"face not usable: {words}", sha256=picture.sha256)
        encoded = encode_crop(usable[0].pixels)
        name = f"crops/{picture.sha256[:2]}/{picture.sha256}.png"
        _write(self._out / name, encoded)
        return CropRecord(
            path,
            crop=name,
            sha256=picture.sha256,
            crop_sha256=hashlib.sha256(encoded).hexdigest(),
            perceptual_hash=perceptual_hash(picture),
            original_width=picture.width,
            original_height=picture.height,
            eye_distance=round(usable[0].eye_distance, 3),
        )


def encode_crop(pixels: NDArray[np.uint8]) -> bytes:
    """Encode a crop, (218, 178, 3) uint8 RGB, the one way that all crops are encoded.

    PNG without compression: lossless, so that training sees the very pixels that use sees, and of
    the same length for every crop, so that not even the file's size says anything of the label.
    """
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def perceptual_hash(picture: Picture) -> str:
    """Hash of what a picture shows: the signs of its lowest 256 frequencies about their median.

    Source: Zauner 2010, Implementation and Benchmarking of Perceptual Image Hash Functions, 3.1.
    Taken of the whole picture: aligned faces are too alike to tell people apart this way.
    """
    image = Image.fromarray(picture.pixels).convert("L")
    side = 4 * HASH_SIDE
    grey = np.asarray(image.resize((side, side), Image.Resampling.LANCZOS), dtype=np.float64)
    low = dctn(grey, norm="ortho")[:HASH_SIDE, :HASH_SIDE].ravel()
    return np.packbits(low > np.median(low)).tobytes().hex()


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_bytes(data)
    partial.replace(path)
