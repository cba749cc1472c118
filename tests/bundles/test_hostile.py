"""Bundles made to do harm: whatever is in the folder, it is refused by name, and nothing runs."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import onnx_graph
from tests.tiny_bundle import BIAS, FIELD, FIELDS, INFO, write_bundle
from unmask.bundles import listing
from unmask.bundles.runtime import BundleError, find_bundles, load_bundle

CROPS = np.zeros((2, 218, 178, 3), np.uint8)


def graph(*nodes: bytes, stored: tuple[bytes, ...] = (), domains: tuple[str, ...] = ("",)) -> bytes:
    """A network of the right form; `nodes` make `maps` of `fields`, or whatever they like."""
    return onnx_graph.model(
        [
            onnx_graph.node("AveragePool", ["pixels"], "fields", kernel_shape=FIELD, strides=FIELD),
            *nodes,
            onnx_graph.node("GlobalAveragePool", ["maps"], "means"),
            onnx_graph.node("Flatten", ["means"], "flat", axis=1),
            onnx_graph.node("Add", ["flat", "bias"], "logits"),
        ],
        [*stored, onnx_graph.tensor("bias", BIAS)],
        [onnx_graph.value("pixels", ["N", 3, 218, 178])],
        [onnx_graph.value("logits", ["N", 3]), onnx_graph.value("maps", ["N", 3, "h", "w"])],
        domains,
    )


def sizes(*values: int) -> bytes:
    return onnx_graph.tensor("sizes", np.array(values, np.float32))


def test_the_graph_of_these_tests_is_a_sound_one(tmp_path: Path) -> None:
    onnx = graph(onnx_graph.node("Neg", ["fields"], "maps"))
    assert load_bundle(write_bundle(tmp_path / "sound", onnx)).run(CROPS).maps.shape[2:] == FIELDS


@pytest.mark.parametrize("place", ["../weights.bin", "weights.bin", "{folder}/weights.bin"])
def test_weights_in_another_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    # Only the graph is hashed, so all that is computed must be in it. Nor may a graph read files:
    # what they hold would come out in the class maps.
    for folder in (tmp_path, tmp_path / "here"):
        folder.mkdir(exist_ok=True)
        (folder / "weights.bin").write_bytes(np.ones(9, np.float32).tobytes())
    monkeypatch.chdir(tmp_path / "here")
    location = place.format(folder=tmp_path)
    elsewhere = onnx_graph.tensor_elsewhere("weights", (3, 3, 1, 1), location)
    onnx = graph(onnx_graph.node("Conv", ["fields", "weights"], "maps"), stored=(elsewhere,))
    with pytest.raises(BundleError, match="bundle `reads` is refused: onnxruntime cannot load"):
        load_bundle(write_bundle(tmp_path / "reads", onnx))


def test_operators_of_a_domain_that_nobody_registered_are_refused(tmp_path: Path) -> None:
    node = onnx_graph.node("Run", ["fields"], "maps", domain="org.example")
    onnx = graph(node, domains=("", "org.example"))
    with pytest.raises(BundleError, match="bundle `foreign` is refused: onnxruntime cannot load"):
        load_bundle(write_bundle(tmp_path / "foreign", onnx))


@pytest.mark.parametrize(("rows", "columns"), [(218, 179), (100_000, 100_000)])
def test_maps_larger_than_a_crop_are_refused(tmp_path: Path, rows: int, columns: int) -> None:
    whole = onnx_graph.node("Cast", ["sizes"], "whole", to=7)
    onnx = graph(whole, onnx_graph.node("Expand", ["means0", "whole"], "maps"),
                 onnx_graph.node("GlobalAveragePool", ["fields"], "means0"),
                 stored=(sizes(1, 1, rows, columns),))  # fmt: skip
    bundle = load_bundle(write_bundle(tmp_path / "large", onnx))
    with pytest.raises(BundleError, match="bundle `large` is refused: its graph"):
        bundle.run(CROPS)


def test_a_file_too_large_to_be_one_of_a_bundle_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_bundle(tmp_path / "large")
    for module, limit, name in (
        (listing, "MAX_GRAPH", "model.onnx"), (listing, "MAX_TEXT", "model.json"),
    ):  # fmt: skip
        size = (folder / name).stat().st_size
        monkeypatch.setattr(module, limit, size)
        load_bundle(folder)
        monkeypatch.setattr(module, limit, size - 1)
        with pytest.raises(BundleError, match=rf"bundle `large` is refused: .*{name} has more"):
            load_bundle(folder)
        monkeypatch.undo()


def test_a_card_of_any_bytes_is_shown_and_cut(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "card")
    (folder / "CARD.md").write_bytes(b"\xff\xfe" + b"x" * listing.MAX_TEXT)
    assert len(find_bundles([tmp_path]).get("card").card) == listing.MAX_TEXT


DEEP = "[" * 100_000


@pytest.mark.parametrize("text", [DEEP, '{"name": ' + DEEP, "9" * 5000, "NaN", "null", "\0"])
def test_no_model_json_hides_the_other_bundles(tmp_path: Path, text: str) -> None:
    write_bundle(tmp_path / "good")
    (write_bundle(tmp_path / "bad") / "model.json").write_text(text)
    found = find_bundles([tmp_path])
    assert list(found.bundles) == ["good"]
    assert list(found.refused) == ["bad"]


@pytest.mark.parametrize(
    "changes",
    [
        {"thresholds": {**INFO["thresholds"], "generated": float("nan")}},
        {"thresholds": {**INFO["thresholds"], "real": float("-inf")}},
        {"thresholds": [0.9, 0.2]},
        {"thresholds": None},
        {"calibration": {"temperature": float("inf"), "bias": 0.0}},
        {"calibration": {"temperature": 1.0, "bias": {}}},
        {"labels": "real"},
        {"labels": [["real"], "stylegan1", "sdxl"]},
        {"labels": {"real": 1}},
        {"families": ["real"]},
        {"figures": {"auc": float("nan")}},
        {"bias": "0.1"},
        {"name": ["tiny"]},
        {"name": "x" * 65},
        {"title": 7},
        {"created": "yesterday"},
        {"sha256": ["0" * 64]},
        {"__class__": "os.system"},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_types_and_numbers_are_refused_by_name(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    folder = write_bundle(tmp_path / "wrong")
    info = {**json.loads((folder / "model.json").read_text()), **changes}
    (folder / "model.json").write_text(json.dumps(info))
    with pytest.raises(BundleError, match="bundle `wrong` is refused"):
        load_bundle(folder)


class _Harmful:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return exec, ("raise SystemExit('unpickled')",)


def test_no_pickle_is_ever_loaded(tmp_path: Path) -> None:
    harm = pickle.dumps(_Harmful())
    good = write_bundle(tmp_path / "good")
    for name in ("model.pkl", "model.pt", "benchmark.json", "CARD.md"):
        (good / name).write_bytes(harm)
    bad = write_bundle(tmp_path / "bad", harm)
    assert hashlib.sha256(harm).hexdigest() in (bad / "model.json").read_text()
    worse = write_bundle(tmp_path / "worse")
    (worse / "model.json").write_bytes(harm)
    code = """
import sys
def hook(event, arguments):
    if event.startswith("pickle."):
        sys.exit("a pickle was loaded")
sys.addaudithook(hook)
from pathlib import Path
import numpy as np
from unmask.bundles.runtime import BundleError, find_bundles, load_bundle
folder = Path(sys.argv[1])
for name in ("bad", "worse"):
    try:
        load_bundle(folder / name)
    except BundleError:
        continue
    sys.exit(f"{name} was loaded")
good = find_bundles([folder]).get("good")
good.card, good.benchmark
load_bundle(good.folder).run(np.zeros((1, 218, 178, 3), np.uint8))
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=60)
