from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pictures import encoded, tinted
from tests.sharp_bundle import write_sharp_bundle
from unmask.bundles.runtime import Bundle, load_bundle
from unmask.bundles.verdict import log_odds_generated
from unmask.detection.occlusion import COLUMNS, ROWS, covered_copies, map_scale, occlusion_map
from unmask.detection.options import DetectOptions
from unmask.detection.registry import DetectorRegistry
from unmask.imaging.decode import decode, read_picture

SHAPE = (218, 178, 3)
COVERED = DetectOptions(occlusion=True)


@pytest.fixture(scope="module")
def sharp(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("models") / "sharp"
    return load_bundle(write_sharp_bundle(folder, needed=0.001, strength=4000.0), threads=1)


def noisy_spot(row: int, column: int) -> np.ndarray:
    """A grey crop with noise in one patch of the grid."""
    pixels = np.full(SHAPE, 128, dtype=np.uint8)
    rows = slice(round(row * 218 / ROWS), round((row + 1) * 218 / ROWS))
    columns = slice(round(column * 178 / COLUMNS), round((column + 1) * 178 / COLUMNS))
    noise = np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)
    pixels[rows, columns] = noise[rows, columns]
    return pixels


def test_every_copy_has_one_patch_covered_and_together_they_cover_the_crop() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)
    copies = covered_copies(pixels)
    assert copies.shape == (ROWS * COLUMNS, *SHAPE) and copies.dtype == np.uint8
    changed = (copies != pixels).any(axis=3)
    covered = changed.sum(axis=0)
    assert covered.max() == 1
    assert covered.mean() > 0.99  # the blur may leave a pixel of noise as it was
    for number, patch in enumerate(changed):
        y, x = np.nonzero(patch)
        assert (y.mean() // (218 / ROWS), x.mean() // (178 / COLUMNS)) == divmod(number, COLUMNS)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 4), (7, 6)])
def test_the_map_falls_where_the_evidence_was_covered(sharp: Bundle, row: int, column: int) -> None:
    pixels = noisy_spot(row, column)
    found = occlusion_map(sharp, pixels, overlay=True)
    fall = np.array(found.map)
    assert fall.shape == (ROWS, COLUMNS)
    assert np.unravel_index(fall.argmax(), fall.shape) == (row, column)
    covered = covered_copies(pixels)[row * COLUMNS + column]
    odds = log_odds_generated(sharp.run(np.stack([pixels, covered])).logits)
    assert fall[row, column] == pytest.approx(odds[0] - odds[1], abs=1e-3)
    assert found.overlay is not None and found.overlay.startswith("data:image/png;base64,")
    assert occlusion_map(sharp, pixels, overlay=False).overlay is None


def test_where_no_patch_matters_nothing_is_drawn(sharp: Bundle) -> None:
    found = occlusion_map(sharp, np.full(SHAPE, 128, dtype=np.uint8), overlay=True)
    assert found.overlay is None
    assert np.abs(found.map).max() == pytest.approx(0.0, abs=1e-3)


def test_the_scale_means_the_same_odds_for_every_model() -> None:
    for temperature in (0.5, 1.0, 4.0):
        scale = map_scale(temperature)
        assert math.exp(scale.floor / temperature) == pytest.approx(1.5)
        assert math.exp(scale.full / temperature) == pytest.approx(20.0)


def test_the_four_largest_faces_have_it(models_dir: Path, face_jpeg: bytes) -> None:
    sides = (260, 250, 240, 230, 300, 220)
    faces = [tinted(face_jpeg, 0, 0, 0, size=side) for side in sides]
    row = Image.new("RGB", (sum(sides), 300))
    for number, face in enumerate(faces):
        row.paste(face, (sum(sides[:number]), 0))
    detector = DetectorRegistry([models_dir], threads=1).get("tiny")
    report = detector.detect(decode(encoded(row, "PNG")), COVERED)
    assert len(report.faces) == 6 and all(face.usable for face in report.faces)
    assert [face.occlusion is not None for face in report.faces] == [True] * 4 + [False] * 2


def test_the_work_ends_at_the_next_run_when_told_so(models_dir: Path, data: Path) -> None:
    class EnoughError(Exception):
        pass

    runs = iter(range(100))

    def go_on() -> None:
        if next(runs) == 3:
            raise EnoughError

    detector = DetectorRegistry([models_dir], threads=1).get("tiny")
    picture = read_picture(data / "face.jpg")
    with pytest.raises(EnoughError):
        detector.detect(picture, COVERED, go_on=go_on)
    assert next(runs) == 4  # of the one run for the face and four for its 57 crops


def test_it_comes_only_when_asked_for(models_dir: Path, data: Path) -> None:
    detector = DetectorRegistry([models_dir], threads=1).get("tiny")
    picture = read_picture(data / "face.jpg")
    (plain,) = detector.detect(picture).faces
    report = detector.detect(picture, COVERED)
    (face,) = report.faces
    assert plain.occlusion is None
    assert face.occlusion is not None and face.occlusion.method == "occlusion"
    assert (face.verdict, face.scores) == (plain.verdict, plain.scores)
    assert "Occlusion: covering" in str(report)
