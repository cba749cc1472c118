from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from unmask.imaging.align import Crop, align
from unmask.imaging.faces import Face
from unmask.imaging.laundering import blur
from unmask.imaging.usable import (
    MAX_TURN,
    MIN_EYE_DISTANCE,
    MIN_FACE_SCORE,
    MIN_INSIDE,
    MIN_SHARPNESS,
    Reason,
    sharpness,
    why_not_usable,
)


@pytest.fixture
def crop(portrait: Image.Image, portrait_face: Face) -> Crop:
    return align(np.asarray(portrait), portrait_face.landmarks)


def turned(face: Face, turn: float) -> Face:
    """The face with its nose so far from the middle, in half eye distances."""
    left, right, nose, *mouth = face.landmarks.astype(np.float64)
    middle, along = (left + right) / 2, (right - left) / 2
    down = nose - middle
    down -= along * (down @ along) / (along @ along)
    moved = np.array([left, right, middle + down + turn * along, *mouth], dtype=np.float32)
    return replace(face, landmarks=moved)


def test_a_good_portrait_is_usable(portrait_face: Face, crop: Crop) -> None:
    assert why_not_usable(portrait_face, crop) == ()


def test_too_small(portrait_face: Face, crop: Crop) -> None:
    enough = replace(crop, eye_distance=MIN_EYE_DISTANCE)
    little = replace(crop, eye_distance=MIN_EYE_DISTANCE - 0.01)
    assert why_not_usable(portrait_face, enough) == ()
    assert why_not_usable(portrait_face, little) == (Reason.TOO_SMALL,)


@pytest.mark.parametrize("side", [-1, 1])
def test_turned_away(portrait_face: Face, crop: Crop, side: int) -> None:
    little, much = turned(portrait_face, side * 0.98), turned(portrait_face, side * 1.02)
    assert MAX_TURN == 1.0
    assert why_not_usable(little, crop) == ()
    assert why_not_usable(much, crop) == (Reason.TURNED_AWAY,)


def test_the_turn_is_measured_along_the_eyes(portrait_face: Face, crop: Crop) -> None:
    quarter = np.array([[0, -1], [1, 0]], dtype=np.float32)
    lying = replace(portrait_face, landmarks=portrait_face.landmarks @ quarter)
    assert why_not_usable(lying, crop) == ()


def test_blurred(portrait_face: Face, crop: Crop) -> None:
    sharp = replace(crop, pixels=blur(crop.pixels, 0.8))
    blurred = replace(crop, pixels=blur(crop.pixels, 6.0))
    assert sharpness(sharp.pixels) > MIN_SHARPNESS > sharpness(blurred.pixels)
    assert why_not_usable(portrait_face, sharp) == ()
    assert why_not_usable(portrait_face, blurred) == (Reason.BLURRED,)


def test_sharpness_of_known_pictures() -> None:
    flat = np.full((218, 178, 3), 90, np.uint8)
    y, x = np.mgrid[:218, :178]
    board = np.repeat(np.where((x + y) % 2 == 0, 100, 110)[:, :, None], 3, axis=2).astype(np.uint8)
    assert sharpness(flat) == 0.0
    assert sharpness(board) == pytest.approx(40.0)  # four neighbours, ten levels away each


def test_cut_off(portrait_face: Face, crop: Crop) -> None:
    assert why_not_usable(portrait_face, replace(crop, inside=MIN_INSIDE)) == ()
    outside = replace(crop, inside=MIN_INSIDE - 0.01)
    assert why_not_usable(portrait_face, outside) == (Reason.CUT_OFF,)


def test_uncertain(portrait_face: Face, crop: Crop) -> None:
    assert why_not_usable(replace(portrait_face, score=MIN_FACE_SCORE), crop) == ()
    unsure = replace(portrait_face, score=MIN_FACE_SCORE - 0.01)
    assert why_not_usable(unsure, crop) == (Reason.UNCERTAIN,)


def test_all_reasons_are_given_in_a_fixed_order(portrait_face: Face, crop: Crop) -> None:
    face = replace(turned(portrait_face, 2.0), score=0.1)
    flat = np.zeros_like(crop.pixels)
    asked_of_clear_faces = Reason.COVERED
    assert why_not_usable(face, Crop(flat, crop.to_picture, 1.0, 0.0)) == tuple(
        reason for reason in Reason if reason is not asked_of_clear_faces
    )


def test_every_reason_has_a_sentence() -> None:
    texts = [reason.text for reason in Reason]
    assert len(set(texts)) == len(Reason)
    assert all(text.endswith(".") and text[0].isupper() for text in texts)
    assert Reason("too_small") is Reason.TOO_SMALL
