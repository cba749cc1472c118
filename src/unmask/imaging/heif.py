"""HEIF, as phones save their pictures: the one picture in a file that is wanted, and its reader.

The reader, libheif, is not shown what strangers wrote: of a file only the primary picture is taken,
which may come in tiles, and written anew into the plainest file that holds it. What is decoded is
measured by its streams, whatever the file declares, and decoded apart.
Source: ISO 23008-12 (HEIF), ISO 14496-12 (boxes), ISO 14496-15 (configuration of HEVC), ITU-T
H.265, sections 7.3.1 and 7.3.2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from unmask.imaging.boxes import (
    AVIF_BRANDS,
    Allowance,
    Numbers,
    Property,
    Reader,
    boxes,
    brands,
    items,
    number,
    properties,
)
from unmask.imaging.errors import BrokenPicture, UnsupportedPicture

ADVICE: Final = "convert it to JPEG or PNG, or share it from the phone as JPEG"
MAX_SLICES: Final = 2000
"""Slices of a picture with all its tiles; H.265 allows 600 (table A.8), and a tile has one."""
_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_CODED: Final = b"hvc1"
_GRID: Final = b"grid"
_ESSENTIAL: Final = (b"hvcC", b"irot", b"imir", b"clap")
_KEPT: Final = (*_ESSENTIAL, b"ispe", b"pixi")
"""Properties that the picture is made by: how it is coded, turned and cut, how large and deep it
is. Its colours are, too, where they are said by number; no decoder needs a profile."""
_SEQUENCE_HEADER: Final = 33
_SLICES: Final = range(32)
_VALUES: Final = (1.0, 1.5, 2.0, 3.0)
"""Values of a pixel, by the format of the colours."""

_XMP: Final = (b"mime", b"application/rdf+xml")


class Coded(NamedTuple):
    """A picture that is decoded, or the canvas on which tiles are laid."""

    pixels: int
    values: float
    """Of a pixel: 1 for grey, 1.5 with a quarter of the colours, 3 with all of them."""
    value_bytes: int


class Part(NamedTuple):
    """A coded picture, or a grid."""

    body: bytes
    properties: Sequence[Property]


class Heif(NamedTuple):
    """What is taken of a file: its primary picture, and what describes it."""

    parts: Sequence[Part]
    """Coded pictures."""
    grid: Part | None
    order: Sequence[int]
    """Where there is a grid: the part that each of its tiles is, by rows."""
    coded: Sequence[Coded]
    """What is decoded, every tile as often as it is laid, and the canvas."""
    exif: bytes | None
    xmp: bytes | None
    colours: Sequence[bytes]
    """What is said of its colours, by number or by a profile: bodies of `colr` boxes."""

    def rewritten(self) -> bytes:
        """A HEIF file of nothing but the picture."""
        return _write(self)


def is_heif(data: bytes) -> bool:
    """Whether a file calls itself HEIF, and not AVIF, which is built as HEIF is."""
    named = brands(data)
    return not _BRANDS.isdisjoint(named) and AVIF_BRANDS.isdisjoint(named)


def read_heif(data: bytes) -> Heif:
    """Find the primary picture in a HEIF file, and how much there is to decode.

    Raises:
        BrokenPicture: the file is not built as a HEIF file is.
        UnsupportedPicture: its primary picture is none of HEVC.
    """
    allowed = Allowance(data)
    try:
        return _read(data, allowed)
    except (IndexError, KeyError, ValueError) as error:
        raise broken_heif() from error


def broken_heif() -> BrokenPicture:
    """What is told where a HEIF file cannot be decoded."""
    return BrokenPicture(
        f"the HEIF picture (HEIC) is damaged or cut short and cannot be decoded; {ADVICE}"
    )


def _read(data: bytes, allowed: Allowance) -> Heif:
    tables = dict(boxes(dict(boxes(data, allowed))[b"meta"][4:], allowed))
    primary = Numbers(tables[b"pitm"]).item()
    infos = _infos(tables[b"iinf"], allowed)
    bodies = dict(items(data, tables[b"iloc"], tables.get(b"idat", b""), allowed))
    kind = infos[primary][0]
    if kind not in (_CODED, _GRID):
        raise UnsupportedPicture(
            f"the HEIF file holds a picture that is not coded as HEIC is; {ADVICE}"
        )
    links = list(_links(tables.get(b"iref", bytes(4)), allowed))
    tiles = [
        tile for name, source, targets in links if (name, source) == (b"dimg", primary)
        for tile in targets
    ] if kind == _GRID else [primary]  # fmt: skip
    wanted = {item: index for index, item in enumerate(dict.fromkeys(tiles))}
    if any(infos[item][0] != _CODED for item in wanted):
        raise UnsupportedPicture(f"the HEIF file is put together of other pictures; {ADVICE}")
    found = properties(tables[b"iprp"], {primary, *wanted}, allowed)
    kept = {item: [one for one in of if _is_kept(*one)] for item, of in found.items()}
    parts = [Part(bodies[item], kept[item]) for item in wanted]
    measured = _measured(parts, allowed)
    order = [wanted[item] for item in tiles]
    coded = [measured[index] for index in order]
    grid = None
    if kind == _GRID:
        grid = Part(bodies[primary], kept[primary])
        coded.append(_largest(measured)._replace(pixels=_canvas(grid.body)))
    notes = [source for name, source, targets in links if name == b"cdsc" and primary in targets]
    exif = next((bodies[item] for item in notes if infos[item][0] == b"Exif"), None)
    xmp = next((bodies[item] for item in notes if infos[item] == _XMP), None)
    return Heif(
        parts, grid, order, coded,
        exif=exif[4 + number(exif, 0, 4) :] if exif else None, xmp=xmp,
        colours=[body for kind, body in found[tiles[0]] + found[primary] if kind == b"colr"],
    )  # fmt: skip


def _infos(box: bytes, allowed: Allowance) -> dict[int, tuple[bytes, bytes]]:
    """The kinds of all items, and of what has a media type that, too."""
    found: dict[int, tuple[bytes, bytes]] = {}
    for _, entry in boxes(box[4 + (2 if box[0] == 0 else 4) :], allowed):
        numbers = Numbers(entry, wide_from=3)
        item, kind = numbers.item(), entry[numbers.place() + 2 :][:4]
        words = entry[numbers.place() + 6 :].split(b"\0", 3)
        packed = b"".join(words[2:3])
        found[item] = kind, words[1] if len(words) > 1 and not packed else b""
    return found


def _links(box: bytes, allowed: Allowance) -> Iterator[tuple[bytes, int, list[int]]]:
    """References from an item to others, with what they are for."""
    for kind, entry in boxes(box[4:], allowed):
        numbers = Numbers(entry, version=box[0], head=0)
        source, targets = numbers.item(), []
        for _ in range(numbers.bits(16)):
            allowed.part()
            targets.append(numbers.item())
        yield kind, source, targets


def _is_kept(kind: bytes, body: bytes) -> bool:
    return kind in _KEPT or (kind == b"colr" and body.startswith(b"nclx"))


def _measured(parts: Sequence[Part], allowed: Allowance) -> list[Coded]:
    """What the streams of coded pictures hold."""
    known: dict[Property, list[Coded]] = {}
    found, slices = [], 0
    for part in parts:
        for one in part.properties:
            if one[0] == b"hvcC" and one not in known:
                known[one] = list(_headers(one[1], allowed))
        more, count = _stream(part.body, allowed)
        slices += count
        found.append(_largest([*more, *(c for one in part.properties for c in known.get(one, ()))]))
    if slices > MAX_SLICES:
        raise ValueError("many slices")
    return found


def _write(heif: Heif) -> bytes:
    """The plainest file of a picture: parts are the items from 1 on, a grid is the last."""
    parts = [*heif.parts, *([heif.grid] if heif.grid else [])]
    last, coded = len(parts), len(heif.parts)
    kinds = [_CODED] * coded + [_GRID] * (last - coded)
    known = {one: index for index, one in enumerate(
        dict.fromkeys(one for part in parts for one in part.properties), 1)}  # fmt: skip
    infos = [
        _box(b"infe", b"\2\0\0" + bytes([item != last]), struct.pack(">HH", item, 0), kind, b"\0")
        for item, kind in enumerate(kinds, 1)
    ]
    shared = [
        struct.pack(">HB", item, len(part.properties))
        + b"".join(
            struct.pack(">H", known[one] | (one[0] in _ESSENTIAL) << 15) for one in part.properties
        )
        for item, part in enumerate(parts, 1)
    ]
    order = struct.pack(
        f">HH{len(heif.order)}H", last, len(heif.order), *(n + 1 for n in heif.order)
    )
    start = _box(b"ftyp", b"heic", bytes(4), b"mif1heic")

    def meta(offset: int) -> bytes:
        places = []
        for item, part in enumerate(parts, 1):
            size = len(part.body)
            places.append(struct.pack(">HHHHII", item, 0, 0, 1, offset, size))
            offset += size
        return _box(
            b"meta", bytes(4),
            _box(b"hdlr", bytes(8), b"pict", bytes(13)),
            _box(b"pitm", bytes(4), struct.pack(">H", last)),
            _box(b"iloc", b"\1\0\0\0\x44\0", struct.pack(">H", last), *places),
            _box(b"iinf", bytes(4), struct.pack(">H", last), *infos),
            _box(b"iref", bytes(4), _box(b"dimg", order)) if heif.grid else b"",
            _box(b"iprp", _box(b"ipco", *(_box(*one) for one in known)),
                 _box(b"ipma", b"\0\0\0\1", struct.pack(">I", last), *shared)),
        )  # fmt: skip

    before = len(start) + len(meta(0)) + 8
    return b"".join((start, meta(before), _box(b"mdat", *(part.body for part in parts))))


def _box(kind: bytes, *bodies: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, bodies)), kind) + b"".join(bodies)


def _headers(configuration: bytes, allowed: Allowance) -> Iterator[Coded]:
    """What the sequence headers of a configuration say."""
    if configuration[21] & 3 != 3:  # every reader takes lengths in a stream to have four bytes
        raise ValueError("short lengths")
    reader = Reader(configuration[23:])
    for _ in range(configuration[22]):
        reader.bits(2)
        kind = reader.bits(6)
        for _ in range(reader.bits(16)):
            unit = reader.take(reader.bits(16))
            allowed.part(len(unit))
            if kind == _SEQUENCE_HEADER or _kind(unit) == _SEQUENCE_HEADER:
                yield _sequence(unit)


def _stream(stream: bytes, allowed: Allowance) -> tuple[list[Coded], int]:
    """What sequence headers within a stream say, and in how many slices its one picture comes."""
    found, position, begun, slices = [], 0, 0, 0
    while position < len(stream):
        size = number(stream, position, 4)
        unit = stream[position + 4 : position + 4 + size]
        position += 4 + size
        allowed.part(len(unit))
        kind = _kind(unit)
        if kind == _SEQUENCE_HEADER:
            found.append(_sequence(unit))
        elif kind in _SLICES:
            begun, slices = begun + (unit[2] >> 7), slices + 1
    if begun > 1:
        raise ValueError("more than one picture in a stream")
    return found, slices


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 63


def _sequence(unit: bytes) -> Coded:
    """What a sequence header says, as far as it is about the size of pictures."""
    reader = Reader(unit[2:].replace(b"\0\0\3", b"\0\0"))
    reader.bits(4)
    layers = reader.bits(3)
    reader.bits(1 + 88 + 8)
    flags = [(reader.bits(1), reader.bits(1)) for _ in range(layers)]
    reader.bits(2 * (8 - layers) if layers else 0)
    for has_profile, has_level in flags:
        reader.bits(88 * has_profile + 8 * has_level)
    reader.exponential()
    colours = reader.exponential()
    if colours == len(_VALUES) - 1:
        reader.bits(1)
    width, height = reader.exponential(), reader.exponential()
    if reader.bits(1):  # what is cut off
        for _ in range(4):
            reader.exponential()
    deep = reader.exponential() or reader.exponential()
    return Coded(width * height, _VALUES[colours], 2 if deep else 1)


def _canvas(grid: bytes) -> int:
    """Pixels of the picture that tiles are laid on."""
    width = 4 if grid[1] & 1 else 2
    return number(grid, 4, width) * number(grid, 4 + width, width)


def _largest(found: list[Coded]) -> Coded:
    """The most of everything."""
    if not found:
        raise ValueError("no sequence header")
    return Coded(*map(max, zip(*found, strict=True)))
