"""The parts that a picture file is made of: chunks of PNG and WebP, segments of JPEG.

Walked as their specifications lay them out, up to the end that the container itself declares: what
was put behind it, or looks like a part within another, is none. Sources: ISO/IEC 15948 (PNG), the
RIFF container of WebP (RFC 9649), ITU-T T.81 annex B (JPEG).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
MAX_PARTS: Final = 100_000
"""Parts of a file that are walked; a PNG of 20 MB in chunks of 1 kB has 20,000."""

_TEXTS: Final = (b"tEXt", b"zTXt", b"iTXt")
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of JPEG that no length follows."""
_MARKER: Final = re.compile(rb"\xff([^\x00\xff])")
_SCAN: Final = 0xDA
_END: Final = 0xD9


def png_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of every chunk of a PNG, up to IEND or where the file is cut short."""
    if not data.startswith(PNG):
        return
    view, position = memoryview(data), len(PNG)
    for _ in range(MAX_PARTS):
        length = int.from_bytes(data[position : position + 4], "big")
        kind, begin = data[position + 4 : position + 8], position + 8
        if kind == b"IEND" or begin + length > len(data) or len(kind) < 4:
            return
        yield kind, view[begin : begin + length]
        position = begin + length + 4


def riff_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of every chunk of a WebP."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return
    view, position = memoryview(data), 12
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    for _ in range(MAX_PARTS):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        begin = position + 8
        if begin + length > end:
            return
        yield data[position : position + 4], view[begin : begin + length]
        position = begin + length + length % 2


def jpeg_segments(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Marker and content of every segment of a JPEG before its first scan."""
    view = memoryview(data)
    for marker, begin, end in _segments(data):
        if marker != _SCAN:
            yield marker, view[begin:end]


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of the content of every segment, the first scan the last of them."""
    if not data.startswith(b"\xff\xd8"):
        return
    position = 2
    for _ in range(MAX_PARTS):
        found = _MARKER.search(data, position)
        if found is None or found[1][0] == _END:
            return
        marker, position = found[1][0], found.end()
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if length < 2 or position + length > len(data):
            return
        yield marker, position + 2, position + length
        if marker == _SCAN:
            return
        position += length


def described(data: bytes) -> Iterator[tuple[int, int]]:
    """Where in a file something other than coded pixels may stand, as ranges of bytes.

    Of kinds other than JPEG and PNG, and of what is cut short, that is all of it.
    """
    begin = 0
    if data.startswith(PNG):
        position = len(PNG)
        for kind, content in png_chunks(data):
            end = position + 12 + len(content)
            if kind == b"IDAT":
                if begin < position:
                    yield begin, position
                begin = end
            position = end
    scans = (begin for marker, begin, _ in _segments(data) if marker == _SCAN)
    yield begin, next(scans, len(data))


def inflate(packed: bytes | memoryview, most: int, wbits: int = zlib.MAX_WBITS) -> bytes | None:
    """What was packed by zlib; None where it is damaged or holds more than `most` bytes."""
    unpacker = zlib.decompressobj(wbits)
    try:
        found = unpacker.decompress(packed, most + 1)
    except zlib.error:
        return None
    return found if len(found) <= most else None


def without_texts(data: bytes) -> bytes:
    """A PNG without its text chunks, which say nothing of its pixels; any other file as it is.

    Pillow unpacks every text and refuses the picture where one holds more than a megabyte, as long
    workflows of generators do; whoever wants them reads them from the chunks.
    """
    if not data.startswith(PNG) or not any(kind in data for kind in _TEXTS):
        return data
    kept, begin, position = [], 0, len(PNG)
    for kind, content in png_chunks(data):
        end = position + 12 + len(content)
        if kind in _TEXTS:
            kept.append(data[begin:position])
            begin = end
        position = end
    return b"".join([*kept, data[begin:]])
