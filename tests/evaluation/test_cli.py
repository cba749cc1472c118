from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest

from tests.evaluation.conftest import MakeBundle
from unmask.bundles.benchmark import BENCHMARK
from unmask.bundles.runtime import Bundle
from unmask.cli import evaluate as verb
from unmask.cli.main import run
from unmask.evaluation.benchmark.results import BenchmarkResult
from unmask.evaluation.benchmark.suite import Suite
from unmask.training.tracking import EXPERIMENT

Evaluate = Callable[..., int]


@pytest.fixture
def evaluate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, faces: Path, small_suite: Suite
) -> Evaluate:
    """Runs `unmask evaluate` with a small suite, into tmp_path/out."""
    monkeypatch.setitem(verb.SUITES, "small", small_suite)
    monkeypatch.setenv("UNMASK_THREADS", "1")
    monkeypatch.chdir(tmp_path)

    def command(*more: object) -> int:
        return run(
            [
                "evaluate", *(str(one) for one in more), "--suite", "small", "--data", str(faces),
                "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache"),
            ]
        )  # fmt: skip

    return command


def test_it_prints_the_table_and_writes_the_reports(
    evaluate: Evaluate,
    make_bundle: MakeBundle,
    binary_bundle: Bundle,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert evaluate(make_bundle().folder, binary_bundle.folder) == 0
    out, err = capsys.readouterr()
    heading, first, second, *_ = out.splitlines()
    assert heading.startswith("MODEL  3 CLASSES, %") and "TPR AT 0.5 % FPR, %" in heading
    result = BenchmarkResult.model_validate_json((tmp_path / "out/benchmark.json").read_bytes())
    auc = result.bundles[0].benchmark.figures["auc"]
    assert first.startswith("tiny ") and f"{auc.value:.4f} ({auc.low:.3f}-" in first
    assert second.startswith("two    -  ")
    assert "bootstrap, 50 resamples" in out
    assert "benchmark.html" in err and "tiny: measured in" in err
    assert "no originals are named" in err
    assert not (make_bundle().folder / BENCHMARK).exists()


def test_installed_bundles_are_found_by_name_and_all_where_none_is_named(
    evaluate: Evaluate, make_bundle: MakeBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_bundle().folder
    monkeypatch.setenv("UNMASK_MODELS_DIR", str(folder.parent))
    monkeypatch.setattr("unmask.settings.SHIPPED", tmp_path / "nothing-ships")
    for named in (["tiny"], []):
        (tmp_path / "out/benchmark.json").unlink(missing_ok=True)
        assert evaluate(*named, "--into-bundle") == 0
        written = json.loads((tmp_path / "out/benchmark.json").read_text("utf-8"))
        assert [one["name"] for one in written["bundles"]] == ["tiny"]
    inside = json.loads((folder / BENCHMARK).read_text("utf-8"))
    assert inside == written["bundles"][0]["benchmark"]


def written_to(out: Path) -> BenchmarkResult:
    return BenchmarkResult.model_validate_json((out / "benchmark.json").read_bytes())


def test_bundles_are_added_to_reports_that_are_there(
    evaluate: Evaluate, make_bundle: MakeBundle, binary_bundle: Bundle, tmp_path: Path
) -> None:
    tiny, out = make_bundle().folder, tmp_path / "out"
    assert evaluate(tiny) == 0
    before = written_to(out)
    assert evaluate(binary_bundle.folder, "--add") == 0
    after = written_to(out)
    assert [one.name for one in after.bundles] == ["tiny", "two"]
    assert after.bundles[0] == before.bundles[0]
    assert after.error_map == before.error_map  # tiny, of which it tells, was not run again
    assert "| two |" in (out / "benchmark.md").read_text("utf-8")
    assert evaluate(tiny, binary_bundle.folder, "--add") == 0
    assert [one.name for one in written_to(out).bundles] == ["tiny", "two"]
    assert written_to(out).error_map.bundles == ["tiny", "two"]


def test_reports_that_were_made_otherwise_are_not_added_to(
    evaluate: Evaluate,
    make_bundle: MakeBundle,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tiny, out = make_bundle().folder, tmp_path / "out"
    assert evaluate(tiny, "--add") == 2
    assert "no benchmark.json in" in capsys.readouterr().err
    assert evaluate(tiny) == 0
    other = written_to(out).model_copy(update={"dataset": "f" * 64})
    text = other.model_dump_json()
    (out / "benchmark.json").write_text(text, "utf-8")
    capsys.readouterr()
    assert evaluate(tiny, "--add") == 2
    assert "what is there was measured otherwise (dataset: ffff" in capsys.readouterr().err
    assert (out / "benchmark.json").read_text("utf-8") == text
    (out / "benchmark.json").write_text("{}", "utf-8")
    assert evaluate(tiny, "--add") == 2
    assert "is no benchmark of this version" in capsys.readouterr().err


def test_what_cannot_be_written_is_told_before_anything_is_measured(
    evaluate: Evaluate,
    make_bundle: MakeBundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tiny = make_bundle().folder
    assert evaluate(tiny) == 0
    monkeypatch.setattr(verb, "run_suite", None)
    published = written_to(tmp_path / "out").model_copy(update={"software": {"unmask": "0"}})
    (tmp_path / "out/benchmark.json").write_text(published.model_dump_json(), "utf-8")
    assert evaluate(tiny, "--add") == 2
    assert "was measured otherwise (software: {'unmask': '0'}" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "out").touch()
    assert evaluate(tiny) == 2
    assert "out is no folder; name another one" in capsys.readouterr().err


def test_of_all_models_those_that_are_refused_are_told(
    evaluate: Evaluate,
    make_bundle: MakeBundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = make_bundle().folder
    (folder.parent / "spoilt").mkdir()
    (folder.parent / "spoilt/model.json").write_text("{")
    monkeypatch.setenv("UNMASK_MODELS_DIR", str(folder.parent))
    monkeypatch.setattr("unmask.settings.SHIPPED", tmp_path / "nothing-ships")
    assert evaluate() == 0
    assert "bundle `spoilt` is refused" in capsys.readouterr().err


def test_adding_leaves_what_stood_beside_others(
    evaluate: Evaluate, make_bundle: MakeBundle, originals: Path, tmp_path: Path
) -> None:
    without, known, out = make_bundle("without", left_out=["sdxl"]), make_bundle(), tmp_path / "out"
    assert evaluate(known.folder, "--pool", originals) == 0
    before = written_to(out)
    assert not before.without_originals
    assert evaluate(without.folder, "--add") == 0
    after = written_to(out)
    assert after.shortcuts == before.shortcuts and not after.without_originals
    (row,) = after.left_out
    found = {one.collection: one.called_generated for one in after.bundles[0].collections}
    assert row.known_by == "tiny" and row.collections[0].known == found["moss"]


def test_an_unknown_suite_or_bundle_is_one_line(
    evaluate: Evaluate, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate("nobody") == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("unmask: there is no model `nobody`")
    assert run(["evaluate", "--suite", "grand"]) == 2
    assert "no suite 'grand'; there are: standard, quick" in capsys.readouterr().err


def test_an_interruption_is_one_line(
    evaluate: Evaluate,
    make_bundle: MakeBundle,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verb, "run_suite", interrupted)
    assert evaluate(make_bundle().folder) == 130
    assert "interrupted; the same command goes on from there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def store(tmp_path: Path) -> str:
    """An MLflow store with two runs: one that ended, and a later one that was cut short."""
    uri = f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}"
    (tmp_path / "runs").mkdir()
    client = mlflow.MlflowClient(uri)
    experiment = client.create_experiment(EXPERIMENT, (tmp_path / "artefacts").as_uri())
    first = client.create_run(experiment, start_time=1_000_000, run_name="first").info.run_id
    for name, value in {
        "network": "vit",
        "task": "source",
        "recipe": "robust",
        "epochs": 9,
    }.items():
        client.log_param(first, name, value)
    for epoch, selection in enumerate((0.5, 0.9, 0.9, 0.7), start=1):
        client.log_metric(first, "epoch", epoch, step=epoch)
        client.log_metric(first, "selection", selection, step=epoch)
        client.log_metric(first, "clean_accuracy", selection / 2 + epoch / 100, step=epoch)
    client.log_metric(first, "test_auc", 0.98765)
    client.set_terminated(first, "FINISHED", end_time=1_000_000 + 90_000)
    second = client.create_run(experiment, start_time=3_000_000, run_name="second").info.run_id
    client.log_param(second, "network", "tracenet")
    other = client.create_experiment("other", (tmp_path / "other").as_uri())
    client.create_run(other, run_name="not ours")
    return uri


def test_runs_are_listed_the_newest_first_with_the_kept_epoch(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", "--store", store]) == 0
    heading, second, first, *rest = capsys.readouterr().out.splitlines()
    assert heading.split()[:4] == ["RUN", "NETWORK", "TASK", "RECIPE"]
    named = [one.strip() for one in heading.split("  ") if one.strip()]
    assert len(set(named)) == len(named)  # no two figures are called the same
    assert second.split()[:2] == ["second", "tracenet"] and "running" in second
    cells = [cell for cell in first.split("  ") if cell]
    assert [cell.strip() for cell in cells] == [
        "first", "vit", "source", "robust", "4 of 9", "0.4800", "-", "-", "-", "-", "0.9877", "-",
        "finished", "1970-01-01 00:16", "1.5 min",
    ]  # fmt: skip
    assert not any("not ours" in line for line in rest)


def test_runs_are_sought_where_the_settings_say_and_then_here(
    store: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("UNMASK_TRACKING_URI", store)
    monkeypatch.chdir("/")
    assert run(["runs"]) == 0
    monkeypatch.delenv("UNMASK_TRACKING_URI")
    monkeypatch.chdir(tmp_path)
    assert run(["runs"]) == 0
    assert capsys.readouterr().out.count("first") == 2


def test_where_there_are_no_runs_it_says_so_and_makes_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNMASK_TRACKING_URI", raising=False)
    assert run(["runs"]) == 2
    assert "no runs: there is no runs/mlflow.db here" in capsys.readouterr().err
    assert run(["runs", "--store", f"sqlite:///{tmp_path}/typo.db"]) == 2
    assert f"there is no MLflow store {tmp_path}/typo.db" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_store_of_others_has_no_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    uri = f"sqlite:///{tmp_path / 'other.db'}"
    mlflow.MlflowClient(uri).create_experiment("other", (tmp_path / "files").as_uri())
    assert run(["runs", "--store", uri]) == 2
    assert f"it has no experiment called {EXPERIMENT}" in capsys.readouterr().err


def test_a_password_in_the_stores_address_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["runs", "--store", "nothing://ana:secret@host/runs"]) == 2
    said = capsys.readouterr().err
    assert "nothing://ana:***@host/runs" in said and said.count("secret") == 0
