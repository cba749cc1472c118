"""IPTC's digital source types: how a picture came to be, as a file may say of itself.

Source: https://cv.iptc.org/newscodes/digitalsourcetype
"""

from __future__ import annotations

from typing import Final

GENERATED: Final = frozenset(
    {
        "trainedAlgorithmicMedia",
        "compositeWithTrainedAlgorithmicMedia",
        "compositeSynthetic",
    }
)
"""Made by generative AI, edited with it, and composed of parts of which some were."""


def source_type_name(value: str) -> str:
    """The last part of a type's address, which is its name."""
    return value.strip().rstrip("/").rsplit("/", 1)[-1]


def is_generated_source(value: str) -> bool:
    """Whether a digital source type, given by name or address, says generative AI."""
    return source_type_name(value) in GENERATED
