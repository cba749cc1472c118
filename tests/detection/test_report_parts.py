"""What explanation, provenance and the words for them add to a report."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import unmask
from tests.drawings import SKINS, drawn_face, painted_face, shaded_face, statue
from tests.pictures import encoded, tinted
from tests.signing import Signer
from tests.tiny_bundle import INFO, LABELS, write_bundle
from unmask.bundles.verdict import Verdict
from unmask.detection.judgement import DecisionThresholds, RegionWeight
from unmask.detection.options import DetectOptions
from unmask.detection.provenance.claims import (
    ContentCredentials,
    GeneratorMetadata,
    Provenance,
)
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import Report
from unmask.detection.text import evidence_sentence
from unmask.imaging.decode import decode

RED = (90.0, 0.0, -60.0)
TOLD = DetectOptions(provenance=True)


@pytest.fixture(scope="module")
def detectors(models_dir: Path) -> DetectorRegistry:
    return DetectorRegistry([models_dir], threads=1)


@pytest.fixture(scope="module")
def red(face_jpeg: bytes) -> bytes:
    return encoded(tinted(face_jpeg, *RED), "PNG")


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.make("Image\x1b[31mWorks", "S")


@pytest.fixture(scope="module")
def signed(signer: Signer, red: bytes) -> bytes:
    return signer.sign(red, "image/png")


def test_every_label_has_its_map_the_likeliest_generated_one_first_and_real_last(
    detectors: DetectorRegistry, red: bytes
) -> None:
    detector = detectors.get("tiny")
    (face,) = detector.detect(decode(red)).faces
    assert face.heatmap is not None and face.scores is not None
    shown = [face.heatmap.label, *(one.label for one in face.other_heatmaps)]
    assert sorted(shown) == sorted(LABELS) and shown[-1] == "real"
    scores = [face.scores[label] for label in shown[:-1]]
    assert scores == sorted(scores, reverse=True)
    # Red speaks for stylegan1, and not for sdxl: less evidence, another map.
    other, real = face.other_heatmaps
    assert np.array_equal(real.map, -np.array(face.heatmap.map))
    assert real.peak == np.max(real.map)
    assert other.peak == np.max(other.map) < face.heatmap.peak
    assert (other.overlay is not None) is other.evidence
    (silent,) = detector.detect(decode(red), DetectOptions(explain=False)).faces
    assert (silent.heatmap, silent.other_heatmaps, silent.regions) == (None, [], None)


def test_the_regions_are_of_the_likeliest_map(detectors: DetectorRegistry, red: bytes) -> None:
    (face,) = detectors.get("tiny").detect(decode(red)).faces
    assert face.heatmap is not None and face.regions is not None
    total = sum(one.weight for one in face.regions)
    assert total == pytest.approx(np.mean(face.heatmap.map), abs=1e-3)


def test_the_maps_are_drawn_on_the_scale_of_the_bundle(
    tmp_path: Path, red: bytes, detectors: DetectorRegistry
) -> None:
    write_bundle(tmp_path / "deaf", map_scale={"floor": 100.0, "full": 200.0})
    (deaf,) = DetectorRegistry([tmp_path], threads=1).get("deaf").detect(decode(red)).faces
    (tiny,) = detectors.get("tiny").detect(decode(red)).faces
    assert deaf.heatmap is not None and tiny.heatmap is not None
    assert deaf.heatmap.map == tiny.heatmap.map
    assert tiny.heatmap.evidence and tiny.heatmap.overlay
    assert not deaf.heatmap.evidence and deaf.heatmap.overlay is None


def noise() -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    return Image.fromarray(values)


DEGENERATE: dict[str, tuple[Callable[[], Image.Image], list[str]]] = {
    "flat colour": (lambda: Image.new("RGB", (512, 512), SKINS["light"]), []),
    "noise": (noise, []),
    "flat drawing": (lambda: drawn_face(SKINS["light"]), ["not_a_photograph"]),
    "shaded drawing": (shaded_face, ["not_a_photograph"]),
    "painting": (painted_face, ["not_a_photograph"]),
    "statue": (statue, ["not_a_photograph"]),
}
"""Pictures without a photographed face, and why those that are found in them are not judged."""


@pytest.mark.parametrize("what", DEGENERATE)
def test_what_is_no_photograph_of_a_face_gets_no_verdict(
    detectors: DetectorRegistry, what: str
) -> None:
    make, reasons = DEGENERATE[what]
    data = encoded(make(), "PNG")
    report = detectors.get("tiny").detect(
        decode(data), DetectOptions(stability=True, occlusion=True)
    )
    assert report.verdict is Verdict.NOT_APPLICABLE
    assert [reason for face in report.faces for reason in face.reasons] == reasons
    for face in report.faces:
        assert face.verdict is face.why_unsure is face.stability is face.occlusion is None
        assert face.probability_generated is face.heatmap is None
    assert ("looks drawn" if reasons else "No face was found") in str(report)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"eyes": 2.0, "hair": 1.0, "skin": -9.0}, "around the eyes."),
        ({"eyes": 1.0, "hair": 1.1, "nose": 0.5}, "around the hair and the eyes."),
        (dict.fromkeys(("eyes", "nose", "mouth", "skin", "hair"), 1.0), "the eyes, the nose and"),
        ({"eyes": -1.0, "hair": 0.0}, "No region as a whole"),
    ],
)
def test_the_sentence_names_the_fewest_regions_that_hold_half(
    weights: dict[str, float], sentence: str
) -> None:
    regions = [RegionWeight(region=name, weight=value) for name, value in weights.items()]
    assert sentence in evidence_sentence(regions)


def test_the_text_says_where_the_evidence_lies(detectors: DetectorRegistry, red: bytes) -> None:
    report = detectors.get("tiny").detect(decode(red))
    assert "Most of the evidence lies around" in str(report)


class TestProvenance:
    """What the file says of itself, in reports."""

    def test_it_is_read_only_when_asked_for(
        self, detectors: DetectorRegistry, signed: bytes
    ) -> None:
        detector = detectors.get("tiny")
        assert detector.detect(decode(signed)).provenance is None
        found = detector.detect(signed, TOLD).provenance
        assert found is not None and found.content_credentials is not None
        assert found.content_credentials.valid and found.content_credentials.says_generated

    def test_it_changes_no_verdict(self, detectors: DetectorRegistry, signed: bytes) -> None:
        detector = detectors.get("tiny")
        with_it = detector.detect(signed, TOLD)
        assert with_it.faces == detector.detect(decode(signed)).faces

    def test_the_text_tells_signer_and_doubts(
        self, detectors: DetectorRegistry, signed: bytes
    ) -> None:
        text = str(detectors.get("tiny").detect(signed, TOLD))
        assert "Content Credentials: intact, signed by Image?[31mWorks (S)" in text
        assert "generative AI made the picture" in text
        assert "nobody here has a list to vouch for signers" in " ".join(text.split())
        assert "\x1b" not in text

    def test_the_text_warns_of_a_record_that_is_not_valid(
        self, detectors: DetectorRegistry, signer: Signer, face_jpeg: bytes
    ) -> None:
        whole = signer.sign(face_jpeg, "image/jpeg")
        changed = whole.replace(b"Test Maker", b"Best Maker")
        assert "CHANGED" not in str(detectors.get("tiny").detect(whole, TOLD))
        text = str(detectors.get("tiny").detect(changed, TOLD))
        assert "CHANGED since it was signed" in text

    def test_of_a_file_that_says_nothing_nothing_is_said(
        self, detectors: DetectorRegistry, red: bytes
    ) -> None:
        detector = detectors.get("tiny")
        report = detector.detect(red, TOLD)
        assert report.provenance == Provenance(content_credentials=None, generator=None)
        assert str(report) == str(detector.detect(decode(red)))

    def test_the_text_tells_what_a_generator_wrote(
        self, detectors: DetectorRegistry, red: bytes
    ) -> None:
        report = detectors.get("tiny").detect(decode(red))
        found = GeneratorMetadata(
            software="Painter\n3",
            digital_source_type="trainedAlgorithmicMedia",
            says_generated=True,
            parameters="a face " * 100,
        )
        said = Provenance(content_credentials=None, generator=found)
        text = str(report.model_copy(update={"provenance": said}))
        assert "say that generative AI made the picture: Painter 3" in text
        assert "trainedAlgorithmicMedia" in text
        assert "a face a face" in text and "..." in text

    def test_a_report_with_all_of_it_survives_json(
        self, detectors: DetectorRegistry, signed: bytes
    ) -> None:
        whole = DetectOptions(stability=True, occlusion=True, provenance=True)
        report = detectors.get("tiny").detect(signed, whole)
        assert Report.model_validate_json(report.model_dump_json()) == report

    def test_python_reads_it_from_paths_and_bytes_and_of_pixels_there_is_none(
        self, tmp_path: Path, models_dir: Path, signed: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_MODELS_DIR", str(models_dir))
        monkeypatch.setenv("UNMASK_MODEL", "tiny")
        file = tmp_path / "signed.png"
        file.write_bytes(signed)
        for source in (file, signed):
            found = unmask.detect(source, provenance=True).provenance
            assert found is not None
            assert isinstance(found.content_credentials, ContentCredentials)
        pixels = np.asarray(Image.open(file))
        assert unmask.detect(pixels, provenance=True).provenance is None
        assert unmask.detect(file).provenance is None
        (face,) = unmask.detect(file, stability=True, occlusion=True).faces
        assert face.stability is not None and face.occlusion is not None


def test_the_text_shows_no_probability_as_a_threshold_that_it_is_not_at(
    detectors: DetectorRegistry, red: bytes
) -> None:
    report = detectors.get("tiny").detect(decode(red), DetectOptions(stability=True))
    (face,) = report.faces
    (judgement,) = face.judgements
    assert judgement.stability is not None
    copies = [
        one.model_copy(update={"probability": 0.97321, "verdict": Verdict.UNSURE})
        if one.name == "shifted"
        else one
        for one in judgement.stability.copies
    ]
    update = {
        "probability": 0.991,
        "stability": judgement.stability.model_copy(update={"copies": copies}),
    }
    judged = face.model_copy(update={"judgements": [judgement.model_copy(update=update)]})
    near = report.model_copy(
        update={
            "faces": [judged],
            "thresholds": DecisionThresholds(generated=0.97338, real=0.129),
        }
    )
    text = " ".join(str(near).split())
    assert "99.10 % (97.34 % and more: generated; 12.90 % and less: real)" in text
    assert "moved by a pixel 97.32 % (unsure)" in text


def test_the_text_of_a_model_that_never_gives_a_verdict_says_so(tmp_path: Path, red: bytes) -> None:
    thresholds = {**INFO["thresholds"], "generated": None, "real": None}
    write_bundle(tmp_path / "tiny", thresholds=thresholds)
    report = DetectorRegistry([tmp_path], "tiny", threads=1).get().detect(decode(red))
    (face,) = report.faces
    assert face.verdict is Verdict.UNSURE and report.verdict is Verdict.UNSURE
    assert (report.thresholds.generated, report.thresholds.real) == (None, None)
    text = " ".join(str(report).split())
    assert "(this model never says generated; this model never says real)" in text


def test_the_text_of_a_model_whose_thresholds_meet_gives_no_probability_two_verdicts(
    detectors: DetectorRegistry, red: bytes
) -> None:
    report = detectors.get("tiny").detect(decode(red))
    meet = DecisionThresholds(generated=0.5, real=float(np.nextafter(0.5, 0)))
    text = " ".join(str(report.model_copy(update={"thresholds": meet})).split())
    assert "(50.0 % and more: generated; less: real)" in text


def test_judging_loads_no_library_for_records() -> None:
    code = "import sys, unmask.detection.detector; assert 'c2pa' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
