from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from tests.dataset.painter import Painter
from unmask.dataset.audit import LIMIT, Audit, Finding, audit_dataset
from unmask.dataset.build import build_dataset
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.crops import encode_crop
from unmask.dataset.guessing import area_alone, area_over_folds, make_folds

Encode = Callable[[np.ndarray, str], bytes]

DESCRIBED = '{"fingerprint": "abc", "labels": ["real"], "families": {"real": "real"}, "counts": {}}'


def one_encoder(pixels: np.ndarray, label: str) -> bytes:
    return encode_crop(pixels)


def encoder_that_leaks(pixels: np.ndarray, label: str) -> bytes:
    """A few bytes more at the end of the generated ones."""
    return encode_crop(pixels) + (b"\0" * 12 if label == "generated" else b"")


def write_dataset(
    folder: Path, encode: Encode = one_encoder, count: int = 80, bright: bool = False
) -> Path:
    """A dataset of noise in four collections, two of them generated, and an unseen one.

    With `bright`, the generated crops are a little brighter.
    """
    rng = np.random.default_rng(0)
    rows = []
    for number in range(count):
        label = "generated" if number % 2 else "real"
        collection = f"{label}-{number // 2 % 2}"
        level = 160 if bright and label == "generated" else 140
        pixels = rng.integers(0, level, (218, 178, 3), np.uint8)
        row = {
            "path": f"originals/{number}.jpg",
            "crop": f"crops/{number}.png",
            "split": "train" if number < count - 8 else "unseen",
            "label": label,
            "collection": collection,
            "group": f"g{number // 4}",
        }
        for name, data in (("path", b""), ("crop", encode(pixels, label))):
            file = folder / row[name]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        quality = 92 if label == "generated" else 75
        Image.fromarray(pixels).save(folder / row["path"], quality=quality)
        rows.append(row)
    pq.write_table(pa.Table.from_pylist(rows), folder / "manifest.parquet")
    (folder / "dataset.json").write_text(DESCRIBED, "utf-8")
    return folder


def findings(audit: Audit) -> dict[str, Finding]:
    return {finding.subject: finding for finding in audit.findings}


def test_harmonised_files_say_nothing_though_the_originals_say_all(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    found = audit_dataset(folder, folder, workers=1)
    originals, crops, pixels = found.findings
    assert originals.label_auc is not None
    assert originals.label_auc > 0.95
    assert originals.limit is None
    assert (crops.label_auc, crops.collection_auc, crops.varying) == (0.5, 0.5, 0)
    assert crops.limit == LIMIT == 0.55
    assert crops.passed
    assert found.passed
    assert pixels.label_auc is not None
    assert pixels.label_auc < 0.75


def test_a_leak_in_the_files_of_the_crops_is_found(tmp_path: Path) -> None:
    found = audit_dataset(write_dataset(tmp_path, encoder_that_leaks), None, workers=1)
    crops = findings(found)["files of crops"]
    assert crops.label_auc is not None
    assert crops.label_auc > 0.9
    assert crops.varying == 2
    assert set(crops.telling) == {"bytes", "bits_per_pixel"}
    assert not crops.passed
    assert not found.passed


def test_what_is_left_in_the_pixels_is_measured_and_has_no_limit(tmp_path: Path) -> None:
    found = audit_dataset(write_dataset(tmp_path, bright=True), None, workers=1)
    pixels = findings(found)["pixels of crops"]
    assert pixels.label_auc is not None
    assert pixels.label_auc > 0.9
    assert max(pixels.telling.values()) > 0.9
    assert found.passed


def test_the_findings_are_written_beside_the_dataset(tmp_path: Path) -> None:
    found = audit_dataset(write_dataset(tmp_path, encoder_that_leaks), None, workers=1)
    written = json.loads((tmp_path / "audit.json").read_text("utf-8"))
    assert written["passed"] is False
    assert (written["fingerprint"], written["crops"]) == ("abc", 72)
    assert [one["passed"] for one in written["findings"]] == [False, True]
    assert written["findings"][0]["label_auc"] == found.findings[0].label_auc
    assert written["method"] == {"folds": 5, "trees": 100, "seed": 0}


def test_the_same_dataset_gives_the_same_figures_in_one_process_and_in_two(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, bright=True)
    one, two = (audit_dataset(folder, folder, workers=workers) for workers in (1, 2))
    assert one == two


def test_unseen_splits_are_left_out(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    for number in range(72, 80):
        (folder / f"crops/{number}.png").unlink()
    assert audit_dataset(folder, None, workers=1).crops == 72


def test_progress_goes_from_nothing_to_all_at_every_step(tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}

    def track(items: Iterable[Any], length: int, text: str) -> Iterator[Any]:
        for number, item in enumerate(items, 1):
            told[text] = (number, length)
            yield item

    audit_dataset(write_dataset(tmp_path, bright=True), tmp_path, workers=1, track=track)
    steps = list(told)
    assert steps[0] == "measuring files of originals"
    assert steps[-1] == "guessing the collection by pixels of crops"
    assert all(done == length for done, length in told.values())


def test_a_folder_without_a_dataset_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no dataset in"):
        audit_dataset(tmp_path, None)
    for text in ("{}", "[]", "{"):
        (tmp_path / "dataset.json").write_text(text)
        with pytest.raises(DatasetError, match="no dataset in"):
            audit_dataset(tmp_path, None)
    (tmp_path / "dataset.json").write_text(DESCRIBED)
    with pytest.raises(DatasetError, match=r"manifest in .* cannot be read"):
        audit_dataset(tmp_path, None)
    (tmp_path / "manifest.parquet").write_text("not parquet")
    with pytest.raises(DatasetError, match=r"manifest in .* cannot be read"):
        audit_dataset(tmp_path, None)


@pytest.mark.parametrize("missing", ["originals/5.jpg", "crops/5.png"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = write_dataset(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(DatasetError, match=f"{missing} cannot be read: No such file"):
        audit_dataset(folder, folder, workers=1)


def test_too_little_to_guess_from_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="too few pictures to audit"):
        audit_dataset(write_dataset(tmp_path, count=12), None, workers=1)


def test_a_dataset_that_was_built_passes(pool: Path, tmp_path: Path, painter: Painter) -> None:
    painter.write(pool / "generated/dreams", range(220, 240), ".webp")
    build_dataset(pool, tmp_path / "out", workers=1)
    found = audit_dataset(tmp_path / "out", pool, workers=1)
    originals = findings(found)["files of originals"]
    assert originals.collection_auc == pytest.approx(1.0)  # JPEG, PNG, WebP
    assert findings(found)["files of crops"].varying == 0
    assert found.passed


def area(numbers: np.ndarray, classes: list[str], groups: list[str] | None = None) -> float | None:
    folds = make_folds(classes, groups or [str(index) for index in range(len(classes))])
    return area_over_folds(numbers, np.array(classes), folds, threads=1)


def test_noise_guesses_nothing_and_a_telling_number_all() -> None:
    rng = np.random.default_rng(0)
    classes = ["a", "b"] * 100
    noise = rng.normal(size=(200, 3))
    assert area(noise, classes) == pytest.approx(0.5, abs=0.1)
    telling = noise.copy()
    telling[1::2, 1] += 4
    assert (area(telling, classes) or 0) > 0.95


def test_constant_numbers_give_chance_exactly() -> None:
    assert area(np.ones((40, 3)), ["a", "b"] * 20) == 0.5
    assert area(np.ones((40, 0)), ["a", "b"] * 20) == 0.5


def test_one_class_cannot_be_guessed() -> None:
    assert area(np.ones((40, 3)), ["a"] * 40) is None


def test_a_group_cannot_be_recognised_from_its_other_members() -> None:
    rng = np.random.default_rng(0)
    groups = [f"g{index // 5}" for index in range(500)]
    classes = [("a", "b")[index // 5 % 2] for index in range(500)]
    signature = np.repeat(rng.normal(size=(100, 4)), 5, axis=0)  # of the group, not of the class
    assert (area(signature, classes) or 0) > 0.9
    assert (area(signature, classes, groups) or 0) < 0.65


def test_one_number_alone_tells_either_way_round() -> None:
    generated = np.array([True, False] * 20)
    assert area_alone(generated.astype(float), generated) == 1.0
    assert area_alone(-generated.astype(float), generated) == 1.0
    assert area_alone(np.ones(40), generated) == 0.5
    assert area_alone(np.arange(40.0), np.ones(40, bool)) == 0.5


@pytest.mark.parametrize(
    ("label", "collection", "passed"),
    [
        (0.5, 0.5, True),
        (0.549, 0.5, True),
        (0.55, 0.5, False),
        (0.5, 0.55, False),
        (None, 0.5, True),
    ],
)
def test_both_areas_must_be_under_the_limit(
    label: float | None, collection: float | None, passed: bool
) -> None:
    finding = Finding("files", "purpose", 3, 1, label, collection, LIMIT, {})
    assert finding.passed is passed
