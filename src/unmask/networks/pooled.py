"""The contract of every network: features, mean pooling, a linear head, and class maps for free."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class PooledNetwork(nn.Module):
    """A backbone with mean pooling and a linear head.

    With features A of shape (N, C, h, w) and a head of weights W (K, C) and bias b (K), the logits
    are W mean(A) + b and the class maps W A. The map of class c is the Grad-CAM of its logit,
    times the number of positions, before the ReLU; its mean plus b_c is the logit.
    Source: Selvaraju et al. 2017, Grad-CAM, section 3.1; Zhou et al. 2016, CAM, section 2.
    """

    pixel_mean: Tensor
    pixel_std: Tensor

    def __init__(
        self,
        backbone: nn.Module,
        channels: int,
        classes: int,
        *,
        title: str,
        mean: tuple[float, float, float],
        std: tuple[float, float, float],
        dropout: float = 0.2,
    ) -> None:
        """Put a head of `classes` on a backbone.

        Args:
            backbone: maps normalised pixels (N, 3, H, W) to features (N, channels, h, w).
            channels: number of feature channels, C.
            classes: number of classes, K.
            title: name of the architecture, for people.
            mean: of the backbone's training pictures, RGB in 0..1.
            std: likewise.
            dropout: share of pooled features that training drops.
        """
        super().__init__()
        self.title = title
        self.backbone = backbone
        self.head = nn.Linear(channels, classes)
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("pixel_mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("pixel_std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    @property
    def has_patches(self) -> bool:
        """Whether it is a transformer: it can see a share of the patches, but of whole crops."""
        return hasattr(self.backbone, "of_some")

    def features(self, pixels: Tensor, patches: float = 1.0) -> Tensor:
        """Features (N, C, h, w) of pixels.

        Args:
            pixels: (N, 3, H, W) float32 RGB in 0..1.
            patches: share of its patches, drawn at random, that a transformer sees of each crop.

        Raises:
            ValueError: a share was asked of a network that has no patches.
        """
        if patches != 1.0:
            return self._of_some(pixels, patches)
        features = self.backbone(self._normalised(pixels))
        assert isinstance(features, Tensor)
        return features

    def score(self, pixels: Tensor, patches: float = 1.0) -> Tensor:
        """Logits (N, K) alone, for training: with dropout, and without the maps' cost.

        Arguments and errors are those of `features`.
        """
        return self.classify(self.features(pixels, patches))

    def classify(self, features: Tensor) -> Tensor:
        """Logits (N, K) of features (N, C, h, w); with dropout while training."""
        logits: Tensor = self.head(self.dropout(features.mean(dim=(2, 3))))
        return logits

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, K) and class maps (N, K, h, w), as they ship."""
        features = self.features(pixels)
        maps = functional.conv2d(features, self.head.weight[:, :, None, None])
        return maps.mean(dim=(2, 3)) + self.head.bias, maps

    def _normalised(self, pixels: Tensor) -> Tensor:
        return (pixels - self.pixel_mean) / self.pixel_std

    def _of_some(self, pixels: Tensor, share: float) -> Tensor:
        if not self.has_patches:
            raise ValueError(f"{self.title} has no patches to leave out; set patches to 1")
        features: Tensor = self.backbone.of_some(self._normalised(pixels), share)  # type: ignore[operator]
        return features


class TimmFeatures(nn.Module):
    """A timm network up to its last feature map, its own classifier taken off."""

    def __init__(self, network: nn.Module) -> None:
        """Take over `network`."""
        super().__init__()
        network.reset_classifier(0, "")  # type: ignore[operator]
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """Features (N, C, h, w) of normalised pixels (N, 3, H, W)."""
        features: Tensor = self.network.forward_features(pixels)  # type: ignore[operator]
        return features
