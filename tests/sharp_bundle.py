"""A bundle whose network looks at sharpness: much of it speaks for `stylegan1`, little for `real`.

What blurs a picture, then, changes its verdict, and covering what is sharp lowers the score.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests import onnx_graph
from tests.tiny_bundle import FIELD, FIELDS, write_bundle


def write_sharp_bundle(folder: Path, needed: float, strength: float = 400.0) -> Path:
    """Write the bundle into `folder`.

    Args:
        folder: where to; its name is the bundle's.
        needed: mean sharpness at which the logits of `real` and `stylegan1` are equal.
        strength: by how much the difference of the two grows with sharpness.
    """
    edge = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=np.float32) / 3
    weights = np.array([0, strength, 0], dtype=np.float32)
    bias = np.array([0, -strength * needed, -30], dtype=np.float32)
    nodes = [
        onnx_graph.node("Conv", ["pixels", "edge"], "edges", pads=[1, 1, 1, 1]),
        onnx_graph.node("Abs", ["edges"], "sharp"),
        onnx_graph.node("AveragePool", ["sharp"], "fields", kernel_shape=FIELD, strides=FIELD),
        onnx_graph.node("Conv", ["fields", "weights"], "maps"),
        onnx_graph.node("GlobalAveragePool", ["maps"], "means"),
        onnx_graph.node("Flatten", ["means"], "flat", axis=1),
        onnx_graph.node("Add", ["flat", "bias"], "logits"),
    ]
    stored = [
        onnx_graph.tensor("edge", np.repeat(edge[None, None], 3, axis=1)),
        onnx_graph.tensor("weights", weights.reshape(3, 1, 1, 1)),
        onnx_graph.tensor("bias", bias),
    ]
    graph = onnx_graph.model(
        nodes,
        stored,
        [onnx_graph.value("pixels", ["N", 3, 218, 178])],
        [onnx_graph.value("logits", ["N", 3]), onnx_graph.value("maps", ["N", 3, *FIELDS])],
    )
    return write_bundle(folder, graph, bias=bias.tolist())
