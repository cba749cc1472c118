from __future__ import annotations

import io
import random
import struct
import threading
import time
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.fuzz.heifs import single, tiled
from tests.pictures import encoded, png_bomb
from unmask.imaging.decode import (
    ACCEPTED_FORMATS,
    BrokenPicture,
    EmptyPicture,
    Limits,
    PictureTooLarge,
    UnsupportedPicture,
    decode,
    read_picture,
)

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(width: int = 64, height: int = 48) -> Image.Image:
    """Red, green; blue, white: tells every orientation from every other."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def png(width: int, height: int, rows: bytes, bits: int = 8, colour: int = 0) -> bytes:
    """A PNG that claims a size, whatever rows it holds; colour 0 is grey, 2 RGB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def assert_quarters(pixels: np.ndarray, tolerance: int = 3) -> None:
    height, width = pixels.shape[:2]
    middles = pixels[height // 4 :: height // 2, width // 4 :: width // 2].astype(int)
    wanted = np.array([[RED, GREEN], [BLUE, WHITE]])
    assert np.abs(middles - wanted).max() <= tolerance, middles


@pytest.mark.parametrize("kind", ACCEPTED_FORMATS)
def test_every_accepted_type_becomes_upright_rgb(kind: str) -> None:
    data = encoded(quarters(), kind)
    picture = decode(data)
    assert (picture.format, picture.width, picture.height) == (kind, 64, 48)
    assert picture.file_size == len(data)
    assert picture.pixels.dtype == np.uint8
    assert_quarters(picture.pixels, tolerance=12)


def test_the_digest_is_that_of_the_file() -> None:
    data = encoded(quarters(), "PNG")
    assert decode(data).sha256 == decode(data).sha256
    assert decode(data).sha256 != decode(data + b"\0").sha256
    assert len(decode(data).sha256) == 64


def test_cmyk_keeps_its_colours() -> None:
    assert_quarters(decode(encoded(quarters().convert("CMYK"), "JPEG", quality=95)).pixels, 40)


def test_grey_and_one_bit_become_three_equal_bands() -> None:
    for mode in ("L", "1", "LA"):
        pixels = decode(encoded(quarters().convert(mode), "PNG")).pixels
        assert pixels.shape == (48, 64, 3)
        assert (pixels == pixels[:, :, :1]).all()


@pytest.mark.parametrize(("level", "grey"), [(0, 0), (200, 0), (32768, 128), (65535, 255)])
def test_16_bit_grey_is_scaled_and_not_clipped(level: int, grey: int) -> None:
    data = encoded(Image.fromarray(np.full((20, 20), level, np.uint16)), "PNG")
    assert (decode(data).pixels == grey).all()


def test_16_bit_colour_is_scaled() -> None:
    pixel = struct.pack(">3H", 0x8000, 0x4000, 0xFFFF)
    data = png(20, 20, (b"\0" + pixel * 20) * 20, bits=16, colour=2)
    assert decode(data).pixels[3, 4].tolist() == [128, 64, 255]


def test_transparency_is_laid_on_white() -> None:
    clear = quarters().convert("RGBA")
    clear.putalpha(Image.new("L", clear.size, 0))
    assert (decode(encoded(clear, "PNG")).pixels == 255).all()
    half = quarters().convert("RGBA")
    half.putalpha(Image.new("L", half.size, 128))
    assert decode(encoded(half, "PNG")).pixels[0, 0].tolist() == [255, 127, 127]


def test_a_palette_with_a_transparent_entry_is_laid_on_white() -> None:
    palette = quarters().quantize(4)
    red = palette.getpixel((0, 0))
    data = encoded(palette, "PNG", transparency=red)
    pixels = decode(data).pixels
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[0, -1].tolist() == [0, 255, 0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    frames = [quarters(), Image.new("RGB", (64, 48), "black")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 2
    assert_quarters(decode(data).pixels)


# What must be done to an upright picture so that the orientation undoes it (EXIF 2.3, tag 0x0112).
STORED_AS: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("orientation", STORED_AS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(64, 48), (700, 600)])
def test_orientation_is_applied(size: tuple[int, int], kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(STORED_AS[orientation](quarters(*size)), kind, exif=exif)
    picture = decode(data)
    assert (picture.width, picture.height) == size
    assert_quarters(picture.pixels, tolerance=12)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_xmp_turns_no_picture(kind: str) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6"/></x:xmpmeta>'
    options: dict[str, object] = {"xmp": xmp}
    if kind == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {"pnginfo": info}
    data = encoded(quarters(128, 96), kind, **options)
    assert Image.open(io.BytesIO(data)).getexif()[0x0112] == 6  # as Pillow has it
    assert_quarters(decode(data).pixels)


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_quarters(decode(encoded(quarters(), "JPEG", exif=exif)).pixels, tolerance=12)


@pytest.mark.parametrize("rubbish", [b"garbage" * 3, b"MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03"])
def test_broken_metadata_does_not_spoil_the_picture(rubbish: bytes) -> None:
    data = encoded(quarters(), "JPEG")
    segment = b"Exif\0\0" + rubbish
    marker = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_quarters(decode(data[:2] + marker + data[2:]).pixels, tolerance=12)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    "rubbish", [b"garbage", b"II*\0", b"MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03"]
)
def test_broken_exif_spoils_no_picture_of_another_type(kind: str, rubbish: bytes) -> None:
    if kind == "HEIF":
        tile = single(quarters(128, 96), quality=95, chroma=444)
        data = tiled(tile, 1, 1, described=rubbish)
    else:
        data = encoded(quarters(), kind, exif=b"Exif\0\0" + rubbish)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_quarters(decode(data).pixels, tolerance=12)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyPicture, match="empty"):
        decode(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"This is a letter, not a picture." * 9,
        b"BMW is a car." * 9,
        encoded(quarters(), "PPM"),
    ],
    ids=["text", "text like BMP", "PPM"],
)
def test_other_types_are_refused_as_such(data: bytes) -> None:
    with pytest.raises(UnsupportedPicture, match="JPEG, PNG, WEBP"):
        decode(data)


@pytest.mark.parametrize("kind", ACCEPTED_FORMATS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.97])
def test_a_picture_cut_short_is_broken_and_not_of_another_type(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(BrokenPicture, match="cut short"):
        decode(data[: max(16, int(share * len(data)))])


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 30), (30, 0)])
def test_a_picture_without_pixels_is_broken(width: int, height: int) -> None:
    with pytest.raises(BrokenPicture):
        decode(png(width, height, b""))


def test_the_smallest_side_is_16_pixels() -> None:
    assert decode(encoded(quarters(16, 40), "PNG")).width == 16
    with pytest.raises(BrokenPicture, match="15x40 px"):
        decode(encoded(quarters(15, 40), "PNG"))


def test_the_pixel_limit_holds_on_either_side() -> None:
    data = encoded(quarters(100, 50), "PNG")
    assert decode(data, Limits(max_pixels=5000)).width == 100
    with pytest.raises(PictureTooLarge, match="100x50 px"):
        decode(data, Limits(max_pixels=4999))


def test_the_byte_limit_holds_on_either_side(tmp_path: Path) -> None:
    data = encoded(quarters(), "PNG")
    file = tmp_path / "picture.png"
    file.write_bytes(data)
    enough, little = Limits(max_bytes=len(data)), Limits(max_bytes=len(data) - 1)
    assert decode(data, enough).sha256 == read_picture(file, enough).sha256
    for read in (lambda: decode(data, little), lambda: read_picture(file, little)):
        with pytest.raises(PictureTooLarge, match="the limit is"):
            read()


def test_a_file_over_the_limit_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "huge.jpg"
    with file.open("wb") as sparse:
        sparse.truncate(30_000_000)
    asked: list[int | None] = []

    class Counting(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    monkeypatch.setattr(Path, "open", lambda self, mode: Counting(self, mode))
    with pytest.raises(PictureTooLarge, match=r"file is 30\.0 MB"):
        read_picture(file)
    assert asked == [20_000_001]


@pytest.mark.parametrize("claimed", [10_000, 20_000, 2**31 - 1])
def test_a_bomb_is_refused_before_it_is_unpacked(claimed: int) -> None:
    data = png_bomb() if claimed == 10_000 else png(claimed, claimed, b"")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PictureTooLarge):
            decode(data)


def test_no_pixels_of_a_bomb_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    monkeypatch.setattr(Image.Image, "load", lambda self: loaded.append(self))
    with pytest.raises(PictureTooLarge):
        decode(png_bomb())
    assert not loaded


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_picture(tmp_path / "none.jpg")


def test_threads_do_not_leave_warnings_silenced(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two that silence warnings at once would each restore what the other had set.
    monkeypatch.setattr(warnings, "filters", list(warnings.filters))
    before = list(warnings.filters)
    data, open_image = encoded(quarters(), "JPEG"), Image.open

    def open_slowly(*arguments: object, **options: object) -> Image.Image:
        time.sleep(random.uniform(0.01, 0.05))
        return open_image(*arguments, **options)

    monkeypatch.setattr(Image, "open", open_slowly)
    threads = [threading.Thread(target=decode, args=(data,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before
