"""Long runs: what the methods promise, against truths that are known."""

import numpy as np
import pytest

from dipoutcomes import intervals

pytestmark = pytest.mark.simulation
RUNS = 20_000


def share_held(found, truth):
    return float(found.contains(truth).mean())


def within(observed, expected, runs=RUNS, errors=4):
    """Is an observed share within so many Monte Carlo standard errors of the expected one?"""
    return abs(observed - expected) <= errors * np.sqrt(max(expected * (1 - expected), 1e-4) / runs)


@pytest.mark.parametrize("p", [0.05, 0.26, 0.75])
@pytest.mark.parametrize("method", ["wilson", "clopper_pearson", "mid_p", "wald"])
def test_simulated_coverage_is_the_enumerated_one(method, p):
    rng = np.random.default_rng([28, int(100 * p)])
    found = intervals.proportion_interval(rng.binomial(28, p, RUNS), 28, method=method)
    assert within(share_held(found, p), float(intervals.coverage_at(p, 28, method=method)))


@pytest.mark.parametrize("marked", [3, 60, 157])
def test_a_draw_without_replacement_is_covered_as_promised(marked):
    rng = np.random.default_rng([210, marked])
    drawn = rng.hypergeometric(marked, 210 - marked, 28, RUNS)
    found = intervals.finite_population_counts(drawn, 28, 210)
    held = share_held(found, marked)
    assert held >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / RUNS)
    # The binomial interval does not use the frame and is too cautious here.
    assert found.width.mean() / 210 < intervals.clopper_pearson_interval(drawn, 28).width.mean()


@pytest.mark.parametrize(("mean", "low", "high"), [(0.5, 0.95, 1.0), (4.0, 0.95, 1.0)])
def test_garwood_keeps_at_least_its_level_for_independent_events(mean, low, high):
    rng = np.random.default_rng(int(10 * mean))
    found = intervals.garwood_interval(rng.poisson(mean * 3.0, RUNS), 3.0)
    assert low - 4 * np.sqrt(0.05 * 0.95 / RUNS) <= share_held(found, mean) <= high


def test_garwood_fails_where_offending_differs_between_people():
    # 100 people, gamma frailty of shape 1/2, three offences a year on average.
    rng = np.random.default_rng(9)
    rates = 3.0 * rng.gamma(0.5, 2.0, size=(4_000, 100))
    found = intervals.garwood_interval(rng.poisson(rates).sum(axis=1), 100.0)
    assert share_held(found, 3.0) < 0.80


@pytest.mark.parametrize(("p1", "p2"), [(0.42, 0.42), (0.75, 0.45), (0.05, 0.02)])
@pytest.mark.parametrize("method", ["miettinen_nurminen", "mee", "newcombe", "agresti_caffo"])
def test_differences_are_covered_near_their_level(method, p1, p2):
    rng = np.random.default_rng([int(100 * p1), int(100 * p2)])
    x1, x2 = rng.binomial(56, p1, RUNS), rng.binomial(48, p2, RUNS)
    found = intervals.difference_interval(x1, 56, x2, 48, method=method)
    assert 0.935 <= share_held(found, p1 - p2) <= 0.995


def test_the_wald_difference_is_not():
    rng = np.random.default_rng(3)
    x1, x2 = rng.binomial(28, 0.05, RUNS), rng.binomial(14, 0.02, RUNS)
    assert share_held(intervals.difference_wald_interval(x1, 28, x2, 14), 0.03) < 0.85


@pytest.mark.parametrize("method", ["koopman", "miettinen_nurminen"])
def test_ratios_are_covered_near_their_level(method):
    rng = np.random.default_rng(11)
    x1, x2 = rng.binomial(56, 0.3, RUNS), rng.binomial(48, 0.2, RUNS)
    found = intervals.ratio_interval(x1, 56, x2, 48, method=method)
    assert 0.94 <= share_held(found, 1.5) <= 0.965


@pytest.mark.parametrize("method", ["tango", "newcombe", "bonett_price"])
def test_paired_differences_are_covered_near_their_level(method):
    rng = np.random.default_rng(7)
    cells = rng.multinomial(40, [0.4, 0.25, 0.1, 0.25], RUNS).T
    found = intervals.paired_difference_interval(*cells, method=method)
    assert 0.935 <= share_held(found, 0.15) <= 0.97


def test_beta_product_keeps_at_least_its_level_where_log_log_has_no_answer():
    # 20 people, exponential with half-life 3, censoring uniform on (0, 6), looked at after 1.
    rng = np.random.default_rng(5)
    truth, held, runs = 0.5 ** (1 / 3), 0, 3_000
    event = rng.exponential(3 / np.log(2), (runs, 20))
    censoring = rng.uniform(0, 6, (runs, 20))
    time, seen = np.minimum(event, censoring), event <= censoring
    order = np.argsort(time, axis=1)
    time, seen = np.take_along_axis(time, order, 1), np.take_along_axis(seen, order, 1)
    at_risk = np.arange(20, 0, -1)
    for t, d in zip(time, seen.astype(int), strict=True):
        held += truth in intervals.beta_product_interval(t, at_risk, d, 1 - d, 1.0)
    assert held / runs >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / runs)
    assert held / runs < 0.995
