"""`unmask ensemble` on colours: what it writes is a bundle like any other, and is measured so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.evaluation.conftest import FINGERPRINT
from tests.tiny_bundle import WEIGHTS, graph, write_bundle
from unmask.bundles.listing import graphs_of
from unmask.bundles.runtime import RefusedBundle, load_bundle
from unmask.cli.main import BAD_INPUT, run
from unmask.dataset.manifest import read_crop, read_crops
from unmask.evaluation.benchmark.suite import Suite, run_suite
from unmask.evaluation.cost import multiply_adds
from unmask.evaluation.measure import figures
from unmask.making.ensemble import make_ensemble
from unmask.making.export import ExportError

LEVELS = {"loud": 1.0, "quiet": 0.25}


@pytest.fixture
def members(tmp_path: Path) -> list[Path]:
    """Two bundles that look at colours, one less surely than the other."""
    return [
        write_bundle(
            tmp_path / name,
            graph(weights=(WEIGHTS * level).astype(np.float16)),
            dataset=FINGERPRINT,
            calibration={"temperature": 2 * level, "bias": 0.0},
        )
        for name, level in LEVELS.items()
    ]


def test_it_is_fitted_and_measured_like_any_bundle(
    members: list[Path], faces: Path, tmp_path: Path
) -> None:
    info = make_ensemble(members, tmp_path / "both", faces)
    bundle = load_bundle(tmp_path / "both")
    assert bundle.info == info and info.architecture == "ensemble"
    assert [(one.name, one.temperature) for one in info.members] == [("loud", 2.0), ("quiet", 0.5)]
    assert info.thresholds.false_positive_rate <= 0.005
    test = read_crops(faces, "test", "source")
    scores = bundle.run(np.stack([read_crop(path) for path in test.files]))
    measured = figures(info, scores.logits, test.targets, test.collections)
    assert measured == pytest.approx(info.figures, abs=1e-4) and measured["auc"] > 0.9
    sums = scores.maps.mean(axis=(2, 3)) + np.array(info.bias)
    np.testing.assert_allclose(sums, scores.logits, atol=1e-4)
    assert "Made by `unmask ensemble` on" in bundle.card
    assert "none: the mean of `loud`, `quiet`" in bundle.card
    assert info.limits and all(one in " ".join(bundle.card.split()) for one in info.limits)
    assert {path.name for path in tmp_path.iterdir()} == {"loud", "quiet", "both"}


def test_the_benchmark_counts_the_work_of_all_members(
    members: list[Path], faces: Path, small_suite: Suite, tmp_path: Path
) -> None:
    make_ensemble(members, tmp_path / "both", faces)
    bundle = load_bundle(tmp_path / "both")
    (result,) = run_suite(small_suite, [bundle], faces).bundles
    graphs = graphs_of(bundle.info, bundle.folder)
    assert result.multiply_adds == sum(map(multiply_adds, graphs)) > 0
    assert result.graph_bytes == sum(path.stat().st_size for path in graphs)
    assert result.benchmark.sha256 == bundle.info.sha256


def test_the_command_makes_one_and_makes_it_anew(
    members: list[Path], faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "both"
    command = ["ensemble", str(out), *map(str, members), "--data", str(faces)]
    assert run(command) == 0 and run(command) == 0
    said = capsys.readouterr().out
    assert f"bundle both is in {out}" in said and "auc" in said
    assert load_bundle(out).info.name == "both"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "at least two members"),
        ({"dataset": "cd" * 32}, "from another dataset"),
        ({"left_out": ["sdxl"]}, "without other generators"),
    ],
)
def test_members_that_do_not_fit_are_told(
    change: dict[str, object], said: str, members: list[Path], faces: Path, tmp_path: Path
) -> None:
    others = [write_bundle(tmp_path / "third", **{"dataset": FINGERPRINT, **change})]
    chosen = [members[0], *(others if change else [])]
    with pytest.raises(ExportError, match=said):
        make_ensemble(chosen, tmp_path / "both", faces)
    assert not (tmp_path / "both").exists()


def test_members_that_cannot_be_are_told_in_one_line(
    members: list[Path], faces: Path, tmp_path: Path
) -> None:
    for chosen, out in ([*members, members[0]], "both"), (members, members[0].name):
        with pytest.raises(ExportError, match=r"no ensemble can be made of .*members repeat"):
            make_ensemble(chosen, tmp_path / out, faces)
    members[0].rename(tmp_path / "renamed")
    with pytest.raises(ExportError, match=r"renamed is called .*rename its folder"):
        make_ensemble([tmp_path / "renamed", members[1]], tmp_path / "both", faces)


def test_it_must_lie_beside_its_members(members: list[Path], faces: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedBundle, match=r"its member `loud` is neither in .*elsewhere nor"):
        make_ensemble(members, tmp_path / "elsewhere/both", faces)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_what_is_no_bundle_is_not_replaced(
    members: list[Path], faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter").write_text("dear")
    command = ["ensemble", str(tmp_path / "mine"), *map(str, members), "--data", str(faces)]
    assert run(command) == BAD_INPUT
    assert "something other than a bundle" in capsys.readouterr().err
    assert (tmp_path / "mine/letter").read_text() == "dear"
