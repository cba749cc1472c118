"""A bundle small enough to be made in a test, with a network that anyone can compute by hand.

It looks at colours: red speaks for `stylegan1`, green for `sdxl`, blue for `real`. Features are the
mean colours of 7x6 fields of the crop, the class maps are weighted sums of them, and the logits are
the means of the maps plus the bias, as in every bundle.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from tests import onnx_graph

LABELS = ("real", "stylegan1", "sdxl")
WEIGHTS = np.array([[-8, 0, 8], [8, 0, -8], [0, 8, -8]], dtype=np.float16)
BIAS = np.array([0.25, -0.25, -3.0], dtype=np.float32)
FIELD = (31, 29)
FIELDS = (7, 6)

INFO: dict[str, Any] = {
    "schema": 1,
    "name": "tiny",
    "title": "Tiny, by colour",
    "architecture": "colour",
    "task": "source",
    "question": "synthesis",
    "labels": list(LABELS),
    "families": {"real": "real", "stylegan1": "stylegan", "sdxl": "diffusion"},
    "calibration": {"temperature": 1.25, "bias": 0.1},
    "thresholds": {
        "generated": 0.9,
        "real": 0.2,
        "false_positive_rate": 0.005,
        "false_negative_rate": 0.02,
    },
    "map_scale": {"floor": 3.0, "full": 45.0},
    "figures": {"accuracy": 0.5, "auc": 0.75},
    "bias": BIAS.tolist(),
    "dataset": "0123abcd",
    "left_out": [],
    "members": [],
    "run": "run1",
    "licence": "Apache-2.0",
    "limits": ["Colours that no face has: it takes green for a generator.", "Faces in the dark."],
    "terms": "Made by a test.",
    "created": "2026-01-31",
}


CARD = """\
# Tiny

It looks at colours.

## Where it fails

- Colours that no face has: it takes *green*
  for a generator.
- Faces in the dark.

## What not to use it for

- Anything.
"""


def graph(**changes: Any) -> bytes:
    """The network; `changes` make it wrong: input, shape, logits, maps, batch, weights."""
    weights = changes.get("weights", WEIGHTS)
    labels = len(weights)
    pixels, logits = changes.get("input", "pixels"), changes.get("logits", "logits")
    batch = changes.get("batch", "N")
    nodes = [
        onnx_graph.node("AveragePool", [pixels], "fields", kernel_shape=FIELD, strides=FIELD),
        onnx_graph.node("Cast", ["weights16"], "weights", to=onnx_graph.FLOAT),
        onnx_graph.node("Conv", ["fields", "weights"], "maps"),
        onnx_graph.node("GlobalAveragePool", ["maps"], "means"),
        onnx_graph.node("Flatten", ["means"], "flat", axis=1),
        onnx_graph.node("Add", ["flat", "bias"], logits),
    ]
    bias = np.resize(BIAS, labels).astype(np.float32)
    stored = [
        onnx_graph.tensor("weights16", weights.reshape(labels, 3, 1, 1)),
        onnx_graph.tensor("bias", bias),
    ]
    return onnx_graph.model(
        nodes,
        stored,
        [onnx_graph.value(pixels, [batch, 3, *changes.get("shape", (218, 178))])],
        [
            onnx_graph.value(logits, [batch, labels]),
            onnx_graph.value("maps", [batch, labels, *FIELDS]),
        ],
    )


def expected(crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits (3,) and maps (3, 7, 6) of a crop (218, 178, 3), computed without onnxruntime."""
    (high, wide), (rows, columns) = FIELD, FIELDS
    used = crop[: high * rows, : wide * columns].astype(np.float64) / 255
    fields = used.reshape(rows, high, columns, wide, 3).mean(axis=(1, 3))
    maps = np.einsum("kc,hwc->khw", WEIGHTS.astype(np.float64), fields)
    return maps.mean(axis=(1, 2)) + BIAS, maps


def write_bundle(
    folder: Path, onnx: bytes | None = None, *, card: bool = True, **changes: Any
) -> Path:
    """Write the bundle into `folder`, named after it; `changes` replace entries of model.json."""
    folder.mkdir(parents=True)
    onnx = graph() if onnx is None else onnx
    info = {**INFO, "name": folder.name, "sha256": hashlib.sha256(onnx).hexdigest(), **changes}
    (folder / "model.onnx").write_bytes(onnx)
    (folder / "model.json").write_text(json.dumps(info))
    if card:
        (folder / "CARD.md").write_text(CARD)
    return folder
