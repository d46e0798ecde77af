"""What must hold of every verdict on a target, and of every chart against one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.scorecard.indicators import (
    cumulative_chart,
    judge_count,
    judge_share,
    rest_of_year,
    target_funnel,
)

ORDER = {"not met": 0, "cannot tell yet": 1, "met": 2}
targets = st.integers(1, 15).map(lambda k: k / 16)  # halves of halves: their complement is exact
counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n)))


@given(counts, targets)
def test_one_more_success_never_makes_a_verdict_worse(count, target):
    k, n = count
    first, more = judge_share(k, n, target), judge_share(k + 1, n, target)
    assert ORDER[first.verdict] <= ORDER[more.verdict]


@given(counts, targets)
def test_counting_failures_against_the_mirrored_target_is_the_same_verdict(count, target):
    k, n = count
    up = judge_share(k, n, target)
    down = judge_share(n - k, n, 1 - target, direction="at_most")
    assert up.verdict == down.verdict
    assert up.needed == down.needed


@given(st.integers(0, 200), st.integers(1, 200), st.floats(0.05, 1.0))
def test_a_yearly_verdict_follows_from_its_limits(count, target, part):
    judged = judge_count(count, target, part_of_year=part)
    low, high = judged.achieved.interval
    assert count <= low <= high
    assert (judged.verdict == "met") == (low >= target)
    assert (judged.verdict == "not met") == (high < target)


@given(st.integers(0, 100), st.floats(0.1, 0.9), st.floats(0.01, 0.09))
def test_as_the_year_goes_on_less_can_come(count, part, more):
    low, high = rest_of_year(count, part, 0.95)
    later_low, later_high = rest_of_year(count, part + more, 0.95)
    assert later_low <= low
    assert later_high <= high


periods = st.lists(st.integers(0, 25), min_size=1, max_size=8).filter(any)


@given(periods, targets, st.data())
def test_a_chart_keeps_its_level_and_holds_wider_limits_than_one_look(bases, target, data):
    events = [data.draw(st.integers(0, n)) for n in bases]
    chart = cumulative_chart(events, bases, target)
    assert -1e-12 <= chart.false_alarm <= 0.05 + 1e-12
    assert chart.count[-1] == sum(events)
    seen = np.cumsum(bases) > 0
    names = [str(k) for k in range(int(seen.sum()))]
    one = target_funnel(
        names, chart.count[seen], chart.base[seen], target=target, levels=[0.95]
    )  # fmt: skip
    assert np.all(chart.low[seen] <= one.low[0])
    assert np.all(chart.high[seen] >= one.high[0])
