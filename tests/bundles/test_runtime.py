from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_bundle import BIAS, INFO, WEIGHTS, expected, graph, write_bundle
from unmask.bundles import runtime
from unmask.bundles.listing import SHIPPED
from unmask.bundles.model import BundleInfo
from unmask.bundles.runtime import (
    MAX_BATCH,
    BundleError,
    FoundBundles,
    NoModel,
    UnknownModel,
    find_bundles,
    load_bundle,
)


@pytest.fixture(scope="module")
def crops() -> np.ndarray:
    shape = (MAX_BATCH + 3, 218, 178, 3)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def test_logits_and_maps_are_those_of_the_network(models_dir: Path, crops: np.ndarray) -> None:
    scores = load_bundle(models_dir / "tiny").run(crops[:2])
    assert scores.logits.dtype == scores.maps.dtype == np.float32
    for crop, logits, maps in zip(crops[:2], scores.logits, scores.maps, strict=True):
        wanted_logits, wanted_maps = expected(crop)
        np.testing.assert_allclose(logits, wanted_logits, atol=1e-4)
        np.testing.assert_allclose(maps, wanted_maps, atol=1e-4)


def test_red_comes_first(models_dir: Path) -> None:
    red = np.zeros((1, 218, 178, 3), dtype=np.uint8)
    red[..., 0] = 255
    logits = load_bundle(models_dir / "tiny").run(red).logits[0]
    np.testing.assert_allclose(logits, WEIGHTS[:, 0] + BIAS, atol=1e-4)


def test_the_mean_of_a_map_and_the_bias_is_the_logit(models_dir: Path, crops: np.ndarray) -> None:
    bundle = load_bundle(models_dir / "tiny")
    scores = bundle.run(crops[:3])
    sums = scores.maps.mean(axis=(2, 3)) + np.array(bundle.info.bias)
    np.testing.assert_allclose(sums, scores.logits, atol=1e-4)


def test_many_crops_are_scored_in_batches_as_each_alone(
    models_dir: Path, crops: np.ndarray
) -> None:
    bundle = load_bundle(models_dir / "tiny", threads=1)
    together = bundle.run(crops)
    assert len(together.logits) == len(together.maps) == len(crops) > MAX_BATCH
    for index in (0, MAX_BATCH - 1, MAX_BATCH, len(crops) - 1):
        alone = bundle.run(crops[index : index + 1])
        np.testing.assert_allclose(together.logits[index], alone.logits[0], atol=1e-5)
        np.testing.assert_allclose(together.maps[index], alone.maps[0], atol=1e-5)


def test_a_bundle_answers_the_same_from_many_threads(models_dir: Path, crops: np.ndarray) -> None:
    bundle = load_bundle(models_dir / "tiny")
    wanted = bundle.run(crops[:4]).logits
    answers: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: answers.append(bundle.run(crops[:4]).logits))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(np.array_equal(answer, wanted) for answer in answers)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((1, 178, 218, 3), np.uint8),
        np.zeros((1, 218, 178, 3), np.float32),
        np.zeros((218, 178, 3), np.uint8),
        np.zeros((0, 218, 178, 3), np.uint8),
    ],
    ids=["turned", "float", "no batch", "empty"],
)
def test_crops_of_another_kind_are_refused(models_dir: Path, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="218, 178, 3"):
        load_bundle(models_dir / "tiny").run(wrong)


def test_a_changed_graph_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "changed")
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(BundleError, match=r"bundle `changed` is refused: sha256 .* Copy"):
        load_bundle(folder)


def test_a_graph_without_a_sound_end_is_refused(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "cut", graph()[:-40])
    with pytest.raises(BundleError, match=r"bundle `cut` is refused: onnxruntime cannot load"):
        load_bundle(folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"input": "x"}, "must have the input `pixels`"),
        ({"logits": "scores"}, "outputs `logits` and `maps`"),
        ({"shape": (224, 224)}, r"`pixels` of its graph has the shape \['N', 3, 224, 224\]"),
        ({"weights": WEIGHTS[:2]}, r"`logits` of its graph has the shape \['N', 2\]"),
        ({"batch": 1}, "fixed batch size"),
    ],
)
def test_another_graph_is_refused_by_name(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    folder = write_bundle(tmp_path / "other", graph(**changes))
    with pytest.raises(BundleError, match=rf"bundle `other` is refused: .*{said}"):
        load_bundle(folder)


def test_a_graph_that_returns_no_numbers_is_refused(tmp_path: Path, crops: np.ndarray) -> None:
    nowhere = np.full_like(WEIGHTS, np.nan)
    bundle = load_bundle(write_bundle(tmp_path / "nan", graph(weights=nowhere)))
    with pytest.raises(BundleError, match="not finite"):
        bundle.run(crops[:1])


def test_a_missing_graph_is_refused_by_name(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "half")
    (folder / "model.onnx").unlink()
    with pytest.raises(BundleError, match=r"bundle `half` is refused: cannot read"):
        load_bundle(folder)


def test_wrong_labels_are_refused_by_name(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "named", labels=["stylegan1", "real", "sdxl"])
    with pytest.raises(BundleError, match=r"bundle `named` is refused.*first label must be `real`"):
        load_bundle(folder)


@pytest.mark.parametrize("text", ["{", "[]", '"model"', "\xff"])
def test_a_broken_model_json_is_refused_by_name(tmp_path: Path, text: str) -> None:
    folder = write_bundle(tmp_path / "broken")
    (folder / "model.json").write_text(text, encoding="latin-1")
    with pytest.raises(BundleError, match="bundle `broken` is refused"):
        load_bundle(folder)


def test_the_card_is_read_and_may_be_missing(tmp_path: Path) -> None:
    assert load_bundle(write_bundle(tmp_path / "with")).card.startswith("# Tiny")
    assert load_bundle(write_bundle(tmp_path / "without", card=False)).card == ""


def test_a_bundle_of_before_there_were_limits_is_read(tmp_path: Path) -> None:
    info = {name: value for name, value in INFO.items() if name not in ("limits", "question")}
    read = BundleInfo.model_validate(info | {"sha256": "0" * 64})
    assert read.limits == () and read.question == "synthesis"


def test_every_bundle_that_ships_says_its_limits() -> None:
    shipped = find_bundles([SHIPPED]).bundles.values()
    assert shipped
    for bundle in shipped:
        assert len(bundle.info.limits) >= 5
        assert all(one in " ".join(bundle.card.split()) for one in bundle.info.limits)


def test_bundles_are_found_by_the_name_in_them(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b")
    write_bundle(tmp_path / "folder", name="a")
    (tmp_path / "no-bundle").mkdir()
    found = find_bundles([tmp_path, tmp_path / "missing"])
    assert list(found.bundles) == ["a", "b"]
    assert found.get("a").folder == tmp_path / "folder"
    assert not found.refused


def test_finding_reads_no_graph(tmp_path: Path) -> None:
    (write_bundle(tmp_path / "a") / "model.onnx").unlink()
    assert list(find_bundles([tmp_path]).bundles) == ["a"]


def test_of_two_bundles_of_one_name_the_later_folder_counts(tmp_path: Path) -> None:
    write_bundle(tmp_path / "one/a", title="first")
    write_bundle(tmp_path / "two/a", title="second")
    found = find_bundles([tmp_path / "one", tmp_path / "two"])
    assert found.get("a").info.title == "second"


def test_a_damaged_bundle_hides_no_other_and_is_named_when_asked_for(tmp_path: Path) -> None:
    write_bundle(tmp_path / "good")
    (write_bundle(tmp_path / "bad") / "model.json").write_text("{")
    found = find_bundles([tmp_path])
    assert list(found.bundles) == ["good"]
    with pytest.raises(BundleError, match="bundle `bad` is refused"):
        found.get("bad")


def test_the_default_is_efficientnet_source_else_the_first_by_name(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b")
    write_bundle(tmp_path / "a")
    assert find_bundles([tmp_path]).default() == "a"
    write_bundle(tmp_path / "efficientnet-source")
    found = find_bundles([tmp_path])
    assert found.default() == "efficientnet-source"
    assert found.default("b") == "b"


def test_an_unknown_name_is_answered_with_those_that_are_there(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a")
    for ask, error in ((FoundBundles.get, UnknownModel), (FoundBundles.default, NoModel)):
        with pytest.raises(error, match="no model `x`; choose one of: a"):
            ask(find_bundles([tmp_path]), "x")
    with pytest.raises(NoModel, match="UNMASK_MODELS_DIR"):
        find_bundles([tmp_path / "missing"]).default()


def test_every_bundle_that_ships_can_be_loaded() -> None:
    for name, listed in find_bundles([runtime.SHIPPED]).bundles.items():
        bundle = load_bundle(listed.folder)
        assert bundle.info.name == name == listed.folder.name
        assert bundle.card
        crops = np.random.default_rng(0).integers(0, 256, (2, 218, 178, 3), dtype=np.uint8)
        scores = bundle.run(crops)
        sums = scores.maps.mean(axis=(2, 3)) + np.array(bundle.info.bias)
        np.testing.assert_allclose(sums, scores.logits, rtol=1e-3, atol=1e-3)
        assert json.loads((listed.folder / "model.json").read_bytes())["schema"] == 1
