"""How much a graph computes for one crop, counted from its shapes and not by a clock."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime

from unmask.bundles.runtime import CROP_SHAPE

_COUNTED: Final = ("Conv", "Gemm", "MatMul")


def multiply_adds(graph: Path) -> int:
    """Multiply-adds of one crop in convolutions and matrix products.

    Being counted, it is the same on every machine and every day, which no clock is.

    Args:
        graph: file of a bundle's graph.
    """
    model = onnx.load(str(graph))
    nodes = [node for node in model.graph.node if node.op_type in _COUNTED]
    shapes = _shapes(model, [name for node in nodes for name in (node.output[0], node.input[1])])
    return sum(prod(shapes[node.output[0]]) * _terms(node, shapes[node.input[1]]) for node in nodes)


def _shapes(model: onnx.ModelProto, names: list[str]) -> dict[str, tuple[int, ...]]:
    """Shapes of some values for one crop: the graph is run once, with them among its outputs."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    asked = [name for name in dict.fromkeys(names) if name not in shapes]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in asked)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    height, width, bands = CROP_SHAPE
    crop = np.zeros((1, bands, height, width), dtype=np.float32)
    outputs = session.run(asked, {"pixels": crop})
    return shapes | {name: value.shape for name, value in zip(asked, outputs, strict=True)}


def _terms(node: onnx.NodeProto, weights: tuple[int, ...]) -> int:
    """Products that are added up for one value of the node's output."""
    if node.op_type == "Conv":
        return prod(weights[1:])
    if node.op_type == "Gemm":
        transposed = any(one.name == "transB" and one.i for one in node.attribute)
        return weights[1] if transposed else weights[0]
    return weights[-2] if len(weights) > 1 else weights[0]
