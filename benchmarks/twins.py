"""The same picture in other colours: twins of a picture in sRGB, with what says so in the file.

Primaries and curves: IEC 61966-2-1 (sRGB), SMPTE EG 432-1 (Display P3), Adobe RGB (1998),
ISO 22028-2 (ProPhoto), ITU-R BT.2020, BT.2100 (PQ, HLG), BT.2408 (white at 203 nits).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]

D65: Final = (0.3127, 0.3290)
D50: Final = (0.3457, 0.3585)
SRGB_PRIMARIES: Final = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
P3_PRIMARIES: Final = (*D65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
BT2020_PRIMARIES: Final = (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)
ADOBE_PRIMARIES: Final = (*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
PROPHOTO_PRIMARIES: Final = (*D50, 0.734699, 0.265301, 0.159597, 0.840403, 0.036598, 0.000105)


def srgb_light(value: Floats) -> Floats:
    """Light of values of sRGB."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def srgb_value(light: Floats) -> Floats:
    """Values of sRGB of light."""
    light = light.clip(0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def bt709_value(light: Floats) -> Floats:
    """Values by the curve of BT.709 and BT.2020."""
    light = light.clip(0, 1)
    return np.where(light < 0.018, 4.5 * light, 1.099 * light**0.45 - 0.099)


def power_value(gamma: float) -> Callable[[Floats], Floats]:
    """Values by a power."""
    return lambda light: light.clip(0, 1) ** (1 / gamma)


def pq_value(light: Floats) -> Floats:
    """Values of PQ of light, where 1 is 203 nits."""
    power = (light.clip(0, None) * 203 / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg_value(light: Floats) -> Floats:
    """Values of HLG of light, where 1 is 203 nits of a display of 1000."""
    shown = light.clip(0, None) * 0.203
    luminance = shown @ np.array((0.2627, 0.6780, 0.0593))
    scene = shown * np.maximum(luminance, 1e-9)[..., None] ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(
        scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c
    )


@dataclass(frozen=True)
class Space:
    """Primaries, the curve, the ICC tag of the curve, and code points where there are some."""

    primaries: Sequence[float]
    value: Callable[[Floats], Floats]
    curve: bytes = b""
    points: tuple[int, int] = (2, 2)

    def values(self, pixels: NDArray[np.uint8]) -> Floats:
        """Of a picture in sRGB the values in this space, 0 to 1, of the same shape."""
        matrix = np.linalg.inv(to_xyz(self.primaries)) @ to_xyz(SRGB_PRIMARIES)
        return self.value(srgb_light(pixels / 255) @ matrix.T).clip(0, 1)

    def pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The same in 8 bits."""
        return np.rint(self.values(pixels) * 255).astype(np.uint8)

    @property
    def profile(self) -> bytes:
        """The ICC profile."""
        return icc_profile(self.primaries, self.curve)


def to_xyz(primaries: Sequence[float], white: Sequence[float] = D65) -> Floats:
    """From light to XYZ in which white is this one (3, 3); adapted as Bradford found."""
    points = [np.array((x / y, 1, (1 - x - y) / y)) for x, y in _pairs((*primaries, *white))]
    source, target = points[0], points[-1]
    columns = np.array(points[1:-1]).T
    cones = np.array(
        ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
    )
    adapted = np.linalg.inv(cones) @ np.diag((cones @ target) / (cones @ source)) @ cones
    return np.asarray(adapted @ columns * np.linalg.solve(columns, source))


def _pairs(numbers: Sequence[float]) -> zip[tuple[float, float]]:
    return zip(numbers[::2], numbers[1::2], strict=True)


def gamma_tag(gamma: float) -> bytes:
    """A curve that is a power."""
    return b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256)) + bytes(2)


def parametric_tag(gamma: float, a: float, b: float, c: float, d: float) -> bytes:
    """A curve of type 3: (a x + b) ** gamma, and c x below d."""
    return b"para" + struct.pack(">IHH", 0, 3, 0) + b"".join(map(_fixed, (gamma, a, b, c, d)))


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def _xyz_tag(xyz: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, xyz))


SRGB_CURVE: Final = parametric_tag(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
BT709_CURVE: Final = parametric_tag(1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)


def icc_profile(primaries: Sequence[float], curve: bytes) -> bytes:
    """A display's profile by primaries and one curve."""
    columns = to_xyz(primaries, D50).T
    return icc_file(
        b"RGB ",
        {
            b"wtpt": _xyz_tag((0.9642, 1, 0.8249)),
            **{name: _xyz_tag(column)
               for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)},
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
        },
    )  # fmt: skip


def grey_profile(curve: bytes) -> bytes:
    """A profile for grey, by one curve."""
    return icc_file(b"GRAY", {b"wtpt": _xyz_tag((0.9642, 1, 0.8249)), b"kTRC": curve})


def icc_file(
    space: bytes, tags: Mapping[bytes, bytes], connected: bytes = b"XYZ ", kind: bytes = b"mntr"
) -> bytes:
    """A file of version 4 with these tags."""
    start, table, bodies = 132 + 12 * len(tags), [], []
    for name, body in tags.items():
        table.append(name + struct.pack(">II", start, len(body)))
        bodies.append(body + bytes(-len(body) % 4))
        start += len(bodies[-1])
    head = struct.pack(">I4sI", start, bytes(4), 0x04300000) + kind + space + connected
    head += bytes(12) + b"acsp" + bytes(28)
    head += b"".join(map(_fixed, (0.9642, 1, 0.8249)))
    return b"".join((head.ljust(128, b"\0"), struct.pack(">I", len(tags)), *table, *bodies))


SPACES: Final[Mapping[str, Space]] = {
    "sRGB": Space(SRGB_PRIMARIES, srgb_value, SRGB_CURVE, (1, 13)),
    "Display P3": Space(P3_PRIMARIES, srgb_value, SRGB_CURVE, (12, 13)),
    "Adobe RGB": Space(ADOBE_PRIMARIES, power_value(563 / 256), gamma_tag(563 / 256)),
    "ProPhoto": Space(PROPHOTO_PRIMARIES, power_value(1.8), gamma_tag(1.8)),
    "Rec. 2020": Space(BT2020_PRIMARIES, bt709_value, BT709_CURVE, (9, 14)),
    "PQ": Space(BT2020_PRIMARIES, pq_value, points=(9, 16)),
    "HLG": Space(BT2020_PRIMARIES, hlg_value, points=(9, 18)),
}


def file_of(pixels: NDArray[np.uint8], kind: str = "PNG", **options: object) -> bytes:
    """A file of 8-bit pixels."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    chunk = struct.pack(">I", len(body)) + name + body
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(name + body)) + png[33:]


def with_points(png: bytes, space: Space) -> bytes:
    """A PNG that says its colours by code points: RGB of the whole range."""
    return with_chunk(png, b"cICP", bytes((*space.points, 0, 1)))


def deep_png(values: Floats) -> bytes:
    """A PNG of 16 bits a value."""
    height, width = values.shape[:2]
    rows = np.rint(values * 65535).astype(">u2").reshape(height, -1)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    plain = b"\x89PNG\r\n\x1a\n" + bytes(0)
    for name, body in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b""),
    ):  # fmt: skip
        plain += struct.pack(">I", len(body)) + name + body
        plain += struct.pack(">I", zlib.crc32(name + body))
    return plain


def deep_heif(values: Floats, space: Space, **options: object) -> bytes:
    """A HEIF of 10 bits a value, that says its colours by code points."""
    height, width = values.shape[:2]
    raw = np.rint(values * 65535).astype(np.uint16).tobytes()
    buffer = io.BytesIO()
    pillow_heif.from_bytes("RGB;16", (width, height), raw).save(
        buffer, chroma=444, matrix_coefficients=9, full_range_flag=1,
        color_primaries=space.points[0], transfer_characteristics=space.points[1],
        **{"quality": 95, **options},
    )  # fmt: skip
    return buffer.getvalue()
