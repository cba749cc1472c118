"""Metadata that generators write: what they were asked for, and that they made the picture."""

from __future__ import annotations

import json
import re
from typing import Final

from unmask.detection.provenance.claims import GeneratorMetadata
from unmask.detection.provenance.source_types import is_generated_source, source_type_name
from unmask.detection.provenance.xmp import XmpFacts, read_xmp
from unmask.detection.text import printable
from unmask.imaging.metadata import Metadata, read_metadata

MAX_PARAMETERS: Final = 2000
MAX_NAME: Final = 200

_WEBUI: Final = re.compile(r"\bSteps: \d+, ")
"""What the settings line of Stable Diffusion WebUI and of those that write like it begins with."""
_GENERATORS: Final = (
    "stable diffusion", "automatic1111", "comfyui", "invokeai", "novelai", "fooocus", "midjourney",
    "dall-e", "dall·e", "firefly", "dreamstudio", "draw things", "google ai", "google imagen",
)  # fmt: skip
"""Names by which software that only generates calls itself."""
_GENERATOR: Final = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, _GENERATORS))})\b|\bimagen[ -]?\d", re.IGNORECASE
)


def read_generator(data: bytes) -> GeneratorMetadata | None:
    """What the metadata of a picture file say of the software that made it, or None.

    Args:
        data: a file that the decoder accepts; anything damaged in it is passed over.
    """
    found = read_metadata(data)
    xmp = read_xmp(found.xmp) if found.xmp is not None else XmpFacts()
    parameters, generator = _parameters(found, xmp)
    named = (
        found.text.get("Software"), found.software, xmp.ai_system, xmp.software, found.program
    )  # fmt: skip
    software = next((name for name in named if name), None) or generator
    if not (software or parameters or xmp.digital_source_type):
        return None
    return GeneratorMetadata(
        software=software and _clean(software, MAX_NAME),
        digital_source_type=xmp.digital_source_type
        and _clean(source_type_name(xmp.digital_source_type), MAX_NAME),
        says_generated=generator is not None
        or xmp.ai_system is not None
        or is_generated_source(xmp.digital_source_type or "")
        or any(name and _is_generator(name) for name in named),
        parameters=parameters and _clean(parameters, MAX_PARAMETERS),
    )


def _parameters(found: Metadata, xmp: XmpFacts) -> tuple[str | None, str | None]:
    """What a generator was asked for, and which kind of generator writes it so."""
    for written in (found.text.get("parameters"), found.comment):
        if written and _WEBUI.search(written):
            return written, "Stable Diffusion WebUI"
    for key in ("prompt", "workflow"):
        graph = found.text.get(key)
        if graph and _samples(graph):
            return graph, "ComfyUI"
    return xmp.prompt, None


def _samples(text: str) -> bool:
    """Whether a text is a graph of ComfyUI's in which some node draws a picture from noise."""
    try:
        graph = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(graph, dict):
        return False
    listed = graph.get("nodes")
    nodes = listed if isinstance(listed, list) else list(graph.values())
    kinds = [
        str(node.get("class_type") or node.get("type")) for node in nodes if isinstance(node, dict)
    ]
    return any("Sampler" in kind for kind in kinds)


def _is_generator(software: str) -> bool:
    return _GENERATOR.search(software) is not None


def _clean(text: str, length: int) -> str:
    """The text, cut, with its lines kept and whatever else could steer a terminal taken out."""
    return "\n".join(printable(line) for line in text[:length].splitlines())
