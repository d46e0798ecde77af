"""What does happen: everybody's first candidate, then everybody's second, and so on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days, whole_days
from dipoutcomes.simulate.lives.candidates import Candidates
from dipoutcomes.simulate.lives.draws import People
from dipoutcomes.simulate.lives.marks import Marks
from dipoutcomes.simulate.lives.slots import Floats, Slots
from dipoutcomes.simulate.model import CareerModel, Treatment

Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]
REMAND, SENTENCE, RECALL = 1, 2, 3
PLANNED, DROPPED_OUT, ARRESTED = 1, 2, 3  # why an episode closed


@dataclass(slots=True, eq=False)
class State:
    """Where each person stands; changes from turn to turn."""

    inside_from: Days
    inside_until: Days
    released: Days  # last release that the spell above does not hold any more
    licence_until: Days
    entry_day: Days  # NO_DAY until the person has entered
    start: Days  # of the latest episode; NO_DAY before it
    end: Days  # first day after it
    closing: NDArray[np.int8]
    first: dict[str, Codes] = field(default_factory=dict)  # the first episode of those with two
    again: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @classmethod
    def at_the_beginning(cls, n: int) -> State:
        """Everybody at liberty, nobody in the programme."""
        never, long_ago = np.full(n, NO_DAY, dtype=np.int64), np.full(n, -NO_DAY, dtype=np.int64)
        state = cls(
            inside_from=long_ago.copy(),
            inside_until=long_ago.copy(),
            released=long_ago.copy(),
            licence_until=long_ago.copy(),
            entry_day=never.copy(),
            start=never.copy(),
            end=never.copy(),
            closing=np.zeros(n, dtype=np.int8),
        )
        state.first = {"start": never.copy(), "end": never.copy(), "closing": np.zeros(n, np.int64)}
        state.again = np.zeros(n, dtype=bool)
        return state


@dataclass(slots=True, eq=False)
class Happened:
    """One entry a candidate."""

    happens: Flags
    arrested: Flags
    is_index: Flags
    free_since: Days  # last release on or before it
    inside_from: Days  # the spell that it begins; NO_DAY for none
    inside_until: Days
    held_by: NDArray[np.int8]  # REMAND, SENTENCE, RECALL: what the spell begins with

    @classmethod
    def nothing(cls, n: int) -> Happened:
        """Nothing yet."""
        none = np.full(n, NO_DAY, dtype=np.int64)
        no = np.zeros(n, dtype=bool)
        return cls(
            happens=no.copy(),
            arrested=no.copy(),
            is_index=no.copy(),
            free_since=none.copy(),
            inside_from=none.copy(),
            inside_until=none.copy(),
            held_by=np.zeros(n, dtype=np.int8),
        )


def live(
    model: CareerModel, people: People, slots: Slots, candidates: Candidates, marks: Marks
) -> tuple[Happened, State]:
    """Take everybody through their candidates in order of time.

    Notes
    -----
    Whether an offence happens depends on the person's earlier ones (custody, treatment, what set
    it off), so this loops over the first, second, third ... candidate of everybody at once, never
    over persons. A spell in custody is an interruption: nothing happens in it, and the person's
    rate afterwards is what it was.
    """
    life = _Lives(model, people, slots, candidates, marks)
    counts = np.bincount(candidates.person, minlength=len(slots))
    first = np.cumsum(counts) - counts
    most_first = np.argsort(-counts, kind="stable")
    still = len(slots) - np.searchsorted(np.sort(counts), np.arange(counts.max(initial=0)), "right")
    for turn, active in enumerate(still):
        who = most_first[:active]
        life.take(first[who] + turn, who)
    return life.done, life.state


class _Lives:
    """One block of people on their way through time."""

    def __init__(
        self, model: CareerModel, people: People, slots: Slots, candidates: Candidates, marks: Marks
    ) -> None:
        self.model, self.people, self.slots = model, people, slots
        self.candidates, self.marks = candidates, marks
        self.state = State.at_the_beginning(len(slots))
        self.done = Happened.nothing(len(candidates))
        self.in_contact_matters = (
            model.detection.share_arrested_in_contact is not None
            or marks.closes_episode is not None
        )
        self._enter_on_the_reference_day()

    def _enter_on_the_reference_day(self) -> None:
        """Put those in the programme whose day of entry is settled beforehand."""
        by = self.model.entry.by
        if by in ("first_arrest", "none"):
            return
        everybody = np.arange(len(self.slots))
        self._enter(everybody, self.slots.reference_day, at_once=by == "release")

    def _enter(self, who: Codes, day: Days, *, at_once: bool = False) -> None:
        state, people = self.state, self.people
        state.entry_day[who] = day
        start = day if at_once else day + people.days_to_start[who]
        end = start + people.days_in_treatment[who]
        closing = np.where(people.drops_out[who], DROPPED_OUT, PLANNED)
        if self.slots.start is not None and self.slots.end is not None:
            start, end = self.slots.start[who], self.slots.end[who]
            closing = np.full(len(who), PLANNED)
        engages = people.engages[who]
        state.start[who] = np.where(engages, start, NO_DAY)
        state.end[who] = np.where(engages, end, NO_DAY)
        state.closing[who] = np.where(engages, closing, 0)

    def take(self, at: Codes, who: Codes) -> None:
        """Take one candidate *at* of each person *who*."""
        state, done, now = self.state, self.done, self.candidates.day[at]
        until = state.inside_until[who]
        happens = (state.inside_from[who] > now) | (now >= until)
        happens &= now < self.people.stops[who]
        happens &= self._still_wanted(at, who, now)
        in_contact = self._in_contact(who, now)
        arrested = happens & self._noticed(at, in_contact)
        done.happens[at], done.arrested[at] = happens, arrested
        state.released[who] = np.where(until <= now, until, state.released[who])
        done.free_since[at] = state.released[who]
        is_index = self.candidates.is_index[at] & happens
        if self.marks.for_entry is not None:
            is_index = self._enters(at, who, now, arrested & self.marks.for_entry[at])
        done.is_index[at] = is_index
        if self.model.entry.by == "release":
            self._serves_the_index_sentence(at, who, now, is_index)
        self._goes_inside(at, who, now, arrested & ~is_index)
        if self.marks.closes_episode is not None:
            closes = arrested & ~is_index & in_contact & self.marks.closes_episode[at]
            state.end[who[closes]] = now[closes] + 1  # the day of the arrest is still inside
            state.closing[who[closes]] = ARRESTED
        if self.marks.begins_again is not None:
            self._begins_again(who, now, arrested & self.marks.begins_again[at])

    def _still_wanted(self, at: Codes, who: Codes, now: Days) -> Flags:
        """Return whether what set it off happened, and whether treatment leaves it standing."""
        wanted = np.ones(len(at), dtype=bool)
        parent = None
        if self.candidates.parent is not None:
            parent = self.candidates.parent[at]
            wanted = (parent < 0) | self.done.happens[parent]
        if self.marks.for_treatment is None:
            return wanted
        # Assumes that treatment acts on what begins a burst; what follows in it goes on with it.
        set_off = self.candidates.is_index[at]
        if parent is not None:
            set_off = set_off | (parent >= 0)
        treatment, state = self.model.treatment, self.state
        desists = self.people.desists_if_treated[who]
        ratio = rate_ratio(treatment, now, state.start[who], state.end[who], desists)
        # What the first episode left behind lasts until the second takes hold.
        waits = state.again[who] & (now < state.start[who] + treatment.days_until_effect)
        if waits.any():
            first = [state.first[name][who[waits]] for name in ("start", "end")]
            ratio[waits] = rate_ratio(treatment, now[waits], first[0], first[1], desists[waits])
        return wanted & (set_off | (self.marks.for_treatment[at] * treatment.highest_ratio < ratio))

    def _in_contact(self, who: Codes, now: Days) -> Flags:
        if not self.in_contact_matters:
            return np.zeros(len(who), dtype=bool)
        return np.asarray((self.state.start[who] <= now) & (now < self.state.end[who]))

    def _noticed(self, at: Codes, in_contact: Flags) -> Flags:
        detection = self.model.detection
        watched = detection.share_arrested_in_contact
        share: Floats | float = detection.share_arrested
        if watched is not None:
            share = np.where(in_contact, watched, share)
        return np.asarray(self.candidates.is_index[at] | (self.marks.for_arrest[at] < share))

    def _enters(self, at: Codes, who: Codes, now: Days, may_enter: Flags) -> Flags:
        entry, reference = self.model.entry, self.slots.reference_day[who]
        enters = may_enter & (self.state.entry_day[who] == NO_DAY)
        enters &= (now >= reference) & (now < reference + entry.accrual_days)
        if entry.trigger_only:
            enters &= self.marks.is_trigger[at]
        self._enter(who[enters], now[enters])
        return np.asarray(enters)

    def _serves_the_index_sentence(self, at: Codes, who: Codes, now: Days, is_index: Flags) -> None:
        """Put a person inside from the day after the index arrest to the release."""
        # Somebody who waited for another sentence did not serve this one as drawn.
        self.done.happens[at[is_index & (self.state.inside_from[who] > now)]] = False
        at, who, now = at[is_index], who[is_index], now[is_index]
        release = self.slots.reference_day[who]
        served = release - now - 1
        licence = whole_days(served * self.model.custody.licence_over_served)
        self.state.inside_from[who], self.state.inside_until[who] = now + 1, release
        self.state.licence_until[who] = release + licence
        self.done.inside_from[at], self.done.inside_until[at] = now + 1, release
        self.done.held_by[at] = SENTENCE

    def _goes_inside(self, at: Codes, who: Codes, now: Days, arrested: Flags) -> None:
        """Begin spells in custody, unless the person waits for one already.

        Assumes that whatever is still to be dealt with is dealt with at one sitting, so that true
        spells never overlap; and that an arrest which brings a person to treatment is not one
        that brings them inside.
        """
        marks, state, done = self.marks, self.state, self.done
        none = np.zeros(len(at), dtype=bool)
        remanded = none if marks.remanded is None else marks.remanded[at] & marks.charged[at]
        served = (
            np.zeros(len(at), np.int64) if marks.sentence_days is None else marks.sentence_days[at]
        )
        recall = np.zeros(len(at), np.int64)
        if marks.recall_days is not None:
            recall = np.where(now < state.licence_until[who], marks.recall_days[at], 0)
        goes = arrested & (state.inside_from[who] <= now) & (remanded | (served > 0) | (recall > 0))
        if not goes.any():
            return
        who, at, now = who[goes], at[goes], now[goes]
        remanded, served, recall = remanded[goes], served[goes], recall[goes]
        court = now + marks.days_to_court[at]
        back = now + 1 + recall
        begins = np.where(remanded | (recall > 0), now + 1, court)
        ends = np.where(served > 0, court + served, np.where(remanded, court, back))
        ends = np.maximum(ends, np.where(recall > 0, back, ends))
        state.inside_from[who], state.inside_until[who] = begins, ends
        licence = whole_days(served * self.model.custody.licence_over_served)
        state.licence_until[who] = np.where(served > 0, ends + licence, state.licence_until[who])
        done.inside_from[at], done.inside_until[at] = begins, ends
        done.held_by[at] = np.where(remanded, REMAND, np.where(recall > 0, RECALL, SENTENCE))

    def _begins_again(self, who: Codes, now: Days, may_begin: Flags) -> None:
        state, people = self.state, self.people
        begins = may_begin & ~state.again[who] & (now >= state.end[who])
        chosen = who[begins]
        for name in ("start", "end", "closing"):
            state.first[name][chosen] = getattr(state, name)[chosen]
        state.again[chosen] = True
        state.start[chosen] = now[begins] + people.again_days_to_start[chosen]
        state.end[chosen] = state.start[chosen] + people.again_days[chosen]
        state.closing[chosen] = PLANNED


def rate_ratio(treatment: Treatment, now: Days, start: Days, end: Days, desists: Flags) -> Floats:
    """Return the rate over the rate before treatment, at each time.

    Parameters
    ----------
    treatment : Treatment
    now : ndarray of int64, shape (n,)
        Days since 1970-01-01.
    start, end : ndarray of int64, shape (n,)
        Of one episode; `NO_DAY` for none.
    desists : ndarray of bool, shape (n,)
        Whether treatment stops the person for good.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 before the start and until the effect sets in; in treatment one ratio; after it another,
        which ends with ``effect_lasts_days`` or fades with ``effect_half_life_days``.
    """
    begun = now >= np.minimum(start, NO_DAY) + treatment.days_until_effect
    since = now - end
    after = np.full(len(now), treatment.rate_ratio_after)
    if treatment.effect_half_life_days is not None:
        left = 0.5 ** (np.maximum(since, 0) / treatment.effect_half_life_days)
        after = after**left
    if treatment.effect_lasts_days is not None:
        after[since >= treatment.effect_lasts_days] = 1.0
    ratio = np.where(since < 0, treatment.rate_ratio_during, after)
    ratio[desists] = 0.0
    ratio[~begun] = 1.0
    return ratio
