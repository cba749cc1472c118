"""The table of generators' notes, and what of it fits the texts of a file.

The table is `generators.toml`, which says what its columns mean. A text is looked at in its places
only; the names of programs are matched as a whole, as those programs write them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from unmask.detection.provenance import comfyui
from unmask.detection.provenance.aigc import read_label
from unmask.detection.provenance.claims import AigcLabel
from unmask.detection.provenance.jsons import as_object, at_path
from unmask.imaging.metadata import Metadata

MAX_SEARCHED: Final = 10_000
"""Characters of a text in which a pattern is looked for."""
MAX_KEYS: Final = 200
"""Keys of a JSON object that are taken for places."""

_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "software": (
        "text:Software", "exif:Software", "xmp:xmp:CreatorTool", "xmp:tiff:Software",
        "iptc:OriginatingProgram", "exif:ProcessingSoftware",
    ),
    "parameters": (
        "text:parameters", "exif:UserComment", "comment", "hidden", "segment",
    ),
}  # fmt: skip
_KEYED: Final = re.compile(r"(\w{1,40}):\s*(?=\{)")
"""How extensions of ComfyUI put the name of a text before it in a tag of EXIF."""
_SETTINGS: Final = re.compile(r"(?:^|[\s,])Steps: \d+, ")
_SAMPLING: Final = re.compile(r"\b(?:Sampler|Seed|CFG scale|Guidance Scale|Schedule type): ")
"""What stands on one line in WebUI's settings; a walker's step counter has no sampler."""
_REGISTERED: Final = re.compile(r"[0-9A-Z]{15,40}")
_VERSION: Final = r"(?:[ /_-]?(?:v(?:ersion)? ?)?\d[\w.+-]*)?(?: ?\([^()]{0,40}\))?"


@dataclass(frozen=True)
class Note:
    """A row of the table."""

    generator: str | None
    where: tuple[str, ...]
    form: str
    source: str
    seen: int
    pattern: re.Pattern[str] | None = None
    keys: tuple[str, ...] = ()
    also: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    prompt: str | None = None


@dataclass(frozen=True)
class Found:
    """A note that fits: whose it is, where it stands, what was asked for, and China's label."""

    generator: str | None
    where: str
    prompt: str | None = None
    label: AigcLabel | None = None


@lru_cache(maxsize=1)
def table() -> tuple[Note, ...]:
    """The rows of the table, read once."""
    text = files("unmask.detection.provenance").joinpath("generators.toml").read_text("utf-8")
    return tuple(_note(row) for row in tomllib.loads(text)["note"])


def _note(row: dict[str, Any]) -> Note:
    pattern = row.get("pattern")
    if row["form"] == "name":
        pattern = rf"^(?:{pattern}){_VERSION}$"
    ignore = re.IGNORECASE if row["form"] == "name" else re.NOFLAG
    return Note(
        generator=row.get("generator"),
        where=tuple(row["where"]),
        form=row["form"],
        source=row["source"],
        seen=row["seen"],
        pattern=None if pattern is None else re.compile(pattern, ignore),
        keys=tuple(row.get("keys", ())),
        also={place: re.compile(wanted) for place, wanted in row.get("also", {}).items()},
        prompt=row.get("prompt"),
    )


class Places:
    """The texts of a file by place; objects in them are read once."""

    def __init__(self, found: Metadata, xmp: Mapping[str, str]) -> None:
        self._texts: dict[str, list[str]] = {}
        self._objects: dict[str, dict[str, Any] | None] = {}
        for prefix, texts in (
            ("text", found.text), ("exif", found.exif), ("iptc", found.iptc), ("xmp", xmp),
        ):  # fmt: skip
            for name, text in texts.items():
                self._add(f"{prefix}:{name}", text)
        for name, several in (
            ("comment", found.comments), ("segment", found.segments),
            ("hidden", () if found.hidden is None else (found.hidden,)),
        ):  # fmt: skip
            for text in several:
                self._add(name, text)
        self._take_apart(found)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def at(self, place: str) -> Iterator[tuple[str, str]]:
        """The places that a name stands for, each with a text that is there."""
        for one in _ALIASES.get(place, (place,)):
            for text in self._texts.get(one, ()):
                yield one, text

    def object(self, text: str) -> dict[str, Any] | None:
        """The object that a text is in JSON."""
        if text not in self._objects:
            self._objects[text] = as_object(text)
        return self._objects[text]

    def _add(self, place: str, text: str) -> None:
        self._texts.setdefault(place, []).append(text)

    def _take_apart(self, found: Metadata) -> None:
        """Texts with names of their own within one text become texts by that name."""
        for text in found.exif.values():
            keyed = _KEYED.match(text)
            if keyed is not None:
                self._add(f"text:{keyed[1].lower()}", text[keyed.end() :])
        for place in ("exif:UserComment", "comment", "segment", "hidden"):
            for text in tuple(self._texts.get(place, ())):
                for key, value in list((self.object(text) or {}).items())[:MAX_KEYS]:
                    if f"text:{key}" not in found.text:
                        self._add(
                            f"text:{key}", value if isinstance(value, str) else json.dumps(value)
                        )


def find_notes(places: Places) -> Sequence[Found]:
    """The notes that fit, in the order of the table."""
    if not places:
        return ()
    return [found for note in table() if (found := _fits(note, places)) is not None]


def _fits(note: Note, places: Places) -> Found | None:
    for other, wanted in note.also.items():
        if not any(wanted.search(text[:MAX_SEARCHED]) for _, text in places.at(other)):
            return None
    for name in note.where:
        for place, text in places.at(name):
            label = read_label(text) if note.form == "label" else None
            if label is not None or _holds(note, text, places):
                named = note.generator or (_producer(label) if label else text)
                return Found(named, place, _prompt(note, text, places), label)
    return None


def _producer(label: AigcLabel) -> str | None:
    """Who made it, where it is a name and no number of China's register."""
    name = label.producer or ""
    return None if _REGISTERED.fullmatch(name) else name or None


def _holds(note: Note, text: str, places: Places) -> bool:
    """Whether a text has the form that a row asks for."""
    if note.form == "label":
        return False
    found = places.object(text) if note.form in ("json", "graph") else None
    if note.form == "json" and found is None:
        return False
    if not all(
        any(at_path(found, path) is not None for path in key.split("|")) for key in note.keys
    ):
        return False
    if note.form == "graph" and not _ran(found, text, places):
        return False
    if note.form == "webui" and _settings(text) is None:
        return False
    return note.pattern is None or note.pattern.search(text[:MAX_SEARCHED]) is not None


def _ran(graph: dict[str, Any] | None, text: str, places: Places) -> bool:
    """Whether a graph generated; the board counts only where it is not told what ran."""
    if not comfyui.generates(graph):
        return False
    if isinstance((graph or {}).get("nodes"), list):
        told = [comfyui.generates(places.object(other)) for _, other in places.at("text:prompt")]
        return all(one is not False for one in told)
    return True


def _settings(text: str) -> str | None:
    """The line of settings that WebUI and those that write like it put behind the prompt."""
    for line in text.splitlines():
        if _SETTINGS.search(line) and _SAMPLING.search(line):
            return line
    return None


def _prompt(note: Note, text: str, places: Places) -> str | None:
    if note.prompt is None:
        return text if note.form in ("graph", "webui") else None
    if note.prompt.startswith("#"):
        asked = at_path(places.object(text), note.prompt[1:])
        return asked if isinstance(asked, str) and asked else text
    return next((asked for _, asked in places.at(note.prompt)), None)
