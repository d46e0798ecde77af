"""The engine: the same people whatever the chunk; the same lives as taking them one by one."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.errors import DesignError
from dipoutcomes.simulate import CareerModel, Careers, Slots, iter_careers, simulate_careers
from dipoutcomes.simulate._calendar import NO_DAY
from dipoutcomes.simulate.lives import BLOCK
from dipoutcomes.simulate.lives.candidates import draw_candidates
from dipoutcomes.simulate.lives.draws import draw_people
from dipoutcomes.simulate.lives.marks import draw_marks
from dipoutcomes.simulate.lives.turns import live
from dipoutcomes.streams import random_stream

#: Everything at once: nothing of the engine is left out.
FULL = CareerModel.model_validate(
    {
        "offending": {
            "offences_per_year": 5.0, "gamma_shape": 0.8, "follow_on_offences": 0.3,
            "share_of_time_active": 0.7, "mean_days_inactive": 90, "age_decline_per_year": 0.03,
            "share_desisters": 0.3, "desistance_per_year": 0.3, "drift_per_year": -0.03,
        },
        "offence_type": [
            {"name": "theft", "share": 3, "trigger_from": "2003-01-01"},
            {"name": "assault", "share": 1, "custody_factor": 2, "length_factor": 2},
        ],
        "detection": {"share_arrested": 0.6, "share_arrested_in_contact": 0.8},
        "custody": {
            "share_sentenced": 0.3, "share_remanded": 0.2, "share_recalled": 0.4,
            "mean_days_sentence": 60,
        },
        "exits": {"deaths_per_year": 0.05, "left_country_per_year": 0.02},
        "treatment": {
            "rate_ratio_during": 0.6, "rate_ratio_after": 0.8, "effect_half_life_days": 200,
            "days_until_effect": 10, "share_desisting": 0.1, "share_closed_by_arrest": 0.3,
            "share_reentering": 0.3, "drop_out_per_year": 0.5, "drop_out_by_risk": 0.5,
            "share_engaging": 0.8, "engagement_by_risk": -0.5,
        },
    }
)  # fmt: skip
WAYS_IN = ("random_arrest", "first_arrest", "recent_count", "release", "none")


def by(way, model=FULL, **update):
    entry = model.entry.model_copy(update={"by": way, **update})
    return model.model_copy(update={"entry": entry})


def same(one, two):
    return all(np.array_equal(getattr(one, f.name), getattr(two, f.name)) for f in fields(Careers))


@settings(max_examples=15, deadline=None)
@given(
    way=st.sampled_from(WAYS_IN),
    people=st.integers(1, 400),
    fewer=st.integers(1, 400),
    at_a_time=st.integers(1, 90),
    seed=st.integers(0, 10**6),
)
def test_the_same_people_whatever_the_number_and_the_chunk(way, people, fewer, at_a_time, seed):
    whole = simulate_careers(by(way), people, seed=seed)
    assert whole.people == people
    first = simulate_careers(by(way), min(fewer, people), seed=seed)
    assert same(whole.of(slice(0, first.people)), first)
    parts = list(iter_careers(by(way), people, seed=seed, at_a_time=at_a_time))
    assert all(part.people == at_a_time for part in parts[:-1])
    assert same(Careers.joined(parts), whole)


def test_blocks_join_without_a_seam():
    whole = simulate_careers(FULL, BLOCK + 50, seed=3)
    assert same(whole.of(slice(0, BLOCK - 7)), simulate_careers(FULL, BLOCK - 7, seed=3))
    assert same(whole.of(slice(0, BLOCK + 20)), simulate_careers(FULL, BLOCK + 20, seed=3))
    # The second block is other people, and not the first again.
    assert not np.array_equal(whole.rate_per_year[:50], whole.rate_per_year[BLOCK:])


def one_by_one(model, people, slots, candidates, marks):  # noqa: C901, PLR0912, PLR0915
    """Take one person after another through their candidates, as the definitions read."""
    rows = []
    treatment, custody, detection, entry = (
        model.treatment, model.custody, model.detection, model.entry,
    )  # fmt: skip
    happens = {}
    for who in range(len(slots)):
        inside, licence = [], -NO_DAY
        entered = NO_DAY
        start = end = NO_DAY
        again, episodes = False, []

        def begin(day, at_once=False, who=who):
            if not people.engages[who]:
                return NO_DAY, NO_DAY
            first = day if at_once else day + people.days_to_start[who]
            return first, first + people.days_in_treatment[who]

        reference = slots.reference_day[who]
        if entry.by not in ("first_arrest", "none"):
            entered = reference
            start, end = begin(reference, at_once=entry.by == "release")
        for at in np.flatnonzero(candidates.person == who):
            now = candidates.day[at]
            parent = -1 if candidates.parent is None else candidates.parent[at]
            index = candidates.is_index[at]
            ok = not any(a <= now < b for a, b in inside) and now < people.stops[who]
            ok = ok and (parent < 0 or happens[parent])
            if ok and parent < 0 and not index:
                ratio = 1.0
                for begins, ends in [*episodes, (start, end)]:  # the later one has the last word
                    if now < begins + treatment.days_until_effect:
                        continue
                    if people.desists_if_treated[who]:
                        ratio = 0.0
                    elif now < ends:
                        ratio = treatment.rate_ratio_during
                    else:
                        left = 0.5 ** ((now - ends) / treatment.effect_half_life_days)
                        ratio = treatment.rate_ratio_after**left
                ok = marks.for_treatment[at] < ratio
            in_contact = start <= now < end
            share = detection.share_arrested_in_contact if in_contact else detection.share_arrested
            arrested = ok and (index or marks.for_arrest[at] < share)
            if entry.by == "first_arrest":
                index = (
                    arrested and entered == NO_DAY
                    and reference <= now < reference + entry.accrual_days
                )  # fmt: skip
                if index:
                    entered = now
                    start, end = begin(now)
            free_since = max([b for _, b in inside if b <= now], default=-NO_DAY)
            waiting = any(a > now for a, _ in inside)
            if index and ok and entry.by == "release":
                ok = not waiting
                inside = [s for s in inside if s[0] <= now] + [(now + 1, reference)]
                licence = reference + int((reference - now - 1) * custody.licence_over_served)
            spell = None
            if arrested and not index and not waiting:
                court = now + marks.days_to_court[at]
                served = marks.sentence_days[at]
                remand = marks.remanded[at] and marks.charged[at]
                recall = marks.recall_days[at] if now < licence else 0
                ends = []
                if served:
                    ends.append(court + served)
                elif remand:
                    ends.append(court)
                if recall:
                    ends.append(now + 1 + recall)
                if ends:
                    spell = (now + 1 if remand or recall else court, max(ends))
                    inside.append(spell)
                    if served:
                        licence = spell[1] + int(served * custody.licence_over_served)
            if arrested and not index and in_contact and marks.closes_episode[at]:
                end = now + 1
            if arrested and not again and now >= end and marks.begins_again[at]:
                again = True
                episodes.append((start, end))
                start = now + people.again_days_to_start[who]
                end = start + people.again_days[who]
            happens[at] = ok
            rows.append((at, ok, arrested, index and arrested, free_since, spell))
    return rows


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_turns_agree_with_taking_people_one_by_one(way, seed):
    model = by(way)
    streams = lambda part: random_stream(seed, f"simulate/0/0/{part}")  # noqa: E731
    slots = Slots.alike(60)
    people = draw_people(model, slots, streams, biased=way in ("random_arrest", "release"))
    index_day = {"random_arrest": slots.reference_day, "release": slots.reference_day - 41}.get(way)
    candidates = draw_candidates(
        model.offending, people, slots, streams, index_day=index_day, highest_ratio=1.0
    )
    marks = draw_marks(
        model, len(candidates), candidates.day, streams, enters_by_arrest=way == "first_arrest"
    )
    assert len(candidates) > 500
    done, _ = live(model, people, slots, candidates, marks)
    spells = 0
    for at, ok, arrested, index, free_since, spell in one_by_one(
        model, people, slots, candidates, marks
    ):
        assert done.happens[at] == ok
        assert done.arrested[at] == arrested
        assert done.is_index[at] == index
        assert done.free_since[at] == free_since
        if spell is not None:
            assert (done.inside_from[at], done.inside_until[at]) == spell
            spells += 1
    assert spells > 20


@pytest.mark.parametrize("way", WAYS_IN)
def test_what_must_hold_of_every_life(way):
    careers = simulate_careers(by(way), 2_000, seed=11)
    who = careers.person
    assert (np.diff(who) >= 0).all()
    same_person = np.diff(who) == 0
    assert (np.diff(careers.day)[same_person] >= 0).all()
    assert (careers.offence_day <= careers.day).all()
    assert ((careers.opens[who] <= careers.day) & (careers.day < careers.closes[who])).all()
    assert (careers.day < careers.exit_day[who]).all()
    assert not careers.is_index[~careers.arrested].any()
    spells = careers.spell_person
    assert (careers.spell_start < careers.spell_end).all()
    assert (careers.spell_end <= careers.exit_day[spells]).all()
    joined = np.diff(spells) == 0
    assert (careers.spell_end[:-1][joined] <= careers.spell_start[1:][joined]).all()
    # Nobody offends, or is arrested, inside: by a table of every day.
    span = int(careers.closes.max() - careers.opens.min()) + 1
    held = np.zeros((careers.people, span + 1), dtype=np.int8)
    first = careers.opens.min()
    begins = np.clip(careers.spell_start - first, 0, span)
    ends = np.clip(careers.spell_end - first, 0, span)
    np.add.at(held, (spells, begins), 1)
    np.add.at(held, (spells, ends), -1)
    held = held.cumsum(axis=1)
    assert not held[who, careers.day - first].any()
    noticed = careers.offence_day >= first
    assert not held[who[noticed], (careers.offence_day - first)[noticed]].any()
    began = careers.start < NO_DAY
    assert (careers.start[began] <= careers.end[began]).all()
    assert (careers.again_start >= careers.end)[careers.again_start < NO_DAY].all()
    if way == "none":
        assert (careers.entry_day == NO_DAY).all()
    else:
        assert (careers.entry_day < NO_DAY).all()
        index = careers.day[careers.is_index]
        if way == "recent_count":
            assert not len(index)
        else:
            assert np.array_equal(who[careers.is_index], np.arange(2_000))
            if way != "release":
                assert np.array_equal(index, careers.entry_day)


def test_counts_and_days_are_what_a_plain_count_finds():
    careers = simulate_careers(FULL, 40, seed=5)
    opens, closes = careers.entry_day - 200, careers.entry_day + 300
    tables = careers.to_frames()
    for code in range(40):
        own = tables["offences"].query("person == @code")
        arrests = own[own.arrested & ~own.is_index & own.day.between(opens[code], closes[code] - 1)]
        assert careers.count(opens, closes)[code] == len(arrests)
        assert careers.count(opens, closes, index=True)[code] == len(arrests) + 1
        offences = own[~own.is_index & own.offence_day.between(opens[code], closes[code] - 1)]
        assert careers.count(opens, closes, counted="offence")[code] == len(offences)
        convicted = offences[offences.outcome == 4]
        assert careers.count(opens, closes, counted="conviction")[code] == len(convicted)
        days = {
            day for _, row in tables["spells"].query("spell_person == @code").iterrows()
            for day in range(row.spell_start, row.spell_end) if opens[code] <= day < closes[code]
        }  # fmt: skip
        assert careers.days_in_custody(opens, closes)[code] == len(days)
        there = min(closes[code], careers.exit_day[code], careers.closes[code]) - opens[code]
        assert careers.days_at_liberty(opens, closes)[code] == there - len(
            {day for day in days if day < opens[code] + there}
        )
        after = own[own.arrested & ~own.is_index & (own.day >= opens[code])].day
        assert careers.first_after(opens)[code] == (after.min() if len(after) else NO_DAY)


def test_entry_that_next_to_nobody_reaches_is_refused():
    rare = by("recent_count", CareerModel(offending={"offences_per_year": 0.2}), minimum_arrests=20)
    with pytest.raises(DesignError, match="of 8,192 made-up people entered; at least one in 500"):
        simulate_careers(rare, 10, seed=1)


def test_misuse_is_refused():
    with pytest.raises(ValueError, match="`slots` are for 3 people and 4 were asked for"):
        simulate_careers(FULL, 4, seed=1, slots=Slots.alike(3))
    with pytest.raises(TypeError, match="people"):
        simulate_careers(FULL, 2.5, seed=1)
    with pytest.raises(ValueError, match="counted"):
        simulate_careers(FULL, 4, seed=1).count(0, 1, counted="arrests")
    assert simulate_careers(FULL, 0, seed=1).people == 0


def test_an_effect_for_good_does_not_pause_while_a_second_episode_is_waited_for():
    # Everybody stops at the start of treatment, bursts that were under way aside.
    model = CareerModel.model_validate(
        {
            "offending": {
                "offences_per_year": 20, "differ": "none", "follow_on_offences": 0.5,
                "mean_days_to_follow_on": 30,
            },
            "entry": {"days_to_start": [365, 365]},
            "treatment": {
                "planned_days": [1, 1], "share_desisting": 1.0, "share_reentering": 1.0,
            },
        }
    )  # fmt: skip
    careers = simulate_careers(model, 500, seed=1, days_after=1_500)
    start = careers.start.astype(np.int64)
    assert (careers.again_start < NO_DAY).mean() > 0.3
    # Of bursts exp(-300 / 60) is left after 300 days, 20 / 365.25 * 60 * 500 * 0.7% = 11 offences;
    # untreated for 75 days, 250 people would add a thousand.
    assert careers.count(start + 300, start + 375).sum() < 50
