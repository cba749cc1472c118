from __future__ import annotations

import math

import numpy as np
import pytest

from unmask.bundles.verdict import (
    Verdict,
    decide,
    family_scores,
    label_scores,
    log_odds_generated,
    probability_generated,
)

LOGITS = np.array([[1.0, 2.0, -1.0], [4.0, -2.0, 0.5], [0.0, 0.0, 0.0]], dtype=np.float32)


def by_hand(logits: list[float], temperature: float, bias: float) -> float:
    odds = math.log(sum(math.exp(one) for one in logits[1:])) - logits[0]
    return 1 / (1 + math.exp(-(odds / temperature + bias)))


@pytest.mark.parametrize(("temperature", "bias"), [(1.0, 0.0), (1.7, 0.3), (0.5, -1.0)])
def test_the_probability_is_the_calibrated_one(temperature: float, bias: float) -> None:
    found = probability_generated(LOGITS, temperature, bias)
    wanted = [by_hand([float(one) for one in row], temperature, bias) for row in LOGITS]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_without_calibration_the_scores_are_the_softmax() -> None:
    softmax = np.exp(LOGITS.astype(float)) / np.exp(LOGITS.astype(float)).sum(1, keepdims=True)
    np.testing.assert_allclose(label_scores(LOGITS, 1.0, 0.0), softmax, rtol=1e-9)


def test_scores_sum_to_one_and_real_is_the_rest() -> None:
    scores = label_scores(LOGITS, 1.3, 0.4)
    np.testing.assert_allclose(scores.sum(axis=1), 1.0)
    np.testing.assert_allclose(1 - scores[:, 0], probability_generated(LOGITS, 1.3, 0.4))


def test_generated_labels_share_by_their_softmax_at_the_temperature() -> None:
    scores = label_scores(np.array([0.0, 3.0, 1.0]), 2.0, 0.5)
    assert scores[1] / scores[2] == pytest.approx(math.exp((3.0 - 1.0) / 2.0))


def test_two_labels_are_plain_log_odds() -> None:
    assert log_odds_generated(np.array([1.5, 4.0])) == pytest.approx(2.5)
    np.testing.assert_allclose(label_scores(np.array([0.0, 0.0]), 1.0, 0.0), [0.5, 0.5])


def test_more_evidence_for_any_generated_label_is_a_higher_probability() -> None:
    base = probability_generated(np.array([1.0, 0.0, 0.0]), 1.5, 0.0)
    assert probability_generated(np.array([1.0, 0.1, 0.0]), 1.5, 0.0) > base
    assert probability_generated(np.array([1.0, 0.0, 0.1]), 1.5, 0.0) > base
    assert probability_generated(np.array([1.1, 0.0, 0.0]), 1.5, 0.0) < base


def test_huge_logits_neither_overflow_nor_lose_their_order() -> None:
    with np.errstate(all="raise", under="ignore"):
        sure = probability_generated(np.array([[0.0, 1e4, 0.0], [1e4, 0.0, 0.0]]), 1.0, 0.0)
        low = probability_generated(np.array([[60.0, 0.0], [61.0, 0.0]]), 1.0, 0.0)
    assert sure.tolist() == [1.0, 0.0]
    assert low[0] > low[1] > 0


def test_any_batch_shape_is_taken() -> None:
    assert probability_generated(LOGITS[0], 1.0, 0.0).shape == ()
    assert label_scores(np.zeros((2, 5, 3)), 1.0, 0.0).shape == (2, 5, 3)


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (1.0, Verdict.GENERATED),
        (0.9, Verdict.GENERATED),
        (np.nextafter(0.9, 0), Verdict.UNSURE),
        (0.5, Verdict.UNSURE),
        (np.nextafter(0.2, 1), Verdict.UNSURE),
        (0.2, Verdict.REAL),
        (0.0, Verdict.REAL),
    ],
)
def test_a_threshold_belongs_to_its_verdict(probability: float, verdict: Verdict) -> None:
    assert decide(probability, generated=0.9, real=0.2) is verdict


@pytest.mark.parametrize("probability", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_without_a_threshold_a_verdict_is_never_given(probability: float) -> None:
    assert decide(probability, generated=None, real=None) is Verdict.UNSURE
    assert decide(probability, generated=None, real=0.2) is not Verdict.GENERATED
    assert decide(probability, generated=0.9, real=None) is not Verdict.REAL


def test_families_sum_their_labels_in_order() -> None:
    scores = {"real": 0.1, "tpdne": 0.2, "sdxl": 0.3, "stylegan2": 0.4}
    families = {
        "real": "real", "tpdne": "stylegan2", "sdxl": "sdxl", "stylegan2": "stylegan2",
    }  # fmt: skip
    found = family_scores(scores, families)
    assert list(found) == ["real", "stylegan2", "sdxl"]
    assert found == pytest.approx({"real": 0.1, "stylegan2": 0.6, "sdxl": 0.3})
