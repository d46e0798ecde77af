"""The calendar of the people of a recipe: who closes when, who is not in the cohort and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days, add_months, between, day_number
from dipoutcomes.simulate.lives.draws import ages_in_years
from dipoutcomes.simulate.lives.slots import Floats, Slots
from dipoutcomes.simulate.margins import apportion
from dipoutcomes.simulate.recipe import Episodes, Recipe
from dipoutcomes.streams import random_stream

#: Why a person is, or is not, in the true cohort; the fields of `recipe.NotEligible`.
ELIGIBLE = "eligible"
REASONS = ("closed_before_period", "closed_after_period", "still_open", "under_age")
NOT_ENGAGED = "not_engaged"
DAYS_OUTSIDE_PERIOD = 182  # how far a closing date lies before or after the period, at most


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """One entry a person, in order of the person's code."""

    standing: NDArray[np.object_]  # ELIGIBLE, or one of REASONS
    slots: Slots


def draw_calendar(recipe: Recipe) -> Calendar:
    """Return everybody's days as far as the recipe settles them beforehand."""
    if recipe.dates.by_closing:
        return _by_closing(recipe)
    return _by_index(recipe)


def _by_index(recipe: Recipe) -> Calendar:
    """Spread the reference days evenly over the period; the rest is up to the lives.

    For entry at the first arrest after a day everybody has the same day, the first of the period.
    """
    rng = random_stream(recipe.seed, "simulate/calendar")
    first, last = day_number(recipe.dates.opens), day_number(recipe.dates.closes)
    if recipe.entry.by == "first_arrest":
        last = first
    reference = between(rng, first, last, recipe.people)
    standing = np.full(recipe.people, ELIGIBLE, dtype=object)
    return Calendar(standing, _slots(recipe, reference, reference))


def _by_closing(recipe: Recipe) -> Calendar:
    """Draw start, end and index day of everybody's first episode.

    Closing dates are spread evenly over the period; bands of weeks in treatment are filled in
    exact proportion among the eligible; the start follows from both, and the index arrest lies
    a few days before it. None of these depends on how often the person offends.
    """
    rng = random_stream(recipe.seed, "simulate/episodes")
    standing = _standing(recipe, rng=rng)
    days = np.zeros(len(standing), dtype=np.int64)
    for group in (ELIGIBLE, *REASONS):
        of_group = standing == group
        days[of_group] = _days_in_treatment(recipe, int(of_group.sum()), rng=rng)
    closes = _closing_days(recipe, standing, rng=rng)
    start = closes - days
    end = np.where(standing == "still_open", NO_DAY, closes)
    least, most = recipe.entry.days_to_start
    index_day = start - between(rng, least, most, len(start))
    age = _ages_at_closing(recipe, standing, rng=random_stream(recipe.seed, "simulate/ages"))
    at = np.minimum(end, day_number(recipe.dates.closes))
    slots = _slots(recipe, index_day, start, age=age - (at - index_day) / 365.25)
    return Calendar(
        standing,
        Slots(
            slots.reference_day, slots.opens, slots.closes, slots.age_years, start=start, end=end
        ),
    )


def _slots(
    recipe: Recipe, reference: Days, history_to: Days, *, age: Floats | None = None
) -> Slots:
    opens = np.minimum(add_months(history_to, -recipe.dates.history_months), reference)
    closes = np.full(len(reference), day_number(recipe.dates.extract_date) + 1, dtype=np.int64)
    return Slots(reference, opens, closes, age)


def _ages_at_closing(
    recipe: Recipe, standing: NDArray[np.object_], *, rng: np.random.Generator
) -> Floats:
    """Draw ages in years at the end of the episode, or at the close of the period."""
    u = rng.random(len(standing))
    youngest = recipe.age.youngest_years
    # Under age: in the two years before the youngest age that the programme takes.
    return np.where(standing == "under_age", youngest - 2 + 2 * u, ages_in_years(recipe.age, u))


def _standing(recipe: Recipe, *, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return everybody's standing, in random order."""
    counts = [recipe.people, *(getattr(recipe.not_eligible, reason) for reason in REASONS)]
    labels = np.array([ELIGIBLE, *REASONS], dtype=object)
    return rng.permutation(np.repeat(labels, counts))


def _days_in_treatment(recipe: Recipe, people: int, *, rng: np.random.Generator) -> Days:
    """Draw days in treatment: bands in exact proportion, even within a band, 1 day at least."""
    bands = _bands(recipe.episodes)
    size = apportion(people, [people for _, _, people in bands])
    first = np.repeat([max(7 * from_weeks, 1) for from_weeks, _, _ in bands], size)
    last = np.repeat([7 * to_weeks - 1 for _, to_weeks, _ in bands], size)
    return rng.permutation(between(rng, first, last, people))


def _bands(episodes: Episodes | None) -> list[tuple[int, int, int]]:
    if episodes is None:
        return []
    return [(b.from_weeks, b.to_weeks, b.people) for b in episodes.weeks_in_treatment]


def _closing_days(
    recipe: Recipe, standing: NDArray[np.object_], *, rng: np.random.Generator
) -> Days:
    """Draw closing days inside the period, before it or after it, as the standing says.

    An open episode takes the last day of the period, for its start to be counted back from.
    """
    opens, closes = day_number(recipe.dates.opens), day_number(recipe.dates.closes)
    days = between(rng, opens, closes, len(standing))
    before = between(rng, opens - DAYS_OUTSIDE_PERIOD, opens - 1, len(standing))
    # Nobody is in an extract who comes, or closes, after the day on which it is taken.
    latest = min(closes + DAYS_OUTSIDE_PERIOD, day_number(recipe.dates.extract_date))
    after = between(rng, closes + 1, max(latest, closes + 1), len(standing))
    days = np.where(standing == "closed_before_period", before, days)
    days = np.where(standing == "closed_after_period", after, days)
    return np.where(standing == "still_open", closes, days).astype(np.int64)
