"""Augmentation, sampling, settings, and the quicker backward pass."""

from __future__ import annotations

import copy
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from pydantic import ValidationError

from unmask.cli.main import run
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.manifest import CropTable
from unmask.networks import list_networks
from unmask.training import config
from unmask.training.augmentation import AUGMENTATIONS, cut, jitter, web
from unmask.training.config import TrainConfig, list_recipes, make_config, read_recipe
from unmask.training.data import Balanced, CropDataset
from unmask.training.depthwise import speed_up_depthwise
from unmask.training.trainer import _windows

CROP = np.random.default_rng(0).integers(0, 256, (218, 178, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_augmentation_keeps_shape_and_input_and_follows_its_draws(name: str) -> None:
    augmentation = AUGMENTATIONS[name]  # type: ignore[index]
    before = CROP.copy()
    results = [augmentation(CROP, np.random.default_rng(seed)) for seed in range(40)]
    assert {(one.shape, one.dtype) for one in results} == {(CROP.shape, CROP.dtype)}
    assert np.array_equal(CROP, before)
    again = augmentation(CROP, np.random.default_rng(3))
    assert np.array_equal(again, results[3])
    assert len({one.tobytes() for one in results}) > 1


def test_web_leaves_some_crops_as_they_are_but_for_mirroring() -> None:
    same = sum(
        np.array_equal(one, CROP) or np.array_equal(one, CROP[:, ::-1])
        for one in (web(CROP, np.random.default_rng(seed)) for seed in range(200))
    )
    assert 30 < same < 75


def test_jitter_moves_little_and_cut_keeps_the_middle() -> None:
    smooth = np.tile(np.linspace(0, 255, 178)[None, :, None], (218, 1, 3)).astype(np.uint8)
    moved = jitter(smooth, np.random.default_rng(0)).astype(int)
    assert 0 < np.abs(moved - smooth)[60:160, 50:130].max() < 40
    middle = (slice(60, 150), slice(50, 130))
    assert np.array_equal(cut(CROP, np.random.default_rng(1))[middle], CROP[middle])


def table(counts: dict[tuple[int, str], int]) -> CropTable:
    cells = [cell for cell, count in counts.items() for _ in range(count)]
    return CropTable(
        files=[Path()] * len(cells),
        targets=np.array([target for target, _ in cells]),
        collections=[collection for _, collection in cells],
        labels=("real", "one", "two"),
    )


COUNTS = {(0, "large"): 6000, (0, "small"): 600, (1, "one"): 1200, (2, "two"): 300}


def shares(sampler: Balanced) -> dict[tuple[int, str], float]:
    cells = [cell for cell, count in COUNTS.items() for _ in range(count)]
    drawn = Counter(cells[row] for row, _ in sampler)
    return {cell: drawn[cell] / len(sampler) for cell in COUNTS}


def test_classes_are_drawn_alike() -> None:
    found = shares(Balanced(table(COUNTS), seed=0))
    assert found[0, "large"] + found[0, "small"] == pytest.approx(1 / 3, abs=0.02)
    assert found[2, "two"] == pytest.approx(1 / 3, abs=0.02)
    assert found[0, "large"] == pytest.approx(10 * found[0, "small"], rel=0.3)


def test_collections_are_drawn_alike_and_real_crops_as_often_as_asked() -> None:
    sampler = Balanced(table(COUNTS), seed=0, real_share=0.5, balance_collections=True)
    found = shares(sampler)
    assert found[0, "large"] == pytest.approx(0.25, abs=0.02)
    assert found[0, "small"] == pytest.approx(0.25, abs=0.02)
    assert found[1, "one"] == pytest.approx(0.25, abs=0.02)


def test_every_epoch_draws_another_set_and_the_same_epoch_the_same() -> None:
    sampler = Balanced(table(COUNTS), seed=0)
    first = list(sampler)
    assert list(sampler) == first
    sampler.epoch = 1
    assert list(sampler) != first


def test_a_draw_decides_what_a_crop_goes_through(dataset: Path) -> None:
    files = sorted(dataset.glob("crops/*.png"))[:1]
    crops = CropDataset(CropTable(files, np.zeros(1, dtype=np.int64), ["a"], ("real",)), web, 7)
    views = [crops[0, draw][0] for draw in range(6)]
    assert all(torch.equal(crops[0, draw][0], view) for draw, view in enumerate(views))
    assert any(not torch.equal(views[0], view) for view in views[1:])


def test_settings_take_precedence_in_the_written_order() -> None:
    assert make_config("reference").learning_rate == 1e-4
    assert make_config("robust").learning_rate == 5e-4
    stored = make_config("robust", {"real_share": None, "epochs": 3}, {"epochs": 4})
    assert (stored.real_share, stored.epochs) == (None, 4)
    flagged = make_config("robust", {"learning_rate": 0.1}, {"learning_rate": 0.2})
    assert flagged.learning_rate == 0.2


# What a recipe does not say: what is trained, on what, by whom and from where.
NOT_OF_A_RECIPE = {
    "network", "task", "recipe", "leave_out", "without", "data", "weights", "teacher", "seed",
    "workers",
}  # fmt: skip


def recipe_files() -> list[Path]:
    return sorted((Path(config.__file__).parent / "recipes").glob("*/*.toml"))


def test_every_recipe_has_a_file_a_network() -> None:
    assert list_recipes() == ["reference", "robust"]
    names = {path.stem.removesuffix("-binary") for path in recipe_files()}
    assert names == set(list_networks()) - {"tiny"}
    for recipe in list_recipes():
        with pytest.raises(KeyError):
            read_recipe(f"{recipe}s", "vit", "source")


@pytest.mark.parametrize("path", recipe_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recipe_is_valid_and_whole(path: Path) -> None:
    settings = tomllib.loads(path.read_text("utf-8"))
    # TOML has no null: what is left out is what is null by default.
    optional = {name for name, field in TrainConfig.model_fields.items() if field.default is None}
    assert set(TrainConfig.model_fields) - NOT_OF_A_RECIPE - optional <= set(settings)
    assert not set(settings) & NOT_OF_A_RECIPE
    network = path.stem.removesuffix("-binary")
    task = "binary" if path.stem.endswith("-binary") else "source"
    recipe = path.parent.name
    effective = make_config(recipe, {"network": network, "task": task})
    assert settings.items() <= effective.model_dump().items()
    assert (effective.network, effective.task, effective.recipe) == (network, task, recipe)


def test_a_network_without_a_recipe_of_its_own_is_trained_as_the_default_one() -> None:
    for recipe in list_recipes():
        new, default = (
            make_config(recipe, {"network": name, "task": "binary"})
            for name in ("tiny", "efficientnet")
        )
        assert new == default.model_copy(update={"network": "tiny"})


def test_misspelt_and_impossible_settings_are_refused() -> None:
    with pytest.raises(ValidationError, match="learning_rat"):
        make_config("reference", {"learning_rat": 0.1})
    with pytest.raises(ValidationError, match="epochs"):
        make_config("reference", {"epochs": 0})
    for name, value in {"seed": -1, "window": 200}.items():
        with pytest.raises(ValidationError, match=name):
            make_config("reference", {name: value})


def test_the_settings_of_a_run_repeat_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[TrainConfig] = []
    monkeypatch.setattr(
        "unmask.cli.train.run_training", lambda config, *_, **__: told.append(config)
    )
    stored = make_config("reference", {"network": "vit", "task": "binary", "whole_epochs": 2})
    path = tmp_path / "config.json"
    path.write_text(stored.model_dump_json(), "utf-8")
    assert run(["train", "--config", str(path)]) == 0
    assert told.pop() == stored  # real_share, which `robust` sets, stays null
    assert run(["train", "--config", str(path), "--seed", "3"]) == 0
    assert told.pop() == stored.model_copy(update={"seed": 3})
    path.write_text('{"recipe": "reference"}', "utf-8")
    assert run(["train", "--config", str(path)]) == 0
    assert told.pop().optimiser == "adam"
    assert run(["train", "--config", str(path), "--recipe", "robust"]) == 0
    assert (told[0].recipe, told.pop().optimiser) == ("robust", "adamw")
    own = tmp_path / "own.toml"
    own.write_text(Path(recipe_files()[-1]).read_text("utf-8") + "learning_rate = 3e-3\n", "utf-8")
    assert run(["train", "vit", "--config", str(own)]) == 2  # twice, which TOML forbids
    own.write_text(own.read_text("utf-8").replace("learning_rate = 0.0008\n", ""), "utf-8")
    assert run(["train", "vit", "--config", str(own), "--epochs", "2"]) == 0
    assert (told[0].learning_rate, told[0].patches, told.pop().epochs) == (3e-3, 0.5, 2)
    capsys.readouterr()
    for content, said in {
        b"[1]": "no JSON object",
        b"\xff": "cannot be read",
        b"{": "cannot be read",
        b'{"recipe": ["x"]}': "no recipe ['x']; there are: reference, robust",
        b'{"epochs": null}': "setting epochs=None",
    }.items():
        path.write_bytes(content)
        assert run(["train", "--config", str(path)]) == 2
        assert said in capsys.readouterr().err
    assert not told


def test_fingerprint_tells_settings_apart() -> None:
    assert TrainConfig().fingerprint() == TrainConfig().fingerprint()
    assert TrainConfig().fingerprint() != TrainConfig(seed=1).fingerprint()


def test_reference_recipe_is_that_of_the_reference_experiments() -> None:
    reference = make_config("reference")
    assert (reference.batch_size, reference.optimiser, reference.learning_rate) == (
        32,
        "adam",
        1e-4,
    )
    assert 10 <= reference.epochs <= 15


def test_reference_recipe_of_the_binary_task_uses_adagrad() -> None:
    assert make_config("reference", {"task": "binary"}).optimiser == "adagrad"
    assert make_config("reference", {"task": "binary", "optimiser": "adam"}).optimiser == "adam"
    assert make_config("robust", {"task": "binary"}).optimiser == "adamw"


def test_resnet50_starts_from_scratch_unless_asked() -> None:
    assert make_config("robust", {"network": "efficientnet"}).pretrained
    assert not make_config("robust", {"network": "resnet50"}).pretrained
    assert make_config("robust", {"network": "resnet50", "pretrained": True}).pretrained


def test_recipe_does_otherwise_for_a_network_that_asks_for_it_and_flags_win() -> None:
    assert make_config("robust", {"network": "vit"}).patches == 0.5
    assert make_config("robust", {"network": "vit"}, {"patches": 0.7}).patches == 0.7
    assert make_config("reference", {"network": "vit"}).patches == 0.2
    assert make_config("robust").patches == make_config("reference").patches == 1.0


def test_windows_are_squares_cut_out_of_their_own_crops() -> None:
    rows, columns = torch.meshgrid(torch.arange(218), torch.arange(178), indexing="ij")
    crops = torch.stack([rows, columns, torch.full_like(rows, 1)]).repeat(6, 1, 1, 1)
    crops[:, 2] *= torch.arange(6)[:, None, None]
    torch.manual_seed(0)
    windows = _windows(crops, 64)
    assert windows.shape == (6, 3, 64, 64)
    corners = {tuple(window[:2, 0, 0].tolist()) for window in windows}
    assert len(corners) > 3
    for number, window in enumerate(windows):
        assert (window[2] == number).all()
        assert (window[0] - window[0, 0, 0] == rows[:64, :64]).all()
        assert (window[1] - window[1, 0, 0] == columns[:64, :64]).all()


def test_table_without_a_label_keeps_the_others_in_order() -> None:
    whole = table({(0, "a"): 2, (1, "b"): 3, (2, "c"): 1})
    less = whole.without(["one"])
    assert less.targets.tolist() == [0, 0, 2]
    assert less.collections == ["a", "a", "c"]
    assert less.labels == whole.labels
    with pytest.raises(DatasetError, match=r"no label three.*real, one, two"):
        whole.without(["three"])


def test_quick_backward_pass_has_the_gradients_of_the_slow_one() -> None:
    torch.manual_seed(0)
    slow = timm.create_model("tf_efficientnet_lite0", num_classes=3).eval().double()
    quick = copy.deepcopy(slow)
    assert speed_up_depthwise(quick) == 16
    assert list(quick.state_dict()) == list(slow.state_dict())
    pixels = torch.rand(2, 3, 75, 61, dtype=torch.float64)
    for network in (slow, copy.deepcopy(quick), quick):
        network(pixels).square().sum().backward()
    for expected, found in zip(slow.parameters(), quick.parameters(), strict=True):
        assert expected.grad is not None and found.grad is not None
        # The weights' gradient of wide kernels is summed in single precision.
        assert torch.allclose(
            found.grad, expected.grad, rtol=1e-4, atol=1e-5 * expected.grad.abs().max()
        )
