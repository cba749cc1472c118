"""ResNet50: the residual network that most published detectors start from.

Its stem is that of ResNet-D, three small convolutions in place of a wide one. What generators leave
behind is a few levels of brightness between neighbouring pixels, a hundredth of what the picture
itself varies by, so a stem of random filters takes long to see it. From scratch, the first layer
starts as the cosine basis of 3x3 patches instead: all its filters but one ignore even brightness,
and the normalisation after it makes the faintest as strong as the strongest.
Source: He et al. 2016, Deep Residual Learning for Image Recognition; He et al. 2019, Bag of Tricks
for Image Classification with Convolutional Neural Networks (ResNet-D); Ahmed et al. 1974, Discrete
Cosine Transform.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from unmask.networks.pooled import PooledNetwork, TimmFeatures
from unmask.networks.registry import make_backbone, register

_BACKBONE: Final = "resnet50d"
_NORM: Final = 8.0
"""Length of a filter at the start: so long that no step of the optimiser turns it much."""


@register("resnet50", backbone=_BACKBONE)
def resnet50(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
    """ResNet50-D, 24 M parameters; maps of 7x6 positions."""
    network = make_backbone(_BACKBONE, weights=weights, pretrained=pretrained, zero_init_last=True)
    network.conv1[0] = _FirstConvolution(network.conv1[0])
    if weights is None and not pretrained:
        network.conv1[0].start_with_cosines()
    channels = network.num_features
    return PooledNetwork(
        TimmFeatures(network),
        channels,
        classes,
        title="ResNet50",
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
    )


class _FirstConvolution(nn.Conv2d):
    """A convolution of pixels, whose small differences half precision would round away."""

    def __init__(self, other: nn.Conv2d) -> None:
        """Take the place of `other`, 3x3 with a stride of two and without a bias."""
        super().__init__(3, other.out_channels, 3, stride=2, padding=1, bias=False)
        self.weight = other.weight

    def start_with_cosines(self) -> None:
        """Set the first 27 filters to the basis, and leave the others random."""
        line = torch.arange(3)
        basis = torch.cos(math.pi * line[:, None] * (line + 0.5) / 3)
        basis /= basis.norm(dim=1, keepdim=True)
        patches = torch.einsum("ac,bh,dw->abdchw", basis, basis, basis).reshape(27, 3, 3, 3)
        with torch.no_grad():
            self.weight[:27] = patches
            self.weight *= _NORM / self.weight.flatten(1).norm(dim=1)[:, None, None, None]

    def forward(self, pixels: Tensor) -> Tensor:
        with torch.autocast(pixels.device.type, enabled=False):
            return super().forward(pixels.float())
