"""Poisson intervals where people differ: the enumeration, and what it is judged against."""

from math import inf

import numpy as np
import pytest
from scipy.stats import nbinom

from dipoutcomes import intervals
from dipoutcomes.intervals import poisson_coverage_under_heterogeneity


@pytest.mark.parametrize(
    ("mean", "shape", "few", "many"),
    [(1, 2, 0.912, 0.894), (1, 0.5, 0.774, 0.747), (2, 1, 0.755, 0.752), (3, 2, 0.787, 0.790),
     (3, 1, 0.675, 0.678), (3, 0.5, 0.542, 0.546)],
)  # fmt: skip
def test_garwood_falls_far_below_its_level_and_more_people_do_not_mend_it(mean, shape, few, many):
    at_28 = poisson_coverage_under_heterogeneity(mean, shape, 28)
    at_200 = poisson_coverage_under_heterogeneity(mean, shape, 200)
    assert (at_28.coverage, at_200.coverage) == pytest.approx((few, many), abs=6e-4)
    assert at_28.variance_ratio == 1 + mean / shape
    assert at_28.coverage + at_28.too_low + at_28.too_high == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("method", ["garwood", "blaker", "minlike"])
def test_the_same_intervals_keep_their_level_where_nobody_differs(method):
    for mean in (0.05, 0.3, 1.0, 3.0):
        found = poisson_coverage_under_heterogeneity(mean, inf, 28, method=method)
        assert 0.95 <= found.coverage < 1
        assert found.variance_ratio == 1
        nearly = poisson_coverage_under_heterogeneity(mean, 1e9, 28, method=method)
        assert nearly.coverage == pytest.approx(found.coverage, abs=1e-6)


def test_coverage_is_the_sum_over_the_totals_that_scipy_gives():
    total = nbinom(28 * 0.7, 0.7 / (0.7 + 1.5 * 2))
    counts = np.arange(2_000)
    held = intervals.rate_interval(counts, 56.0, method="mid_p").contains(1.5)
    found = poisson_coverage_under_heterogeneity(1.5, 0.7, 28, person_time=2.0, method="mid_p")
    assert found.coverage == pytest.approx(total.pmf(counts)[held].sum(), abs=1e-11)


def test_different_times_are_convolved_and_equal_ones_are_not_a_special_case():
    times = np.full(12, 1.5)
    together = poisson_coverage_under_heterogeneity(2.0, 1.0, 12, person_time=1.5)
    nearly = poisson_coverage_under_heterogeneity(
        2.0, 1.0, person_time=times + 1e-9 * np.arange(12)
    )
    assert nearly.coverage == pytest.approx(together.coverage, abs=1e-7)
    assert poisson_coverage_under_heterogeneity(2.0, 1.0, person_time=times) == together


@pytest.mark.simulation
def test_simulated_cohorts_agree_with_the_enumeration():
    runs, rng = 40_000, np.random.default_rng(2014)
    times = rng.uniform(0.5, 2.5, 28)
    totals = rng.poisson(rng.gamma(1.0, 1.8, (runs, 28)) * times).sum(axis=1)
    share = intervals.garwood_interval(totals, times.sum()).contains(1.8).mean()
    found = poisson_coverage_under_heterogeneity(1.8, 1.0, person_time=times)
    error = np.sqrt(found.coverage * (1 - found.coverage) / runs)
    assert share == pytest.approx(found.coverage, abs=4 * error)


def test_a_method_without_an_answer_does_not_cover():
    # Nobody has an event in 99% of cohorts this small, and the Wald interval is then nan.
    found = poisson_coverage_under_heterogeneity(0.01, 1.0, 1, method="wald_log")
    assert found.coverage < 0.02


def test_it_says_so_in_a_sentence():
    words = str(poisson_coverage_under_heterogeneity(2.0, 1.0, 28))
    assert "3.00 times the variance" in words
    assert "nominal 95% interval" in words
    assert words.endswith("holds the true rate 75.5% of the time")
    assert poisson_coverage_under_heterogeneity(2.0, 1.0, 28).to_dict()["persons"] == 28


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: poisson_coverage_under_heterogeneity(0, 1, 28), "`mean`"),
        (lambda: poisson_coverage_under_heterogeneity(1, 0, 28), "`shape`"),
        (lambda: poisson_coverage_under_heterogeneity(1, 1), "`persons` is needed"),
        (lambda: poisson_coverage_under_heterogeneity(1, 1, 3, person_time=[1, 2]), "2 persons"),
        (lambda: poisson_coverage_under_heterogeneity(1, 1, 2, person_time=[1, 0]), "above 0"),
        (lambda: poisson_coverage_under_heterogeneity(1e9, 1, 28), "totals to enumerate"),
    ],
)
def test_misuse_says_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=says):
        call()
