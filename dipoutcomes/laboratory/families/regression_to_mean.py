"""Trials of what is left of a fall that would have come of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    adjusted_ratio,
    earlier_window_ratio,
    offending_spread,
)
from dipoutcomes.laboratory.answers import NAN, Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.families._people import YEAR
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Scenario, Trial

#: Offences a year of people not selected, and gamma shapes: the largest and smallest null change.
CORNERS = ((1.0, 1.5), (2.5, 0.8))
#: People not selected, for one entrant, on whom mean and shape are estimated.
OTHERS = 4
#: Offences in the year before that bring people in, and the mean of everybody (shape 1).
AT_LEAST, MEAN = 3, 2.0
EFFECTS = (1.0, 0.75)
ALL: tuple[Any, ...] = ("estimate", "interval", "p_value")


@dataclass(frozen=True, slots=True, eq=False)
class Entrants:
    """Offences a year before and after entry, and those of people not selected, by cohort."""

    before: FloatArray
    after: FloatArray
    reference: FloatArray


def trials() -> Iterator[Trial]:
    """Yield the trials of the spread, of the adjusted ratio and of an earlier window."""
    for mean, shape in CORNERS:
        yield _spread(mean, shape)
        for effect in EFFECTS:
            scenario = entry_at_an_offence(mean, shape, effect)
            yield _ratio(
                scenario, effect, "adjusted_ratio(random_offence)",
                "observed over expected, entry at an offence", ask_adjusted("random_offence"),
                "adjusted_ratio",
            )  # fmt: skip
            yield _ratio(
                scenario, effect, "earlier_window_ratio",
                "rate after over that of an earlier window", ask_earlier(), "earlier_window_ratio",
            )  # fmt: skip
    for effect in EFFECTS:
        yield _ratio(
            entry_by_count(effect), effect, "adjusted_ratio(recent_count)",
            "observed over expected, entry by a count", ask_adjusted("recent_count"),
            "adjusted_ratio",
        )  # fmt: skip


@lru_cache
def entry_at_an_offence(mean: float, shape: float, effect: float = 1.0) -> Scenario:
    """Return people who enter at one of their offences, which is not counted."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Entrants:
        # Who offends more is met more often: the rates of entrants have the shape and one more.
        own = rng.gamma(shape + 1, mean / shape, (replications, n))
        return Entrants(
            rng.poisson(own), rng.poisson(own * effect), _others(rng, n, replications, mean, shape)
        )

    return Scenario(
        name=f"entry at an offence, {mean:g} a year, ratio {effect:g}",
        says="n people who enter at an offence like any other of theirs, which is left out; gamma-"
        f"distributed rates, {mean:g} a year on average of everybody, shape {shape:g}; the "
        f"programme multiplies rates by {effect:g}; {OTHERS} n people not selected beside them",
        draw=draw,
    )


@lru_cache
def entry_by_count(effect: float = 1.0) -> Scenario:
    """Return people who are taken on for the number of offences in the year before."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Entrants:
        # With shape 1 the counts are geometric: those of at least so many are so many and as many
        # again as anybody's; and given the count a rate is gamma.
        before = AT_LEAST + rng.geometric(1 / (1 + MEAN), (replications, n)) - 1
        own = rng.gamma(1 + before, 1 / (1 / MEAN + 1))
        return Entrants(before, rng.poisson(own * effect), _others(rng, n, replications, MEAN, 1.0))

    fall = -without_effect() * 100
    return Scenario(
        name=f"entry by a count, ratio {effect:g}",
        says=f"n people taken on for at least {AT_LEAST} offences in the year before; gamma-"
        f"distributed rates, {MEAN:g} a year on average of everybody, shape 1; the programme "
        f"multiplies rates by {effect:g}; with no effect the total falls by {fall:.0f}%; "
        f"{OTHERS} n people not selected beside them",
        draw=draw,
    )


def without_effect() -> float:
    """Return the change with no effect at all of people taken on for a count.

    Examples
    --------
    >>> round(without_effect(), 3)
    -0.2
    """
    before = AT_LEAST + MEAN
    return (1 + before) / (1 / MEAN + 1) / before - 1


def ask_adjusted(entry: Any) -> Callable[[Entrants], Replications]:
    """Return what the ratio adjusted for this way in says of every cohort."""

    def ask(before: FloatArray, after: FloatArray, reference: FloatArray) -> Answer:
        spread = offending_spread(reference, np.full(len(reference), YEAR), source="everybody")
        days = np.full(len(before), YEAR)
        found = adjusted_ratio(before, days, after, days, reference=spread, entry=entry)
        return of_estimate(found.adjusted)

    return lambda data: one_by_one(_cohorts(data), ask, gives=ALL)


def ask_earlier() -> Callable[[Entrants], Replications]:
    """Return what the ratio to an earlier window says of every cohort."""

    def ask(before: FloatArray, after: FloatArray, _reference: FloatArray) -> Answer:
        days = np.full(len(before), YEAR)
        return of_estimate(
            earlier_window_ratio(before, days, after, days, days_from_window_to_entry=0)
        )

    return lambda data: one_by_one(_cohorts(data), ask, gives=ALL)


def _spread(mean: float, shape: float) -> Trial:
    def ask(counts: FloatArray) -> Answer:
        found = offending_spread(counts, np.full(len(counts), YEAR), source="everybody")
        low, high = found.interval("offences_per_year")
        return found.offences_per_year, low, high, NAN

    return Trial(
        family="regression_to_mean",
        estimator="offending_spread",
        title="mean rate of people not selected",
        estimates="offences a year on average of everybody",
        scenario=entry_at_an_offence(mean, shape),
        truth=exactly(mean),
        apply=lambda data: one_by_one(zip(data.reference, strict=True), ask),
        covers=("offending_spread",),
        scale="log",
        judge_bias=True,
        cost="light",
    )


def _ratio(
    scenario: Scenario,
    effect: float,
    estimator: str,
    title: str,
    apply: Callable[[Entrants], Replications],
    covers: str,
) -> Trial:
    rejection: Rejection = "type I error" if effect == 1 else "power"
    return Trial(
        family="regression_to_mean",
        estimator=estimator,
        title=title,
        estimates="ratio of offending to what it would have been without the programme",
        scenario=scenario,
        truth=exactly(effect),
        apply=apply,
        covers=(covers,),
        scale="log",
        judge_bias=True,
        rejection=rejection,
        cost="light",
    )


def _others(
    rng: np.random.Generator, n: int, replications: int, mean: float, shape: float
) -> FloatArray:
    return rng.poisson(rng.gamma(shape, mean / shape, (replications, OTHERS * n)))


def _cohorts(data: Entrants) -> Any:
    return zip(data.before, data.after, data.reference, strict=True)
