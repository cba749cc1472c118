"""Types of files that people take for pictures and that are not read: told by their first bytes.

What is told is what the file is and what to do instead.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from unmask.imaging.boxes import brands
from unmask.imaging.containers import jpeg_segments

_EXPORT: Final = "open it in a picture program and save it as JPEG or PNG"
_VIDEO: Final = "a video; send a frame of it, saved as JPEG or PNG"
_RAW: Final = "a camera's raw picture; develop it, and send the JPEG"
_JPEG_2000: Final = f"JPEG 2000, which is not read here; {_EXPORT}"
_JPEG_XL: Final = f"JPEG XL, which is not read here; {_EXPORT}"

_STARTS: Final = (
    (rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", _JPEG_2000),
    (rb"\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a", _JPEG_XL),
    (rb"\s*(?=<(\?xml|!--|!doctype svg|svg))(?=.*<svg[\s>])",
     "an SVG, which is drawn and not photographed; if it has a photograph in it, send that"),
    (rb"\s*(<!doctype html|<html)", "a web page; save the picture on it, not the page"),
    (rb"%PDF", "a PDF; save the picture in it as JPEG or PNG, or send a screenshot of it"),
    (rb"8BPS", f"a Photoshop file (PSD); {_EXPORT}"),
    (rb"\x1a\x45\xdf\xa3|RIFF....AVI |FLV|\x30\x26\xb2\x75\x8e\x66|\0\0\x01[\xba\xb3]", _VIDEO),
    (rb"(II|MM)[RU]|II\x1a\0\0\0HEAPCCDR|II\*\0....CR|FUJIFILMCCD-RAW|\0MRM", _RAW),
    (rb"\x76\x2f\x31\x01", f"an OpenEXR picture; {_EXPORT}"),
    (rb"\0\0[\x01\x02]\0[\x01-\xff]\0", f"an icon; {_EXPORT}"),
    (rb"PK\x03\x04", "a ZIP archive or a document; take the pictures out, and send those"),
)  # fmt: skip
_KNOWN: Final = tuple((re.compile(start, re.DOTALL | re.IGNORECASE), what)
                      for start, what in _STARTS)  # fmt: skip
_LOOKED_AT: Final = 4000
_MAX_SEGMENTS: Final = 200


def kind_of_unread(data: bytes) -> str | None:
    """What a file is that is not read here, and what to do instead; None for what is not known."""
    start = data[:_LOOKED_AT]
    for known, what in _KNOWN:
        if known.match(start):
            return what
    named = brands(data)
    if b"crx " in named:
        return _RAW
    return _VIDEO if named or data[4:8] in (b"moov", b"mdat") else None


def jpeg_bits(data: bytes) -> int:
    """Bits of a value in a JPEG, by the header of its frame; 8 where none is found."""
    for marker, content in islice(jpeg_segments(data), _MAX_SEGMENTS):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return content[0] if content else 8
    return 8
