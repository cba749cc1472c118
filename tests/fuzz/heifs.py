"""HEIF files put together box by box: sound ones, such as phones write, and contrived ones."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import pillow_heif
from PIL import Image

from tests.pictures import encoded

HVC1: Final = b"hvc1"
GRID: Final = b"grid"


class Item(NamedTuple):
    """An item: its kind, what is in it, and the numbers of its properties, from 1."""

    kind: bytes
    body: bytes
    properties: Sequence[int] = ()
    words: bytes = b"\0"
    """What follows its kind: its name, and for `mime` the types of what is in it."""


class Single(NamedTuple):
    """What is in a HEIF of one picture."""

    configuration: bytes
    stream: bytes
    size: tuple[int, int]


def box(kind: bytes, *bodies: bytes) -> bytes:
    """A box."""
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + kind + body


def deep(image: Image.Image) -> bytes:
    """A file with ten bits a value, as phones write pictures with bright light."""
    values = np.asarray(image).astype(np.uint16) << 8
    buffer = io.BytesIO()
    file = pillow_heif.from_bytes("RGB;16", image.size, values.tobytes())
    file.save(buffer, quality=95, chroma=444)
    return buffer.getvalue()


def single(image: Image.Image, **options: object) -> Single:
    """A picture as an encoder codes it."""
    return single_in(encoded(image, "HEIF", **options), image.size)


def single_in(data: bytes, size: tuple[int, int]) -> Single:
    """What is in a file of one picture."""
    start = data.index(b"hvcC")
    length = struct.unpack(">I", data[start - 4 : start])[0]
    pixels = data.index(b"mdat") + 4
    return Single(data[start + 4 : start - 4 + length], data[pixels:], size)


@cache
def small(side: int = 64) -> Single:
    """A drawing of a square."""
    noise = np.random.default_rng(side).integers(0, 256, (side // 8, side // 8, 3), np.uint8)
    return single(Image.fromarray(noise).resize((side, side)), quality=80)


def heif(
    items: Sequence[Item],
    properties: Sequence[bytes],
    references: Sequence[tuple[bytes, int, Sequence[int]]] = (),
    *,
    primary: int = 1,
    brand: bytes = b"heic",
    more: bytes = b"",
    more_meta: bytes = b"",
) -> bytes:
    """A file of items, numbered from 1; what is in a grid stands in the table of contents."""
    infos = [
        box(b"infe", b"\2\0\0\0", struct.pack(">HH", number, 0), item.kind, item.words)
        for number, item in enumerate(items, 1)
    ]
    shared = [
        struct.pack(">HB", number, len(item.properties))
        + bytes(0x80 | index for index in item.properties)
        for number, item in enumerate(items, 1)
    ]
    links = [
        box(kind, struct.pack(f">HH{len(targets)}H", source, len(targets), *targets))
        for kind, source, targets in references
    ]
    idat = b"".join(item.body for item in items if item.kind == GRID)
    head = box(b"ftyp", brand, bytes(4), b"mif1", b"heic")

    def meta(start: int) -> bytes:
        places = []
        inner = 0
        for number, item in enumerate(items, 1):
            is_inner = item.kind == GRID
            offset = inner if is_inner else start
            places.append(struct.pack(">HHHHII", number, is_inner, 0, 1, offset, len(item.body)))
            inner, start = (
                (inner + len(item.body), start) if is_inner else (inner, start + len(item.body))
            )
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", bytes(4), struct.pack(">H", primary)),
            box(b"iinf", bytes(4), struct.pack(">H", len(items)), *infos),
            box(b"iref", bytes(4), *links) if links else b"",
            box(
                b"iprp",
                box(b"ipco", *properties),
                box(b"ipma", bytes(4), struct.pack(">I", len(items)), *shared),
            ),
            box(b"iloc", b"\1\0\0\0\x44\0", struct.pack(">H", len(items)), *places),
            box(b"idat", idat),
            more_meta,
        )

    tail = more + struct.pack(">I", 8 + sum(len(i.body) for i in items if i.kind != GRID)) + b"mdat"
    start = len(head) + len(meta(0)) + len(tail)
    return head + meta(start) + tail + b"".join(i.body for i in items if i.kind != GRID)


def extent(width: int, height: int) -> bytes:
    """The property that declares a size."""
    return box(b"ispe", bytes(4), struct.pack(">II", width, height))


def grid_body(rows: int, columns: int, width: int, height: int) -> bytes:
    """What is in an item that is a grid of tiles."""
    return struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)


def tiled(
    tile: Single,
    rows: int,
    columns: int,
    *,
    declared: tuple[int, int] | None = None,
    canvas: tuple[int, int] | None = None,
    described: bytes = b"",
    turned: int = 0,
    repeated: bool = False,
    brand: bytes = b"heic",
) -> bytes:
    """A picture of tiles, as phones save theirs; its grid is the first item.

    Args:
        tile: every tile.
        rows: of tiles.
        columns: of tiles.
        declared: the size that the file declares; that of the canvas otherwise.
        canvas: the size that the grid has; that of all tiles otherwise.
        described: EXIF.
        turned: by how many quarters it is to be turned to the left.
        repeated: whether one item is all tiles.
        brand: of the file.
    """
    width, height = canvas or (columns * tile.size[0], rows * tile.size[1])
    count = 1 if repeated else rows * columns
    tiles = [Item(HVC1, tile.stream, (1, 2)) for _ in range(count)]
    notes = [Item(b"Exif", bytes(4) + described)] if described else []
    numbers = [2] * (rows * columns) if repeated else list(range(2, 2 + count))
    references: list[tuple[bytes, int, Sequence[int]]] = [(b"dimg", 1, numbers)]
    if notes:
        references.append((b"cdsc", 2 + count, [1]))
    return heif(
        [Item(GRID, grid_body(rows, columns, width, height), (3, 4)), *tiles, *notes],
        [box(b"hvcC", tile.configuration), extent(*tile.size),
         extent(*(declared or (width, height))), box(b"irot", bytes([turned]))],
        references,
        brand=brand,
    )  # fmt: skip


def alone(picture: Single, *, declared: tuple[int, int] | None = None, copies: int = 1) -> bytes:
    """A file of one picture, or of several of which the first is the primary one."""
    return heif(
        [Item(HVC1, picture.stream, (1, 2)) for _ in range(copies)],
        [box(b"hvcC", picture.configuration), extent(*(declared or picture.size))],
    )


def units(stream: bytes) -> list[bytes]:
    """The units of a stream, without their lengths."""
    found = []
    while stream:
        size = struct.unpack(">I", stream[:4])[0]
        found.append(stream[4 : 4 + size])
        stream = stream[4 + size :]
    return found


def stream_of(*parts: bytes) -> bytes:
    """A stream of units."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def headers(configuration: bytes) -> Mapping[int, bytes]:
    """The units of a configuration by their kinds."""
    found, position = {}, 23
    for _ in range(configuration[22]):
        kind = configuration[position] & 63
        size = struct.unpack(">H", configuration[position + 3 : position + 5])[0]
        found[kind] = configuration[position + 5 : position + 5 + size]
        position += 5 + size
    return found
