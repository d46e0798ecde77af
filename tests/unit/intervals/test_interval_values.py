"""Worked values, and the equations that define the limits."""

import numpy as np
import pytest
from scipy import stats

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS

THREE_PLACES = 0.5e-3


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        ("wilson", 0.566, 0.873),
        ("exact", 0.551, 0.893),
        ("mid_p", 0.567, 0.884),
        ("jeffreys", 0.571, 0.881),
    ],
)
def test_21_of_28(method, low, high):
    found = intervals.proportion_interval(21, 28, method=method)
    assert tuple(found) == pytest.approx((low, high), abs=THREE_PLACES)


def test_21_of_28_from_a_frame_of_210():
    counts = intervals.finite_population_counts(21, 28, 210)
    assert tuple(counts) == (119, 185)
    assert tuple(intervals.finite_population_interval(21, 28, 210)) == pytest.approx(
        (119 / 210, 185 / 210)
    )
    assert tuple(intervals.finite_population_counts(21, 28, 210, method="mid_p")) == (122, 183)


def test_diamond_156_of_368_against_136_of_327():
    # Percentage points, as recomputed for the published counts.
    newcombe = intervals.newcombe_interval(156, 368, 136, 327)
    score = intervals.miettinen_nurminen_interval(156, 368, 136, 327)
    assert [100 * v for v in newcombe] == pytest.approx([-6.53, 8.10], abs=0.5e-2)
    assert [100 * v for v in score] == pytest.approx([-6.55, 8.12], abs=0.5e-2)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((9, 10, 3, 10), 0.1700, 0.8406), ((56, 70, 48, 80), 0.0528, 0.3382)],
)
def test_miettinen_nurminen_as_newcombe_1998_prints_it(counts, low, high):
    found = intervals.miettinen_nurminen_interval(*counts)
    assert tuple(found) == pytest.approx((low, high), abs=0.5e-4)


@pytest.mark.parametrize(
    "counts", [(0, 10, 0, 12), (10, 10, 12, 12), (1, 1, 0, 1), (0, 10, 20, 20)]
)
@pytest.mark.parametrize("family", ["difference", "ratio"])
def test_score_intervals_stand_where_others_fail(family, counts):
    for entry in METHODS[family]:
        if entry.standing != "do not use":
            found = entry.function(*counts)
            assert not np.isnan(found.low)
            assert found.high > found.low


@pytest.mark.parametrize("n", [1, 2, 28, 10**4, 10**9])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.9999])
def test_exact_limits_leave_half_the_error_on_each_side(n, level):
    x = np.unique([1, max(n // 3, 1), n])
    exact = intervals.clopper_pearson_interval(x, n, confidence_level=level)
    tail = (1 - level) / 2
    assert stats.binom.sf(x - 1, n, exact.low) == pytest.approx(np.full(x.shape, tail), rel=1e-6)
    mid = intervals.mid_p_interval(x, n, confidence_level=level)
    half = (stats.binom.sf(x - 1, n, mid.low) + stats.binom.sf(x, n, mid.low)) / 2
    assert half == pytest.approx(np.full(x.shape, tail), rel=1e-6)


@pytest.mark.parametrize("method", ["wilson", "clopper_pearson", "mid_p", "jeffreys_adjusted"])
@pytest.mark.parametrize("n", [1, 7, 28, 10**9])
def test_nobody_and_everybody_reach_the_ends_exactly(method, n):
    none = intervals.proportion_interval(0, n, method=method)
    everybody = intervals.proportion_interval(n, n, method=method)
    assert none.low == 0.0
    assert everybody.high == 1.0
    assert 0 < none.high < 1
    assert 0 < everybody.low < 1


def test_the_rule_of_three_is_the_one_sided_bound():
    bound = intervals.clopper_pearson_interval(0, 1000, confidence_level=0.90).high
    assert bound == pytest.approx(3 / 1000, rel=5e-3)


def test_finite_population_limits_are_the_accepted_counts_by_brute_force():
    for population, n in [(2, 1), (5, 5), (20, 7), (56, 28), (60, 1)]:
        marked = np.arange(population + 1)
        for x in range(n + 1):
            above = stats.hypergeom.sf(x - 1, population, marked, n)
            below = stats.hypergeom.cdf(x, population, marked, n)
            accepted = marked[(above > 0.025 * (1 + 1e-9)) & (below > 0.025 * (1 + 1e-9))]
            found = intervals.finite_population_counts(x, n, population)
            assert tuple(found) == (accepted.min(), accepted.max()), (x, n, population)


def test_a_census_leaves_no_doubt():
    for entry in METHODS["finite_population"]:
        found = entry.function(21, 28, 28)
        assert tuple(found) == pytest.approx((0.75, 0.75), abs=1e-12), entry.name
    assert tuple(intervals.finite_population_counts(21, 28, 28)) == (21, 21)


def test_a_frame_of_a_thousand_million_is_as_good_as_endless():
    found = intervals.hypergeometric_interval(21, 28, 10**9)
    assert tuple(found) == pytest.approx(
        tuple(intervals.clopper_pearson_interval(21, 28)), abs=1e-6
    )


def test_garwood_solves_its_equation():
    found = intervals.garwood_interval([1, 21, 10**6], 1.0)
    x = np.array([1, 21, 10**6])
    assert stats.poisson.sf(x - 1, found.low) == pytest.approx([0.025] * 3, rel=1e-6)
    assert stats.poisson.cdf(x, found.high) == pytest.approx([0.025] * 3, rel=1e-6)


def test_newcombe_paired_as_printed():
    # Newcombe (1998), Statistics in Medicine 17, 2635-2650: 36, 12, 2, 0 by method 10.
    found = intervals.newcombe_paired_interval(36, 12, 2, 0)
    assert tuple(found) == pytest.approx((0.0569, 0.3404), abs=0.5e-4)


def test_beta_product_without_censoring_is_the_binomial_interval():
    time, at_risk, events, none = [1, 2, 3, 9], [12, 11, 8, 7], [1, 3, 1, 7], [0, 0, 0, 0]
    at, left = [0.5, 1, 2.5, 3, 9], [12, 11, 8, 7, 0]
    for method, binomial in [("beta_product", "exact"), ("mid_p", "mid_p")]:
        found = intervals.survival_interval(time, at_risk, events, none, at, method=method)
        exact = intervals.proportion_interval(left, 12, method=binomial)
        assert found.low == pytest.approx(exact.low, abs=1e-12)
        assert found.high == pytest.approx(exact.high, abs=1e-12)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (([3, 2], [5, 4], [1, 1], [0, 3]), "must increase"),
        (([2, 3], [5, 9], [1, 1], [0, 0]), "late entry"),
        (([2], [5], [4], [2]), "exceed"),
        (([], [], [], []), "one length"),
    ],
)
def test_steps_that_do_not_add_up_are_refused(steps, says):
    with pytest.raises(ValueError, match=says):
        intervals.beta_product_interval(*steps, at=2)


def test_coverage_of_the_finite_population_interval():
    # All 211 possible frames of 210 people, a sample of 28.
    found = intervals.exact_coverage(28, population=210)
    assert found.minimum == pytest.approx(0.9589, abs=0.5e-4)
    assert found.mean_width * 210 == pytest.approx(60.1, abs=0.05)


@pytest.mark.parametrize("method", ["wilson", "exact", "mid_p", "jeffreys_adjusted"])
def test_coverage_without_a_grid_is_what_a_fine_grid_finds(method):
    grid = np.linspace(0.0005, 0.9995, 20_001)
    found = intervals.exact_coverage(28, method=method)
    on_grid = intervals.coverage_at(grid, 28, method=method)
    assert on_grid.min() >= found.minimum - 1e-12
    assert on_grid.min() == pytest.approx(found.minimum, abs=0.01)
    assert on_grid.mean() == pytest.approx(found.mean, abs=1e-3)


def test_at_least_nominal_is_kept_by_the_exact_methods_only():
    assert intervals.exact_coverage(28, method="exact").minimum >= 0.95
    assert intervals.exact_coverage(28, method="wilson").minimum < 0.84
    assert intervals.exact_coverage(28, method="wald").minimum == pytest.approx(0, abs=1e-12)


def test_plain_jeffreys_never_holds_a_truth_of_nought():
    # Its lower limit at no event is above 0; the adjusted form mends that.
    assert intervals.exact_coverage(28, method="jeffreys").minimum == 0
    assert intervals.exact_coverage(28, method="jeffreys_adjusted").minimum > 0.8
