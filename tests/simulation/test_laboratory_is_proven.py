"""The laboratory itself: it agrees with enumeration, and it catches what is broken."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom

from dipoutcomes.intervals import METHODS, coverage_at, newcombe_interval, wilson_interval
from dipoutcomes.laboratory import Replications, all_trials, judge, run_laboratory
from dipoutcomes.laboratory.answers import each_table_once
from dipoutcomes.laboratory.families import _lives
from dipoutcomes.laboratory.families.proportions import FRAME, frame_size
from dipoutcomes.laboratory.verdict import BIASED, HOLDS, NOT_SHOWN, SHORT

pytestmark = pytest.mark.simulation
RUNS = 10_000
TRIALS = {trial.name: trial for trial in all_trials()}


def within(observed, expected, runs=RUNS, errors=4):
    return abs(observed - expected) <= errors * sqrt(expected * (1 - expected) / runs) + 1e-9


@pytest.mark.parametrize("method", [m.name for m in METHODS["proportion"]])
def test_simulated_coverage_is_what_enumeration_gives(method):
    trials = [t for t in TRIALS.values() if t.family == "proportion" and t.estimator == method]
    for row in run_laboratory(trials, sizes=[28, 60], replications=RUNS).rows:
        exact = float(coverage_at(row.truth, row.n, method=method))
        assert within(row.coverage, exact), row.name


@pytest.mark.parametrize("method", ["hypergeometric", "wilson", "wald"])
def test_simulated_coverage_of_a_frame_is_what_enumeration_gives(method):
    trials = [
        t for t in TRIALS.values() if t.family == "finite_population" and t.estimator == method
    ]
    assert FRAME * 28 == frame_size(28) == 210
    for row in run_laboratory(trials, sizes=[28], replications=RUNS).rows:
        exact = float(coverage_at(row.truth, 28, method=method, population=210))
        assert within(row.coverage, exact), row.name


def test_simulated_coverage_of_two_groups_is_what_enumeration_gives():
    name = "difference/newcombe/shares 5% and 10%"
    row = run_laboratory([TRIALS[name]], sizes=[28], replications=RUNS).rows[0]
    counts = np.arange(29)
    one, two = (a.ravel() for a in np.meshgrid(counts, counts, indexing="ij"))
    held = newcombe_interval(one, 28, two, 28).contains(0.05 - 0.10)
    exact = float((binom.pmf(one, 28, 0.05) * binom.pmf(two, 28, 0.10) * held).sum())
    assert within(row.coverage, exact)


@pytest.mark.parametrize("n", [28, 200])
def test_misses_and_coverage_add_up(n):
    trials = [t for t in TRIALS.values() if t.family == "rate"]
    for row in run_laboratory(trials, sizes=[n], replications=1_000).rows:
        assert row.coverage + row.miss_below + row.miss_above == pytest.approx(1)
        if row.rejection and row.standing != "do not use":  # an interval is its test turned round
            assert 1 - row.rejected == pytest.approx(row.coverage, abs=0.01)


WILSON = TRIALS["proportion/wilson/share 50%"]


def verdict_of(limits=wilson_interval, estimate=lambda x, n: x / n):
    def apply(columns):
        return each_table_once(limits, *columns, estimate=estimate(*columns))

    trial = replace(WILSON, apply=apply, judge_bias=True)
    row = run_laboratory([trial], sizes=[200], replications=RUNS).rows[0]
    return judge(row, declared=())


def test_the_right_interval_passes():
    assert verdict_of().word == HOLDS


def test_a_shifted_interval_is_caught():
    def shifted(x, n):
        found = wilson_interval(x, n)
        return replace(found, low=found.low + 0.02, high=found.high + 0.02)

    assert verdict_of(shifted).word == SHORT


def test_an_interval_that_is_a_tenth_too_short_is_caught():
    def short(x, n):
        found = wilson_interval(x, n)
        middle, half = (found.low + found.high) / 2, 0.45 * found.width
        return replace(found, low=middle - half, high=middle + half)

    assert verdict_of(short).word == SHORT


def test_a_biased_estimate_is_caught():
    assert verdict_of(estimate=lambda x, n: (x + 2) / n).word == BIASED


def test_an_estimator_that_refuses_one_cohort_in_ten_is_caught():
    def apply(columns):
        found = each_table_once(wilson_interval, *columns, estimate=columns[0] / columns[1])
        refused = np.arange(len(found)) % 10 == 0
        return Replications(
            estimate=np.where(refused, np.nan, found.estimate),
            low=np.where(refused, np.nan, found.low),
            high=np.where(refused, np.nan, found.high),
        )

    trial = replace(WILSON, apply=apply)
    row = run_laboratory([trial], sizes=[200], replications=RUNS).rows[0]
    assert row.failures == RUNS / 10
    assert judge(row, declared=()).word == SHORT


EXACT_TESTS = [
    "tests/no_difference_p_value(fisher)/shares 40% and 40%",
    "tests/no_difference_p_value(boschloo)/shares 40% and 40%",
    "tests/mcnemar_p_value(exact)/pairs, 50% before and after",
    "proportion/clopper_pearson/share 25%",
    "finite_population/hypergeometric/frame, share 25%",
    "rate/garwood/rate 1.5 a year",
    "rate_ratio/exact/rates 1 and 1 a year",
    "before_after/exact/totals, 1 before and 1 after",
    "odds_ratio/fisher/shares 40% and 40%",
]


@pytest.mark.parametrize("name", EXACT_TESTS)
def test_exact_tests_keep_their_size(name):
    row = run_laboratory([TRIALS[name]], sizes=[28], replications=5_000).rows[0]
    assert row.rejection == "type I error"
    assert 0 < row.rejected <= 0.05 + 4 * sqrt(0.05 * 0.95 / 5_000)
    assert not row.failures


def practice(question, n, replications):
    trials = [t for t in TRIALS.values() if t.question.startswith(question)]
    rows = run_laboratory(trials, sizes=[n], replications=replications).rows
    return {row.role: row for row in rows}


@pytest.mark.parametrize(("mean", "shape"), _lives.CORNERS)
def test_the_index_offence_makes_the_fall_that_the_closed_form_says(mean, shape):
    found = practice(f"Before and after entry with the index offence counted in before, {mean:g}",
                     200, 300)  # fmt: skip
    wrong, right = found["popular practice"], found["sound way"]
    expected = np.log1p(_lives.null_change(mean, shape))
    # The ratio of two means is right to the order of 1/200 in the logarithm.
    assert wrong.bias == pytest.approx(expected, abs=4 * wrong.bias_error + 0.01)
    assert right.bias == pytest.approx(0, abs=4 * right.bias_error + 0.01)
    assert wrong.rejected > 0.9
    assert right.rejected < 0.05 + 4 * sqrt(0.05 * 0.95 / 300)


def test_the_two_null_changes_are_those_of_the_published_range():
    low, high = (_lives.null_change(*corner) for corner in _lives.CORNERS)
    assert (round(low, 2), round(high, 2)) == (-0.38, -0.15) or (low, high) == pytest.approx(
        (-0.375, -0.1509), abs=5e-5
    )


@pytest.mark.parametrize(
    ("question", "n", "replications", "most"),
    [
        ("Limits that are", 28, 4_000, 0.85),
        ("1 - Kaplan-Meier", 200, 400, 0.75),
        ("The untraced", 200, 400, 0.4),
        ("Days in custody", 200, 200, 0.4),
        ("Those who completed", 200, 200, 0.1),
    ],
)
def test_a_popular_practice_fails_where_the_sound_way_holds(question, n, replications, most):
    found = practice(question, n, replications)
    assert found["popular practice"].coverage < most
    assert judge(found["sound way"]).word in (HOLDS, NOT_SHOWN)
