"""The power and the width that a plan states are what happens in the long run."""

import numpy as np
import pytest
from scipy.stats import norm

from dipoutcomes.intervals import (
    fisher_p_value,
    mcnemar_exact_p_value,
    pearson_p_value,
    wilson_finite_interval,
)
from dipoutcomes.sampling import size

pytestmark = pytest.mark.simulation
RUNS = 20_000


def four_errors(power, runs=RUNS):
    return 4 * np.sqrt(power * (1 - power) / runs)


@pytest.mark.parametrize("method", ["pooled_z", "fisher_central"])
def test_two_groups_are_told_apart_as_often_as_stated(method):
    plan = size.plan_difference(0.25, 0.45, method=method)
    n_1, n_2 = plan.n
    rng = np.random.default_rng(1)
    x, y = rng.binomial(n_1, 0.25, RUNS), rng.binomial(n_2, 0.45, RUNS)
    tables, back = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    ask = pearson_p_value if method == "pooled_z" else fisher_p_value
    p = np.asarray(ask(tables[:, 0], n_1, tables[:, 1], n_2))[back.ravel()]
    assert np.mean(p <= 0.05) == pytest.approx(plan.achieved, abs=four_errors(plan.achieved))


def test_the_normal_formula_is_within_two_points_of_what_happens():
    plan = size.plan_difference(0.5, 0.3)
    exact = size.difference_power(0.5, 0.3, *plan.n, method="pooled_z")
    assert plan.achieved == pytest.approx(exact, abs=0.02)


def test_a_change_in_the_same_people_is_found_as_often_as_stated():
    plan = size.plan_paired(0.25, 0.05, method="exact")
    rng = np.random.default_rng(2)
    counts = rng.multinomial(plan.n[0], [0.25, 0.05, 0.7], RUNS)
    p = np.asarray(mcnemar_exact_p_value(counts[:, 0], counts[:, 1]))
    assert np.mean(p <= 0.05) == pytest.approx(plan.achieved, abs=four_errors(plan.achieved))


@pytest.mark.parametrize("dispersion", [0.0, 0.7])
def test_rates_are_told_apart_about_as_often_as_stated(dispersion):
    plan = size.plan_rate_ratio(1.0, 0.6, dispersion=dispersion)
    rng, n = np.random.default_rng(3), plan.n[0]
    totals, runs = [], 4_000
    for rate in (1.0, 0.6):
        mean = np.full((runs, n), rate)
        if dispersion:
            mean = rng.gamma(1 / dispersion, rate * dispersion, (runs, n))
        totals.append(rng.poisson(mean).sum(axis=1))
    first, second = (total / n for total in totals)
    # The Wald test on the log scale with the dispersion known, as the formula has it.
    error = np.sqrt((1 / first + 1 / second + 2 * dispersion) / n)
    found = np.abs(np.log(first / second)) / error >= norm.ppf(0.975)
    # The formula holds the variance at the true rates: 20,000 other runs gave 0.814 for the 0.804
    # stated without dispersion, and 0.809 for 0.802 with it.
    near = four_errors(plan.achieved, runs) + 0.015
    assert found.mean() == pytest.approx(plan.achieved, abs=near)


def test_the_expected_width_is_the_average_of_samples_from_the_frame():
    plan = size.plan_proportion(0.75, 0.2, population=200)
    rng = np.random.default_rng(4)
    seen = rng.hypergeometric(150, 50, plan.n[0], RUNS)
    widths = wilson_finite_interval(seen, plan.n[0], 200).width
    error = widths.std() / np.sqrt(RUNS)
    assert widths.mean() == pytest.approx(plan.achieved, abs=4 * error)


def test_the_log_rank_test_finds_a_hazard_ratio_about_as_often_as_planned():
    plan = size.plan_log_rank(0.6)  # everybody has the event: people are events
    n, runs = plan.n[0] // 2, 4_000
    rng = np.random.default_rng(5)
    times = np.concatenate(
        [rng.exponential(1 / 0.6, (runs, n)), rng.exponential(1.0, (runs, n))], axis=1
    )
    first = np.argsort(times, axis=1) < n
    left = first[:, ::-1].cumsum(axis=1)[:, ::-1]
    share = left / np.arange(2 * n, 0, -1)
    score = (first - share).sum(axis=1) / np.sqrt((share * (1 - share)).sum(axis=1))
    found = np.mean(np.abs(score) >= norm.ppf(0.975))
    # Schoenfeld's formula keeps the groups equal as events go on, which a ratio of 0.6 does not:
    # 20,000 other runs gave 0.786 for the 0.802 stated.
    assert found == pytest.approx(plan.achieved, abs=four_errors(plan.achieved, runs) + 0.02)


def test_enough_remain_of_a_submission_as_often_as_stated():
    rng = np.random.default_rng(6)
    left = rng.binomial(60, rng.uniform(0.22, 0.70, RUNS))
    stated = size.chance_enough_remain(60)
    assert np.mean(left >= 30) == pytest.approx(stated, abs=four_errors(stated))
