"""What must hold of every interval, whatever the counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS

levels = st.floats(0.5, 0.9999)
counts = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
small = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
frames = small.flatmap(lambda c: st.tuples(st.just(c[0]), st.just(c[1]), st.integers(c[1], 10**6)))
pairs = st.tuples(*[st.integers(0, 60)] * 4).filter(sum)
CLIPPED = ["wilson", "clopper_pearson", "mid_p", "jeffreys_adjusted", "wilson_corrected"]


@pytest.mark.parametrize("method", CLIPPED)
@given(count=counts, level=levels)
def test_limits_are_proportions_on_either_side_of_the_estimate(method, count, level):
    found = intervals.proportion_interval(*count, method=method, confidence_level=level)
    assert 0 <= found.low <= count[0] / count[1] <= found.high <= 1


# Wang's limits are worked out for a whole sample space at a time: mirrored in their own test.
@pytest.mark.parametrize("method", [m.name for m in METHODS["proportion"] if m.name != "wang"])
@given(count=counts, level=levels)
def test_counting_desisters_instead_of_reoffenders_mirrors_the_interval(method, count, level):
    x, n = count
    found = intervals.proportion_interval([x, n - x], n, method=method, confidence_level=level)
    assert found.low[1] == pytest.approx(1 - found.high[0], abs=1e-12)


@pytest.mark.parametrize("method", ["clopper_pearson", "mid_p", "wilson", "jeffreys"])
@given(n=st.integers(1, 400), level=levels)
def test_one_event_more_moves_both_limits_up(method, n, level):
    found = intervals.proportion_interval(
        np.arange(n + 1), n, method=method, confidence_level=level
    )
    assert np.all(np.diff(found.low) > 0)
    assert np.all(np.diff(found.high) > 0)


@given(count=counts, level=levels)
def test_agrees_with_an_independent_implementation(count, level):
    for ours, theirs in [("wilson", "wilson"), ("exact", "exact")]:
        found = intervals.proportion_interval(*count, method=ours, confidence_level=level)
        peer = binomtest(*count).proportion_ci(level, method=theirs)
        assert tuple(found) == pytest.approx((peer.low, peer.high), abs=1e-9)


@given(frame=frames, level=levels)
def test_a_known_frame_never_lengthens_the_exact_interval_beyond_one_count(frame, level):
    x, n, population = frame
    found = intervals.finite_population_counts(*frame, confidence_level=level)
    assert x <= found.low <= np.ceil(x * population / n)
    assert np.floor(x * population / n) <= found.high <= population - (n - x)
    endless = intervals.clopper_pearson_interval(x, n, confidence_level=level)
    assert found.low >= endless.low * population - 1
    assert found.high <= endless.high * population + 1


@given(frame=frames)
def test_the_frame_mirrors_too(frame):
    x, n, population = frame
    seen = intervals.finite_population_counts(x, n, population)
    unseen = intervals.finite_population_counts(n - x, n, population)
    assert (unseen.low, unseen.high) == (population - seen.high, population - seen.low)


@pytest.mark.parametrize("method", ["miettinen_nurminen", "mee", "newcombe"])
@given(one=small, two=small, level=levels)
def test_swapping_the_groups_changes_the_sign_of_the_difference(method, one, two, level):
    there = intervals.difference_interval(*one, *two, method=method, confidence_level=level)
    back = intervals.difference_interval(*two, *one, method=method, confidence_level=level)
    estimate = one[0] / one[1] - two[0] / two[1]
    assert there.low - 1e-12 <= estimate <= there.high + 1e-12
    assert there.low >= -1
    assert there.high <= 1
    assert tuple(there) == pytest.approx((-back.high, -back.low), abs=1e-9)


@pytest.mark.parametrize("method", ["miettinen_nurminen", "mee"])
@given(one=small, two=small, level=levels)
def test_a_limit_of_the_difference_is_just_significant(method, one, two, level):
    found = intervals.difference_interval(*one, *two, method=method, confidence_level=level)
    for limit in found:
        if abs(limit) < 1 - 1e-9:
            p = intervals.difference_p_value(*one, *two, null_difference=limit, method=method)
            assert p == pytest.approx(1 - level, abs=1e-6)


@pytest.mark.parametrize("method", ["koopman", "miettinen_nurminen"])
@given(one=small, two=small, level=levels)
def test_a_ratio_excludes_one_exactly_when_its_p_value_says_so(method, one, two, level):
    found = intervals.ratio_interval(*one, *two, method=method, confidence_level=level)
    p = intervals.ratio_p_value(*one, *two, method=method)
    if abs(p - (1 - level)) > 1e-7:
        assert (1.0 in found) == (p > 1 - level)
    back = intervals.ratio_interval(*two, *one, method=method, confidence_level=level)
    with np.errstate(divide="ignore"):
        turned = (np.divide(1.0, back.high), np.divide(1.0, back.low))
    assert tuple(found) == pytest.approx(turned, rel=1e-7, abs=1e-9)


@given(table=pairs, level=levels)
def test_tango_excludes_no_change_exactly_when_mcnemar_does(table, level):
    both, first, second, neither = table
    found = intervals.tango_interval(*table, confidence_level=level)
    p = intervals.mcnemar_score_p_value(first, second)
    if abs(p - (1 - level)) > 1e-7:
        assert (0.0 in found) == (p > 1 - level)
    assert -1 <= found.low <= (first - second) / sum(table) <= found.high <= 1
    back = intervals.tango_interval(both, second, first, neither, confidence_level=level)
    assert tuple(found) == pytest.approx((-back.high, -back.low), abs=1e-9)


@given(table=pairs, level=levels)
def test_the_paired_odds_ratio_excludes_one_exactly_when_mcnemar_does(table, level):
    _, first, second, _ = table
    for method, p_value in [
        ("clopper_pearson", intervals.mcnemar_exact_p_value),
        ("mid_p", intervals.mcnemar_mid_p_value),
        ("wilson", intervals.mcnemar_score_p_value),
    ]:
        found = intervals.paired_odds_ratio_interval(
            first, second, method=method, confidence_level=level
        )
        p = p_value(first, second)
        if abs(p - (1 - level)) > 1e-7:
            assert (1.0 in found) == (p > 1 - level)


@given(events=st.integers(0, 3_000), time=st.floats(0.1, 1e4), level=levels)
def test_a_rate_scales_with_its_unit_of_time(events, time, level):
    for entry in METHODS["rate"]:
        if entry.standing == "do not use":
            continue
        years = entry.function(events, time, confidence_level=level)
        days = entry.function(events, time * 365.25, confidence_level=level)
        assert years.low == pytest.approx(days.low * 365.25, rel=1e-12)
        assert years.high == pytest.approx(days.high * 365.25, rel=1e-12)
        assert years.high > events / time


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=15), levels)
def test_beta_product_holds_the_curve_and_never_rises(steps, level):
    events, censored = np.array(steps).T
    total = int(events.sum() + censored.sum()) + 2
    at_risk = total - np.append(0, np.cumsum(events + censored)[:-1])
    time = np.arange(1.0, len(events) + 1)
    curve = np.cumprod(1 - events / at_risk)
    for method in ("beta_product", "mid_p"):
        found = intervals.survival_interval(
            time, at_risk, events, censored, time, method=method, confidence_level=level
        )
        assert np.all(found.low <= found.high)
        assert np.all(np.diff(found.low) <= 1e-12)
        assert np.all(np.diff(found.high) <= 1e-12)
        if method == "beta_product" and level >= 0.8:
            assert np.all(found.contains(curve))
