"""Made-up lives for the popular practices: entry by an arrest, custody, drop-out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.trial import Scenario
from dipoutcomes.simulate import CareerModel
from dipoutcomes.simulate.lives import Careers, simulate_careers
from dipoutcomes.simulate.lives.careers import CLOSINGS

#: Days of the windows before and after, and of a year.
HALF_YEAR, YEAR = 183, 365
#: Mean arrests in half a year of the unselected population, and gamma shape: the largest and the
#: smallest null change of section "before/after" in the literature on regression to the mean.
CORNERS = ((1.0, 1.5), (2.5, 0.8))
#: Arrests per person-year at liberty where custody is tried.
CUSTODY_RATE = 3.0
#: Days in treatment after which those still in it are set against those who dropped out.
LANDMARK = 168

Integers = NDArray[np.int64]
Columns = tuple[Integers, Integers, Integers, Integers]


@dataclass(frozen=True, slots=True, eq=False)
class BeforeAfter:
    """Arrests in half a year before entry and after it, (replications, people)."""

    with_index: Integers
    without_index: Integers
    after: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Custody:
    """Arrests in the year after entry, with days of the calendar and days at liberty."""

    events: Integers
    calendar_days: Integers
    days_at_liberty: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """Arrested and people, stayers and leavers, as columns of one table a replication."""

    completers: Columns
    landmark: Columns


def null_change(mean: float, shape: float) -> float:
    """Return the expected change under no effect where the index offence is counted in before.

    Entry at a random offence, constant gamma-distributed rates, equal windows; see Maltz, M. D.
    and others (1980) on the artefact. A proportion, negative.
    """
    return -1 / (1 + mean * (1 + 1 / shape))


def entry_by_arrest(mean: float, shape: float) -> Scenario:
    """Return people who enter through one of their own arrests and whom nothing changes."""
    model = CareerModel(
        offending={"offences_per_year": mean * 365.25 / HALF_YEAR, "gamma_shape": shape},
        detection={"mean_days_offence_to_arrest": 0.0},
    )

    def draw(rng: np.random.Generator, n: int, replications: int) -> BeforeAfter:
        lives, cohort = _lives(model, rng, n, replications)
        entry = lives.entry_day.astype(np.int64)
        return BeforeAfter(
            cohort(lives.count(entry + 1 - HALF_YEAR, entry + 1, index=True)),
            cohort(lives.count(entry - HALF_YEAR, entry)),
            cohort(lives.count(entry + 1, entry + 1 + HALF_YEAR)),
        )

    change = null_change(mean, shape)
    return Scenario(
        name=f"entry by an arrest, {mean:g} in half a year",
        says="n people who enter through one of their own arrests, whom nothing changes; "
        f"gamma-distributed rates, {mean:g} arrests in half a year on average of all, shape "
        f"{shape:g}. Counting the index offence in before makes a fall of {-change:.0%} out of "
        "nothing",
        draw=draw,
    )


def with_custody() -> Scenario:
    """Return people who do not differ, half of whose convictions end in custody."""
    model = CareerModel(
        offending={"offences_per_year": CUSTODY_RATE, "differ": "none"},
        detection={"mean_days_offence_to_arrest": 0.0},
        custody={"share_sentenced": 0.5, "mean_days_sentence": 120.0},
    )

    def draw(rng: np.random.Generator, n: int, replications: int) -> Custody:
        lives, cohort = _lives(model, rng, n, replications)
        opens = lives.entry_day.astype(np.int64) + 1
        return Custody(
            cohort(lives.count(opens, opens + YEAR)),
            cohort(np.full(lives.people, YEAR)),
            cohort(lives.days_at_liberty(opens, opens + YEAR)),
        )

    return Scenario(
        name="custody after entry",
        says=f"n people with {CUSTODY_RATE:g} arrests a year at liberty each, half of whose "
        "convictions lead to custody, 120 days on average, followed for a year after entry",
        draw=draw,
    )


def with_drop_out() -> Scenario:
    """Return people in treatment without an effect, half of whose arrests end it."""
    model = CareerModel(
        offending={"offences_per_year": 1.0, "gamma_shape": 1.0},
        detection={"mean_days_offence_to_arrest": 0.0},
        treatment={
            "planned_days": (LANDMARK + 14, 364),
            "drop_out_per_year": 0.7,
            "share_closed_by_arrest": 0.5,
        },
    )

    def draw(rng: np.random.Generator, n: int, replications: int) -> Completion:
        lives, cohort = _lives(model, rng, n, replications)
        start = lives.start.astype(np.int64)
        first = lives.first_after(start)
        completed = lives.closing == CLOSINGS.index("planned")
        landmark = start + LANDMARK
        free = first >= landmark  # nobody arrested so far, so that leaving is not of their doing
        staying = lives.end > landmark
        seen = (lives.first_after(landmark) < landmark + YEAR) & free
        arrested = first < start + YEAR

        def table(seen: Any, stayed: Any, counted: Any) -> Columns:
            return (
                cohort(seen & stayed & counted).sum(axis=1),
                cohort(stayed & counted).sum(axis=1),
                cohort(seen & ~stayed & counted).sum(axis=1),
                cohort(~stayed & counted).sum(axis=1),
            )

        everybody = np.ones(lives.people, dtype=bool)
        return Completion(table(arrested, completed, everybody), table(seen, staying, free))

    return Scenario(
        name="arrest ends treatment",
        says="n people with gamma-distributed rates, 1 arrest a year on average of all, who enter "
        "treatment after an arrest; it changes nothing, half of the arrests end it and chance "
        f"makes others drop out; the landmark is day {LANDMARK} of treatment",
        draw=draw,
    )


def _lives(
    model: CareerModel, rng: np.random.Generator, n: int, replications: int
) -> tuple[Careers, Any]:
    """Return the people of all cohorts, and what lays an array of them out by cohort."""
    seed = int(rng.integers(2**31))
    lives = simulate_careers(
        model, n * replications, seed=seed, days_before=HALF_YEAR + 10, days_after=3 * YEAR
    )
    return lives, lambda values: np.asarray(values).reshape(replications, n)
