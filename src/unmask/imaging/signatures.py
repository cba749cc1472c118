"""Telling by the first bytes of a file whether it may be a picture of a type that is read here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from unmask.imaging.boxes import AVIF_BRANDS, brands
from unmask.imaging.containers import PNG
from unmask.imaging.heif import is_heif

_HEAD: Final = 128
"""Bytes that are looked at: the brands of an ISO media file are more than a signature."""
STARTS: Final = (b"\xff\xd8\xff", PNG, b"GIF87a", b"GIF89a")
"""Of JPEG, PNG and GIF."""
TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def is_picture(path: Path) -> bool:
    """Whether a file begins as a JPEG, PNG, WEBP, AVIF, BMP, GIF, TIFF or HEIF does, by any name.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_avif = not AVIF_BRANDS.isdisjoint(brands(head))
    return head.startswith((*STARTS, *TIFF, b"BM")) or is_webp or is_avif or is_heif(head)
