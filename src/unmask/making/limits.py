"""What a model of this project is bad at, as its `model.json` lists it and its card shows it."""

from __future__ import annotations

from typing import Final

LIMITS: Final = (
    "It finds few faces of generators that it does not know. A verdict of real means that no trace "
    "of those it knows was found, not that the picture is a photograph.",
    "Face swaps and retouching: it was not trained on any.",
    "Pictures that were shrunk or compressed hard: traces are lost, and with them certainty.",
    "Faces that are turned away, covered, very small, drawn or painted.",
    "Photographs from other sources than CelebA, FFHQ and MEBeauty: it was not measured on any.",
    "CelebA and FFHQ show some ages, skins and kinds of light far more often than others; how the "
    "rate of false alarms differs between groups of people has not been measured.",
    "Someone who knows it can make a picture that passes.",
)
