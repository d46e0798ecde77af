"""Trials of rates whose events are independent of each other: one, and two compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dipoutcomes.intervals import rate_difference_p_value, rate_p_value, rate_ratio_p_value
from dipoutcomes.laboratory.families._interval_methods import Columns, IntervalFamily, exactly
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Scenario, Trial

#: Events a person-year.
RATES = (0.05, 1.5)
PAIRS = ((1.0, 1.0), (1.5, 1.0), (0.1, 0.05))


def _ratio(columns: Columns) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(columns[0] / columns[1] / (columns[2] / columns[3]))


def _difference(columns: Columns) -> FloatArray:
    return np.asarray(columns[0] / columns[1] - columns[2] / columns[3])


_RATE = IntervalFamily(
    name="rate",
    estimates="events per person-year",
    estimate=lambda columns: columns[0] / columns[1],
    without_p_value=("jeffreys", "byar", "byar_half"),
)
_RATIO = IntervalFamily(
    name="rate_ratio",
    estimates="ratio of two rates",
    estimate=_ratio,
    scale="log",
    without_p_value=("mover",),
)
_DIFFERENCE = IntervalFamily(
    name="rate_difference",
    estimates="difference of two rates",
    estimate=_difference,
    without_p_value=("mover", "mover_jeffreys"),
)


def trials() -> Iterator[Trial]:
    """Yield every method of the three families in each scenario."""
    for rate in RATES:
        scenario = Scenario(
            name=f"rate {rate:g} a year",
            says=f"each of n people has {rate:g} events a year, all independent, for a year",
            draw=_poisson(rate),
        )
        yield from _RATE.trials(scenario, exactly(rate), _against(rate), "type I error")
    for first, second in PAIRS:
        rejection: Rejection = "type I error" if first == second else "power"
        groups = _two_groups(first, second)
        yield from _RATIO.trials(groups, exactly(first / second), rate_ratio_p_value, rejection)
        yield from _DIFFERENCE.trials(
            groups, exactly(first - second), rate_difference_p_value, rejection
        )


def _against(rate: float) -> Callable[..., Any]:
    return lambda events, time, *, method: rate_p_value(events, time, rate, method=method)


def _poisson(rate: float) -> Callable[[np.random.Generator, int, int], Columns]:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        return rng.poisson(n * rate, replications), np.full(replications, float(n))

    return draw


def _two_groups(first: float, second: float) -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        years = np.full(replications, float(n))
        one, two = rng.poisson(n * first, replications), rng.poisson(n * second, replications)
        return one, years, two, years

    return Scenario(
        name=f"rates {first:g} and {second:g} a year",
        says=f"two groups of n people, {first:g} and {second:g} independent events a year each, "
        "for a year",
        draw=draw,
    )
