"""Vision Transformer: the lower half of CLIP's ViT-B/16 image tower, its patch tokens pooled.

CLIP's middle blocks carry traces of generators that its last ones have forgotten, so the tower is
cut. What two depths say stands side by side in one linear head: traces live in the middle,
judgement higher up.
Source: Radford et al. 2021, Learning Transferable Visual Models; Ojha et al. 2023, Towards
Universal Fake Image Detectors; Koutlis and Papadopoulos 2024, Leveraging Representations from
Intermediate Encoder-blocks (of several blocks' tokens).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from timm.layers import resample_abs_pos_embed
from timm.models import VisionTransformer
from torch import Tensor, nn

from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH
from unmask.networks.pooled import PooledNetwork
from unmask.networks.registry import make_backbone, register

_BACKBONE: Final = "vit_base_patch16_clip_quickgelu_224"
_PATCH: Final = 16
_GRID: Final = (CROP_HEIGHT // _PATCH, CROP_WIDTH // _PATCH)
_TAPS: Final = (4, 6)
"""The blocks after which tokens are taken; the tower ends at the last."""


class _Tower(nn.Module):
    """Patch tokens after the blocks of `_TAPS`, each normalised, side by side."""

    def __init__(self, tower: VisionTransformer) -> None:
        super().__init__()
        # Whole patches only: the outermost pixels of a crop, five above and below, are left out.
        self.top = (CROP_HEIGHT - _GRID[0] * _PATCH) // 2
        self.left = (CROP_WIDTH - _GRID[1] * _PATCH) // 2
        self.patches = tower.patch_embed.proj
        assert tower.cls_token is not None and tower.pos_embed is not None
        self.class_token = tower.cls_token
        with torch.no_grad():
            positions = resample_abs_pos_embed(
                tower.pos_embed, new_size=list(_GRID), num_prefix_tokens=1
            )
        self.positions = nn.Parameter(positions.detach().clone())
        self.norm_pre = tower.norm_pre
        self.blocks = nn.ModuleList(tower.blocks[number] for number in range(_TAPS[-1]))
        self.norms = nn.ModuleList(nn.LayerNorm(tower.embed_dim) for _ in _TAPS)
        self.channels = tower.embed_dim * len(_TAPS)

    def forward(self, pixels: Tensor) -> Tensor:
        """Features (N, channels, 13, 11) of normalised pixels (N, 3, 218, 178)."""
        return self._through_blocks(self._embed(pixels)).unflatten(2, _GRID)

    def of_some(self, pixels: Tensor, share: float) -> Tensor:
        """Features (N, channels, 1, M) of a random share of the patches, for training.

        Source: Li et al. 2023, Scaling Language-Image Pre-training via Masking.
        """
        tokens = self._embed(pixels)
        patches = tokens.shape[1] - 1
        order = torch.rand(len(tokens), patches, device=tokens.device).argsort(dim=1)
        kept = order[:, : max(1, round(share * patches)), None] + 1
        some = tokens.gather(1, kept.expand(-1, -1, tokens.shape[2]))
        return self._through_blocks(torch.cat([tokens[:, :1], some], dim=1)).unsqueeze(2)

    def _embed(self, pixels: Tensor) -> Tensor:
        """Tokens (N, 1 + patches, width), that of the class first."""
        rows, columns = (side * _PATCH for side in _GRID)
        whole = pixels[:, :, self.top : self.top + rows, self.left : self.left + columns]
        # Traces are a few grey levels: half precision must not round them away.
        with torch.autocast(pixels.device.type, enabled=False):
            patches = self.patches(whole.float()).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(patches.shape[0], -1, -1), patches], dim=1)
        embedded: Tensor = self.norm_pre(tokens + self.positions)
        return embedded

    def _through_blocks(self, tokens: Tensor) -> Tensor:
        """What is taken of the patches' tokens on their way, (N, channels, patches)."""
        taken: list[Tensor] = []
        for number, block in enumerate(self.blocks, start=1):
            tokens = block(tokens)
            if number in _TAPS:
                taken.append(self.norms[len(taken)](tokens[:, 1:]))
        return torch.cat(taken, dim=2).transpose(1, 2)


@register("vit", backbone=_BACKBONE)
def vit(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
    """Six blocks of ViT-B/16, 43 M parameters; maps of 13x11 positions."""
    tower = make_backbone(_BACKBONE, weights=weights, pretrained=pretrained, num_classes=512)
    assert isinstance(tower, VisionTransformer)
    features = _Tower(tower)
    return PooledNetwork(
        features,
        features.channels,
        classes,
        title="Vision Transformer B/16 (CLIP), six blocks",
        mean=(0.48145466, 0.4578275, 0.40821073),
        std=(0.26862954, 0.26130258, 0.27577711),
    )
