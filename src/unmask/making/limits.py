"""What a model of this project is bad at, as its `model.json` lists it and its card shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from unmask.making.facts import LEARNED, MEASURED, facts_in, titles

_OF_ANY: Final = (
    "It finds few faces of generators that it does not know. A verdict of real means that no trace "
    "of those it knows was found, not that the picture is a photograph.",
    "Pictures that were shrunk or compressed hard: traces are lost, and with them certainty.",
    "Faces that are turned away, covered, very small, drawn or painted.",
    "How the rate of false alarms differs between groups of people has not been measured.",
    "Someone who knows it can make a picture that passes.",
)
_NEVER_LEARNED: Final = {
    "swap": "Face swaps: it was not trained on any.",
    "edit": "Retouched and edited photographs: it was not trained on any.",
}


def limits_of(description: Mapping[str, Any]) -> tuple[str, ...]:
    """What a model that was made from a dataset is bad at, in sentences.

    Args:
        description: content of dataset.json.
    """
    learned = {facts.kind for facts in facts_in(description, LEARNED).values()}
    photographs = titles(
        facts for facts in facts_in(description, MEASURED).values() if facts.kind == "photograph"
    )
    others = f" than {', '.join(photographs)}" if photographs else ""
    return (
        _OF_ANY[0],
        *(text for kind, text in _NEVER_LEARNED.items() if kind not in learned),
        f"Photographs from other sources{others}: it was not measured on any.",
        *_OF_ANY[1:],
    )
