"""Where intervals were found to disagree: with their tests, with large samples, with no data."""

import numpy as np
import pytest
from scipy import stats

from dipoutcomes import intervals

NULLS = {
    "difference": ("null_difference", (-0.999, -0.6, -0.1, 0.0, 0.3, 0.9, 0.999)),
    "ratio": ("null_ratio", (1e-6, 1e-3, 0.05, 0.5, 1.0, 4.0, 50.0, 1e6)),
    "odds_ratio": ("null_odds_ratio", (1e-6, 1e-3, 0.05, 0.5, 1.0, 4.0, 50.0, 1e6)),
    "paired_difference": ("null_difference", (-0.9, -0.3, -0.05, 0.0, 0.1, 0.19, 0.21, 0.8)),
}
TABLES = [(0, 3, 2, 15), (2, 15, 0, 3), (4, 7, 1, 1), (22, 22, 0, 1), (0, 1, 22, 22), (0, 9, 0, 12)]
QUADRUPLES = [(3, 1, 0, 1), (5, 5, 4, 6), (0, 5, 0, 0), (0, 0, 3, 0), (0, 1, 0, 1), (10, 7, 2, 9)]
SIDES = [("two-sided", "two-sided"), ("lower", "greater"), ("upper", "less")]


@pytest.mark.parametrize(("side", "alternative"), SIDES)
@pytest.mark.parametrize("level", [0.51, 0.6, 0.68, 0.8, 0.95])
@pytest.mark.parametrize("family", NULLS)
def test_a_skewness_corrected_interval_holds_what_its_test_accepts(
    family, level, side, alternative
):
    word, nulls = NULLS[family]
    limits = getattr(intervals, f"{family}_interval")
    test = getattr(intervals, f"{family}_p_value")
    for counts in QUADRUPLES if family == "paired_difference" else TABLES:
        found = limits(*counts, method="scas", confidence_level=level, side=side)
        for null in nulls:
            p = test(*counts, method="scas", alternative=alternative, **{word: null})
            if min(abs(null - limit) for limit in found) > 1e-9 < abs(p - (1 - level)):
                assert (null in found) == (p > 1 - level), (counts, null, p, found)


@pytest.mark.parametrize("events", [0, 1, 3, 10])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.9999])
@pytest.mark.parametrize(
    ("of_share", "of_rate"),
    [
        ("clopper_pearson", "garwood"),
        ("mid_p", "mid_p"),
        ("blaker", "blaker"),
        ("minlike", "minlike"),
        ("wilson", "score"),
        ("scas", "scas"),
        ("likelihood_ratio", "likelihood_ratio"),
        ("jeffreys", "jeffreys"),
    ],
)
def test_a_rare_event_among_a_thousand_million_is_a_poisson_count(of_share, of_rate, level, events):
    n = 10**9
    share = intervals.proportion_interval(events, n, method=of_share, confidence_level=level)
    rate = intervals.rate_interval(events, float(n), method=of_rate, confidence_level=level)
    assert list(share) == pytest.approx(list(rate), rel=1e-7)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.9999])
def test_the_skewness_corrected_limits_of_events_and_of_the_rest_are_mirrored(level):
    for events, n in [(0, 10**7), (3, 10**6), (21, 28), (0, 1), (1, 1), (500, 1000)]:
        one = intervals.skewness_corrected_interval(events, n, confidence_level=level)
        other = intervals.skewness_corrected_interval(n - events, n, confidence_level=level)
        assert one.low == pytest.approx(1 - other.high, abs=1e-15)
        assert one.high == pytest.approx(1 - other.low, abs=1e-15)


@pytest.mark.parametrize("counts", [(0, 0), (3, 0), (0, 3), (5, 2), (100, 80)])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(
    ("of_shares", "of_rates"), [("miettinen_nurminen", "score"), ("mee", "score"), ("scas", "scas")]
)
def test_a_difference_of_rare_events_is_one_of_two_rates(of_shares, of_rates, level, counts):
    n = 10**9
    first, second = counts
    shares = intervals.difference_interval(
        first, n, second, n, method=of_shares, confidence_level=level
    )
    rates = intervals.rate_difference_interval(
        first, float(n), second, float(n), method=of_rates, confidence_level=level
    )
    assert list(shares) == pytest.approx(list(rates), rel=1e-6, abs=1e-18)


@pytest.mark.parametrize(("of_pairs", "of_rates"), [("tango", "score"), ("scas", "scas")])
def test_few_discordant_pairs_among_very_many_are_two_poisson_counts(of_pairs, of_rates):
    for n in (10**6, 10**7):
        pairs = intervals.paired_difference_interval(0, 12, 3, n - 15, method=of_pairs)
        rates = intervals.rate_difference_interval(12, float(n), 3, float(n), method=of_rates)
        assert list(pairs) == pytest.approx(list(rates), rel=1e-4)


@pytest.mark.parametrize("family", ["difference", "ratio", "odds_ratio"])
@pytest.mark.parametrize("null", [[0.5, 0.6], True, "0.5", None])
def test_a_null_that_is_no_number_is_named(family, null):
    word = NULLS[family][0]
    with pytest.raises(TypeError, match=f"`{word}` must be one number"):
        getattr(intervals, f"{family}_p_value")(3, 9, 4, 8, **{word: null})


@pytest.mark.parametrize("family", ["difference", "ratio", "odds_ratio"])
def test_no_tables_give_no_intervals(family):
    for method in intervals.METHODS[family]:
        found = method.function([], [], [], [])
        assert found.low.shape == found.high.shape == (0,)


def _no_likelier(probability, seen):
    return float(probability[probability <= probability[seen] * (1 + 1e-7)].sum())


def _no_further(probability, seen):
    tail = np.minimum(np.cumsum(probability), np.cumsum(probability[::-1])[::-1])
    return float(probability[tail <= tail[seen] * (1 + 1e-7)].sum())


SUMS = [("minlike", _no_likelier), ("blaker", _no_further)]


@pytest.mark.parametrize(("method", "summed"), SUMS)
def test_the_two_sided_tests_sum_the_outcomes_they_name(method, summed):
    for n in (1, 2, 7, 28):
        counts = np.arange(n + 1)
        for null in np.linspace(0.003, 0.997, 57):
            found = intervals.proportion_p_value(counts, n, null, method=method)
            probability = stats.binom.pmf(counts, n, null)
            expected = [min(1.0, summed(probability, seen)) for seen in counts]
            assert found == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize(("method", "summed"), SUMS)
def test_the_two_sided_tests_of_a_rate_sum_the_outcomes_they_name(method, summed):
    counts, everything = np.arange(16), np.arange(120)
    for mean in np.linspace(0.05, 14.9, 60):
        found = intervals.rate_p_value(counts, 8.4, mean / 8.4, method=method)
        probability = stats.poisson.pmf(everything, mean)
        expected = [min(1.0, summed(probability, seen)) for seen in counts]
        assert found == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize(("method", "summed"), SUMS)
def test_the_two_sided_tests_of_a_frame_sum_the_outcomes_they_name(method, summed):
    population, n = 41, 9
    for null in range(population + 1):
        counts = np.arange(max(0, n - (population - null)), min(n, null) + 1)
        found = intervals.finite_population_p_value(counts, n, population, null, method=method)
        probability = stats.hypergeom.pmf(counts, population, null, n)
        expected = [min(1.0, summed(probability, place)) for place in range(counts.size)]
        assert found == pytest.approx(expected, abs=1e-11)
