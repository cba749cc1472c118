"""EfficientNet-Lite0: small, quick on a processor, pretrained on ImageNet.

Source: Tan and Le 2019, EfficientNet; the Lite variants drop squeeze-and-excitation and use ReLU6.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import timm
from safetensors.torch import load_file
from torch import Tensor, nn

from unmask.networks.pooled import PooledNetwork
from unmask.networks.registry import NetworkError, register

_BACKBONE: Final = "tf_efficientnet_lite0"


class _Features(nn.Module):
    """A timm network up to its last feature map."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        features: Tensor = self.network.forward_features(pixels)  # type: ignore[operator]
        return features


@register("efficientnet", backbone=_BACKBONE)
def efficientnet(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
    """EfficientNet-Lite0, 3.4 M parameters and a head; maps of 7x6 positions."""
    try:
        network = timm.create_model(
            _BACKBONE, pretrained=pretrained and weights is None, drop_path_rate=0.1
        )
    except Exception as error:  # timm and its hub client raise many kinds when offline
        raise NetworkError(
            f"the published weights of {_BACKBONE} could not be downloaded ({error}); "
            "name a local file with --weights, or train from scratch with --no-pretrained"
        ) from error
    if weights is not None:
        network.load_state_dict(load_file(weights), strict=True)
    channels = network.num_features
    network.reset_classifier(0, "")
    half = (0.5, 0.5, 0.5)
    return PooledNetwork(
        _Features(network), channels, classes, title="EfficientNet-Lite0", mean=half, std=half
    )
