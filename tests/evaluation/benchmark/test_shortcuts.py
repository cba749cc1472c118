from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.conftest import MakeBundle
from unmask.dataset import facts
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.manifest import read_crop
from unmask.evaluation.benchmark import shortcuts
from unmask.evaluation.benchmark.report.document import markdown
from unmask.evaluation.benchmark.results import ShortcutResult
from unmask.evaluation.benchmark.shortcuts import linear_baseline, measure_shortcuts
from unmask.evaluation.benchmark.suite import Suite, run_suite
from unmask.evaluation.scoring import ArrayCache


def measured(faces: Path, pool: Path | None, cache: Path | None) -> dict[str, ShortcutResult]:
    found = measure_shortcuts(
        faces, pool, resamples=20, cache=ArrayCache(cache), track=lambda items, _n, _text: items
    )
    return {one.name: one for one in found}


def test_each_shortcut_finds_what_is_there_to_find(
    faces: Path, originals: Path, tmp_path: Path
) -> None:
    found = measured(faces, originals, tmp_path / "cache")
    assert list(found) == ["original-files", "crop-files", "statistics", "principal-components"]
    # The originals' size tells, the crops' files tell nothing, their colours tell a lot.
    assert found["original-files"].figures["auc"].value == 1.0
    assert found["crop-files"].figures["auc"].value == 0.5
    assert found["crop-files"].figures["tpr_at_fpr_0.005"].value == 0.0
    assert found["statistics"].figures["auc"].value > 0.8
    assert found["principal-components"].figures["accuracy"].value > 0.6
    # From the cache and from scratch: all the same.
    assert measured(faces, originals, tmp_path / "cache") == found
    assert measured(faces, originals, None) == found


def test_a_shortcut_that_measures_something_else_does_not_take_what_was_kept(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortcuts, "_SHORTCUTS", shortcuts._SHORTCUTS[-1:])
    before = measured(faces, None, tmp_path)
    kept = set(tmp_path.iterdir())
    monkeypatch.setattr(shortcuts, "read_crop", lambda path: read_crop(path) // 64)
    after = measured(faces, None, tmp_path)
    assert after == measured(faces, None, None)
    assert list(before) == ["principal-components"] and after != before
    assert len(set(tmp_path.iterdir()) - kept) == 1


@pytest.mark.parametrize("told", ["exif", "icc_profile", "dpi"])
def test_a_fact_of_files_that_is_read_otherwise_makes_another_shortcut(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shortcut = next(one for one in shortcuts._SHORTCUTS if one.of_originals)
    before = shortcut.digest(100)
    assert before == shortcut.digest(100)
    monkeypatch.setattr(facts, "Image", Blind(told))
    assert shortcut.digest(100) != before


class Blind:
    """Pillow that does not see one thing."""

    def __init__(self, told: str) -> None:
        self._told = told

    def open(self, path: Path) -> Image.Image:
        image = Image.open(path)
        image.info.pop(self._told, None)
        return image


def test_without_originals_their_files_are_left_out_and_the_report_says_so(
    faces: Path, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    suite = Suite("small", (), resamples=20)
    found = run_suite(suite, [make_bundle()], faces, cache=tmp_path / "cache")
    assert [one.name for one in found.shortcuts] == [
        "crop-files",
        "statistics",
        "principal-components",
    ]
    text = markdown(found)
    assert "their files are left out (--pool)" in text
    # The network stands beside them.
    row = next(
        line for line in text.split("## What shortcuts")[1].splitlines() if "| tiny |" in line
    )
    assert f"{found.bundles[0].benchmark.figures['auc'].value:.4f}" in row


def test_a_missing_original_is_named(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"\w+/\w+ \d+\.png cannot be read"):
        measured(faces, tmp_path, None)


def test_the_linear_baseline_tells_bright_from_dark() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.random((60, 300), dtype=np.float32)
    names = np.array(["dark", "bright"] * 30)
    pixels[1::2] += 0.5
    baseline = linear_baseline(40).fit(pixels[:40], names[:40])
    assert (baseline.predict(pixels[40:]) == names[40:]).all()
