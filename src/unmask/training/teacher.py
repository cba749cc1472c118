"""A trained network that another learns from, beside the labels.

A network that starts from scratch has to find its first features by itself; what a trained one sees
at each position says far more a crop than the crop's label does.
Source: Romero et al. 2015, FitNets (features); Hinton et al. 2015, Distilling the Knowledge in a
Neural Network (logits).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from unmask.networks import PooledNetwork


class Teacher(nn.Module):
    """Says how far a pupil's features and logits are from those of a trained network."""

    def __init__(self, network: PooledNetwork, channels: int) -> None:
        """Teach with `network` (as it is from now on) a pupil with features of `channels`."""
        super().__init__()
        self.network = network.eval().requires_grad_(False)
        taught = network.head.in_features
        self.guess = nn.Conv2d(channels, taught, 1)
        # Some of the teacher's channels are much larger than others; all of them count alike.
        self.standardise = nn.BatchNorm2d(taught, affine=False)

    def forward(self, pixels: Tensor, features: Tensor, logits: Tensor) -> Tensor:
        """Loss, a scalar: mean squared error of the features, and divergence of the logits.

        Args:
            pixels: (N, 3, H, W) float32 RGB in 0..1, that both networks see.
            features: (N, channels, h, w) of the pupil, from which the teacher's are guessed.
            logits: (N, K) of the pupil.
        """
        with torch.no_grad():
            seen = self.network.features(pixels)
            said = self.network.classify(seen).float().log_softmax(dim=1)
            height, width = features.shape[2:]
            there = functional.adaptive_avg_pool2d(seen.float(), (height, width))
            wanted = self.standardise(there)
        divergence = functional.kl_div(
            logits.float().log_softmax(dim=1), said, log_target=True, reduction="batchmean"
        )
        return functional.mse_loss(self.guess(features).float(), wanted) + divergence
