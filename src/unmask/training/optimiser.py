"""How weights are changed: groups of parameters, learning rate by step, precision."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from unmask.training.config import TrainConfig


def make_optimiser(
    config: TrainConfig, network: nn.Module, teacher: nn.Module | None = None
) -> Optimizer:
    """The optimiser of a network, and of what learns to guess its teacher's features."""
    # Biases and the scales of normalisation are not decayed.
    learned = [
        *network.named_parameters(),
        *(teacher.named_parameters("teacher") if teacher is not None else ()),
    ]
    rates = {True: config.learning_rate * config.backbone_rate, False: config.learning_rate}
    groups = [
        {
            "params": [
                parameter
                for name, parameter in learned
                if parameter.requires_grad
                and (parameter.ndim < 2) == flat
                and name.startswith("backbone.") == backbone
            ],
            "weight_decay": 0.0 if flat else config.weight_decay,
            "lr": rates[backbone],
        }
        for backbone in (True, False)
        for flat in (False, True)
    ]
    kinds: dict[str, Callable[..., Optimizer]] = {
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "adagrad": torch.optim.Adagrad,
    }
    # Fused: one pass over a parameter in place of several.
    return kinds[config.optimiser](groups, lr=config.learning_rate, fused=True)


def make_schedule(config: TrainConfig, optimiser: Optimizer, steps: int) -> LambdaLR:
    """The learning rate over a run whose epochs have `steps` steps each."""
    return LambdaLR(optimiser, lambda step: _share_of_rate(config, step, steps))


def _share_of_rate(config: TrainConfig, step: int, steps: int) -> float:
    """Learning rate at a step, as a share of the highest."""
    if config.schedule == "constant":
        return 1.0
    warm_up = steps / 2
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    done = (step - warm_up) / max(1.0, steps * config.epochs - warm_up)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def precision_of(config: TrainConfig, device: torch.device) -> torch.dtype:
    """What a run computes in."""
    if config.precision == "auto":
        if device.type == "cpu":
            return torch.bfloat16 if bfloat16_is_quick() else torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    chosen = getattr(torch, config.precision)
    assert isinstance(chosen, torch.dtype)
    return chosen


def bfloat16_is_quick() -> bool:
    """Whether the processor multiplies bfloat16 by itself, and quicker than float32."""
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def in_precision(
    device: torch.device, precision: torch.dtype
) -> contextlib.AbstractContextManager[Any]:
    """Computes in half precision inside, where that is asked for."""
    if precision == torch.float32:
        return contextlib.nullcontext()
    return torch.autocast(device.type, precision)
