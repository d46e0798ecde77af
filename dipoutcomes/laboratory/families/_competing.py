"""First event of two kinds, followed in whole days, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.families._cohorts import AT, HORIZON, LONGEST, SHORTEST
from dipoutcomes.laboratory.trial import Scenario

#: Hazards a day of an arrest and of what makes one impossible.
ARREST, OTHER = 0.0014, 0.0012

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Competing:
    """Whole days of follow-up and what ends it (1 arrest, 2 the other, 0 neither)."""

    days: Integers
    cause: Integers


def competing(name: str = "death or long custody may come first") -> Scenario:
    """Return people who are arrested, or of whom death or long custody comes first."""
    return Scenario(
        name=name,
        says=f"n people, {ARREST * 1000:g} arrests in a thousand person-days, and death or long "
        f"custody at {OTHER * 1000:g} in a thousand, each followed for {SHORTEST} to {LONGEST} "
        "whole days",
        draw=lambda rng, n, replications: drawn(rng, (replications, n), ARREST),
    )


def two_competing(ratio: float) -> Scenario:
    """Return two halves, the second arrested *ratio* times as often."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> tuple[Competing, Competing]:
        shape = (replications, n)
        return drawn(rng, shape, ARREST), drawn(rng, shape, ARREST * ratio)

    return Scenario(
        name=f"two groups, death or long custody may come first, {ratio:g}",
        says=f"two groups of n people, {ARREST * 1000:g} arrests in a thousand person-days and "
        f"{'as many' if ratio == 1 else f'{ratio:g} times that'}, and death or long custody at "
        f"{OTHER * 1000:g} in both, each person followed for {SHORTEST} to {LONGEST} whole days",
        draw=draw,
    )


def drawn(rng: np.random.Generator, shape: tuple[int, int], arrest: float) -> Competing:
    """Return cohorts with this hazard of an arrest."""
    event = np.ceil(rng.exponential(1 / (arrest + OTHER), shape))
    kind = np.where(rng.random(shape) < arrest / (arrest + OTHER), 1, 2)
    end = rng.integers(SHORTEST, LONGEST + 1, shape)
    days = np.minimum(event, end).astype(np.int64)
    return Competing(days, np.where(event <= end, kind, 0))


def share_seen_by(day: float = AT, arrest: float = ARREST) -> float:
    """Return the true share arrested by a whole day, the other event permitting."""
    both = arrest + OTHER
    return float(arrest / both * -np.expm1(-both * day))


def days_lost(arrest: float = ARREST) -> float:
    """Return the true mean days lost to arrest up to the horizon: a sum over whole days."""
    both = arrest + OTHER
    return float((arrest / both * -np.expm1(-both * np.arange(HORIZON))).sum())
