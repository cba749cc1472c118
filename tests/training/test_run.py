from __future__ import annotations

import copy
import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from unmask.bundles.listing import read_info
from unmask.bundles.runtime import load_bundle
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.identity import read_identity
from unmask.dataset.manifest import MANIFEST, SPLITS, Split, read_crop, read_crops
from unmask.making import export
from unmask.making.export import ExportError, export_run
from unmask.making.map_scale import fit_map_scale, score_with_peaks
from unmask.networks import NetworkError, PooledNetwork, registry
from unmask.progress import Track
from unmask.training.checkpoints import DATASET, LAST, RunError, load_best
from unmask.training.config import TrainConfig
from unmask.training.loop import train
from unmask.training.run import MLFLOW_RUN, run_training
from unmask.training.tracking import TrackingError
from unmask.training.trainer import Trainer


@pytest.fixture
def untracked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where mlflow is not installed."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "mlflow" else find(name)
    )


def learned(config: TrainConfig) -> TrainConfig:
    return config.model_copy(update={"epochs": 12})


def test_training_learns_and_the_bundle_that_is_exported_knows_it(
    config: TrainConfig, tmp_path: Path, untracked: None
) -> None:
    said: list[str] = []
    figures = run_training(learned(config), tmp_path / "run", say=said.append)
    assert figures["test_accuracy"] > 0.9
    assert any("mlflow is not installed" in line for line in said)

    info = export_run(tmp_path / "run", tmp_path / "bundle")
    bundle = load_bundle(tmp_path / "bundle")
    table = read_crops(config.data, "test", "source")
    scores = bundle.run(np.stack([read_crop(path) for path in table.files]))
    assert (scores.logits.argmax(axis=1) == table.targets).mean() == info.figures["accuracy"]
    assert info.figures["accuracy"] == pytest.approx(figures["test_accuracy"], abs=1e-4)
    summed = scores.maps.mean(axis=(2, 3)) + np.array(info.bias)
    assert np.allclose(summed, scores.logits, rtol=1e-4, atol=1e-4)
    assert info.labels == ("real", "striped", "dotted")
    validation = read_crops(config.data, "validation", "source")
    seen = score_with_peaks(bundle, validation.files)
    assert info.map_scale == fit_map_scale(seen.peaks, validation.targets)
    assert "Terms" in bundle.card and f"{info.figures['auc']:.4f}" in bundle.card


def test_a_teacher_is_part_of_the_loss_and_stays_as_it_is(
    config: TrainConfig, tmp_path: Path
) -> None:
    train(config, tmp_path / "teacher")
    before = load_best(tmp_path / "teacher")[0].state_dict()
    alone = train(config.model_copy(update={"seed": 1}), tmp_path / "alone")
    taught = train(
        config.model_copy(update={"seed": 1, "teacher": tmp_path / "teacher"}), tmp_path / "taught"
    )
    assert taught.history[0]["loss"] > alone.history[0]["loss"] + 0.5
    state = torch.load(tmp_path / "taught" / LAST, weights_only=True)["teacher"]
    for name, tensor in before.items():
        assert torch.equal(state[f"network.{name}"], tensor), name


def test_a_teacher_that_is_not_there_or_knows_other_labels_is_refused(
    config: TrainConfig, tmp_path: Path
) -> None:
    with pytest.raises(NetworkError, match=r"no trained run in .*nowhere"):
        train(config.model_copy(update={"teacher": tmp_path / "nowhere"}), tmp_path / "run")
    train(config.model_copy(update={"task": "binary"}), tmp_path / "teacher")
    with pytest.raises(NetworkError, match="needs one for real, striped, dotted"):
        train(config.model_copy(update={"teacher": tmp_path / "teacher"}), tmp_path / "run")


class Patches(torch.nn.Conv2d):
    """A transformer's backbone: it can see a share of its patches."""

    def of_some(self, pixels: torch.Tensor, share: float) -> torch.Tensor:
        features = self(pixels).flatten(2)
        return features[:, :, : round(share * features.shape[2])].unsqueeze(2)


def test_parts_of_crops_are_shown_only_to_networks_that_can_see_them(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def patches(classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
        half = (0.5, 0.5, 0.5)
        backbone = Patches(3, 8, 16, 16)
        return PooledNetwork(backbone, 8, classes, title="Patches", mean=half, std=half)

    monkeypatch.setitem(registry._entries, "patches", registry._Entry(patches, "none", ()))
    some = {"patches": 0.5, "epochs": 1}
    with pytest.raises(NetworkError, match="tiny has no patches to leave out"):
        train(config.model_copy(update=some), tmp_path / "run")
    transformer = config.model_copy(update={"network": "patches", **some})
    with pytest.raises(NetworkError, match="patches sees whole crops alone"):
        train(transformer.model_copy(update={"window": 96}), tmp_path / "run")
    train(transformer, tmp_path / "transformer")
    with pytest.raises(NetworkError, match=r"the teacher in .* sees whole crops alone"):
        taught = {"teacher": tmp_path / "transformer", "window": 96}
        train(config.model_copy(update=taught), tmp_path / "run")
    train(config.model_copy(update={"epochs": 1}), tmp_path / "teacher")
    with pytest.raises(NetworkError, match="what a teacher sees lies on a grid"):
        train(transformer.model_copy(update={"teacher": tmp_path / "teacher"}), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_batch_that_is_never_full_is_refused(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="has 24 crops, which is no whole batch of 25"):
        train(config.model_copy(update={"batch_size": 25}), tmp_path / "run")


@pytest.mark.parametrize("taught", [False, True])
def test_a_run_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    config: TrainConfig, tmp_path: Path, taught: bool
) -> None:
    if taught:
        train(config, tmp_path / "teacher")
        config = config.model_copy(update={"teacher": tmp_path / "teacher", "seed": 1})
    whole = train(config, tmp_path / "whole")

    class Killed(Exception):
        pass

    def kill(figures: dict[str, float]) -> None:
        if figures["epoch"] == 2:
            raise Killed

    with pytest.raises(Killed):
        train(config, tmp_path / "killed", on_epoch=kill)
    resumed: list[float] = []
    again = train(config, tmp_path / "killed", on_epoch=lambda one: resumed.append(one["epoch"]))
    assert resumed == [3]
    assert again.history == whole.history
    for ours, theirs in zip(
        again.network.state_dict().values(), whole.network.state_dict().values(), strict=True
    ):
        assert torch.equal(ours, theirs)


def test_the_best_epoch_is_kept_not_the_last(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    selections = iter([0.5, 0.9, 0.1])
    original = Trainer.epoch
    kept: list[dict[str, torch.Tensor]] = []

    def epoch(self: Trainer, number: int, track: Track) -> dict[str, float]:
        figures = original(self, number, track) | {"selection": next(selections)}
        kept.append({key: value.clone() for key, value in self.kept().state_dict().items()})
        return figures

    monkeypatch.setattr(Trainer, "epoch", epoch)
    train(config, tmp_path / "run")
    best, _ = load_best(tmp_path / "run")
    assert all(torch.equal(value, kept[1][key]) for key, value in best.state_dict().items())
    assert not all(torch.equal(value, kept[2][key]) for key, value in best.state_dict().items())


def test_training_stops_when_patience_is_out(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Trainer.epoch

    def worse(self: Trainer, number: int, track: Track) -> dict[str, float]:
        return original(self, number, track) | {"selection": 1.0 / (number + 1)}

    monkeypatch.setattr(Trainer, "epoch", worse)
    patient = config.model_copy(update={"epochs": 8, "patience": 2})
    assert len(train(patient, tmp_path / "run").history) == 3


def test_windows_whole_epochs_and_seldom_validation_train_and_resume_alike(
    config: TrainConfig, tmp_path: Path
) -> None:
    seldom = config.model_copy(
        update={"window": 96, "whole_epochs": 1, "validate_every": 2, "epochs": 3}
    )
    history = train(seldom, tmp_path / "run").history
    assert ["selection" in entry for entry in history] == [False, True, True]
    assert len(train(seldom, tmp_path / "run").history) == 3


def test_a_run_can_start_from_another_one(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(config.model_copy(update={"epochs": 1}), tmp_path / "first")
    before, _ = load_best(tmp_path / "first")
    started: list[torch.nn.Module] = []
    original = Trainer.epoch

    def epoch(self: Trainer, number: int, track: Track) -> dict[str, float]:
        started.append(copy.deepcopy(self.network.backbone))
        return original(self, number, track)

    monkeypatch.setattr(Trainer, "epoch", epoch)
    second = config.model_copy(
        update={"epochs": 1, "task": "binary", "weights": tmp_path / "first"}
    )
    assert train(second, tmp_path / "second").labels == ("real", "generated")
    for key, value in before.backbone.state_dict().items():
        assert torch.equal(started[0].state_dict()[key], value)
    train(second.model_copy(update={"epochs": 2}), tmp_path / "second")  # as it was left, not anew
    kept = [next(one.parameters()) for one in (before.backbone, started[1])]
    assert not torch.equal(*kept)
    export_run(tmp_path / "second", tmp_path / "bundle", name="second")
    card = (tmp_path / "bundle/CARD.md").read_text("utf-8")
    assert ", weights first, " in card and str(tmp_path) not in card

    (tmp_path / "none").mkdir()
    with pytest.raises(NetworkError, match=r"no trained run in .*none to start from"):
        train(second.model_copy(update={"weights": tmp_path / "none"}), tmp_path / "x")
    with pytest.raises(NetworkError, match="another network than tracenet"):
        train(second.model_copy(update={"network": "tracenet"}), tmp_path / "x")


def test_first_epochs_see_crops_as_they_are(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    crops = {
        read_crop(path).tobytes() for path in read_crops(config.data, "train", config.task).files
    }
    original = Trainer._step

    def step(self: Trainer, pixels: torch.Tensor, targets: torch.Tensor, patches: float) -> float:
        both = [pixels, pixels.flip(3)]
        rows = [view.permute(0, 2, 3, 1).contiguous().numpy() for view in both]
        seen.append(all({a.tobytes(), b.tobytes()} & crops for a, b in zip(*rows, strict=True)))
        return original(self, pixels, targets, patches)

    monkeypatch.setattr(Trainer, "_step", step)
    web = {"augmentation": "web", "epochs": 2, "clean_epochs": 1}
    train(config.model_copy(update=web), tmp_path / "run")
    assert seen[0] and not seen[-1]
    assert seen == sorted(seen, reverse=True)


def test_label_that_was_left_out_is_never_trained_on_but_measured(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, set[Path]] = {"": set()}

    def reads(path: Path) -> np.ndarray:
        seen[""].add(path)
        return read_crop(path)

    def scores(original: Callable[..., Any]) -> Callable[..., Any]:
        def score(bundle: Any, files: list[Path], *, text: str, **more: Any) -> Any:
            seen[text] = set(files)
            return original(bundle, files, text=text, **more)

        return score

    monkeypatch.setattr("unmask.training.data.read_crop", reads)
    monkeypatch.setattr(export, "score_crops", scores(export.score_crops))
    monkeypatch.setattr(export, "score_with_peaks", scores(export.score_with_peaks))
    less = config.model_copy(update={"leave_out": ("dotted",)})
    train(less, tmp_path / "run")
    info = export_run(tmp_path / "run", tmp_path / "bundle")
    assert info.labels == ("real", "striped", "dotted")
    assert info.left_out == ("dotted",)
    test = read_crops(config.data, "test", config.task)
    assert seen.pop("test") == set(test.files)
    unknown = [
        file
        for split in SPLITS[:2]
        for file, target in zip(*_files(config.data, split), strict=True)
        if target == 2
    ]
    assert len(seen) == 3 and all(seen.values()) and not set(unknown) & set.union(*seen.values())
    card = (tmp_path / "bundle" / "CARD.md").read_text("utf-8")
    assert "never trained, calibrated or chosen on, and neither was any crop of dotted." in card


def _files(data: Path, split: Split) -> tuple[list[Path], list[int]]:
    table = read_crops(data, split, "source")
    return table.files, table.targets.tolist()


def test_binary_task_has_two_labels(config: TrainConfig, tmp_path: Path) -> None:
    binary = config.model_copy(update={"task": "binary", "epochs": 1, "optimiser": "adagrad"})
    result = train(binary, tmp_path / "run")
    assert result.labels == ("real", "generated")
    info = export_run(tmp_path / "run", tmp_path / "bundle", name="tiny-binary")
    assert info.task == "binary"
    assert info.families == {"real": "real", "generated": "generated"}


def test_folder_of_another_run_is_refused(
    config: TrainConfig, tmp_path: Path, untracked: None
) -> None:
    one = config.model_copy(update={"epochs": 1})
    run_training(one, tmp_path / "run")
    run_training(one.model_copy(update={"workers": 1}), tmp_path / "run")
    with pytest.raises(RunError, match="other settings"):
        run_training(one.model_copy(update={"seed": 1}), tmp_path / "run")


def test_mlflow_holds_parameters_metrics_and_files(config: TrainConfig, tmp_path: Path) -> None:
    mlflow = pytest.importorskip("mlflow")
    run_training(config.model_copy(update={"epochs": 2}), tmp_path / "runs" / "one")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}")
    run_id = (tmp_path / "runs" / "one" / MLFLOW_RUN).read_text().strip()
    run = mlflow.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["network"] == "tiny"
    assert run.data.params["dataset"] == "0" * 64
    assert run.data.params["commit"]
    assert "test_accuracy" in run.data.metrics
    history = mlflow.MlflowClient().get_metric_history(run_id, "loss")
    assert [point.step for point in history] == [1, 2]
    files = {file.path for file in mlflow.MlflowClient().list_artifacts(run_id)}
    assert {"confusion-matrix.png", "config.json", "history.jsonl"} <= files

    info = export_run(tmp_path / "runs" / "one", tmp_path / "bundle")
    assert info.run == run_id
    kept = {file.path for file in mlflow.MlflowClient().list_artifacts(run_id, "bundle")}
    assert kept == {"bundle/CARD.md", "bundle/model.json", "bundle/model.onnx"}
    after = mlflow.get_run(run_id)
    assert after.data.metrics["bundle_auc"] == info.figures["auc"]
    assert (after.info.status, after.info.end_time) == (run.info.status, run.info.end_time)

    (tmp_path / "runs" / "mlflow.db").rename(tmp_path / "elsewhere.db")
    said: list[str] = []
    assert export_run(tmp_path / "runs" / "one", tmp_path / "bundle", say=said.append) == info
    assert len(said) == 1 and "was not put into its MLflow run: there is no MLflow st" in said[0]
    assert not (tmp_path / "runs" / "mlflow.db").exists()


def test_what_failed_before_it_began_is_another_run_in_mlflow(
    config: TrainConfig, tmp_path: Path
) -> None:
    mlflow = pytest.importorskip("mlflow")
    nowhere = config.model_copy(update={"data": tmp_path / "nowhere", "epochs": 9})
    with pytest.raises(DatasetError):
        run_training(nowhere, tmp_path / "runs" / "one")
    failed = (tmp_path / "runs" / "one" / MLFLOW_RUN).read_text().strip()
    run_training(config.model_copy(update={"epochs": 1}), tmp_path / "runs" / "one")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}")
    assert mlflow.get_run(failed).info.status == "FAILED"
    run = mlflow.get_run((tmp_path / "runs" / "one" / MLFLOW_RUN).read_text().strip())
    assert run.info.status == "FINISHED"
    assert (run.data.params["epochs"], run.data.params["dataset"]) == ("1", "0" * 64)


def test_a_run_that_mlflow_has_lost_is_told_in_one_line(
    config: TrainConfig, tmp_path: Path
) -> None:
    pytest.importorskip("mlflow")
    one = config.model_copy(update={"epochs": 1})
    run_training(one, tmp_path / "runs" / "one")
    (tmp_path / "runs" / "one" / MLFLOW_RUN).write_text("0" * 32)
    with pytest.raises(TrackingError, match=r"MLflow cannot use sqlite:.*not found"):
        run_training(one, tmp_path / "runs" / "one")


def test_a_bundle_that_cannot_take_its_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bundle"
    old.mkdir()
    (old / "model.json").write_text("old")
    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name.startswith(".export-") and not self.name.endswith("-old"):
            raise KeyboardInterrupt
        return original(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt), export.replacing(old) as work:
        (work / "model.json").write_text("new")
    assert (old / "model.json").read_text() == "old"
    monkeypatch.undo()
    with export.replacing(old) as work:
        (work / "model.json").write_text("new")
    assert (old / "model.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
    (tmp_path / "link").symlink_to(old)
    (tmp_path / "file").touch()
    for name in ("link", "file"):
        with (
            pytest.raises(ExportError, match="a link or a file"),
            export.replacing(tmp_path / name),
        ):
            pass


def test_export_leaves_the_old_bundle_alone_where_it_fails(
    config: TrainConfig, tmp_path: Path
) -> None:
    train(config.model_copy(update={"epochs": 1}), tmp_path / "run")
    old = tmp_path / "bundle"
    old.mkdir()
    (old / "model.json").write_text("old")
    with pytest.raises(DatasetError, match="dataset build"):
        export_run(tmp_path / "run", old, data=tmp_path / "nowhere")
    assert (old / "model.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "run"]


def test_export_never_replaces_anything_but_a_bundle(config: TrainConfig, tmp_path: Path) -> None:
    train(config.model_copy(update={"epochs": 1}), tmp_path / "run")
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "holiday.jpg").write_bytes(b"precious")
    with pytest.raises(ExportError, match="something other than a bundle"):
        export_run(tmp_path / "run", photos)
    assert (photos / "holiday.jpg").read_bytes() == b"precious"
    with pytest.raises(ExportError, match="cannot be called 'My Model'"):
        export_run(tmp_path / "run", tmp_path / "bundle", name="My Model")


def test_export_of_no_run_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no trained run"):
        export_run(tmp_path / "nowhere", tmp_path / "bundle")


def test_export_for_another_datasets_labels_is_refused(
    config: TrainConfig, tmp_path: Path, dataset: Path
) -> None:
    train(config.model_copy(update={"epochs": 1}), tmp_path / "run")
    description = json.loads((dataset / "dataset.json").read_text())
    other = tmp_path / "other"
    other.mkdir()
    description["labels"] = ["real", "striped"]
    (other / "dataset.json").write_text(json.dumps(description))
    with pytest.raises(ExportError, match="trained for real, striped, dotted"):
        export_run(tmp_path / "run", tmp_path / "bundle", data=other)


def test_a_damaged_dataset_is_told(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no crops in the split 'unseen'"):
        read_crops(dataset, "unseen", "source")
    (tmp_path / "dataset.json").write_bytes((dataset / "dataset.json").read_bytes())
    with pytest.raises(DatasetError, match=r"manifest\.parquet cannot be read.*build the dataset"):
        read_crops(tmp_path, "test", "source")
    for spoilt in (b"PAR1", (dataset / "manifest.parquet").read_bytes()[:-9]):
        (tmp_path / "manifest.parquet").write_bytes(spoilt)
        with pytest.raises(DatasetError, match="build the dataset anew"):
            read_crops(tmp_path, "test", "source")
    crop = next(dataset.glob("crops/*.png")).read_bytes()
    for content in (None, b"", crop[:60], crop[:2000]):
        path = tmp_path / "crop.png"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DatasetError, match=r"crop\.png cannot be read"):
            read_crop(path)


def test_a_run_that_diverges_says_so_and_what_to_do(config: TrainConfig, tmp_path: Path) -> None:
    wild = config.model_copy(update={"learning_rate": 1e30, "schedule": "constant"})
    with pytest.raises(
        RunError, match=r"loss is (nan|inf) in epoch 1: .*rate below 1e\+30.*float32"
    ):
        train(wild, tmp_path / "run")


def test_a_network_whose_scores_are_no_numbers_is_never_kept(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = PooledNetwork.score

    def spoilt(self: PooledNetwork, pixels: torch.Tensor) -> torch.Tensor:
        return scores(self, pixels) * float("nan")

    monkeypatch.setattr(PooledNetwork, "score", spoilt)
    with pytest.raises(RunError, match="clean accuracy is nan in epoch 1: training has diverged"):
        train(config, tmp_path / "run")


@pytest.fixture
def moved(dataset: Path, tmp_path: Path) -> Path:
    """A copy of the dataset, to be built again by other seeds."""
    return Path(shutil.copytree(dataset, tmp_path / "moved"))


def rebuild(folder: Path, fingerprint: str, seed: int | None = None, version: int = 2) -> None:
    """As a build by another seed, or by another version of the code that cuts."""
    rows = pq.read_table(folder / MANIFEST).to_pylist()
    if seed is not None:
        splits = [row["split"] for row in rows]
        np.random.default_rng(seed).shuffle(splits)
        rows = [row | {"split": split} for row, split in zip(rows, splits, strict=True)]
        pq.write_table(pa.Table.from_pylist(rows), folder / MANIFEST)
    description = json.loads((folder / "dataset.json").read_text())
    description |= {"fingerprint": fingerprint, "crop_version": version}
    (folder / "dataset.json").write_text(json.dumps(description))


@pytest.mark.parametrize("seed", [7, None], ids=["another seed", "another version of crops"])
def test_a_run_knows_its_dataset_and_nothing_is_made_of_another_one(
    seed: int | None, config: TrainConfig, moved: Path, tmp_path: Path, untracked: None
) -> None:
    one = config.model_copy(update={"epochs": 1, "data": moved})
    run = tmp_path / "run"
    run_training(one, run)
    export_run(run, tmp_path / "before")
    rebuild(moved, "b" * 64, seed)
    said = (
        r"run was trained on the dataset 000000000000 \(splits [0-9a-f]{8}, crops of "
        r"version 1\), but .*moved holds bbbbbbbbbbbb \(splits [0-9a-f]{8}, crops of version 2\).* "
        r"--seed"
    )
    with pytest.raises(RunError, match=said):
        export_run(run, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
    for again in (run_training, train):
        with pytest.raises(RunError, match=said):
            again(one, run)
    assert read_info(tmp_path / "before").dataset == "0" * 64
    (run / DATASET).unlink()
    with pytest.raises(RunError, match="does not say which dataset it was trained on"):
        export_run(run, tmp_path / "bundle", data=config.data)


def test_a_run_knows_its_dataset_from_the_same_crops_under_other_labels(
    config: TrainConfig, moved: Path, tmp_path: Path
) -> None:
    one = config.model_copy(update={"epochs": 1, "data": moved})
    train(one, tmp_path / "run")
    rows = pq.read_table(moved / MANIFEST).to_pylist()
    first, second, *_ = sorted({row["generator"] for row in rows} - {None})
    turned = {first: second, second: first}
    rows = [row | {"generator": turned.get(row["generator"], row["generator"])} for row in rows]
    pq.write_table(pa.Table.from_pylist(rows), moved / MANIFEST)
    with pytest.raises(RunError, match=r"0000 \(splits .*0000 \(splits .* of another label"):
        export_run(tmp_path / "run", tmp_path / "bundle")


def test_what_a_run_starts_from_or_learns_from_was_trained_on_the_same_splits(
    config: TrainConfig, moved: Path, tmp_path: Path
) -> None:
    train(config.model_copy(update={"epochs": 1, "data": moved}), tmp_path / "first")
    for key in ("weights", "teacher"):
        after = config.model_copy(update={"epochs": 1, "data": moved, key: tmp_path / "first"})
        rebuild(moved, "b" * 64)  # cut otherwise, but no picture of the test split was learned
        train(after, tmp_path / f"{key}-recut")
        whole = (moved / MANIFEST).read_bytes()
        rebuild(moved, "c" * 64, seed=7)
        with pytest.raises(NetworkError, match=r"first was trained on the dataset 0000.*cccc"):
            train(after, tmp_path / f"{key}-moved")
        (moved / MANIFEST).write_bytes(whole)


def test_a_run_is_exported_from_any_folder(
    config: TrainConfig, moved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one = config.model_copy(update={"epochs": 1, "data": Path("moved")})
    train(one, Path("run"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    info = export_run(tmp_path / "run", tmp_path / "bundle")
    origin = read_identity(moved)
    assert (info.dataset, info.splits, info.crop_version) == (origin.fingerprint, origin.splits, 1)
