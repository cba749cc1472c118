"""Files with one thing in them very often: what grows with the square shows in no small one."""

from __future__ import annotations

import random
from typing import Final

from tests.fuzz.bombs import avif_overlapping
from tests.fuzz.seeds import png_chunk, spoil

MANY: Final = 2_000_000
"""Bytes that are added at most; the processor's two seconds must do for them, too."""
RARE: Final = 50
"""Of so many files one is swollen, since one takes as long as some fifty others."""
_IN_JPEG: Final = ((b"\xff", b"\0"), (b"\xff", b""), (b"\xff\0", b""), (b"\xff\xfe\0\2", b""),
                   (b"\xff\xda\0\2", b""), (b"\xff\xd0", b""))  # fmt: skip
_ELSEWHERE: Final = ((b"\0", b""), (b"\xff", b""), (png_chunk(b"abCd", b""), b""),
                     (b"!\1\1a\0", b""), (b"\x12\0", b""))  # fmt: skip
"""What comes very often, and what behind all of it."""
_UNITS: Final = (b"\x12\0", b"\x0a\x06\x18\x15\x7f\xfc\0\0")
"""Of streams in an AVIF: an empty one, and a header."""


def harm(data: bytes, number: int) -> bytes:
    """Spoil a file, or else swell it, in the way that the number stands for."""
    return spoil(data, number) if number % RARE else swell(data, number // RARE)


def swell(data: bytes, number: int) -> bytes:
    """The file with one thing in it very often, the one that the number stands for.

    It is something that the format has anyway, or a piece of the file itself.
    """
    rng = random.Random(number)
    if data[4:8] == b"ftyp" and rng.random() < 0.5:
        unit, units = rng.choice(_UNITS), rng.randint(1, 9000)
        return avif_overlapping(unit, units, min(9000, 2 * MANY // (units * len(unit))))
    scan = min(data.find(b"\xff\xda") + 14, len(data)) if data.startswith(b"\xff\xd8") else 0
    start = rng.randint(scan if rng.random() < 0.5 else 0, len(data))
    if rng.random() < 0.7:
        piece, end = rng.choice(_IN_JPEG if scan else _ELSEWHERE)
    else:
        piece, end = data[start : start + rng.choice((1, 4, 16, 64))] or b"\0", b""
    many = piece * (rng.randint(MANY // 2, MANY) // len(piece)) + end
    # A JPEG with a single scan is not looked through.
    return data[:start] + many + data[start:] + (b"\xff\xda" if scan else b"")
