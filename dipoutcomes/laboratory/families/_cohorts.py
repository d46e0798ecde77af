"""Cohorts followed in whole days to a first event, with leavers: what the curves are tried on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.trial import Scenario

#: Day at which curves are read, and horizon of the mean time without the event.
AT, HORIZON = 365, 300
#: Shares without the event at that day: usual, and all but everybody.
FREE = (0.6, 0.97)
#: Days of follow-up: everyone between these two, at random.
SHORTEST, LONGEST = 200, 800

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]
Steps = tuple[Days, Days, Days, Days]


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Whole days of follow-up and whether they end in the event, (replications, people)."""

    days: Days
    seen: Flags


def followed(free: float) -> Scenario:
    """Return cohorts of one group, *free* of whom are without the event at a year."""
    return Scenario(
        name=f"followed, {free:.0%} free at a year",
        says=f"n people with one hazard, {free:.0%} without the event at {AT} days, each followed "
        f"for {SHORTEST} to {LONGEST} whole days",
        draw=lambda rng, n, replications: _draw(rng, n, replications, free),
    )


def two_followed(first: float, second: float) -> Scenario:
    """Return cohorts of two groups, with these shares without the event at a year."""
    return Scenario(
        name=f"followed, {first:.0%} and {second:.0%} free at a year",
        says=f"two groups of n people, {first:.0%} and {second:.0%} without the event at {AT} "
        f"days, each person followed for {SHORTEST} to {LONGEST} whole days",
        draw=lambda rng, n, replications: (
            _draw(rng, n, replications, first),
            _draw(rng, n, replications, second),
        ),
    )


def _draw(rng: np.random.Generator, n: int, replications: int, free: float) -> Cohorts:
    shape = (replications, n)
    # Rounded up, so that the share without the event at a whole day is what it is before.
    event = np.ceil(rng.exponential(1 / hazard_of(free), shape))
    end = rng.integers(SHORTEST, LONGEST + 1, shape)
    return Cohorts(np.minimum(event, end).astype(np.int64), event <= end)


def hazard_of(free: float) -> float:
    """Return the hazard a day that leaves *free* without the event at day `AT`."""
    return float(-np.log(free) / AT)


def mean_free(free: float) -> float:
    """Return the mean days without the event up to the horizon: a sum over whole days."""
    return float(np.exp(-hazard_of(free) * np.arange(HORIZON)).sum())


def median_day(free: float) -> float:
    """Return the first whole day by which half have had the event."""
    return float(np.ceil(np.log(2) / hazard_of(free)))


def steps_of(days: Days, seen: Flags) -> Steps:
    """Return time, at risk, events and leavers at each day on which something happened."""
    events = np.bincount(days[seen], minlength=LONGEST + 1)
    leavers = np.bincount(days[~seen], minlength=LONGEST + 1)
    gone = events + leavers
    at_risk = len(days) - np.append(0, gone.cumsum()[:-1])
    time = np.flatnonzero(gone)
    return time, at_risk[time], events[time], leavers[time]
