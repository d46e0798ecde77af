"""Gamma-Poisson careers of arrest, reached through an arrest, interrupted by custody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import DAYS_PER_YEAR, Days, add_months, day_number
from dipoutcomes.simulate.custody import thin_by_custody
from dipoutcomes.simulate.recipe import Custody, Recipe
from dipoutcomes.streams import random_stream

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Careers:
    """Arrests and spells in custody of *people* persons, sorted by person and day."""

    rate_per_year: Floats  # shape (people,): the person's own rate, untreated and at liberty
    person: NDArray[np.int64]  # shape (arrests,)
    day: Days
    is_index: NDArray[np.bool_]
    free_since: Days  # last release on or before the arrest
    spell_person: NDArray[np.int64]  # shape (spells,)
    spell_start: Days
    spell_end: Days  # first day at liberty

    def of(self, people: NDArray[np.bool_]) -> Careers:
        """Return the careers of some people only, with their codes unchanged."""
        arrests, spells = people[self.person], people[self.spell_person]
        return Careers(
            self.rate_per_year,
            self.person[arrests],
            self.day[arrests],
            self.is_index[arrests],
            self.free_since[arrests],
            self.spell_person[spells],
            self.spell_start[spells],
            self.spell_end[spells],
        )


def own_rates(
    recipe: Recipe, people: int, *, entered_by_arrest: bool, rng: np.random.Generator
) -> Floats:
    """Draw each person's own rate of arrest per year at liberty.

    In the population the rate has a gamma distribution with mean m and shape k. Among those
    who are reached through one of their arrests, a person counts in proportion to their rate:
    the density times the rate is again a gamma, with the same scale m/k and shape k + 1, hence
    mean m (k + 1) / k. Drawing entrants from the population's own gamma would hide the
    regression to the mean that every such programme shows.

    Notes
    -----
    Size-biased distributions: Patil, G. P. and Rao, C. R. (1978), Biometrics 34, 179-189.
    """
    shape = recipe.offending.gamma_shape
    scale = recipe.offending.mean_arrests_per_year / shape
    return rng.gamma(shape + 1 if entered_by_arrest else shape, scale, size=people)


def entrants_careers(recipe: Recipe, *, start: Days, end: Days, index_day: Days) -> Careers:
    """Return the careers of people who entered through an arrest on *index_day*.

    Parameters
    ----------
    recipe : Recipe
        Gives rates, effect and custody; history begins ``history_months`` before the start.
    start, end : ndarray of int64, shape (n,)
        First day in treatment and first day after it; `NO_DAY` for an episode still open.
    index_day : ndarray of int64, shape (n,)
        Day of the arrest through which the person entered.

    Returns
    -------
    Careers
        Up to and including the day of the extract.

    Notes
    -----
    Seen from one point of a Poisson process, the others are again that process (Slivnyak's
    theorem; Daley and Vere-Jones 2008, An Introduction to the Theory of Point Processes, vol. II,
    chapter 13). So the other possible arrests are drawn as if the index arrest were
    not there, and a draw in which earlier arrests have the person inside on the index day is
    thrown away and drawn again, rate included: frequent offenders are inside more often, and so
    enter a little less often than their rate alone would say. A spell that would have hidden the
    index day did not happen, so the months just before it hold some per cent fewer arrests a day
    at liberty than the same people have later, with no effect of treatment at all.
    """
    # Assumes that everybody is at liberty when the history begins.
    rngs = {part: random_stream(recipe.seed, f"simulate/{part}") for part in PARTS}
    opens = add_months(start, -recipe.dates.history_months)
    people = len(start)
    rates = np.zeros(people)
    drawn: list[Careers] = []
    left = np.arange(people)
    while len(left):
        rates[left] = own_rates(recipe, len(left), entered_by_arrest=True, rng=rngs["rates"])
        segments = _segments(recipe, opens[left], start[left], end[left])
        person, day = _possible_arrests(rates[left], segments, rng=rngs["arrests"])
        careers = _careers(
            recipe, rates, left[person], day, left, index_day[left], rng=rngs["custody"]
        )
        entered = np.zeros(people, dtype=bool)
        entered[careers.person[careers.is_index]] = True
        drawn.append(careers.of(entered))
        left = left[~entered[left]]
    return _joined(rates, drawn)


def reference_careers(recipe: Recipe, *, people: int, opens: Days, closes: Days) -> Careers:
    """Return careers of people from the whole population, whom nobody selected or treated.

    The mean m and the shape k of the recipe can be estimated from these, and not from the
    entrants (see `own_rates`).

    Parameters
    ----------
    recipe : Recipe
        Gives rates and custody; its treatment, people and dates are not used.
    people : int
        How many.
    opens, closes : ndarray of int64, shape (people,)
        First day observed and first day no longer observed, since 1970-01-01. Everybody is at
        liberty on the first.

    Returns
    -------
    Careers
        With no index arrest.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.simulate import parse_recipe
    >>> recipe = parse_recipe(Path("synthetic/gwent.toml").read_text("utf-8"))
    >>> opens = np.full(500, 14_610)  # 2010-01-01, and four years from there
    >>> careers = reference_careers(recipe, people=500, opens=opens, closes=opens + 1_461)
    >>> bool(careers.is_index.any()), len(careers.rate_per_year)
    (False, 500)
    """
    rngs = {part: random_stream(recipe.seed, f"simulate/reference/{part}") for part in PARTS}
    rates = own_rates(recipe, people, entered_by_arrest=False, rng=rngs["rates"])
    person, day = _possible_arrests(rates, [(opens, closes, 1.0)], rng=rngs["arrests"])
    nobody = np.zeros(0, dtype=np.int64)
    return _careers(recipe, rates, person, day, nobody, nobody, rng=rngs["custody"])


PARTS = ("rates", "arrests", "custody")
Segment = tuple[Days, Days, float]  # opens, closes, rate ratio


def _segments(recipe: Recipe, opens: Days, start: Days, end: Days) -> list[Segment]:
    """Return the stretches of time with the rate ratio in each."""
    last = np.full(len(start), day_number(recipe.dates.extract_date) + 1, dtype=np.int64)
    closed = np.minimum(end, last)
    fades = np.minimum(add_months(closed, recipe.offending.effect_lasts_months), last)
    return [
        (opens, start, 1.0),
        (start, closed, recipe.offending.rate_ratio_during),
        (closed, fades, recipe.offending.rate_ratio_after),
        (fades, last, 1.0),
    ]


def _possible_arrests(
    rate_per_year: Floats, segments: list[Segment], *, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Days]:
    """Draw a Poisson process for each person, a constant rate in each segment."""
    who, when = [], []
    for opens, closes, ratio in segments:
        length = np.maximum(closes - opens, 0)
        counts = rng.poisson(rate_per_year * ratio * length / DAYS_PER_YEAR)
        person = np.repeat(np.arange(len(opens)), counts)
        within = np.floor(rng.random(len(person)) * length[person]).astype(np.int64)
        who.append(person)
        when.append(opens[person] + within)
    return np.concatenate(who), np.concatenate(when)


def _careers(
    recipe: Recipe,
    rates: Floats,
    person: NDArray[np.int64],
    day: Days,
    entrant: NDArray[np.int64],
    index_day: Days,
    *,
    rng: np.random.Generator,
) -> Careers:
    """Put the index arrests among the possible ones, in order, and let custody remove some."""
    is_index = np.repeat([False, True], [len(person), len(entrant)])
    person, day = np.concatenate([person, entrant]), np.concatenate([day, index_day])
    order = np.lexsort((is_index, day, person))
    person, day, is_index = person[order], day[order], is_index[order]
    inside, begins, ends = _possible_spells(recipe.custody, day, rng=rng)
    # Assumes that an arrest which ends in custody is not the one that brings a person to treatment.
    thinned = thin_by_custody(person, day, inside & ~is_index, begins, ends, people=len(rates))
    kept, spell = thinned.happens, thinned.begins_spell
    return Careers(
        rates,
        person[kept],
        day[kept],
        is_index[kept],
        thinned.free_since[kept],
        person[spell],
        begins[spell],
        ends[spell],
    )


def _possible_spells(
    custody: Custody, day: Days, *, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], Days, Days]:
    """Draw whether each arrest would lead inside, from which day, and to which."""
    n = len(day)
    leads = rng.random(n) < custody.share_of_arrests
    begins = day + 1 + rng.integers(0, custody.most_days_to_start + 1, size=n)
    # A geometric number of days: at least 1, with the mean of the recipe.
    ends = begins + rng.geometric(1 / custody.mean_days, size=n)
    return leads, begins, ends


def _joined(rates: Floats, drawn: list[Careers]) -> Careers:
    """Return the careers of several rounds of drawing as one, sorted by person and day."""
    person, day, is_index, free_since = (
        np.concatenate([getattr(part, name) for part in drawn])
        for name in ("person", "day", "is_index", "free_since")
    )
    spell_person, spell_start, spell_end = (
        np.concatenate([getattr(part, name) for part in drawn])
        for name in ("spell_person", "spell_start", "spell_end")
    )
    arrests = np.lexsort((is_index, day, person))
    spells = np.lexsort((spell_start, spell_person))
    return Careers(
        rates,
        person[arrests],
        day[arrests],
        is_index[arrests],
        free_since[arrests],
        spell_person[spells],
        spell_start[spells],
        spell_end[spells],
    )
