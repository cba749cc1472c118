from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import unmask
from tests.pictures import UNUSUAL, beside, encoded, tinted, truncated
from tests.tiny_bundle import BIAS, LABELS, expected, write_bundle
from unmask.bundles.runtime import BundleError, UnknownModel
from unmask.bundles.verdict import Verdict
from unmask.detection.detector import check_faces
from unmask.detection.loading import LoadedPicture
from unmask.detection.options import DetectOptions
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import FaceCheck, Report
from unmask.imaging.decode import (
    BrokenPicture,
    EmptyPicture,
    PictureTooLarge,
    UnsupportedPicture,
    decode,
)
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import see_faces

RED, BLUE, GREEN = (90.0, 0.0, -60.0), (-60.0, 0.0, 90.0), (-45.0, 100.0, -45.0)


@pytest.fixture(scope="module")
def detectors(models_dir: Path) -> DetectorRegistry:
    return DetectorRegistry([models_dir], threads=1)


def judge(detectors: DetectorRegistry, image: Image.Image, **options: bool) -> Report:
    return detectors.get("tiny").detect(decode(encoded(image, "PNG")), DetectOptions(**options))


@pytest.mark.parametrize(
    ("colour", "verdict", "likeliest"),
    [
        (RED, Verdict.GENERATED, "stylegan1"),
        (BLUE, Verdict.REAL, "real"),
        (GREEN, Verdict.GENERATED, "sdxl"),
    ],
)
def test_the_verdict_follows_the_network(
    detectors: DetectorRegistry,
    face_jpeg: bytes,
    colour: tuple[float, float, float],
    verdict: Verdict,
    likeliest: str,
) -> None:
    report = judge(detectors, tinted(face_jpeg, *colour))
    (face,) = report.faces
    assert report.verdict is face.verdict is verdict
    assert face.usable and not face.reasons
    assert face.scores is not None and face.families is not None
    assert list(face.scores) == list(LABELS)
    assert max(face.scores, key=lambda label: face.scores[label]) == likeliest
    assert sum(face.scores.values()) == pytest.approx(1.0)
    assert sum(face.families.values()) == pytest.approx(1.0)
    assert face.probability_generated == pytest.approx(1 - face.scores["real"])


def test_the_picture_is_as_suspicious_as_its_most_suspicious_face(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    real, generated = tinted(face_jpeg, *BLUE, size=400), tinted(face_jpeg, *RED, size=400)
    large_real = tinted(face_jpeg, *BLUE, size=400)
    for image in (beside(real, generated, large_real), beside(generated, real, real)):
        report = judge(detectors, image)
        assert report.verdict is Verdict.GENERATED
        found = sorted(str(face.verdict) for face in report.faces)
        assert found == ["generated", "real", "real"]
    assert judge(detectors, beside(real, real)).verdict is Verdict.REAL


def test_more_faces_than_a_batch_are_each_judged(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    red, blue = tinted(face_jpeg, *RED, size=200), tinted(face_jpeg, *BLUE, size=200)
    row = beside(red, blue, red, blue, red, blue)
    whole = Image.new("RGB", (row.width, 3 * row.height))
    for number in range(3):
        whole.paste(row, (0, number * row.height))
    faces = judge(detectors, whole).faces
    assert len(faces) == 18
    for face in faces:
        column = int((face.box[0] + face.box[2] / 2) // 200)
        assert face.verdict is (Verdict.REAL if column % 2 else Verdict.GENERATED)


def test_a_face_that_cannot_be_judged_has_reasons_and_no_verdict(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    image = Image.new("RGB", (500, 500), "grey")
    image.paste(tinted(face_jpeg, 0, 0, 0, size=44), (200, 200))
    report = judge(detectors, image)
    (face,) = report.faces
    assert "too_small" in face.reasons
    assert not face.usable
    assert face.verdict is face.probability_generated is face.scores is face.heatmap is None
    assert report.verdict is Verdict.NOT_APPLICABLE
    assert "cannot be judged" in str(report)
    assert "too small" in str(report)


def test_only_usable_faces_decide(detectors: DetectorRegistry, face_jpeg: bytes) -> None:
    image = Image.new("RGB", (500, 500), "grey")
    image.paste(tinted(face_jpeg, *BLUE, size=200), (20, 20))
    image.paste(tinted(face_jpeg, 0, 0, 0, size=44), (400, 400))
    report = judge(detectors, image)
    assert [face.usable for face in report.faces] == [True, False]
    assert report.verdict is Verdict.REAL


def test_a_picture_without_a_face_is_not_applicable(
    detectors: DetectorRegistry, no_face_jpeg: bytes
) -> None:
    report = detectors.get("tiny").detect(decode(no_face_jpeg))
    assert report.verdict is Verdict.NOT_APPLICABLE
    assert report.faces == []
    assert "No face was found" in str(report)


def test_the_heat_map_is_the_class_map_of_the_likeliest_label(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    image = tinted(face_jpeg, *RED)
    (face,) = judge(detectors, image).faces
    (seen,) = see_faces(detectors.finder, np.asarray(image))
    logits, maps = expected(seen.crop.pixels)
    assert face.heatmap is not None
    assert face.heatmap.label == "stylegan1"
    np.testing.assert_allclose(face.heatmap.map, maps[1] - maps[0], atol=2e-4)
    sum_of_parts = np.mean(face.heatmap.map) + BIAS[1] - BIAS[0]
    assert sum_of_parts == pytest.approx(logits[1] - logits[0], abs=2e-4)
    assert face.heatmap.evidence
    assert face.heatmap.peak == np.max(face.heatmap.map)


def test_probability_and_scores_are_the_calibrated_ones(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    image = tinted(face_jpeg, 20, 0, -10)
    (face,) = judge(detectors, image).faces
    (seen,) = see_faces(detectors.finder, np.asarray(image))
    logits, _ = expected(seen.crop.pixels)
    z = np.logaddexp(logits[1], logits[2]) - logits[0]
    assert face.probability_generated == pytest.approx(
        1 / (1 + np.exp(-(z / 1.25 + 0.1))), abs=1e-4
    )


def test_a_map_with_nothing_in_it_says_so(detectors: DetectorRegistry, face_jpeg: bytes) -> None:
    report = judge(detectors, tinted(face_jpeg, -60, -60, 60))
    (face,) = report.faces
    assert face.heatmap is not None
    assert not face.heatmap.evidence
    assert face.heatmap.overlay is None
    assert face.heatmap.peak <= 1.0
    assert "found no part that speaks for this" in str(report)


def test_overlay_and_map_come_only_when_asked_for(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    image = tinted(face_jpeg, *RED)
    (plain,) = judge(detectors, image, overlay=False).faces
    (drawn,) = judge(detectors, image).faces
    (silent,) = judge(detectors, image, explain=False).faces
    assert plain.heatmap is not None and plain.heatmap.overlay is None
    assert drawn.heatmap is not None and drawn.heatmap.overlay is not None
    assert drawn.heatmap.overlay.startswith("data:image/png;base64,")
    assert silent.heatmap is None
    assert silent.scores == plain.scores


def test_a_report_survives_json(detectors: DetectorRegistry, face_jpeg: bytes) -> None:
    report = judge(detectors, tinted(face_jpeg, *RED))
    text = report.model_dump_json()
    assert Report.model_validate_json(text) == report
    assert Report.model_validate_json(text).model_dump_json() == text


def test_the_report_has_the_facts_of_the_file(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    report = detectors.get("tiny").detect(
        LoadedPicture(decode(face_jpeg), "a\x1b[31m.jpg", face_jpeg)
    )
    with Image.open(io.BytesIO(face_jpeg)) as image:
        assert (report.image.width, report.image.height) == image.size
    assert report.image.format == "JPEG"
    assert report.image.bytes == len(face_jpeg)
    assert report.image.sha256 == hashlib.sha256(face_jpeg).hexdigest()
    assert report.software == unmask.__version__
    assert report.model == "tiny"
    assert (report.thresholds.generated, report.thresholds.real) == (0.9, 0.2)
    assert "\x1b" not in str(report)


def test_the_crop_is_mapped_to_the_eyes(detectors: DetectorRegistry, face_jpeg: bytes) -> None:
    (face,) = judge(detectors, tinted(face_jpeg, 0, 0, 0)).faces
    a, b, c, d, e, f = face.crop_to_picture
    for x, landmark in ((89 - 29, face.landmarks[0]), (89 + 29, face.landmarks[1])):
        assert a * x + c * 92 + e == pytest.approx(landmark[0], abs=0.02)
        assert b * x + d * 92 + f == pytest.approx(landmark[1], abs=0.02)


@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_files_are_judged_all_the_same(
    detectors: DetectorRegistry, face_jpeg: bytes, kind: str
) -> None:
    report = detectors.get("tiny").detect(decode(UNUSUAL[kind](face_jpeg)))
    assert [face.usable for face in report.faces] == [True]


def test_checking_faces_needs_no_model(tmp_path: Path, face_jpeg: bytes) -> None:
    check = check_faces(DetectorRegistry([tmp_path]).finder, decode(face_jpeg), "a.jpg")
    assert FaceCheck.model_validate_json(check.model_dump_json()) == check
    assert [face.usable for face in check.faces] == [True]
    assert check.image.name == "a.jpg"


def test_a_detection_with_both_eyes_on_one_point_is_no_face(face_jpeg: bytes) -> None:
    class Squinting(FaceFinder):
        def find(self, pixels: np.ndarray) -> list:
            faces = super().find(pixels)
            for face in faces:
                face.landmarks[1] = face.landmarks[0]
            return faces

    assert see_faces(Squinting(), decode(face_jpeg).pixels) == []


def test_a_detector_is_made_once_even_by_many_threads(models_dir: Path) -> None:
    detectors = DetectorRegistry([models_dir], default="tiny")
    got: list[object] = []
    start = threading.Barrier(8)

    def ask(model: str | None) -> None:
        start.wait()
        got.append(detectors.get(model))

    threads = [threading.Thread(target=ask, args=(name,)) for name in ["tiny", None] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(map(id, got))) == 1


def test_a_bundle_that_is_dropped_in_is_found_without_a_restart(tmp_path: Path) -> None:
    detectors = DetectorRegistry([tmp_path])
    with pytest.raises(BundleError):
        detectors.get("late")
    write_bundle(tmp_path / "late")
    assert detectors.get("late").bundle.info.name == "late"
    assert detectors.get().bundle.info.name == "late"


class TestPython:
    """unmask.detect, as a script uses it."""

    @pytest.fixture(autouse=True)
    def _settings(self, monkeypatch: pytest.MonkeyPatch, models_dir: Path) -> None:
        monkeypatch.setenv("UNMASK_MODELS_DIR", str(models_dir))
        monkeypatch.setenv("UNMASK_MODEL", "tiny")

    def test_path_bytes_and_pixels_give_one_answer(self, tmp_path: Path, face_jpeg: bytes) -> None:
        path = tmp_path / "face.png"
        tinted(face_jpeg, *RED).save(path)
        pixels = np.asarray(Image.open(path))
        reports = [
            unmask.detect(path),
            unmask.detect(str(path)),
            unmask.detect(path.read_bytes()),
            unmask.detect(pixels),
        ]
        assert [one.image.name for one in reports] == [str(path), str(path), None, None]
        assert [one.image.format for one in reports] == ["PNG", "PNG", "PNG", "array"]
        assert all(one.faces == reports[0].faces for one in reports)
        assert reports[0].verdict == "generated"

    def test_it_explains_unless_told_not_to(self, face_jpeg: bytes) -> None:
        assert unmask.detect(face_jpeg).faces[0].heatmap is not None
        assert unmask.detect(face_jpeg, explain=False).faces[0].heatmap is None

    def test_a_model_can_be_named(self, models_dir: Path, face_jpeg: bytes) -> None:
        assert unmask.detect(face_jpeg, model="tiny").model == "tiny"
        with pytest.raises(UnknownModel, match="no model `best`"):
            unmask.detect(face_jpeg, model="best")

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            (b"", EmptyPicture),
            (b"just text", UnsupportedPicture),
            (np.zeros((8, 8), np.uint8), ValueError),
            (np.zeros((8, 8, 3), np.float32), ValueError),
            (np.zeros((0, 8, 3), np.uint8), ValueError),
        ],
        ids=["empty", "text", "grey", "float", "no rows"],
    )
    def test_bad_input_is_named(self, wrong: bytes | np.ndarray, error: type[Exception]) -> None:
        with pytest.raises(error):
            unmask.detect(wrong)

    def test_a_truncated_file_is_named(self, face_jpeg: bytes) -> None:
        with pytest.raises(BrokenPicture):
            unmask.detect(truncated(face_jpeg))

    def test_pixels_are_limited_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UNMASK_MAX_PIXELS", "10000")
        with pytest.raises(PictureTooLarge, match="101x100"):
            unmask.detect(np.zeros((100, 101, 3), np.uint8))
        assert unmask.detect(np.zeros((100, 100, 3), np.uint8)).faces == []

    def test_a_missing_file_is_an_os_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            unmask.detect(tmp_path / "nothing.jpg")

    def test_one_line_prints_the_answer(self, tmp_path: Path, face_jpeg: bytes) -> None:
        (tmp_path / "face.jpg").write_bytes(face_jpeg)
        code = "import unmask; print(unmask.detect('face.jpg'))"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("face.jpg (JPEG")
        assert "Probability of generated" in done.stdout
        assert "not proof" in done.stdout
