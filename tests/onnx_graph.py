"""Writes small ONNX graphs without the package onnx, which only training installs.

An ONNX file is a protocol buffer; what is needed of that format is a tag, a length and the bytes.
Field numbers are those of onnx.proto (https://github.com/onnx/onnx).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FLOAT, FLOAT16 = 1, 10
Size = int | str


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def tensor(name: str, values: np.ndarray) -> bytes:
    """A TensorProto of float32 or float16 values."""
    kind = {np.dtype(np.float32): FLOAT, np.dtype(np.float16): FLOAT16}[values.dtype]
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, kind) + _bytes(8, name) + _bytes(9, values.tobytes())


def tensor_elsewhere(name: str, shape: Sequence[int], location: str) -> bytes:
    """A TensorProto of float32 values that are said to lie in another file."""
    dims = b"".join(_number(1, size) for size in shape)
    entry = _bytes(13, _bytes(1, "location") + _bytes(2, location))
    return dims + _number(2, FLOAT) + _bytes(8, name) + entry + _number(14, 1)


def node(
    kind: str,
    inputs: Sequence[str],
    output: str,
    domain: str = "",
    **attributes: int | Sequence[int],
) -> bytes:
    """A NodeProto with whole numbers and lists of them as attributes."""
    out = b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(4, kind)
    out += _bytes(7, domain) if domain else b""
    for name, value in attributes.items():
        if isinstance(value, int):
            attribute = _bytes(1, name) + _number(3, value) + _number(20, 2)
        else:
            numbers = b"".join(_number(8, one) for one in value)
            attribute = _bytes(1, name) + numbers + _number(20, 7)
        out += _bytes(5, attribute)
    return out


def value(name: str, shape: Sequence[Size]) -> bytes:
    """A ValueInfoProto of a float32 tensor; names in the shape stand for any size."""
    sizes = b"".join(
        _bytes(1, _number(1, size) if isinstance(size, int) else _bytes(2, size)) for size in shape
    )
    kind = _number(1, FLOAT) + _bytes(2, sizes)
    return _bytes(1, name) + _bytes(2, _bytes(1, kind))


def model(
    nodes: Sequence[bytes],
    initializers: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    domains: Sequence[str] = ("",),
) -> bytes:
    """A ModelProto with that graph, of operators from these domains."""
    graph = b"".join(
        [_bytes(1, one) for one in nodes]
        + [_bytes(2, "graph")]
        + [_bytes(5, one) for one in initializers]
        + [_bytes(11, one) for one in inputs]
        + [_bytes(12, one) for one in outputs]
    )
    opsets = [_bytes(1, name) + _number(2, 1 if name else 17) for name in domains]
    return _number(1, 8) + _bytes(7, graph) + b"".join(_bytes(8, opset) for opset in opsets)
