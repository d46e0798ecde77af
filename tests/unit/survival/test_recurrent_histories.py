"""Rows of time at risk: days, edges of custody, what is left out, what is refused."""

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.recurrent import (
    build_histories,
    histories_from_rows,
    recurrent_event_model,
)
from dipoutcomes.windows import EventIndex, SpellIndex


def one_person(event_days=(), custody=(), *, end=100, **options):
    spells = np.array(custody, dtype=int).reshape(-1, 2)
    return build_histories(
        [0], [end],
        event_person=np.zeros(len(event_days), int), event_day=list(event_days),
        custody_person=np.zeros(len(spells), int), custody_start=spells[:, 0],
        custody_end=spells[:, 1], **options,
    )  # fmt: skip


def rows(histories):
    columns = (histories.start, histories.stop, histories.event)
    return list(zip(*(c.tolist() for c in columns), strict=True))


def test_a_day_is_counted_to_its_end():
    assert rows(one_person([0, 99])) == [(0, 1, 1), (1, 100, 1)]


def test_events_cut_rows_and_custody_parts_them():
    found = one_person([10, 60], [(20, 50)])
    assert rows(found) == [(0, 11, 1), (11, 20, 0), (50, 61, 1), (61, 100, 0)]
    assert found.left_out.days_in_custody == 30


@pytest.mark.parametrize(
    ("day", "expected", "moved", "inside"),
    [
        (19, [(0, 20, 1), (50, 100, 0)], 0, 0),  # the last day at liberty
        (20, [(0, 20, 1), (50, 100, 0)], 1, 0),  # reception: it came before
        (21, [(0, 20, 0), (50, 100, 0)], 0, 1),
        (49, [(0, 20, 0), (50, 100, 0)], 0, 1),  # the last day inside
        (50, [(0, 20, 0), (50, 51, 1), (51, 100, 0)], 0, 0),  # release is a day at liberty
    ],
)
def test_events_at_the_edges_of_custody(day, expected, moved, inside):
    found = one_person([day], [(20, 50)])
    assert rows(found) == expected
    assert (found.left_out.events_moved, found.left_out.events_in_custody) == (moved, inside)


def test_custody_from_the_first_day_leaves_no_day_before_it():
    found = one_person([0, 5, 30], [(-40, 30)])
    assert rows(found) == [(30, 31, 1), (31, 100, 0)]
    assert found.left_out.events_in_custody == 2


def test_spells_that_overlap_touch_or_run_on_are_one():
    found = one_person([], [(20, 30), (25, 40), (40, 50), (22, 23), (90, 10_000)])
    assert rows(found) == [(0, 20, 0), (50, 90, 0)]
    assert found.left_out.days_in_custody == 40


def test_a_person_never_at_liberty_and_one_never_followed_stay_people():
    found = build_histories(
        [0, 0, 5], [10, 10, 3], event_person=[1, 2], event_day=[4, 4],
        custody_person=[1], custody_start=[0], custody_end=[10],
    )  # fmt: skip
    assert found.n_people == 3
    assert found.people_at_risk == 1
    assert found.left_out.people_never_at_liberty == 1
    assert found.left_out.people_without_follow_up == 1
    assert found.left_out.events_in_custody == 1
    assert found.left_out.events_before == 1
    assert found.end.tolist() == [10, 10, 0]


def test_follow_up_is_half_open():
    found = one_person([-1, 100, 120])
    assert rows(found) == [(0, 100, 0)]
    assert (found.left_out.events_before, found.left_out.events_after) == (1, 2)


def test_several_events_of_a_day_count_each_or_once():
    assert rows(one_person([7, 7, 7])) == [(0, 8, 3), (8, 100, 0)]
    found = one_person([7, 7, 19, 20], [(20, 30)], same_day="one")
    assert rows(found) == [(0, 8, 1), (8, 20, 1), (30, 100, 0)]
    assert found.left_out.events_joined == 2


def test_order_and_gap_time_stand_still_in_custody():
    found = one_person([10, 60, 79], [(20, 50)])
    assert found.order().tolist() == [1, 2, 2, 3, 4]
    begin, stop = found.gap_time()
    assert begin.tolist() == [0, 0, 9, 0, 0]
    assert stop.tolist() == [11, 9, 20, 19, 20]


def test_time_at_liberty_is_that_of_the_windows():
    rng = np.random.default_rng(4)
    n = 300
    origin, end = rng.integers(0, 50, n), rng.integers(40, 300, n)
    who, day = rng.integers(0, n, 2_000), rng.integers(-20, 320, 2_000)
    held, first = rng.integers(0, n, 500), rng.integers(-20, 300, 500)
    last = first + rng.integers(0, 90, 500)
    found = build_histories(
        origin, end, event_person=who, event_day=day,
        custody_person=held, custody_start=first, custody_end=last,
    )  # fmt: skip
    end = np.maximum(end, origin)
    events, time = found.totals()
    inside = SpellIndex.build(held, first, last, n).days_inside(origin, end)
    np.testing.assert_array_equal(time, end - origin - inside)
    counted = EventIndex.build(who, day, n).count(origin, end)
    assert events.sum() + found.left_out.events_in_custody == counted.sum()
    assert found.left_out.days_in_custody == inside.sum()


def test_rows_agree_with_a_walk_over_days():
    rng = np.random.default_rng(11)
    for _ in range(200):
        spells = [(a, a + rng.integers(1, 12)) for a in rng.integers(-5, 40, rng.integers(0, 4))]
        days = rng.integers(0, 30, rng.integers(0, 6)).tolist()
        found = one_person(days, spells, end=30)
        held = {d for a, b in spells for d in range(a, b)}
        at_risk = [d for d in range(30) if d not in held]
        events = {d + 1: days.count(d) for d in at_risk if d in days}
        for d in set(days) & held:  # the day of reception: moved to the eve, if there is one
            if d - 1 in at_risk:
                events[d] = events.get(d, 0) + days.count(d)
        covered = [d for a, b, _ in rows(found) for d in range(a, b)]
        assert covered == at_risk
        assert {b: e for _, b, e in rows(found) if e} == events


def test_all_faults_of_the_days_are_named_at_once():
    with pytest.raises(ValueError, match=r"2 people outside 0 to 0.*1 custody spells end before"):
        build_histories(
            [0], [9], event_person=[1, -1], event_day=[3, 3],
            custody_person=[0], custody_start=[5], custody_end=[4],
        )  # fmt: skip
    with pytest.raises(ValueError, match="no whole numbers"):
        build_histories([0.5], [9], event_person=[], event_day=[])
    with pytest.raises(ValueError, match="one length"):
        build_histories([0], [9], event_person=[0], event_day=[])
    with pytest.raises(TypeError, match="whole numbers"):
        build_histories(["a"], [9], event_person=[], event_day=[])
    with pytest.raises(DesignError, match="0 people"):
        build_histories([], [], event_person=[], event_day=[])
    with pytest.raises(ValueError, match="same_day"):
        one_person(same_day="first")


def test_rows_of_others_are_put_in_order_and_checked():
    found = histories_from_rows([1, 0, 1], [5, 0, 0], [9.5, 4, 5], [1, 0, 2], n_people=3)
    assert found.person.tolist() == [0, 1, 1]
    assert found.event.tolist() == [0, 2, 1]
    assert found.end.tolist() == [4, 9.5, 0]
    with pytest.raises(ValueError, match="1 rows start before"):
        histories_from_rows([0, 0], [0, 3], [4, 6], [1, 1])
    with pytest.raises(ValueError, match=r"1 negative values.*1 rows do not end.*1 values that"):
        histories_from_rows([0, 1], [-1, 4], [4, 4], [1, -1])
    with pytest.raises(ValueError, match="missing or infinite"):
        histories_from_rows([0], [0], [np.nan], [1])
    with pytest.raises(DesignError, match="0 rows"):
        histories_from_rows([], [], [], [])


def test_no_message_or_display_holds_a_person():
    found = one_person([10], [(20, 50)])
    assert "1 people, 1 at risk at some time, 1 events in 70 days at risk" in str(found)
    assert "days in custody" in found._repr_html_()
    assert found.to_dict()["left_out"]["days_in_custody"] == 30
    assert list(found.to_frame().columns)[:2] == ["person", "start"]


def test_until_the_first_event():
    found = one_person([10, 10, 60], [(20, 50)]).until_first_event()
    assert rows(found) == [(0, 11, 1)]
    assert found.end.tolist() == [11]


@pytest.mark.parametrize("unit", [0.1, 1 / 12, 1 / 365.25, 1e-7, 37.3])
def test_the_unit_of_time_decides_no_tie_of_waits(unit):
    rng = np.random.default_rng(1)
    edges = rng.integers(1, 6, (200, 4)).cumsum(axis=1)
    start = np.column_stack([np.zeros(200, int), edges[:, 1:3]]).ravel()
    stop = np.column_stack([edges[:, 0], edges[:, 2:]]).ravel()
    event = np.column_stack([np.zeros(200, int), rng.integers(0, 2, (200, 2))]).ravel()
    person = np.repeat(np.arange(200), 3)
    days = histories_from_rows(person, start, stop, event)
    other = histories_from_rows(person, start * unit, stop * unit, event)
    for whole, part in zip(days.gap_time(), other.gap_time(), strict=True):
        assert part == pytest.approx(whole * unit, rel=1e-8)
        assert len(np.unique(part)) == len(np.unique(whole))
    group = {"group": np.arange(200) % 2}
    one, two = (
        recurrent_event_model(h, group, model="pwp_gap_time").terms[0] for h in (days, other)
    )
    assert two.log_ratio == pytest.approx(one.log_ratio, rel=1e-9)
