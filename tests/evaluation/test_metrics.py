from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from unmask.evaluation import metrics

RNG = np.random.default_rng(0)
TARGETS = RNG.integers(0, 5, 400)
LOGITS = RNG.normal(size=(400, 5)) + 1.5 * np.eye(5)[TARGETS]
PREDICTED = LOGITS.argmax(axis=1)
# Rounded, so that ties occur.
SCORES = np.round(LOGITS[:, 1:].max(axis=1) - LOGITS[:, 0], 1)
GENERATED = TARGETS > 0


def test_auc_is_scikit_learns_ties_included() -> None:
    ours = metrics.auc(SCORES[GENERATED], SCORES[~GENERATED])
    assert ours == pytest.approx(reference.roc_auc_score(GENERATED, SCORES))


def test_auc_of_one_class_is_not_a_number() -> None:
    assert np.isnan(metrics.auc(SCORES[GENERATED], np.array([])))


def test_accuracy_and_f1_are_scikit_learns() -> None:
    assert metrics.accuracy(PREDICTED, TARGETS) == reference.accuracy_score(TARGETS, PREDICTED)
    expected = reference.f1_score(TARGETS, PREDICTED, average="macro")
    assert metrics.macro_f1(PREDICTED, TARGETS, 5) == pytest.approx(expected)


def test_confusion_matrix_has_a_row_a_true_class() -> None:
    expected = reference.confusion_matrix(TARGETS, PREDICTED)
    assert np.array_equal(metrics.confusion_matrix(PREDICTED, TARGETS, 5), expected)


@pytest.mark.parametrize("limit", [0.0, 0.005, 0.1, 0.5])
def test_threshold_keeps_the_limit_and_no_lower_one_does(limit: float) -> None:
    real = RNG.permutation(np.arange(200, dtype=float))
    threshold = metrics.threshold_for(real, limit)
    assert (real > threshold).mean() <= limit
    assert (real > threshold - 1).mean() > limit


def test_rate_at_false_positive_rate_reads_the_roc_curve() -> None:
    real, generated = np.arange(100, dtype=float), np.array([98.5, 99.5, 50.0, 100.0])
    assert metrics.rate_at_false_positive_rate(generated, real, 0.0) == 0.5
    assert metrics.rate_at_false_positive_rate(generated, real, 0.01) == 0.75


def test_families_add_up_their_labels() -> None:
    labels = ("real", "stylegan1", "stylegan2", "tpdne")
    families = {"real": "real", "stylegan1": "a", "stylegan2": "b", "tpdne": "b"}
    family_of = metrics.family_indices(labels, families)
    assert family_of.tolist() == [0, 1, 2, 2]
    # Real is the likeliest label, but the family of two labels is likelier.
    scores = np.array([[0.4, 0.1, 0.25, 0.25], [0.6, 0.1, 0.15, 0.15]])
    assert metrics.family_predictions(scores, family_of).tolist() == [2, 0]


def test_calibration_error_is_the_gap_between_stated_and_observed() -> None:
    stated = np.full(100, 0.7)
    observed = np.arange(100) < 50
    assert metrics.expected_calibration_error(stated, observed) == pytest.approx(0.2)
    right = np.arange(100) < 70
    assert metrics.expected_calibration_error(stated, right) == pytest.approx(0.0, abs=1e-12)


def test_calibration_error_weighs_faces() -> None:
    stated, observed = np.array([0.9, 0.1]), np.array([True, True])
    weighed = metrics.expected_calibration_error(stated, observed, np.array([3.0, 1.0]))
    assert weighed == pytest.approx(0.75 * 0.1 + 0.25 * 0.9)


@pytest.mark.parametrize("limit", [0.0, 0.005, 0.05, 0.3])
def test_rate_at_false_positive_rate_is_the_best_on_scikit_learns_curve(limit: float) -> None:
    false, true, _ = reference.roc_curve(GENERATED, SCORES, drop_intermediate=False)
    ours = metrics.rate_at_false_positive_rate(SCORES[GENERATED], SCORES[~GENERATED], limit)
    assert ours == pytest.approx(true[false <= limit + 1e-12].max())


def test_roc_curve_is_scikit_learns() -> None:
    false, true, _ = reference.roc_curve(GENERATED, SCORES, drop_intermediate=False)
    ours = metrics.roc_curve(SCORES[GENERATED], SCORES[~GENERATED])
    np.testing.assert_allclose(ours, np.stack([false, true], axis=1), atol=1e-12)


def test_reliability_is_scikit_learns_where_all_weigh_alike() -> None:
    stated = RNG.random(300)
    observed = RNG.random(300) < stated
    ours = metrics.reliability(stated, observed, np.ones(300), bins=10)
    shares, means = calibration_curve(observed, stated, n_bins=10)
    np.testing.assert_allclose(ours[:, 0], means)
    np.testing.assert_allclose(ours[:, 1], shares)
    assert ours[:, 2].sum() == pytest.approx(1.0)


def test_reliability_adds_up_to_the_calibration_error() -> None:
    stated, weights = RNG.random(200), RNG.random(200)
    observed = RNG.random(200) < 0.5
    rows = metrics.reliability(stated, observed, weights)
    added = (np.abs(rows[:, 0] - rows[:, 1]) * rows[:, 2]).sum()
    error = metrics.expected_calibration_error(stated, observed, weights)
    assert added == pytest.approx(error)
