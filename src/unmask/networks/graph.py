"""A network becomes an ONNX graph: `pixels` in, `logits` and `maps` out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH

OPSET: Final = 18
_HALF_FROM: Final = 256
"""Smaller tensors are stored as float32: they cost nothing, and biases are sensitive."""
_INT8_FROM: Final = 65_536
Store = Literal["float16", "int8"]
"""How large weights are stored in a graph."""


def write_graph(
    network: nn.Module,
    path: Path,
    store: Store = "float16",
    outputs: Sequence[str] = ("logits", "maps"),
) -> None:
    """Write the ONNX graph: `pixels` in, the named outputs out, all computed in float32.

    Weights are stored as float16. With `store` "int8", the large matrices and kernels are stored as
    int8 with a float32 scale for each output channel. The network's own weights are rounded in the
    same way first, so that it and the graph agree.
    """
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                values = tensor.cpu().numpy()
                if _is_stored_as_int8(values, store):
                    steps, scale = _to_int8(values)
                    tensor.copy_(torch.from_numpy(steps * scale))
                elif values.size >= _HALF_FROM:
                    tensor.copy_(tensor.half().float())
    network.eval()
    batch = torch.export.Dim("batch", min=1, max=4096)
    program = torch.onnx.export(
        network,
        (torch.rand(2, 3, CROP_HEIGHT, CROP_WIDTH),),
        input_names=["pixels"],
        output_names=list(outputs),
        dynamic_shapes={"pixels": {0: batch}},
        opset_version=OPSET,
        dynamo=True,
        # Folding normalisation into weights would round differently from the network; the runtime
        # does it when it loads the graph.
        optimize=False,
        verbose=False,
    )
    assert program is not None
    model = program.model_proto
    _fix_types(model)
    _store_small(model, store)
    _drop_notes(model)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _fix_types(model: onnx.ModelProto) -> None:
    """Cast constants to float32, where the exporter casts them to the type that pixels have.

    All that a graph computes is float32. Left as they are, these constants (biases of zero, bounds
    of activations) would be something that only a run can tell, and the runtime would not fold the
    normalisation behind a convolution into it: three times the time for EfficientNet.
    """
    for node in model.graph.node:
        if node.op_type == "CastLike":
            node.op_type = "Cast"
            del node.input[1:]
            node.attribute.append(onnx.helper.make_attribute("to", onnx.TensorProto.FLOAT))


def _drop_notes(model: onnx.ModelProto) -> None:
    """Leave out what the exporter notes of where the code stood; a bundle tells nobody's paths."""
    graph = model.graph
    holders = [model, graph, *graph.node, *graph.initializer, *graph.value_info]
    for holder in [*holders, *graph.input, *graph.output, *model.functions]:
        holder.ClearField("doc_string")
        holder.ClearField("metadata_props")


def _store_small(model: onnx.ModelProto, store: Store) -> None:
    """Keep large weights small, with what makes them float32 again; the runtime does it once."""
    nodes = []
    scales = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        name = tensor.name
        if values.dtype != np.float32 or values.size < _HALF_FROM:
            continue
        if _is_stored_as_int8(values, store):
            steps, scale = _to_int8(values)
            tensor.CopyFrom(numpy_helper.from_array(steps, f"{name}.int8"))
            scales.append(numpy_helper.from_array(scale, f"{name}.scale"))
            nodes += [
                _cast(tensor.name, f"{name}.steps"),
                onnx.helper.make_node("Mul", [f"{name}.steps", scales[-1].name], [name]),
            ]
        else:
            half = values.astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            nodes.append(_cast(tensor.name, name))
    model.graph.initializer.extend(scales)
    nodes += model.graph.node
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _cast(before: str, after: str) -> onnx.NodeProto:
    return onnx.helper.make_node("Cast", [before], [after], to=onnx.TensorProto.FLOAT)


def _is_stored_as_int8(values: NDArray[np.floating], store: Store) -> bool:
    """Whether it is a large matrix or kernel, and such are to be stored as int8."""
    return store == "int8" and values.ndim in (2, 4) and values.size >= _INT8_FROM


def _to_int8(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Steps, (O, ...) int8, and the size of one, (O, 1, ...) float32, of weights (O, ...)."""
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    scale = (np.maximum(largest, np.finfo(np.float32).tiny) / 127).astype(np.float32)
    return np.rint(values / scale).astype(np.int8), scale
