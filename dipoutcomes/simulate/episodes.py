"""Episodes of treatment: who is in the cohort, who is not and why, and who comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate._calendar import NO_DAY, Days, between, day_number
from dipoutcomes.simulate.margins import apportion
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.streams import random_stream

#: Why a person is, or is not, in the true cohort; the fields of `recipe.NotEligible`.
ELIGIBLE = "eligible"
REASONS = ("closed_before_period", "closed_after_period", "still_open", "under_age")
DAYS_OUTSIDE_PERIOD = 182  # how far a closing date lies before or after the period, at most


@dataclass(frozen=True, slots=True)
class Episodes:
    """One episode a person, in order of the person's code, and second ones of some."""

    standing: NDArray[np.object_]  # ELIGIBLE, or one of REASONS
    start: Days  # first day in treatment
    end: Days  # first day after it; NO_DAY while open
    index_day: Days  # arrest through which the person entered
    again_person: NDArray[np.int64]
    again_start: Days
    again_end: Days

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Who belongs to the true cohort."""
        return np.asarray(self.standing == ELIGIBLE, dtype=np.bool_)


def draw_episodes(recipe: Recipe) -> Episodes:
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
    least, most = recipe.episodes.days_from_arrest_to_start
    index_day = start - between(rng, least, most, len(start))
    none = np.zeros(0, dtype=np.int64)
    return Episodes(standing, start, end, index_day, none, none, none)


def with_reentries(recipe: Recipe, episodes: Episodes, exit_day: Days) -> Episodes:
    """Return *episodes* with a second one for some eligible people who have not left.

    A second episode begins 30 to 365 days after the first, lasts up to 36 weeks, and is open if
    that runs past the day of the extract.
    """
    # Assumes that coming back neither follows from an arrest nor changes the rate again.
    rng = random_stream(recipe.seed, "simulate/reentries")
    stayed = np.flatnonzero(episodes.eligible & (exit_day == NO_DAY))
    wanted = min(recipe.episodes.people_who_reenter, len(stayed))
    person = np.sort(rng.choice(stayed, size=wanted, replace=False))
    last = day_number(recipe.dates.extract_date)
    start = np.minimum(episodes.end[person] + between(rng, 30, 365, wanted), last)
    end = start + between(rng, 14, 252, wanted)
    return Episodes(
        episodes.standing,
        episodes.start,
        episodes.end,
        episodes.index_day,
        person,
        start,
        np.where(end > last, NO_DAY, end),
    )


def _standing(recipe: Recipe, *, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return everybody's standing, in random order."""
    counts = [recipe.people, *(getattr(recipe.not_eligible, reason) for reason in REASONS)]
    labels = np.array([ELIGIBLE, *REASONS], dtype=object)
    return rng.permutation(np.repeat(labels, counts))


def _days_in_treatment(recipe: Recipe, people: int, *, rng: np.random.Generator) -> Days:
    """Draw days in treatment: bands in exact proportion, even within a band, 1 day at least."""
    bands = recipe.episodes.weeks_in_treatment
    size = apportion(people, [band.people for band in bands])
    first = np.repeat([max(7 * band.from_weeks, 1) for band in bands], size)
    last = np.repeat([7 * band.to_weeks - 1 for band in bands], size)
    return rng.permutation(between(rng, first, last, people))


def _closing_days(
    recipe: Recipe, standing: NDArray[np.object_], *, rng: np.random.Generator
) -> Days:
    """Draw closing days inside the period, before it or after it, as the standing says.

    An open episode takes the last day of the period, for its start to be counted back from.
    """
    opens, closes = day_number(recipe.dates.closed_from), day_number(recipe.dates.closed_to)
    days = between(rng, opens, closes, len(standing))
    before = between(rng, opens - DAYS_OUTSIDE_PERIOD, opens - 1, len(standing))
    after = between(rng, closes + 1, closes + DAYS_OUTSIDE_PERIOD, len(standing))
    days = np.where(standing == "closed_before_period", before, days)
    days = np.where(standing == "closed_after_period", after, days)
    return np.where(standing == "still_open", closes, days).astype(np.int64)
