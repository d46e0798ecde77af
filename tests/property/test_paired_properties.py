"""What must hold of every interval for the same persons seen twice."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipoutcomes import intervals

levels = st.floats(0.5, 0.9999)
tables = st.tuples(*[st.integers(0, 40)] * 4).filter(sum)
counts = st.integers(0, 300)
times = st.floats(0.05, 500)
changes = st.lists(st.integers(-6, 6), min_size=1, max_size=9)
SCORE_METHODS = ["tango", "scas"]
CONDITIONAL = ["exact", "mid_p", "score"]


@pytest.mark.parametrize("method", SCORE_METHODS)
@given(table=tables, level=levels)
def test_a_limit_of_the_paired_difference_is_just_significant(method, table, level):
    found = intervals.paired_difference_interval(*table, method=method, confidence_level=level)
    for limit in found:
        if abs(limit) < 1 - 1e-9:
            p = intervals.paired_difference_p_value(*table, null_difference=limit, method=method)
            assert p == pytest.approx(1 - level, abs=1e-6)


@given(table=tables, level=levels)
def test_swapping_the_times_changes_the_sign_of_the_corrected_score_too(table, level):
    both, first, second, neither = table
    there = intervals.paired_scas_interval(*table, confidence_level=level)
    back = intervals.paired_scas_interval(both, second, first, neither, confidence_level=level)
    assert tuple(there) == pytest.approx((-back.high, -back.low), abs=1e-9)
    assert -1 <= there.low <= there.high <= 1


@given(table=tables, level=levels)
def test_a_limit_of_the_paired_ratio_is_just_significant(table, level):
    found = intervals.tang_interval(*table, confidence_level=level)
    for limit in found:
        if 1e-9 < limit < 1e9:
            p = intervals.paired_ratio_p_value(*table, null_ratio=limit)
            assert p == pytest.approx(1 - level, abs=1e-6)


@pytest.mark.parametrize("method", ["tang", "bonett_price"])
@given(table=tables, level=levels)
def test_swapping_the_times_turns_the_ratio_over(method, table, level):
    both, first, second, neither = table
    there = intervals.paired_ratio_interval(*table, method=method, confidence_level=level)
    swapped = (both, second, first, neither)
    back = intervals.paired_ratio_interval(*swapped, method=method, confidence_level=level)
    with np.errstate(divide="ignore"):
        turned = (np.divide(1.0, back.high), np.divide(1.0, back.low))
    assert tuple(there) == pytest.approx(turned, rel=1e-7, abs=1e-9)
    seen = both + second
    if seen and both + first:
        assert there.low * (1 - 1e-9) <= (both + first) / seen <= there.high * (1 + 1e-9)


@given(table=tables)
def test_difference_and_ratio_test_no_change_alike(table):
    _, first, second, _ = table
    expected = intervals.mcnemar_score_p_value(first, second)
    assert intervals.paired_difference_p_value(*table) == pytest.approx(expected, abs=1e-9)
    if sum(table[:3]):
        assert intervals.paired_ratio_p_value(*table) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("method", "test"), [("clopper_pearson", "exact"), ("mid_p", "mid_p"), ("wilson", "score")]
)
@given(first=counts, second=counts, level=levels)
def test_a_limit_of_the_paired_odds_ratio_is_just_significant(method, test, first, second, level):
    found = intervals.paired_odds_ratio_interval(
        first, second, method=method, confidence_level=level
    )
    for limit in found:
        if 1e-9 < limit < 1e9:
            p = intervals.paired_odds_ratio_p_value(
                first, second, null_odds_ratio=limit, method=method
            )
            assert p == pytest.approx(1 - level, abs=1e-6)
    assert intervals.paired_odds_ratio_p_value(first, second, method=method) == pytest.approx(
        intervals.mcnemar_p_value(first, second, method=test), abs=1e-12
    )


@pytest.mark.parametrize("method", CONDITIONAL)
@given(before=counts, t0=times, after=counts, t1=times, level=levels)
def test_before_and_after(method, before, t0, after, t1, level):
    data = (before, t0, after, t1)
    found = intervals.before_after_interval(*data, method=method, confidence_level=level)
    for limit in found:
        if 1e-9 < limit < 1e9:
            p = intervals.before_after_p_value(*data, null_ratio=limit, method=method)
            assert p == pytest.approx(1 - level, abs=1e-6)
    # The unit of time does not matter, and looking back turns the ratio over.
    days = (before, t0 * 365.25, after, t1 * 365.25)
    again = intervals.before_after_interval(*days, method=method, confidence_level=level)
    assert tuple(again) == pytest.approx(tuple(found), rel=1e-9)
    back = intervals.before_after_interval(
        after, t1, before, t0, method=method, confidence_level=level
    )
    with np.errstate(divide="ignore"):
        turned = (np.divide(1.0, back.high), np.divide(1.0, back.low))
    assert tuple(found) == pytest.approx(turned, rel=1e-7, abs=1e-12)


@given(values=changes, zeros=st.sampled_from(["wilcoxon", "pratt"]))
def test_the_other_direction_has_the_same_signed_rank_p_value(values, zeros):
    there = intervals.signed_rank_p_value(values, zeros=zeros)
    back = intervals.signed_rank_p_value([-v for v in values], zeros=zeros)
    assert there == pytest.approx(back, abs=1e-12)
    greater = intervals.signed_rank_p_value(values, zeros=zeros, alternative="greater")
    less = intervals.signed_rank_p_value(values, zeros=zeros, alternative="less")
    assert there == pytest.approx(min(1, 2 * min(greater, less)), abs=1e-12)
    assert greater + less >= 1 - 1e-12


@given(values=changes, level=levels, move=st.integers(-9, 9), scale=st.sampled_from([0.1, 1, 7]))
def test_hodges_lehmann_moves_and_stretches_with_the_changes(values, level, move, scale):
    found = intervals.hodges_lehmann(values, confidence_level=level)
    other = intervals.hodges_lehmann([scale * (v + move) for v in values], confidence_level=level)
    expected = [scale * (limit + move) for limit in found.interval]
    assert tuple(other.interval) == pytest.approx(expected, abs=1e-9)
    mirrored = intervals.hodges_lehmann([-v for v in values], confidence_level=level)
    ends = (-mirrored.interval.high, -mirrored.interval.low)
    assert ends == pytest.approx(tuple(found.interval), abs=1e-9)
    assert found.interval.low <= found.estimate <= found.interval.high
    assert found.achieved_level >= level - 1e-12


@given(values=changes, level=levels, twice=st.integers(-12, 12))
def test_an_accepted_shift_lies_within_the_limits(values, level, twice):
    shift = twice / 2
    found = intervals.signed_rank_interval(values, confidence_level=level)
    p = intervals.signed_rank_p_value(values, null_shift=shift)
    assume(abs(p - (1 - level)) > 1e-9)
    if p > 1 - level:
        assert shift in found
    elif shift not in (found.low, found.high):
        wider = intervals.signed_rank_interval(values, confidence_level=min(0.9999, level + 1e-4))
        assert wider.low <= found.low
        assert wider.high >= found.high
