"""Kinds of files that few write: judged, or told by their name, with what to do instead."""

from __future__ import annotations

import io
import struct
import sys
import time

import numpy as np
import pytest
from PIL import Image, ImageFile
from twins import SPACES

from tests.fuzz.heifs import HVC1, Item, box, extent, heif, single
from tests.imaging.test_decode import assert_quarters, quarters
from tests.pictures import encoded
from unmask.imaging import sandbox
from unmask.imaging.boxes import clean_aperture
from unmask.imaging.decode import (
    DecodingHalted,
    Limits,
    PictureTooLarge,
    UnsupportedPicture,
    decode,
)
from unmask.imaging.unread import kind_of_unread

# ---- TIFF ----


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_a_tiff_is_read(mode: str, compression: str | None) -> None:
    data = encoded(quarters().convert(mode), "TIFF", compression=compression)
    picture = decode(data)
    assert picture.format == "TIFF"
    assert_quarters(picture.pixels)


def test_16_bit_grey_and_transparency_of_a_tiff_are_those_of_a_png() -> None:
    grey = Image.fromarray(np.asarray(quarters().convert("L")).astype(np.uint16) * 257)
    clear = quarters().convert("RGBA")
    clear.putalpha(99)
    for image in (grey, clear):
        a, b = (decode(encoded(image, kind)).pixels for kind in ("TIFF", "PNG"))
        assert (a == b).all()


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_tiff_is_turned_once(orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    turned = encoded(quarters(), "TIFF", tiffinfo={274: orientation})
    assert (decode(turned).pixels == decode(encoded(quarters(), "PNG", exif=exif)).pixels).all()


def test_the_profile_of_a_tiff_is_obeyed() -> None:
    p3 = SPACES["Display P3"]
    image = Image.fromarray(p3.pixels(np.full((32, 32, 3), (224, 172, 105), np.uint8)))
    found = decode(encoded(image, "TIFF", icc_profile=p3.profile)).pixels
    assert np.abs(found.astype(int) - (224, 172, 105)).max() <= 2


def test_the_pixel_limit_holds_for_a_tiff() -> None:
    data = encoded(quarters(64, 48), "TIFF")
    assert decode(data, Limits(max_pixels=64 * 48)).width == 64
    with pytest.raises(PictureTooLarge, match="64x48"):
        decode(data, Limits(max_pixels=64 * 48 - 1))


def test_a_tiff_of_numbers_that_are_no_picture_is_told() -> None:
    with pytest.raises(UnsupportedPicture, match=r"TIFF.* 8 bits in RGB, or as JPEG"):
        decode(encoded(quarters().convert("F"), "TIFF"))


def test_a_raw_picture_is_told_and_not_its_small_copy_judged() -> None:
    with pytest.raises(UnsupportedPicture, match=r"raw picture.* JPEG"):
        decode(encoded(quarters(), "TIFF", tiffinfo={254: 1}))
    assert decode(encoded(quarters(), "TIFF", tiffinfo={254: 2})).width == 64  # a page of many


def test_a_tiff_for_which_memory_does_not_suffice_is_not_damaged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = encoded(Image.new("RGB", (5000, 5000)), "TIFF", compression="tiff_lzw")
    code = (
        "from unmask.imaging import sandbox; sandbox.MEMORY = 1; sandbox.main()",
        "from unmask.imaging import sandbox; sandbox.main()",
    )
    tight = (sys.executable, "-c", code[0])
    with pytest.raises(DecodingHalted, match=r"memory.* try again"):
        sandbox.decode_in_sandbox("TIFF", data, 40_000_000, tight)
    enough = (sys.executable, "-c", code[1])
    assert sandbox.decode_in_sandbox("TIFF", data, 40_000_000, enough) is not None


# ---- large JPEGs ----


def test_a_jpeg_of_more_pixels_is_decoded_at_half_of_its_size() -> None:
    data = encoded(quarters(128, 96), "JPEG", quality=95)
    assert decode(data, Limits(max_pixels=128 * 96)).pixels.shape == (96, 128, 3)
    half = decode(data, Limits(max_pixels=128 * 96 - 1))
    assert (half.width, half.height, half.pixels.shape) == (128, 96, (48, 64, 3))
    assert_quarters(half.pixels, tolerance=12)
    assert decode(data, Limits(max_pixels=64 * 48)).width == 128
    with pytest.raises(PictureTooLarge, match="128x96"):
        decode(data, Limits(max_pixels=64 * 48 - 1))


def test_of_another_type_no_more_pixels_are_decoded() -> None:
    with pytest.raises(PictureTooLarge, match="128x96"):
        decode(encoded(quarters(128, 96), "PNG"), Limits(max_pixels=128 * 96 - 1))


# ---- APNG ----


def test_of_an_apng_the_animation_is_judged_and_not_what_stands_in_for_it() -> None:
    stand_in, first, second = (Image.new("RGB", (64, 48), c) for c in ("white", "red", "blue"))
    frames = {"save_all": True, "append_images": [first, second]}
    apart = encoded(stand_in, "PNG", default_image=True, **frames)
    assert decode(apart).pixels[9, 9].tolist() == [255, 0, 0]
    part = encoded(stand_in, "PNG", **frames)
    assert decode(part).pixels[9, 9].tolist() == [255, 255, 255]


# ---- clap ----


def clap(width: int, height: int, right: int, down: int) -> bytes:
    """What is shown: its size, and by how many halves of a pixel its middle is moved."""
    return struct.pack(">IIIIiIiI", width, 1, height, 1, right, 2, down, 2)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (clap(64, 48, 0, 0), (0, 0, 64, 48)),
        (clap(32, 24, 0, 0), (16, 12, 48, 36)),
        (clap(32, 24, -32, -24), (0, 0, 32, 24)),
        (clap(32, 24, 32, 24), (32, 24, 64, 48)),
        (clap(32, 24, 34, 24), None),  # beyond the right side
        (clap(0, 24, 0, 0), None),
        (clap(32, 24, 0, 0).replace(b"\0\0\0\2", b"\0\0\0\0"), None),
        (b"", None),
    ],
)
def test_what_is_shown_lies_within_the_picture(
    body: bytes, shown: tuple[int, int, int, int] | None
) -> None:
    assert clean_aperture(body, 64, 48) == shown


def cut_avif(image: Image.Image, body: bytes, **options: object) -> bytes:
    """An AVIF of which a part is shown: `clap` takes the place of a free one in its properties."""
    plain = encoded(image, "AVIF", quality=100, subsampling="4:4:4", **options)
    said = plain.index(b"ipma") - 4
    start = plain.index(b"ipco") - 4
    (size,) = struct.unpack(">I", plain[start : start + 4])
    count, end = 0, start + 8
    while end < start + size:
        end += struct.unpack(">I", plain[end : end + 4])[0]
        count += 1
    (length,) = struct.unpack(">I", plain[said : said + 4])
    links = bytearray(plain[said : said + length])
    links[18] += 1  # properties of the first item
    links = links[: 19 + links[18] - 1] + bytes((0x80 | count + 1,)) + links[19 + links[18] - 1 :]
    links[:4] = struct.pack(">I", len(links))
    added = box(b"clap", body)
    whole = bytearray(plain[:end] + added + bytes(links) + plain[said + length :])
    more = len(added) + 1
    for name in (b"ipco", b"iprp", b"meta"):
        place = whole.index(name) - 4
        grown = more - (name == b"ipco")
        (old,) = struct.unpack(">I", whole[place : place + 4])
        whole[place : place + 4] = struct.pack(">I", old + grown)
    moved = plain.index(b"mdat") + 4
    place = bytes(whole).index(struct.pack(">I", moved))
    whole[place : place + 4] = struct.pack(">I", moved + more)
    return bytes(whole)


def test_of_an_avif_what_is_to_be_shown_is_judged() -> None:
    found = decode(cut_avif(quarters(), clap(32, 24, -32, -24))).pixels
    assert found.shape == (24, 32, 3)
    assert np.abs(found.astype(int) - (255, 0, 0)).max() <= 9  # the red quarter


def test_of_a_heif_what_is_to_be_shown_is_judged() -> None:
    picture = single(quarters(64, 64), quality=95, chroma=444)
    file = heif(
        [Item(HVC1, picture.stream, (1, 2, 3))],
        [box(b"hvcC", picture.configuration), extent(64, 64),
         box(b"clap", clap(32, 32, -32, -32))],
    )  # fmt: skip
    found = decode(file).pixels
    assert found.shape == (32, 32, 3)
    assert np.abs(found.astype(int) - (255, 0, 0)).max() <= 20


# ---- what is not read ----


def test_a_jpeg_of_12_bits_is_told_and_not_called_damaged() -> None:
    plain = bytearray(encoded(quarters(), "JPEG"))
    plain[plain.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(UnsupportedPicture, match=r"12 bits.* JPEG with 8 bits"):
        decode(bytes(plain))


UNREAD = {
    "JPEG 2000": encoded(quarters(), "JPEG2000"),
    "JPEG 2000 ": b"\xff\x4f\xff\x51" + bytes(99),
    "JPEG XL": b"\xff\x0a" + bytes(99),
    "JPEG XL ": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99),
    "SVG": b"<?xml version='1.0'?>\n<!-- made by hand -->\n<svg xmlns='http://www.w3.org/2000/svg'/>",
    "web page": b"\n<!DOCTYPE html><html><svg></svg></html>",
    "PDF": encoded(quarters(), "PDF"),
    "PSD": b"8BPS\0\1" + bytes(99),
    "video": box(b"ftyp", b"isom", bytes(4), b"mp42") + bytes(99),
    "video ": box(b"ftyp", b"qt  ", bytes(4)) + bytes(99),
    "a video": b"\x1a\x45\xdf\xa3" + bytes(99),
    "raw": b"II*\0\x10\0\0\0CR\2\0" + bytes(99),
    "raw ": box(b"ftyp", b"crx ", bytes(4), b"isom") + bytes(99),
    "ZIP": b"PK\3\4" + bytes(99),
    "icon": encoded(quarters(), "ICO"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_type_that_is_not_read_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(UnsupportedPicture, match=f"{name.strip()}.*(JPEG|save|send)"):
        decode(UNREAD[name])


@pytest.mark.parametrize("part", [b" ", b"<!---->", b"<?xml ", b"<svg", b"<"])
def test_a_type_is_told_in_time_that_grows_with_the_size(part: bytes) -> None:
    began = time.process_time()
    kind_of_unread(part * 1_000_000)
    assert time.process_time() - began < 0.5


def test_memory_that_does_not_suffice_is_no_fault_of_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(DecodingHalted, match="try again"):
        decode(encoded(quarters(), "PNG"))


def test_an_unread_type_beside_a_read_one_is_no_hindrance() -> None:
    for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP", "AVIF", "TIFF"):
        assert kind_of_unread(encoded(quarters(), kind)) is None or kind == "AVIF"
    buffer = io.BytesIO()
    quarters().save(buffer, "PNG")
    assert decode(buffer.getvalue() + b"PK\3\4").format == "PNG"
