"""Trials of two shares compared: difference, ratio, odds ratio, and the tests of no difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dipoutcomes.intervals import (
    NO_DIFFERENCE_TESTS,
    difference_p_value,
    odds_ratio_p_value,
    ratio_p_value,
)
from dipoutcomes.laboratory.answers import each_table_once
from dipoutcomes.laboratory.families._interval_methods import (
    SLOW,
    Columns,
    IntervalFamily,
    Limited,
    exactly,
)
from dipoutcomes.laboratory.trial import Cost, FloatArray, Rejection, Replications, Scenario, Trial

#: Shares with the event in the two groups: alike, a fall from 55% to 40%, a rare event.
PAIRS = ((0.4, 0.4), (0.4, 0.55), (0.05, 0.1))
_UNCONDITIONAL: Limited = (
    (28,),
    f"{SLOW}: an exact unconditional interval takes some 60 ms a table at 28 people a group, and "
    "hours at 1,000",
)
_SLOW_INTERVALS = dict.fromkeys(("chan_zhang", "agresti_min"), _UNCONDITIONAL)
_SLOW_ODDS = {
    **_SLOW_INTERVALS,
    "fisher_minlike": ((28, 60, 200), f"{SLOW}: 0.1 s a table at 1,000 people a group"),
}
_COSTS: dict[str, Cost] = {
    "chan_zhang": "heavy",
    "agresti_min": "heavy",
    **dict.fromkeys(("fisher", "fisher_blaker", "fisher_minlike", "fisher_mid_p"), "light"),
}
_NO_TEST = (
    "mover_wilson", "mover_jeffreys", "mover_exact", "newcombe", "newcombe_corrected",
    "chan_zhang", "agresti_min",
)  # fmt: skip
#: Tests that enumerate every table: boschloo takes 0.3 s a table at 200 a group.
_SLOW_TESTS = {"boschloo": (28, 60), "boschloo_minlike": (28, 60), "barnard": (28, 60),
               "barnard_unpooled": (28, 60)}  # fmt: skip


def _difference(columns: Columns) -> FloatArray:
    return np.asarray(columns[0] / columns[1] - columns[2] / columns[3])


def _ratio(columns: Columns) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(columns[0] / columns[1] / (columns[2] / columns[3]))


def _odds_ratio(columns: Columns) -> FloatArray:
    first, n_1, second, n_2 = columns
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(first * (n_2 - second) / (second * (n_1 - first)))


_DIFFERENCE = IntervalFamily(
    name="difference",
    estimates="difference of two shares",
    estimate=_difference,
    without_p_value=_NO_TEST,
    limited=_SLOW_INTERVALS,
    costs=_COSTS,
)
_RATIO = IntervalFamily(
    name="ratio",
    estimates="ratio of two shares",
    estimate=_ratio,
    scale="log",
    without_p_value=_NO_TEST,
    limited=_SLOW_INTERVALS,
    costs=_COSTS,
)
_ODDS_RATIO = IntervalFamily(
    name="odds_ratio",
    estimates="odds ratio of two shares",
    estimate=_odds_ratio,
    scale="log",
    without_p_value=_NO_TEST,
    limited=_SLOW_ODDS,
    costs=_COSTS,
)


def trials() -> Iterator[Trial]:
    """Yield every method and every test in each scenario."""
    for first, second in PAIRS:
        scenario = _two_groups(first, second)
        rejection: Rejection = "type I error" if first == second else "power"
        odds = first * (1 - second) / (second * (1 - first))
        for family, truth, p_value in (
            (_DIFFERENCE, first - second, difference_p_value),
            (_RATIO, first / second, ratio_p_value),
            (_ODDS_RATIO, odds, odds_ratio_p_value),
        ):
            yield from family.trials(scenario, exactly(truth), p_value, rejection)
        yield from _tests(scenario, rejection)


def _tests(scenario: Scenario, rejection: Rejection) -> Iterator[Trial]:
    for test in NO_DIFFERENCE_TESTS:
        sizes = _SLOW_TESTS.get(test.name, ())
        yield Trial(
            family="tests",
            estimator=f"no_difference_p_value({test.name})",
            title=test.title,
            estimates="whether two shares differ",
            scenario=scenario,
            truth=exactly(0.0),
            apply=_tested(test.function),
            covers=("no_difference_p_value", f"NO_DIFFERENCE_TESTS:{test.name}"),
            standing=test.standing,
            rejection=rejection,
            cost="medium" if sizes else _COSTS.get(test.name, "table"),
            sizes=sizes,
            only=f"{SLOW}: every pair of counts is enumerated" if sizes else "",
        )


def _tested(function: Callable[..., Any]) -> Callable[[Columns], Replications]:
    return lambda columns: each_table_once(None, *columns, p_value=function)


def _two_groups(first: float, second: float) -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Columns:
        people = np.full(replications, n)
        one, two = rng.binomial(n, first, replications), rng.binomial(n, second, replications)
        return one, people, two, people

    return Scenario(
        name=f"shares {first:.0%} and {second:.0%}",
        says=f"two groups of n people, with the event {first:.0%} and {second:.0%}",
        draw=draw,
    )
