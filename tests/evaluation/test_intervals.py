from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics as reference

from tests.tiny_bundle import INFO
from unmask.bundles.model import BundleInfo, Calibration
from unmask.bundles.verdict import log_odds_generated
from unmask.evaluation import metrics
from unmask.evaluation.figures import figures, weighted_figures
from unmask.evaluation.intervals import draw, estimates, share_estimate
from unmask.evaluation.measure import Judged, judge

INFO_OF_TINY = BundleInfo.model_validate({**INFO, "sha256": "0" * 64})
TWO = BundleInfo.model_validate(
    {
        **INFO,
        "sha256": "0" * 64,
        "task": "binary",
        "labels": ["real", "generated"],
        "families": {"real": "real", "generated": "generated"},
        "bias": [0.0, 0.0],
    }
)
RNG = np.random.default_rng(0)
TARGETS = RNG.permutation(np.repeat([0, 1, 2], [90, 60, 40]))
LOGITS = (RNG.normal(size=(190, 3)) + 1.6 * np.eye(3)[TARGETS]).astype(np.float32)
JUDGED = judge(INFO_OF_TINY, LOGITS, TARGETS)


def by_the_metrics(judged: Judged) -> dict[str, float]:
    """Every figure by a plain function, crop by crop."""
    targets, probability = judged.targets, judged.probability
    real, generated = targets == 0, targets != 0
    assert judged.family_right is not None
    tpr, fpr = judged.called[generated].mean(), judged.called[real].mean()
    weights = metrics.balanced_weights(generated)
    return {
        "accuracy": metrics.accuracy(judged.predicted, targets),
        "macro_f1": metrics.macro_f1(judged.predicted, targets, judged.classes),
        "family_accuracy": judged.family_right.mean(),
        "f1_generated": reference.f1_score(generated, probability >= 0.5),
        "auc": reference.roc_auc_score(generated, probability),
        "balanced_accuracy": (tpr + 1 - fpr) / 2,
        "tpr": tpr,
        "fpr": fpr,
        "unsure": judged.unsure.mean(),
        "ece": metrics.expected_calibration_error(probability, generated, weights),
    } | {
        f"tpr_at_fpr_{limit}": metrics.rate_at_false_positive_rate(
            probability[generated], probability[real], limit
        )
        for limit in (0.005, 0.01)
    }


def test_with_every_crop_once_the_figures_are_those_of_the_metrics() -> None:
    expected = by_the_metrics(JUDGED)
    ours = weighted_figures(JUDGED, np.ones((1, len(TARGETS))))
    assert {name: values[0] for name, values in ours.items()} == pytest.approx(expected, abs=1e-12)
    found = figures(INFO_OF_TINY, LOGITS, TARGETS, ["one"] * len(TARGETS))
    assert found.pop("fpr_one") == pytest.approx(expected["fpr"])
    assert found == pytest.approx(expected, abs=1e-12)


def test_f1_of_generated_goes_by_the_probability_and_not_by_the_likeliest_label() -> None:
    # Generated with a probability of 0.59, but real is likelier than either generator by itself.
    shared = np.array([[0.6, 0.2, 0.2]], dtype=np.float32)
    neutral = INFO_OF_TINY.model_copy(update={"calibration": Calibration(temperature=1, bias=0)})
    for target, expected in ((1, 1.0), (0, 2 / 3)):
        sure = np.array([[0.0, 9.0, 0.0], [9.0, 0.0, 0.0]], dtype=np.float32)
        judged = judge(neutral, np.concatenate([shared, sure]), np.array([target, 1, 0]))
        assert judged.predicted.tolist() == [0, 1, 0] and judged.probability[0] > 0.5
        ours = weighted_figures(judged, np.ones((1, 3)))
        assert ours["f1_generated"][0] == pytest.approx(expected)


def test_a_model_of_two_labels_gets_the_f1_of_one_of_many_that_says_the_same() -> None:
    odds = log_odds_generated(LOGITS)
    two = judge(TWO, np.stack([np.zeros_like(odds), odds], axis=1), np.minimum(TARGETS, 1))
    np.testing.assert_allclose(two.probability, JUDGED.probability)
    ones = np.ones((1, len(TARGETS)))
    of_two, of_many = weighted_figures(two, ones), weighted_figures(JUDGED, ones)
    for name in ("f1_generated", "auc", "ece", "tpr", "fpr", "unsure", "balanced_accuracy"):
        assert of_two[name] == pytest.approx(of_many[name]), name
    assert of_two["accuracy"] != pytest.approx(of_many["accuracy"])


def test_a_resample_is_worth_the_same_as_the_crops_drawn_again() -> None:
    drawn = draw(TARGETS, 5, seed=3)
    ours = weighted_figures(JUDGED, drawn)
    for number, counts in enumerate(drawn.astype(int)):
        again = np.repeat(np.arange(len(TARGETS)), counts)
        expected = by_the_metrics(judge(INFO_OF_TINY, LOGITS[again], TARGETS[again]))
        found = {name: values[number] for name, values in ours.items()}
        assert found == pytest.approx(expected, abs=1e-12)


def test_scores_that_tie_count_half_and_never_as_found() -> None:
    tied = replace(JUDGED, probability=np.round(JUDGED.probability, 1))
    ours = weighted_figures(tied, np.ones((1, len(TARGETS))))
    wanted = reference.roc_auc_score(TARGETS > 0, tied.probability)
    assert ours["auc"][0] == pytest.approx(wanted)
    real, generated = tied.probability[TARGETS == 0], tied.probability[TARGETS > 0]
    wanted = metrics.rate_at_false_positive_rate(generated, real, 0.01)
    assert ours["tpr_at_fpr_0.01"][0] == pytest.approx(wanted)


def test_of_every_class_as_many_are_drawn_as_there_are() -> None:
    drawn = draw(TARGETS, 20, seed=0)
    for label, count in enumerate((90, 60, 40)):
        assert (drawn[:, label == TARGETS].sum(axis=1) == count).all()
    assert drawn.max() > 1
    assert not np.array_equal(drawn[0], drawn[1])


def test_the_seed_decides_the_interval() -> None:
    one, same, other = (estimates(JUDGED, resamples=60, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one["auc"].value == other["auc"].value
    assert (one["auc"].low, one["auc"].high) != (other["auc"].low, other["auc"].high)


def test_the_interval_of_a_share_is_about_two_standard_errors() -> None:
    found = estimates(JUDGED, resamples=2000)["accuracy"]
    right = JUDGED.predicted == TARGETS
    spread = sum(right[label == TARGETS].var() * (label == TARGETS).sum() for label in range(3))
    error = np.sqrt(spread) / len(TARGETS)
    assert found.value == pytest.approx(right.mean(), abs=1e-4)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert found.low < found.value < found.high


def test_where_no_real_face_was_called_generated_some_still_may_be() -> None:
    none = replace(JUDGED, called=JUDGED.called & (TARGETS != 0))
    assert estimates(none, resamples=20)["fpr"] == share_estimate(0, int((TARGETS == 0).sum()))
    assert share_estimate(0, 90).high > 0.03


def test_families_mean_nothing_to_a_model_of_two_labels() -> None:
    targets = np.array([0, 1, 1, 0])
    judged = judge(TWO, np.array([[1, 0], [0, 1], [1, 0], [2, 0]], dtype=np.float32), targets)
    found = estimates(judged, resamples=10)
    assert "family_accuracy" not in found
    assert found["f1_generated"].value == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(("hits", "count"), [(0, 59), (1, 59), (59, 59), (30, 150)])
def test_the_interval_of_a_plain_share_is_the_exact_one(hits: int, count: int) -> None:
    found = share_estimate(hits, count)
    exact = binomtest(hits, count).proportion_ci(0.95, method="exact")
    assert found.value == pytest.approx(hits / count, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-4)


def test_calibration_bins_hold_both_ends() -> None:
    assert metrics.calibration_bins(np.array([0.0, 0.0666, 0.0668, 1.0])).tolist() == [0, 0, 1, 14]
