"""The windows against a count of every single day in plain Python."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.protocol.model import Bound, Window
from dipoutcomes.windows import (
    NO_DAY,
    EventDays,
    EventIndex,
    PeopleDays,
    SpellDays,
    SpellIndex,
    add_months,
    check_bands,
    measure,
    measure_windows,
    resolve_window,
    to_dates,
    to_days,
)

FIRST = (date(2011, 12, 1) - date(1970, 1, 1)).days  # February 2012 has 29 days
near = st.integers(FIRST, FIRST + 150)
maybe_open = st.one_of(near, near, st.just(NO_DAY))
people_counts = st.integers(1, 4)
bounds = st.builds(
    Bound,
    at=st.sampled_from(["start", "end", "last_offence_date"]),
    months=st.integers(-2, 3),
    days=st.integers(-5, 5),
)


@st.composite
def studies(draw):
    n = draw(people_counts)
    codes = st.integers(0, n - 1)
    people = [
        (draw(near), draw(maybe_open), draw(maybe_open), draw(st.booleans() | st.just(value=True)))
        for _ in range(n)
    ]
    events = draw(st.lists(st.tuples(codes, near, maybe_open), max_size=25))
    spells = draw(st.lists(st.tuples(codes, near, maybe_open), max_size=8))
    window = Window(name="w", opens=draw(bounds), closes=draw(bounds))
    return people, events, spells, window, draw(near)


def plain_bound(bound, start, end, last_day):
    origin = {"start": start, "end": end, "last_offence_date": last_day + 1}[bound.at]
    if origin == NO_DAY:
        return None
    moved = pd.Timestamp(origin, unit="D") + pd.DateOffset(months=bound.months, days=bound.days)
    return (moved.date() - date(1970, 1, 1)).days


def plain_measure(study, *, waiting=None):
    """One mapping a person, by walking through the days of the window one after the other."""
    people, events, spells, window, last_day = study
    answers = []
    for code, (start, end, gone, traced) in enumerate(people):
        answer = dict.fromkeys(
            ["events", "days_not_observed", "days_after_exit", "days_in_custody"], 0
        ) | {"days_at_liberty": 0, "observed_to_end": False, "first_event_day": NO_DAY}
        opens = plain_bound(window.opens, start, end, last_day)
        closes = plain_bound(window.closes, start, end, last_day)
        answers.append(answer)
        if opens is None or closes is None:
            continue
        unseen_days = 0
        proven_before = None
        if waiting is not None:
            late = pd.Timestamp(max(opens, closes), unit="D") + pd.DateOffset(months=waiting)
            proven_before = (late.date() - date(1970, 1, 1)).days
        for day in range(opens, closes):
            if day > last_day or not traced:
                answer["days_not_observed"] += 1
                unseen_days += 1
                continue
            if day >= gone:
                answer["days_after_exit"] += 1
                unseen_days += 1
                continue
            inside = any(c == code and a <= day < b for c, a, b in spells)
            answer["days_in_custody" if inside else "days_at_liberty"] += 1
            for c, when, proof in events:
                if c == code and when == day and (proven_before is None or proof < proven_before):
                    answer["events"] += 1
                    answer["first_event_day"] = min(answer["first_event_day"], day)
        answer["observed_to_end"] = closes > opens and unseen_days == 0
    return answers


def columns(rows, width):
    return [np.array([r[i] for r in rows], dtype=np.int64) for i in range(width)]


def measured(study, *, waiting=None):
    people, events, spells, window, last_day = study
    start, end, gone, traced = columns(people, 4)
    code, day, proof = columns(events, 3)
    return measure_windows(
        PeopleDays.of(start, end, gone, traced.astype(bool)),
        EventDays(code, day, None if waiting is None else proof),
        SpellDays(*columns(spells, 3)),
        [window],
        last_day=last_day,
        waiting_period_months=waiting or 0,
    ).frame("w")


@given(studies())
def test_every_day_and_event_is_where_a_walk_through_the_calendar_puts_it(study):
    frame = measured(study)
    plain = plain_measure(study)
    assert frame[list(plain[0])].to_dict("records") == plain
    kinds = ["days_not_observed", "days_after_exit", "days_in_custody", "days_at_liberty"]
    assert (frame[kinds].sum(axis=1) == frame["days_in_window"]).all()


@given(studies(), st.integers(0, 3))
def test_a_proven_event_counts_only_if_proven_inside_the_waiting_period(study, waiting):
    frame = measured(study, waiting=waiting)
    plain = plain_measure(study, waiting=waiting)
    assert frame[list(plain[0])].to_dict("records") == plain


@given(
    st.lists(st.integers(-40_000, 40_000), min_size=1) | st.lists(near, min_size=160, max_size=160),
    st.integers(-600, 600),
)
def test_months_are_added_as_pandas_adds_them(days, months):
    ours = to_dates(add_months(days, months))
    theirs = pd.to_datetime(np.array(days), unit="D") + pd.DateOffset(months=months)
    assert list(ours) == list(theirs.to_numpy().astype("datetime64[D]"))


@given(studies())
def test_a_partition_of_the_people_gives_the_same_answer(study):
    people, events, spells, window, last_day = study
    whole = measured(study)
    for code, person in enumerate(people):
        own_events = [(0, *rest) for c, *rest in events if c == code]
        own_spells = [(0, *rest) for c, *rest in spells if c == code]
        alone = measured(([person], own_events, own_spells, window, last_day))
        same = whole.iloc[[code]].drop(columns="code").reset_index(drop=True)
        pd.testing.assert_frame_equal(alone.drop(columns="code"), same)


@given(studies(), st.integers(1, 4), st.sampled_from([None, 1]))
def test_measuring_a_few_people_at_a_time_gives_the_same_answer(study, at_a_time, waiting):
    whole = measured(study, waiting=waiting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "PEOPLE_AT_A_TIME", at_a_time)
        pd.testing.assert_frame_equal(measured(study, waiting=waiting), whole)


@given(studies(), st.randoms())
def test_the_order_of_the_records_does_not_matter(study, random):
    people, events, spells, window, last_day = study
    shuffled = random.sample(events, len(events)), random.sample(spells, len(spells))
    pd.testing.assert_frame_equal(
        measured(study, waiting=1), measured((people, *shuffled, window, last_day), waiting=1)
    )


@given(studies(), st.lists(st.integers(0, 4), min_size=1, max_size=3).map(sorted))
def test_contiguous_bands_add_up_to_the_whole(study, cuts):
    people, events, spells, _, last_day = study
    edges = [Bound(at="start", months=m) for m in [0, *cuts]] + [Bound(at="last_offence_date")]
    bands = [
        Window(name=f"band {i}", opens=a, closes=b) for i, (a, b) in enumerate(pairwise(edges))
    ]
    whole = Window(name="whole", opens=edges[0], closes=edges[-1])
    start, end, gone, traced = columns(people, 4)
    code, day, _ = columns(events, 3)
    measures = measure_windows(
        PeopleDays.of(start, end, gone, traced.astype(bool)),
        EventDays(code, day),
        SpellDays(*columns(spells, 3)),
        [*bands, whole],
        last_day=last_day,
    )
    check_bands(measures, [b.name for b in bands], "whole")
    parts = sum(measures.frame(b.name)["events"] for b in bands)
    assert (parts == measures.frame("whole")["events"]).all()


@pytest.mark.parametrize("days", [120, 60_000_000])  # 32-bit keys, then 64-bit keys
@given(events=st.lists(st.tuples(st.integers(0, 49), st.integers(0, 99)), max_size=60))
def test_narrow_and_wide_keys_count_alike(days, events):
    code, day = columns([*events, (0, days)], 2)
    index = EventIndex.build(code, day, 50)
    opens, closes = np.full(50, 20), np.full(50, 80)
    plain = [sum(c == p and 20 <= d < 80 for c, d in events) for p in range(50)]
    assert index.count(opens, closes).tolist() == plain
    firsts = [
        min([d for c, d in events if c == p and 20 <= d < 80], default=NO_DAY) for p in range(50)
    ]
    assert index.first(opens, closes).tolist() == firsts


@given(studies(), near, near)
def test_spell_days_are_additive_over_time(study, a, b):
    people, _, spells, _, _ = study
    n = len(people)
    index = SpellIndex.build(*columns(spells, 3), n)
    low, middle = sorted([a, b])
    day = [np.full(n, d) for d in (low, middle, FIRST + 400)]
    parts = index.days_inside(day[0], day[1]) + index.days_inside(day[1], day[2])
    assert (parts == index.days_inside(day[0], day[2])).all()


@given(
    st.lists(st.tuples(near, maybe_open), min_size=1), st.lists(near, min_size=1), bounds, bounds
)
def test_a_window_is_undefined_exactly_where_the_day_it_counts_from_is_missing(people, last, a, b):
    start, end = columns(people, 2)
    opens, closes = resolve_window(Window(name="w", opens=a, closes=b), start, end, last[0])
    undefined = (end == NO_DAY) & ("end" in (a.at, b.at))
    assert ((opens == NO_DAY) == undefined).all()
    assert ((closes == NO_DAY) == undefined).all()
    assert (opens <= closes).all()


@given(st.lists(near, min_size=1))
def test_days_and_dates_are_the_same_thing(days):
    assert to_days(to_dates(days)).tolist() == days


@given(st.lists(st.tuples(st.integers(0, 3), near, maybe_open), max_size=20), st.booleans())
def test_proofs_stay_with_their_events_whether_they_fit_beside_the_key_or_not(events, wide_proofs):
    # A last event billions of days off, of somebody else, takes the bits that the proof would use.
    far = [(4, 2**31 - 2, -(2**31))] if wide_proofs else []
    code, day, proof = columns([*events, *far], 3)
    index = EventIndex.build(code, day, 2**20 if wide_proofs else 5, proof_day=proof)
    n = index.n_people
    low, high = index.positions(np.full(n, FIRST + 20)), index.positions(np.full(n, FIRST + 90))
    count, first = index.proven_between(low, high, np.full(n, FIRST + 100))
    for person in range(4):
        days = [
            d
            for c, d, p in events
            if c == person and FIRST + 20 <= d < FIRST + 90 and p < FIRST + 100
        ]
        assert count[person] == len(days)
        assert first[person] == min(days, default=NO_DAY)
