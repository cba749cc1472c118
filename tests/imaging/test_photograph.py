from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.drawings import SKINS, drawn_face, painted_face, shaded_face, statue
from unmask.imaging import photograph
from unmask.imaging.align import align
from unmask.imaging.decode import read_picture
from unmask.imaging.errors import NetworkDamaged
from unmask.imaging.faces import FaceFinder
from unmask.imaging.laundering import (
    blur,
    jpeg,
    noise,
    rescale,
    screenshot,
    social_chain,
    webp,
)
from unmask.imaging.photograph import (
    MAX_STILL,
    MIN_TONES,
    is_drawn,
    is_drawn_flat,
    still_share,
    tones,
)
from unmask.imaging.usable import Reason, see_faces

SHAPE = (218, 178)


def grey(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize(
    "treated", [lambda p: p, lambda p: jpeg(p, 75), screenshot], ids=["as drawn", "jpeg", "shot"]
)
def test_a_face_drawn_in_flat_colours_is_found_and_refused(
    finder: FaceFinder, skin: str, treated: Callable[[np.ndarray], np.ndarray]
) -> None:
    pixels = treated(np.asarray(drawn_face(SKINS[skin])))
    (seen,) = see_faces(finder, pixels)
    assert seen.reasons == (Reason.NOT_A_PHOTOGRAPH,)


NOT_PHOTOGRAPHED = {
    "shaded drawing": lambda: shaded_face(),
    "shaded drawing of dark skin": lambda: shaded_face((120, 80, 60)),
    "painting": painted_face,
    "marble": lambda: statue(),
    "bronze": lambda: statue((120, 90, 60)),
    "terracotta": lambda: statue((180, 110, 80)),
}


@pytest.mark.parametrize("what", NOT_PHOTOGRAPHED)
@pytest.mark.parametrize(
    "treated",
    [lambda p: p, lambda p: jpeg(p, 90), lambda p: rescale(p, 0.5)],
    ids=["as made", "jpeg 90", "half size"],
)
def test_a_face_that_is_shaded_painted_or_carved_is_found_and_refused(
    finder: FaceFinder, what: str, treated: Callable[[np.ndarray], np.ndarray]
) -> None:
    pixels = treated(np.asarray(NOT_PHOTOGRAPHED[what]()))
    (seen,) = see_faces(finder, pixels)
    assert not is_drawn_flat(seen.crop.pixels)
    assert seen.reasons == (Reason.NOT_A_PHOTOGRAPH,)


def black_and_white(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def sepia(pixels: np.ndarray) -> np.ndarray:
    brown = black_and_white(pixels) * np.array([1.0, 0.9, 0.7])
    return brown.astype(np.uint8)


@pytest.mark.parametrize("name", ["face.jpg", "astronaut.jpg", "two-faces.jpg"])
@pytest.mark.parametrize(
    "treated",
    [lambda p: p, lambda p: jpeg(p, 20), lambda p: webp(p, 5), lambda p: blur(p, 2.0),
     lambda p: rescale(p, 0.4), lambda p: noise(p, 8.0, np.random.default_rng(0)), social_chain,
     screenshot, black_and_white, sepia, lambda p: jpeg(black_and_white(p), 40)],
    ids=["as it is", "jpeg 20", "webp 5", "blurred", "small", "grainy", "shared", "shot",
         "black and white", "sepia", "black and white, jpeg 40"],
)  # fmt: skip
def test_a_photograph_is_not_refused_as_a_drawing_whatever_was_done_to_it(
    finder: FaceFinder, data: Path, name: str, treated: Callable[[np.ndarray], np.ndarray]
) -> None:
    pixels = read_picture(data / name).pixels
    faces = finder.find(pixels)
    assert faces
    for face in faces:
        crop = align(treated(pixels), face.landmarks).pixels
        assert not is_drawn_flat(crop) and not is_drawn(crop)


def test_a_blurred_drawing_is_refused_for_its_blur_alone(finder: FaceFinder) -> None:
    (seen,) = see_faces(finder, blur(np.asarray(shaded_face()), 12.0))
    assert is_drawn(seen.crop.pixels)
    assert seen.reasons == (Reason.BLURRED,)


@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_weights_that_are_not_ours_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "photograph.onnx"
    if what == "damaged":
        path.write_bytes(photograph.WEIGHTS.read_bytes()[:-1] + b"?")
    monkeypatch.setattr(photograph, "WEIGHTS", path)
    with pytest.raises(NetworkDamaged, match=r"photograph\.onnx.*install unmask again"):
        is_drawn(np.zeros((*SHAPE, 3), dtype=np.uint8))
    monkeypatch.undo()
    assert isinstance(photograph.drawn_score(np.zeros((*SHAPE, 3), dtype=np.uint8)), float)


def test_few_tones_alone_and_stillness_alone_do_not_refuse() -> None:
    rng = np.random.default_rng(0)
    few = np.repeat(rng.integers(0, 2, (*SHAPE, 1), dtype=np.uint8) * 200, 3, axis=2)
    assert tones(grey(few)) < MIN_TONES and still_share(grey(few)) < MAX_STILL
    assert not is_drawn_flat(few)
    # A smooth ramp: hardly any step between neighbours, and every tone.
    ramp = np.repeat(np.linspace(0, 255, SHAPE[1])[None, :, None], SHAPE[0], axis=0)
    smooth = np.repeat(np.repeat(ramp[:, ::2], 2, axis=1), 3, axis=2).astype(np.uint8)
    assert still_share(grey(smooth)) > MAX_STILL and tones(grey(smooth)) > MIN_TONES
    assert not is_drawn_flat(smooth)
    assert is_drawn_flat(np.full((*SHAPE, 3), 90, dtype=np.uint8))


def test_the_figures_of_known_pictures() -> None:
    flat = np.full(SHAPE, 90.0, dtype=np.float32)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    board = np.where((x + y) % 2 == 0, 90.0, 110.0).astype(np.float32)
    assert (still_share(flat), tones(flat)) == (1.0, 0.0)
    assert still_share(board) == 0.0
    assert tones(board) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("kind", ["flat", "noise", "gradient"])
def test_what_shows_no_face_at_all_has_none(finder: FaceFinder, kind: str) -> None:
    pictures = {
        "flat": np.full((300, 300, 3), (200, 160, 140), dtype=np.uint8),
        "noise": np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8),
        "gradient": np.asarray(Image.radial_gradient("L").convert("RGB")),
    }
    assert see_faces(finder, pictures[kind]) == []
