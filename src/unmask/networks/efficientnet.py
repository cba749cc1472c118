"""EfficientNet-Lite0: small, quick on a processor, pretrained on ImageNet.

Source: Tan and Le 2019, EfficientNet; the Lite variants drop squeeze-and-excitation and use ReLU6.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from unmask.networks.pooled import PooledNetwork, TimmFeatures
from unmask.networks.registry import make_backbone, register

_BACKBONE: Final = "tf_efficientnet_lite0"


@register("efficientnet", backbone=_BACKBONE)
def efficientnet(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
    """EfficientNet-Lite0, 3.4 M parameters and a head; maps of 7x6 positions."""
    network = make_backbone(_BACKBONE, weights=weights, pretrained=pretrained, drop_path_rate=0.1)
    channels = network.num_features
    half = (0.5, 0.5, 0.5)
    return PooledNetwork(
        TimmFeatures(network), channels, classes, title="EfficientNet-Lite0", mean=half, std=half
    )
