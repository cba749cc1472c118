"""XMP packets: the few properties that tell how a picture was made.

Source: ISO 16684-1 (XMP), the IPTC Photo Metadata Standard 2025.1 and GB 45438-2025 for the names
of the properties.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

MAX_DEPTH: Final = 64
MAX_VALUE: Final = 100_000

_NAMESPACES: Final = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}
_PROPERTIES: Final = (
    "Iptc4xmpExt:DigitalSourceType", "Iptc4xmpExt:DigitalSourceFileType",
    "Iptc4xmpExt:AISystemUsed", "Iptc4xmpExt:AISystemVersionUsed",
    "Iptc4xmpExt:AIPromptInformation", "Iptc4xmpExt:AIPromptWriterName",
    "xmp:CreatorTool", "photoshop:Credit", "photoshop:Source", "dc:description",
    "exif:UserComment", "tiff:Software", "tiff:Make", "TC260:AIGC",
)  # fmt: skip
_WANTED: Final = {
    f"{_NAMESPACES[name.partition(':')[0]]} {name.partition(':')[2]}": name for name in _PROPERTIES
}
"""What is read, by the name that the parser gives it, and by the prefix that is usual for it."""
_RESOURCE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns# resource"


def read_xmp(packet: bytes) -> Mapping[str, str]:
    """Read a packet; of one that is no XML, or that declares a document type, nothing.

    XMP needs no document type, and declaring entities, the way to blow up a parser, needs one.

    Returns:
        Texts of the properties that tell how a picture was made, such as `xmp:CreatorTool`.
    """
    reader = _Reader()
    try:
        reader.parse(packet)
    except (expat.ExpatError, _Refused, UnicodeError, LookupError):
        return {}
    found = {name: "".join(parts).strip() for name, parts in reader.found.items()}
    return {name: text for name, text in found.items() if text}


class _Refused(Exception):
    """The packet holds what no XMP packet needs."""


class _Reader:
    """Collects the text and the attributes of the wanted properties."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._length = 0

    def parse(self, packet: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        wide = packet.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        # Padding behind a packet may end in zeros, which are half of a letter in UTF-16.
        parser.Parse(packet if wide else packet.rstrip(b"\0"), True)

    def _doctype(self, *_declared: object) -> None:
        raise _Refused

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _Refused
        self._open.append(name)
        for key, value in attributes.items():
            if key in _WANTED:
                self._add(key, value)
            elif key == _RESOURCE and name in _WANTED:
                self._add(name, value)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        # The nearest wanted property around, as alternatives by language lie deeper within it.
        inside = next((name for name in reversed(self._open) if name in _WANTED), None)
        if inside is not None:
            self._add(inside, text)

    def _add(self, name: str, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_VALUE:
            raise _Refused
        self.found.setdefault(_WANTED[name], []).append(text)
