"""How much memory a decoder will take for a picture, told before it allocates any pixels.

Most decoders write row by row into the picture. Four do not: a JPEG that comes in several scans is
kept as coefficients until the last of them is read, WebP is read as an animation, which keeps
several canvases, and AVIF and HEIF are decoded as frames of a film, which are then converted and
handed over.
"""

from __future__ import annotations

from typing import Final

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from unmask.imaging.av1 import streams
from unmask.imaging.errors import PictureTooLarge
from unmask.imaging.heif import Heif
from unmask.imaging.limits import has_more_scans

MAX_HELD: Final = 400_000_000
"""Bytes that a decoder may hold at once: the process stays under 600 MB while it decodes."""
_BANDS: Final = 3
_PILLOW: Final = 4
"""Bytes of a pixel in Pillow's pictures of three and four bands."""
_WEBP: Final = 3 * 4
"""Bytes of a pixel in two canvases of libwebp's, and in the copy that it hands over."""
_COEFFICIENT: Final = 2
"""Bytes of a value that libjpeg keeps between scans."""
_FRAMES: Final = 2
"""Frames that libavif has at once where it scales one, or film grain is laid on it."""


def refuse_greedy(image: Image.Image, data: bytes, fraction: int = 1) -> None:
    """Refuse a picture that would take too much memory; it is open, and its pixels not yet read.

    Args:
        image: the picture.
        data: its file.
        fraction: by which its size is divided while it is decoded.

    Raises:
        BrokenPicture: an AVIF file is not built as one, or a JPEG has too many segments.
        PictureTooLarge: it would.
    """
    pixels = image.width * image.height
    held = pixels * _PILLOW / fraction**2 + _held_by_decoder(image, data)
    _refuse(str(image.format), f"{image.width}x{image.height} px", pixels, held)


def refuse_greedy_heif(found: Heif) -> None:
    """Refuse a HEIF picture that would take too much memory; nothing of it is decoded yet.

    Raises:
        PictureTooLarge: it would.
    """
    pixels = found.coded[-1].pixels
    frames = sum(one.pixels * one.values * one.value_bytes for one in found.coded)
    copy = pixels * _BANDS * max(one.value_bytes for one in found.coded)
    _refuse("HEIF", "large", pixels, pixels * _PILLOW + frames + copy)


def _refuse(kind: str, size: str, pixels: int, held: float) -> None:
    if held > MAX_HELD:
        raise PictureTooLarge(
            f"picture is {size} ({pixels / 1e6:.0f} MP), and takes "
            f"{held / 1e6:.0f} MB to decode as this kind of {kind}; the limit is "
            f"{MAX_HELD / 1e6:.0f} MB; send a smaller copy, or a plain JPEG (RGB, not progressive)"
        )


def _held_by_decoder(image: Image.Image, data: bytes) -> float:
    """Bytes that a decoder holds beside the picture."""
    pixels = image.width * image.height
    if image.format == "WEBP":
        return pixels * _WEBP
    if image.format == "AVIF":
        return _held_by_libavif(image, data)
    if isinstance(image, JpegImageFile) and (
        image.info.get("progressive") or has_more_scans(data, 1)
    ):
        return pixels * _COEFFICIENT * _values_a_pixel(image)
    return 0


def _values_a_pixel(image: JpegImageFile) -> float:
    """Values that a JPEG has for a pixel: 3 with whole colours, 1.5 with a quarter of two."""
    sampling = [(wide, high) for _, wide, high, _ in image.layer]
    widest, highest = (max(factors) for factors in zip(*sampling, strict=True))
    return float(sum(wide * high for wide, high in sampling) / (widest * highest))


def _held_by_libavif(image: Image.Image, data: bytes) -> float:
    """The frames, at the size of their streams or at the declared one, and the copy of them."""
    pixels, bands = image.width * image.height, len(image.getbands())
    found = streams(data)
    most = max((stream.bytes_a_pixel for stream in found), default=0)
    with_alpha = 2 if image.mode == "RGBA" else 1
    frames = max(
        sum(stream.pixels * stream.bytes_a_pixel for stream in found), pixels * most * with_alpha
    )
    return _FRAMES * frames + pixels * bands
