from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tiny_bundle import expected, write_bundle
from unmask.bundles.model import MapScale
from unmask.bundles.runtime import load_bundle
from unmask.making.map_scale import MIN_RANGE, fit_map_scale, score_with_peaks


def test_four_of_five_real_faces_show_nothing_and_the_median_generated_one_all() -> None:
    real, generated = np.arange(101.0) / 20, np.arange(100, 201.0) / 5
    peaks = np.concatenate([real, generated])
    found = fit_map_scale(peaks, np.repeat([0, 3], 101))
    assert found == MapScale(floor=4.0, full=30.0)
    assert (real <= found.floor).mean() == pytest.approx(0.8, abs=0.01)


def test_maps_that_never_speak_for_generated_start_at_nothing() -> None:
    peaks = np.array([-5.0, -4.0, 6.0, 8.0])
    assert fit_map_scale(peaks, np.array([0, 0, 1, 1])) == MapScale(floor=0.0, full=7.0)


def test_a_model_that_tells_nothing_apart_gets_no_hot_maps() -> None:
    found = fit_map_scale(np.full(10, 0.01), np.repeat([0, 1], 5))
    assert found.full == pytest.approx(found.floor + MIN_RANGE)


def test_peaks_are_those_of_the_map_of_the_likeliest_generator(tmp_path: Path) -> None:
    bundle = load_bundle(write_bundle(tmp_path / "tiny"), threads=1)
    crops = np.random.default_rng(0).integers(0, 256, (18, 218, 178, 3), dtype=np.uint8)
    crops[0, ..., 1] = 255  # green speaks for sdxl, the last label
    files = [tmp_path / f"{number}.png" for number in range(len(crops))]
    for file, crop in zip(files, crops, strict=True):
        Image.fromarray(crop).save(file)
    found = score_with_peaks(bundle, files)
    np.testing.assert_allclose(found.logits, bundle.run(crops).logits, atol=1e-5)
    for crop, peak in zip(crops, found.peaks, strict=True):
        logits, maps = expected(crop)
        likeliest = 1 + int(np.argmax(logits[1:]))
        assert peak == pytest.approx((maps[likeliest] - maps[0]).max(), abs=1e-3)
    logits, maps = expected(crops[0])
    assert np.argmax(logits[1:]) == 1
