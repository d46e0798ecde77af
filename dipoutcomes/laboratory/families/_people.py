"""People whose rates of offending differ, drawn directly: counts in given time at risk."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf

import numpy as np

from dipoutcomes.laboratory.trial import FloatArray, Scenario

YEAR = 365.25
#: Years of follow-up: everyone between these two, at random.
SHORTEST, LONGEST = 0.5, 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Events and days at risk of each person, arrays of shape (replications, people)."""

    events: FloatArray
    days: FloatArray


def rates(
    rng: np.random.Generator, shape: tuple[int, int], mean: float, alike: float
) -> FloatArray:
    """Return rates a year with this *mean*: gamma with shape *alike*, all equal where it is inf."""
    if isinf(alike):
        return np.full(shape, mean)
    return np.asarray(rng.gamma(alike, mean / alike, shape))


def counted(mean: float, alike: float) -> Scenario:
    """Return cohorts whose people have gamma-distributed rates, followed unequally long."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Counted:
        shape = (replications, n)
        days = np.rint(rng.uniform(SHORTEST, LONGEST, shape) * YEAR)
        return Counted(rng.poisson(rates(rng, shape, mean, alike) * days / YEAR), days)

    who = "people who do not differ" if isinf(alike) else "people who differ"
    how = "the same rate for all" if isinf(alike) else f"gamma-distributed rates, shape {alike:g}"
    return Scenario(
        name=f"{who}, {mean:g} a year",
        says=f"n {who} ({how}), {mean:g} events a year on average, followed for {SHORTEST:g} to "
        f"{LONGEST:g} years each",
        draw=draw,
    )


ALIKE = inf
