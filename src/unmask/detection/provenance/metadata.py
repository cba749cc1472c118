"""Notes that generators write, unsigned: that they made it, and what they were asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from unmask.detection.provenance.claims import AigcLabel, GeneratorMetadata
from unmask.detection.provenance.generators import Places, find_notes
from unmask.detection.provenance.source_types import is_generated_source, source_type_name
from unmask.detection.provenance.xmp import read_xmp
from unmask.detection.text import printable
from unmask.imaging.metadata import read_metadata

MAX_PARAMETERS: Final = 2000
MAX_NAME: Final = 200

_IPTC: Final = "Iptc4xmpExt:"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def read_generator(data: bytes) -> GeneratorMetadata | None:
    """What the metadata of a picture file say of the software that made it, or None.

    Args:
        data: a file that the decoder accepts; anything damaged in it is passed over.
    """
    found = read_metadata(data)
    xmp = read_xmp(found.xmp) if found.xmp is not None else {}
    places = Places(found, xmp)
    notes = find_notes(places)
    label = next((note.label for note in notes if note.label is not None), None)
    made = [note for note in notes if note.label is None or note.label.grade == "generated"]
    system = _system(xmp)
    prompt = next((note.prompt for note in made if note.prompt), None)
    parameters = xmp.get(f"{_IPTC}AIPromptInformation") or prompt
    source_type = _source_type(xmp)
    software = system or _software(places)
    if not (software or notes or parameters or source_type):
        return None
    # Whoever wrote the note is named where no program gives its name, or only a number.
    software = software or next((note.generator for note in made if note.label is None), None)
    return GeneratorMetadata(
        software=software and _clean(software, MAX_NAME),
        generator=_cleaned(made[0].generator) if made else None,
        found_in=made[0].where if made else None,
        digital_source_type=source_type and _clean(source_type_name(source_type), MAX_NAME),
        says_generated=bool(made)
        or any(name.startswith(f"{_IPTC}AI") for name in xmp)
        or is_generated_source(source_type or ""),
        label=label and _printable_label(label),
        prompt_writer=_cleaned(xmp.get(f"{_IPTC}AIPromptWriterName")),
        parameters=parameters and _clean(parameters, MAX_PARAMETERS),
    )


def _system(xmp: Mapping[str, str]) -> str | None:
    """The AI system that IPTC's fields name, with its version."""
    system, version = (
        xmp.get(f"{_IPTC}{name}") for name in ("AISystemUsed", "AISystemVersionUsed")
    )
    return f"{system} {version}" if system and version else system


def _software(places: Places) -> str | None:
    """What calls itself the program; the number of a job, which some services put there, is not."""
    names = (name for _, name in places.at("software"))
    return next((name for name in names if not _UUID.fullmatch(name.strip())), None)


def _source_type(xmp: Mapping[str, str]) -> str | None:
    """The digital source type; of several the one that tells of generative AI."""
    found = [
        xmp[name]
        for name in (f"{_IPTC}DigitalSourceType", f"{_IPTC}DigitalSourceFileType")
        if name in xmp
    ]
    return next(filter(is_generated_source, found), found[0] if found else None)


def _printable_label(label: AigcLabel) -> AigcLabel:
    return label.model_copy(
        update={"producer": _cleaned(label.producer), "propagator": _cleaned(label.propagator)}
    )


def _cleaned(text: str | None) -> str | None:
    return None if text is None else _clean(text, MAX_NAME)


def _clean(text: str, length: int) -> str:
    """The text, cut, with its lines kept and whatever else could steer a terminal taken out."""
    return "\n".join(printable(line) for line in text[:length].splitlines())
