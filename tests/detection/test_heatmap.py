from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from unmask.bundles.model import MapScale
from unmask.bundles.verdict import evidence_map
from unmask.detection.heatmap import (
    MAX_OPACITY,
    crop_overlay,
    draw_on_picture,
    has_evidence,
    overlay_data_uri,
)

FLOOR, FULL = 2.5, 40.0
SCALE = MapScale(floor=FLOOR, full=FULL)
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def flat(value: float) -> np.ndarray:
    return np.full((7, 6), value)


def test_evidence_is_the_labels_map_less_that_of_real() -> None:
    maps = np.random.default_rng(0).normal(size=(3, 7, 6)).astype(np.float32)
    np.testing.assert_allclose(evidence_map(maps, 2), maps[2].astype(float) - maps[0])


def test_its_mean_and_the_biases_are_the_difference_of_logits() -> None:
    maps, bias = np.random.default_rng(0).normal(size=(3, 7, 6)), np.array([0.5, -1.0, 2.0])
    logits = maps.mean(axis=(1, 2)) + bias
    difference = evidence_map(maps, 1).mean() + bias[1] - bias[0]
    assert difference == pytest.approx(logits[1] - logits[0])


def test_up_to_the_floor_there_is_no_evidence_and_nothing_is_drawn() -> None:
    quiet = flat(-5.0)
    quiet[3, 3] = FLOOR
    assert not has_evidence(quiet, SCALE)
    assert crop_overlay(quiet, SCALE)[:, :, 3].max() == 0


def test_above_the_floor_there_is_evidence_and_something_is_drawn_there_only() -> None:
    spot = flat(-5.0)
    spot[1, 4] = FLOOR + 6
    assert has_evidence(spot, SCALE)
    opacity = crop_overlay(spot, SCALE)[:, :, 3]
    y, x = np.unravel_index(opacity.argmax(), opacity.shape)
    assert abs(y - 1.5 * 218 / 7) < 4
    assert abs(x - 4.5 * 178 / 6) < 4
    assert opacity[120:].max() == 0
    assert opacity[:, :60].max() == 0


def test_the_scale_is_the_same_for_every_picture() -> None:
    weak, strong = flat(FLOOR + 2), flat(FLOOR + 2)
    strong[0, 0] = FULL
    assert np.array_equal(crop_overlay(weak, SCALE)[-1, -1], crop_overlay(strong, SCALE)[-1, -1])
    assert crop_overlay(weak, SCALE)[0, 0, 3] < crop_overlay(strong, SCALE)[0, 0, 3]


def test_opacity_and_brightness_grow_with_evidence() -> None:
    values = np.linspace(FLOOR + 0.5, FULL, 12)
    colours = np.array([crop_overlay(flat(value), SCALE)[0, 0] for value in values], dtype=float)
    assert (np.diff(colours[:, 3]) > 0).all()
    luminance = colours[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > 0).all()
    assert colours[-1, 3] == pytest.approx(255 * MAX_OPACITY, abs=1)


def test_beyond_the_full_scale_the_colour_changes_no_more() -> None:
    assert np.array_equal(crop_overlay(flat(FULL), SCALE), crop_overlay(flat(10 * FULL), SCALE))


def test_enlarging_adds_no_evidence_that_the_map_does_not_hold() -> None:
    edge = flat(FLOOR)
    edge[:, :3] = -20.0  # cubic interpolation overshoots beside such a step
    assert crop_overlay(edge, SCALE)[:, :, 3].max() == 0


def test_the_overlay_is_a_png_of_the_crops_size() -> None:
    slope = np.linspace(-FULL, 1.2 * FULL, 42).reshape(7, 6)
    uri = overlay_data_uri(slope, SCALE)
    head, data = uri.split(",")
    assert head == "data:image/png;base64"
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (image.format, image.size) == ("PNG", (178, 218))
    assert np.array_equal(np.asarray(image.convert("RGBA")), crop_overlay(slope, SCALE))


def test_each_model_is_drawn_on_its_own_scale() -> None:
    small = MapScale(floor=0.5, full=4.0)
    assert has_evidence(flat(2.0), small) and not has_evidence(flat(2.0), SCALE)
    assert np.array_equal(crop_overlay(flat(4.0), small), crop_overlay(flat(FULL), SCALE))
    middle = (FLOOR + FULL) / 2
    assert np.array_equal(crop_overlay(flat(2.25), small), crop_overlay(flat(middle), SCALE))


def test_a_picture_without_evidence_stays_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (300, 250, 3), dtype=np.uint8)
    drawn = draw_on_picture(picture, [(flat(0.0), IDENTITY)], SCALE)
    assert np.array_equal(drawn, picture)
    assert drawn is not picture


def test_on_a_picture_it_lies_where_the_crop_came_from() -> None:
    picture = np.full((600, 500, 3), 90, dtype=np.uint8)
    # Twice the size, moved by (100, 50): the crop covers x 100..456 and y 50..486.
    drawn = draw_on_picture(picture, [(flat(FULL), (2.0, 0.0, 0.0, 2.0, 100.0, 50.0))], SCALE)
    changed = (drawn != picture).any(axis=2)
    assert changed[52:484, 102:454].all()
    assert not changed[:49].any() and not changed[487:].any()
    assert not changed[:, :99].any() and not changed[:, 457:].any()


def test_a_turned_crop_is_turned_back() -> None:
    picture = np.full((400, 400, 3), 90, dtype=np.uint8)
    top = flat(-5.0)
    top[0] = FULL
    # By 90 degrees: crop x runs down the picture, crop y runs to the left from x = 300.
    drawn = draw_on_picture(picture, [(top, (0.0, 1.0, -1.0, 0.0, 300.0, 100.0))], SCALE)
    changed = (drawn != picture).any(axis=2)
    assert changed[110:270, 290].all()
    assert not changed[:, :200].any()


def test_several_faces_are_drawn_and_what_lies_outside_is_cut() -> None:
    picture = np.full((300, 600, 3), 90, dtype=np.uint8)
    left, right = (1.0, 0.0, 0.0, 1.0, -100.0, 0.0), (1.0, 0.0, 0.0, 1.0, 500.0, 200.0)
    far = (1.0, 0.0, 0.0, 1.0, 5000.0, 0.0)
    drawn = draw_on_picture(picture, [(flat(FULL), one) for one in (left, right, far)], SCALE)
    changed = (drawn != picture).any(axis=2)
    assert changed[10, 10] and changed[290, 590]
    assert not changed[:, 100:480].any()
