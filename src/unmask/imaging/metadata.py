"""What a picture file's metadata say of its making, raw: texts, EXIF, XMP, IPTC, comments.

Read from inside the file's container, where its kind has a place for them; nothing is looked for in
the bytes at large. All of it was written by whoever wrote the file: bounded here, and to be
believed as far as a word is.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from PIL import ExifTags, Image

from unmask.imaging.containers import PNG, inflate, jpeg_segments, png_chunks, riff_chunks
from unmask.imaging.decode import open_picture, silenced
from unmask.imaging.heif import is_heif, read_heif
from unmask.imaging.stealth import hidden_text, may_hold_text

MAX_VALUE: Final = 4_000_000
"""Bytes or characters of one entry; longer ones are left out. Long workflows take two million."""
MAX_TOTAL: Final = 16_000_000
"""Of all texts of a PNG together."""
MAX_ENTRIES: Final = 256
"""Texts of a PNG, tags of EXIF, and so on, each."""

_XMP_KEYWORD: Final = "XML:com.adobe.xmp"
_RAW_PROFILE: Final = "Raw profile type "
"""What ImageMagick puts before the name of a block that it keeps as a text in hexadecimal."""
_CHARSETS: Final = {b"ASCII": "ascii", b"UNICODE": "utf-16", b"JIS": "iso2022_jp"}
_XMP_HEAD: Final = b"http://ns.adobe.com/xap/1.0/\0"
_EXIF_HEAD: Final = b"Exif\0\0"
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_COMMENT: Final = 0xFE
_APPS: Final = range(0xE0, 0xF0)
_IPTC: Final = {
    40: "SpecialInstructions", 65: "OriginatingProgram", 80: "By-line", 110: "Credit",
    115: "Source", 120: "Caption",
}  # fmt: skip
"""Datasets of IPTC's application record (IIM 4.2, section 6) that name what made a picture."""


@dataclass(frozen=True)
class Metadata:
    """What was found; empty or None where there was nothing.

    `text` are the texts of a PNG by keyword, private chunks of generators among them; `exif` the
    tags that are texts, by name, of either directory; `iptc` the datasets that name makers;
    `comments` those of JPEG and GIF, `segments` the application segments of a JPEG that begin as a
    text; `xmp` the packet as it is in the file; `hidden` the text in the pixels' lowest bits.
    """

    text: Mapping[str, str] = field(default_factory=dict)
    exif: Mapping[str, str] = field(default_factory=dict)
    iptc: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    xmp: bytes | None = None
    hidden: str | None = None


def read_metadata(data: bytes) -> Metadata:
    """Read the metadata of a picture file that the decoder accepts; of a damaged one, nothing."""
    try:
        if data.startswith(PNG):
            return _of_png(data)
        if data.startswith(b"\xff\xd8"):
            return _of_jpeg(data)
        if data[:4] == b"RIFF":
            return _of_webp(data)
        if data[:2] == b"BM":  # which has no place for any
            return Metadata()
        return _by_pillow(data)
    except Exception:  # Pillow raises a dozen kinds over broken metadata
        return Metadata()


def _of_png(data: bytes) -> Metadata:
    texts: dict[str, str] = {}
    exif, left = b"", MAX_TOTAL
    for kind, content in png_chunks(data):
        if kind == b"eXIf":
            exif = bytes(content)
        elif kind in _TEXT_CHUNKS and len(texts) < MAX_ENTRIES:
            found = _png_text(kind, bytes(content), min(left, MAX_VALUE))
            if found is not None:
                texts.setdefault(*found)
                left -= len(found[1])
    profiles = {
        name.removeprefix(_RAW_PROFILE).strip().lower(): _raw_profile(text)
        for name, text in texts.items()
        if name.startswith(_RAW_PROFILE)
    }
    xmp = _bytes(texts.get(_XMP_KEYWORD)) or profiles.get("xmp")
    exif = exif or profiles.get("exif") or profiles.get("app1") or b""
    return Metadata(
        text=texts,
        exif=_exif(exif) if len(exif) <= MAX_VALUE else {},
        iptc=_iptc(profiles.get("iptc") or profiles.get("8bim") or b""),
        xmp=xmp,
        hidden=_hidden(data) if may_hold_text(data) else None,
    )


_TEXT_CHUNKS: Final = (b"tEXt", b"zTXt", b"iTXt", b"comf")
"""`comf` is ComfyUI's own, in animated PNG; it is laid out as a tEXt."""


def _png_text(kind: bytes, content: bytes, most: int) -> tuple[str, str] | None:
    """Keyword and text of a chunk (ISO/IEC 15948, section 11.3.4); None where it is damaged."""
    keyword, parted, rest = content.partition(b"\0")
    if not parted or not keyword:
        return None
    raw: bytes | None = rest
    if kind == b"zTXt":
        raw = inflate(rest[1:], most)
    elif kind == b"iTXt":
        packed, fields = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
        if len(fields) < 3:
            return None
        raw = inflate(fields[2], most) if packed else fields[2]
    if raw is None or len(raw) > most:
        return None
    return keyword.decode("latin-1"), _decoded(raw, latin=kind in (b"tEXt", b"zTXt"))


def _hidden(data: bytes) -> str | None:
    image = open_picture(data)
    image.load()
    return hidden_text(image)


def _raw_profile(text: str) -> bytes | None:
    """A block that ImageMagick wrote as text: its name, its length, and hexadecimal digits."""
    parts = text.split(maxsplit=2)
    if len(parts) < 3 or not parts[1].isdigit():
        return None
    try:
        return bytes.fromhex(parts[2])[: int(parts[1])]
    except ValueError:
        return None


def _of_jpeg(data: bytes) -> Metadata:
    exif, iptc, xmp = b"", b"", None
    comments: list[str] = []
    segments: list[str] = []
    for marker, view in jpeg_segments(data):
        if marker != _COMMENT and marker not in _APPS:
            continue
        content = bytes(view)
        if content.startswith(_EXIF_HEAD):
            # A second segment goes on where the first one ended.
            exif = exif + content[len(_EXIF_HEAD) :] if exif else content
        elif content.startswith(_XMP_HEAD):
            xmp = xmp or content[len(_XMP_HEAD) :]
        elif content.startswith(_PHOTOSHOP):
            iptc = iptc or content[len(_PHOTOSHOP) :]
        elif len(comments) + len(segments) < MAX_ENTRIES:
            if marker == _COMMENT:
                comments.append(_decoded(content))
            elif _TEXTUAL.match(content):
                segments.append(_decoded(content))
        if len(exif) > MAX_VALUE:
            exif = b""
    return Metadata(
        exif=_exif(exif), iptc=_iptc(iptc), xmp=xmp,
        comments=_strings(comments), segments=_strings(segments),
    )  # fmt: skip


_TEXTUAL: Final = re.compile(rb"[A-Za-z0-9_]{0,16}\0?\s*\{")
"""How a segment begins that holds JSON, with or without a name before it."""


def _of_webp(data: bytes) -> Metadata:
    chunks = {
        kind: bytes(view)
        for kind, view in riff_chunks(data)
        if kind in (b"EXIF", b"XMP ") and len(view) <= MAX_VALUE
    }
    return Metadata(exif=_exif(chunks.get(b"EXIF", b"")), xmp=chunks.get(b"XMP "))


def _by_pillow(data: bytes) -> Metadata:
    """What Pillow, or for a HEIF the reader of its own, says of a file of any other kind."""
    if is_heif(data):
        found = read_heif(data)
        return Metadata(exif=_exif(found.exif or b""), xmp=_bytes(found.xmp))
    image = open_picture(data)
    tags = _exif(_bytes(image.info.get("exif")) or b"")
    comment = _string(image.info.get("comment"))
    return Metadata(
        exif=tags,
        xmp=_bytes(image.info.get("xmp")),
        comments=() if comment is None else (comment,),
    )


def _exif(raw: bytes) -> dict[str, str]:
    """The tags that are texts, of a block of EXIF with or without its head; {} if damaged."""
    if not raw:
        return {}
    exif = Image.Exif()
    try:
        with silenced():
            exif.load(raw)
            return dict(_tags(exif))
    except Exception:  # Pillow raises a dozen kinds over broken metadata
        return {}


def _tags(exif: Image.Exif) -> Iterator[tuple[str, str]]:
    """Names and texts of the tags in the inner directory and the outer one, which goes before."""
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    for directory in (inner, exif):
        for number, value in list(directory.items())[:MAX_ENTRIES]:
            name = ExifTags.TAGS.get(number, f"0x{number:04x}")
            if name == "UserComment":
                text = _user_comment(value)
            else:
                text = _string(value) if isinstance(value, str) else None
            if text is not None:
                yield name, text


def _user_comment(value: object) -> str | None:
    """A UserComment by EXIF 2.32: eight bytes name its character set, the text follows."""
    raw = _bytes(value)
    if raw is None:
        return None
    head = raw[:8].rstrip(b"\0 ")
    if head and head not in _CHARSETS:  # written without the eight bytes
        return _string(_decoded(raw))
    charset, text = _CHARSETS.get(head), raw[8:]
    if charset == "utf-16" and not text.startswith((b"\xff\xfe", b"\xfe\xff")):
        # The byte order is the file's, or another; of Latin text every other byte is 0.
        charset = "utf-16-be" if text[:1] == b"\0" else "utf-16-le"
    return _string(text.decode(charset or "utf-8", errors="replace"))


def _iptc(block: bytes) -> dict[str, str]:
    """The wanted datasets in Photoshop's image resources, or in a bare IPTC block."""
    found: dict[str, str] = {}
    records = _resource(block) if block.startswith(b"8BIM") else block
    position = 0
    while len(found) < len(_IPTC) and records[position : position + 1] == b"\x1c":
        record, number = records[position + 1 : position + 3].ljust(2, b"\0")
        length = int.from_bytes(records[position + 3 : position + 5], "big")
        if length & 0x8000:  # an extended dataset, of which none of the wanted is one
            break
        position += 5
        if record == 2 and number in _IPTC:
            text = _string(records[position : position + length])
            if text is not None:
                found.setdefault(_IPTC[number], text)
        position += length
    return found


def _resource(block: bytes) -> bytes:
    """The IPTC records (resource 0x0404) among Photoshop's image resources."""
    position = 0
    while block[position : position + 4] == b"8BIM":
        number = block[position + 4 : position + 6]
        name = 1 + block[position + 6] if position + 6 < len(block) else 1
        size = position + 6 + name + name % 2
        length = int.from_bytes(block[size : size + 4], "big")
        if number == b"\x04\x04":
            return block[size + 4 : size + 4 + length]
        position = size + 4 + length + length % 2
    return b""


def _decoded(raw: bytes, *, latin: bool = False) -> str:
    """UTF-8, which most programs write wherever they write text; else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1" if latin else "utf-8", errors="replace")


def _strings(texts: list[str]) -> tuple[str, ...]:
    return tuple(found for found in map(_string, texts) if found is not None)


def _string(value: object) -> str | None:
    """A text without what pads it; a text of EXIF that Pillow took for Latin-1 is UTF-8 again."""
    if isinstance(value, str):
        with contextlib.suppress(UnicodeError):
            value = value.encode("latin-1").decode("utf-8")
    if isinstance(value, bytes):
        value = _decoded(value[:MAX_VALUE])
    if not isinstance(value, str) or len(value) > MAX_VALUE:
        return None
    return value.strip("\0 \t\r\n") or None


def _bytes(value: object) -> bytes | None:
    if isinstance(value, str):
        value = value.encode("utf-8", errors="replace")
    return value if isinstance(value, bytes) and len(value) <= MAX_VALUE else None
