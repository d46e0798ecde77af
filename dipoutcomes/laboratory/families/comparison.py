"""Trials of comparisons: the same people before and after, and two groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    difference_between_groups,
    paired_shares,
    rate_ratio_before_after,
)
from dipoutcomes.comparison.rate_ratio import RATIO_METHODS
from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.families._people import YEAR
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Scenario, Trial

ALL: tuple[Any, ...] = ("estimate", "interval", "p_value")
#: Mean rate a year, and the shapes of the gamma distributions of rates and of changes.
MEAN, SHAPE, CHANGES = 2.0, 1.0, 3.0
#: Chances of an event in both windows, before only, after only.
PAIRS = {(0.5, 0.5): (0.35, 0.15, 0.15), (0.6, 0.4): (0.3, 0.3, 0.1)}


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    before: FloatArray
    after: FloatArray
    days: FloatArray


def trials() -> Iterator[Trial]:
    """Yield the trials of paired shares, of rate ratios and of two groups."""
    for (before, after), cells in PAIRS.items():
        yield _shares(before, after, cells)
    for ratio in (1.0, 0.7):
        for method in RATIO_METHODS:
            yield _ratio(ratio, method)
    yield Trial(
        family="comparison",
        estimator="difference_between_groups",
        title="difference between groups, Miettinen-Nurminen",
        estimates="difference of two shares",
        scenario=two_groups(0.4, 0.55),
        truth=exactly(0.4 - 0.55),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), _difference),
        covers=("difference_between_groups",),
        judge_bias=True,
        cost="light",
    )


@lru_cache
def flags(before: float, after: float, cells: tuple[float, float, float]) -> Scenario:
    """Return people flagged before and after; *cells*: both, before only, after only."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> tuple[Any, Any]:
        cell = rng.random((replications, n))
        both, before_only, after_only = np.cumsum(cells)
        first = cell < before_only
        return first, (cell < both) | ((cell >= before_only) & (cell < after_only))

    return Scenario(
        name=f"flags, {before:.0%} before and {after:.0%} after",
        says=f"n people, {before:.0%} with an event before and {after:.0%} after, "
        f"{cells[0]:.0%} in both",
        draw=draw,
    )


def _shares(before: float, after: float, cells: tuple[float, float, float]) -> Trial:
    equal = before == after
    return Trial(
        family="comparison",
        estimator="paired_shares",
        title="paired shares, Tango limits and McNemar mid-P",
        estimates="share after less share before in the same people",
        scenario=flags(before, after, cells),
        truth=exactly(after - before),
        apply=lambda data: one_by_one(zip(*data, strict=True), _paired, gives=ALL),
        covers=("paired_shares",),
        judge_bias=True,
        rejection="type I error" if equal else "power",
        cost="light",
    )


@lru_cache
def changing(ratio: float) -> Scenario:
    """Return people whose rates differ, and change by different factors around *ratio*."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> _Windows:
        shape = (replications, n)
        own = rng.gamma(SHAPE, MEAN / SHAPE, shape)
        change = ratio * rng.gamma(CHANGES, 1 / CHANGES, shape)
        days = np.rint(rng.uniform(0.5, 2.0, shape) * YEAR)
        return _Windows(
            rng.poisson(own * days / YEAR), rng.poisson(own * change * days / YEAR), days
        )

    return Scenario(
        name=f"people who change differently, ratio {ratio:g}",
        says=f"n people with gamma-distributed rates (shape {SHAPE:g}, {MEAN:g} a year) who "
        f"change differently, by a factor of {ratio:g} on average (gamma, shape {CHANGES:g}), "
        "half a year to two years before and as long after",
        draw=draw,
    )


def _ratio(ratio: float, method: str) -> Trial:
    rejection: Rejection = "type I error" if ratio == 1 else "power"
    return Trial(
        family="comparison",
        estimator=f"rate_ratio_before_after({method})",
        title=f"before-after rate ratio, {method.replace('_', ' ')}",
        estimates="ratio of the rate after to the rate before",
        scenario=changing(ratio),
        truth=exactly(ratio),
        apply=_each(partial(_before_after, method)),
        covers=("rate_ratio_before_after",),
        scale="log",
        judge_bias=True,
        rejection=rejection,
        cost="light",
    )


def two_groups(first: float, second: float) -> Scenario:
    """Return two groups of n people each, with these shares."""
    return Scenario(
        name=f"groups, {first:.0%} and {second:.0%}",
        says=f"two groups of n people, with the event {first:.0%} and {second:.0%}",
        draw=lambda rng, n, replications: (
            rng.binomial(n, first, replications),
            np.full(replications, n),
            rng.binomial(n, second, replications),
            np.full(replications, n),
        ),
    )


def _each(ask: Callable[..., Answer]) -> Callable[[_Windows], Replications]:
    return lambda data: one_by_one(
        zip(data.before, data.after, data.days, strict=True), ask, gives=ALL
    )


def _paired(before: Any, after: Any) -> Answer:
    return of_estimate(paired_shares(before, after))


def _before_after(method: Any, before: FloatArray, after: FloatArray, days: FloatArray) -> Answer:
    return of_estimate(rate_ratio_before_after(before, days, after, days, method=method))


def _difference(events_1: Any, n_1: Any, events_0: Any, n_0: Any) -> Answer:
    return of_estimate(difference_between_groups(int(events_1), int(n_1), int(events_0), int(n_0)))
