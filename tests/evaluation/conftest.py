"""A small dataset and bundles that look at colours, so that a whole suite takes a second."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.tiny_bundle import INFO, LABELS, WEIGHTS, graph, write_bundle
from unmask.bundles.runtime import Bundle, load_bundle
from unmask.dataset.crops import encode_crop
from unmask.dataset.manifest import DESCRIPTION, MANIFEST
from unmask.evaluation.benchmark.suite import Suite
from unmask.evaluation.views import LAUNDERINGS

MakeBundle = Callable[..., Bundle]

FINGERPRINT = "ab" * 32
# collection: generator, band that stands out, crops of each split
COLLECTIONS = {
    "sea": ("", 2, {"train": 10, "validation": 2, "test": 14}),
    "sky": ("", 2, {"train": 8, "validation": 2, "test": 10}),
    "rubies": ("stylegan1", 0, {"train": 10, "validation": 2, "test": 12}),
    "moss": ("sdxl", 1, {"train": 10, "validation": 2, "test": 8}),
    "later-sea": ("", 2, {"unseen": 6}),
    "later-rubies": ("stylegan3", 0, {"unseen": 5}),
    "swapped": ("inswapper", 2, {"unseen": 4}),
}


def colourful(rng: np.random.Generator, band: int) -> np.ndarray:
    """A crop, (218, 178, 3) uint8, in which one band is mostly brighter than the others."""
    pixels = rng.normal(100, 12, (218, 178, 3))
    pixels[..., band] += rng.normal(28, 20)
    return np.clip(pixels, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crops whose colour mostly says what they are, so that some are mistaken."""
    folder = tmp_path_factory.mktemp("faces")
    (folder / "crops").mkdir()
    rng = np.random.default_rng(0)
    rows, counts = [], {}
    for collection, (generator, band, splits) in COLLECTIONS.items():
        counts[collection] = splits
        for split, count in splits.items():
            for number in range(count):
                crop = f"crops/{collection}-{split}-{number}.png"
                (folder / crop).write_bytes(encode_crop(colourful(rng, band)))
                rows.append(
                    {
                        "path": f"{collection}/{split} {number}.png",
                        "crop": crop,
                        "split": split,
                        "label": "generated" if generator else "real",
                        "generator": generator,
                        "collection": collection,
                        "sha256": f"{len(rows):064x}",
                    }
                )
    pq.write_table(pa.Table.from_pylist(rows), folder / MANIFEST)
    description = {
        "fingerprint": FINGERPRINT,
        "exact_fingerprint": FINGERPRINT,
        "labels": list(LABELS),
        "families": INFO["families"],
        "counts": counts,
        "collections": {"swapped": {"title": "Swapped", "kind": "swap"}},
    }
    (folder / DESCRIPTION).write_text(json.dumps(description), "utf-8")
    return folder


@pytest.fixture
def originals(faces: Path, tmp_path: Path) -> Path:
    """The files as they came: of generated ones the encoding tells."""
    pool = tmp_path / "pool"
    for row in pq.read_table(faces / MANIFEST).to_pylist():
        path = pool / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(len(row["path"]))
        side = 40 if row["label"] == "generated" else 60
        path.write_bytes(encode_crop(rng.integers(0, 255, (side, side, 3), dtype=np.uint8)))
    return pool


@pytest.fixture(scope="module")
def make_bundle(tmp_path_factory: pytest.TempPathFactory) -> MakeBundle:
    """Makes the bundle that looks at colours under a name; `changes` go into its model.json."""

    def make(name: str = "tiny", **changes: object) -> Bundle:
        folder = tmp_path_factory.mktemp("bundles") / name
        return load_bundle(write_bundle(folder, **{"dataset": FINGERPRINT} | changes), 1)

    return make


@pytest.fixture(scope="module")
def binary_bundle(make_bundle: MakeBundle) -> Bundle:
    """A bundle of two labels: red or green against blue."""
    weights = np.stack([WEIGHTS[0], WEIGHTS[1] + WEIGHTS[2]])
    return make_bundle(
        "two",
        onnx=graph(weights=weights),
        task="binary",
        labels=["real", "generated"],
        families={"real": "real", "generated": "generated"},
        bias=[0.25, -0.25],
    )


@pytest.fixture(scope="module")
def small_suite() -> Suite:
    """Two laundered views, one of them a headline one, and few resamples."""
    views = tuple(view for view in LAUNDERINGS if view.name in ("jpeg-80", "noise"))
    return Suite("small", views, resamples=50, shortcuts=False)
