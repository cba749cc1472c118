"""Files made to keep a decoder busy or to fill the memory, told before a decoder works on them.

Pillow walks the parts of a file in Python, joins some of them and unpacks others; libjpeg goes over
all pixels once a scan; libavif and libheif decode whatever size a stream has, not the size that the
file declares. So a file of 20 MB can cost minutes or gigabytes. What is bounded here is what no
picture needs: each bound lies far above what cameras and programs write.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from unmask.imaging.av1 import streams
from unmask.imaging.boxes import AVIF_BRANDS, brands
from unmask.imaging.errors import BrokenPicture, PictureTooLarge

MAX_READS: Final = 200_000
"""Pieces in which a decoder may read a file; a PNG of 20 MB in chunks of 1 kB takes 80,000."""
MAX_PROFILES: Final = 8
"""Colour profiles in a PNG, which may have one; each unpacks to a megabyte."""
MAX_EXIF: Final = 64
"""EXIF segments in a JPEG; Pillow joins them, one by one."""
MAX_SCANNED: Final = 1_000_000_000
"""Pixels times scans of a JPEG. A progressive one has about ten scans; this allows 25 of 40 MP."""
MAX_SEGMENTS: Final = 10_000
"""Markers of a JPEG that are walked; 20 MB of the largest segments are 300, and scans are few."""
MAX_STREAMS: Final = 3
"""What all streams of an AVIF or a HEIF may hold together, in pictures: colours, transparency, a
gain map; the canvas that tiles are laid on counts as one."""

_SCAN: Final = 0xDA
_END: Final = 0xD9
_ALONE: Final = (0x01, 0xD8)
"""Markers of JPEG that no length follows; those of restarts are passed over with the pixels."""
_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
"""Of the FFs that may stand before a marker only the last: all of a long run would be tried anew
from each of its bytes."""


class BoundedFile(io.BytesIO):
    """A file in memory that is read in a bounded number of pieces."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as any file does.

        Raises:
            BrokenPicture: it was read too often.
        """
        self._left -= 1
        if self._left < 0:
            raise _elaborate("parts")
        return super().read(size)


def refuse_bomb(data: bytes, max_pixels: int) -> None:
    """Refuse what must not even be opened.

    Raises:
        BrokenPicture: it has more parts of a kind than any picture.
        PictureTooLarge: its streams hold more pixels than are allowed, whatever the file declares.
    """
    if data.startswith(b"\x89PNG") and data.count(b"iCCP") > MAX_PROFILES:
        raise _elaborate("colour profiles")
    if (
        data.startswith(b"\xff\xd8")
        and _count(data, b"Exif") > MAX_EXIF
        and data.count(b"Exif\0\0") > MAX_EXIF
    ):
        raise _elaborate("EXIF segments")
    if not AVIF_BRANDS.isdisjoint(brands(data)):
        refuse_large_streams("AVIF", [stream.pixels for stream in streams(data)], max_pixels)


def refuse_large_streams(kind: str, pixels: Sequence[int], max_pixels: int) -> None:
    """Refuse a file by the pixels of its streams, whatever it declares.

    Raises:
        PictureTooLarge: one has more than are allowed, or all together have.
    """
    largest, together = max(pixels, default=0), sum(pixels)
    if largest > max_pixels or together > MAX_STREAMS * max_pixels:
        raise PictureTooLarge(
            f"the streams of the {kind} file hold {together / 1e6:.0f} MP; the limit is "
            f"{max_pixels / 1e6:.0f} MP; send a smaller copy, or a JPEG"
        )


def refuse_many_scans(data: bytes, pixels: int) -> None:
    """Refuse a JPEG with more scans than its number of pixels allows, or too many segments.

    Raises:
        BrokenPicture: it has.
    """
    if has_more_scans(data, MAX_SCANNED // pixels):
        raise _elaborate("scans")


def has_more_scans(data: bytes, most: int) -> bool:
    """Whether a JPEG has more scans; its markers are walked as libjpeg does, up to its end.

    Raises:
        BrokenPicture: it has more segments than any picture.
    """
    # Where the marker stands so seldom in all of the file, nothing needs to be walked.
    if _count(data, bytes([0xFF, _SCAN])) <= most:
        return False
    position, scans = 2, 0
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, position)
        if found is None:
            return False
        marker, position = found[1][0], found.end()
        if marker == _END:
            return False
        if marker in _ALONE:
            continue
        scans += marker == _SCAN
        if scans > most:
            return True
        position += max(2, int.from_bytes(data[position : position + 2], "big"))
    raise _elaborate("segments")


def _count(data: bytes, word: bytes) -> int:
    """How often a word that does not overlap itself, of 2 or 4 bytes, stands in a file.

    All words that begin at the same remainder are compared at once: `bytes.count` takes twice to
    six times as long, which for a large photograph is as much as hashing it.
    """
    size, wanted = len(word), int.from_bytes(word, "little")
    counts = (
        np.count_nonzero(
            np.frombuffer(data, f"<u{size}", (len(data) - start) // size, start) == wanted
        )
        for start in range(min(size, len(data)))
    )
    return int(sum(counts))


def _elaborate(what: str) -> BrokenPicture:
    return BrokenPicture(
        f"the file has more {what} than any picture needs; "
        "open it in a picture program and save it again, as JPEG or PNG"
    )
