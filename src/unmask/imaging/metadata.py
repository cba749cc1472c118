"""What a picture file's metadata say of its making, raw: text chunks, EXIF, XMP, IPTC.

Read by Pillow from inside the file's container; nothing is looked for in the bytes at large. All
of it was written by whoever wrote the file: bounded here, and to be believed as far as a word is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin, PngImagePlugin

from unmask.imaging.decode import open_picture, silenced
from unmask.imaging.heif import is_heif, read_heif

MAX_VALUE: Final = 1_000_000
"""Bytes or characters of one entry; longer ones are left out."""
_IPTC_PROGRAM: Final = (2, 65)
_XMP_KEYWORD: Final = "XML:com.adobe.xmp"
_CHARSETS: Final = {b"ASCII": "ascii", b"UNICODE": "utf-16", b"JIS": "iso2022_jp"}


@dataclass(frozen=True)
class Metadata:
    """What was found; empty or None where there was nothing.

    `text` are the text chunks of a PNG by keyword, `software` and `comment` the EXIF tags Software
    and UserComment, `xmp` the packet as it is in the file, `program` IPTC's originating program.
    """

    text: Mapping[str, str] = field(default_factory=dict)
    software: str | None = None
    comment: str | None = None
    xmp: bytes | None = None
    program: str | None = None


def read_metadata(data: bytes) -> Metadata:
    """Read the metadata of a picture file that the decoder accepts; of a damaged one, nothing."""
    try:
        image = _described(data)
        text = _texts(image)
        with silenced():
            exif = image.getexif()
            inner = exif.get_ifd(ExifTags.IFD.Exif)
            iptc = (
                IptcImagePlugin.getiptcinfo(image)
                if isinstance(image, ImageFile.ImageFile) and image.format == "JPEG"
                else None
            )
    except Exception:  # Pillow raises a dozen kinds over broken metadata
        return Metadata()
    return Metadata(
        text=text,
        software=_string(exif.get(ExifTags.Base.Software)),
        comment=_user_comment(inner.get(ExifTags.Base.UserComment)),
        xmp=_bytes(image.info.get("xmp", text.get(_XMP_KEYWORD))),
        program=_string((iptc or {}).get(_IPTC_PROGRAM)),
    )


def _described(data: bytes) -> Image.Image:
    """What Pillow opens; of a HEIF, which it does not, an empty picture with its EXIF and XMP."""
    if is_heif(data):
        found, image = read_heif(data), Image.new("RGB", (1, 1))
        image.info = {"exif": found.exif or b"", "xmp": found.xmp}
        return image
    return open_picture(data)


def _texts(image: Image.Image) -> dict[str, str]:
    """The text chunks of a PNG; the whole file is read, since they may follow the pixels."""
    if not isinstance(image, PngImagePlugin.PngImageFile):
        return {}
    return {key: str(text) for key, text in image.text.items() if len(text) <= MAX_VALUE}


def _user_comment(value: object) -> str | None:
    """A UserComment by EXIF 2.32: eight bytes name its character set, the text follows."""
    raw = _bytes(value)
    if raw is None:
        return None
    charset, text = _CHARSETS.get(raw[:8].rstrip(b"\0")), raw[8:]
    if charset == "utf-16" and not text.startswith((b"\xff\xfe", b"\xfe\xff")):
        # The byte order is the file's, or another; of Latin text every other byte is 0.
        charset = "utf-16-be" if text[:1] == b"\0" else "utf-16-le"
    return _string(text.decode(charset or "utf-8", errors="replace"))


def _string(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value[:MAX_VALUE].decode("utf-8", errors="replace")
    if not isinstance(value, str) or len(value) > MAX_VALUE:
        return None
    return value.strip("\0 \t\r\n") or None


def _bytes(value: object) -> bytes | None:
    if isinstance(value, str):
        value = value.encode("utf-8", errors="replace")
    return value if isinstance(value, bytes) and len(value) <= MAX_VALUE else None
