from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from tools.face_checks import covered
from tools.face_checks.covered import CoveredNetwork, cover, example, glasses


@pytest.fixture
def crops() -> tuple[covered.Pixels, covered.Pixels]:
    rng = np.random.default_rng(0)
    one, other = rng.integers(100, 150, (2, 218, 178, 3), dtype=np.uint8)
    return one, other


@pytest.mark.parametrize("name", [*covered.HIDING, *covered.HARMLESS])
def test_what_is_covered_changes_and_the_rest_does_not(
    crops: tuple[covered.Pixels, covered.Pixels], name: str
) -> None:
    corners = (covered.HIDING | covered.HARMLESS)[name]
    middle = np.clip(np.mean(corners, axis=0), 0, (177, 217)).astype(int)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        changed = (cover(crops[0], corners, rng, crops[1]) != crops[0]).any(axis=2)
        x, y = middle
        there = changed[y - 6 : y + 6, x - 6 : x + 6], changed[y - 6 : y + 6, -x - 6 : 184 - x - 6]
        assert max(part.mean() for part in there if part.size) > 0.9, seed
        assert changed.mean() < 0.7, seed


def test_glasses_leave_all_but_the_eyes(crops: tuple[covered.Pixels, covered.Pixels]) -> None:
    changed = (glasses(crops[0], np.random.default_rng(0)) != crops[0]).any(axis=2)
    assert changed.any() and not changed[:60].any() and not changed[130:].any()


def test_examples_are_reduced_and_half_of_them_hidden(
    crops: tuple[covered.Pixels, covered.Pixels],
) -> None:
    rng = np.random.default_rng(0)
    labels = []
    for _ in range(120):
        pixels, hidden = example(crops[0], rng, crops[1])
        assert pixels.shape == (54, 44, 3) and pixels.dtype == np.float32
        assert pixels.min() >= 0 and pixels.max() <= 1
        labels.append(hidden)
    assert 0.35 < np.mean(labels) < 0.65


def test_the_network_reduces_crops_as_examples_are() -> None:
    network = CoveredNetwork().eval()
    crop = torch.rand(2, 3, 218, 178)
    small = crop[:, :, :216, :176].reshape(2, 3, 54, 4, 44, 4).mean(dim=(3, 5))
    torch.testing.assert_close(network(crop), network.of_reduced(small))


def test_learning_writes_a_graph_that_scores_crops(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    covered.learn(dataset, tmp_path / "covered.onnx", rounds=1, batch=8)
    assert "round 1 of 1: loss" in capsys.readouterr().out
    session = onnxruntime.InferenceSession(tmp_path / "covered.onnx")
    (scores,) = session.run(["scores"], {"pixels": np.zeros((3, 3, 218, 178), np.float32)})
    assert np.asarray(scores).shape == (3,) and np.isfinite(scores).all()


def test_the_table_has_a_row_for_each_split_and_each_way_of_covering(dataset: Path) -> None:
    table = covered.measure(dataset, ["validation"])
    rows = [line.split("|")[1].strip() for line in table.splitlines()[4:]]
    assert rows[0] == "validation"
    assert len(rows) == 1 + len(covered.HIDING) + len(covered.HARMLESS) + 1
