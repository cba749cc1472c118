"""Safe decoding: bytes of an untrusted file to upright RGB pixels.

The type is told by content, never by name. Limits hold before pixels are allocated. Orientation
and colours are applied once, here; everything else that the file says of itself is dropped.
"""

from __future__ import annotations

import hashlib
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from unmask.imaging.boxes import clean_aperture, primary_properties
from unmask.imaging.colour import (
    STRIP,
    Conversion,
    colours_in,
    conversion,
    conversion_of,
    convert_pixels,
    to_rgb,
)
from unmask.imaging.containers import without_texts
from unmask.imaging.errors import (
    BrokenPicture,
    DecodingHalted,
    EmptyPicture,
    PictureError,
    PictureTooLarge,
    UnsupportedPicture,
)
from unmask.imaging.heif import ADVICE, broken_heif, is_heif, read_heif
from unmask.imaging.limits import BoundedFile, refuse_bomb, refuse_large_streams, refuse_many_scans
from unmask.imaging.memory import refuse_greedy, refuse_greedy_heif
from unmask.imaging.picture import UPRIGHT, Picture, Raster, Turn
from unmask.imaging.sandbox import Kind, decode_in_sandbox
from unmask.imaging.signatures import STARTS, TIFF
from unmask.imaging.unread import jpeg_bits, kind_of_unread

__all__ = [
    "ACCEPTED_FORMATS",
    "DEFAULT_LIMITS",
    "MIN_SIDE",
    "PICTURE_SUFFIXES",
    "BrokenPicture",
    "DecodingHalted",
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

ACCEPTED_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "BMP", "GIF", "HEIF", "TIFF")
"""Formats by Pillow's names."""
_OPENED_HERE: Final = ACCEPTED_FORMATS[:6]
"""The others are decoded in a process of their own."""
PICTURE_SUFFIXES: Final = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".avif", ".bmp", ".gif",
    ".heic", ".heif", ".hif", ".tif", ".tiff",
)  # fmt: skip
MIN_SIDE: Final = 16
"""Pictures with a shorter side, in pixels, cannot hold a face."""
LOOK_SIDE: Final = 1440
"""Longest side, in pixels, at which libjpeg decodes a larger picture first: it takes half the time,
and is enough to find the face that a picture was taken of and, as a rule, to judge it."""
_FRACTIONS: Final = (8, 4, 2)
"""By which libjpeg can divide a size while it decodes."""
_HALVED: Final = ([(1, 1)], [(1, 1), (1, 1), (1, 1)], [(2, 2), (1, 1), (1, 1)])
"""Sampling of the colours with which that is as good as averaging: grey, 4:4:4 and 4:2:0. With
4:2:2 libjpeg halves the colours once more."""

_TURNS: Final = {
    1: UPRIGHT,
    2: Turn(Image.Transpose.FLIP_LEFT_RIGHT, (-1, 0), (0, 1)),
    3: Turn(Image.Transpose.ROTATE_180, (-1, 0), (0, -1)),
    4: Turn(Image.Transpose.FLIP_TOP_BOTTOM, (1, 0), (0, -1)),
    5: Turn(Image.Transpose.TRANSPOSE, (0, 1), (1, 0)),
    6: Turn(Image.Transpose.ROTATE_270, (0, 1), (-1, 0)),
    7: Turn(Image.Transpose.TRANSVERSE, (0, -1), (-1, 0)),
    8: Turn(Image.Transpose.ROTATE_90, (0, -1), (1, 0)),
}
"""By the orientation in EXIF 2.3 (tag 0x0112)."""


@dataclass(frozen=True)
class Limits:
    """What a picture may measure at most: bytes of the file, and pixels that are decoded.

    A JPEG may have four times as many: it is decoded at half of its size then.
    """

    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000


DEFAULT_LIMITS: Final = Limits()

_SILENCE: Final = threading.Lock()


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """Decode the bytes of a picture file.

    Of an animated file the first frame is taken, of a HEIF its primary picture, of a TIFF its first
    page, and of an AVIF what its `clap` shows, as libheif does with a HEIF; transparency is laid on
    white; 16-bit and CMYK pictures are converted to 8-bit RGB, and all colours to sRGB. A large
    JPEG is decoded at a fraction of its size, and once more, whole, when somebody asks for that.

    Raises:
        EmptyPicture, UnsupportedPicture, BrokenPicture, PictureTooLarge, DecodingHalted: see there.
    """
    if not data:
        raise EmptyPicture("the file is empty; choose a picture file")
    if len(data) > limits.max_bytes:
        raise _too_many_bytes(len(data), limits)
    with _decoding(data):
        if is_heif(data):
            kind, raster = "HEIF", Raster.of(_heif_pixels(data, limits))
        elif data.startswith(TIFF) and kind_of_unread(data) is None:
            kind, raster = "TIFF", Raster.of(_decode_in_sandbox("TIFF", data, limits))
        else:
            kind, raster = _open_and_read(data, limits, LOOK_SIDE)
    return Picture(
        raster,
        format=kind,
        file_size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        decode_whole=None if raster.fraction == 1 else partial(_decode_whole, data, limits),
    )


def _decode_whole(data: bytes, limits: Limits) -> Raster:
    with _decoding(data):
        return _open_and_read(data, limits)[1]


def open_picture(data: bytes) -> ImageFile.ImageFile:
    """Open a file that Pillow reads, by content; its pixels are not read yet.

    Raises:
        Exception: of a dozen kinds, where it is damaged or of a format that is not accepted.
    """
    with silenced():
        return Image.open(BoundedFile(without_texts(data)), formats=_OPENED_HERE)


def raster_of(image: Image.Image) -> Raster:
    """What is in a Pillow image of any mode, to be turned as its EXIF says."""
    return _raster(image, b"", 1, image.size)


def _open_and_read(data: bytes, limits: Limits, side: int | None = None) -> tuple[str, Raster]:
    """Format and pixels of a file that Pillow reads.

    With `side` it may be decoded at a fraction whose longest side has as many pixels or more.
    """
    refuse_bomb(data, limits.max_pixels)
    image = open_picture(data)
    width, height = image.size
    least = _least_fraction(image, limits)
    _refuse_small(width, height)
    refuse_greedy(image, data, least)
    refuse_many_scans(data, width * height)
    # An APNG may have a picture for programs that show no animation, which is not part of it.
    image.seek(1 if image.info.get("default_image") else 0)
    fraction = 1
    if isinstance(image, JpegImageFile):
        fraction = max(least, _fraction(image, side))
        if fraction > 1:
            image.draft(image.mode, (width // fraction, height // fraction))
        # All at once: what libjpeg cannot use yet, Pillow joins to every next piece anew.
        image.decodermaxblock = len(data)
    image.load()
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    return kind, _raster(image, data, fraction, (width, height))


def _raster(image: Image.Image, data: bytes, fraction: int, size: tuple[int, int]) -> Raster:
    """A raster from an image of any mode.

    `data` are the bytes of its file where there is one, `size` is that of the whole, as it lies in
    the file.
    """
    turn = _turn(image)
    width, height = size
    converted = _to_rgb(image, conversion(image, data))
    shown = _shown(image, data)
    if shown is not None:
        converted = converted.crop(shown)
        width, height = converted.size
    if turn.down[1] == 0:
        width, height = height, width
    return Raster(converted, width, height, turn, fraction)


def _shown(image: Image.Image, data: bytes) -> tuple[int, int, int, int] | None:
    """What of an AVIF is to be shown where that is not all of it, before it is turned."""
    if image.format != "AVIF":
        return None
    clap = dict(primary_properties(data)).get(b"clap", b"")
    return clean_aperture(clap, *image.size)


def _least_fraction(image: Image.Image, limits: Limits) -> int:
    """By how much the size of a picture is divided, lest it have too many pixels.

    Raises:
        PictureTooLarge: dividing does not help, or only libjpeg can, and the picture is no JPEG.
    """
    width, height = image.size
    if width * height <= limits.max_pixels:
        return 1
    may_halve = isinstance(image, JpegImageFile)
    if may_halve and (width + 1) // 2 * ((height + 1) // 2) <= limits.max_pixels:
        return 2
    limit = limits.max_pixels * (4 if may_halve else 1)
    raise PictureTooLarge(
        f"picture is {width}x{height} px ({width * height / 1e6:.0f} MP); "
        f"the limit is {limit / 1e6:.0f} MP; send a smaller copy"
    )


def _fraction(image: JpegImageFile, side: int | None) -> int:
    """By how much to divide the size of a JPEG while it is decoded."""
    sampling = [(wide, high) for _, wide, high, _ in image.layer]
    if side is None or sampling not in _HALVED:
        return 1
    return next((one for one in _FRACTIONS if max(image.size) // one >= side), 1)


def _heif_pixels(data: bytes, limits: Limits) -> NDArray[np.uint8]:
    """Pixels of a HEIF file. How it is turned it says in a way of its own; EXIF is not asked."""
    found = read_heif(data)
    refuse_large_streams("HEIF", [one.pixels for one in found.coded], limits.max_pixels)
    refuse_greedy_heif(found)
    pixels = _decode_in_sandbox("HEIF", found.rewritten(), limits)
    convert = conversion_of(colours_in(found.colours), "RGB")
    if convert is not None:
        convert_pixels(pixels, convert)
    return pixels


def _decode_in_sandbox(kind: Kind, data: bytes, limits: Limits) -> NDArray[np.uint8]:
    """What the process that decodes a file on its own says its pixels are."""
    try:
        pixels = decode_in_sandbox(kind, data, limits.max_pixels)
    except OSError as error:
        raise DecodingHalted(
            f"{kind} pictures cannot be read here at the moment; try again, or {ADVICE}"
        ) from error
    if pixels is None:
        raise broken_heif() if kind == "HEIF" else _damaged()
    _refuse_small(pixels.shape[1], pixels.shape[0])
    return pixels


def _damaged() -> BrokenPicture:
    return BrokenPicture(
        "the picture is damaged or cut short and cannot be decoded; save or download it again"
    )


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
        data.startswith(STARTS)
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
        raise DecodingHalted(
            "memory does not suffice for the picture now; try again, or send a smaller copy"
        ) from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds over broken data
        if data.startswith(b"\xff\xd8\xff") and jpeg_bits(data) != 8:
            raise UnsupportedPicture(
                f"the JPEG has {jpeg_bits(data)} bits a value, and is read only with 8; save it "
                "as JPEG with 8 bits, or as PNG"
            ) from error
        if _claims_accepted_type(data):
            raise _damaged() from error
        unread = kind_of_unread(data)
        if unread is not None:
            raise UnsupportedPicture(f"the file is {unread}") from error
        raise UnsupportedPicture(
            "the file is not a picture of a type read here; "
            f"accepted are {', '.join(ACCEPTED_FORMATS)}"
        ) from error


def _turn(image: Image.Image) -> Turn:
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


def _to_rgb(image: Image.Image, convert: Conversion | None) -> Image.Image:
    """A picture of any of Pillow's modes in RGB, in sRGB."""
    if convert is None and image.mode == "RGB" and not image.has_transparency_data:
        return image
    width, height = image.size
    converted = Image.new("RGB", image.size)
    for top in range(0, height, STRIP):
        strip = image.crop((0, top, width, min(top + STRIP, height)))
        converted.paste(to_rgb(strip, convert), (0, top))
    return converted
