"""Beside a published figure: worked values, what its error does, what is refused."""

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from dipoutcomes.comparison.benchmark import (
    Definition,
    PublishedRate,
    against_benchmark,
    events_over_expected,
    how_printed,
    observed_over_expected,
    standardised_share,
)
from dipoutcomes.comparison.sensitivity import (
    linkage_error_table,
    misclassification_table,
    rosenbaum_binary,
    tipping_point,
)
from dipoutcomes.disclosure.tables import protect_table
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import (
    clopper_pearson_interval,
    garwood_interval,
    mid_p_interval,
    miettinen_nurminen_interval,
    proportion_p_value,
    wilson_interval,
)

CONVICTED = Definition(event_type="conviction", window_months=12, waiting_period_months=6)
ARRESTED = Definition(event_type="arrest", population="clients of one programme")


def published(**numbers):
    return PublishedRate(name="England, 2008", definition=CONVICTED, **numbers)


def beside(events, n, benchmark, **options):
    return against_benchmark(events, n, benchmark=benchmark, definition=CONVICTED, **options)


# 20,934 drug-misusing offenders (January to March 2008): 61% convicted within 12 months, and
# 54,462 offences, printed as 260.1 per 100 (House of Commons written answer, 25 January 2010).


def test_the_gwent_sample_against_the_national_figure_is_refused():
    benchmark = published(share=0.61, n=20_934, rounding=0.005)
    with pytest.raises(DesignError, match="arrest here, conviction there"):
        against_benchmark(7, 28, benchmark=benchmark, definition=ARRESTED)


def test_and_shown_side_by_side_with_a_caution_where_that_is_allowed():
    exact = published(share=0.61)
    found = against_benchmark(
        7, 28, benchmark=exact, definition=ARRESTED, allow_different_definitions=True
    )
    # 21 or more of 28 without an event where 39% have none: about 1 in 10,000.
    assert found.p_at_most == pytest.approx(binom.sf(20, 28, 0.39))
    assert f"{found.p_at_most:.0e}" == "1e-04"
    assert not found.comparable
    assert "nothing follows" in str(found)
    assert "not a comparison" in found.difference.caveat
    assert "lower" not in str(found)
    assert found.definitions.column("what")[:2] == [
        "what counts as an event",
        "length of the window",
    ]


def test_the_published_frequency_was_truncated():
    assert how_printed(54_462, 20_934, "260.1") == "truncated"
    assert how_printed(54_462, 20_934, "260.2") == "rounded"
    assert how_printed(21, 28, "75") == "both"
    assert how_printed(79, 306, "25") == "truncated"
    assert how_printed(79, 306, "27") == "neither"
    assert how_printed(1, 8, "12.5") == "both"
    assert how_printed(1, 8, "13") == "rounded"
    with pytest.raises(ValueError, match="denominator"):
        how_printed(1, 0, "1")


def test_different_windows_are_refused_and_other_differences_listed():
    shorter = Definition(event_type="conviction", window_months=6)
    with pytest.raises(DesignError, match="6 months here, 12 months there"):
        against_benchmark(7, 28, benchmark=published(share=0.61), definition=shorter)
    who = Definition(event_type="conviction", window_months=12, population="clients")
    found = against_benchmark(7, 28, benchmark=published(share=0.61), definition=who)
    assert found.comparable
    assert "waiting period for proof" in found.differences_in_words
    assert "not stated here, 6 months there" in found.differences_in_words


@given(st.integers(0, 40), st.integers(1, 40), st.floats(0.02, 0.98))
def test_against_a_share_without_error_it_is_the_one_sample_test(events, n, share):
    if events > n:
        return
    for method, interval in (("mid_p", mid_p_interval), ("exact", clopper_pearson_interval)):
        found = beside(events, n, published(share=share), method=method)
        own = interval(events, n)
        assert tuple(found.difference.interval) == pytest.approx(
            (own.low - share, own.high - share), abs=1e-9
        )
        kind = {"mid_p": "mid_p", "exact": "clopper_pearson"}[method]
        assert found.difference.p_value == pytest.approx(
            proportion_p_value(events, n, share, method=kind)
        )


def test_rounding_widens_to_every_share_that_would_be_printed_so():
    plain, rounded = (beside(14, 28, published(share=0.61, rounding=r)) for r in (0, 0.005))
    low, high = plain.difference.interval
    assert tuple(rounded.difference.interval) == pytest.approx((low - 0.005, high + 0.005))
    assert rounded.difference.p_value > plain.difference.p_value
    assert beside(61, 100, published(share=0.61, rounding=0.005)).difference.p_value == 1
    cut = published(share=0.61, rounding=0.005, truncated=True)
    assert cut.range == (0.61, 0.62)


def test_counts_of_the_benchmark_bring_its_error_in():
    found = beside(14, 28, published(events=61, n=100))
    expected = miettinen_nurminen_interval(14, 28, 61, 100)
    assert tuple(found.difference.interval) == pytest.approx(tuple(expected))
    assert found.difference.reference_events == 61
    wide = beside(14, 28, published(share=0.61, n=1000, rounding=0.005))
    ends = [miettinen_nurminen_interval(14, 28, x, 1000) for x in (605, 615)]
    assert wide.difference.interval.low == pytest.approx(ends[1].low)
    assert wide.difference.interval.high == pytest.approx(ends[0].high)
    assert published(share=0.61, n=1000, rounding=0.005).count_range == (605, 615)


def test_a_very_large_benchmark_is_nearly_one_without_error():
    large = beside(14, 28, published(events=6_100_000, n=10_000_000)).difference.interval
    # As n grows Miettinen-Nurminen becomes the score interval moved by the benchmark.
    own = wilson_interval(14, 28)
    assert tuple(large) == pytest.approx((own.low - 0.61, own.high - 0.61), abs=0.01)


@pytest.mark.parametrize("events", [3, 14, 19, 26])
@pytest.mark.parametrize("rounding", [0.0, 0.005])
def test_with_a_standard_error_interval_and_p_value_agree(events, rounding):
    benchmark = published(share=0.61, standard_error=0.04, rounding=rounding)
    p_value = beside(events, 28, benchmark).difference.p_value
    for level in (1 - p_value * 1.001, 1 - p_value * 0.999):
        if 0 < level < 1:
            interval = beside(events, 28, benchmark, confidence_level=level).difference.interval
            assert (0 in interval) == (level > 1 - p_value)


def test_what_the_interval_says_in_words():
    lower = beside(7, 28, published(share=0.61))
    assert "lower than the published share by between" in str(lower)
    higher = beside(27, 28, published(share=0.61))
    assert "higher than the published share by between" in higher.conclusion
    unclear = beside(16, 28, published(share=0.61))
    assert "no evidence that there is none" in unclear.conclusion
    close = beside(6100, 10_000, published(share=0.61), margin=0.02)
    assert close.conclusion.startswith("within 2.0 points")
    assert "within" not in beside(16, 28, published(share=0.61), margin=0.02).conclusion
    assert "definitions" in close.to_dict()
    assert close.to_frame().loc[0, "published"] == 0.61
    assert "Published" in close._repr_html_()


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({}, "give `share`"),
        ({"share": 61}, "61% is 0.61"),
        ({"events": 5}, "needs `n`"),
        ({"share": 0.5, "events": 61, "n": 100}, "not the `share`"),
        ({"share": 0.5, "n": 10, "standard_error": 0.1}, "not both"),
        ({"share": 0.5, "rounding": 0.5}, "rounding"),
    ],
)
def test_a_benchmark_must_not_contradict_itself(numbers, says):
    with pytest.raises(ValueError, match=says):
        published(**numbers)


def test_definitions_are_of_six_events():
    with pytest.raises(ValueError, match="did you mean 'conviction'"):
        Definition(event_type="convictions")
    with pytest.raises(ValueError, match="margin"):
        beside(7, 28, published(share=0.61), margin=5)


STRATA = st.lists(
    st.tuples(st.integers(1, 4), st.floats(0.05, 0.95)), min_size=1, max_size=3
)  # fmt: skip


def chances(sizes, shares):
    """Return the distribution of the sum, by going through every outcome."""
    people = [p for n, p in zip(sizes, shares, strict=True) for _ in range(n)]
    mass = np.zeros(len(people) + 1)
    for outcome in product([0, 1], repeat=len(people)):
        mass[sum(outcome)] += np.prod(
            [p if o else 1 - p for o, p in zip(outcome, people, strict=True)]
        )
    return mass


@settings(max_examples=20, deadline=None)
@given(STRATA, st.data())
def test_the_exact_p_value_is_that_of_every_outcome(strata, data):
    sizes, shares = (list(v) for v in zip(*strata, strict=True))
    events = [data.draw(st.integers(0, n)) for n in sizes]
    found = observed_over_expected(events, sizes, shares)
    mass, k = chances(sizes, shares), sum(events)
    assert found.ratio.p_value == pytest.approx(
        min(1, 2 * min(mass[: k + 1].sum(), mass[k:].sum())), rel=1e-9
    )
    # The acceptance set: 1 lies in the interval where the p-value is above 5%.
    assert (1 in found.ratio.interval) == (found.ratio.p_value > 0.05)


def test_one_stratum_is_clopper_pearson():
    found = observed_over_expected([7], [28], [0.61])
    own = clopper_pearson_interval(7, 28)
    assert found.expected == pytest.approx(17.08)
    assert tuple(found.ratio.interval) == pytest.approx((own.low / 0.61, own.high / 0.61))
    halves = observed_over_expected([3, 4], [10, 18], [0.61, 0.61])
    assert tuple(halves.ratio.interval) == pytest.approx(tuple(found.ratio.interval))
    mid = observed_over_expected([7], [28], [0.61], method="mid_p")
    assert mid.ratio.interval.high == pytest.approx(mid_p_interval(7, 28).high / 0.61)


def test_nobody_and_everybody():
    none = observed_over_expected([0, 0], [5, 5], [0.3, 0.7])
    assert none.ratio.interval.low == 0 < none.ratio.interval.high < inf
    everybody = observed_over_expected([5, 5], [5, 5], [0.3, 0.7])
    assert everybody.ratio.interval.high == pytest.approx(2)
    both = observed_over_expected([0, 0], [5, 5], [0.3, 0.7], published_n=[50, 50])
    assert both.ratio.interval.low == 0
    assert both.ratio.interval.high > none.ratio.interval.high


def test_error_of_the_published_shares_widens_and_agrees_with_its_p_value():
    plain = observed_over_expected([4, 9], [20, 20], [0.3, 0.7])
    many = observed_over_expected([4, 9], [20, 20], [0.3, 0.7], published_n=[10**9] * 2)
    few = observed_over_expected([4, 9], [20, 20], [0.3, 0.7], published_n=[40, 40])
    assert tuple(many.ratio.interval) == pytest.approx(tuple(plain.ratio.interval), rel=1e-4)
    assert many.ratio.p_value == pytest.approx(plain.ratio.p_value, rel=1e-3)
    assert few.ratio.interval.low < plain.ratio.interval.low
    assert few.ratio.interval.high > plain.ratio.interval.high
    variance = (400 * 0.3 * 0.7 + 400 * 0.7 * 0.3) / 40 / 20**2
    own = np.log(plain.ratio.interval.high / 0.65)
    joined = 0.65 * np.exp(np.sqrt(own**2 + 1.959964**2 * variance))
    assert few.ratio.interval.high == pytest.approx(joined)
    for level in (1 - few.ratio.p_value * 1.001, 1 - few.ratio.p_value * 0.999):
        again = observed_over_expected(
            [4, 9], [20, 20], [0.3, 0.7], published_n=[40, 40], confidence_level=level
        )
        assert (1 in again.ratio.interval) == (level > 1 - few.ratio.p_value)


def test_a_risk_of_their_own_for_each_person():
    rng = np.random.default_rng(2)
    risk = rng.beta(2, 2, 600)
    found = observed_over_expected(rng.binomial(1, risk), np.ones(600, int), risk)
    assert found.people == 600
    # A normal with the variance of the sum, which is near at this size.
    half = 1.96 * (risk * (1 - risk)).sum() ** 0.5 / risk.sum()
    assert tuple(found.ratio.interval) == pytest.approx(
        (found.ratio.value - half, found.ratio.value + half), abs=0.006
    )


def test_expected_shows_itself():
    found = observed_over_expected([4, 9], [20, 20], [0.3, 0.7], strata=["low", "high"])
    assert "13 of 40 people had an event where 20.0 would be expected" in str(found)
    assert "fewer than expected" in str(found)
    assert found.table.column("expected") == pytest.approx([6, 14, 20])
    assert found.to_dict()["observed"] == found.to_frame().loc[0, "observed"] == 13
    assert "Risk group" in found._repr_html_()
    with pytest.raises(ValueError, match="1 strata have more"):
        observed_over_expected([5], [4], [0.5])
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        observed_over_expected([4], [4], [1.0])
    with pytest.raises(DesignError, match="0 people"):
        observed_over_expected([0], [0], [0.5])


def test_events_over_expected_of_alike_people_is_their_rate_ratio():
    from dipoutcomes.outcomes import rate_per_person_year

    events, years = [0, 3, 1, 0, 2, 5], np.array([1.5, 2.0, 1.2, 0.8, 2.5, 1.0])
    found = events_over_expected(events, 2.0 * years)
    rate = rate_per_person_year(events, years * 365.25)
    assert found.value == pytest.approx(rate.value / 2)
    assert tuple(found.interval) == pytest.approx(tuple(v / 2 for v in rate.interval), rel=1e-3)
    exact = events_over_expected(events, 2.0 * years, method="exact")
    assert tuple(exact.interval) == pytest.approx(tuple(garwood_interval(11, 18.0)))
    assert "independent" in exact.caveat
    nothing = events_over_expected([0, 0], [1.0, 2.0])
    assert nothing.value == nothing.interval.low == 0
    with pytest.raises(ValueError, match="expected"):
        events_over_expected([1], [0.0])


@pytest.mark.parametrize(
    "table",
    [
        observed_over_expected([4, 3], [20, 20], [0.3, 0.7]).table,
        misclassification_table(4, 28),
        linkage_error_table(4, 28, share_among_strangers=0.5),
        tipping_point(4, 28, 2, 14, 30, 1).table,
        rosenbaum_binary(5, 2).table,
    ],
    ids=lambda table: table.name,
)
def test_small_counts_are_withheld_from_every_table(table):
    protected = protect_table(table, 10)
    rows = [row for row in protected.rows if row.get("stratum") != "all"]
    assert all("withheld" in row.values() for row in rows)
    assert not any(
        isinstance(v, float) for row in rows for k, v in row.items()
        if k in {"share", "low", "high", "difference", "lower", "upper", "expected"}
    )  # fmt: skip
    assert not any(c.isdigit() for c in table.caption)


def test_direct_standardisation_by_hand():
    share = standardised_share([4, 9], [20, 20], [300, 100], standard="the published cohort")
    assert share.value == pytest.approx(0.75 * 0.2 + 0.25 * 0.45)
    first, second = wilson_interval(4, 20), wilson_interval(9, 20)
    below = ((0.75 * (0.2 - first.low)) ** 2 + (0.25 * (0.45 - second.low)) ** 2) ** 0.5
    assert share.interval.low == pytest.approx(share.value - below)
    alone = standardised_share([9], [20], [1], standard="itself")
    assert tuple(alone.interval) == pytest.approx(tuple(second))
    unused = standardised_share([4, 0], [20, 0], [1, 0], standard="x")
    assert unused.value == 0.2


def test_a_stratum_with_nobody_is_refused():
    with pytest.raises(DesignError, match=r"1 strata of the standard have nobody here \(high\)"):
        standardised_share([4, 0], [20, 0], [1, 1], standard="x", strata=["low", "high"])
    with pytest.raises(ValueError, match="weights"):
        standardised_share([4], [20], [-1], standard="x")
