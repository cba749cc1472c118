"""Sound files of the accepted types, made on the spot, and ways to spoil any."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from tests.fuzz.foreign import FOREIGN
from tests.fuzz.heifs import small, tiled
from tests.pictures import encoded
from tests.signing import Signer

SIDE: Final = 48
EXTREMES: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_PROMPT: Final = "a face\nSteps: 20, Sampler: Euler a, CFG scale: 7"
_XMP: Final = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6">'
    "<i:DigitalSourceType>trainedAlgorithmicMedia</i:DigitalSourceType>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _drawing(side: int = SIDE) -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    image = Image.fromarray(noise).reduce(4).resize((side, side))
    ImageDraw.Draw(image).ellipse((8, 8, side - 8, side - 8), "bisque", "black")
    return image


def _face() -> bytes:
    path = Path(__file__).resolve().parent.parent / "data/face.jpg"
    return encoded(Image.open(path).convert("RGB").resize((160, 160)), "JPEG", quality=80)


def _save(kind: str, mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    return lambda: encoded(_drawing().convert(mode), kind, **options)


def _animated(kind: str, **options: object) -> Callable[[], bytes]:
    def make() -> bytes:
        first = _drawing().convert("P") if kind == "GIF" else _drawing()
        more = [first.rotate(90), first.rotate(180)]
        return encoded(first, kind, save_all=True, append_images=more, duration=50, **options)

    return make


def _sixteen_bit() -> bytes:
    grey = np.asarray(_drawing().convert("L"), np.uint16) * 257
    return encoded(Image.fromarray(grey), "PNG")


def _interlaced() -> bytes:
    """A PNG in the seven passes of Adam7, which Pillow reads and does not write."""
    pixels = np.asarray(_drawing())
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1))  # fmt: skip
    rows = b"".join(
        b"\0" + row.tobytes()
        for top, left, down, right in passes
        for row in pixels[top::down, left::right]
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 1)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def _described(kind: str) -> Callable[[], bytes]:
    """A picture with all the metadata that are read for provenance."""

    def make() -> bytes:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = 6
        exif[ExifTags.Base.Software] = "Test Maker 1.0"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"UNICODE\0" + _PROMPT.encode(
            "utf-16-be"
        )
        if kind != "PNG":
            return encoded(_drawing(), kind, exif=exif.tobytes(), xmp=_XMP.encode())
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", _XMP)
        text.add_text("parameters", _PROMPT, zip=True)
        text.add_text("prompt", '{"3": {"class_type": "KSampler"}}')
        return encoded(_drawing(), kind, exif=exif.tobytes(), pnginfo=text)

    return make


def _signed(kind: str, media: str) -> Callable[[], bytes]:
    return lambda: Signer.make().sign(encoded(_drawing(), kind), media)


def png_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def _profiled(kind: str) -> Callable[[], bytes]:
    """A file with a profile that littleCMS makes."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return _save(kind, icc_profile=profile)


def _hdr() -> bytes:
    """A PNG whose values are those of PQ, in the primaries of BT.2020."""
    plain = _save("PNG")()
    return plain[:33] + png_chunk(b"cICP", b"\x09\x10\0\1") + plain[33:]


SEEDS: Final[Mapping[str, Callable[[], bytes]]] = {
    "face": _face,
    "jpeg": _save("JPEG"),
    "jpeg-progressive": _save("JPEG", progressive=True),
    "jpeg-cmyk": _save("JPEG", "CMYK"),
    "jpeg-grey": _save("JPEG", "L"),
    "jpeg-restarts": _save("JPEG", restart_marker_blocks=1),
    "mpo": _animated("MPO"),
    "png": _save("PNG"),
    "png-1": _save("PNG", "1"),
    "png-palette": _save("PNG", "P", transparency=0),
    "png-grey-alpha": _save("PNG", "LA"),
    "png-rgba": _save("PNG", "RGBA"),
    "png-16": _sixteen_bit,
    "png-interlaced": _interlaced,
    "apng": _animated("PNG"),
    "webp": _save("WEBP"),
    "webp-lossless": _save("WEBP", "RGBA", lossless=True),
    "webp-animated": _animated("WEBP"),
    "avif": _save("AVIF", speed=10),
    "avif-rgba": _save("AVIF", "RGBA", speed=10, subsampling="4:4:4"),
    "avif-animated": _animated("AVIF", speed=10),
    "heif-tiled": lambda: tiled(small(), 2, 3, described=b"II*\0\x08\0\0\0\0\0\0\0\0\0"),
    "tiff": _save("TIFF", compression="tiff_lzw"),
    "jpeg-profile": _profiled("JPEG"),
    "png-profile": _profiled("PNG"),
    "png-hdr": _hdr,
    "bmp": _save("BMP"),
    "bmp-palette": _save("BMP", "P"),
    "bmp-1": _save("BMP", "1"),
    "gif": _save("GIF", "P", comment=b"hello"),
    "gif-animated": _animated("GIF", loop=0),
    "jpeg-described": _described("JPEG"),
    "png-described": _described("PNG"),
    "webp-described": _described("WEBP"),
    "avif-described": _described("AVIF"),
    "jpeg-signed": _signed("JPEG", "image/jpeg"),
    "png-signed": _signed("PNG", "image/png"),
    "webp-signed": _signed("WEBP", "image/webp"),
    "avif-signed": _signed("AVIF", "image/avif"),
    "gif-signed": _signed("GIF", "image/gif"),
}
"""Files of the accepted types, by what they are."""


@cache
def seed(name: str) -> bytes:
    """The file of that name."""
    return (SEEDS.get(name) or FOREIGN[name])()


def spoil(data: bytes, number: int, others: Sequence[str] = tuple(SEEDS)) -> bytes:
    """The file with one to six things done to it that the number stands for."""
    rng = random.Random(number)
    for _ in range(rng.randint(1, 6)):
        data = rng.choice(_WAYS)(data, rng, others)
    return data


def _flip(data: bytes, rng: random.Random, _others: Sequence[str]) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _cut(data: bytes, rng: random.Random, _others: Sequence[str]) -> bytes:
    return data[: rng.randint(0, len(data))]


def _drop(data: bytes, rng: random.Random, _others: Sequence[str]) -> bytes:
    start = rng.randint(0, len(data))
    return data[:start] + data[start + rng.randint(0, 64) :]


def _repeat(data: bytes, rng: random.Random, _others: Sequence[str]) -> bytes:
    start = rng.randint(0, len(data))
    part = data[start : start + rng.randint(1, 256)]
    return data[:start] + part * rng.randint(1, 40) + data[start:]


def _splice(data: bytes, rng: random.Random, others: Sequence[str]) -> bytes:
    other = seed(rng.choice(others))
    start, place = rng.randint(0, len(other)), rng.randint(0, len(data))
    return data[:place] + other[start : start + rng.randint(1, 400)] + data[place:]


def _extreme(data: bytes, rng: random.Random, _others: Sequence[str]) -> bytes:
    """A length, a size or a count becomes enormous, or nothing; most stand near the start."""
    width, order = rng.choice((1, 2, 4)), rng.choice(("big", "little"))
    value = rng.choice(EXTREMES) & (1 << 8 * width) - 1
    end = len(data) if rng.random() < 0.5 else min(len(data), 128)
    place = rng.randint(0, end)
    return data[:place] + value.to_bytes(width, order) + data[place + width :]  # type: ignore[arg-type]


_WAYS: Final = (_flip, _cut, _drop, _repeat, _splice, _extreme, _extreme)


def read_as(data: bytes) -> str | None:
    """What Pillow, all of its readers on, takes a file for."""
    try:
        return Image.open(io.BytesIO(data)).format
    except Exception:
        return None
