"""Pictures of phones: HEIF, with its reader and without."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tests.fuzz.heifs import (
    GRID,
    HVC1,
    Item,
    Single,
    alone,
    box,
    deep,
    extent,
    grid_body,
    headers,
    heif,
    single,
    small,
    stream_of,
    tiled,
    units,
)
from tests.imaging.test_decode import assert_quarters, quarters
from tests.pictures import encoded
from unmask.imaging import sandbox
from unmask.imaging.decode import (
    BrokenPicture,
    DecodingHalted,
    Limits,
    PictureTooLarge,
    UnsupportedPicture,
    decode,
)
from unmask.imaging.heif import Coded, read_heif

TURNED = {0: None, 1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180,
          3: Image.Transpose.ROTATE_90}  # fmt: skip
"""What a camera held so stores, by the quarters that its file says to turn it back."""


def coded(data: bytes) -> list[Coded]:
    return list(read_heif(data).coded)


def with_stream(*parts: bytes) -> bytes:
    """A file whose stream has these units."""
    return alone(small()._replace(stream=stream_of(*parts)))


@pytest.mark.parametrize("turns", TURNED)
@pytest.mark.parametrize("size", [(128, 96), (704, 608)])
def test_a_picture_is_turned_once_though_exif_says_so_too(
    size: tuple[int, int], turns: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = {0: 1, 1: 8, 2: 3, 3: 6}[turns]
    method = TURNED[turns]
    stored = quarters(*size) if method is None else quarters(*size).transpose(method)
    file = tiled(
        single(stored, quality=95, chroma=444), 1, 1, turned=turns, described=exif.tobytes()
    )
    picture = decode(file)
    assert (picture.width, picture.height) == size
    assert_quarters(picture.pixels, tolerance=12)


def test_ten_bits_are_scaled_to_eight() -> None:
    assert_quarters(decode(deep(quarters())).pixels, tolerance=12)


def test_transparency_is_left_out() -> None:
    clear = quarters().convert("RGBA")
    clear.putalpha(Image.new("L", clear.size, 0))
    assert_quarters(decode(encoded(clear, "HEIF", quality=95, chroma=444)).pixels, tolerance=12)


def test_tiles_are_put_together_as_phones_save_them() -> None:
    tile = small()
    one, whole = decode(alone(tile)).pixels, decode(tiled(tile, 3, 2)).pixels
    assert whole.shape == (192, 128, 3)
    assert all(
        (whole[top : top + 64, left : left + 64] == one).all()
        for top in range(0, 192, 64)
        for left in range(0, 128, 64)
    )


def test_of_several_pictures_the_primary_one_is_taken() -> None:
    red, blue = (single(Image.new("RGB", (64, 64), name)) for name in ("red", "blue"))
    file = heif(
        [Item(HVC1, red.stream, (1, 3)), Item(HVC1, blue.stream, (2, 3))],
        [box(b"hvcC", red.configuration), box(b"hvcC", blue.configuration), extent(64, 64)],
        primary=2,
    )
    assert decode(file).pixels[9, 9].argmax() == 2


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_it_is_told_by_its_brand(brand: bytes) -> None:
    assert decode(tiled(small(), 1, 1, brand=brand)).format == "HEIF"


def test_the_reader_is_never_loaded_into_the_process_itself() -> None:
    code = (
        "import sys\n"
        "from unmask.imaging.decode import decode\n"
        "print(decode(sys.stdin.buffer.read()).format, 'pi_heif' in sys.modules)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, input=alone(small())
    )
    assert told.stdout == b"HEIF False\n"


APART = {
    "dies": "import os; os.abort()",
    "says nothing": "",
    "gives too little": "print('\\0\\0\\0\\x40' * 2 + 'x' * 99, end='')",
    "claims nothing": "print('\\0' * 8, end='')",
}
LATE = {
    "stands still": "import time; time.sleep(600)",
    "reads nothing": "import os; os.close(0); import time; time.sleep(600)",
}
HALTED = {
    "uses up its time of the processor": "import os; os.kill(os.getpid(), 24)",
    "is ended by the system, as where memory is short": "import os; os.kill(os.getpid(), 9)",
    "is short of memory": "import sys; sys.exit(3)",
}


@pytest.mark.parametrize("name", APART)
def test_what_goes_wrong_apart_is_a_broken_picture(name: str) -> None:
    command = (sys.executable, "-c", APART[name])
    assert sandbox.decode_in_sandbox("HEIF", bytes(10_000_000), 40_000_000, command) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", [*LATE, *HALTED])
def test_what_lacks_time_or_memory_is_no_broken_picture(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 1 if name in LATE else 60)
    command = (sys.executable, "-c", (LATE | HALTED)[name])
    with pytest.raises(DecodingHalted, match="try again"):
        sandbox.decode_in_sandbox("HEIF", bytes(10_000_000), 40_000_000, command)


def test_what_claims_too_many_pixels_is_not_believed() -> None:
    claim = "import sys; sys.stdout.buffer.write(bytes((255,)) * 8 + bytes(9999))"
    with pytest.raises(PictureTooLarge):
        sandbox.decode_in_sandbox("HEIF", b"", 40_000_000, (sys.executable, "-c", claim))


def test_where_no_process_can_be_started_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(DecodingHalted, match=r"at the moment; try again, or convert"):
        decode(alone(small()))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_apart_nothing_can_be_opened_or_taken() -> None:
    code = """
import socket
from unmask.imaging.sandbox import confine
confine()
for wrong in (lambda: open("/etc/hostname"), socket.socket, lambda: bytes(2_000_000_000)):
    try:
        wrong()
        print("could")
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["OSError", "OSError", "MemoryError"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_apart_a_picture_is_decoded_when_nothing_can_be_opened_any_more() -> None:
    code = """
import pi_heif
from unmask.imaging import sandbox
pi_heif.open_heif = lambda _: open("/etc/hostname")
sandbox.main()
"""
    told = subprocess.run(
        [sys.executable, "-c", code, "HEIF", "1"],
        capture_output=True,
        text=True,
        check=False,
        input="",
    )
    assert "Too many open files" in told.stderr


def test_it_is_told_nothing_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNMASK_DATABASE_URL", "postgresql://somebody:secret@host/name")
    code = (
        "import os, struct, sys; sys.stdin.buffer.read(); "
        "told = 'secret' in str(dict(os.environ)); "
        "sys.stdout.buffer.write(struct.pack('>II', 1, 1) + bytes([told] * 3))"
    )
    pixels = sandbox.decode_in_sandbox("HEIF", b"", 1, (sys.executable, "-c", code))
    assert pixels is not None and not pixels.any()


@pytest.mark.parametrize(
    ("options", "values"), [({"chroma": 420}, 1.5), ({"chroma": 422}, 2.0), ({"chroma": 444}, 3.0)]
)
@pytest.mark.parametrize("size", [(128, 96), (1000, 72)])
def test_a_stream_says_how_large_and_deep_it_is(
    size: tuple[int, int], options: dict[str, int], values: float
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    picture = single(Image.fromarray(noise), **options)
    assert coded(alone(picture)) == [Coded(size[0] * size[1], values, 1)]
    assert coded(deep(quarters(*size))) == [Coded(size[0] * size[1], 3.0, 2)]


def test_grey_has_one_value_a_pixel() -> None:
    picture = single(quarters(128, 96).convert("L"))
    assert coded(alone(picture)) == [Coded(128 * 96, 1.0, 1)]


def test_it_is_measured_by_its_stream_and_not_by_what_it_declares() -> None:
    lying = alone(small(640), declared=(64, 64))
    with pytest.raises(BrokenPicture):  # libheif finds it out, too, once it has decoded it
        decode(lying, Limits(max_pixels=640 * 640))
    with pytest.raises(PictureTooLarge, match="streams of the HEIF"):
        decode(lying, Limits(max_pixels=640 * 640 - 1))


def test_a_canvas_is_measured_by_its_grid_and_tiles_as_often_as_they_are_laid() -> None:
    canvas = tiled(small(), 2, 2, declared=(128, 128), canvas=(4096, 4096))
    assert coded(canvas)[-1] == Coded(4096 * 4096, 1.5, 1)
    with pytest.raises(PictureTooLarge, match="streams of the HEIF"):
        decode(canvas, Limits(max_pixels=4096 * 4096 - 1))
    repeated = tiled(small(), 20, 20, declared=(64, 64), canvas=(64, 64), repeated=True)
    assert len(coded(repeated)) == 1 + 400
    with pytest.raises(PictureTooLarge, match="streams of the HEIF"):
        decode(repeated, Limits(max_pixels=401 * 64 * 64 // 3 - 1))


def test_a_header_within_the_stream_counts() -> None:
    large = headers(single(Image.new("RGB", (640, 640))).configuration)[33]
    data = with_stream(large, *units(small().stream))
    assert coded(data) == [Coded(640 * 640, 1.5, 1)]


def test_a_stream_holds_one_picture() -> None:
    parts = units(small().stream)
    assert len(coded(with_stream(*parts))) == 1
    with pytest.raises(BrokenPicture, match="damaged or cut short"):
        coded(with_stream(*parts, *parts))


def beside(kind: bytes, words: bytes = b"\0", *, primary: int = 1) -> bytes:
    """A sound picture with another item beside it."""
    tile = small()
    return heif(
        [Item(HVC1, tile.stream, (1, 2)), Item(kind, b"text", (), words)],
        [box(b"hvcC", tile.configuration), extent(64, 64)],
        [(b"cdsc", 2, [1])],
        primary=primary,
    )


def grid_of_grids() -> bytes:
    tile = small()
    grid = Item(GRID, grid_body(1, 1, 64, 64), (2,))
    return heif(
        [grid, grid, Item(HVC1, tile.stream, (1, 2))],
        [box(b"hvcC", tile.configuration), extent(64, 64)],
        [(b"dimg", 1, [2]), (b"dimg", 2, [3])],
    )


@pytest.mark.parametrize(
    "data",
    [beside(b"av01", primary=2), beside(b"Exif", primary=2), beside(b"iovl", primary=2),
     grid_of_grids()],
    ids=["another codec", "metadata", "an overlay", "a grid of grids"],
)  # fmt: skip
def test_what_cameras_do_not_write_is_not_read(data: bytes) -> None:
    with pytest.raises(UnsupportedPicture, match="convert it to JPEG or PNG"):
        decode(data)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(b"Exif", b"\0"), (b"mime", b"\0application/rdf+xml\0deflate\0"), (b"mime", b""),
     (b"mime", b"\0a/b"), (b"uri ", b"\0urn:x\0"), (b"av01", b"\0"), (b"unci", b"\0")],
)  # fmt: skip
def test_the_reader_sees_nothing_but_the_picture(kind: bytes, words: bytes) -> None:
    data = beside(kind, words) + box(b"moov", b"rubbish")
    assert (decode(data).pixels == decode(alone(small())).pixels).all()
    assert read_heif(data).rewritten() == read_heif(alone(small())).rewritten()
    assert b"moov" not in read_heif(data).rewritten()


def test_what_is_written_anew_holds_the_same() -> None:
    data = tiled(small(), 2, 3, turned=1, described=b"II*\0")
    once = read_heif(data)
    again = read_heif(once.rewritten())
    assert (once.parts, once.grid, once.order) == (again.parts, again.grid, again.order)
    assert (once.exif, again.exif) == (b"II*\0", None)


def short_lengths() -> bytes:
    picture = small()
    body = bytearray(picture.configuration)
    body[21] &= ~3
    return alone(picture._replace(configuration=bytes(body)))


BROKEN = {
    "no table of contents": lambda: box(b"ftyp", b"heic", bytes(4)) + box(b"mdat", bytes(99)),
    "lengths of one byte": short_lengths,
    "no header": lambda: alone(Single(bytes(21) + b"\3\0", small().stream, (64, 64))),
    "a grid of no tile": lambda: tiled(small(), 1, 1).replace(b"dimg", b"free"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_no_reader_may_take_for_sound_is_broken(name: str) -> None:
    with pytest.raises(BrokenPicture, match="damaged or cut short"):
        coded(BROKEN[name]())
