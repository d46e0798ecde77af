"""Intervals for rates in cohorts whose people differ: the share that hold the truth."""

import numpy as np
import pytest

from dipoutcomes.comparison import rate_ratio_before_after
from dipoutcomes.outcomes import rate_per_person_year

YEAR = 365.25


def cohort(rng, n, shape, rate):
    """Gamma-distributed rates with the mean *rate* a year, followed for 0.5 to 2.5 years."""
    years = rng.uniform(0.5, 2.5, n)
    return rng.poisson(rng.gamma(shape, rate / shape, n) * years), years * YEAR


def coverage(interval, n, shape, rate, *, replications, seed):
    rng = np.random.default_rng([seed, n])
    held = 0
    for _ in range(replications):
        events, days = cohort(rng, n, shape, rate)
        held += rate in rate_per_person_year(events, days, interval=interval).interval
    return held / replications


def error_of(share, replications):
    return np.sqrt(share * (1 - share) / replications)


@pytest.mark.simulation
@pytest.mark.parametrize("n", [28, 60, 200])
@pytest.mark.parametrize(("shape", "rate"), [(0.5, 1.0), (1.0, 3.0), (2.0, 1.5)])
def test_person_level_interval_covers_near_its_level(n, shape, rate):
    # Strict enough that n - 1 degrees of freedom without leverages (0.929 at n = 28) would fail.
    runs = 10_000
    share = coverage("person_robust", n, shape, rate, replications=runs, seed=1)
    assert 0.943 - 4 * error_of(0.943, runs) < share < 0.957 + 4 * error_of(0.957, runs)


@pytest.mark.simulation
@pytest.mark.parametrize("n", [28, 60, 200])
def test_garwood_interval_is_far_too_short_where_people_differ_and_more_people_do_not_help(n):
    runs = 2_000
    share = coverage("garwood", n, 1.0, 1.0, replications=runs, seed=2)
    assert share == pytest.approx(0.73, abs=0.06 + 4 * error_of(0.73, runs))  # 67% to 79%


@pytest.mark.simulation
def test_garwood_interval_is_right_where_people_do_not_differ():
    # So the failure above is that of the assumption, not of the code.
    runs = 2_000
    share = coverage("garwood", 60, 1e6, 1.0, replications=runs, seed=3)
    assert share == pytest.approx(0.955, abs=4 * error_of(0.955, runs))


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "lowest"), [(28, 0.92), (200, 0.935)])
def test_negative_binomial_interval_covers_near_its_level_where_the_model_is_right(n, lowest):
    runs = 400
    share = coverage("negative_binomial", n, 1.0, 3.0, replications=runs, seed=4)
    assert lowest - 3 * error_of(lowest, runs) < share


@pytest.mark.simulation
@pytest.mark.parametrize("n", [28, 100])
@pytest.mark.parametrize("method", ["person_robust", "conditional_poisson"])
def test_ratio_after_to_before_covers_near_its_level_and_the_exact_one_does_not(n, method):
    rng = np.random.default_rng([5, n])
    runs, truth, held, exact = 1_000, 0.7, 0, 0
    for _ in range(runs):
        own = rng.gamma(1.0, 2.0, n)
        change = truth * rng.gamma(3, 1 / 3, n)  # people change differently, 0.7 on average
        days = rng.uniform(0.5, 2.0, n) * YEAR
        data = (rng.poisson(own * days / YEAR), days, rng.poisson(own * change * days / YEAR), days)
        held += truth in rate_ratio_before_after(*data, method=method).interval
        exact += truth in rate_ratio_before_after(*data, method="exact_conditional").interval
    assert 0.935 - 4 * error_of(0.935, runs) < held / runs < 0.99
    assert exact / runs < 0.9
