"""XMP packets: the few properties that tell how a picture was made.

Source: ISO 16684-1 (XMP) and the IPTC Photo Metadata Standard 2025.1 for the property names.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

MAX_DEPTH: Final = 64
MAX_VALUE: Final = 20_000

_IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_XMP: Final = "http://ns.adobe.com/xap/1.0/"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SOURCE_TYPE: Final = f"{_IPTC} DigitalSourceType"
_SYSTEM: Final = f"{_IPTC} AISystemUsed"
_PROMPT: Final = f"{_IPTC} AIPromptInformation"
_TOOL: Final = f"{_XMP} CreatorTool"
_WANTED: Final = frozenset({_SOURCE_TYPE, _SYSTEM, _PROMPT, _TOOL})
_RESOURCE: Final = f"{_RDF} resource"


@dataclass(frozen=True)
class XmpFacts:
    """What a packet says: digital source type, AI system and what it was asked for, software."""

    digital_source_type: str | None = None
    ai_system: str | None = None
    prompt: str | None = None
    software: str | None = None


def read_xmp(packet: bytes) -> XmpFacts:
    """Read a packet; of one that is no XML, or that declares a document type, nothing.

    XMP needs no document type, and declaring entities, the way to blow up a parser, needs one.
    """
    reader = _Reader()
    try:
        reader.parse(packet)
    except (expat.ExpatError, _Refused, UnicodeError, LookupError):
        return XmpFacts()
    found = {name: "".join(parts).strip() or None for name, parts in reader.found.items()}
    return XmpFacts(
        digital_source_type=found.get(_SOURCE_TYPE),
        ai_system=found.get(_SYSTEM),
        prompt=found.get(_PROMPT),
        software=found.get(_TOOL),
    )


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
        self.found.setdefault(name, []).append(text)
