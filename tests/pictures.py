"""Pictures for tests: faces, pictures without one, and every kind of bad input."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw


@pytest.fixture(scope="session")
def face_jpeg(root: Path, request: pytest.FixtureRequest) -> bytes:
    """A portrait: our own generated one, or else one of the picture pool."""
    own = root / "tests/data/face.jpg"
    if own.is_file():
        return own.read_bytes()
    shared: Path = request.getfixturevalue("shared")
    return min((shared / "data/real/ffhq256").glob("*.jpg")).read_bytes()


@pytest.fixture(scope="session")
def no_face_jpeg() -> bytes:
    """A drawing of a house in a landscape."""
    image = Image.new("RGB", (320, 240), "skyblue")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 160, 320, 240), fill="darkgreen")
    draw.rectangle((100, 100, 220, 200), fill="firebrick")
    draw.polygon([(90, 100), (160, 50), (230, 100)], fill="saddlebrown")
    return encoded(image, "JPEG")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of the image as a file of that type."""
    buffer = io.BytesIO()
    if kind == "HEIF":  # what reads it, pi-heif, has no encoder
        pillow_heif.from_pillow(image).save(buffer, **options)
    else:
        image.save(buffer, kind, **options)
    return buffer.getvalue()


def tinted(face: bytes, red: float, green: float, blue: float, size: int = 400) -> Image.Image:
    """A portrait with its colours moved, which decides what the tiny network says of it."""
    image = Image.open(io.BytesIO(face)).convert("RGB").resize((size, size))
    pixels = np.asarray(image, dtype=np.float64) + np.array([red, green, blue])
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def beside(*images: Image.Image) -> Image.Image:
    """Images from left to right in one picture."""
    whole = Image.new("RGB", (sum(one.width for one in images), images[0].height))
    left = 0
    for one in images:
        whole.paste(one, (left, 0))
        left += one.width
    return whole


def png(width: int, height: int, rows: int) -> bytes:
    """A grey 8-bit PNG that claims a size and holds so many black rows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(width + 1)) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def png_bomb() -> bytes:
    """A valid PNG of 100 megapixels in about 100 kB."""
    return png(10_000, 10_000, rows=10_000)


def truncated(jpeg: bytes) -> bytes:
    """The first half of a file."""
    return jpeg[: len(jpeg) // 2]


def portrait(face: bytes) -> Image.Image:
    """A portrait in plain RGB."""
    return Image.open(io.BytesIO(face)).convert("RGB")


def animated(face: bytes, kind: str) -> bytes:
    """A portrait and its mirror image as frames of one file."""
    first = portrait(face)
    second = first.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return encoded(first, kind, save_all=True, append_images=[second])


def sixteen_bit(face: bytes) -> bytes:
    """A portrait as a PNG with 16 bits of grey."""
    grey = np.asarray(portrait(face).convert("L"), dtype=np.uint16) * 257
    return encoded(Image.fromarray(grey), "PNG")


UNUSUAL: Final[dict[str, Callable[[bytes], bytes]]] = {
    "cmyk": lambda face: encoded(portrait(face).convert("CMYK"), "JPEG", quality=90),
    "16-bit": sixteen_bit,
    "palette": lambda face: encoded(portrait(face).quantize(128), "PNG"),
    "animated gif": lambda face: animated(face, "GIF"),
    "animated webp": lambda face: animated(face, "WEBP"),
    "transparent": lambda face: encoded(portrait(face).convert("RGBA"), "PNG"),
    "grey": lambda face: encoded(portrait(face).convert("L"), "JPEG"),
    "avif": lambda face: encoded(portrait(face), "AVIF"),
    "heif": lambda face: encoded(portrait(face), "HEIF", quality=80),
    "bmp": lambda face: encoded(portrait(face), "BMP"),
    "tiff": lambda face: encoded(portrait(face), "TIFF"),
}
"""A portrait in the unusual kinds that must be read all the same."""
