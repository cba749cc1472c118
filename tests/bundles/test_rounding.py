from __future__ import annotations

import numpy as np
import pytest

from unmask.bundles.rounding import digits_beside, percent
from unmask.bundles.verdict import Verdict, decide

GENERATED, REAL = 0.9733773312031231, 0.12941085363996901


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "under 0.1 %"),
        (0.0009, "under 0.1 %"),
        (0.001, "0.1 %"),
        (0.9989, "99.9 %"),
        (0.9991, "over 99.9 %"),
        (1.0, "over 99.9 %"),
    ],
)
def test_what_is_not_certain_is_not_shown_as_certain(probability: float, text: str) -> None:
    assert percent(probability) == text


def test_more_digits_bring_the_ends_nearer() -> None:
    assert percent(0.99996, 2) == "over 99.99 %"
    assert percent(0.9996, 2) == "99.96 %"
    assert percent(0.0004, 2) == "0.04 %"


@pytest.mark.parametrize(
    ("probability", "digits", "shown", "threshold"),
    [
        (0.9732, 2, "97.32 %", "97.34 %"),  # unsure, and 97.3 % with one digit as the threshold
        (0.9734, 3, "97.340 %", "97.338 %"),  # generated
        (GENERATED, 1, "97.3 %", "97.3 %"),  # at the threshold, which belongs to its side
        (0.5, 1, "50.0 %", "97.3 %"),
        (0.12946, 2, "12.95 %", "97.34 %"),  # unsure, just above real
        (float(np.nextafter(GENERATED, 0)), 14, "97.33773312031230 %", "97.33773312031231 %"),
    ],
)
def test_a_probability_is_shown_as_another_than_the_threshold_it_is_not_at(
    probability: float, digits: int, shown: str, threshold: str
) -> None:
    assert digits_beside([probability], [GENERATED, REAL]) == digits
    assert percent(probability, digits) == shown
    assert percent(GENERATED, digits) == threshold


def test_near_certainty_the_ends_do_not_hide_the_difference() -> None:
    digits = digits_beside([0.9996], [0.99993, None])
    assert percent(0.9996, digits) != percent(0.99993, digits)


def test_all_probabilities_beside_the_same_thresholds_have_digits_enough() -> None:
    assert digits_beside([0.5, 0.9732, 0.1], [GENERATED, REAL]) == 2
    assert digits_beside([], [GENERATED, REAL]) == 1
    assert digits_beside([0.9732], [None, None]) == 1


def test_what_is_shown_gets_the_verdict_that_is_shown() -> None:
    rng = np.random.default_rng(0)
    near = [at + scale * rng.normal() for at in (GENERATED, REAL) for scale in (1e-3, 1e-5, 1e-8)]
    for probability in [*near, *rng.random(200)]:
        digits = digits_beside([probability], [GENERATED, REAL])
        shown, generated, real = (
            float(percent(one, digits).removesuffix(" %").removeprefix("over ").split()[-1])
            for one in (probability, GENERATED, REAL)
        )
        said = decide(probability, generated=GENERATED, real=REAL)
        assert said is decide(shown, generated=generated, real=real), (probability, digits)
        assert said in Verdict
