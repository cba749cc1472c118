from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.dataset.painter import Painter
from unmask.dataset import crops
from unmask.dataset.build import BuildResult, build_dataset
from unmask.dataset.catalogue import DatasetError, list_pictures, load_catalogue
from unmask.dataset.crops import CropRecord
from unmask.dataset.identity import read_identity
from unmask.dataset.manifest import facts_of, read_crop, read_crops, read_description
from unmask.dataset.selection import drop_duplicates
from unmask.imaging import align as align_module
from unmask.imaging import usable
from unmask.imaging.align import Crop, align
from unmask.imaging.decode import Limits, UnsupportedPicture, read_picture
from unmask.imaging.faces import FaceFinder
from unmask.progress import Track

Row = dict[str, Any]


def build(pool: Path, out: Path, **options: Any) -> BuildResult:
    """In this process, which takes less time than starting others."""
    return build_dataset(pool, out, **({"workers": 1} | options))


def rows_of(out: Path) -> list[Row]:
    return pq.read_table(out / "manifest.parquet").to_pylist()


def by_path(out: Path) -> dict[str, Row]:
    return {row["path"]: row for row in rows_of(out)}


def rejected(out: Path) -> dict[str, tuple[str, str]]:
    with (out / "rejected.csv").open(newline="", encoding="utf-8") as file:
        return {row["path"]: (row["reason"], row["detail"]) for row in csv.DictReader(file)}


@pytest.fixture
def cropped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the pictures that a crop was made of, in this process."""
    made: list[str] = []
    make = crops.Cropper.make

    def counting(self: crops.Cropper, path: str) -> crops.CropRecord:
        made.append(path)
        return make(self, path)

    monkeypatch.setattr(crops.Cropper, "make", counting)
    return made


def interrupt_after(pictures: int) -> Track:
    def track(items: Iterable[Any], _length: int, _text: str) -> Iterator[Any]:
        for number, item in enumerate(items, 1):
            if number == pictures:
                raise KeyboardInterrupt
            yield item

    return track


def test_a_pool_of_any_layout_becomes_a_dataset(pool: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    description = build(pool, out).description
    rows = rows_of(out)
    assert len(rows) == 36
    assert description == read_description(out)
    assert description["crops"] == 36
    assert description["labels"] == ["real", "dreamer"]
    assert description["families"] == {"real": "real", "dreamer": "diffusion"}
    assert description["rejected"] == {}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counted[row["collection"]][row["split"]] += 1
    assert description["counts"] == counted
    assert counted["later"] == {"unseen": 4}
    assert read_crops(out, "train", "source").labels == ("real", "dreamer")


def test_the_limits_that_are_given_hold_for_originals(
    pool: Path, tmp_path: Path, cropped: list[str]
) -> None:
    largest = max(pool.rglob("*.png"), key=lambda path: path.stat().st_size)
    name, size = largest.relative_to(pool).as_posix(), largest.stat().st_size
    build(pool, tmp_path / "out", limits=Limits(max_bytes=size - 1))
    reason, detail = rejected(tmp_path / "out")[name]
    assert (reason, "the limit is" in detail) == ("cannot be decoded", True)
    cropped.clear()
    build(pool, tmp_path / "out", limits=Limits(max_bytes=size))
    assert cropped == [name] and name in by_path(tmp_path / "out")


def test_a_row_says_what_its_catalogue_entry_and_its_picture_say(
    pool: Path, tmp_path: Path
) -> None:
    build(pool, tmp_path / "out")
    row = by_path(tmp_path / "out")["generated/dreams/200.webp"]
    assert (row["label"], row["generator"], row["family"]) == ("generated", "dreamer", "diffusion")
    assert (row["original_width"], row["original_height"]) == (260, 240)
    assert 30 < row["eye_distance"] < 100
    original = (pool / row["path"]).read_bytes()
    assert row["sha256"] == hashlib.sha256(original).hexdigest()
    crop = (tmp_path / "out" / row["crop"]).read_bytes()
    assert row["crop_sha256"] == hashlib.sha256(crop).hexdigest()
    real = by_path(tmp_path / "out")["album/studio/100.png"]
    assert (real["label"], real["generator"], real["family"]) == ("real", "", "")


def test_crops_leave_by_one_encoder(pool: Path, tmp_path: Path) -> None:
    build(pool, tmp_path / "out")
    files = [tmp_path / "out" / row["crop"] for row in rows_of(tmp_path / "out")]
    assert len({file.stat().st_size for file in files}) == 1
    facts = set()
    for file in files:
        with Image.open(file) as image:
            facts.add((image.format, image.mode, image.size, tuple(image.info)))
    assert facts == {("PNG", "RGB", (178, 218), ())}


def test_the_same_seed_gives_the_same_files_and_another_other_splits(
    pool: Path, tmp_path: Path
) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    build(pool, one)
    build(pool, two)
    build(pool, three, seed=1)
    for name in ("manifest.parquet", "dataset.json", "rejected.csv"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    splits = [[row["split"] for row in rows_of(out)] for out in (one, three)]
    assert splits[0] != splits[1]
    assert [row["crop_sha256"] for row in rows_of(one)] == [
        row["crop_sha256"] for row in rows_of(three)
    ]
    assert read_description(one)["fingerprint"] != read_description(three)["fingerprint"]


def test_several_processes_make_the_same_as_one(pool: Path, tmp_path: Path) -> None:
    build(pool, tmp_path / "one")
    build(pool, tmp_path / "two", workers=2)
    first, second = (tmp_path / name / "manifest.parquet" for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


FINGERPRINTS = ("fingerprint", "exact_fingerprint")


def fingerprints(out: Path) -> list[str]:
    description = read_description(out)
    return [description[name] for name in FINGERPRINTS]


def test_the_fingerprints_change_with_a_picture(
    pool: Path, tmp_path: Path, painter: Painter
) -> None:
    build(pool, tmp_path / "one")
    painter.picture(4711).save(pool / "album/studio/100.png")
    build(pool, tmp_path / "two")
    before, after = (fingerprints(tmp_path / name) for name in ("one", "two"))
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_what_a_processor_rounds_changes_the_exact_fingerprint_alone(
    pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(pool, tmp_path / "one")

    def slightly_aside(pixels: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> Crop:
        return align(pixels, landmarks * np.float32(1 + 1e-4))

    monkeypatch.setattr("unmask.imaging.usable.align", slightly_aside)
    build(pool, tmp_path / "two")
    (one, one_exact), (two, two_exact) = (fingerprints(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert one_exact != two_exact


def test_the_fingerprint_changes_with_how_crops_are_cut(
    pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(pool, tmp_path / "one")
    monkeypatch.setattr("unmask.imaging.align.EYE_DISTANCE", 60.0)
    build(pool, tmp_path / "two")
    before, after = (fingerprints(tmp_path / name) for name in ("one", "two"))
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_code_that_cuts_otherwise_makes_another_dataset_of_the_same_splits(
    pool: Path, tmp_path: Path, cropped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    build(pool, out)
    before, pictures = read_identity(out), len(cropped)
    monkeypatch.setattr("unmask.imaging.align.CROP_VERSION", 3)
    build(pool, out)
    after = read_identity(out)
    assert len(cropped) == 2 * pictures  # none is taken from the journal of the other version
    assert before.fingerprint != after.fingerprint and before.splits == after.splits
    assert (before.crop_version, after.crop_version) == (2, 3)
    build(pool, tmp_path / "moved", seed=7)
    assert read_identity(tmp_path / "moved").splits != after.splits
    monkeypatch.setattr("unmask.imaging.retinaface.weights_digest", lambda: "other weights")
    build(pool, tmp_path / "found")
    assert read_identity(tmp_path / "found").fingerprint != after.fingerprint


def test_the_same_pictures_under_another_label_are_another_dataset(
    pool: Path, tmp_path: Path
) -> None:
    build(pool, tmp_path / "one")
    build(pool, tmp_path / "again")
    catalogue = pool / "catalogue.toml"
    text = catalogue.read_text("utf-8")
    catalogue.write_text(text.replace('"dreamer"', '"somebody"'), "utf-8")
    build(pool, tmp_path / "other")
    one, again, other = (read_identity(tmp_path / name) for name in ("one", "again", "other"))
    assert one.is_that_of(again) and not one.is_that_of(other)
    assert str(one) != str(other)
    assert replace(one, splits="").is_that_of(one)  # a bundle of an older version


def test_a_dataset_of_before_versions_is_of_the_first_and_its_splits_are_known(
    pool: Path, tmp_path: Path
) -> None:
    build(pool, tmp_path)
    now = read_identity(tmp_path)
    description = read_description(tmp_path)
    for name in ("splits", "crop_version", "keeps"):
        del description[name]
    (tmp_path / "dataset.json").write_text(json.dumps(description))
    assert read_identity(tmp_path) == replace(now, crop_version=1)


def test_kept_splits_stay_when_a_face_falls_out_and_others_are_new(
    pool: Path, tmp_path: Path
) -> None:
    old, moved, kept = (tmp_path / name for name in ("old", "moved", "kept"))
    build(pool, old)
    before = {row["sha256"]: row["split"] for row in rows_of(old)}
    for gone in ("album/summer 2019/000.jpg", "album/studio/101.png", "generated/dreams/202.webp"):
        (pool / gone).unlink()
    painter = Painter(Path(__file__).parents[1] / "data")
    painter.write(pool / "generated/dreams", range(220, 224), ".webp")
    build(pool, moved)
    build(pool, kept, keep=old)
    both = [
        {row["sha256"]: (before.get(row["sha256"]), row["split"]) for row in rows_of(out)}
        for out in (moved, kept)
    ]
    assert any(was and was != now for was, now in both[0].values())
    assert not any(was and was != now for was, now in both[1].values())
    assert sum(was is None for was, _ in both[1].values()) == 4
    assert read_identity(kept).same_splits(read_identity(old).splits)
    assert not read_identity(moved).same_splits(read_identity(old).splits)


def test_splits_are_not_kept_where_the_catalogue_says_otherwise(pool: Path, tmp_path: Path) -> None:
    build(pool, tmp_path / "old")
    catalogue = pool / "catalogue.toml"
    whole = catalogue.read_text("utf-8")
    catalogue.write_text(whole.replace('"dreamer"', '"sleeper"'), "utf-8")
    with pytest.raises(DatasetError, match=r"dreams/200.webp is sleeper .* but dreamer"):
        build(pool, tmp_path / "new", keep=tmp_path / "old")
    catalogue.write_text(
        whole.replace('"holiday"', '"unseen"').replace(
            'label = "real"\nuse = "learn"\nsubj', 'label = "real"\nuse = "unseen"\nsubj'
        ),
        "utf-8",
    )
    with pytest.raises(DatasetError, match="in the split 'unseen', but real in"):
        build(pool, tmp_path / "new", keep=tmp_path / "old")
    with pytest.raises(DatasetError, match="name another folder with --out"):
        build(pool, tmp_path / "old", keep=tmp_path / "old")


def test_the_description_has_the_catalogues_facts_and_they_make_no_other_dataset(
    pool: Path, tmp_path: Path
) -> None:
    build(pool, tmp_path / "one")
    told = facts_of(read_description(tmp_path / "one"))
    assert told["studio"].title == "studio" and told["studio"].licence == ""
    catalogue = pool / "catalogue.toml"
    text = catalogue.read_text("utf-8")
    more = 'collection = "studio"\nlicence = "CC0"\ntitle = "My studio"\n'
    catalogue.write_text(text.replace('collection = "studio"\n', more), "utf-8")
    build(pool, tmp_path / "two")
    told = facts_of(read_description(tmp_path / "two"))
    assert (told["studio"].title, told["studio"].licence) == ("My studio", "CC0")
    assert read_identity(tmp_path / "one") == read_identity(tmp_path / "two")


def test_landmarks_of_the_manifest_lie_on_the_face_of_the_crop(pool: Path, tmp_path: Path) -> None:
    build(pool, tmp_path)
    for row in rows_of(tmp_path):
        points = np.array(row["landmarks"]).reshape(5, 2)
        left, right, nose, *mouth = points
        assert np.allclose((left + right) / 2, align_module.EYE_CENTRE, atol=0.1)
        assert right[0] - left[0] == pytest.approx(align_module.EYE_DISTANCE, abs=0.1)
        assert left[1] < nose[1] < min(point[1] for point in mouth)


def test_an_interrupted_build_goes_on_where_it_was(
    pool: Path, tmp_path: Path, cropped: list[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        build(pool, out, track=interrupt_after(16))
    before = len(cropped)
    assert 16 <= before < 36
    assert not (out / "manifest.parquet").exists()
    cropped.clear()
    said: list[str] = []
    shown: list[tuple[int, str]] = []

    def track(items: Iterable[Any], length: int, text: str) -> Iterable[Any]:
        shown.append((length, text))
        return items

    build(pool, out, track=track, say=said.append)
    assert len(cropped) == 36 - 16
    assert said == ["16 of 36 were done before"]
    assert shown == [(20, "cropping")]
    build(pool, tmp_path / "whole")
    for name in ("manifest.parquet", "dataset.json"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_finished_build_makes_no_crop_again(
    pool: Path, tmp_path: Path, cropped: list[str]
) -> None:
    build(pool, tmp_path / "out")
    cropped.clear()
    build(pool, tmp_path / "out", seed=5)
    assert cropped == []


def test_a_line_that_was_cut_short_costs_one_picture(
    pool: Path, tmp_path: Path, cropped: list[str]
) -> None:
    out = tmp_path / "out"
    build(pool, out)
    manifest = (out / "manifest.parquet").read_bytes()
    journal = out / "build.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    cropped.clear()
    build(pool, out)
    assert len(cropped) == 1
    assert (out / "manifest.parquet").read_bytes() == manifest
    cropped.clear()
    build(pool, out)
    assert cropped == []


def test_what_changed_since_is_cropped_again(
    pool: Path, tmp_path: Path, painter: Painter, cropped: list[str]
) -> None:
    out = tmp_path / "out"
    build(pool, out)
    painter.picture(999).save(pool / "album/studio/103.png")
    (out / by_path(out)["album/studio/105.png"]["crop"]).unlink()
    cropped.clear()
    build(pool, out)
    assert sorted(cropped) == ["album/studio/103.png", "album/studio/105.png"]
    digest = hashlib.sha256((pool / "album/studio/103.png").read_bytes()).hexdigest()
    assert by_path(out)["album/studio/103.png"]["sha256"] == digest


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied"), ("cannot be read", "Permission denied")),
        (UnsupportedPicture("no reader"), ("cannot be decoded", "no reader")),
    ],
)
def test_what_could_not_be_read_is_tried_again(
    pool: Path,
    tmp_path: Path,
    cropped: list[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    told: tuple[str, str],
) -> None:
    out, path = tmp_path / "out", "album/studio/103.png"
    read = crops.read_picture

    def refuse(file: Path, limits: Limits) -> Any:
        if file == pool / path:
            raise error
        return read(file, limits)

    monkeypatch.setattr(crops, "read_picture", refuse)
    build(pool, out)
    assert rejected(out) == {path: told}
    monkeypatch.setattr(crops, "read_picture", read)
    cropped.clear()
    build(pool, out)
    assert cropped == [path]
    assert rejected(out) == {}


def test_other_parameters_start_anew_and_take_the_old_manifest_away(
    pool: Path, tmp_path: Path, cropped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    build(pool, out)
    cropped.clear()
    monkeypatch.setattr(usable, "MIN_SHARPNESS", 1.3)
    with pytest.raises(KeyboardInterrupt):
        build(pool, out, track=interrupt_after(16))
    assert len(cropped) == 16
    assert not (out / "manifest.parquet").exists()
    assert not (out / "dataset.json").exists()


def test_exact_duplicates_are_left_out_once(pool: Path, tmp_path: Path) -> None:
    shutil.copy(pool / "album/studio/100.png", pool / "album/studio/copy.png")
    build(pool, tmp_path / "out")
    assert rejected(tmp_path / "out") == {
        "album/studio/copy.png": ("exact duplicate", "album/studio/100.png")
    }
    assert len(rows_of(tmp_path / "out")) == 36


def test_of_duplicates_whoever_any_of_them_shows_is_kept(pool: Path, tmp_path: Path) -> None:
    pictures = list_pictures(pool, load_catalogue(pool))
    one, other = pictures[:2]
    copies = [replace(one, subject=""), replace(one, path="copy", subject="Ada")]
    records = {
        path: CropRecord(path, crop=f"{name}.png", sha256=name)
        for path, name in {one.path: "a", "copy": "a", other.path: "b"}.items()
    }
    kept, _ = drop_duplicates([*copies, replace(other, subject="Ada")], records)
    assert [picture.subject for picture, _ in kept] == ["Ada", "Ada"]


def test_crops_of_pictures_that_left_the_pool_go_with_them(pool: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(pool, out)
    gone = by_path(out)["album/studio/100.png"]["crop"]
    (pool / "album/studio/100.png").unlink()
    mine = out / "notes.partial"
    mine.write_text("mine")
    build(pool, out)
    assert not (out / gone).exists() and mine.exists()
    assert {row["crop"] for row in rows_of(out)} <= {
        path.relative_to(out).as_posix() for path in out.glob("crops/*/*.png")
    }


def test_of_duplicates_the_unseen_one_stays(pool: Path, tmp_path: Path) -> None:
    catalogue = (pool / "catalogue.toml").read_text("utf-8")
    own = catalogue.replace('"newer"\nfamily = "unknown"', '"dreamer"\nfamily = "diffusion"')
    (pool / "catalogue.toml").write_text(own, "utf-8")
    shutil.copy(pool / "generated/later/300.jpg", pool / "generated/dreams/copy.jpg")
    build(pool, tmp_path / "out")
    reason = ("exact duplicate", "generated/later/300.jpg")
    assert rejected(tmp_path / "out") == {"generated/dreams/copy.jpg": reason}
    assert by_path(tmp_path / "out")["generated/later/300.jpg"]["split"] == "unseen"


def test_a_file_with_two_labels_is_left_out_altogether(pool: Path, tmp_path: Path) -> None:
    shutil.copy(pool / "album/studio/100.png", pool / "generated/dreams/liar.png")
    build(pool, tmp_path / "out")
    both = {"album/studio/100.png", "generated/dreams/liar.png"}
    assert set(rejected(tmp_path / "out")) == both
    reasons = {reason for reason, _ in rejected(tmp_path / "out").values()}
    assert reasons == {"the same file with different labels"}
    assert not both & set(by_path(tmp_path / "out"))


def near_duplicate(source: Path, target: Path) -> None:
    """The same scene: smaller, darker, another encoding."""
    image = Image.open(source).convert("RGB").resize((200, 185))
    Image.fromarray((np.asarray(image) * 0.93).astype(np.uint8)).save(target, quality=70)


def test_near_duplicates_are_in_one_group_and_one_split(pool: Path, tmp_path: Path) -> None:
    for number in range(100, 108):
        copy = pool / f"album/summer 2019/again-{number}.jpg"
        near_duplicate(pool / f"album/studio/{number}.png", copy)
    build(pool, tmp_path / "out")
    rows = by_path(tmp_path / "out")
    for number in range(100, 108):
        one = rows[f"album/studio/{number}.png"]
        other = rows[f"album/summer 2019/again-{number}.jpg"]
        assert one["sha256"] != other["sha256"]
        assert (one["group"], one["split"]) == (other["group"], other["split"])
    assert len({row["group"] for row in rows.values()}) == 36


def test_a_subject_never_straddles_splits(pool: Path, tmp_path: Path) -> None:
    names = [path.name for path in sorted((pool / "album/summer 2019").iterdir())]
    lines = [f"album/summer 2019/{name},person {index % 4}" for index, name in enumerate(names)]
    (pool / "album/who.csv").write_text("path,subject\n" + "\n".join(lines) + "\n", "utf-8")
    for seed in range(4):
        build(pool, tmp_path / "out", seed=seed)
        splits: dict[str, set[str]] = defaultdict(set)
        for row in rows_of(tmp_path / "out"):
            if row["subject"]:
                splits[row["subject"]].add(row["split"])
        assert len(splits) == 4
        assert all(len(of_one) == 1 for of_one in splits.values())


def test_what_resembles_an_unseen_picture_is_not_learned_from(pool: Path, tmp_path: Path) -> None:
    near_duplicate(pool / "generated/later/301.jpg", pool / "generated/dreams/near.jpg")
    build(pool, tmp_path / "out")
    left_out = rejected(tmp_path / "out")
    assert list(left_out) == ["generated/dreams/near.jpg"]
    assert "unseen" in left_out["generated/dreams/near.jpg"][0]
    assert by_path(tmp_path / "out")["generated/later/301.jpg"]["split"] == "unseen"
    groups: dict[str, set[bool]] = defaultdict(set)
    for row in rows_of(tmp_path / "out"):
        groups[row["group"]].add(row["split"] == "unseen")
    assert all(len(either) == 1 for either in groups.values())


def test_pictures_without_a_usable_face_are_listed_with_the_reason(
    pool: Path, tmp_path: Path, root: Path, painter: Painter
) -> None:
    folder = pool / "album/studio"
    shutil.copy(root / "tests/data/no-face.png", folder / "house.png")
    (folder / "letter.jpg").write_text("Dear reader,")
    (folder / "empty.jpg").write_bytes(b"")
    whole = (pool / "album/summer 2019/000.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    small = painter.picture(0).resize((52, 48)).resize((260, 240))
    small.resize((40, 37)).save(folder / "small.png")
    result = build(pool, tmp_path / "out")
    left_out = rejected(tmp_path / "out")
    reasons = {Path(path).name: reason for path, (reason, _) in left_out.items()}
    assert reasons.pop("small.png").startswith("face not usable: too_small")
    assert reasons == {
        "house.png": "no face found",
        "letter.jpg": "cannot be decoded",
        "empty.jpg": "cannot be decoded",
        "cut.jpg": "cannot be decoded",
    }
    assert "cut short" in left_out["album/studio/cut.jpg"][1]
    assert result.description["rejected"]["cannot be decoded"] == 3
    assert len(rows_of(tmp_path / "out")) == 36


def test_odd_file_names_survive_in_the_list(pool: Path, tmp_path: Path) -> None:
    name = 'a "quoted", odd näme.jpg'
    (pool / "album/studio" / name).write_text("no picture")
    build(pool, tmp_path / "out")
    assert set(rejected(tmp_path / "out")) == {f"album/studio/{name}"}


def test_the_largest_usable_face_is_taken(pool: Path, tmp_path: Path, root: Path) -> None:
    shutil.copy(root / "tests/data/two-faces.jpg", pool / "album/studio/two.jpg")
    build(pool, tmp_path / "out")
    row = by_path(tmp_path / "out")["album/studio/two.jpg"]
    picture = read_picture(pool / row["path"])
    large, small = (
        align(picture.pixels, face.landmarks) for face in FaceFinder(1).find(picture.pixels)
    )
    assert row["eye_distance"] == pytest.approx(large.eye_distance, abs=1e-3)
    crop = read_crop(tmp_path / "out" / row["crop"])
    assert (crop == large.pixels).all()
    assert (crop != small.pixels).any()


def test_a_smaller_face_is_taken_where_the_largest_is_not_usable(
    pool: Path, tmp_path: Path, root: Path
) -> None:
    two = Image.open(root / "tests/data/two-faces.jpg")
    half = two.crop((310, 0, 1100, 600))  # through the middle of the larger face
    half.save(pool / "album/studio/half.png")
    build(pool, tmp_path / "out")
    row = by_path(tmp_path / "out")["album/studio/half.png"]
    assert row["eye_distance"] == pytest.approx(75, abs=10)


def test_folders_that_are_missing_are_named(pool: Path, tmp_path: Path) -> None:
    shutil.rmtree(pool / "album/studio")
    result = build(pool, tmp_path / "out")
    assert result.description["missing_folders"] == ["album/studio"]
    assert "studio" not in result.description["counts"]


def test_a_pool_without_faces_is_an_error(pool: Path, tmp_path: Path, root: Path) -> None:
    for path in [*pool.rglob("*.jpg"), *pool.rglob("*.png"), *pool.rglob("*.webp")]:
        path.unlink()
    with pytest.raises(DatasetError, match="no pictures in"):
        build(pool, tmp_path / "out")
    shutil.copy(root / "tests/data/no-face.png", pool / "album/studio/house.png")
    with pytest.raises(DatasetError, match="none of the 1 pictures"):
        build(pool, tmp_path / "out")


def test_a_dataset_that_cannot_be_written_is_an_error(pool: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DatasetError, match=r"cannot write the dataset in .*out"):
        build(pool, tmp_path / "out")


def test_what_a_killed_process_left_is_removed(pool: Path, tmp_path: Path) -> None:
    left = tmp_path / "out/crops/ab/abcdef.4711.partial"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a crop")
    build(pool, tmp_path / "out")
    assert not left.exists()
    assert not list((tmp_path / "out").rglob("*.partial"))


def test_nothing_of_the_machine_is_in_the_description(pool: Path, tmp_path: Path) -> None:
    build(pool, tmp_path / "out")
    assert str(tmp_path) not in json.dumps(read_description(tmp_path / "out"))
    assert str(tmp_path) not in str(rows_of(tmp_path / "out"))
