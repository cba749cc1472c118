from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.pictures import beside, encoded, tinted
from tests.sharp_bundle import write_sharp_bundle
from unmask.bundles.model import Thresholds
from unmask.bundles.verdict import Verdict
from unmask.detection.detector import most_suspicious
from unmask.detection.judgement import JudgedFace
from unmask.detection.options import DetectOptions
from unmask.detection.registry import DetectorRegistry
from unmask.detection.stability import crops_in_copies, judge_copies
from unmask.imaging.decode import decode, read_picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import MIN_EYE_DISTANCE, see_faces

THRESHOLDS = Thresholds(generated=0.9, real=0.2, false_positive_rate=0.01, false_negative_rate=0.01)
COPIES = ["original", "jpeg_70", "half_size", "shifted"]


def judged(
    detectors: DetectorRegistry, data: bytes, model: str, **options: bool
) -> list[JudgedFace]:
    return detectors.get(model).detect(decode(data), DetectOptions(**options)).faces


@pytest.fixture(scope="module")
def sharpness(data: Path, finder: FaceFinder) -> dict[str, float]:
    """Mean sharpness, as the sharp network takes it, of a portrait and of its copies."""
    pixels = read_picture(data / "face.jpg").pixels
    (seen,) = see_faces(finder, pixels)
    crops = {"original": seen.crop.pixels, **crops_in_copies(pixels, seen)}
    found = {}
    for view, crop in crops.items():
        grey = np.pad(crop.astype(float).mean(axis=2) / 255, 1)
        edges = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
        found[view] = float(np.abs(edges - 4 * grey[1:-1, 1:-1])[:217, :174].mean())
    return found


@pytest.fixture(scope="module")
def detectors(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, sharpness: dict[str, float]
) -> DetectorRegistry:
    folder = tmp_path_factory.mktemp("sharp")
    # It calls the portrait generated, and its copy of half the size real.
    needed = (sharpness["original"] + sharpness["half_size"]) / 2
    write_sharp_bundle(folder / "sharp", needed, strength=8000.0)
    return DetectorRegistry([models_dir, folder], threads=1)


@pytest.mark.parametrize(
    ("copy", "steady"),
    [(0.99, True), (0.9, True), (0.8999, False), (0.1, False)],
)
def test_it_is_steady_where_every_copy_gets_the_verdict_of_the_original(
    copy: float, steady: bool
) -> None:
    found = judge_copies({"original": 0.95, "jpeg_70": 0.95, "half_size": copy}, THRESHOLDS)
    assert found.steady is steady
    assert [one.name for one in found.copies] == ["original", "jpeg_70", "half_size"]
    assert [one.probability for one in found.copies] == [0.95, 0.95, copy]
    assert found.copies[0].verdict is Verdict.GENERATED


def test_without_a_copy_nobody_can_tell_whether_it_is_steady() -> None:
    assert judge_copies({"original": 0.95}, THRESHOLDS).steady is None


def test_what_holds_in_every_copy_keeps_its_verdict(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    data = encoded(tinted(face_jpeg, 90, 0, -60), "PNG")
    (plain,) = judged(detectors, data, "tiny")
    (face,) = judged(detectors, data, "tiny", stability=True)
    assert plain.stability is None
    assert face.stability is not None and face.stability.steady
    assert [one.name for one in face.stability.copies] == COPIES
    assert (face.verdict, face.why_unsure) == (Verdict.GENERATED, None)
    assert face.probability_generated == pytest.approx(plain.probability_generated, abs=1e-6)


def test_where_a_copy_gets_another_verdict_the_face_and_the_picture_are_unsure(
    detectors: DetectorRegistry, data: Path
) -> None:
    file = (data / "face.jpg").read_bytes()
    (plain,) = judged(detectors, file, "sharp")
    assert (plain.verdict, plain.why_unsure) == (Verdict.GENERATED, None)
    report = detectors.get("sharp").detect(file, DetectOptions(stability=True))
    (face,) = report.faces
    assert face.stability is not None and not face.stability.steady
    verdicts = {one.name: one.verdict for one in face.stability.copies}
    assert verdicts["original"] is verdicts["shifted"] is Verdict.GENERATED
    assert verdicts["half_size"] is Verdict.REAL
    assert (face.verdict, face.why_unsure) == (Verdict.UNSURE, "not_steady")
    assert report.verdict is Verdict.UNSURE
    assert face.probability_generated == face.stability.copies[0].probability
    assert face.probability_generated == pytest.approx(plain.probability_generated, abs=1e-6)
    assert "the verdict changes in copies" in str(report)
    assert "at half size" in str(report)


def test_between_the_thresholds_is_another_reason(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    def face(blue: float, **options: bool) -> JudgedFace:
        (found,) = judged(
            detectors, encoded(tinted(face_jpeg, 0, 0, blue), "PNG"), "tiny", **options
        )
        return found

    between = next(one for one in map(face, range(-60, 60, 5)) if one.verdict is Verdict.UNSURE)
    assert between.why_unsure == "between_thresholds"
    assert face(120).why_unsure is None


def test_a_steady_face_counts_for_more_than_a_likelier_one_that_is_not(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    (face,) = judged(detectors, encoded(tinted(face_jpeg, 90, 0, -60), "PNG"), "tiny")
    (judgement,) = face.judgements
    steady = judgement.model_copy(update={"probability": 0.95})
    turning = judgement.model_copy(
        update={
            "probability": 0.99,
            "verdict": Verdict.UNSURE,
            "why_unsure": "not_steady",
        }
    )
    assert most_suspicious([turning, steady]) is Verdict.GENERATED
    assert most_suspicious([turning]) is Verdict.UNSURE


def test_a_copy_in_which_the_face_could_not_be_judged_is_left_out(
    detectors: DetectorRegistry, finder: FaceFinder, face_jpeg: bytes
) -> None:
    for size, views in ((150, COPIES), (90, ["original", "jpeg_70", "shifted"])):
        data = encoded(tinted(face_jpeg, 90, 0, -60, size=size), "PNG")
        (seen,) = see_faces(finder, decode(data).pixels)
        assert (seen.crop.eye_distance / 2 >= MIN_EYE_DISTANCE) is (size == 150)
        (face,) = judged(detectors, data, "tiny", stability=True)
        assert face.stability is not None
        assert [one.name for one in face.stability.copies] == views


def test_many_faces_and_their_copies_are_each_judged_as_alone(
    detectors: DetectorRegistry, face_jpeg: bytes
) -> None:
    red, blue = (tinted(face_jpeg, *colour, size=200) for colour in ((90, 0, -60), (-60, 0, 90)))
    faces = judged(
        detectors, encoded(beside(red, blue, red, blue, red), "PNG"), "tiny", stability=True
    )
    assert len(faces) == 5
    for face in faces:
        column = int((face.box[0] + face.box[2] / 2) // 200)
        wanted = Verdict.REAL if column % 2 else Verdict.GENERATED
        assert face.verdict is wanted
        assert face.stability is not None
        assert {one.verdict for one in face.stability.copies} == {wanted}
