from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.evaluation.conftest import FINGERPRINT, MakeBundle
from tests.tiny_bundle import WEIGHTS, graph, write_bundle
from unmask.bundles.benchmark import BENCHMARK, read_benchmark
from unmask.bundles.listing import find_bundles
from unmask.bundles.runtime import Bundle, Scores, load_bundle
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.crops import encode_crop
from unmask.dataset.identity import read_identity
from unmask.dataset.manifest import read_crop, read_crops
from unmask.evaluation.benchmark import runner
from unmask.evaluation.benchmark.report.document import write_reports
from unmask.evaluation.benchmark.results import BenchmarkResult
from unmask.evaluation.benchmark.suite import (
    SUITES,
    Suite,
    SuiteError,
    run_suite,
    write_into_bundle,
)
from unmask.evaluation.cost import multiply_adds
from unmask.evaluation.crops import read_benchmark_crops
from unmask.evaluation.figures import figures
from unmask.evaluation.measure import score_crops
from unmask.evaluation.views import CLEAN_VIEW, LAUNDERINGS, View
from unmask.imaging import laundering


@pytest.fixture(scope="module")
def result(
    faces: Path, make_bundle: MakeBundle, binary_bundle: Bundle, small_suite: Suite
) -> BenchmarkResult:
    return run_suite(small_suite, [make_bundle(), binary_bundle], faces)


def test_a_second_run_gives_the_same_to_the_last_digit(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite
) -> None:
    bundle = make_bundle()
    first = run_suite(small_suite, [bundle], faces)
    second = run_suite(small_suite, [load_bundle(bundle.folder, 1)], faces)
    assert first.model_dump_json() == second.model_dump_json()


def test_the_clean_row_is_what_export_measures(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite
) -> None:
    bundle = make_bundle()
    table = read_crops(faces, "test", "source")
    logits = score_crops(bundle, table.files)
    expected = figures(bundle.info, logits, table.targets, table.collections)
    measured = run_suite(small_suite, [bundle], faces).bundles[0]
    assert 0.5 < expected["accuracy"] < 1.0
    shown = measured.benchmark.figures
    for name in shown:
        assert shown[name].value == pytest.approx(expected[name], abs=1e-7), name
        assert shown[name].low <= shown[name].high
    alarms = {row.collection: row.called_generated.value for row in measured.collections[:2]}
    assert alarms == {
        "sea": pytest.approx(expected["fpr_sea"], abs=1e-4),
        "sky": pytest.approx(expected["fpr_sky"], abs=1e-4),
    }
    assert [row.crops for row in measured.collections] == [14, 10, 8, 12]


def test_every_view_is_a_point_and_clean_is_the_first(result: BenchmarkResult) -> None:
    points = result.bundles[0].benchmark.robustness
    assert [point.view for point in points] == ["clean", "jpeg-80", "noise"]
    clean = result.bundles[0].benchmark.figures
    assert points[0].auc == clean["auc"].value
    assert points[0].tpr_at_half_percent == clean["tpr_at_fpr_0.005"].value
    assert {point.crops for point in points} == {44}


def test_the_confusion_matrix_and_the_bins_hold_every_crop(result: BenchmarkResult) -> None:
    for one in result.bundles:
        counts = np.array(one.benchmark.confusion.counts)
        assert counts.sum() == 44
        assert counts.sum(axis=1).tolist() == ([24, 12, 8] if one.task == "source" else [24, 20])
        assert sum(row.share for row in one.benchmark.reliability) == pytest.approx(1, abs=1e-3)


def test_errors_are_named_the_worst_first(result: BenchmarkResult) -> None:
    errors = result.bundles[0].errors
    assert 0 < len(errors) == result.bundles[0].error_count < 44
    gaps = [
        one.probability_generated if one.label == "real" else 1 - one.probability_generated
        for one in errors
    ]
    assert gaps == sorted(gaps, reverse=True)
    known = {"sea", "sky", "rubies", "moss"}
    assert all(one.path.startswith(f"{one.collection}/test ") for one in errors)
    assert {one.collection for one in errors} <= known
    assert all(one.label != one.predicted or one.label != one.verdict for one in errors)


def test_the_error_map_has_a_column_a_bundle(result: BenchmarkResult) -> None:
    found = result.error_map
    assert found.bundles == ["tiny", "two"]
    assert len(found.names) == len(found.probabilities) == 40
    assert all(len(row) == 2 for row in found.probabilities)
    truth = [label != "real" for label in found.labels]
    gaps = np.abs(np.array(found.probabilities) - np.array(truth)[:, None]).mean(axis=1)
    assert (np.diff(gaps) <= 1e-4).all()


def test_engines_never_seen_stand_against_the_real_ones_beside_them(
    result: BenchmarkResult,
) -> None:
    for one in result.bundles:
        rows = {row.collection: row for row in one.benchmark.unseen}
        assert list(rows) == ["later-sea", "later-rubies", "swapped"]
        assert [row.crops for row in rows.values()] == [6, 5, 4]
        assert rows["later-sea"].auc is None and not rows["later-sea"].generated
        rubies, swapped = rows["later-rubies"].auc, rows["swapped"].auc
        assert [row.face_swap for row in rows.values()] == [False, False, True]
        # Swapped faces are as blue as real ones here, so nothing can tell them.
        assert rubies is not None and swapped is not None
        assert rubies > 0.8 > swapped


def test_a_bundle_trained_without_a_generator_is_measured_on_it(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite
) -> None:
    bundles = [make_bundle("without", left_out=["sdxl"]), make_bundle("with")]
    found = run_suite(small_suite, bundles, faces)
    assert [one.name for one in found.bundles] == ["with"]
    (row,) = found.left_out
    assert (row.name, row.left_out, row.known_by) == ("without", ["sdxl"], "with")
    (moss,) = row.collections
    assert (moss.collection, moss.crops) == ("moss", 8)
    # Both are the same network, so what they find is the same, too.
    assert moss.called_generated == moss.known
    known = {one.collection: one for one in found.bundles[0].collections}
    assert moss.known == known["moss"].called_generated
    assert row.false_positive_rate.value == found.bundles[0].benchmark.figures["fpr"].value


def test_a_slow_bundle_sees_fewer_crops_where_it_may(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = make_bundle()
    work = multiply_adds(bundle.folder / "model.onnx")
    assert work == 3 * 3 * 7 * 6
    # Clean, the headline view and the unseen crops cost this, so that a quarter of a view is left.
    whole_views = 44 + 44 + 15
    monkeypatch.setattr(runner, "BUDGET", work * (whole_views + 11))
    found = run_suite(small_suite, [bundle], faces).bundles[0]
    crops = {point.view: point.crops for point in found.benchmark.robustness}
    assert crops == {"clean": 44, "jpeg-80": 44, "noise": 4 + 3 + 3 + 2}
    assert found.laundered_crops == 12
    whole = run_suite(small_suite, [bundle], faces, all_crops=True).bundles[0]
    assert {point.crops for point in whole.benchmark.robustness} == {44}
    monkeypatch.setattr(runner, "BUDGET", work * (whole_views + 44))
    assert run_suite(small_suite, [bundle], faces).bundles[0] == whole
    monkeypatch.setattr(runner, "BUDGET", 0)
    least = run_suite(small_suite, [bundle], faces).bundles[0]
    assert least.laundered_crops == 4


def test_an_interrupted_suite_goes_on(
    faces: Path,
    make_bundle: MakeBundle,
    small_suite: Suite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = make_bundle()
    cache = tmp_path / "cache"
    shown: list[str] = []

    def interrupted(items: Iterable[int], _length: int, text: str) -> Iterator[int]:
        shown.append(text)
        if len(shown) == 3:
            raise KeyboardInterrupt
        yield from items

    with pytest.raises(KeyboardInterrupt):
        run_suite(small_suite, [bundle], faces, cache=cache, track=interrupted)
    assert shown == ["tiny: clean", "tiny: JPEG 80", "tiny: noise 4 levels"]
    runs: list[int] = []
    real_run = Bundle.run

    def counted(self: Bundle, crops: np.ndarray) -> Scores:
        runs.append(len(crops))
        return real_run(self, crops)

    monkeypatch.setattr(Bundle, "run", counted)
    found = run_suite(small_suite, [bundle], faces, cache=cache)
    assert sum(runs) == 44 + 15
    runs.clear()
    again = run_suite(small_suite, [bundle], faces, cache=cache)
    assert not runs
    assert found == again == run_suite(small_suite, [bundle], faces)


def test_what_is_damaged_in_the_cache_is_made_anew(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, tmp_path: Path
) -> None:
    bundle = make_bundle()
    first = run_suite(small_suite, [bundle], faces, cache=tmp_path / "cache")
    kept = sorted((tmp_path / "cache").iterdir())
    assert len(kept) == 4
    whole = [path.read_bytes() for path in kept]
    at = [content.index(b".npy") + 30 for content in whole]
    for path, content, place in zip(kept, whole, at, strict=True):
        path.write_bytes(content[:place] + b"\xff" * 8 + content[place + 8 :])
    assert run_suite(small_suite, [bundle], faces, cache=tmp_path / "cache") == first
    for path in kept:
        path.write_bytes(path.read_bytes()[:50])
    assert run_suite(small_suite, [bundle], faces, cache=tmp_path / "cache") == first


def test_another_network_does_not_take_what_was_kept(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    before = run_suite(small_suite, [make_bundle()], faces, cache=cache)
    other = make_bundle(onnx=graph(weights=WEIGHTS[[0, 2, 1]]))
    after = run_suite(small_suite, [other], faces, cache=cache)
    assert after == run_suite(small_suite, [other], faces)
    assert after.bundles[0].benchmark.confusion != before.bundles[0].benchmark.confusion


def test_a_view_that_does_something_else_does_not_take_what_was_kept(
    faces: Path,
    make_bundle: MakeBundle,
    small_suite: Suite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle, cache = make_bundle(), tmp_path / "cache"
    before = run_suite(small_suite, [bundle], faces, cache=cache)
    through = laundering._through

    def coarser(pixels: np.ndarray, format_name: str, **options: int) -> np.ndarray:
        return through(pixels, format_name, **options | {"quality": 1})

    monkeypatch.setattr(laundering, "_through", coarser)
    after = run_suite(small_suite, [bundle], faces, cache=cache)
    assert after == run_suite(small_suite, [bundle], faces)
    points = [one.bundles[0].benchmark.robustness for one in (before, after)]
    changed = [was.view for was, now in zip(*points, strict=True) if was != now]
    assert changed == ["jpeg-80"]


def test_what_was_kept_is_known_by_what_a_view_does_and_not_by_its_name(
    faces: Path,
    make_bundle: MakeBundle,
    small_suite: Suite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle, cache = make_bundle(), tmp_path / "cache"
    run_suite(small_suite, [bundle], faces, cache=cache)
    jpeg, noise = small_suite.views
    renamed = replace(small_suite, views=(replace(jpeg, name="of-another-name"), noise))
    swapped = replace(small_suite, views=(replace(jpeg, launder=noise.launder), noise))
    monkeypatch.setattr(Bundle, "run", lambda *_: pytest.fail("it was scored again"))
    found = run_suite(renamed, [bundle], faces, cache=cache).bundles[0].benchmark.robustness
    assert [point.view for point in found] == ["clean", "of-another-name", "noise"]
    under_a_wrong_name = run_suite(swapped, [bundle], faces, cache=cache).bundles[0].benchmark
    assert under_a_wrong_name.robustness[1].auc == found[2].auc


@pytest.mark.parametrize("view", [CLEAN_VIEW, *LAUNDERINGS], ids=lambda view: view.name)
def test_every_view_has_a_digest_of_its_own_which_stays(view: View) -> None:
    others = {one.digest() for one in (CLEAN_VIEW, *LAUNDERINGS) if one.name != view.name}
    assert view.digest() == view.digest() not in others


def test_other_crops_under_the_same_names_do_not_take_what_was_kept(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, tmp_path: Path
) -> None:
    bundle, cache = make_bundle(), tmp_path / "cache"
    before = run_suite(small_suite, [bundle], faces, cache=cache)
    recut = tmp_path / "faces"
    shutil.copytree(faces, recut)
    for path in (recut / "crops").iterdir():
        path.write_bytes(encode_crop(read_crop(path)[:, ::-1, ::-1]))  # red becomes blue
    after = run_suite(small_suite, [bundle], recut, cache=cache)
    assert after == run_suite(small_suite, [bundle], recut) != before


def test_bundles_of_one_name_are_refused(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, tmp_path: Path
) -> None:
    other = load_bundle(write_bundle(tmp_path / "elsewhere" / "tiny"))
    with pytest.raises(SuiteError, match="two bundles are called tiny"):
        run_suite(small_suite, [make_bundle(), other], faces)


def test_a_bundle_of_other_labels_is_refused(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite
) -> None:
    labels = ["real", "stylegan1", "dalle"]
    families = {"real": "real", "stylegan1": "a", "dalle": "b"}
    other = make_bundle("other", labels=labels, families=families)
    with pytest.raises(SuiteError, match="bundle other tells apart real, stylegan1, dalle, but"):
        run_suite(small_suite, [other], faces)


def test_a_generator_that_nobody_knows_cannot_be_left_out(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite
) -> None:
    odd = make_bundle("odd", left_out=["dalle"])
    with pytest.raises(SuiteError, match="bundle odd was trained without dalle, of which"):
        run_suite(small_suite, [odd], faces)


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path, make_bundle: MakeBundle) -> None:
    with pytest.raises(DatasetError, match="no dataset in"):
        run_suite(SUITES["quick"], [make_bundle()], tmp_path)


def test_the_bundle_gets_what_its_page_draws(
    result: BenchmarkResult, make_bundle: MakeBundle
) -> None:
    folder = make_bundle().folder
    path = write_into_bundle(result.bundles[0], folder)
    assert path == folder / BENCHMARK
    listed = find_bundles([folder.parent]).get("tiny")
    assert listed.benchmark == result.bundles[0].benchmark
    assert listed.benchmark is not None and listed.benchmark.dataset == FINGERPRINT
    # It must be of this very graph, and whole.
    other = listed.info.model_copy(update={"sha256": "1" * 64})
    assert read_benchmark(folder, other) is None
    content = json.loads(path.read_text("utf-8"))
    content["confusion"]["counts"].pop()
    path.write_text(json.dumps(content), "utf-8")
    assert listed.benchmark is None
    path.unlink()
    assert listed.benchmark is None


def test_the_subset_is_the_same_share_of_each_collection_in_any_order(faces: Path) -> None:
    crops = read_benchmark_crops(faces, "test")
    rows = crops.subset(0.5)
    names = {crops.names[row] for row in rows}
    taken = [crops.collections[row] for row in rows]
    assert {name: taken.count(name) for name in taken} == {
        "sea": 7, "sky": 5, "rubies": 6, "moss": 4,
    }  # fmt: skip
    turned = crops.take(range(len(crops))[::-1])
    assert {turned.names[row] for row in turned.subset(0.5)} == names
    assert len(crops.subset(1e-9)) == 4


def test_every_view_changes_crops_and_does_the_same_every_time() -> None:
    crop = np.random.default_rng(0).integers(0, 256, (218, 178, 3), dtype=np.uint8)
    seen = set()
    for view in LAUNDERINGS:
        once, again = view.launder(crop, "one"), view.launder(crop, "one")
        assert once.shape == crop.shape and once.dtype == np.uint8
        assert np.array_equal(once, again), view.name
        assert not np.array_equal(once, crop), view.name
        seen.add(once.tobytes())
    assert len(seen) == len(LAUNDERINGS) == 13
    noise = next(view for view in LAUNDERINGS if view.name == "noise")
    assert not np.array_equal(noise.launder(crop, "one"), noise.launder(crop, "two"))


def test_a_bundle_of_another_dataset_is_refused_by_name(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite
) -> None:
    other = make_bundle(dataset="cd" * 32, splits="ef" * 32)
    for recut in (False, True):
        with pytest.raises(
            SuiteError,
            match=r"tiny was made from the dataset cdcdcdcdcdcd \(splits efefefef, crops of "
            r"version 1\), but .* "
            r"holds abababababab \(splits [0-9a-f]{8}, crops of version 1\), in which .*--seed",
        ):
            run_suite(small_suite, [other], faces, recut=recut)


def test_a_bundle_of_the_same_splits_cut_otherwise_is_measured_only_where_that_is_asked_for(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, tmp_path: Path
) -> None:
    splits = read_identity(faces).splits
    cut_otherwise = {"dataset": "cd" * 32, "crop_version": 2, "splits": splits}
    bundles = [make_bundle("own"), make_bundle("other", **cut_otherwise)]
    with pytest.raises(SuiteError, match=r"other .*crops of version 2\).*--recut"):
        run_suite(small_suite, bundles, faces)
    bundles.append(make_bundle("less", **cut_otherwise, left_out=["sdxl"]))
    result = run_suite(small_suite, bundles, faces, recut=True)
    assert [one.benchmark.recut for one in result.bundles] == [False, True]
    assert [one.recut for one in result.left_out] == [True]
    said = [path.read_text("utf-8") for path in write_reports(result, tmp_path)]
    assert ["cut by an older version: other, less." in text for text in said] == [False, True, True]
    plain = write_reports(run_suite(small_suite, bundles[:1], faces), tmp_path / "plain")
    assert not any("older version" in path.read_text("utf-8") for path in plain)
