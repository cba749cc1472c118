"""Several bundles answer as one, whose maps still add up to its scores."""

from __future__ import annotations

import gc
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_bundle import BIAS, INFO, WEIGHTS, graph, write_bundle
from unmask.bundles import listing, runtime
from unmask.bundles.listing import find_bundles, graphs_of
from unmask.bundles.model import BundleInfo, Member, members_digest
from unmask.bundles.runtime import RefusedBundle, load_bundle, spread

TEMPERATURES = {"red": 0.5, "green": 2.0}


@pytest.fixture(scope="module")
def crops() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (3, 218, 178, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An ensemble of two bundles."""
    write_bundle(tmp_path / "red")
    write_bundle(tmp_path / "green", graph(weights=WEIGHTS[::-1].copy()))
    return write_ensemble(tmp_path / "both", TEMPERATURES)


def write_ensemble(folder: Path, temperatures: dict[str, float]) -> Path:
    members = tuple(
        Member(
            name=name,
            sha256=json.loads((folder.parent / name / "model.json").read_text())["sha256"],
            temperature=temperature,
        )
        for name, temperature in temperatures.items()
    )
    bias = np.mean([BIAS / temperature for temperature in temperatures.values()], axis=0)
    info = {
        **INFO,
        "name": folder.name,
        "sha256": members_digest(members),
        "members": [member.model_dump() for member in members],
        "bias": bias.tolist(),
    }
    folder.mkdir()
    (folder / "model.json").write_text(json.dumps(info))
    return folder


def test_it_says_the_mean_of_what_its_members_say(folder: Path, crops: np.ndarray) -> None:
    scores = load_bundle(folder).run(crops)
    parts = {name: load_bundle(folder.parent / name).run(crops) for name in TEMPERATURES}
    for kind in ("logits", "maps"):
        wanted = sum(getattr(parts[name], kind) / by for name, by in TEMPERATURES.items()) / 2
        np.testing.assert_allclose(getattr(scores, kind), wanted, rtol=1e-5, atol=1e-5)
    assert scores.logits.dtype == scores.maps.dtype == np.float32


def test_the_mean_of_a_map_and_the_bias_is_the_logit(folder: Path, crops: np.ndarray) -> None:
    bundle = load_bundle(folder)
    scores = bundle.run(crops)
    sums = scores.maps.mean(axis=(2, 3)) + np.array(bundle.info.bias)
    np.testing.assert_allclose(sums, scores.logits, atol=1e-4)


@pytest.mark.parametrize("grid", [(7, 6), (14, 12), (13, 11), (3, 5)])
def test_maps_keep_their_mean_on_another_grid(grid: tuple[int, int]) -> None:
    maps = np.random.default_rng(2).normal(size=(2, 3, 7, 6)).astype(np.float32)
    moved = spread(maps, grid)
    assert moved.shape == (2, 3, *grid)
    np.testing.assert_allclose(moved.mean(axis=(2, 3)), maps.mean(axis=(2, 3)), atol=1e-6)


def test_a_field_lies_where_it_lay() -> None:
    maps = np.zeros((1, 1, 2, 2), np.float32)
    maps[0, 0, 0, 1] = 4
    np.testing.assert_allclose(
        spread(maps, (4, 3))[0, 0], [[0, 2, 4], [0, 2, 4], [0, 0, 0], [0, 0, 0]], atol=1e-6
    )


def test_weights_are_held_once(folder: Path) -> None:
    alone = load_bundle(folder.parent / "red", threads=3)
    before = set(runtime._SESSIONS.values())
    both = load_bundle(folder, threads=3)
    assert len(set(runtime._SESSIONS.values()) - before) == 1  # of green alone
    del alone, both, before
    gc.collect()
    assert not [key for key in runtime._SESSIONS if key[1] == 3]


def test_what_it_computes_is_what_its_members_compute(folder: Path) -> None:
    members = [folder.parent / name / "model.onnx" for name in TEMPERATURES]
    assert graphs_of(load_bundle(folder).info, folder) == members
    alone = folder.parent / "red"
    assert graphs_of(load_bundle(alone).info, alone) == members[:1]


def test_it_is_listed_like_any_other(folder: Path) -> None:
    found = find_bundles([folder.parent])
    assert list(found.bundles) == ["both", "green", "red"]
    assert all(one.damage is None for one in found.bundles.values())


def test_while_it_is_made_it_is_not_listed(folder: Path) -> None:
    folder.rename(folder.parent / ".export-both")
    assert list(find_bundles([folder.parent]).bundles) == ["green", "red"]


def test_without_a_member_it_is_refused_by_name(folder: Path) -> None:
    shutil.rmtree(folder.parent / "green")
    with pytest.raises(RefusedBundle, match=r"bundle `both` is refused: its member `green` is nei"):
        load_bundle(folder)
    assert find_bundles([folder.parent]).bundles["both"].damage is not None


def test_with_another_member_it_is_refused_by_name(folder: Path) -> None:
    shutil.rmtree(folder.parent / "green")
    write_bundle(folder.parent / "green", graph(weights=WEIGHTS * 2))
    with pytest.raises(RefusedBundle, match=r"bundle `both` .*is not the `green` that it was made"):
        load_bundle(folder)


def test_of_two_members_of_one_name_the_one_that_fits_is_taken(
    folder: Path, crops: np.ndarray, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = load_bundle(folder).run(crops).logits
    (tmp_path / "shipped").mkdir()
    (folder.parent / "green").rename(tmp_path / "shipped/green")
    monkeypatch.setattr(listing, "SHIPPED", tmp_path / "shipped")
    write_bundle(folder.parent / "green", graph(weights=WEIGHTS * 2))
    np.testing.assert_array_equal(load_bundle(folder).run(crops).logits, before)


def test_with_a_damaged_member_it_is_refused(folder: Path) -> None:
    path = folder.parent / "green/model.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RefusedBundle, match=r"sha256 of .*green"):
        load_bundle(folder)
    assert find_bundles([folder.parent]).bundles["both"].damage is not None


def test_a_member_that_calls_labels_otherwise_is_refused(folder: Path) -> None:
    path = folder.parent / "green/model.json"
    info = json.loads(path.read_text())
    info["families"] |= {"sdxl": "other"}
    path.write_text(json.dumps(info))
    with pytest.raises(RefusedBundle, match="`green` has other labels"):
        load_bundle(folder)


def test_an_ensemble_of_ensembles_is_refused(folder: Path) -> None:
    outer = write_ensemble(folder.parent / "outer", {"red": 1.0, "both": 1.0})
    with pytest.raises(RefusedBundle, match="is not the `both` that it was made of"):
        load_bundle(outer)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("red", 1.0), ("red", 2.0)], "members repeat"),
        ([("both", 1.0)], "name the ensemble itself"),
        ([("../red", 1.0)], "should match pattern"),
        ([("red", 0.0)], "greater than 0"),
    ],
)
def test_members_that_cannot_be_are_refused(members: list[tuple[str, float]], said: str) -> None:
    listed = [
        {"name": name, "sha256": "0" * 64, "temperature": temperature}
        for name, temperature in members
    ]
    with pytest.raises(ValueError, match=said):
        BundleInfo.model_validate({**INFO, "name": "both", "sha256": "0" * 64, "members": listed})


def test_a_list_of_members_that_was_changed_is_refused(folder: Path) -> None:
    path = folder / "model.json"
    info = json.loads(path.read_text())
    info["members"][0]["temperature"] = 0.75
    path.write_text(json.dumps(info))
    with pytest.raises(RefusedBundle, match="sha256 is not that of this list of members"):
        load_bundle(folder)
