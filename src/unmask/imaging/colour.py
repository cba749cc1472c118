"""Whatever colours a file's numbers mean -> sRGB, which every model was trained with.

A file says what its numbers mean by an ICC profile, by code points (cICP in PNG, nclx in AVIF and
HEIF), or by gAMA and cHRM in PNG. One that says nothing means sRGB, and most that say something
do, too: those are told by a few colours, and cost nothing further. Profiles are read by littleCMS,
which is shown only what a conversion needs, of the simplest kinds; one that is broken, too large or
meant for something else is ignored, as browsers do.
Source: ICC.1:2022; ITU-T H.273 (code points); ITU-R BT.2100 (PQ, HLG), BT.2408 (white at 203 nits);
PNG Third Edition, sections 4.3 and 11.3.2.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from unmask.imaging.boxes import primary_properties
from unmask.imaging.containers import png_chunks

Conversion = Callable[[Image.Image], Image.Image]
"""Makes an RGB picture in sRGB of one in the file's own colours."""

MAX_PROFILE: Final = 4_000_000
"""Bytes of a profile; those of presses, the largest there are, take 3 MB."""
STRIP: Final = 256
"""Rows that are converted at once, so that a large picture is not held in every form."""
WHITE: Final = 203.0
"""Nits of HDR that become white; what is brighter is white, too. Source: ITU-R BT.2408, table 1."""
_SAME: Final = 1
"""Levels by which a colour may move and be called the same."""
_MIN_WHITE: Final = 128
"""A profile by which white is darker than this is broken."""

_MODES: Final = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
"""Pillow's modes of the spaces that profiles are for."""
_CLASSES: Final = (b"mntr", b"scnr", b"prtr", b"spac")
_CONNECTED: Final = (b"XYZ ", b"Lab ")
_TABLE: Final = b"A2B0"
_TAGS: Final = (
    _TABLE, b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt",
)  # fmt: skip
_TAG_TYPES: Final = (b"XYZ ", b"curv", b"para")
_TABLE_TYPES: Final = (b"mft1", b"mft2", b"mAB ")
"""Of tags. `mpet` is none of them: it may ask for any number of steps, each for every colour."""
_MAX_TAGS: Final = 200
_MAX_CHUNKS: Final = 1000
"""Chunks of a PNG before its pixels, among which its code points are looked for."""

_UNSPECIFIED: Final = 2
_PQ: Final = 16
_HLG: Final = 18
_D65: Final = (0.3127, 0.3290)
_BT709: Final = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_PRIMARIES: Final = {
    1: _BT709,
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
"""White, red, green and blue as x and y, by code point. Source: ITU-T H.273, table 2."""
_BRADFORD: Final = (
    (0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296),
)  # fmt: skip
"""From XYZ to the cones that see white as white. Source: ICC.1:2022, annex E."""
_HLG_LUMINANCE: Final = (0.2627, 0.6780, 0.0593)
_HLG_NITS: Final = 1000.0
_HLG_GAMMA: Final = 1.2
"""Of a display of so many nits. Source: ITU-R BT.2100, table 5."""


class Colours(NamedTuple):
    """What a file says of its colours: a profile, or code points of ITU-T H.273, or neither."""

    profile: bytes = b""
    primaries: int = _UNSPECIFIED
    transfer: int = _UNSPECIFIED


def colours_in(boxes: Sequence[bytes]) -> Colours:
    """What the bodies of `colr` boxes say (ISO 14496-12, section 12.1.5)."""
    profile, points = b"", (_UNSPECIFIED, _UNSPECIFIED)
    for body in boxes:
        if body[:4] in (b"prof", b"rICC"):
            profile = body[4:]
        elif body[:4] == b"nclx" and len(body) >= 8:
            points = struct.unpack(">HH", body[4:8])
    return Colours(profile, *points)


def conversion(image: Image.Image, data: bytes) -> Conversion | None:
    """What brings the colours of a file to sRGB; None where they are that already.

    Args:
        image: the file, opened by Pillow.
        data: its bytes.
    """
    profile = image.info.get("icc_profile") or b""
    if image.format == "PNG":
        return _of_png(image, data, profile)
    if image.format == "AVIF":
        points = colours_in([body for kind, body in primary_properties(data) if kind == b"colr"])
        return conversion_of(points._replace(profile=profile), image.mode)
    return conversion_of(Colours(profile), image.mode)


def conversion_of(colours: Colours, mode: str) -> Conversion | None:
    """What brings colours to sRGB; None where they are that already, or cannot be told.

    A profile counts before code points, but for those of HDR, which no profile can hold.

    Args:
        colours: what the file says.
        mode: Pillow's, of the file's pixels.
    """
    if colours.profile and colours.transfer not in (_PQ, _HLG):
        return _by_profile(colours.profile, mode)
    return None if mode == "CMYK" else _by_points(colours.primaries, colours.transfer)


def to_rgb(image: Image.Image, convert: Conversion | None = None) -> Image.Image:
    """A picture of any mode in RGB, in sRGB; what is transparent is laid on white."""
    if image.mode.startswith("I"):
        # 16-bit grey: Pillow's own conversion clips instead of scaling.
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    if convert is not None:
        return convert(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def convert_pixels(pixels: NDArray[np.uint8], convert: Conversion) -> None:
    """Bring pixels (H, W, 3) uint8 to sRGB, in place."""
    for top in range(0, len(pixels), STRIP):
        strip = pixels[top : top + STRIP]
        strip[:] = np.asarray(convert(Image.fromarray(strip)))


def _of_png(image: Image.Image, data: bytes, profile: bytes) -> Conversion | None:
    """Of what a PNG may say, in the order that counts: code points, profile, sRGB, gamma."""
    primaries, transfer = _code_points(data)
    if primaries != _UNSPECIFIED or transfer != _UNSPECIFIED:
        return conversion_of(Colours(b"", primaries, transfer), image.mode)
    gamma = image.info.get("gamma")
    if profile or "srgb" in image.info or not gamma:
        return conversion_of(Colours(profile), image.mode)
    return _by_gamma(float(gamma), tuple(map(float, image.info.get("chromaticity") or _BT709)))


def _code_points(data: bytes) -> tuple[int, int]:
    """Primaries and transfer by the `cICP` chunk of a PNG, which stands before the pixels."""
    for kind, content in islice(png_chunks(data), _MAX_CHUNKS):
        if kind == b"cICP" and len(content) == 4:
            return content[0], content[1]
        if kind == b"IDAT":
            break
    return _UNSPECIFIED, _UNSPECIFIED


# ---- by a profile ----


@lru_cache(maxsize=8)
def _by_profile(profile: bytes, mode: str) -> Conversion | None:
    """What a profile asks for; None where that is nothing, or the profile cannot be used."""
    try:
        space, plain = plain_profile(profile)
    except (IndexError, ValueError, struct.error):
        return None
    if (space == "CMYK") != (mode == "CMYK"):
        return None
    if space == "L" and mode not in ("L", "LA", "1") and not mode.startswith("I"):
        return None
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    if space == "L":  # or else it goes by 33 greys, which are too few for the dark end
        flags |= ImageCms.Flags.NOOPTIMIZE
    try:
        transform = ImageCms.buildTransform(
            ImageCms.getOpenProfile(io.BytesIO(plain)), ImageCms.createProfile("sRGB"),
            space, "RGB", ImageCms.Intent.PERCEPTUAL, flags,
        )  # fmt: skip
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

    def convert(image: Image.Image) -> Image.Image:
        image = image if image.mode == space else image.convert(space)
        converted = ImageCms.applyTransform(image, transform)
        assert converted is not None  # as it is where it is not done in place
        return converted

    white = convert(Image.new(space, (1, 1), 0 if space == "CMYK" else "white"))
    if np.asarray(white).min() < _MIN_WHITE:
        return None
    if space == "CMYK":
        return convert
    if _changes_nothing(convert, space):
        return None
    return _as_table(convert) if space == "L" else convert


def _as_table(convert: Conversion) -> Conversion:
    """The same for grey: what becomes of each of the 256."""
    ramp = convert(Image.fromarray(np.arange(256, dtype=np.uint8)[None]))
    table = np.asarray(ramp)[0, :, 1].tolist()

    def by_table(image: Image.Image) -> Image.Image:
        return image.convert("L").point(table).convert("RGB")

    return by_table


def plain_profile(profile: bytes) -> tuple[str, bytes]:
    """Pillow's mode of what a profile is for, and the profile with only what a conversion needs.

    Raises:
        IndexError, ValueError: it is broken, too large, or meant for something else.
    """
    space, connected = profile[16:20], profile[20:24]
    if (
        len(profile) > MAX_PROFILE
        or space not in _MODES
        or connected not in _CONNECTED
        or profile[12:16] not in _CLASSES
    ):
        raise ValueError("a profile of another kind")
    bands = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}[space]
    found: dict[bytes, bytes] = {}
    (count,) = struct.unpack(">I", profile[128:132])
    for index in range(min(count, _MAX_TAGS)):
        name, start, size = struct.unpack(">4sII", profile[132 + 12 * index :][:12])
        body = profile[start : start + size]
        if name not in _TAGS or name in found:
            continue
        is_table = name == _TABLE and body[:4] in _TABLE_TYPES and body[8:10] == bytes((bands, 3))
        if len(body) != size or not (is_table or (name != _TABLE and body[:4] in _TAG_TYPES)):
            raise ValueError("a tag of another kind")
        found[name] = body
    start = 132 + 12 * len(found)
    table, bodies = [], []
    for name, body in found.items():
        table.append(struct.pack(">4sII", name, start, len(body)))
        bodies.append(body.ljust(-(-len(body) // 4) * 4, b"\0"))
        start += len(bodies[-1])
    if start > MAX_PROFILE:
        raise ValueError("too large")
    head = struct.pack(">I", start) + profile[4:84] + bytes(44) + struct.pack(">I", len(found))
    return _MODES[space], b"".join((head, *table, *bodies))


# ---- by numbers ----


@lru_cache(maxsize=8)
def _by_points(primaries: int, transfer: int) -> Conversion | None:
    """What code points ask for; None where that is nothing, or they are not known."""
    if primaries == _UNSPECIFIED:
        primaries = 9 if transfer in (_PQ, _HLG) else 1
    where, curve = _PRIMARIES.get(primaries), _curve(transfer)
    if where is None or curve is None or (primaries == 1 and transfer in _VIDEO):
        return None
    return _by_numbers(where, curve, is_hlg=transfer == _HLG)


def _by_gamma(gamma: float, chromaticity: tuple[float, ...]) -> Conversion | None:
    """What the chunks gAMA and cHRM of a PNG ask for."""
    if len(chromaticity) != 8 or not 0.05 < gamma <= 1:
        return None
    # 1/2.2 is how the curve of sRGB is written as a power.
    is_srgb = 0.4 < gamma < 0.5
    curve = _srgb_light() if is_srgb else np.linspace(0, 1, 256) ** (1 / gamma)
    return _by_numbers(chromaticity, curve)


def _by_numbers(
    chromaticity: Sequence[float], curve: NDArray[np.float64], *, is_hlg: bool = False
) -> Conversion | None:
    """From (256,) light by value, 1 for white, and primaries, to sRGB; light beyond it is cut."""
    try:
        matrix = np.linalg.inv(_to_xyz(_BT709)) @ _to_xyz(chromaticity)
    except (np.linalg.LinAlgError, ZeroDivisionError):
        return None
    if not np.isfinite(matrix).all() or np.abs(matrix).max() > 100:
        return None
    light, mixed, encoded = curve.astype(np.float32), matrix.T.astype(np.float32), _encoded()
    weights = np.array(_HLG_LUMINANCE, np.float32)

    def convert(image: Image.Image) -> Image.Image:
        linear = light[np.asarray(image if image.mode == "RGB" else image.convert("RGB"))]
        if is_hlg:  # brightness is bent as a whole, so that hues stay
            linear *= ((linear @ weights) ** (_HLG_GAMMA - 1) * (_HLG_NITS / WHITE))[..., None]
        linear = (linear @ mixed).clip(0, 1) * (len(encoded) - 1)
        return Image.fromarray(encoded[(linear + 0.5).astype(np.uint16)])

    return None if _changes_nothing(convert) else convert


_SRGB: Final = 13
_VIDEO: Final = (1, 6, 14, 15)
"""The curve of cameras for television. With the primaries of sRGB files often say it and mean
sRGB's; browsers show them so."""


def _curve(transfer: int) -> NDArray[np.float64] | None:
    """Light of the 256 values by the code point of a curve; 1 is white, and HDR goes beyond it.

    Of HLG it is the light of the scene. Source: ITU-T H.273, table 3.
    """
    value = np.linspace(0, 1, 256)
    if transfer in (_UNSPECIFIED, _SRGB):
        return _srgb_light()
    if transfer in _VIDEO:
        return np.where(value < 0.081, value / 4.5, ((value + 0.099) / 1.099) ** (1 / 0.45))
    if transfer in (4, 5):
        return value ** (2.2 if transfer == 4 else 2.8)
    if transfer == 8:
        return value
    if transfer == _PQ:
        power = value ** (1 / 78.84375)
        over, under = np.maximum(power - 0.8359375, 0), 18.8515625 - 18.6875 * power
        return (over / under) ** (1 / 0.1593017578125) * (10_000 / WHITE)
    if transfer == _HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
    return None


def _srgb_light() -> NDArray[np.float64]:
    value = np.linspace(0, 1, 256)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _to_xyz(chromaticity: Sequence[float]) -> NDArray[np.float64]:
    """From light in these primaries to XYZ, where white is that of D65, (3, 3)."""
    white, *primaries = (
        np.array((x / y, 1, (1 - x - y) / y))
        for x, y in zip(chromaticity[::2], chromaticity[1::2], strict=True)
    )
    d65 = np.array((_D65[0] / _D65[1], 1, (1 - sum(_D65)) / _D65[1]))
    columns = np.array(primaries).T
    cones = np.array(_BRADFORD)
    adapted = np.linalg.inv(cones) @ np.diag((cones @ d65) / (cones @ white)) @ cones
    return np.asarray(adapted @ columns * np.linalg.solve(columns, white))


@cache
def _encoded() -> NDArray[np.uint8]:
    """The value in sRGB of light in 65536 steps (IEC 61966-2-1)."""
    light = np.linspace(0, 1, 1 << 16)
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    encoded: NDArray[np.uint8] = np.rint(value * 255).astype(np.uint8)
    return encoded


def _changes_nothing(convert: Conversion, mode: str = "RGB") -> bool:
    """Whether colours all over the space of a mode stay where they are."""
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(27, 27, 3)
    before = Image.fromarray(cube).convert(mode)
    moved = np.asarray(convert(before), np.int16) - np.asarray(before.convert("RGB"))
    return bool(np.abs(moved).max() <= _SAME)
