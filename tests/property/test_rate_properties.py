"""What must hold of every interval for a rate, a ratio and a difference, whatever the counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS

levels = st.floats(0.5, 0.9999)
events = st.integers(0, 500)
times = st.floats(0.1, 1e4)
rates = st.tuples(events, times)
SMOOTH = ["garwood", "mid_p", "score", "scas", "likelihood_ratio"]
HULLS = ["blaker", "minlike"]
SMOOTH_RATIO = ["score", "exact", "mid_p", "scas", "likelihood_ratio"]
SURE = [m.name for m in METHODS["rate"] if m.standing != "do not use"]
SURE_RATIO = [m.name for m in METHODS["rate_ratio"] if m.standing != "do not use"]
CLOSE = 1e-6  # ties of probabilities are kept within 1e-7


@pytest.mark.parametrize("method", SURE)
@given(level=levels, first=st.integers(0, 2_000))
def test_one_event_more_moves_both_limits_up(method, level, first):
    found = intervals.rate_interval(
        np.arange(first, first + 40), 1.0, method=method, confidence_level=level
    )
    if method in {"byar", "scas"}:  # their lower limit can be 0, or below, for a few events
        found = found[np.flatnonzero(found.low > 0)]
    assert np.all(np.diff(found.low) > 0)
    assert np.all(np.diff(found.high) > 0)


@pytest.mark.parametrize("method", SURE)
@given(rate=rates, one=levels, other=levels)
def test_a_higher_level_never_gives_a_shorter_interval(method, rate, one, other):
    short, long = (
        intervals.rate_interval(*rate, method=method, confidence_level=level)
        for level in sorted((one, other))
    )
    assert long.low <= short.low * (1 + 1e-12)
    assert short.high <= long.high * (1 + 1e-12)


@pytest.mark.parametrize("method", SMOOTH)
@given(rate=rates, level=levels, aside=st.floats(0.2, 3))
def test_a_rate_is_inside_exactly_where_its_p_value_is_above_the_error(method, rate, level, aside):
    x, time = rate
    null = (x + 0.5) / time * aside
    p = intervals.rate_p_value(x, time, null, method=method)
    found = intervals.rate_interval(x, time, method=method, confidence_level=level)
    if abs(p - (1 - level)) > CLOSE:
        assert (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", HULLS)
@given(rate=rates, level=levels, aside=st.floats(0.2, 3))
def test_a_hull_holds_what_is_accepted_and_ends_where_it_ends(method, rate, level, aside):
    x, time = rate
    found = intervals.rate_interval(x, time, method=method, confidence_level=level)
    null = (x + 0.5) / time * aside
    p = intervals.rate_p_value(x, time, null, method=method)
    if p > 1 - level + CLOSE:
        assert null in found
    ends = np.array([found.low * (1 + CLOSE), found.high * (1 - CLOSE)])
    beyond = np.array([found.low * (1 - CLOSE), found.high * (1 + CLOSE)])
    inside = intervals.rate_p_value(x, time, ends, method=method) > 1 - level - CLOSE
    outside = intervals.rate_p_value(x, time, beyond, method=method) < 1 - level + CLOSE
    assert np.all(inside)
    assert np.all(outside[found.low == 0 :])


@pytest.mark.parametrize("method", [m.name for m in METHODS["rate"] if m.one_sided])
@given(rate=rates, level=levels)
def test_a_bound_is_the_limit_that_leaves_the_error_on_its_side(method, rate, level):
    options = {"method": method, "confidence_level": level}
    lower = intervals.rate_interval(*rate, side="lower", **options)
    upper = intervals.rate_interval(*rate, side="upper", **options)
    assert (lower.high, upper.low) == (np.inf, 0)
    for bound, alternative in [(lower.low, "greater"), (upper.high, "less")]:
        if method in SMOOTH and bound > 0:
            p = intervals.rate_p_value(*rate, bound, method=method, alternative=alternative)
            assert p == pytest.approx(1 - level, abs=1e-9)


def test_hulls_have_no_bound_on_one_side():
    with pytest.raises(ValueError, match="no one-sided bounds"):
        intervals.rate_interval(3, 1.0, method="blaker", side="upper")
    with pytest.raises(ValueError, match="two-sided test"):
        intervals.rate_p_value(3, 1.0, 2.0, method="minlike", alternative="less")
    with pytest.raises(ValueError, match="two-sided test"):
        intervals.rate_ratio_p_value(3, 1.0, 2, 1.0, method="blaker", alternative="less")


@pytest.mark.parametrize("method", SURE_RATIO)
@given(one=rates, two=rates, level=levels)
def test_turning_the_groups_round_turns_the_ratio_upside_down(method, one, two, level):
    options = {"method": method, "confidence_level": level}
    there = intervals.rate_ratio_interval(*one, *two, **options)
    back = intervals.rate_ratio_interval(*two, *one, **options)
    with np.errstate(divide="ignore"):
        assert there.low == pytest.approx(1 / np.float64(back.high), rel=1e-9)
        assert there.high == pytest.approx(1 / np.float64(back.low), rel=1e-9)
    if method in {"blaker", "minlike", *SMOOTH_RATIO}:
        p = intervals.rate_ratio_p_value(*one, *two, 1.25, method=method)
        again = intervals.rate_ratio_p_value(*two, *one, 0.8, method=method)
        assert p == pytest.approx(again, abs=1e-9)


@pytest.mark.parametrize("method", SURE_RATIO)
@given(one=rates, two=rates, level=levels, scale=st.floats(0.01, 100))
def test_the_ratio_knows_no_unit_of_time(method, one, two, level, scale):
    options = {"method": method, "confidence_level": level}
    years = intervals.rate_ratio_interval(*one, *two, **options)
    days = intervals.rate_ratio_interval(one[0], one[1] * scale, two[0], two[1] * scale, **options)
    assert tuple(days) == pytest.approx(tuple(years), rel=1e-12)


@pytest.mark.parametrize("method", SMOOTH_RATIO)
@given(one=rates, two=rates, level=levels, aside=st.floats(0.1, 10))
def test_a_ratio_is_inside_exactly_where_its_p_value_is_above_the_error(
    method, one, two, level, aside
):
    null = (one[0] + 0.5) / one[1] / (two[0] + 0.5) * two[1] * aside
    p = intervals.rate_ratio_p_value(*one, *two, null, method=method)
    found = intervals.rate_ratio_interval(*one, *two, method=method, confidence_level=level)
    if abs(p - (1 - level)) > CLOSE:
        assert (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", HULLS)
@given(one=rates, two=rates, level=levels, aside=st.floats(0.1, 10))
def test_a_ratio_that_is_accepted_is_in_the_hull(method, one, two, level, aside):
    found = intervals.rate_ratio_interval(*one, *two, method=method, confidence_level=level)
    null = (one[0] + 0.5) / one[1] / (two[0] + 0.5) * two[1] * aside
    if intervals.rate_ratio_p_value(*one, *two, null, method=method) > 1 - level + CLOSE:
        assert null in found
    for limit, outward in [(found.low, 1 - CLOSE), (found.high, 1 + CLOSE)]:
        if 0 < limit < np.inf:
            p = intervals.rate_ratio_p_value(*one, *two, limit * outward, method=method)
            assert p < 1 - level + CLOSE


@pytest.mark.parametrize("method", [m.name for m in METHODS["rate_ratio"] if m.name != "mover"])
@given(one=times, two=times, level=levels)
def test_no_event_in_either_group_says_nothing_of_the_ratio(method, one, two, level):
    if method == "wald_log":
        return
    found = intervals.rate_ratio_interval(0, one, 0, two, method=method, confidence_level=level)
    assert tuple(found) == (0, np.inf)
    assert intervals.rate_ratio_p_value(0, one, 0, two, 3.0, method=method) == 1


@pytest.mark.parametrize("method", ["scas", "score"])
@given(one=rates, two=rates, level=levels, aside=st.floats(-4, 4))
def test_a_difference_agrees_with_its_p_value_and_turns_with_the_groups(
    method, one, two, level, aside
):
    options = {"method": method, "confidence_level": level}
    found = intervals.rate_difference_interval(*one, *two, **options)
    back = intervals.rate_difference_interval(*two, *one, **options)
    size = np.sqrt((one[0] + 1) / one[1] ** 2 + (two[0] + 1) / two[1] ** 2)
    assert found.low == pytest.approx(-back.high, abs=1e-9 * size)
    null = one[0] / one[1] - two[0] / two[1] + aside * size
    p = intervals.rate_difference_p_value(*one, *two, null, method=method)
    if abs(p - (1 - level)) > CLOSE:
        assert (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", [m.name for m in METHODS["rate_difference"]])
@given(one=rates, two=rates, scale=st.floats(0.01, 100))
def test_a_difference_is_per_unit_of_time(method, one, two, scale):
    years = intervals.rate_difference_interval(*one, *two, method=method)
    days = intervals.rate_difference_interval(
        one[0], one[1] * scale, two[0], two[1] * scale, method=method
    )
    size = years.width + abs(years.low) + 1e-300
    assert days.low * scale == pytest.approx(years.low, abs=1e-9 * size)
    assert days.high * scale == pytest.approx(years.high, abs=1e-9 * size)
