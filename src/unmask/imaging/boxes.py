"""Boxes of ISO media files, such as AVIF and HEIF: read with bounds, before any decoder sees them.

Whatever does not fit together raises an error of value or of index.
Source: ISO 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Final

AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
MAX_PARTS: Final = 10_000
"""Boxes, items, pieces of items and units of streams in a file, all together; it has hundreds."""
MAX_COPIES: Final = 10
"""How often the bytes of a file may be gone over: as boxes, those in tracks five deep, as items, as
streams."""

Property = tuple[bytes, bytes]
"""The kind of a property, and what is in it."""


def brands(data: bytes) -> frozenset[bytes]:
    """The brands that an ISO media file gives itself; of any other file there is none."""
    if data[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(data[:4], "big"), MAX_PARTS)
    return frozenset(data[start : start + 4] for start in (8, *range(16, end, 4)))


class Allowance:
    """How much may still be looked at of a file; one for all of it, since its parts may overlap."""

    def __init__(self, data: bytes) -> None:
        self._parts, self._bytes = MAX_PARTS, MAX_COPIES * len(data)

    def part(self, size: int = 0) -> None:
        """Count a part of so many bytes.

        Raises:
            ValueError: it is one too many, or all of them are too large.
        """
        self._parts, self._bytes = self._parts - 1, self._bytes - size
        if self._parts < 0 or self._bytes < 0:
            raise ValueError("no boxes, or too many")


def boxes(data: bytes, allowed: Allowance) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in some bytes: their types and what is in them."""
    position = 0
    while position + 8 <= len(data):
        size, kind, head = number(data, position, 4), data[position + 4 : position + 8], 8
        if size == 1:
            size, head = number(data, position + 8, 8), 16
        end = position + size if size else len(data)
        if end < position + head:
            raise ValueError("no boxes, or too many")
        body = data[position + head : end]
        allowed.part(len(body))
        yield kind, body
        position = end


def items(
    data: bytes, box: bytes, within: bytes, allowed: Allowance
) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the items that an `iloc` box lists; `within` is the `idat` beside it."""
    reader = Reader(box)
    version = reader.bits(8)
    reader.bits(24)
    offset_size, length_size, base_size, index_size = (8 * reader.bits(4) for _ in range(4))
    id_size = 32 if version == 2 else 16
    for _ in range(reader.bits(id_size)):
        allowed.part()
        item = reader.bits(id_size)
        method = reader.bits(16) & 15 if version else 0
        reader.bits(16)
        base, parts = reader.bits(base_size), []
        for _ in range(reader.bits(16)):
            reader.bits(index_size if version else 0)
            start, length = base + reader.bits(offset_size), reader.bits(length_size)
            source = within if method == 1 else data
            parts.append(source[start : start + length] if length else source[start:])
            allowed.part(len(parts[-1]))
        yield item, b"".join(parts)


def number(data: bytes, position: int, width: int) -> int:
    """A number of `width` bytes, the highest first."""
    raw = data[position : position + width]
    if len(raw) < width:
        raise ValueError("no boxes, or too many")
    return int.from_bytes(raw, "big")


def properties(
    box: bytes, wanted: Collection[int], allowed: Allowance
) -> dict[int, list[Property]]:
    """The properties of some items, by an `iprp` box; of each kind the first, as readers take it.

    Colours are of two kinds, by number and by profile. A picture that may turn as often as it says
    would turn for ever.
    """
    tables = dict(boxes(box, allowed))
    everything = list(boxes(tables[b"ipco"], allowed))
    numbers = Numbers(tables[b"ipma"])
    width = 15 if tables[b"ipma"][3] & 1 else 7
    found: dict[int, dict[bytes, Property]] = {item: {} for item in wanted}
    for _ in range(numbers.bits(32)):
        allowed.part()
        item = numbers.item()
        for _ in range(numbers.bits(8)):
            allowed.part()
            numbers.bits(1)
            index = numbers.bits(width)
            if index and item in wanted:
                kind, body = everything[index - 1]
                name = kind + body[:4] if kind == b"colr" else kind
                found[item].setdefault(name, (kind, body))
    return {item: list(kinds.values()) for item, kinds in found.items()}


def primary_properties(data: bytes) -> list[Property]:
    """The properties of the primary item of a file; none where it is not built as such are."""
    allowed = Allowance(data)
    try:
        tables = dict(boxes(dict(boxes(data, allowed))[b"meta"][4:], allowed))
        primary = Numbers(tables[b"pitm"]).item()
        return properties(tables[b"iprp"], {primary}, allowed)[primary]
    except (IndexError, KeyError, ValueError):
        return []


def clean_aperture(body: bytes, width: int, height: int) -> tuple[int, int, int, int] | None:
    """What is to be shown of a picture, by a `clap` property: left, top, right and bottom.

    None where it names no part of the picture. Source: ISO 14496-12, section 12.1.4.
    """
    if len(body) < 32:
        return None
    numbers = struct.unpack(">IIIIiIiI", body[:32])
    if 0 in numbers[1::2]:
        return None
    wide, high, right, down = map(Fraction, numbers[::2], numbers[1::2])
    left, top = int(right + (width - wide) / 2), int(down + (height - high) / 2)
    shown = left, top, left + int(wide), top + int(high)
    inside = 0 <= left < shown[2] <= width and 0 <= top < shown[3] <= height
    return shown if inside else None


class Reader:
    """Reads bits, the highest of a byte first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def bits(self, count: int) -> int:
        """The next bits as a number; past the end is an error of value."""
        first, last = self._position // 8, (self._position + count + 7) // 8
        if last > len(self._data):
            raise ValueError("past the end")
        self._position += count
        value = int.from_bytes(self._data[first:last], "big")
        return value >> (8 * last - self._position) & ((1 << count) - 1)

    def exponential(self) -> int:
        """The next number in Exp-Golomb's code, of at most 32 bits (ITU-T H.265, section 9.2)."""
        zeros = next((zeros for zeros in range(33) if self.bits(1)), None)
        if zeros is None:
            raise ValueError("too large a number")
        return (1 << zeros) - 1 + self.bits(zeros)

    def take(self, count: int) -> bytes:
        """The next bytes; what was read before came to whole ones."""
        first = self._position // 8
        if first + count > len(self._data):
            raise ValueError("past the end")
        self._position += 8 * count
        return self._data[first : first + count]


class Numbers(Reader):
    """Reads a full box: its numbers of items are wider from a version on."""

    def __init__(
        self, box: bytes, *, version: int | None = None, wide_from: int = 1, head: int = 4
    ) -> None:
        super().__init__(box[head:])
        self._head = head
        self._item_bits = 32 if (box[0] if version is None else version) >= wide_from else 16

    def item(self) -> int:
        """The next number of an item."""
        return self.bits(self._item_bits)

    def place(self) -> int:
        """Where in the box the next byte is."""
        return self._head + self._position // 8
