from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.dataset.test_audit import encoder_that_leaks, write_dataset
from unmask.cli import dataset as verb
from unmask.cli.main import run


def build(pool: Path, out: Path, *more: str) -> int:
    return run(
        ["dataset", "build", "--pool", str(pool), "--out", str(out), "--workers", "1", *more]
    )


def audit(folder: Path, *more: str) -> int:
    return run(["dataset", "audit", "--data", str(folder), "--workers", "1", *more])


def test_build_prints_what_is_where_and_what_was_left_out(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pool / "album/studio/letter.jpg").write_text("Dear reader,")
    catalogue = (pool / "catalogue.toml").read_text("utf-8")
    catalogue += '[[source]]\ncollection = "x"\nfolder = "nowhere"\nlabel = "real"\nuse = "learn"\n'
    (pool / "catalogue.toml").write_text(catalogue, "utf-8")
    assert build(pool, tmp_path / "out") == 0
    printed = capsys.readouterr().out
    description = json.loads((tmp_path / "out/dataset.json").read_text("utf-8"))
    assert re.search(r"^COLLECTION +TRAIN +VALIDATION +TEST +UNSEEN$", printed, re.MULTILINE)
    train = description["counts"]["holiday"]["train"]
    assert re.search(rf"^holiday +{train} ", printed, re.MULTILINE)
    assert re.search(r"^later +0 +0 +0 +4$", printed, re.MULTILINE)
    assert re.search(r"^total +.* 4$", printed, re.MULTILINE)
    assert re.search(r"^ +1 +cannot be decoded$", printed, re.MULTILINE)
    assert "rejected.csv" in printed
    assert "the pool does not have: nowhere" in printed
    assert f"36 crops are in {tmp_path / 'out'}" in printed
    assert description["fingerprint"][:12] in printed


def test_build_says_what_was_done_before(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(pool, tmp_path / "out")
    assert "done before" not in capsys.readouterr().err
    build(pool, tmp_path / "out", "--seed", "3")
    assert "36 of 36 were done before" in capsys.readouterr().err


def test_an_interruption_is_one_line(
    pool: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show = verb._Bars.show

    def press_ctrl_c(self: verb._Bars, what: str, done: int, total: int) -> None:
        show(self, what, done, total)
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr(verb._Bars, "show", press_ctrl_c)
    assert build(pool, tmp_path / "out") == 130
    assert capsys.readouterr().err == "interrupted; the same command goes on from there\n"
    monkeypatch.setattr(verb._Bars, "show", show)
    assert build(pool, tmp_path / "out") == 0
    assert "16 of 36 were done before" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--pool", "no/such/pool"], "no pool of pictures at no/such/pool"),
        (["--catalogue", "none.toml"], "catalogue none.toml cannot be used"),
        (["--workers", "0"], "greater than or equal to 1"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    pool: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    assert build(pool, tmp_path / "out", *arguments) == 2
    errors = capsys.readouterr().err
    assert says in " ".join(errors.replace("│", " ").split())
    assert "Traceback" not in errors


def test_without_a_pool_nothing_is_built(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dataset", "build"]) == 2
    assert "--pool" in capsys.readouterr().err


def test_audit_prints_a_table_and_what_its_rows_are_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_dataset(tmp_path)
    assert audit(folder, "--pool", str(folder)) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split("  ")[0]: line.split() for line in lines}
    assert rows["files of crops"][-6:] == ["0", "0.500", "0.500", "<", "0.55", "pass"]
    for subject in ("files of originals", "files of crops", "pixels of crops"):
        assert sum(line.startswith(f"{subject}: ") for line in lines) == 1
    assert lines[-1] == f"written to {folder / 'audit.json'}"


def test_audit_exits_with_1_where_the_files_of_crops_leak(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_dataset(tmp_path, encoder_that_leaks)
    assert audit(folder, "--pool", str(folder)) == 1
    printed = capsys.readouterr().out
    assert "FAIL" in printed
    assert "NOT PASSED" in printed


def test_audit_without_originals_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_dataset(tmp_path)
    assert audit(folder) == 0
    captured = capsys.readouterr()
    assert "no originals are named" in captured.err
    assert "files of originals" not in captured.out


def test_audit_of_no_dataset_is_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(tmp_path) == 2
    assert "no dataset in" in capsys.readouterr().err
