"""What must hold of every confidence sequence, whatever the outcomes and the frame."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipoutcomes.sampling.sequential import (
    METHODS,
    anytime_interval,
    proportion_confidence_sequence,
    stop_when,
)

outcomes = st.lists(st.integers(0, 1), min_size=1, max_size=40)
extra = st.integers(0, 300)
levels = st.floats(0.5, 0.999)
methods = st.sampled_from(sorted(METHODS))
shares = st.floats(0.02, 0.98)


@given(outcomes, extra, levels, levels, methods)
def test_limits_at_a_higher_level_hold_those_at_a_lower(seen, more, one, other, method):
    lower, higher = sorted([one, other])
    narrow, wide = (
        proportion_confidence_sequence(
            seen, len(seen) + more, confidence_level=level, method=method
        )
        for level in (lower, higher)
    )
    assume(narrow.conflict_at is None)
    assert (wide.low_people <= narrow.low_people).all()
    assert (narrow.high_people <= wide.high_people).all()


@given(outcomes, extra, levels, methods)
def test_counting_those_without_the_event_mirrors_the_limits(seen, more, level, method):
    population = len(seen) + more
    options = {"confidence_level": level, "method": method}
    with_event = proportion_confidence_sequence(seen, population, **options)
    without = proportion_confidence_sequence([1 - k for k in seen], population, **options)
    assert (without.low_people == population - with_event.high_people).all()
    assert (without.high_people == population - with_event.low_people).all()
    assert without.conflict_at == with_event.conflict_at


@given(outcomes, extra, levels, methods)
def test_limits_only_narrow_and_leave_room_for_what_was_seen(seen, more, level, method):
    found = proportion_confidence_sequence(
        seen, len(seen) + more, confidence_level=level, method=method
    )
    assume(found.conflict_at is None)
    assert (np.diff(found.low_people) >= 0).all()
    assert (np.diff(found.high_people) <= 0).all()
    assert (found.low_people <= found.high_people).all()
    n = np.arange(1, len(seen) + 1)
    assert (found.high_people >= found.events).all()
    assert (found.low_people <= found.population - (n - found.events)).all()


@given(outcomes, extra, levels)
def test_whatever_the_order_the_limits_lie_inside_those_of_the_counts_alone(seen, more, level):
    population = len(seen) + more
    found = proportion_confidence_sequence(seen, population, confidence_level=level)
    assume(found.conflict_at is None)
    alone = anytime_interval(sum(seen), len(seen), population, confidence_level=level)
    assert alone.low <= found.interval.low
    assert found.interval.high <= alone.high


@given(outcomes, extra, levels, shares, methods)
def test_the_question_is_answered_when_the_limits_leave_the_threshold_behind(
    seen, more, level, threshold, method
):
    population = len(seen) + more
    found = proportion_confidence_sequence(seen, population, confidence_level=level, method=method)
    assume(found.conflict_at is None)
    evidence = stop_when(found, threshold)
    first = next(m for m in range(population + 2) if m >= threshold * population - 1e-12)
    answered = (found.high_people < first) | (found.low_people >= first)
    assert evidence.person == (int(answered.argmax()) + 1 if answered.any() else None)
    for p in (evidence.p_below, evidence.p_at_least):
        assert (np.diff(p) <= 0).all()
        assert ((p >= 0) & (p <= 1)).all()


@given(outcomes, extra, st.data())
def test_bounds_hold_the_limits_of_every_way_to_fill_in_the_untraced(seen, more, data):
    population = len(seen) + more
    gaps = data.draw(st.lists(st.booleans(), min_size=len(seen), max_size=len(seen)))
    partial = [None if gap else k for k, gap in zip(seen, gaps, strict=True)]
    bounds = proportion_confidence_sequence(partial, population, untraced="bounds")
    truth = proportion_confidence_sequence(seen, population)
    assume(truth.conflict_at is None)
    assume(bounds.conflict_at is None)
    assert (bounds.low_people <= truth.low_people).all()
    assert (truth.high_people <= bounds.high_people).all()


@pytest.mark.parametrize("method", METHODS)
@given(outcomes)
def test_a_census_ends_in_its_own_count(method, seen):
    found = proportion_confidence_sequence(seen, len(seen), method=method)
    assert found.low_people[-1] == found.high_people[-1] == sum(seen)
