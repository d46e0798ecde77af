"""What must hold of every interval for a Kaplan-Meier curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS

levels = st.floats(0.5, 0.9999)
seen = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=10)
groups = st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
MEASURES = ["difference", "ratio", "odds_ratio", "event_ratio"]


def steps_of(happened, extra=0):
    """Return the steps of events and leavers on days 1, 2, ...; *extra* leave on the last."""
    died, left = np.array(happened).T
    left = np.append(left, extra)
    died = np.append(died, 0)
    total = int(died.sum() + left.sum())
    at_risk = total - np.append(0, np.cumsum(died + left)[:-1])
    return np.arange(1.0, len(died) + 1), at_risk, died, left


def uncensored(events, n):
    """Return the steps of *events* of *n* on day 1, the others seen to day 2."""
    return [1, 2], [n, n - events], [events, 0], [0, n - events]


@pytest.mark.parametrize(
    ("method", "binomial"),
    [
        ("beta_product", "clopper_pearson"),
        ("mid_p", "mid_p"),
        ("likelihood_ratio", "likelihood_ratio"),
    ],
)
@given(group=groups, level=levels)
def test_without_censoring_the_limits_are_binomial(method, binomial, group, level):
    events, n = group
    steps = uncensored(events, n)
    found = intervals.survival_interval(*steps, at=1.5, method=method, confidence_level=level)
    exact = intervals.proportion_interval(n - events, n, method=binomial, confidence_level=level)
    assert tuple(found) == pytest.approx(tuple(exact), abs=1e-9)


@pytest.mark.parametrize("method", [m.name for m in METHODS["survival"]])
@given(happened=seen, level=st.floats(0.5, 0.99))
def test_limits_hold_the_curve_and_a_higher_level_is_wider(method, happened, level):
    steps = steps_of(happened, extra=2)
    at = steps[0]
    curve = np.cumprod(1 - steps[2] / np.maximum(steps[1], 1))
    found = intervals.survival_interval(*steps, at, method=method, confidence_level=level)
    wider = intervals.survival_interval(*steps, at, method=method, confidence_level=level + 0.009)
    known = ~np.isnan(found.low)
    assert np.all((found.low >= 0)[known] & (found.high <= 1)[known])
    assert np.all(((wider.low <= found.low + 1e-12) & (found.high <= wider.high + 1e-12))[known])
    here = known & (at < at[-1])  # once nobody is followed the lower limit is 0
    if method not in {"mid_p", "beta_product"} or level >= 0.8:
        slack = 1e-9 if method != "mid_p" else 0.05
        assert np.all(((found.low - slack <= curve) & (curve <= found.high + slack))[here])


@pytest.mark.parametrize("method", [m.name for m in METHODS["survival"]])
@given(happened=seen, level=st.floats(0.75, 0.999))
def test_one_sided_bounds_are_the_limits_of_twice_the_error(method, happened, level):
    steps = steps_of(happened, extra=1)
    both = intervals.survival_interval(
        *steps, steps[0], method=method, confidence_level=2 * level - 1
    )
    low, high = (
        intervals.survival_interval(
            *steps, steps[0], method=method, confidence_level=level, side=side
        )
        for side in ("lower", "upper")
    )
    assert low.low == pytest.approx(both.low, abs=1e-12, nan_ok=True)
    assert high.high == pytest.approx(both.high, abs=1e-12, nan_ok=True)
    assert np.all(low.high == 1)
    assert np.all(high.low == 0)


@given(happened=seen, level=levels, part=st.floats(0, 0.999))
def test_grouped_time_lowers_the_lower_limit_to_that_of_the_stretch(happened, level, part):
    steps = steps_of(happened, extra=1)
    at = steps[0] + part
    plain = intervals.beta_product_interval(*steps, at, confidence_level=level)
    grouped = intervals.beta_product_interval(*steps, at, grouping=1.0, confidence_level=level)
    ends = intervals.beta_product_interval(*steps, steps[0] + 1, confidence_level=level)
    assert grouped.high == pytest.approx(plain.high, abs=0)
    assert grouped.low == pytest.approx(ends.low, abs=0)
    half = intervals.beta_product_interval(*steps, at, grouping=0.5, confidence_level=level)
    assert half.low == pytest.approx((ends if part >= 0.5 else plain).low, abs=0)


@pytest.mark.parametrize("method", ["beta_product", "mid_p", "likelihood_ratio"])
@given(happened=seen, level=levels, share=st.floats(0.05, 0.95))
def test_a_quantile_holds_the_times_whose_interval_holds_the_share(method, happened, level, share):
    steps = steps_of(happened, extra=1)
    found = intervals.survival_quantile_interval(
        *steps, share=share, method=method, confidence_level=level
    )
    at = np.append(0.0, steps[0])
    curve = intervals.survival_interval(*steps, at, method=method, confidence_level=level)
    for time, holds in zip(at, curve.contains(share), strict=True):
        if holds:
            assert found.low <= time < found.high
        if time < found.low or time >= found.high:
            assert not holds


@settings(max_examples=50)
@given(one=groups, two=groups)
def test_without_censoring_a_melded_p_value_is_fishers_central_one(one, two):
    (x1, n1), (x2, n2) = one, two
    table = [[n1 - x1, x1], [n2 - x2, x2]]
    fisher = {side: fisher_exact(table, alternative=side).pvalue for side in ("greater", "less")}
    for measure in MEASURES:
        sides = dict(fisher)
        if measure == "event_ratio":
            sides = {"greater": fisher["less"], "less": fisher["greater"]}
        for side, expected in sides.items():
            p = intervals.melded_p_value(
                uncensored(*one), uncensored(*two), 1.5, measure=measure, alternative=side
            )
            assert p == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("method", ["beta_product", "mid_p"])
@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=20)  # 20 for each of eight kinds
@given(one=seen, two=seen, level=st.floats(0.5, 0.999), at=st.floats(0, 6))
def test_melded_limits(measure, method, one, two, level, at):
    first, second = steps_of(one, extra=2), steps_of(two, extra=1)
    kind = {"measure": measure, "method": method}
    found = intervals.melded_interval(first, second, at, confidence_level=level, **kind)
    back = intervals.melded_interval(second, first, at, confidence_level=level, **kind)
    if measure == "difference":
        turned = (-back.high, -back.low)
        assert -1 <= found.low <= found.high <= 1
    else:
        with np.errstate(divide="ignore"):
            turned = (np.divide(1.0, back.high), np.divide(1.0, back.low))
        assert 0 <= found.low <= found.high
    assert tuple(found) == pytest.approx(turned, rel=1e-6, abs=1e-9)
    low_end = -1 if measure == "difference" else 1e-6
    high_end = 1 if measure == "difference" else 1e6
    for limit in found:
        if low_end + 1e-6 < limit < high_end - 1e-6:
            p = intervals.melded_p_value(first, second, at, null=limit, **kind)
            assert p == pytest.approx(1 - level, abs=1e-6)


@given(one=seen, two=seen, tau=st.floats(0.5, 1.5))
def test_restricted_means_of_two_groups(one, two, tau):
    first, second = steps_of(one, extra=1), steps_of(two, extra=1)
    for measure in ("difference", "ratio", "lost_time_ratio"):
        there = intervals.restricted_mean_comparison_interval(
            first, second, horizon=tau, measure=measure
        )
        back = intervals.restricted_mean_comparison_interval(
            second, first, horizon=tau, measure=measure
        )
        if np.isnan(there.low):
            assert np.isnan(back.low)
            continue
        if measure == "difference":
            turned = (-back.high, -back.low)
        else:
            turned = (1 / back.high, 1 / back.low)
        assert tuple(there) == pytest.approx(turned, rel=1e-9)
        p = intervals.restricted_mean_p_value(first, second, horizon=tau, measure=measure)
        null = 0.0 if measure == "difference" else 1.0
        assert (p < 0.05) == (null not in there)
