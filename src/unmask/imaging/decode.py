"""Safe decoding: bytes of an untrusted file to upright RGB pixels.

The type is told by content, never by name. Limits hold before pixels are allocated. Orientation
is applied once, here; everything else that the file says about itself is dropped.
"""

from __future__ import annotations

import hashlib
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from unmask.imaging.containers import without_texts
from unmask.imaging.errors import (
    BrokenPicture,
    EmptyPicture,
    PictureError,
    PictureTooLarge,
    UnsupportedPicture,
)
from unmask.imaging.heif import ADVICE, broken_heif, has_reader, is_heif, read_heif
from unmask.imaging.limits import BoundedFile, refuse_bomb, refuse_large_streams, refuse_many_scans
from unmask.imaging.memory import refuse_greedy, refuse_greedy_heif
from unmask.imaging.sandbox import decode_in_sandbox

__all__ = [
    "ACCEPTED_FORMATS",
    "DEFAULT_LIMITS",
    "MIN_SIDE",
    "PICTURE_SUFFIXES",
    "BrokenPicture",
    "EmptyPicture",
    "Limits",
    "Picture",
    "PictureError",
    "PictureTooLarge",
    "UnsupportedPicture",
    "decode",
    "open_picture",
    "read_file",
    "read_picture",
    "silenced",
]

ACCEPTED_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "BMP", "GIF")
"""Formats by Pillow's names; where its reader is installed, `HEIF`, too."""
PICTURE_SUFFIXES: Final = (
    ".jpg", ".jpeg", ".png", ".webp", ".avif", ".bmp", ".gif", ".heic", ".heif", ".hif",
)  # fmt: skip
MIN_SIDE: Final = 16
"""Pictures with a shorter side, in pixels, cannot hold a face."""
_STRIP: Final = 256
"""Rows that are turned and converted at once, so that a large picture is not held in every form."""


class _Turn(NamedTuple):
    """What brings a picture upright, and where that takes its rows, which came from the top on."""

    method: Image.Transpose | None
    to_columns: bool
    from_the_end: bool


_TURNS: Final = {
    1: _Turn(None, False, False),
    2: _Turn(Image.Transpose.FLIP_LEFT_RIGHT, False, False),
    3: _Turn(Image.Transpose.ROTATE_180, False, True),
    4: _Turn(Image.Transpose.FLIP_TOP_BOTTOM, False, True),
    5: _Turn(Image.Transpose.TRANSPOSE, True, False),
    6: _Turn(Image.Transpose.ROTATE_270, True, True),
    7: _Turn(Image.Transpose.TRANSVERSE, True, True),
    8: _Turn(Image.Transpose.ROTATE_90, True, False),
}
"""By the orientation in EXIF 2.3 (tag 0x0112)."""


@dataclass(frozen=True)
class Limits:
    """What a picture may measure at most: bytes of the file and pixels of the picture."""

    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000


DEFAULT_LIMITS: Final = Limits()

_SILENCE: Final = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A decoded picture: (H, W, 3) uint8 RGB upright pixels, and facts of the file it came from."""

    pixels: NDArray[np.uint8]
    format: str
    file_size: int
    sha256: str

    @property
    def width(self) -> int:
        """Width of the upright picture in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height of the upright picture in pixels."""
        return int(self.pixels.shape[0])


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """Decode the bytes of a picture file.

    Of an animated file the first frame is taken, of a HEIF its primary picture; transparency is
    laid on white; 16-bit and CMYK pictures are converted to 8-bit RGB.

    Raises:
        EmptyPicture, UnsupportedPicture, BrokenPicture, PictureTooLarge: see there.
    """
    if not data:
        raise EmptyPicture("the file is empty; choose a picture file")
    if len(data) > limits.max_bytes:
        raise _too_many_bytes(len(data), limits)
    with _decoding(data):
        if is_heif(data) and has_reader():
            kind, pixels = "HEIF", _heif_pixels(data, limits)
        else:
            kind, pixels = _open_and_read(data, limits)
    return Picture(
        pixels=pixels, format=kind, file_size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )


def open_picture(data: bytes) -> ImageFile.ImageFile:
    """Open a file that Pillow reads, by content; its pixels are not read yet.

    Raises:
        Exception: of a dozen kinds, where it is damaged or of a format that is not accepted.
    """
    with silenced():
        return Image.open(BoundedFile(without_texts(data)), formats=ACCEPTED_FORMATS)


def pixels_of(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a Pillow image of any mode, upright by its EXIF: (H, W, 3) uint8 RGB."""
    return _to_rgb(image, _turn(image))


def _open_and_read(data: bytes, limits: Limits) -> tuple[str, NDArray[np.uint8]]:
    """Format and pixels of a file that Pillow reads."""
    refuse_bomb(data, limits.max_pixels)
    image = open_picture(data)
    width, height = image.size
    if width * height > limits.max_pixels:
        raise PictureTooLarge(
            f"picture is {width}x{height} px ({width * height / 1e6:.0f} MP); "
            f"the limit is {limits.max_pixels / 1e6:.0f} MP; send a smaller copy"
        )
    _refuse_small(width, height)
    refuse_many_scans(data, width * height)
    refuse_greedy(image, data)
    image.seek(0)
    if isinstance(image, JpegImageFile):
        # All at once: what libjpeg cannot use yet, Pillow joins to every next piece anew.
        image.decodermaxblock = len(data)
    image.load()
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    return kind, pixels_of(image)


def _heif_pixels(data: bytes, limits: Limits) -> NDArray[np.uint8]:
    """Pixels of a HEIF file. How it is turned it says in a way of its own; EXIF is not asked."""
    found = read_heif(data)
    refuse_large_streams("HEIF", [one.pixels for one in found.coded], limits.max_pixels)
    refuse_greedy_heif(found)
    try:
        pixels = decode_in_sandbox(found.rewritten(), limits.max_pixels)
    except OSError as error:
        raise UnsupportedPicture(
            f"HEIF pictures (HEIC) cannot be read here at the moment; try again later, or {ADVICE}"
        ) from error
    if pixels is None:
        raise broken_heif()
    _refuse_small(pixels.shape[1], pixels.shape[0])
    return pixels


def _refuse_small(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE:
        raise BrokenPicture(
            f"picture is {width}x{height} px; a face needs at least {MIN_SIDE} px a side"
        )


def read_picture(path: Path, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """Read and decode a picture file; never reads more than the limit.

    Raises:
        PictureError: as `decode`.
        OSError: the file cannot be read.
    """
    return decode(read_file(path, limits), limits)


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read the bytes of a picture file; never reads more than the limit.

    Raises:
        PictureTooLarge: the file has more bytes.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(limits.max_bytes + 1)
        if len(data) > limits.max_bytes:
            raise _too_many_bytes(path.stat().st_size, limits)
    return data


def _too_many_bytes(size: int, limits: Limits) -> PictureTooLarge:
    return PictureTooLarge(
        f"file is {size / 1e6:.1f} MB; the limit is {limits.max_bytes / 1e6:.0f} MB; "
        "send a smaller copy"
    )


@contextmanager
def silenced() -> Iterator[None]:
    """Keep Pillow from warning of many pixels, for which we have our own limit, and odd metadata.

    Warnings can only be silenced for the whole process, so one thread at a time does it; nothing
    that takes long belongs here.
    """
    with _SILENCE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _claims_accepted_type(data: bytes) -> bool:
    """Whether the file begins as one of an accepted type does."""
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"))
        or (data[:2] == b"BM" and data[6:10] == bytes(4))
    )


@contextmanager
def _decoding(data: bytes) -> Iterator[None]:
    """Turn whatever Pillow raises over hostile bytes into our own errors."""
    try:
        yield
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge("picture has too many pixels; send a smaller copy") from error
    except MemoryError as error:
        raise PictureTooLarge("picture needs too much memory; send a smaller copy") from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds over broken data
        if _claims_accepted_type(data):
            raise BrokenPicture(
                "the picture is damaged or cut short and cannot be decoded; "
                "save or download it again"
            ) from error
        if is_heif(data):
            raise UnsupportedPicture(
                f"HEIF pictures (HEIC), as some phones take them, are not read here; {ADVICE}"
            ) from error
        raise UnsupportedPicture(
            "the file is not a picture of a type read here; "
            f"accepted are {', '.join(ACCEPTED_FORMATS)}"
        ) from error


def _turn(image: Image.Image) -> _Turn:
    """What the picture's EXIF asks for; nothing where it says nothing that is known.

    Pillow's own reading goes by XMP, too, which no browser does.
    """
    exif = Image.Exif()
    try:
        with silenced():
            exif.load(image.info.get("exif") or b"")
            orientation = exif.get(ExifTags.Base.Orientation)
    except PictureError:
        raise
    except Exception:  # Pillow raises several kinds over broken metadata, but of a JPEG
        return _TURNS[1]
    return _TURNS.get(orientation, _TURNS[1]) if isinstance(orientation, int) else _TURNS[1]


def _to_rgb(image: Image.Image, turn: _Turn) -> NDArray[np.uint8]:
    """Any Pillow mode to (H, W, 3) uint8 RGB, upright."""
    width, height = image.size
    pixels = np.empty((*((width, height) if turn.to_columns else (height, width)), 3), np.uint8)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        strip = image.crop((0, top, width, bottom))
        if turn.method is not None:
            strip = strip.transpose(turn.method)
        place = slice(height - bottom, height - top) if turn.from_the_end else slice(top, bottom)
        pixels[(slice(None), place) if turn.to_columns else place] = _strip_to_rgb(strip)
    return pixels


def _strip_to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I"):
        # 16-bit grey: Pillow's own conversion clips instead of scaling.
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
