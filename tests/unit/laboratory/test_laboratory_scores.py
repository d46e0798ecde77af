"""The arithmetic of a score, by hand; the rules of the verdicts."""

from math import inf, isnan, log, nan, sqrt

import numpy as np
import pytest

from dipoutcomes.laboratory import Replications, Scenario, Score, Trial, Truth, judge, score
from dipoutcomes.laboratory.answers import each_table_once, of_estimate, one_by_one
from dipoutcomes.laboratory.declared import Declared
from dipoutcomes.laboratory.verdict import (
    AVOID,
    BIASED,
    DECLARED,
    HOLDS,
    NOT_JUDGED,
    NOT_SHOWN,
    SHORT,
)

NOBODY = Scenario(name="by hand", says="typed in", draw=lambda rng, n, replications: None)


def trial(**more):
    usual = {
        "family": "made up",
        "estimator": "by hand",
        "title": "By hand",
        "estimates": "a number",
        "scenario": NOBODY,
        "truth": lambda n: Truth(value=2.0),
        "apply": lambda data: Replications(),
    }
    return Trial(**(usual | more))


def scored(truth=2.0, truth_error=0.0, replications=5, **arrays):
    more = {k: arrays.pop(k) for k in ("scale", "judge_bias", "rejection") if k in arrays}
    found = Replications(**{name: np.array(values) for name, values in arrays.items()})
    return score(
        trial(**more), 28, found, Truth(value=truth, error=truth_error), replications=replications
    )


def test_coverage_and_misses_count_a_missing_interval_as_a_miss():
    row = scored(low=[1, 3, 0, nan, -inf], high=[3, 4, 1, nan, inf])
    assert row.coverage == pytest.approx(2 / 5)  # the first and the last
    assert row.miss_below == pytest.approx(2 / 5)  # 0 to 1, and the missing one
    assert row.miss_above == pytest.approx(1 / 5)  # 3 to 4
    assert row.failures == 1
    assert row.unbounded == 1
    assert row.mean_length == pytest.approx((2 + 1 + 1) / 3)
    assert row.median_length == pytest.approx(1)
    assert row.coverage_error == pytest.approx(sqrt(0.4 * 0.6 / 5))


def test_a_limit_that_equals_the_truth_holds_it_and_one_missing_limit_is_a_miss():
    row = scored(low=[2.0, 1.0, 1.0, nan, 0.0], high=[3.0, 2.0 - 1e-12, nan, 3.0, 1.9])
    assert row.coverage == pytest.approx(2 / 5)
    assert row.failures == 2


def test_bias_and_error_by_hand():
    row = scored(estimate=[1.0, 2.0, 3.0, 6.0, nan], judge_bias=True, truth_error=0.3)
    away = np.array([-1, 0, 1, 4])
    assert row.bias == pytest.approx(1.0)
    assert row.rmse == pytest.approx(sqrt(18 / 4))
    assert row.spread == pytest.approx(away.std(ddof=1))
    assert row.bias_error == pytest.approx(sqrt(away.var(ddof=1) / 4 + 0.09))
    assert (row.no_estimate, row.failures) == (1, 1)


def test_ratios_are_measured_by_their_logarithm():
    row = scored(
        estimate=[1.0, 4.0, 0.0, inf, 2.0], low=[1, 1, 0, 1, 1], high=[4, 4, 4, inf, 16],
        scale="log",
    )  # fmt: skip
    assert row.bias == pytest.approx((log(0.5) + log(2) + 0) / 3)
    assert row.no_estimate == 2
    assert row.unbounded == 2  # from 0, and to infinity
    assert row.median_length == pytest.approx(log(4))


def test_a_missing_p_value_rejects_nothing_and_is_a_failure():
    row = scored(p_value=[0.05, 0.051, 0.01, nan, 1.0])
    assert row.rejected == pytest.approx(2 / 5)
    assert row.failures == 1
    assert isnan(row.coverage)


def test_answers_that_were_dropped_are_noticed():
    with pytest.raises(ValueError, match=r"gave \[4\] answers for 5 cohorts"):
        scored(low=[1, 1, 1, 1], high=[2, 2, 2, 2])


def test_a_method_that_gave_nothing_has_failed_throughout():
    assert scored().failures == 5


def test_a_score_survives_the_way_through_plain_values():
    row = scored(low=[1, 1, 1, nan, -inf], high=[3, 4, 1, nan, inf])
    again = Score.from_dict(row.to_dict())
    assert again == row or (isnan(again.bias) and again.to_dict().keys() == row.to_dict().keys())
    assert again.coverage == row.coverage
    without = row.to_dict() | {"bias": None}
    assert isnan(Score.from_dict(without).bias)


def row_with(**more):
    usual = {
        "family": "made up", "estimator": "by hand", "title": "", "estimates": "",
        "scenario": "by hand", "scenario_says": "", "standing": "sound", "role": "offered",
        "question": "", "n": 28, "replications": 10_000, "failures": 0, "errors": "", "truth": 0.0,
        "truth_error": 0.0, "truth_source": "", "confidence_level": 0.95,
    }  # fmt: skip
    return Score(**(usual | more))


#: Four standard errors of 95% among 10,000 are 0.87 points, of 5% as many.
@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"coverage": 0.95}, HOLDS),
        ({"coverage": 1.0}, HOLDS),
        ({"coverage": 0.9414}, HOLDS),
        ({"coverage": 0.9412}, SHORT),
        ({"coverage": 0.9412, "standing": "do not use"}, AVOID),
        ({"coverage": 0.9514, "standing": "do not use"}, HOLDS),
        ({"coverage": 0.0, "role": "popular practice"}, NOT_JUDGED),
        ({"coverage": 0.0, "role": "sound way"}, SHORT),
        ({"rejected": 0.058, "rejection": "type I error"}, HOLDS),
        ({"rejected": 0.059, "rejection": "type I error"}, SHORT),
        ({"rejected": 0.9, "rejection": "power"}, NOT_JUDGED),
        ({"coverage": 0.95, "rejected": 0.06, "rejection": "type I error"}, SHORT),
        ({"bias": 0.13, "bias_error": 0.01, "spread": 1.0, "judge_bias": True}, HOLDS),
        ({"bias": -0.15, "bias_error": 0.01, "spread": 1.0, "judge_bias": True}, BIASED),
        ({"bias": 0.15, "bias_error": 0.01, "spread": 1.0}, NOT_JUDGED),
    ],
)
def test_verdicts_follow_the_rules(row, word):
    assert judge(row_with(**row), declared=()).word == word


#: 4 sqrt(0.95 x 0.05 / 845) = 0.02999, and 0.03001 with 844.
@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"coverage": 0.95, "replications": 845}, HOLDS),
        ({"coverage": 0.95, "replications": 844}, NOT_SHOWN),
        ({"coverage": 1.0, "replications": 2}, NOT_SHOWN),
        ({"coverage": 0.7, "replications": 50}, SHORT),
        ({"rejected": 0.0, "rejection": "type I error", "replications": 844}, NOT_SHOWN),
        ({"rejected": 0.05, "rejection": "type I error", "replications": 845}, HOLDS),
        ({"rejected": 0.9, "rejection": "power", "replications": 50}, NOT_JUDGED),
        ({"coverage": 0.95, "replications": 50, "standing": "do not use"}, NOT_SHOWN),
    ],
)
def test_a_method_holds_only_where_a_shortfall_of_3_points_would_have_been_seen(row, word):
    assert judge(row_with(**row), declared=()).word == word


def test_a_verdict_on_few_cohorts_says_how_few():
    few = judge(row_with(coverage=0.95, replications=300), declared=())
    assert few.says == "not shown to fall short (300 cohorts)"
    assert not few.fails
    assert judge(row_with(coverage=0.95), declared=()).says == "holds"


def test_a_declared_shortfall_is_held_to_its_floor():
    declared = (Declared(estimator="made up/*", floor=0.90, why="few people", sizes=(28,)),)
    assert judge(row_with(coverage=0.92), declared=declared).word == DECLARED
    assert judge(row_with(coverage=0.92), declared=declared).why == "few people"
    assert judge(row_with(coverage=0.95), declared=declared).word == HOLDS
    assert judge(row_with(coverage=0.87), declared=declared).word == SHORT
    assert judge(row_with(coverage=0.92, n=60), declared=declared).word == SHORT
    assert judge(row_with(coverage=0.87), declared=declared).fails


def test_a_declared_ceiling_and_a_declared_bias_count():
    declared = (Declared(estimator="*", ceiling=0.08, bias=0.3, why="rough"),)
    tested = row_with(rejected=0.075, rejection="type I error")
    assert judge(tested, declared=declared).word == DECLARED
    off = row_with(bias=0.25, bias_error=0.01, spread=1.0, judge_bias=True)
    assert judge(off, declared=declared).word == DECLARED


def test_a_trial_for_some_sizes_says_why():
    with pytest.raises(ValueError, match="come together"):
        trial(sizes=(28,))
    with pytest.raises(ValueError, match="cost"):
        trial(cost="dear")
    assert trial(sizes=(28,), only="slow").tried_at(28)
    assert not trial(sizes=(28,), only="slow").tried_at(60)


def test_each_table_is_worked_out_once_and_given_back_to_every_cohort():
    asked = []

    class Found:
        def __init__(self, x):
            asked.append(len(x))
            self.low, self.high = x - 1.0, x + 1.0

    found = each_table_once(lambda x, n: Found(x), [3, 1, 3, 3], [9, 9, 9, 9],
                            p_value=lambda x, n: x / n)  # fmt: skip
    assert asked == [2]
    assert found.low.tolist() == [2, 0, 2, 2]
    assert found.p_value == pytest.approx([1 / 3, 1 / 9, 1 / 3, 1 / 3])


def test_an_estimator_that_breaks_on_a_cohort_keeps_its_place():
    def ask(x):
        if x == 2:
            raise ZeroDivisionError
        return x, x - 1, x + 1, nan

    found = one_by_one(((x,) for x in (1, 2, 3)), ask)
    assert found.errors == {"ZeroDivisionError": 1}
    assert found.low.tolist()[::2] == [0, 2]
    assert np.isnan(found.low[1])
    assert found.p_value is None


def test_an_estimate_gives_its_four_numbers():
    from dipoutcomes.comparison import paired_shares

    change = paired_shares([True, True, False], [True, False, False])
    value, low, high, p = of_estimate(change)
    assert value == pytest.approx(-1 / 3)
    assert (low, high) == tuple(change.interval)
    assert p == change.p_value
