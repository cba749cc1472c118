from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from unmask.bundles.model import Calibration
from unmask.bundles.verdict import decide, probability_generated
from unmask.evaluation.metrics import balanced_weights
from unmask.making.calibration import fit_calibration, fit_thresholds

NEUTRAL = Calibration(temperature=1.0, bias=0.0)


def binary_logits(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.zeros_like(odds), odds], axis=1)


def test_temperature_and_bias_that_made_the_labels_are_found() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(scale=6.0, size=40_000)
    generated = rng.random(len(odds)) < 1 / (1 + np.exp(-(odds / 3.0)))
    found = fit_calibration(binary_logits(odds), generated.astype(int))
    assert found.temperature == pytest.approx(3.0, rel=0.05)
    assert found.bias == pytest.approx(0.0, abs=0.05)


def test_calibration_does_not_depend_on_how_many_are_real() -> None:
    rng = np.random.default_rng(1)
    real, generated = rng.normal(-2, 2, 3000), rng.normal(2, 2, 3000)
    odds = np.concatenate([real, generated])
    targets = np.repeat([0, 1], 3000)
    alike = fit_calibration(binary_logits(odds), targets)
    many = np.concatenate([np.tile(real, 5), generated])
    found = fit_calibration(binary_logits(many), np.repeat([0, 1], [15_000, 3000]))
    assert found.temperature == pytest.approx(alike.temperature, rel=0.01)
    assert found.bias == pytest.approx(alike.bias, abs=0.01)


def test_balanced_weights_give_both_kinds_half() -> None:
    weights = balanced_weights(np.array([True, False, False, False]))
    assert weights[0] == pytest.approx(0.5)
    assert weights.sum() == pytest.approx(1.0)


def verdicts(logits: NDArray[np.float64], thresholds: object) -> NDArray[np.str_]:
    probability = probability_generated(logits, 1.0, 0.0)
    return np.array(
        [
            decide(float(one), generated=thresholds.generated, real=thresholds.real)  # type: ignore[attr-defined]
            for one in probability
        ]
    )


def test_thresholds_keep_their_limits_and_are_not_needlessly_strict() -> None:
    rng = np.random.default_rng(2)
    odds = np.concatenate([rng.normal(-3.5, 2, 1000), rng.normal(3.5, 2, 1000)])
    targets = np.repeat([0, 1], 1000)
    logits = binary_logits(odds)
    thresholds = fit_thresholds([logits], targets, ["one"] * 2000, NEUTRAL)
    said = verdicts(logits, thresholds)
    assert (said[targets == 0] == "generated").sum() == 5
    assert (said[targets == 1] == "real").sum() == 20
    assert thresholds.false_positive_rate == 0.005
    assert thresholds.false_negative_rate == 0.02


def test_no_real_collection_pays_for_a_larger_one() -> None:
    rng = np.random.default_rng(3)
    easy, hard = rng.normal(-6, 1, 2000), rng.normal(-1, 1, 100)
    odds = np.concatenate([easy, hard, rng.normal(5, 1, 500)])
    targets = np.repeat([0, 0, 1], [2000, 100, 500])
    names = ["easy"] * 2000 + ["hard"] * 100 + ["made"] * 500
    logits = binary_logits(odds)
    said = verdicts(logits, fit_thresholds([logits], targets, names, NEUTRAL))
    assert (said[2000:2100] == "generated").sum() <= 1


def test_limits_hold_in_the_worst_view() -> None:
    rng = np.random.default_rng(4)
    odds = np.concatenate([rng.normal(-4, 1, 1000), rng.normal(4, 1, 1000)])
    targets = np.repeat([0, 1], 1000)
    views = [binary_logits(odds), binary_logits(odds + np.where(targets == 0, 3.0, -3.0))]
    thresholds = fit_thresholds(views, targets, ["one"] * 2000, NEUTRAL)
    for view in views:
        said = verdicts(view, thresholds)
        assert (said[targets == 0] == "generated").mean() <= 0.005
        assert (said[targets == 1] == "real").mean() <= 0.02
    assert thresholds.real < thresholds.generated


def test_faces_told_apart_without_a_mistake_leave_sensible_numbers() -> None:
    odds = np.concatenate([np.full(300, -9.0), np.full(300, 9.0)])
    targets = np.repeat([0, 1], 300)
    calibration = fit_calibration(binary_logits(odds), targets)
    assert 0.5 < calibration.temperature < 5
    thresholds = fit_thresholds([binary_logits(odds)], targets, ["one"] * 600, calibration)
    assert thresholds.generated == 0.5
    assert 0.49 < thresholds.real < 0.5
