"""How large the AV1 streams in an AVIF file are, whatever the file itself declares.

libavif decodes a stream at its own size and scales it to the declared one afterwards, so a file
that declares 64x64 may cost the memory of 16384x16384.
Source: ISO 14496-12 (boxes), the AV1 Bitstream Specification, sections 5.3 and 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from unmask.imaging.boxes import Allowance, Reader, boxes, items, number
from unmask.imaging.errors import BrokenPicture

_HOLDERS: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_SEQUENCE_HEADER: Final = 1
_MAIN: Final = 0
_HIGH: Final = 1
_PROFESSIONAL: Final = 2
"""Profiles: a quarter of the colours, all of them, and what has twelve bits or half of them."""


class Stream(NamedTuple):
    """What a sequence header says of its frames."""

    pixels: int
    """Of a frame, at most."""
    bytes_a_pixel: float
    """In a frame once it is decoded."""


def streams(data: bytes) -> list[Stream]:
    """What every sequence header says that is in the items and tracks of a file.

    A still picture has as many pixels as it says. Frames of other streams may be of any size that
    fits into the number of bits that the header gives to width and height, so of them it is that.

    Raises:
        BrokenPicture: the file is not built as an AVIF file is.
    """
    allowed = Allowance(data)
    try:
        return [
            _sequence(Reader(body))
            for stream in _streams(data, allowed)
            for kind, body in _units(stream, allowed)
            if kind == _SEQUENCE_HEADER
        ]
    except (IndexError, ValueError) as error:
        raise _broken() from error


def _streams(data: bytes, allowed: Allowance) -> Iterator[bytes]:
    """The bytes of every item, and of the first sample of every track."""
    for kind, body in boxes(data, allowed):
        if kind == b"meta":
            inner = dict(boxes(body[4:], allowed))
            if b"iloc" in inner:
                located = items(data, inner[b"iloc"], inner.get(b"idat", b""), allowed)
                yield from (body for _, body in located)
        elif kind == b"moov":
            yield from _first_samples(data, body, allowed)


def _first_samples(data: bytes, box: bytes, allowed: Allowance) -> Iterator[bytes]:
    """The first sample of every track of a `moov` box, which is all that is decoded."""
    waiting = [box]
    while waiting:
        inner = list(boxes(waiting.pop(), allowed))
        tables = dict(inner)
        waiting += [body for kind, body in inner if kind in _HOLDERS]
        if b"stsz" not in tables:
            continue
        sizes, offsets = tables[b"stsz"], tables.get(b"stco")
        width = 4 if offsets is not None else 8
        start = number(offsets or tables.get(b"co64", b""), 8, width)
        sample = data[start : start + (number(sizes, 4, 4) or number(sizes, 12, 4))]
        allowed.part(len(sample))
        yield sample


def _units(stream: bytes, allowed: Allowance) -> Iterator[tuple[int, bytes]]:
    """The units of a stream: their types and what is in them, up to where a decoder ends, too."""
    position = 0
    while position < len(stream):
        header = stream[position]
        position += 2 if header & 4 else 1
        size = len(stream) - position
        if header & 2:
            size, position = _leb128(stream, position)
        if header & 0x80 or position + size > len(stream):
            return
        allowed.part(size)
        yield header >> 3 & 15, stream[position : position + size]
        position += size


def _sequence(reader: Reader) -> Stream:
    profile = reader.bits(3)
    reader.bits(1)  # still picture
    reduced = reader.bits(1)
    if reduced:
        reader.bits(5)  # level
    else:
        _skip_operating_points(reader)
    bits = reader.bits(4) + 1, reader.bits(4) + 1
    sides = [reader.bits(count) + 1 for count in bits]
    pixels = sides[0] * sides[1] if reduced else 1 << sum(bits)
    _skip_tools(reader, reduced)
    deep = reader.bits(1)
    if deep and profile == _PROFESSIONAL:
        reader.bits(1)  # twelve bits, or ten
    grey = profile != _HIGH and reader.bits(1)
    values = 1.0 if grey else 1.5 if profile == _MAIN else 3.0
    return Stream(pixels, values * (2 if deep else 1))


def _skip_tools(reader: Reader, reduced: int) -> None:
    """Go to what a sequence header says of colours, past what a decoder may use."""
    if not reduced and reader.bits(1):  # numbers of frames
        reader.bits(7)
    reader.bits(3)  # superblocks, filters within a frame
    if not reduced:
        reader.bits(4)  # how frames are made from others
        order = reader.bits(1)
        if order:
            reader.bits(2)
        screens = 1 if reader.bits(1) else reader.bits(1)
        if screens and not reader.bits(1):
            reader.bits(1)  # motion in whole pixels
        if order:
            reader.bits(3)
    reader.bits(3)  # superresolution, filters behind


def _skip_operating_points(reader: Reader) -> None:
    """Go to what follows timing, decoder model and operating points in a sequence header."""
    delay_bits = 0
    if reader.bits(1):  # timing
        reader.bits(64)
        if reader.bits(1):
            zeros = next((zeros for zeros in range(32) if reader.bits(1)), 0)
            reader.bits(zeros)
        if reader.bits(1):  # decoder model
            delay_bits = reader.bits(5) + 1
            reader.bits(42)
    display_delay = reader.bits(1)
    for _ in range(reader.bits(5) + 1):
        reader.bits(12)
        if reader.bits(5) > 7:
            reader.bits(1)
        if delay_bits and reader.bits(1):
            reader.bits(2 * delay_bits + 1)
        if display_delay and reader.bits(1):
            reader.bits(4)


def _leb128(data: Sequence[int], position: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and where it ends."""
    value = 0
    for index in range(8):
        byte = data[position + index]
        value |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            return value, position + index + 1
    raise _broken()


def _broken() -> BrokenPicture:
    return BrokenPicture(
        "the AVIF file is damaged or cut short and cannot be decoded; save or download it again"
    )
