"""ResNet50: the residual network that most published detectors start from.

Source: He et al. 2016, Deep Residual Learning for Image Recognition.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from unmask.networks.pooled import PooledNetwork, TimmFeatures
from unmask.networks.registry import make_backbone, register

_BACKBONE: Final = "resnet50"


@register("resnet50", backbone=_BACKBONE)
def resnet50(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
    """ResNet50, 24 M parameters; maps of 7x6 positions."""
    network = make_backbone(_BACKBONE, weights=weights, pretrained=pretrained, zero_init_last=True)
    channels = network.num_features
    return PooledNetwork(
        TimmFeatures(network),
        channels,
        classes,
        title="ResNet50",
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
    )
