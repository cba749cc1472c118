from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from unmask.imaging import covered
from unmask.imaging.covered import MAX_SCORE, covered_score, is_covered
from unmask.imaging.faces import Face, FaceFinder
from unmask.imaging.usable import Reason, see_faces

# In eye distances from the point between the eyes, along and down.
BAR = [(-1.1, -0.3), (1.1, -0.3), (1.1, 0.35), (-1.1, 0.35)]
MASK = [(-0.9, 0.4), (0.0, 0.2), (0.9, 0.4), (0.8, 1.3), (0.4, 1.75), (-0.4, 1.75), (-0.8, 1.3)]
BOOK = [(-1.2, 0.45), (1.2, 0.45), (1.2, 2.4), (-1.2, 2.4)]
CAP = [(-1.5, -1.9), (1.5, -1.9), (1.5, -0.95), (-1.5, -0.95)]
COLLAR = [(-1.2, 2.0), (1.2, 2.0), (1.2, 2.6), (-1.2, 2.6)]


def with_shape(
    picture: Image.Image, face: Face, points: list[tuple[float, float]], colour: tuple[int, ...]
) -> np.ndarray:
    left, right = face.landmarks[:2].astype(np.float64)
    along = right - left
    down = np.array([-along[1], along[0]])
    corners = [(left + right) / 2 + x * along + y * down for x, y in points]
    changed = picture.convert("RGB")
    ImageDraw.Draw(changed).polygon([(x, y) for x, y in corners], fill=colour)
    return np.asarray(changed)


@pytest.mark.parametrize("colour", [(20, 20, 24), (170, 200, 215), (196, 150, 120)])
@pytest.mark.parametrize("points", [BAR, MASK, BOOK], ids=["bar", "mask", "book"])
def test_a_face_whose_eyes_or_mouth_are_hidden_is_not_judged(
    finder: FaceFinder,
    portrait: Image.Image,
    portrait_face: Face,
    points: list[tuple[float, float]],
    colour: tuple[int, ...],
) -> None:
    seen = see_faces(finder, with_shape(portrait, portrait_face, points, colour))
    assert [one.reasons for one in seen] == [(Reason.COVERED,)]
    assert seen[0].good_quality


@pytest.mark.parametrize("points", [CAP, COLLAR], ids=["cap", "collar"])
def test_what_hides_neither_does_no_harm(
    finder: FaceFinder,
    portrait: Image.Image,
    portrait_face: Face,
    points: list[tuple[float, float]],
) -> None:
    (seen,) = see_faces(finder, with_shape(portrait, portrait_face, points, (20, 20, 24)))
    assert seen.reasons == ()


def test_dark_glasses_are_let_pass(
    finder: FaceFinder, portrait: Image.Image, portrait_face: Face
) -> None:
    left, right = portrait_face.landmarks[:2]
    reach = 0.38 * float(np.linalg.norm(right - left))
    dark = portrait.convert("RGB")
    for x, y in (left, right):
        ImageDraw.Draw(dark).ellipse(
            (x - reach, y - reach, x + reach, y + reach), fill=(18, 18, 20)
        )
    (seen,) = see_faces(finder, np.asarray(dark))
    assert seen.reasons == ()


def test_the_threshold_is_what_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    crop = np.random.default_rng(0).integers(0, 256, (218, 178, 3), dtype=np.uint8)
    score = covered_score(crop)
    for threshold, expected in ((score - 0.01, True), (score + 0.01, False)):
        monkeypatch.setattr(covered, "MAX_SCORE", threshold)
        assert is_covered(crop) is expected
    assert MAX_SCORE == 2.0


def test_the_weights_are_those_that_ship() -> None:
    assert Path(covered.WEIGHTS).stat().st_size < 200_000
