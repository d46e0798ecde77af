"""Coverage at a design is enumerated, and simulation is judged against it before it is trusted."""

import itertools

import numpy as np
import pytest
from scipy.stats import binom, hypergeom, multinomial

from dipoutcomes.intervals import (
    clopper_pearson_interval,
    difference_interval,
    finite_population_interval,
    paired_difference_interval,
    proportion_interval,
    wilson_interval,
)
from dipoutcomes.intervals.coverage import (
    coverage_at,
    exact_coverage,
    miss_rates_at,
    paired_coverage,
    simulate_coverage,
    two_sample_coverage,
)


def test_the_published_minima_come_back():
    # Own enumeration over all M at N = 210, n = 28 in R gave 0.9589; Wilson dips to 0.837.
    assert exact_coverage(28, population=210).minimum == pytest.approx(0.9589, abs=0.5e-4)
    assert exact_coverage(28).minimum == pytest.approx(0.8370, abs=0.5e-4)
    assert exact_coverage(28, method="clopper_pearson").minimum >= 0.95


@pytest.mark.parametrize("p", [0.03, 0.25, 0.75])
def test_misses_and_coverage_add_up_and_match_a_plain_sum(p):
    chance = binom.pmf(np.arange(29), 28, p)
    limits = [clopper_pearson_interval(x, 28) for x in range(29)]
    below, above = miss_rates_at(p, 28, method="clopper_pearson")
    assert below == pytest.approx(sum(c for c, i in zip(chance, limits, strict=True) if i.high < p))
    assert above == pytest.approx(sum(c for c, i in zip(chance, limits, strict=True) if i.low > p))
    held = coverage_at(p, 28, method="clopper_pearson")
    assert held == pytest.approx(1 - below - above)


def test_coverage_in_a_frame_matches_a_plain_sum():
    marked, frame, n = 150, 210, 28
    chance = hypergeom.pmf(np.arange(n + 1), frame, marked, n)
    limits = [finite_population_interval(x, n, frame) for x in range(n + 1)]
    share = marked / frame
    held = sum(
        c for c, i in zip(chance, limits, strict=True) if i.low - 1e-9 <= share <= i.high + 1e-9
    )
    assert coverage_at(share, n, population=frame) == pytest.approx(held)


def test_a_share_that_the_frame_cannot_have_is_refused():
    with pytest.raises(ValueError, match="whole number"):
        coverage_at(0.333, 28, population=210)


@pytest.mark.parametrize("population", [None, 60])
def test_average_misses_and_coverage_add_up(population):
    found = exact_coverage(12, population=population)
    assert found.mean + found.mean_miss_below + found.mean_miss_above == pytest.approx(1)
    assert found.mean_miss_below == pytest.approx(found.mean_miss_above)  # mirror symmetry


def test_average_misses_are_integrals_over_the_truth():
    grid = (np.arange(20_000) + 0.5) / 20_000
    below, above = miss_rates_at(grid, 9, method="jeffreys")
    found = exact_coverage(9, method="jeffreys")
    assert found.mean_miss_below == pytest.approx(below.mean(), abs=1e-4)
    assert found.mean_miss_above == pytest.approx(above.mean(), abs=1e-4)


def test_two_samples_match_a_plain_sum():
    surface = two_sample_coverage(5, 4, method="newcombe", points=6)
    i, j = 1, 4
    p_1, p_2 = surface.first[i], surface.second[j]
    held = width = 0.0
    for x_1, x_2 in itertools.product(range(6), range(5)):
        chance = binom.pmf(x_1, 5, p_1) * binom.pmf(x_2, 4, p_2)
        interval = difference_interval(x_1, 5, x_2, 4, method="newcombe")
        held += chance * ((p_1 - p_2) in interval)
        width += chance * interval.width
    assert surface.coverage[i, j] == pytest.approx(held)
    assert surface.width[i, j] == pytest.approx(width)


def test_swapping_the_groups_turns_the_surface_over():
    one = two_sample_coverage(6, 9, points=7)
    other = two_sample_coverage(9, 6, points=7)
    assert one.coverage == pytest.approx(other.coverage.T)


@pytest.mark.parametrize("odds_ratio", [1.0, 5.0])
def test_pairs_match_a_plain_sum_over_all_tables(odds_ratio):
    surface = paired_coverage(5, odds_ratio=odds_ratio, method="tango", points=4)
    before, after = surface.first[1], surface.second[2]
    low, high = max(0.0, before + after - 1), min(before, after)
    both = np.linspace(low, high, 2_000_001)[1:-1]  # Plackett's cell, found by search
    ratio = both * (1 - before - after + both) / ((before - both) * (after - both))
    both = both[np.argmin(abs(ratio - odds_ratio))]
    cells = [both, before - both, after - both, 1 - before - after + both]
    held = 0.0
    for table in itertools.product(range(6), repeat=4):
        if sum(table) == 5:
            interval = paired_difference_interval(*table, method="tango")
            held += multinomial.pmf(table, 5, cells) * ((before - after) in interval)
    assert surface.coverage[1, 2] == pytest.approx(held, abs=1e-5)


def test_the_recommended_methods_cover_at_the_size_of_the_published_sample():
    assert two_sample_coverage(28, 29).mean == pytest.approx(0.95, abs=0.005)
    assert two_sample_coverage(28, 29).minimum > 0.92
    assert paired_coverage(28, odds_ratio=5).minimum > 0.93


def test_the_word_recommended_is_a_method():
    assert proportion_interval(21, 28, method="recommended").method == "Wilson score"


@pytest.mark.simulation
@pytest.mark.parametrize(("n", "p"), [(28, 0.05), (28, 0.26), (120, 0.5)])
def test_simulation_agrees_with_enumeration(n, p):
    def wilson(rng, size):
        found = wilson_interval(rng.binomial(n, p, size), n)
        return found.low, found.high

    rng = np.random.default_rng([n, int(100 * p)])
    simulated = simulate_coverage(wilson, p, replications=40_000, rng=rng, at_a_time=9_000)
    below, above = miss_rates_at(p, n)
    assert simulated.rate == pytest.approx(1 - below - above, abs=4 * simulated.standard_error)
    assert simulated.miss_below == pytest.approx(below, abs=4 * simulated.standard_error)


def test_a_missing_limit_is_a_miss():
    nothing = simulate_coverage(
        lambda _rng, size: (np.full(size, np.nan), np.full(size, np.nan)),
        0.5, replications=10, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert nothing.rate == 0
