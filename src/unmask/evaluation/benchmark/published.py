"""Figures that others published, as they stand beside ours in the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Published:
    """One published result: what was measured, by whom, and what came out, in words."""

    what: str
    result: str
    source: str


CANNOT_BE_COMPARED: Final = (
    "None of these figures can be compared with ours as it stands: each was measured on other "
    "pictures, split otherwise, with other shares of real and generated ones, and mostly on files "
    "as they were delivered, whose encoding and size alone say much about where they come from."
)
_REFERENCE: Final = "the experiments that this project set out from"
_PORCILE: Final = "Porcile et al. 2024, arXiv:2311.08577"
_ARSHED: Final = "Arshed et al. 2024, doi:10.3390/computers13010031"
_BRAY: Final = "Bray et al. 2023, doi:10.1093/cybsec/tyad011"

PUBLISHED: Final = (
    Published("EfficientNet, five classes", "accuracy 87 %, F1 93 %", _REFERENCE),
    Published("ResNet50, five classes", "accuracy 86 %, F1 88 %", _REFERENCE),
    Published("Vision Transformer, five classes", "accuracy 91 %, F1 92 %", _REFERENCE),
    Published("custom CNN, five classes", "accuracy 80 %, F1 82 %", _REFERENCE),
    Published("EfficientNet", "accuracy 88 %", _PORCILE),
    Published("Vision Transformer", "accuracy 99 %", _ARSHED),
    Published("TPR at 0.5 % FPR, engines in training", "98 %", _PORCILE),
    Published("TPR at 0.5 % FPR, engines outside", "84.5 %", _PORCILE),
    Published("TPR at 0.5 % FPR, JPEG 80", "94.3 %", _PORCILE),
    Published("TPR at 0.5 % FPR, JPEG 60", "88.0 %", _PORCILE),
    Published("people, StyleGAN2 faces among photographs", "62 % right", _BRAY),
)
