"""Trials of areas: put together, set against each other, before and after, few as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    AreaPanel,
    area_panel,
    difference_in_differences,
    event_study,
    intensive_against_other,
    mantel_haenszel,
    meta_analysis,
    partial_pooling,
    peto_odds_ratio,
    two_group_effects,
)
from dipoutcomes.laboratory.answers import NAN, Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Scenario, Trial

#: Areas put together, share without the programme, mean risk ratio and spread of its logarithm.
AREAS, SHARE, RATIO, SPREAD = 5, 0.5, 0.8, 0.25
#: Odds ratio where it is one in all areas.
ODDS_RATIO = 0.7
#: Areas over time, intensive ones among them, periods, and how like neighbouring periods are.
PLACES, INTENSIVE, PERIODS, ALIKE = 8, 3, 12, 0.6
#: Events for one person in a period, and the spread of an area's log rate over time.
RATE, NOISE = 1.0, 0.2
NAMES = tuple(f"area {number}" for number in range(1, PLACES + 1))
ALL: tuple[Any, ...] = ("estimate", "interval", "p_value")


@dataclass(frozen=True, slots=True, eq=False)
class OverTime:
    """Events by area and period, (replications, areas, periods), and people in each."""

    events: FloatArray
    people: int


def trials() -> Iterator[Trial]:
    """Yield the trials of areas together and of areas against each other."""
    yield _together("meta_analysis(REML, Hartung-Knapp)", reml_hartung_knapp, RATIO)
    for name, ask in (("mantel_haenszel", mantel_haenszel), ("peto_odds_ratio", peto_odds_ratio)):
        yield _one_effect(name, ask)
    yield _drawn_together()
    for ratio in (1.0, 0.75):
        yield _against(ratio, "difference_in_differences", "change of rates, permutation of areas",
                       lambda panel: difference_in_differences(panel).estimate)  # fmt: skip
        yield _against(ratio, "difference_in_differences(cr2)", "change of rates, CR2 and t",
                       lambda panel: difference_in_differences(panel).by_model)  # fmt: skip
    yield _last_period()
    yield _side_by_side()


def areas_that_differ() -> Scenario:
    """Return areas with two groups each, whose risk ratios differ."""
    return _two_arms("areas whose effects differ", SPREAD)


@lru_cache
def _two_arms(name: str, spread: float, odds_ratio: float = 1.0) -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        shape = (replications, AREAS)
        size = np.rint(n * np.linspace(0.5, 1.5, AREAS)).astype(np.int64) * np.ones(shape, int)
        own = rng.normal(np.log(RATIO), spread, shape)
        chance = np.minimum(SHARE * np.exp(own), 0.95)
        if odds_ratio != 1:
            odds = odds_ratio * SHARE / (1 - SHARE)
            chance = np.full(shape, odds / (1 + odds))
        return rng.binomial(size, chance), size, rng.binomial(size, SHARE), size

    differ = (
        f"a risk ratio of {RATIO:g} in the middle, log-normal with a spread of {spread:g}"
        if odds_ratio == 1
        else f"an odds ratio of {odds_ratio:g} everywhere"
    )
    return Scenario(
        name=name,
        says=f"{AREAS} areas with n people on average in either group, {SHARE:.0%} of the group "
        f"without the programme with an event, and {differ}",
        draw=draw,
    )


def reml_hartung_knapp(*counts: FloatArray) -> Answer:
    """Return the mean risk ratio of areas, by REML with Hartung and Knapp's limits."""
    return _ratio_of(meta_analysis(two_group_effects(*counts)))


def der_simonian_laird(*counts: FloatArray) -> Answer:
    """Return the mean risk ratio of areas with normal limits."""
    effects = two_group_effects(*counts)
    return _ratio_of(meta_analysis(effects, estimator="dersimonian_laird", test="normal"))


def _ratio_of(found: Any) -> Answer:
    return exp(found.value), exp(found.interval.low), exp(found.interval.high), found.p_value


def _together(estimator: str, ask: Callable[..., Answer], truth: float) -> Trial:
    return Trial(
        family="areas",
        estimator=estimator,
        title="areas together, REML and Hartung-Knapp",
        estimates="mean risk ratio of areas",
        scenario=areas_that_differ(),
        truth=exactly(truth),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), ask, gives=ALL),
        covers=("meta_analysis", "two_group_effects"),
        scale="log",
        judge_bias=True,
        rejection="power",
        cost="medium",
    )


def _one_effect(name: str, ask: Callable[..., Any]) -> Trial:
    odds = name == "peto_odds_ratio"
    scenario = (
        _two_arms(f"areas, odds ratio {ODDS_RATIO:g}", 0.0, ODDS_RATIO)
        if odds
        else _two_arms(f"areas, risk ratio {RATIO:g}", 0.0)
    )
    return Trial(
        family="areas",
        estimator=name,
        title=f"areas together, {'Peto' if odds else 'Mantel and Haenszel'}",
        estimates=f"the {'odds' if odds else 'risk'} ratio of all areas",
        scenario=scenario,
        truth=exactly(ODDS_RATIO if odds else RATIO),
        apply=lambda columns: one_by_one(
            zip(*columns, strict=True), lambda *counts: of_estimate(ask(*counts)), gives=ALL
        ),
        covers=(name,),
        scale="log",
        judge_bias=True,
        rejection="power",
        cost="light",
    )


def _drawn_together() -> Trial:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        mean, pull = rng.random((2, replications, 1))
        strength = np.maximum(n * pull / (1 - pull), 1e-9)
        shape = (replications, PLACES)
        own = rng.beta(strength * mean, strength * (1 - mean), shape)
        return rng.binomial(n, own), np.full(shape, n), own

    def one(events: FloatArray, people: FloatArray, own: FloatArray) -> Answer:
        found = partial_pooling(events, people)
        away = float(own[0])  # each cohort has a truth of its own: what is asked is the distance
        return found.pooled[0] - away, found.low[0] - away, found.high[0] - away, NAN

    return Trial(
        family="areas",
        estimator="partial_pooling",
        title="share of one area, drawn to the mean of areas",
        estimates="share of the first area, less its true one",
        scenario=Scenario(
            name="areas made as the priors say",
            says=f"{PLACES} areas of n people whose true shares are drawn as the model of partial "
            "pooling has it: a mean of 0 to 1, and a pull towards it of 0 to 1",
            draw=draw,
        ),
        truth=exactly(0.0, "by design"),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one),
        covers=("partial_pooling",),
        judge_bias=True,
        cost="heavy",
    )


@lru_cache
def months(ratio: float) -> Scenario:
    """Return areas over time, whose neighbouring periods resemble each other."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> OverTime:
        noise = rng.normal(size=(replications, PLACES, PERIODS))
        noise[..., 1:] *= np.sqrt(1 - ALIKE**2)
        for period in range(1, PERIODS):
            noise[..., period] += ALIKE * noise[..., period - 1]
        level = rng.normal(0, 0.3, (replications, PLACES, 1))
        log_rate = level + NOISE * noise
        log_rate[:, :INTENSIVE, PERIODS // 2 :] += np.log(ratio)
        return OverTime(rng.poisson(n * RATE * np.exp(log_rate)), n)

    return Scenario(
        name=f"areas over time, ratio {ratio:g}",
        says=f"{PLACES} areas of n people, {INTENSIVE} of them intensive, {PERIODS} periods, "
        f"{RATE:g} event for one person in a period; log rates differ between areas, and move with "
        f"a spread of {NOISE:g} and an autocorrelation of {ALIKE:g}; from the middle on the "
        f"intensive areas have {ratio:g} times the rate",
        draw=draw,
    )


def panels(ask: Callable[[AreaPanel], Answer]) -> Callable[[OverTime], Replications]:
    """Return what a function of areas over time says of every cohort."""
    where = np.repeat(NAMES, PERIODS)
    when = np.tile(np.arange(PERIODS), PLACES)

    def one(events: FloatArray, people: int) -> Answer:
        panel = area_panel(
            where, when, events.ravel(), np.full(events.size, people),
            intensive=NAMES[:INTENSIVE], starts=PERIODS // 2,
        )  # fmt: skip
        return ask(panel)

    return lambda data: one_by_one(((row, data.people) for row in data.events), one, gives=ALL)


def cells_as_independent(panel: AreaPanel) -> Answer:
    """Return the ratio by a regression with a dummy for each area and period.

    Every cell of area and period counts as independent of the others.
    """
    from scipy.special import stdtr, stdtrit

    mark = np.zeros(panel.events.shape)
    mark[np.ix_(panel.intensive, np.arange(PERIODS) >= panel.starts)] = 1

    def centred(x: FloatArray) -> FloatArray:
        whole: FloatArray = x - x.mean(1, keepdims=True) - x.mean(0, keepdims=True) + x.mean()
        return whole

    x, y = centred(mark), centred(np.log(np.maximum(panel.events, 0.5) / panel.base))
    slope = float((x * y).sum() / (x**2).sum())
    df = x.size - sum(x.shape)
    error = float(np.sqrt(((y - slope * x) ** 2).sum() / df / (x**2).sum()))
    half = float(stdtrit(df, 0.975)) * error
    p_value = 2 * float(stdtr(df, -abs(slope / error)))
    return exp(slope), exp(slope - half), exp(slope + half), p_value


def _against(ratio: float, estimator: str, title: str, ask: Callable[[AreaPanel], Any]) -> Trial:
    rejection: Rejection = "type I error" if ratio == 1 else "power"
    return Trial(
        family="areas",
        estimator=estimator,
        title=title,
        estimates="ratio of rates, intensive against other areas, after against before",
        scenario=months(ratio),
        truth=exactly(ratio),
        apply=panels(lambda panel: of_estimate(ask(panel))),
        covers=("difference_in_differences", "area_panel"),
        scale="log",
        judge_bias=True,
        rejection=rejection,
        cost="light",
    )


def _last_period() -> Trial:
    def ask(panel: AreaPanel) -> Answer:
        found = event_study(panel)
        value, low, high = (x[-1] for x in (found.differences, found.low, found.high))
        return exp(value), exp(low), exp(high), found.pre_trend_p_value

    return Trial(
        family="areas",
        estimator="event_study",
        title="period by period: the last one, and the test of the time before",
        estimates="ratio of rates, intensive against other areas, the last period against the last "
        "before",
        scenario=months(1.0),
        truth=exactly(1.0),
        apply=panels(ask),
        covers=("event_study",),
        scale="log",
        judge_bias=True,
        rejection="type I error",
        cost="light",
    )


def _side_by_side() -> Trial:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        rates = RATE * rng.gamma(1 / 0.09, 0.09, (replications, PLACES))
        return rng.poisson(n * rates), np.full((replications, PLACES), n)

    def one(events: FloatArray, people: FloatArray) -> Answer:
        found = intensive_against_other(
            events, people, NAMES[:INTENSIVE], areas=NAMES, scale="rate"
        )
        return of_estimate(found.estimate)

    return Trial(
        family="areas",
        estimator="intensive_against_other",
        title="intensive against other areas, permutation of areas",
        estimates="difference of rates between areas of two kinds",
        scenario=Scenario(
            name="areas side by side, no difference",
            says=f"{PLACES} areas of n people whose rates differ (gamma, a spread of 0.3), "
            f"{INTENSIVE} of them called intensive, which changes nothing",
            draw=draw,
        ),
        truth=exactly(0.0),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), one, gives=ALL),
        covers=("intensive_against_other",),
        judge_bias=True,
        rejection="type I error",
        cost="light",
    )
