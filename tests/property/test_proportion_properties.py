"""What must hold of every interval and test for one proportion or one frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes import intervals

levels = st.floats(0.5, 0.9999)
shares = st.floats(0.0, 1.0)
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
frames = (
    st.integers(1, 60)
    .flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    .flatmap(lambda c: st.tuples(st.just(c[0]), st.just(c[1]), st.integers(c[1], 400)))
)
INVERTED = ["wilson", "clopper_pearson", "mid_p", "scas", "likelihood_ratio"]
HULLS = ["blaker", "minlike"]


@pytest.mark.parametrize("method", INVERTED)
@given(count=counts, level=levels, null=shares)
def test_an_interval_holds_what_its_test_accepts(method, count, level, null):
    if method == "scas" and count[1] < 5 and level > 0.99:
        return  # where the correction exceeds the proportion seen the limit is held there
    found = intervals.proportion_interval(*count, method=method, confidence_level=level)
    p = intervals.proportion_p_value(*count, null, method=method)
    if abs(p - (1 - level)) > 1e-9 and min(abs(null - v) for v in found) > 1e-9:
        assert (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", INVERTED)
@pytest.mark.parametrize(("side", "alternative"), [("lower", "greater"), ("upper", "less")])
@given(count=counts, level=levels, null=shares)
def test_a_bound_holds_what_its_one_sided_test_accepts(
    method, side, alternative, count, level, null
):
    if method == "scas" and count[1] < 5 and level > 0.99:
        return
    found = intervals.proportion_interval(*count, method=method, confidence_level=level, side=side)
    p = intervals.proportion_p_value(*count, null, method=method, alternative=alternative)
    ends = (0.0 if count[0] == 0 else -1.0, 1.0 if count[0] == count[1] else 2.0)
    if abs(p - (1 - level)) > 1e-9 and null not in ends:
        near = min(abs(null - v) for v in found)
        assert near < 1e-9 or (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", HULLS)
@given(count=counts, level=levels, null=shares)
def test_what_lies_outside_a_hull_is_rejected_and_its_limits_are_reached(
    method, count, level, null
):
    found = intervals.proportion_interval(*count, method=method, confidence_level=level)
    p = intervals.proportion_p_value(*count, null, method=method)
    if min(abs(null - v) for v in found) > 1e-9 and null not in found:
        assert p <= 1 - level + 1e-9
    for limit, inward in [(found.low, 1), (found.high, -1)]:
        if 1e-6 < limit < 1 - 1e-6:
            inside = intervals.proportion_p_value(*count, limit + inward * 1e-10, method=method)
            assert inside > 1 - level - 1e-6


@given(count=counts, level=levels)
def test_blaker_lies_inside_clopper_pearson(count, level):
    inner = intervals.blaker_interval(*count, confidence_level=level)
    outer = intervals.clopper_pearson_interval(*count, confidence_level=level)
    assert outer.low - 1e-12 <= inner.low <= inner.high <= outer.high + 1e-12


@pytest.mark.parametrize("method", [*INVERTED, *HULLS])
@given(count=counts, level=levels, more=st.floats(0.001, 0.9))
def test_a_higher_level_holds_the_lower_one(method, count, level, more):
    higher = level + (1 - level) * more
    inner = intervals.proportion_interval(*count, method=method, confidence_level=level)
    outer = intervals.proportion_interval(*count, method=method, confidence_level=higher)
    assert outer.low <= inner.low + 1e-12
    assert outer.high >= inner.high - 1e-12


@pytest.mark.parametrize("method", [*INVERTED, *HULLS])
@given(n=st.integers(1, 150), level=levels)
def test_one_event_more_never_moves_a_limit_down(method, n, level):
    found = intervals.proportion_interval(
        np.arange(n + 1), n, method=method, confidence_level=level
    )
    assert np.all(np.diff(found.low) >= -1e-13)
    assert np.all(np.diff(found.high) >= -1e-13)


@pytest.mark.parametrize("method", [*INVERTED, *HULLS])
@given(count=counts, null=shares)
def test_counting_desisters_instead_of_reoffenders_leaves_the_test_alone(method, count, null):
    x, n = count
    mirrored = 1 - null
    there = intervals.proportion_p_value(x, n, 1 - mirrored, method=method)
    back = intervals.proportion_p_value(n - x, n, mirrored, method=method)
    assert there == pytest.approx(back, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("method", ["hypergeometric", "mid_p", *HULLS])
@given(frame=frames, level=levels, share=shares)
def test_a_frame_holds_what_its_test_accepts(method, frame, level, share):
    x, n, population = frame
    null = round(share * population)
    found = intervals.finite_population_counts(*frame, method=method, confidence_level=level)
    p = intervals.finite_population_p_value(*frame, null, method=method)
    if abs(p - (1 - level)) <= 1e-9:
        return
    if method in HULLS or (method == "mid_p" and x in {0, n}):
        assert null in found or p <= 1 - level
    else:
        assert (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", ["hypergeometric", "mid_p", *HULLS])
@given(frame=frames, level=levels, more=st.floats(0.001, 0.9))
def test_frames_mirror_nest_and_rise_with_the_count(method, frame, level, more):
    x, n, population = frame
    every = np.arange(n + 1)
    found = intervals.finite_population_counts(
        every, n, population, method=method, confidence_level=level
    )
    outer = intervals.finite_population_counts(
        every, n, population, method=method, confidence_level=level + (1 - level) * more
    )
    assert np.all(found.low == population - found.high[::-1])
    assert np.all((outer.low <= found.low) & (found.high <= outer.high))
    assert np.all(np.diff(found.low) >= 0)
    assert found.low[x] <= x * population / n + 1
