"""From what happened to the result: people leave for good, courts decide, spells get dates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days
from dipoutcomes.simulate.lives.candidates import Candidates
from dipoutcomes.simulate.lives.careers import CLOSINGS, OUTCOMES, Careers
from dipoutcomes.simulate.lives.draws import People, exit_days
from dipoutcomes.simulate.lives.marks import Marks
from dipoutcomes.simulate.lives.slots import Slots, Streams
from dipoutcomes.simulate.lives.turns import REMAND, SENTENCE, Happened, State
from dipoutcomes.simulate.model import CareerModel

Codes = NDArray[np.int64]
NOT_NOTICED, NO_ACTION, CAUTIONED, CHARGED, CONVICTED = range(len(OUTCOMES))


def gather(
    model: CareerModel,
    people: People,
    slots: Slots,
    candidates: Candidates,
    marks: Marks,
    happened: Happened,
    state: State,
    streams: Streams,
) -> Careers:
    """Return the careers of one block."""
    entry_day = _entry_days(model, slots, candidates, happened, state)
    first = {
        name: np.where(state.again, state.first[name], getattr(state, name))
        for name in ("start", "end", "closing")
    }
    origin = entry_day
    if not model.exits.during_treatment:  # those who never begin have no end to wait for
        origin = np.where(first["start"] == NO_DAY, entry_day, first["end"])
    if model.entry.by == "none":
        origin = slots.reference_day
    exit_day, exit_kind = exit_days(model, people.waits, origin)
    leaves_in = (first["start"] < exit_day) & (exit_day < first["end"])
    closing = np.where(leaves_in, exit_kind + CLOSINGS.index("arrested"), first["closing"])
    never_began = exit_day <= first["start"]
    start = np.where(never_began, NO_DAY, first["start"])
    end = np.where(never_began, NO_DAY, np.minimum(first["end"], exit_day))
    again = state.again & (state.start < exit_day)
    kept = _kept(slots, candidates, happened, exit_day)
    who, day = candidates.person[kept], candidates.day[kept]
    lag = np.maximum(day - marks.days_before_notice[kept], happened.free_since[kept])
    outcome, proof_day = _outcomes(marks, happened, kept, day, streams, len(candidates))
    spells = _spells(slots, candidates, marks, happened, exit_day)
    return Careers(
        rate_per_year=people.rate_per_year,
        age_years=people.age_years,
        reference_day=_days(slots.reference_day),
        opens=_days(slots.opens),
        closes=_days(slots.closes),
        entry_day=_days(entry_day),
        start=_days(start),
        end=_days(end),
        closing=np.where(start == NO_DAY, 0, closing).astype(np.int8),
        again_start=_days(np.where(again, state.start, NO_DAY)),
        again_end=_days(np.where(again, np.minimum(state.end, exit_day), NO_DAY)),
        exit_day=_days(np.where(exit_day < slots.closes, exit_day, NO_DAY)),
        exit_kind=np.where(exit_day < slots.closes, exit_kind, 0).astype(np.int8),
        person=_days(who),
        day=_days(day),
        offence_day=_days(np.minimum(lag, day)),
        kind=marks.kind[kept],
        is_trigger=marks.is_trigger[kept],
        arrested=happened.arrested[kept],
        is_index=happened.is_index[kept],
        outcome=outcome,
        proof_day=_days(proof_day),
        **spells,
    )


def _days(days: Days) -> NDArray[np.int32]:
    return np.clip(days, -NO_DAY, NO_DAY).astype(np.int32)


def _entry_days(
    model: CareerModel, slots: Slots, candidates: Candidates, happened: Happened, state: State
) -> Days:
    """Return the day of entry; for entry by a recent count only of those who had so many."""
    if model.entry.by != "recent_count":
        return state.entry_day
    reference = slots.reference_day[candidates.person]
    recent = happened.arrested & (candidates.day < reference)
    recent &= candidates.day >= reference - model.entry.within_days
    counts = np.bincount(candidates.person[recent], minlength=len(slots))
    return np.where(counts >= model.entry.minimum_arrests, state.entry_day, NO_DAY)


def _kept(slots: Slots, candidates: Candidates, happened: Happened, exit_day: Days) -> Codes:
    """Return the positions of what happened inside the record and before leaving for good."""
    who, day = candidates.person, candidates.day
    last = np.minimum(slots.closes, exit_day)
    return np.flatnonzero(happened.happens & (day >= slots.opens[who]) & (day < last[who]))


def _outcomes(
    marks: Marks, happened: Happened, kept: Codes, day: Days, streams: Streams, size: int
) -> tuple[NDArray[np.int8], Days]:
    """Return what became of each offence, and the day of its proof."""
    arrested = happened.arrested[kept]
    charged, convicted, cautioned = (
        arrested & flags[kept] for flags in (marks.charged, marks.convicted, marks.cautioned)
    )
    outcome = np.where(arrested, NO_ACTION, NOT_NOTICED).astype(np.int8)
    outcome[cautioned], outcome[charged], outcome[convicted] = CAUTIONED, CHARGED, CONVICTED
    to_caution = streams("days to caution").integers(0, 8, size=size)[kept]
    proof = np.full(len(kept), NO_DAY, dtype=np.int64)
    proof[cautioned] = (day + to_caution)[cautioned]
    proof[convicted] = (day + marks.days_to_court[kept])[convicted]
    return outcome, proof


def _spells(
    slots: Slots, candidates: Candidates, marks: Marks, happened: Happened, exit_day: Days
) -> dict[str, Any]:
    """Return the spells in custody, remand and sentence apart, up to the end of the record."""
    at = np.flatnonzero(happened.inside_from < NO_DAY)
    who, held_by = candidates.person[at], happened.held_by[at]
    begins, ends = happened.inside_from[at], happened.inside_until[at]
    court = candidates.day[at] + marks.days_to_court[at]
    # A sentence that follows on from remand is a spell of its own.
    goes_on = (held_by == REMAND) & (court < ends)
    who = np.concatenate([who, who[goes_on]])
    starts = np.concatenate([begins, court[goes_on]])
    stops = np.concatenate([np.where(goes_on, court, ends), ends[goes_on]])
    kinds = np.concatenate([held_by, np.full(int(goes_on.sum()), SENTENCE, dtype=np.int8)])
    stops = np.minimum(stops, exit_day[who])
    seen = (starts < stops) & (starts < slots.closes[who]) & (stops > slots.opens[who])
    order = np.flatnonzero(seen)[np.lexsort((starts[seen], who[seen]))]
    return {
        "spell_person": _days(who[order]),
        "spell_start": _days(starts[order]),
        "spell_end": _days(stops[order]),
        "spell_kind": kinds[order].astype(np.int8),
    }
