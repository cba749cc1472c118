"""Whatever a file says of its colours, its picture comes out in sRGB.

Reference values: an sRGB red is (234, 51, 35) in Display P3 and (219, 0, 0) in Adobe RGB (1998), by
their primaries; white of 203 nits is 58 % of PQ and 75 % of HLG (ITU-R BT.2408, table 1).
"""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from twins import (
    P3_PRIMARIES,
    SPACES,
    SRGB_CURVE,
    deep_heif,
    deep_png,
    file_of,
    gamma_tag,
    grey_profile,
    icc_file,
    icc_profile,
    with_chunk,
    with_points,
)

from tests.fuzz.heifs import GRID, HVC1, Item, box, extent, grid_body, heif, single
from tests.pictures import encoded
from unmask.imaging.colour import MAX_PROFILE, Colours, conversion_of, plain_profile
from unmask.imaging.decode import decode

P3 = SPACES["Display P3"]
IN_PROFILES = [name for name, space in SPACES.items() if space.curve]
IN_POINTS = [name for name, space in SPACES.items() if space.points != (2, 2)]


def cube() -> NDArray[np.uint8]:
    """Colours all over sRGB, in blocks of 8 pixels, (216, 64, 3)."""
    levels = np.array((0, 51, 102, 153, 204, 255), np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(27, 8, 3)
    return colours.repeat(8, axis=0).repeat(8, axis=1)


def filled(colour: tuple[int, int, int], size: int = 32) -> NDArray[np.uint8]:
    return np.full((size, size, 3), colour, np.uint8)


def off(data: bytes, wanted: NDArray[np.uint8]) -> int:
    """Levels by which a file's picture is off at most."""
    return int(np.abs(decode(data).pixels.astype(np.int16) - wanted).max())


@pytest.mark.parametrize(
    ("name", "colour", "in_srgb"),
    [
        ("Display P3", (234, 51, 35), (255, 0, 0)),
        ("Adobe RGB", (219, 0, 0), (255, 0, 0)),
        ("Display P3", (128, 128, 128), (128, 128, 128)),
    ],
)
def test_a_known_colour_comes_out_as_it_is_known(
    name: str, colour: tuple[int, int, int], in_srgb: tuple[int, int, int]
) -> None:
    file = file_of(filled(colour), icc_profile=SPACES[name].profile)
    assert off(file, filled(in_srgb)) <= 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "JPEG"])
@pytest.mark.parametrize("name", IN_PROFILES)
def test_a_profile_is_obeyed_in_every_type(name: str, kind: str) -> None:
    options = {
        "PNG": {}, "WEBP": {"lossless": True}, "AVIF": {"quality": 100, "subsampling": "4:4:4"},
        "JPEG": {"quality": 100, "subsampling": 0},
    }[kind]  # fmt: skip
    skin = filled((224, 172, 105))
    file = file_of(SPACES[name].pixels(skin), kind, icc_profile=SPACES[name].profile, **options)
    assert off(file, skin) <= 3


@pytest.mark.parametrize("name", IN_PROFILES)
def test_all_of_srgb_comes_back_from_a_wider_space(name: str) -> None:
    file = file_of(SPACES[name].pixels(cube()), icc_profile=SPACES[name].profile)
    # Eight bits of a wide space are coarse where sRGB is dark.
    assert np.abs(decode(file).pixels.astype(np.int16) - cube()).mean() < 1.2
    assert off(file, cube()) <= {"ProPhoto": 20, "Rec. 2020": 13, "Adobe RGB": 8}.get(name, 4)


@pytest.mark.parametrize("name", IN_POINTS)
def test_code_points_are_obeyed_in_png(name: str) -> None:
    file = with_points(deep_png(SPACES[name].values(cube())), SPACES[name])
    bright = cube().min(axis=2) >= 51
    assert np.abs(decode(file).pixels.astype(np.int16) - cube())[bright].max() <= 8


@pytest.mark.parametrize("name", IN_POINTS)
def test_code_points_are_obeyed_in_heif(name: str) -> None:
    skin = filled((224, 172, 105), 64)
    assert off(deep_heif(SPACES[name].values(skin), SPACES[name]), skin) <= 4


@pytest.mark.parametrize(("transfer", "value"), [(16, 0.5807), (18, 0.75)])
def test_white_of_203_nits_is_white_and_what_is_brighter_is_too(
    transfer: int, value: float
) -> None:
    convert = conversion_of(Colours(b"", 9, transfer), "RGB")
    assert convert is not None

    def grey(level: float) -> int:
        image = Image.new("RGB", (1, 1), (round(level * 255),) * 3)
        return int(np.asarray(convert(image)).min())

    assert grey(value) >= 253
    assert grey(1) == 255
    assert 200 < grey(value - 0.05) < 240


def test_without_a_word_on_colours_nothing_is_changed() -> None:
    assert off(file_of(cube()), cube()) == 0


def test_what_says_srgb_costs_nothing_and_changes_nothing() -> None:
    assert conversion_of(Colours(SPACES["sRGB"].profile), "RGB") is None
    assert conversion_of(Colours(b"", 1, 13), "RGB") is None
    assert conversion_of(Colours(b"", 1, 1), "RGB") is None  # of television, as files often say
    assert conversion_of(Colours(grey_profile(SRGB_CURVE)), "L") is None
    assert conversion_of(Colours(P3.profile), "RGB") is not None
    assert conversion_of(Colours(b"", 12, 1), "RGB") is not None


def test_code_points_count_before_a_profile_in_png() -> None:
    file = file_of(P3.pixels(cube()), icc_profile=SPACES["ProPhoto"].profile)
    assert off(with_points(file, P3), cube()) <= 3


@pytest.mark.parametrize(
    ("gamma", "changes"), [(45455, False), (100000, True), (55556, True), (0, False)]
)
def test_the_gamma_of_a_png_is_obeyed(gamma: int, changes: bool) -> None:
    grey = filled((128, 128, 128))
    file = with_chunk(file_of(grey), b"gAMA", struct.pack(">I", gamma))
    wanted = (128 / 255) ** (100000 / gamma) if changes else None
    expected = grey if wanted is None else SPACES["sRGB"].value(np.full(grey.shape, wanted)) * 255
    assert off(file, expected) <= 1


def test_the_primaries_of_a_png_are_obeyed_where_it_says_its_gamma() -> None:
    numbers = struct.pack(">8I", *(round(100_000 * number) for number in P3_PRIMARIES))
    plain = with_chunk(file_of(P3.pixels(cube())), b"cHRM", numbers)
    assert off(plain, P3.pixels(cube())) == 0
    assert off(with_chunk(plain, b"gAMA", struct.pack(">I", 45455)), cube()) <= 3
    srgb = with_chunk(plain, b"sRGB", b"\0")
    assert off(with_chunk(srgb, b"gAMA", struct.pack(">I", 45455)), P3.pixels(cube())) == 0


@pytest.mark.parametrize("numbers", [bytes(32), b"\xff" * 32, struct.pack(">8I", *[33333] * 8)])
def test_primaries_that_no_light_has_are_ignored(numbers: bytes) -> None:
    file = with_chunk(file_of(cube()), b"cHRM", numbers)
    assert off(with_chunk(file, b"gAMA", struct.pack(">I", 45455)), cube()) == 0


def grey_ramp() -> Image.Image:
    return Image.fromarray(np.arange(256, dtype=np.uint8).repeat(16).reshape(64, 64))


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_obeyed(mode: str) -> None:
    ramp = grey_ramp()
    file = encoded(ramp.convert(mode), "PNG", icc_profile=grey_profile(gamma_tag(1.0)))
    wanted = SPACES["sRGB"].value(np.asarray(ramp) / 255) * 255
    assert off(file, wanted[..., None]) <= 2


def cmyk_table() -> bytes:
    """CMYK whose black ink alone shows, and makes a grey of Lab lightness 100 - ink.

    A table of two points a side (ICC.1:2022, section 10.12, lut8Type).
    """
    identity = bytes(range(256))
    corners = b"".join(
        bytes((0 if index & 1 else 255, 128, 128)) for index in range(16)
    )  # the last channel, black, changes fastest
    matrix = b"".join(struct.pack(">i", 65536 * (i % 4 == 0)) for i in range(9))
    return b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + matrix + identity * 4 + corners + identity * 3


def test_cmyk_is_obeyed_by_its_profile() -> None:
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    profile = icc_file(b"CMYK", {b"A2B0": cmyk_table(), b"wtpt": white}, b"Lab ", b"prtr")
    image = Image.new("CMYK", (32, 32), (255, 0, 0, 128))
    plain, meant = (decode(encoded(image, "JPEG", **options, quality=100)).pixels
                    for options in ({}, {"icc_profile": profile}))  # fmt: skip
    assert plain[0, 0].tolist() != meant[0, 0].tolist()
    red, green, blue = meant[0, 0].astype(int)
    assert abs(red - green) <= 2 and abs(green - blue) <= 2  # cyan does not show
    assert 110 < red < 126  # half of the lightness in Lab


def test_a_transparent_picture_is_converted_and_laid_on_white() -> None:
    pixels = np.dstack((P3.pixels(filled((224, 172, 105))), np.full((32, 32), 255, np.uint8)))
    pixels[:16, :, 3] = 0
    found = decode(file_of(pixels, icc_profile=P3.profile)).pixels
    assert (found[:16] == 255).all()
    assert np.abs(found[16:].astype(int) - (224, 172, 105)).max() <= 2


def test_the_tiles_of_a_phone_are_converted_by_the_profile_on_them_or_on_the_grid() -> None:
    """Phones write Display P3; some say it of the tiles only."""
    skin = filled((224, 172, 105), 64)
    tile = single(Image.fromarray(P3.pixels(skin)), quality=95, chroma=444)
    said = box(b"colr", b"prof", P3.profile)
    for on_tile, on_grid in (((5,), ()), ((), (5,))):
        file = heif(
            [Item(GRID, grid_body(1, 2, 128, 64), (3, *on_grid)),
             *(Item(HVC1, tile.stream, (1, 2, *on_tile)) for _ in range(2))],
            [box(b"hvcC", tile.configuration), extent(*tile.size), extent(128, 64),
             box(b"irot", b"\0"), said],
            [(b"dimg", 1, (2, 3))],
        )  # fmt: skip
        assert np.abs(decode(file).pixels.astype(int) - (224, 172, 105)).max() <= 3


BROKEN = {
    "nothing": b"\0" * 200,
    "text": b"no profile" * 50,
    "cut": P3.profile[:200],
    "of another kind": icc_file(b"RGB ", {}, kind=b"link"),
    "without tags": icc_file(b"RGB ", {}),
    "of a space that no picture has": icc_file(b"Luv ", {}),
    "for grey": grey_profile(gamma_tag(1.0)),
    "for print": icc_file(b"CMYK", {b"A2B0": cmyk_table()}, b"Lab ", b"prtr"),
    "with a table for another space": icc_file(b"RGB ", {b"A2B0": cmyk_table()}, b"Lab "),
    "of steps without number": icc_file(b"RGB ", {b"A2B0": b"mpet" + bytes(200)}, b"Lab "),
    "too large": icc_profile(P3_PRIMARIES, SRGB_CURVE).ljust(MAX_PROFILE + 1, b"\0"),
    "all black": icc_file(
        b"RGB ",
        {name: b"XYZ " + bytes(16) for name in (b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ")}
        | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), SRGB_CURVE),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_profile_that_cannot_be_used_is_ignored(name: str) -> None:
    file = file_of(cube(), "WEBP", lossless=True, icc_profile=BROKEN[name])
    assert off(file, cube()) == 0


def test_a_profile_of_steps_without_number_never_gets_to_littlecms() -> None:
    with pytest.raises(ValueError, match="another kind"):
        plain_profile(BROKEN["of steps without number"])


def test_littlecms_is_shown_only_what_a_conversion_needs() -> None:
    tags = {b"desc": b"mluc" + b"\xff" * 40, b"D2B0": b"mpet" + b"\xff" * 40}
    whole = P3.profile
    count = struct.unpack(">I", whole[128:132])[0]
    extra = icc_file(
        b"RGB ",
        tags
        | {
            whole[132 + 12 * i : 136 + 12 * i]: whole[start : start + size]
            for i in range(count)
            for start, size in [struct.unpack(">II", whole[136 + 12 * i : 144 + 12 * i])]
        },
    )
    _, plain = plain_profile(extra)
    assert b"mluc" not in plain and b"mpet" not in plain
    assert off(file_of(P3.pixels(cube()), icc_profile=extra), cube()) <= 4


def test_what_no_test_of_a_file_catches_littlecms_survives() -> None:
    """Profiles spoilt at random: a picture comes out, of the same size, and no error."""
    small = cube()[:32, :32]
    sound = [P3.profile, grey_profile(SRGB_CURVE), SPACES["ProPhoto"].profile,
             icc_file(b"CMYK", {b"A2B0": cmyk_table()}, b"Lab ", b"prtr")]  # fmt: skip

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(
        st.sampled_from(sound),
        st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=4)), max_size=6),
        st.sampled_from(["RGB", "L", "CMYK"]),
    )
    def check(profile: bytes, changes: list[tuple[int, bytes]], mode: str) -> None:
        spoilt = bytearray(profile)
        for place, piece in changes:
            place %= len(spoilt)
            spoilt[place : place + len(piece)] = piece
        image = Image.fromarray(small).convert(mode)
        convert = conversion_of(Colours(bytes(spoilt)), mode)
        if convert is not None:
            converted = convert(image)
            assert (converted.mode, converted.size) == ("RGB", image.size)

    check()


def test_sixteen_bit_grey_obeys_its_profile_too() -> None:
    ramp = grey_ramp()
    deep = Image.fromarray(np.asarray(ramp).astype(np.uint16) * 257)
    buffer = io.BytesIO()
    deep.save(buffer, "PNG", icc_profile=grey_profile(gamma_tag(1.0)))
    wanted = SPACES["sRGB"].value(np.asarray(ramp) / 255) * 255
    assert off(buffer.getvalue(), wanted[..., None]) <= 2
