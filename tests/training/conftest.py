"""A tiny dataset and a tiny network, so that whole runs take seconds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from torch import nn

from unmask.dataset.build import DESCRIPTION, MANIFEST
from unmask.dataset.crops import encode_crop
from unmask.networks import registry
from unmask.networks.pooled import PooledNetwork
from unmask.training.config import TrainConfig

FAMILIES = {"real": "real", "striped": "striped", "dotted": "striped"}
COUNTS = {"train": 8, "validation": 5, "test": 5}


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes that a glance tells apart: noise, stripes across, stripes down."""
    folder = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(0)
    rows = []
    for label, (name, split, count) in enumerate(
        (name, split, count) for name in FAMILIES for split, count in COUNTS.items()
    ):
        for number in range(count):
            pixels = rng.integers(90, 160, (218, 178, 3), dtype=np.uint8)
            if name == "striped":
                pixels[::4] += 90
            if name == "dotted":
                pixels[:, ::4] += 90
            crop = f"crops/{label}-{number}.png"
            (folder / "crops").mkdir(exist_ok=True)
            (folder / crop).write_bytes(encode_crop(pixels))
            rows.append(
                {
                    "crop": crop,
                    "split": split,
                    "label": "real" if name == "real" else "generated",
                    "generator": "" if name == "real" else name,
                    "collection": f"{name}-{number % 2}",
                    "sha256": f"{len(rows):064x}",
                }
            )
    pq.write_table(pa.Table.from_pylist(rows), folder / MANIFEST)
    description = {
        "fingerprint": "0" * 64,
        "labels": list(FAMILIES),
        "families": FAMILIES,
        "counts": {"real-0": {"train": 4, "validation": 3, "test": 3}},
    }
    (folder / DESCRIPTION).write_text(json.dumps(description), "utf-8")
    return folder


@pytest.fixture(autouse=True)
def tiny_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers the network `tiny`: three convolutions, one of them depthwise."""

    def tiny(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
        del weights, pretrained
        backbone = nn.Sequential(
            nn.Conv2d(3, 16, 4, 4),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, 2, 1, groups=16, bias=False),
            nn.Conv2d(16, 24, 1),
            nn.ReLU(),
        )
        half = (0.5, 0.5, 0.5)
        return PooledNetwork(backbone, 24, classes, title="Tiny", mean=half, std=half)

    monkeypatch.setitem(registry._entries, "tiny", registry._Entry(tiny, "none", ()))


@pytest.fixture
def config(dataset: Path) -> TrainConfig:
    torch.set_num_threads(2)
    return TrainConfig(
        network="tiny",
        data=dataset,
        epochs=3,
        batch_size=6,
        learning_rate=0.01,
        augmentation="flip",
        precision="float32",
        workers=0,
        average=0.5,
        schedule="cosine",
    )
