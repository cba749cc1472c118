"""The network that tells photographs from drawings, paintings and statues."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from unmask.networks.registry import make_backbone

TOP, BOTTOM, LEFT, RIGHT = 34, 194, 25, 153
"""The part of a crop that is looked at: the face itself, since drawn ones often stand on white."""
SEEN: Final = (120, 96)
"""Height and width at which it is looked at."""
_BACKBONE: Final = "tf_efficientnet_lite0"
_STAGES: Final = 4
_CHANNELS: Final = 80


class PhotographNetwork(nn.Module):
    """The first four stages of EfficientNet-Lite0 and a mean of what they say at 8x6 positions.

    Above 0 the face looks drawn, painted or carved. Its surface tells that, so the later stages,
    which tell things by their shape, are left out.
    """

    def __init__(self, weights: Path | None = None) -> None:
        """With weights learned from ImageNet, a safetensors file, or with random ones."""
        super().__init__()
        whole = make_backbone(_BACKBONE, weights=weights, pretrained=False)
        self.stem = nn.Sequential(whole.conv_stem, whole.bn1)
        self.stages = whole.blocks[:_STAGES]
        self.head = nn.Linear(_CHANNELS, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, pixels: Tensor) -> Tensor:
        """Scores (N,) of crops, (N, 3, 218, 178) float RGB in 0..1."""
        face = pixels[:, :, TOP:BOTTOM, LEFT:RIGHT] * 2 - 1
        face = interpolate(face, size=SEEN, mode="bilinear", align_corners=False)
        features: Tensor = self.stages(self.stem(face)).mean(dim=(2, 3))
        return torch.flatten(self.head(features))
