"""Shares of people: who is in the base, and what the unknown could change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.outcomes import bounds_for_unknown, share_with_event

people = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=60)


def test_one_in_twenty_nine_is_newcombes_interval():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3: 0.0061 to 0.1718.
    share = share_with_event([3] + [0] * 28, [True] * 29)
    assert (share.events, share.base, share.base_unit) == (1, 29, "persons")
    assert tuple(share.interval) == pytest.approx((0.0061, 0.1718), abs=0.5e-4)


def test_drawn_from_a_known_frame_the_interval_is_for_the_frame():
    # R: 21 of 28 drawn from 210, exact equal-tailed limits 119 and 185 of 210.
    share = share_with_event([1] * 21 + [0] * 7, [True] * 28, population=210)
    assert share.interval.low * 210 == pytest.approx(119, abs=1e-9)
    assert share.interval.high * 210 == pytest.approx(185, abs=1e-9)


def test_anyone_not_observed_to_the_end_is_refused_with_ways_out():
    with pytest.raises(DesignError, match=r"2 of 5 persons were not observed.*kaplan_meier"):
        share_with_event([0, 1, 0, 0, 1], [True, True, True, False, False])


def test_left_out_means_out_of_the_base_events_or_not():
    share = share_with_event(
        [0, 1, 0, 0, 1], [True, True, True, False, False], unobserved="leave_out"
    )
    assert (share.events, share.base) == (1, 3)
    assert "2 of 5 persons" in share.caveat


@pytest.mark.parametrize("unobserved", ["refuse", "leave_out"])
def test_a_window_that_nobody_can_be_seen_in_is_refused(unobserved):
    with pytest.raises(DesignError, match="nobody"):
        share_with_event([], [], unobserved=unobserved)
    with pytest.raises(DesignError, match="observed to the end"):
        share_with_event([0, 0], [False, False], unobserved=unobserved)


def test_a_person_seen_with_an_event_is_known_though_not_observed_to_the_end():
    bounds = bounds_for_unknown([2, 0, 0], [False, True, False])
    assert bounds.unknown == 1
    assert (bounds.best.events, bounds.worst.events) == (1, 2)


@given(people, st.randoms())
def test_every_filling_in_of_the_unknown_lies_within_the_bounds(rows, random):
    events = np.array([e for e, _ in rows])
    known = np.array([k for _, k in rows])
    bounds = bounds_for_unknown(events, known)
    filled = [e > 0 or (not k and random.random() < 0.5) for e, k in rows]
    share = share_with_event(np.array(filled, dtype=int), np.ones(len(rows), dtype=bool))
    assert bounds.best.value <= share.value <= bounds.worst.value
    assert bounds.interval.low <= share.interval.low
    assert share.interval.high <= bounds.interval.high


@given(st.lists(st.integers(0, 4), min_size=1))
def test_with_nobody_unknown_the_bounds_close(events):
    known = np.ones(len(events), dtype=bool)
    bounds, share = bounds_for_unknown(events, known), share_with_event(events, known)
    assert bounds.best.value == bounds.worst.value == share.value
    assert tuple(bounds.interval) == tuple(share.interval)


@pytest.mark.parametrize(
    ("events", "mask", "error"),
    [
        ([1, 0], [True], ValueError),
        ([1, 0], [1, 0], TypeError),
        ([1, -1], [True, True], ValueError),
        ([1.5, 1], [True, True], TypeError),
    ],
)
def test_misuse_is_refused(events, mask, error):
    with pytest.raises(error):
        share_with_event(events, mask)
    with pytest.raises(error):
        bounds_for_unknown(events, mask)


def test_a_population_smaller_than_the_sample_is_refused():
    with pytest.raises(ValueError, match="population"):
        share_with_event([1, 0, 0], [True] * 3, population=2)
