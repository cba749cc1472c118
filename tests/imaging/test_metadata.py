from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from tests.pictures import encoded
from unmask.imaging.metadata import MAX_VALUE, Metadata, read_metadata

IMAGE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
PACKET = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


def exif(software: str | None = None, comment: bytes | None = None) -> bytes:
    tags = Image.Exif()
    if software is not None:
        tags[ExifTags.Base.Software] = software
    if comment is not None:
        tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    return tags.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP"])
def test_of_a_plain_picture_there_is_nothing(kind: str) -> None:
    assert read_metadata(encoded(IMAGE, kind)) == Metadata()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_exif_and_xmp_are_read_from_every_type_that_holds_them(kind: str) -> None:
    options = {"exif": exif("Camera 1.0", b"ASCII\0\0\0a comment")}
    if kind == "PNG":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", PACKET.decode())
        options["pnginfo"] = text
    else:
        options["xmp"] = PACKET
    found = read_metadata(encoded(IMAGE, kind, **options))
    assert found.exif == {"Software": "Camera 1.0", "UserComment": "a comment"}
    assert found.xmp == PACKET


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"ASCII\0\0\0plain", "plain"),
        (b"UNICODE\0" + "größe".encode("utf-16-be"), "größe"),
        (b"UNICODE\0" + "größe".encode("utf-16-le"), "größe"),
        (b"UNICODE\0" + "größe".encode("utf-16"), "größe"),
        (b"\0" * 8 + "größe".encode(), "größe"),
        (b"ASCII\0\0\0\0\0\0", None),
        (b"short", "short"),
        (b'{"prompt": 1}', '{"prompt": 1}'),
    ],
)
def test_a_comment_is_read_in_its_character_set(raw: bytes, text: str | None) -> None:
    assert (
        read_metadata(encoded(IMAGE, "JPEG", exif=exif(comment=raw))).exif.get("UserComment")
        == text
    )


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_text_chunks_are_read_before_and_after_the_pixels(after: bool, packed: bool) -> None:
    text = PngInfo()
    text.add_text("parameters", "a portrait", zip=packed)
    text.add_itxt("Software", "Tool ü", zip=packed)
    data = encoded(IMAGE, "PNG", pnginfo=text)
    if after:
        header, pixels = 33, data.index(b"IDAT") - 4
        data = data[:header] + data[pixels:-12] + data[header:pixels] + data[-12:]
    assert read_metadata(data).text == {"parameters": "a portrait", "Software": "Tool ü"}


def test_the_program_is_read_from_iptc() -> None:
    entry = b"\x1c\x02\x41\x00\x08Painter1"
    block = b"8BIM\x04\x04\0\0" + len(entry).to_bytes(4, "big") + entry + b"\0" * (len(entry) % 2)
    body = b"Photoshop 3.0\0" + block
    plain = encoded(IMAGE, "JPEG")
    segment = b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body
    assert read_metadata(plain[:2] + segment + plain[2:]).iptc == {"OriginatingProgram": "Painter1"}


def test_what_stands_outside_of_the_container_is_not_read() -> None:
    text = PngInfo()
    text.add_text("parameters", "inside")
    data = encoded(IMAGE, "PNG", pnginfo=text)
    chunk = data[33 : data.index(b"IDAT") - 4].replace(b"inside", b"behind")
    assert read_metadata(encoded(IMAGE, "PNG") + chunk).text == {}
    assert read_metadata(b"no picture, but: parameters inside") == Metadata()


def test_entries_that_are_too_long_are_left_out() -> None:
    text = PngInfo()
    text.add_text("Comment", "x" * (MAX_VALUE + 1), zip=True)
    text.add_text("Software", "y")
    found = read_metadata(encoded(IMAGE, "PNG", pnginfo=text))
    assert found.text == {"Software": "y"}
    long = read_metadata(encoded(IMAGE, "WEBP", xmp=b"x" * (MAX_VALUE + 1)))
    assert long.xmp is None


def test_damaged_metadata_are_passed_over() -> None:
    whole = encoded(IMAGE, "JPEG", exif=exif("Camera 1.0", b"ASCII\0\0\0text"), xmp=PACKET)
    end = whole.index(PACKET)
    rng = np.random.default_rng(0)
    for _ in range(300):
        broken = bytearray(whole)
        for place in rng.integers(2, end, 4):
            broken[place] = rng.integers(0, 256)
        assert isinstance(read_metadata(bytes(broken)), Metadata)
    with Image.open(io.BytesIO(whole)) as image:
        assert image.size == IMAGE.size
