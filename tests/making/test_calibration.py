from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest, norm

from unmask.bundles.model import Calibration, Thresholds
from unmask.bundles.verdict import decide, probability_generated
from unmask.evaluation.metrics import balanced_weights
from unmask.making.calibration import allowed_beyond, fit_calibration, fit_thresholds

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


def verdicts(logits: NDArray[np.float64], thresholds: Thresholds) -> NDArray[np.str_]:
    probability = probability_generated(logits, 1.0, 0.0)
    return np.array(
        [
            decide(float(one), generated=thresholds.generated, real=thresholds.real)
            for one in probability
        ]
    )


def fitted(
    real: dict[str, NDArray[np.float64]], generated: NDArray[np.float64] | None = None
) -> Thresholds:
    """Thresholds of collections of real faces, by their log-odds."""
    made = np.linspace(2.0, 9.0, 400) if generated is None else generated
    odds = np.concatenate([*real.values(), made])
    names = [name for name, values in real.items() for _ in values] + ["made"] * len(made)
    targets = np.array([name == "made" for name in names], dtype=int)
    return fit_thresholds([binary_logits(odds)], targets, names, NEUTRAL)


def split(odds: NDArray[np.float64], parts: int) -> dict[str, NDArray[np.float64]]:
    """The same faces as so many collections."""
    return {f"part {number}": part for number, part in enumerate(np.array_split(odds, parts))}


def odds_at(thresholds: Thresholds) -> float:
    """The threshold of generated in log-odds."""
    assert thresholds.generated is not None
    return float(np.log(thresholds.generated / (1 - thresholds.generated)))


def test_as_many_faces_lie_beyond_a_threshold_as_the_confidence_bound_allows() -> None:
    rng = np.random.default_rng(2)
    odds = np.concatenate([rng.normal(-3.5, 2, 3000), rng.normal(3.5, 2, 1000)])
    targets = np.repeat([0, 1], [3000, 1000])
    logits = binary_logits(odds)
    thresholds = fit_thresholds([logits], targets, ["one"] * 4000, NEUTRAL)
    said = verdicts(logits, thresholds)
    assert (said[targets == 0] == "generated").sum() == 8
    assert (said[targets == 1] == "real").sum() == 20
    assert thresholds.false_positive_rate == pytest.approx(8 / 3000)
    assert thresholds.false_negative_rate == 0.02


@pytest.mark.parametrize(
    ("count", "limit"), [(598, 0.005), (947, 0.005), (3000, 0.005), (149, 0.02)]
)
def test_the_bound_is_the_exact_one_and_one_face_more_would_break_it(
    count: int, limit: float
) -> None:
    allowed = allowed_beyond(count, limit)
    assert allowed is not None
    bounds = [
        binomtest(hits, count, alternative="less").proportion_ci(0.95, method="exact").high
        for hits in (allowed, allowed + 1)
    ]
    assert bounds[0] <= limit < bounds[1]
    fewer = allowed_beyond(count - 1, limit)
    assert fewer is None or fewer <= allowed


def test_the_promised_rate_holds_in_all_but_one_of_twenty_fits() -> None:
    rng = np.random.default_rng(5)
    rates = [norm.sf(odds_at(fitted({"one": rng.normal(-3, 2, 1200)})), -3, 2) for _ in range(300)]
    broken = sum(rate > 0.005 for rate in rates)
    # Of 300 fits 15 may break it.
    assert broken <= 15 + 2 * np.sqrt(15 * 0.95)
    assert np.median(rates) > 0.001


def test_adding_equal_collections_makes_nobody_blinder() -> None:
    # Of equal collections of 60 each, as many as there are.
    rng = np.random.default_rng(6)
    found = []
    for count in (1, 4, 10, 20, 40):
        fits = [fitted(split(rng.normal(-3.5, 2, 60 * count), count)) for _ in range(40)]
        found.append(
            np.mean([0 if fit.generated is None else norm.sf(odds_at(fit), 3.5, 2) for fit in fits])
        )
    # Few cannot show the rate; from then on each face more lets the threshold come nearer to it.
    assert found[:2] == [0.0, 0.0]
    assert found[2] > 0.55
    assert (np.diff(found[2:]) > 0).all()


@pytest.mark.parametrize("size", [60, 150])
def test_the_same_faces_get_the_same_threshold_in_however_many_collections(size: int) -> None:
    rng = np.random.default_rng(7)
    moved = 0
    for _ in range(40):
        odds = rng.normal(-3.5, 2, 40 * size)
        moved += len({fitted(split(odds, parts)).generated for parts in (1, 4, 10, 20, 40)}) > 1
    # By chance one of them may look worse than the others, in one of twenty fits.
    assert moved <= (0 if size < 100 else 5)


EASY = np.linspace(-9.0, -3.0, 6000)


def test_a_collection_that_is_worse_raises_the_threshold() -> None:
    hard = np.concatenate([np.full(285, -4.0), np.linspace(1.0, 2.0, 15)])
    assert fitted({"easy": EASY}).generated == 0.5
    thresholds = fitted({"easy": EASY, "hard": hard})
    said = verdicts(binary_logits(hard), thresholds)
    assert (said == "generated").sum() == 3
    assert odds_at(thresholds) > 1.7
    # The same faces in the large collection keep within its limit.
    assert fitted({"easy": np.concatenate([EASY, hard])}).generated == 0.5


@pytest.mark.parametrize(("beyond", "count"), [(5, 300), (15, 99)])
def test_what_may_be_chance_or_is_too_small_to_tell_moves_nothing(beyond: int, count: int) -> None:
    few = np.concatenate([np.full(count - beyond, -4.0), np.linspace(1.0, 2.0, beyond)])
    assert fitted({"easy": EASY, "few": few}).generated == 0.5


def test_limits_hold_in_the_worst_view() -> None:
    rng = np.random.default_rng(4)
    odds = np.concatenate([rng.normal(-4, 1, 1000), rng.normal(4, 1, 1000)])
    targets = np.repeat([0, 1], 1000)
    views = [binary_logits(odds), binary_logits(odds + np.where(targets == 0, 3.0, -3.0))]
    thresholds = fit_thresholds(views, targets, ["one"] * 2000, NEUTRAL)
    for view in views:
        said = verdicts(view, thresholds)
        assert (said[targets == 0] == "generated").sum() <= 1
        assert (said[targets == 1] == "real").sum() <= 20
    assert thresholds.generated is not None and thresholds.real is not None
    assert thresholds.real < thresholds.generated


def test_faces_told_apart_without_a_mistake_leave_sensible_numbers() -> None:
    odds = np.concatenate([np.full(600, -9.0), np.full(300, 9.0)])
    targets = np.repeat([0, 1], [600, 300])
    calibration = fit_calibration(binary_logits(odds), targets)
    assert 0.5 < calibration.temperature < 5
    thresholds = fit_thresholds([binary_logits(odds)], targets, ["one"] * 900, calibration)
    assert thresholds.generated == 0.5
    assert thresholds.real is not None and 0.49 < thresholds.real < 0.5


def test_too_few_faces_to_show_the_rate_leave_the_verdict_out() -> None:
    few = fitted({"one": np.full(597, -9.0)}, np.full(49, 9.0))
    assert (few.generated, few.real) == (None, None)
    assert (few.false_positive_rate, few.false_negative_rate) == (0.0, 0.0)
    enough = fitted({"one": np.full(598, -9.0)}, np.full(50, 9.0))
    assert enough.generated == 0.5 and enough.real is not None
    nobody = fitted({}, np.full(149, 9.0))
    assert nobody.generated is None


def test_where_no_threshold_below_certainty_keeps_the_rate_the_model_never_says_so() -> None:
    sure = np.repeat([-9.0, 60.0], [980, 20])
    thresholds = fitted({"one": sure}, np.repeat([9.0, -800.0], [380, 20]))
    assert (thresholds.generated, thresholds.real) == (None, None)
    assert set(verdicts(binary_logits(sure), thresholds)) == {"unsure"}
    # One of a thousand may be that wrong.
    one = np.repeat([-9.0, 60.0], [999, 1])
    assert fitted({"one": one}).generated == 0.5
