"""A text in the lowest bits of a PNG's pixels, as some generators hide a copy of what they write.

The bits run down the columns, from the left: a name of 15 letters that says how, the length in bits
(32 bits, big-endian), and the text in UTF-8, packed by gzip where the name ends in `comp`. Either
the alpha channel carries one bit a pixel, or red, green and blue carry three. This is the form of
"stealth pnginfo", which NovelAI writes as well.
"""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.imaging.containers import inflate, png_chunks

MAX_TEXT: Final = 4_000_000
"""Bytes that a hidden text may unpack to."""

_NAME_BITS: Final = 15 * 8
_LENGTH_BITS: Final = 32
_NAMES: Final = {
    b"stealth_pnginfo": (slice(3, 4), False),
    b"stealth_pngcomp": (slice(3, 4), True),
    b"stealth_rgbinfo": (slice(0, 3), False),
    b"stealth_rgbcomp": (slice(0, 3), True),
}
"""Which channels carry the bits, and whether the text is packed."""
_CHANNELS: Final = {2: 3, 6: 4}
"""Channels of the colour types of PNG that can carry one: RGB and RGBA."""
_GZIP: Final = 16 + zlib.MAX_WBITS


def may_hold_text(data: bytes) -> bool:
    """Whether the first column of a PNG begins as such a text does; little of it is unpacked.

    True as well where that cannot be told without decoding all of it: of one that is interlaced, or
    lower than the name is long.
    """
    header = next((bytes(view) for kind, view in png_chunks(data) if kind == b"IHDR"), b"")
    if len(header) < 13 or header[8] != 8 or header[9] not in _CHANNELS:
        return False
    width, height = (int.from_bytes(header[at : at + 4], "big") for at in (0, 4))
    if header[12] or height < _NAME_BITS:
        return True
    name = _first_column(data, 1 + width * _CHANNELS[header[9]], _CHANNELS[header[9]])
    return name is not None and any(
        bytes(np.packbits(name[:, channels].reshape(-1) & 1)[:15]) == wanted
        for wanted, (channels, _) in _NAMES.items()
        if name.shape[1] >= channels.stop
    )


def hidden_text(image: Image.Image) -> str | None:
    """The text in the lowest bits of a picture; None where there is none, or it is damaged."""
    if image.mode not in ("RGB", "RGBA"):
        return None
    for wanted, (channels, packed) in _NAMES.items():
        if channels.stop > len(image.mode):
            continue
        head = _bits(image, channels, 0, _NAME_BITS + _LENGTH_BITS)
        if np.packbits(head[:_NAME_BITS]).tobytes() != wanted:
            continue
        length = int.from_bytes(np.packbits(head[_NAME_BITS:]).tobytes(), "big")
        if not 0 < length <= 8 * MAX_TEXT:
            return None
        raw = np.packbits(_bits(image, channels, _NAME_BITS + _LENGTH_BITS, length)).tobytes()
        text = inflate(raw, MAX_TEXT, _GZIP) if packed else raw
        return None if text is None else text.decode("utf-8", errors="replace")
    return None


def _bits(image: Image.Image, channels: slice, begin: int, count: int) -> NDArray[np.uint8]:
    """Bits (count,) uint8 of the lowest plane, down the columns; fewer at the picture's end."""
    a_column = image.height * (channels.stop - channels.start)
    first, last = begin // a_column, -(-(begin + count) // a_column)
    strip = np.asarray(image.crop((first, 0, min(last, image.width), image.height)))
    values: NDArray[np.uint8] = strip[:, :, channels].transpose(1, 0, 2).reshape(-1)
    return values[begin - first * a_column :][:count] & np.uint8(1)


def _first_column(data: bytes, stride: int, channels: int) -> NDArray[np.uint8] | None:
    """Pixels (rows, channels) uint8 of as much of the first column as the name can take."""
    unpacker, rows, wanted = zlib.decompressobj(), bytearray(), stride * _NAME_BITS
    for kind, content in png_chunks(data):
        if kind == b"IDAT" and len(rows) < wanted:
            try:
                rows += unpacker.decompress(content, wanted - len(rows))
            except zlib.error:
                return None
        elif rows:
            break
    if len(rows) < wanted:
        return None
    lines = np.frombuffer(rows, np.uint8).reshape(-1, stride)
    return _unfiltered(lines[:, 0], lines[:, 1 : 1 + channels])


def _unfiltered(filters: NDArray[np.uint8], column: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undo PNG's filters (section 9.2) for the leftmost pixels: left of them all is zero."""
    pixels = np.zeros_like(column)
    above = np.zeros(column.shape[1], np.uint8)
    for row, (kind, value) in enumerate(zip(filters.tolist(), column, strict=True)):
        # Up (2) and Paeth (4) add what is above, average (3) half of it, the others nothing.
        added = above if kind in (2, 4) else above // 2 if kind == 3 else np.uint8(0)
        pixels[row] = above = value + added
    return pixels
