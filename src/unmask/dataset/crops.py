"""One picture of the pool to one harmonised crop, in any worker process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn

from unmask.dataset.files import write_whole
from unmask.imaging.decode import Picture, PictureError, read_picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import see_faces

HASH_SIDE: Final = 16
"""The perceptual hash has this many bits squared."""


NOT_DECODED: Final = "cannot be decoded"


@dataclass(frozen=True)
class CropRecord:
    """What became of one picture: a crop, or the reason why there is none.

    `path` is relative to the pool and `crop` to the dataset's folder. `reason` is one of a few, and
    `detail` what there is to add. `file_size` in bytes and `modified` in nanoseconds tell whether
    the picture is still the same; both are 0 where it could not be read. Sizes and the distance
    between the eyes are in pixels of the original. `perceptual_hash` is hex, 256 bits.
    """

    path: str
    reason: str = ""
    detail: str = ""
    file_size: int = 0
    modified: int = 0
    crop: str = ""
    sha256: str = ""
    crop_sha256: str = ""
    perceptual_hash: str = ""
    original_width: int = 0
    original_height: int = 0
    eye_distance: float = 0.0


class Cropper:
    """Makes crops of a pool; one in each worker process."""

    def __init__(self, pool: Path, out: Path) -> None:
        """Crops of pictures below `pool` go below `out`."""
        self._pool = pool
        self._out = out
        self._finder = FaceFinder(threads=1)

    def make(self, path: str) -> CropRecord:
        """Cut the crop of the largest usable face and write it.

        Raises:
            OSError: the crop cannot be written. What is wrong with the picture is in the record.
        """
        file = self._pool / path
        try:
            facts = file.stat()
            picture = read_picture(file)
        except OSError as error:
            return CropRecord(path, reason="cannot be read", detail=error.strerror or str(error))
        except PictureError as error:
            record = CropRecord(path, reason=NOT_DECODED, detail=str(error))
        else:
            record = self._crop(path, picture)
        return replace(record, file_size=facts.st_size, modified=facts.st_mtime_ns)

    def _crop(self, path: str, picture: Picture) -> CropRecord:
        faces = see_faces(self._finder, picture.pixels)
        if not faces:
            return CropRecord(path, reason="no face found", sha256=picture.sha256)
        # Whether a picture of the pool is a photograph, the catalogue says. Left to the check that
        # refuses drawings, the photographs that it takes for some would never be counted.
        crop = next((face.crop for face in faces if face.good_quality), None)
        if crop is None:
            words = ", ".join(str(reason) for reason in faces[0].reasons)
            return CropRecord(path, reason=f"face not usable: {words}", sha256=picture.sha256)
        encoded = encode_crop(crop.pixels)
        name = f"crops/{picture.sha256[:2]}/{picture.sha256}.png"
        write_whole(self._out / name, encoded)
        return CropRecord(
            path,
            crop=name,
            sha256=picture.sha256,
            crop_sha256=hashlib.sha256(encoded).hexdigest(),
            perceptual_hash=perceptual_hash(picture),
            original_width=picture.width,
            original_height=picture.height,
            eye_distance=round(crop.eye_distance, 3),
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
