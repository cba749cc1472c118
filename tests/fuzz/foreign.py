"""Files of types that Pillow reads and that are not accepted, and of types that nobody reads here.

Pillow writes some of them; of the others this has as much as makes Pillow take them for theirs.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image

from tests.pictures import encoded

_SIDE: Final = 16
_ROWS: Final = bytes(range(256))
"""The pixels of a grey picture of 16x16."""


def _save(kind: str, mode: str = "RGB") -> Callable[[], bytes]:
    image = Image.frombytes("L", (_SIDE, _SIDE), _ROWS)
    return lambda: encoded(image.convert(mode), kind)


def _cursor() -> bytes:
    """A cursor: an icon of one bitmap, which has a mask, and so twice the height."""
    header = struct.pack("<IiiHHIIiiII", 40, _SIDE, 2 * _SIDE, 1, 24, 0, 0, 0, 0, 0, 0)
    bitmap = header + bytes(3 * _SIDE * _SIDE) + bytes(4 * _SIDE)
    return struct.pack("<HHHBBBBHHII", 0, 2, 1, _SIDE, _SIDE, 0, 0, 0, 0, len(bitmap), 22) + bitmap


def _dcx() -> bytes:
    return struct.pack("<III", 0x3ADE68B1, 12, 0) + _save("PCX")()


def _fits() -> bytes:
    cards = {"SIMPLE": "T", "BITPIX": "8", "NAXIS": "2", "NAXIS1": "16", "NAXIS2": "16"}
    head = "".join(f"{name:8}= {value:>20}".ljust(80) for name, value in cards.items())
    return (head + "END".ljust(80)).ljust(2880).encode() + _ROWS.ljust(2880, b"\0")


def _fli() -> bytes:
    frame = struct.pack("<IHH8x", 16, 0xF1FA, 0)
    head = struct.pack("<IHHHHHHI", 128 + 16, 0xAF12, 1, _SIDE, _SIDE, 8, 0, 10)
    return head.ljust(128, b"\0") + frame


def _wmf() -> bytes:
    head = struct.pack("<IHhhhhHIH", 0x9AC6CDD7, 0, 0, 0, _SIDE, _SIDE, 72, 0, 0)
    return head + b"\1\0\x09\0" + bytes(60)


def _iptc() -> bytes:
    fields = {(3, 60): b"\1\0", (3, 20): b"\0\x10", (3, 30): b"\0\x10", (3, 120): b"\0\1"}
    parts = [struct.pack(">BBBH", 0x1C, *tag, len(body)) + body for tag, body in fields.items()]
    return b"".join(parts) + struct.pack(">BBBH", 0x1C, 8, 10, len(_ROWS)) + _ROWS


def _mcidas() -> bytes:
    words = {2: 4, 9: _SIDE, 10: _SIDE, 11: 1, 14: 1, 34: 256}
    return struct.pack("!64i", *(words.get(place, 0) for place in range(1, 65))) + _ROWS


def _pixar() -> bytes:
    head = bytearray(b"\200\350\0\0".ljust(1024, b"\0"))
    struct.pack_into("<HH", head, 416, _SIDE, _SIDE)
    struct.pack_into("<HH", head, 424, 14, 2)
    return bytes(head) + 3 * _ROWS


def _psd() -> bytes:
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 1, _SIDE, _SIDE, 8, 1)
    return head + bytes(3 * 4) + bytes(2) + _ROWS


def _sun() -> bytes:
    return struct.pack(">8I", 0x59A66A95, _SIDE, _SIDE, 8, len(_ROWS), 1, 0, 0) + _ROWS


def _ftex() -> bytes:
    pixels = 3 * _ROWS
    return struct.pack("<4s8i", b"FTEX", 1, _SIDE, _SIDE, 1, 1, 1, 32, len(pixels)) + pixels


FOREIGN: Final[Mapping[str, Callable[[], bytes]]] = {
    **{
        kind: _save(kind)
        for kind in ("ICO", "PPM", "JPEG2000", "TGA", "PCX", "SGI", "DDS", "ICNS", "PDF",
                     "EPS", "QOI", "DIB", "IM")
    },
    "BLP": _save("BLP", "P"),
    "MSP": _save("MSP", "1"),
    "SPIDER": _save("SPIDER", "F"),
    "XBM": _save("XBM", "1"),
    "BUFR": lambda: b"BUFR" + bytes(60),
    "CUR": _cursor,
    "DCX": _dcx,
    "FITS": _fits,
    "FLI": _fli,
    "FTEX": _ftex,
    "GBR": lambda: struct.pack(">5I", 22, 1, _SIDE, _SIDE, 1) + b"x\0" + _ROWS,
    "GRIB": lambda: b"GRIB\0\0\0\1" + bytes(60),
    "HDF5": lambda: b"\x89HDF\r\n\x1a\n" + bytes(60),
    "IMT": lambda: b"width 16\nheight 16\npixel n8\n\x0c" + _ROWS,
    "IPTC": _iptc,
    "MCIDAS": _mcidas,
    "MPEG": lambda: b"\0\0\1\xb3\x01\0\x10" + bytes(60),
    "PCD": lambda: bytes(2048) + b"PCD_".ljust(1600, b"\0"),
    "PIXAR": _pixar,
    "PSD": _psd,
    "SUN": _sun,
    "WMF": _wmf,
    "XPM": lambda: b'/* XPM */\n"1 1 1 1",\n"a c #ff0000",\n"a"\n};\n',
    "XVTHUMB": lambda: b"P7 332\n#END_OF_COMMENTS\n16 16 255\n" + _ROWS,
    "svg": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "zip": lambda: b"PK\x03\x04" + bytes(100),
    "mp4": lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200),
}  # fmt: skip
"""Files of other types, by Pillow's name of the type, or by what they are."""
