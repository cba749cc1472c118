"""TraceNet: the project's own network, small, made to see what generators leave behind.

Generators leave traces between neighbouring pixels, so beside the colours the network sees their
differences at full resolution, and it never throws a pixel away on the way to its first features.

    pixels ─┬─ 2x2 folded into 16 channels ──────────────────────── x gate ─┐
            └─ neighbour differences, cut off ─ 2x2 folded into 16 ─┴─ gate  ├─ stages ─ x where ─
                                                                    └───────┘

Folding (each 2x2 of pixels becomes one position with more channels, no pixel read twice or left
out) halves the sides and keeps what a stride or a pooling would skip or average away. Later
halvings blur first, so that what is left does not alias. Blocks are
ConvNeXt's with squeeze-and-excitation. Two gates multiply what passes: the differences say which
colours count, and a map of one channel says which positions do.
Source: Fridrich and Kodovsky 2012, Rich Models for Steganalysis (residuals); Tan et al. 2024,
Rethinking the Up-Sampling Operations (neighbouring pixels); Zhang 2019, Making Convolutional
Networks Shift-Invariant Again (blur before a stride); Hu et al. 2018, Squeeze-and-Excitation;
Liu et al. 2022, A ConvNet for the 2020s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from unmask.networks.pooled import PooledNetwork
from unmask.networks.registry import register

PARTS: Final = ("residual", "fold", "gate", "squeeze", "blur", "where")
"""What an ablation can leave out: the differences, folding (a plain stride of two takes its place),
the gate by the differences, squeeze-and-excitation, the blur before a stride, the gate over
positions."""
_WIDTHS: Final = (32, 64, 112, 224)
_DEPTHS: Final = (1, 3, 4, 3)
_EXPANSION: Final = 3
_GAIN: Final = 6.0
"""Differences beyond a twelfth of the range of brightness are cut off."""


class _Differences(nn.Module):
    """Four differences of every channel to its neighbours: (N, 3, H, W) to (N, 12, H, W)."""

    kernels: Tensor

    def __init__(self) -> None:
        super().__init__()
        right = [[0, 0, 0], [0, -1, 1], [0, 0, 0]]
        below = [[0, 0, 0], [0, -1, 0], [0, 1, 0]]
        corner = [[0, 0, 0], [0, 1, -1], [0, -1, 1]]
        laplacian = [[0, 0.25, 0], [0.25, -1, 0.25], [0, 0.25, 0]]
        kernels = torch.tensor([right, below, corner, laplacian], dtype=torch.float32)
        self.register_buffer("kernels", kernels[:, None].repeat(3, 1, 1, 1), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        # Small beside the pixels: half precision must not round them. What is cut off are edges,
        # which say more of the picture than of how it was made.
        with torch.autocast(pixels.device.type, enabled=False):
            differences = functional.conv2d(pixels.float(), self.kernels, padding=1, groups=3)
            return (differences * _GAIN).clamp(-1.0, 1.0)


class _Blur(nn.Module):
    """Binomial blur with a stride of two."""

    kernel: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        line = torch.tensor([1.0, 2.0, 1.0]) / 4
        kernel = (line[:, None] * line)[None, None].repeat(channels, 1, 1, 1)
        self.register_buffer("kernel", kernel, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(
            x, self.kernel.to(x.dtype), stride=2, padding=1, groups=len(self.kernel)
        )


class _Squeeze(nn.Module):
    """Squeeze-and-excitation: every channel scaled by what the whole picture says of it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels // 4, 1)
        self.expand = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean(dim=(2, 3), keepdim=True)
        return x * self.expand(self.reduce(means).relu()).sigmoid()


class _Block(nn.Module):
    """Depthwise 5x5, then two 1x1 around a wider middle, added to what came in."""

    def __init__(self, channels: int, squeeze: bool, drop: float) -> None:
        super().__init__()
        wide = channels * _EXPANSION
        self.spatial = nn.Conv2d(channels, channels, 5, padding=2, groups=channels, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.widen = nn.Conv2d(channels, wide, 1)
        self.squeeze = _Squeeze(wide) if squeeze else nn.Identity()
        self.narrow = nn.Conv2d(wide, channels, 1, bias=False)
        self.norm_out = nn.BatchNorm2d(channels)
        nn.init.constant_(self.norm_out.weight, 0.2)
        self.drop = drop

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.widen(self.norm(self.spatial(x))))
        y = self.norm_out(self.narrow(self.squeeze(y)))
        if self.training and self.drop:
            keep = torch.rand(len(y), 1, 1, 1, device=y.device) >= self.drop
            y = y * (keep.to(y.dtype) / (1 - self.drop))
        return x + y


def _pointwise(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


class TraceFeatures(nn.Module):
    """Features (N, 224, 14, 12) of normalised pixels (N, 3, 218, 178)."""

    channels = _WIDTHS[-1]

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        """Leave out parts of `PARTS`, for ablation."""
        super().__init__()
        half = _WIDTHS[0] // 2
        self.fold = "fold" not in without
        self.colours = self._first(3, half)
        self.differences = _Differences() if "residual" not in without else None
        self.traces = self._first(12 if self.differences else 3, half)
        self.gate = nn.Conv2d(half, half, 1) if "gate" not in without else None
        stages: list[nn.Module] = []
        for number, (width, depth) in enumerate(zip(_WIDTHS, _DEPTHS, strict=True)):
            if number:
                before = _WIDTHS[number - 1]
                narrow = _Blur(before) if "blur" not in without else nn.AvgPool2d(1, 2)
                stages += [narrow, _pointwise(before, width)]
            squeeze = "squeeze" not in without and number >= 2
            stages += [_Block(width, squeeze, 0.02 * number) for _ in range(depth)]
        self.stages = nn.Sequential(*stages)
        self.where = nn.Conv2d(_WIDTHS[-1], 1, 1) if "where" not in without else None

    def forward(self, pixels: Tensor) -> Tensor:
        """Features of normalised pixels."""
        colours = self.colours(pixels)
        traces = self.traces(pixels if self.differences is None else self.differences(pixels))
        if self.gate is not None:
            colours = colours * self.gate(traces).sigmoid()
        features: Tensor = self.stages(torch.cat([colours, traces], dim=1))
        if self.where is not None:
            features = features * self.where(features).sigmoid()
        return features

    def _first(self, before: int, after: int) -> nn.Sequential:
        layers: list[nn.Module]
        if self.fold:
            layers = [nn.Conv2d(before, after, 2, stride=2, bias=False)]
        else:  # as a convolution with a stride, torch 2.15 dies of it in bfloat16
            layers = [nn.AvgPool2d(1, 2), nn.Conv2d(before, after, 1, bias=False)]
        return nn.Sequential(*layers, nn.BatchNorm2d(after), nn.ReLU())


@register("tracenet", parts=PARTS)
def tracenet(
    classes: int,
    *,
    weights: Path | None,
    pretrained: bool,
    without: frozenset[str] = frozenset(),
) -> PooledNetwork:
    """TraceNet, 2.3 M parameters; maps of 14x12 positions. It always starts from scratch."""
    features = TraceFeatures(without)
    half = (0.5, 0.5, 0.5)
    return PooledNetwork(
        features, features.channels, classes, title="TraceNet", mean=half, std=half
    )
