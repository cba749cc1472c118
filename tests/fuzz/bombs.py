"""Small or cheap files that cost a decoder minutes or gigabytes, each as the code that builds it.

All but the first few once did so here. Sizes are those of the largest file that is accepted.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from PIL import Image

from tests.fuzz.heifs import (
    HVC1,
    Item,
    Single,
    alone,
    box,
    extent,
    heif,
    single,
    small,
    stream_of,
    tiled,
    units,
)
from tests.fuzz.seeds import png_chunk
from tests.pictures import encoded

FULL: Final = 19_500_000
"""Bytes of a file near the limit."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_ROWS: Final = png_chunk(b"IDAT", zlib.compress(bytes(65 * 64)))
_END: Final = png_chunk(b"IEND", b"")


def _header(width: int, height: int) -> bytes:
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def _png(before: bytes = b"", after: bytes = b"", width: int = 64, height: int = 64) -> bytes:
    return _SIGNATURE + _header(width, height) + before + _ROWS + after + _END


def _filled(part: bytes) -> bytes:
    return part * (FULL // len(part))


def _packed(name: bytes, size: int) -> bytes:
    """A chunk of zeros that unpacks to so many bytes."""
    packer = zlib.compressobj(9)
    block = bytes(1_000_000)
    body = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    return png_chunk(name, b"x\0\0" + body)


_PROFILE: Final = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(999_999), 9))
_TEXT: Final = png_chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(999_999), 9))


def _jpeg(before: bytes) -> bytes:
    plain = encoded(Image.new("RGB", (64, 64), "red"), "JPEG")
    return plain[:2] + before + plain[2:]


def _jpeg_in_its_scan(part: bytes) -> bytes:
    """A JPEG that has a part at the end of its only scan, and the marker of one more behind it."""
    plain = encoded(Image.new("RGB", (64, 64), "red"), "JPEG")
    return plain[:-2] + part + plain[-2:] + b"\xff\xda"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def scans(count: int, side: int = 2000) -> bytes:
    """A progressive JPEG whose last scan is there so often."""
    whole = encoded(Image.new("RGB", (side, side), "red"), "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + whole[-2:]


def noise_in_scans(side: int) -> bytes:
    """A progressive JPEG of noise, as large as a file may be, whose last scan is repeated."""
    grey = np.random.default_rng(0).integers(0, 256, (side, side), np.uint8)
    colours = [Image.fromarray(np.roll(grey, 37 * band, 0)) for band in range(3)]
    options = {"quality": 5, "progressive": True, "subsampling": 0}
    whole = encoded(Image.merge("RGB", colours), "JPEG", **options)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * ((FULL - len(whole)) // len(last)) + whole[-2:]


def declaring(plain: bytes, width: int, height: int) -> bytes:
    """A JPEG that declares a size."""
    (place,) = (plain.index(mark) + 5 for mark in (b"\xff\xc0\0", b"\xff\xc2\0") if mark in plain)
    return plain[:place] + struct.pack(">HH", height, width) + plain[place + 4 :]


def scan_by_scan(side: int, colours: int) -> bytes:
    """A JPEG that is not progressive, and yet has a scan for each of its colours."""
    grey = encoded(Image.new("L", (side, side), 99), "JPEG")
    frame, scan = grey.index(b"\xff\xc0"), grey.index(b"\xff\xda")
    tables = frame + 2 + 8 + 3
    parts = b"".join(bytes((one, 0x11, 0)) for one in range(1, colours + 1))
    head = grey[frame + 4 : frame + 9] + bytes((colours,)) + parts
    body = grey[scan + 4 + 6 : -2]
    scans = (_segment(0xDA, bytes((1, one, 0, 0, 63, 0))) + body for one in range(1, colours + 1))
    whole = grey[:frame] + _segment(0xC0, head) + grey[tables:scan] + b"".join(scans)
    return whole + grey[-2:]


def _gif(before: bytes = b"", size: tuple[int, int] = (64, 64)) -> bytes:
    plain = encoded(Image.new("P", (64, 64)), "GIF")
    frame = plain.index(b",\0\0\0\0")
    return plain[:6] + struct.pack("<HH", *size) + plain[10:frame] + before + plain[frame:]


def _gif_frame() -> bytes:
    plain = _gif()
    size = plain.index(b",\0\0\0\0") + 5
    return plain[:size] + struct.pack("<HH", 65_535, 65_535) + plain[size + 4 :]


def _gif_frames() -> bytes:
    plain = _gif()
    frame = plain.index(b",\0\0\0\0")
    return plain[:frame] + _filled(plain[frame:-1]) + b";"


def _apng_frames() -> bytes:
    first, second = Image.new("RGB", (64, 64)), Image.new("RGB", (64, 64), "red")
    whole = encoded(first, "PNG", save_all=True, append_images=[second])
    frame = whole.rindex(b"fcTL") - 4
    return whole[:frame] + _filled(whole[frame:-12]) + whole[-12:]


def _bmp_runs(run: bytes) -> bytes:
    """A BMP of 6300x6300, packed in runs of one pixel, or of none."""
    start = 14 + 40 + 1024
    runs = _filled(run)
    header = struct.pack("<IiiHHIIiiII", 40, 6300, 6300, 1, 8, 1, 0, 0, 0, 256, 0)
    file = b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start)
    return file + header + bytes(1024) + runs


def _webp(width: int, height: int) -> bytes:
    """A WebP without loss that declares a size."""
    plain = encoded(Image.new("RGB", (64, 64), "red"), "WEBP", lossless=True)
    place = plain.index(b"VP8L") + 9
    bits = width - 1 | height - 1 << 14
    return plain[:place] + struct.pack("<I", bits) + plain[place + 4 :]


def _webp_frames() -> bytes:
    images = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in (0, 90)]
    whole = encoded(images[0], "WEBP", save_all=True, append_images=images[1:], lossless=True)
    start = whole.index(b"ANMF")
    frame = whole[start : start + 8 + struct.unpack("<I", whole[start + 4 : start + 8])[0]]
    body = whole[8:start] + _filled(frame)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def avif_declaring(side: int, stream_side: int = 64, alpha: int = 255) -> bytes:
    """An AVIF whose streams have one size, and that declares another."""
    image = Image.new("RGBA", (stream_side, stream_side), (255, 0, 0, alpha))
    plain = encoded(image, "AVIF", speed=10, subsampling="4:4:4" if alpha < 255 else "4:2:0")
    size = struct.pack(">II", stream_side, stream_side)
    return plain.replace(b"ispe\0\0\0\0" + size, b"ispe\0\0\0\0" + struct.pack(">II", side, side))


def _avif(*boxes: bytes) -> bytes:
    return box(b"ftyp", b"avif\0\0\0\0avifmif1") + b"".join(boxes)


def _avif_items(version: int, count: int, items: bytes) -> bytes:
    """An AVIF with so many items; numbers of places and lengths take four bytes."""
    number = count.to_bytes(4 if version == 2 else 2, "big")
    iloc = struct.pack(">BxxxH", version, 0x4400) + number + items
    return _avif(box(b"meta", bytes(4) + box(b"iloc", iloc)))


def _avif_pieces() -> bytes:
    """65,535 items in 65,535 pieces each, all of them empty, for which no byte is needed."""
    whole = bytearray(_avif_items(0, 65_535, struct.pack(">HHH", 1, 0, 65_535) * 65_535))
    place = whole.index(b"iloc") + 8
    whole[place : place + 2] = bytes(2)
    return bytes(whole)


def avif_stream(stream: bytes) -> bytes:
    """An AVIF with one item."""
    plain = _avif_items(0, 1, struct.pack(">HHHII", 1, 0, 1, 0, len(stream)))
    place = len(plain) + 8
    whole = _avif_items(0, 1, struct.pack(">HHHII", 1, 0, 1, place, len(stream)))
    return whole + box(b"mdat", stream)


def avif_overlapping(unit: bytes, units: int, items: int) -> bytes:
    """An AVIF with so many items, each of which is the same stream of so many units."""
    stream = unit * units
    place = len(_avif_items(0, items, bytes(14) * items)) + 8
    parts = (struct.pack(">HHHII", item, 0, 1, place, len(stream)) for item in range(items))
    padding = bytes(max(0, items * len(stream) // 2 - len(stream)))  # all items together are larger
    return _avif_items(0, items, b"".join(parts)) + box(b"mdat", stream + padding)


def _avif_tracks() -> bytes:
    """An AVIF with 2400 tracks, the first sample of each of which is nearly all of the file."""
    sizes = box(b"stsz", struct.pack(">III", 0, FULL - 1_000_000, 1))
    offsets = box(b"stco", struct.pack(">III", 0, 1, 900_000))
    tracks = box(b"trak", sizes + offsets) * 2400
    return _avif(box(b"moov", tracks), box(b"mdat", b"\x80" * (FULL - 100 - len(tracks))))


def _avif_nested() -> bytes:
    depth = 100_000
    boxes = b"".join(
        struct.pack(">I", FULL - 100 - 8 * level) + b"trak" for level in range(1, depth)
    )
    body = boxes + bytes(FULL - 100 - len(boxes))
    return _avif(box(b"moov", body[: FULL - 108]))


def _exif(entries: int, blob: int) -> bytes:
    """EXIF with so many tags, each of which claims the same bytes."""
    place = 8 + 2 + 12 * entries + 4
    tags = b"".join(struct.pack("<HHII", tag + 1, 7, blob, place) for tag in range(entries))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", entries) + tags + bytes(4) + bytes(blob)


_TILE: Final = 64


def _sequence_header(width: int, height: int) -> bytes:
    """What says that pictures of HEVC are so large, in 8 bits and with a quarter of the colours."""

    def exponential(value: int) -> str:
        digits = f"{value + 1:b}"
        return "0" * (len(digits) - 1) + digits

    numbers = (0, 1, width, height)
    bits = "0" * 4 + "0001" + "0" * 96 + "".join(map(exponential, numbers)) + "0" + "11"
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return b"\x42\1" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _large(side: int) -> Single:
    """A picture whose configuration says that it is so large."""
    unit = _sequence_header(side, side)
    start = bytearray(small().configuration[:22])
    return small()._replace(
        configuration=bytes(start) + b"\1\x21\0\1" + struct.pack(">H", len(unit)) + unit
    )


def _heif_stream(*units: bytes) -> bytes:
    return alone(small()._replace(stream=stream_of(*units)))


def _heif_of(part: bytes) -> bytes:
    return alone(small()._replace(stream=_filled(part)))


def _heif_described(kind: bytes, notes: int, pictures: int) -> bytes:
    """Notes or a colour profile of most of a file, which belong to every one of many pictures."""
    tile, body = small(), bytes(FULL - 200 * pictures)
    properties = [box(b"hvcC", tile.configuration), extent(_TILE, _TILE)]
    if not notes:
        properties.append(box(b"colr", b"prof", body))
    shared = (1, 2) if notes else (1, 2, 3)
    items = [Item(HVC1, tile.stream, shared)] * pictures
    references = [(b"cdsc", pictures + 1, list(range(1, pictures + 1)))] if notes else []
    return heif(items + [Item(kind, body)] * notes, properties, references)


def _heif_turned(times: int) -> bytes:
    """A large picture that is to be turned so many times."""
    large = single(Image.new("RGB", (4096, 4096), "red"), enc_params={"preset": "ultrafast"})
    turns = [box(b"irot", b"\1"), box(b"imir", b"\1")]
    return heif(
        [Item(HVC1, large.stream, (1, 2, *(3, 4) * (times // 2)))],
        [box(b"hvcC", large.configuration), extent(4096, 4096), *turns],
    )


def _heif_associations() -> bytes:
    """Each of many items with as many properties as it may have."""
    tile = small()
    return heif(
        [Item(HVC1, tile.stream, (1, 2)), *[Item(b"Exif", b"", (2,) * 255)] * 3000],
        [box(b"hvcC", tile.configuration), extent(_TILE, _TILE)],
    )


def _heif_slices(count: int) -> bytes:
    """One picture of very many slices, each but one of which says that it is not the first."""
    *others, coded = units(small().stream)
    later = coded[:2] + bytes([coded[2] & 0x7F]) + coded[3:40]
    return _heif_stream(*others, coded, *[later] * count)


def _heif_zeros() -> bytes:
    """One picture of most of a file, all of it zeros."""
    *others, coded = units(small().stream)
    return _heif_stream(*others, coded[:20] + bytes(FULL))


BOMBS: Final[Mapping[str, Callable[[], bytes]]] = {
    "png of 30000x30000": lambda: _png(width=30_000, height=30_000),
    "png with a profile of 500 MB": lambda: _png(_packed(b"iCCP", 500_000_000)),
    "png with a text of 500 MB": lambda: _png(_packed(b"zTXt", 500_000_000)),
    "png with many texts of 1 MB": lambda: _png(after=_filled(_TEXT)),
    "png with many profiles": lambda: _png(_filled(_PROFILE)),
    "png with many profiles behind": lambda: _png(after=_filled(_PROFILE)),
    "png with many chunks": lambda: _png(_filled(png_chunk(b"abCd", b""))),
    "png with many chunks behind": lambda: _png(after=_filled(png_chunk(b"abCd", b""))),
    "png with many empty pieces": lambda: _png(_filled(png_chunk(b"IDAT", b""))),
    "png with huge exif": lambda: _png(png_chunk(b"eXIf", _exif(60_000, 15_000_000))),
    "apng with many frames": _apng_frames,
    "jpeg with many segments": lambda: _jpeg(_filled(_segment(0xFE, b""))),
    "jpeg with much padding": lambda: _jpeg(b"\xff" * FULL),
    "jpeg with many exifs": lambda: _jpeg(_filled(_segment(0xE1, b"Exif\0\0" + bytes(300)))),
    "jpeg with many scans": lambda: scans(300_000),
    "jpeg with a long run of FF": lambda: _jpeg_in_its_scan(b"\xff" * FULL + b"\0"),
    "jpeg with many segments in its scan": lambda: _jpeg_in_its_scan(_filled(_segment(0xFE, b""))),
    "jpeg of 40 MP, progressive in four colours": lambda: declaring(
        encoded(Image.new("CMYK", (64, 64)), "JPEG", progressive=True), 6324, 6324
    ),
    "jpeg of 40 MP, four colours scan by scan": lambda: declaring(scan_by_scan(64, 4), 6324, 6324),
    "gif of 65535x65535": lambda: _gif(size=(65_535, 65_535)),
    "gif with a frame of 65535x65535": _gif_frame,
    "gif with many frames": _gif_frames,
    "gif with many extensions": lambda: _gif(_filled(b"!\1\1a\0")),
    "gif with many comments": lambda: _gif(_filled(b"!\xfe\1a\0")),
    "gif with a long comment": lambda: _gif(b"!\xfe" + _filled(b"\xff" + bytes(255)) + b"\0"),
    "gif with much rubbish": lambda: _gif(b"\1" * FULL),
    "bmp of single pixels": lambda: _bmp_runs(b"\1\2"),
    "bmp of empty rows": lambda: _bmp_runs(b"\0\0"),
    "webp of 16383x16383": lambda: _webp(16_383, 16_383),
    "webp of 13000x13000": lambda: _webp(13_000, 13_000),
    "webp with many frames": _webp_frames,
    "webp with huge exif": lambda: encoded(
        Image.new("RGB", (64, 64)), "WEBP", exif=b"Exif\0\0" + _exif(60_000, 15_000_000)
    ),
    "avif of 16384x16384": lambda: avif_declaring(16_384),
    "avif of 6000x6000 from 64x64": lambda: avif_declaring(6000),
    "avif of 6324x6324 with alpha, from 64x64": lambda: avif_declaring(6324, alpha=77),
    "avif in many pieces": _avif_pieces,
    "avif of many items": lambda: _avif_items(2, 2**31, _filled(bytes(10))),
    "avif of many boxes in boxes": _avif_nested,
    "avif of many units": lambda: avif_stream(_filled(b"\x12\0")),
    "avif of many headers": lambda: avif_stream(_filled(b"\x0a\x06\x18\x15\x7f\xfc\0\0")),
    "avif of many items of many units": lambda: avif_overlapping(b"\x12\0", 9000, 2000),
    "avif of many items of many headers": lambda: avif_overlapping(
        b"\x0a\x06\x18\x15\x7f\xfc\0\0", 9000, 500
    ),
    "avif of many tracks": _avif_tracks,
    "avif of many boxes in many boxes": lambda: _avif(
        box(b"moov", box(b"trak", box(b"trak", b"") * 240) * 9000)
    ),
    "heif of 16384x16384": lambda: alone(_large(16_384)),
    "heif of a header of 16384x16384": lambda: _heif_stream(
        _sequence_header(16_384, 16_384), *units(small().stream)
    ),
    "heif of a canvas of 16384x16384": lambda: tiled(
        small(), 2, 2, declared=(128, 128), canvas=(16_384, 16_384)
    ),
    "heif of a canvas of 6300x6300": lambda: tiled(
        small(), 2, 2, declared=(128, 128), canvas=(6300, 6300)
    ),
    "heif of one tile laid 9000 times": lambda: tiled(small(), 90, 100, repeated=True),
    "heif of one tile laid 60000 times": lambda: tiled(small(), 250, 240, repeated=True),
    "heif of many tiles": lambda: tiled(small(), 30, 31),
    "heif of more tiles": lambda: tiled(small(), 60, 60),
    "heif of many pictures": lambda: alone(small(), copies=5000),
    "heif of many pictures in a stream": lambda: _heif_stream(*units(small().stream) * 9000),
    "heif of many slices": lambda: _heif_slices(1998),
    "heif of more slices": lambda: _heif_slices(400_000),
    "heif of many units": lambda: _heif_of(stream_of(b"\x4e\1")),
    "heif of many headers": lambda: _heif_of(stream_of(_sequence_header(64, 64))),
    "heif of a long run of zeros": lambda: _heif_stream(*units(small().stream)[:-1], bytes(FULL)),
    "heif of zeros in a slice": _heif_zeros,
    "heif of much exif for many pictures": lambda: _heif_described(b"Exif", 1, 400),
    "heif of much xmp for many pictures": lambda: _heif_described(b"mime", 1, 400),
    "heif of a long colour profile for many pictures": lambda: _heif_described(b"", 0, 400),
    "heif that is turned 250 times": lambda: _heif_turned(250),
    "heif of many associations": _heif_associations,
    "heif of many boxes": lambda: alone(small()) + _filled(box(b"free")),
    "heif of many properties": lambda: heif(
        [Item(HVC1, small().stream, (1, 2))],
        [box(b"hvcC", small().configuration), extent(64, 64), box(b"free") * 2_000_000],
    ),
    "avif of zeros": lambda: avif_stream(b"\x08\x04" + bytes(7) + b"\2" + bytes(FULL)),
}
