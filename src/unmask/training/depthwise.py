"""Depthwise convolutions whose backward pass in bfloat16 is quick on a processor.

There torch 2.15's own backward pass of a depthwise convolution in bfloat16 costs up to fifty times
its forward pass where the stride is two, and a multiple of float32's where the kernel is five wide.
The same gradients come quicker by other routes: the input's as a plain convolution of the gradient
spread out by the stride, the weight's in float32. In float32 nothing is gained.
`benchmarks/training.py` prints both times side by side.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from timm.layers import Conv2dSame, pad_same
from torch import Tensor, nn
from torch.nn import functional


class _Depthwise(torch.autograd.Function):
    """Convolution (N, C, H, W) with one (k, k) kernel a channel."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return functional.conv2d(x, weight, None, stride, padding, 1, len(weight))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        x, weight = ctx.saved_tensors
        for_x = _gradient_of_input(x, weight, gradient, ctx.stride, ctx.padding)
        for_weight = _gradient_of_weight(x, weight, gradient, ctx.stride, ctx.padding)
        return for_x, for_weight, None, None


def _gradient_of_input(
    x: Tensor, weight: Tensor, gradient: Tensor, stride: int, padding: int
) -> Tensor:
    kernel = weight.shape[-1]
    if stride > 1:
        spread = x.new_zeros(
            (*x.shape[:2], *(side + 2 * padding - kernel + 1 for side in x.shape[2:]))
        ).contiguous(memory_format=torch.channels_last)
        spread[:, :, ::stride, ::stride] = gradient
        gradient = spread
    flipped = weight.flip(2, 3)
    return functional.conv2d(gradient, flipped, None, 1, kernel - 1 - padding, 1, len(weight))


def _gradient_of_weight(
    x: Tensor, weight: Tensor, gradient: Tensor, stride: int, padding: int
) -> Tensor:
    dtype = torch.float32 if weight.shape[-1] > 3 else x.dtype
    result = torch.ops.aten.convolution_backward(
        gradient.to(dtype), x.to(dtype), weight.to(dtype), None, (stride, stride),
        (padding, padding), (1, 1), False, (0, 0), len(weight), (False, True, False),
    )[1]  # fmt: skip
    assert isinstance(result, Tensor)
    return result.to(weight.dtype)


class _QuickConv2d(nn.Conv2d):
    """A depthwise convolution with the quicker backward pass."""

    def forward(self, x: Tensor) -> Tensor:
        return self._quick(x, int(self.padding[0]))

    def _quick(self, x: Tensor, padding: int) -> Tensor:
        weight = self.weight
        if torch.is_autocast_enabled(x.device.type):
            dtype = torch.get_autocast_dtype(x.device.type)
            x, weight = x.to(dtype), weight.to(dtype)
        result: Tensor = _Depthwise.apply(x, weight, self.stride[0], padding)  # type: ignore[no-untyped-call]
        return result


class _QuickConv2dSame(_QuickConv2d):
    """The same, padded as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        return self._quick(pad_same(x, self.kernel_size, self.stride, self.dilation), 0)


_QUICK: Final = {nn.Conv2d: _QuickConv2d, Conv2dSame: _QuickConv2dSame}


def speed_up_depthwise(network: nn.Module) -> int:
    """Give the depthwise convolutions of a network the quicker backward pass; returns how many.

    Parameters and their names stay, so checkpoints do not change.
    """
    found = [
        module
        for module in network.modules()
        if type(module) in _QUICK and _is_plain_depthwise(module)
    ]
    for module in found:
        module.__class__ = _QUICK[type(module)]
    return len(found)


def _is_plain_depthwise(module: nn.Module) -> bool:
    """Square, undilated, without bias, one kernel a channel."""
    assert isinstance(module, nn.Conv2d)
    return (
        module.groups == module.in_channels == module.out_channels > 1
        and module.bias is None
        and module.kernel_size[0] == module.kernel_size[1]
        and module.stride[0] == module.stride[1]
        and module.dilation == (1, 1)
        and not isinstance(module.padding, str)
    )
