"""Leaving for good: death, leaving the country; and not being found by the police's search."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import DAYS_PER_YEAR, NO_DAY, Days, day_number
from dipoutcomes.simulate.careers import Careers
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.streams import random_stream

DEATH, LEFT_COUNTRY = "death", "left_country"


@dataclass(frozen=True, slots=True)
class Exits:
    """One entry a person, in order of the code."""

    day: Days  # NO_DAY for those still there at the extract
    kind: NDArray[np.object_]  # DEATH, LEFT_COUNTRY or ""
    found_on_pnc: NDArray[np.bool_]


def draw_exits(recipe: Recipe, end: Days) -> Exits:
    """Draw deaths and departures at constant rates, from the day after the episode's end.

    An open episode has no exit. Which of the two comes first is the one that is recorded, if it
    comes before the extract.
    """
    # Assumes that nobody dies in treatment: such an episode closes with no "after" to follow up.
    rng = random_stream(recipe.seed, "simulate/exits")
    n = len(end)
    died = end + _waiting_days(recipe.exits.deaths_per_year, n, rng=rng)
    left = end + _waiting_days(recipe.exits.left_country_per_year, n, rng=rng)
    first = np.minimum(died, left)
    seen = (end != NO_DAY) & (first <= day_number(recipe.dates.extract_date))
    kind = np.where(seen, np.where(died <= left, DEATH, LEFT_COUNTRY), "").astype(object)
    missed = rng.permutation(n) < round(recipe.exits.share_not_found_on_pnc * n)
    return Exits(np.where(seen, first, NO_DAY), kind, ~missed)


def stop_at_exit(careers: Careers, exit_day: Days, *, last_day: int) -> Careers:
    """Return *careers* without what lies on or after the exit, or after the last day.

    A spell that begins before the exit ends with it; one that runs past *last_day* is still open
    and ends on `NO_DAY`.
    """
    arrests = (careers.day < exit_day[careers.person]) & (careers.day <= last_day)
    leaves = exit_day[careers.spell_person]
    spells = (careers.spell_start < leaves) & (careers.spell_start <= last_day)
    ends = np.minimum(careers.spell_end, leaves)
    return replace(
        careers,
        person=careers.person[arrests],
        day=careers.day[arrests],
        is_index=careers.is_index[arrests],
        free_since=careers.free_since[arrests],
        spell_person=careers.spell_person[spells],
        spell_start=careers.spell_start[spells],
        spell_end=np.where(ends > last_day, NO_DAY, ends)[spells],
    )


def _waiting_days(rate_per_year: float, size: int, *, rng: np.random.Generator) -> Days:
    """Draw whole days, at least 1, until something that happens at a constant rate."""
    years = rng.standard_exponential(size)
    if rate_per_year == 0:
        return np.full(size, NO_DAY, dtype=np.int64)
    return 1 + np.floor(years / rate_per_year * DAYS_PER_YEAR).astype(np.int64)
