"""Networks as torch modules, in one registry, all of one contract.

In: `pixels` (N, 3, 218, 178) float32 RGB in 0..1. Out: `logits` (N, K) and `maps` (N, K, h, w),
where the mean of a class's map plus the head's bias is its logit. Every network is features, then
mean pooling, then a linear head. Knows nothing of datasets, training loops or the application.

To add a network: write a module with a factory decorated by `@register`, and import it here.
"""

from unmask.networks import efficientnet, resnet50, tracenet, vit  # noqa: F401 (register themselves)
from unmask.networks.pooled import PooledNetwork
from unmask.networks.registry import (
    NetworkError,
    backbone_of,
    create_network,
    list_networks,
    register,
)

__all__ = [
    "NetworkError",
    "PooledNetwork",
    "backbone_of",
    "create_network",
    "list_networks",
    "register",
]
