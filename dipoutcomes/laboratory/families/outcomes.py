"""Trials of what happened: shares, bounds for the unknown, rates and rate models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from dipoutcomes.laboratory.answers import NAN, Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.families._people import ALIKE, LONGEST, SHORTEST, YEAR, Counted, counted
from dipoutcomes.laboratory.families._people import rates as draw_rates
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Scenario, Trial
from dipoutcomes.outcomes import (
    bounds_for_unknown,
    events_per_person,
    rate_model,
    rate_per_person_year,
    share_from_counts,
    share_with_event,
)

MEAN, SHAPE = 1.5, 1.0
_INTERVALS = ("person_robust", "negative_binomial", "garwood")
_MODELS = (
    ("poisson", "HC3"),
    ("poisson", "HC1"),
    ("poisson", "HC0"),
    ("poisson", "model"),
    ("quasi_poisson", "model"),
    ("negative_binomial", "joint"),
    ("negative_binomial", "known_dispersion"),
)
#: Share untraced, and the shares with the event among those traced and those not.
UNTRACED, TRACED_SHARE, UNTRACED_SHARE = 0.15, 0.3, 0.6


def trials() -> Iterator[Trial]:
    """Yield the trials of shares, means, rates and rate models."""
    yield from _shares()
    for alike in (ALIKE, SHAPE):
        yield from _rates(counted(MEAN, alike))
    for ratio in (1.0, 0.6):
        yield from _models(ratio)


def _shares() -> Iterator[Trial]:
    year = _a_year()
    share = 1 - (1 + MEAN / SHAPE) ** -SHAPE
    yield _trial(
        "share_with_event", "share with an event, Wilson", "share with an event in a year", year,
        share, _share,
    )  # fmt: skip
    yield _trial(
        "share_from_counts", "share from published counts, Wilson",
        "share with an event in a year", year, share, _published,
    )  # fmt: skip
    yield _trial(
        "events_per_person", "events per person, person-level",
        "mean number of events in a year", year, MEAN, _mean,
    )  # fmt: skip
    yield Trial(
        family="outcomes",
        estimator="bounds_for_unknown",
        title="best to worst case, joined limits",
        estimates="share with the event, the untraced included",
        scenario=untraced(),
        truth=exactly(UNTRACED * UNTRACED_SHARE + (1 - UNTRACED) * TRACED_SHARE),
        apply=lambda data: one_by_one(zip(*data, strict=True), _bounds, gives=("interval",)),
        covers=("bounds_for_unknown",),
        cost="light",
    )


def _trial(
    name: str,
    title: str,
    estimates: str,
    scenario: Scenario,
    truth: float,
    ask: Callable[..., Answer],
) -> Trial:
    return Trial(
        family="outcomes",
        estimator=name,
        title=title,
        estimates=estimates,
        scenario=scenario,
        truth=exactly(truth),
        apply=lambda events: one_by_one(((row,) for row in events), ask),
        covers=(name,),
        judge_bias=True,
        cost="light",
    )


def _rates(scenario: Scenario) -> Iterator[Trial]:
    for interval in _INTERVALS:
        yield Trial(
            family="outcomes",
            estimator=f"rate_per_person_year({interval})",
            title=f"rate per person-year, {interval.replace('_', ' ')}",
            estimates="events per person-year at liberty",
            scenario=scenario,
            truth=exactly(MEAN),
            apply=_per_person(partial(_rate, interval)),
            covers=("rate_per_person_year",),
            judge_bias=True,
            cost="medium" if interval == "negative_binomial" else "light",
        )


def _models(ratio: float) -> Iterator[Trial]:
    rejection: Rejection = "type I error" if ratio == 1 else "power"
    for model, variance in _MODELS:
        yield Trial(
            family="outcomes",
            estimator=f"rate_model({model}, {variance})",
            title=f"{model.replace('_', ' ')} model, {variance.replace('_', ' ')} errors",
            estimates="rate ratio of two groups",
            scenario=_two_halves(ratio),
            truth=exactly(ratio),
            apply=_per_person(
                partial(_modelled, model, variance), "estimate", "interval", "p_value"
            ),
            covers=("rate_model",),
            scale="log",
            judge_bias=True,
            rejection=rejection,
            cost="medium",
        )


def _a_year() -> Scenario:
    return Scenario(
        name="people who differ, a year each",
        says=f"n people with gamma-distributed rates (shape {SHAPE:g}), {MEAN:g} events a year on "
        "average, all observed for a year",
        draw=lambda rng, n, replications: rng.poisson(
            draw_rates(rng, (replications, n), MEAN, SHAPE)
        ),
    )


def untraced() -> Scenario:
    """Return people some of whom cannot be traced, who have the event more often."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> tuple[FloatArray, FloatArray]:
        known = rng.random((replications, n)) >= UNTRACED
        event = rng.random((replications, n)) < np.where(known, TRACED_SHARE, UNTRACED_SHARE)
        return (event & known).astype(np.int64), known  # nothing is seen of the untraced

    return Scenario(
        name="some are untraced",
        says=f"n people, {UNTRACED:.0%} of them untraced; {TRACED_SHARE:.0%} of the traced and "
        f"{UNTRACED_SHARE:.0%} of the untraced have the event",
        draw=draw,
    )


def _two_halves(ratio: float) -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Counted:
        shape = (replications, n)
        days = np.rint(rng.uniform(SHORTEST, LONGEST, shape) * YEAR)
        mean = np.where(np.arange(n) % 2 == 1, ratio, 1.0) * draw_rates(rng, shape, MEAN, SHAPE)
        return Counted(rng.poisson(mean * days / YEAR), days)

    return Scenario(
        name=f"two halves who differ, ratio {ratio:g}",
        says=f"n people in two halves, gamma-distributed rates (shape {SHAPE:g}), {MEAN:g} events "
        f"a year on average in one and {_times(ratio)} in the other, followed for {SHORTEST:g} to "
        f"{LONGEST:g} years each",
        draw=draw,
    )


def _times(ratio: float) -> str:
    return "as many" if ratio == 1 else f"{ratio:g} times that"


def _per_person(ask: Callable[..., Answer], *gives: Any) -> Callable[[Counted], Replications]:
    given = gives or ("estimate", "interval")
    return lambda data: one_by_one(zip(data.events, data.days, strict=True), ask, gives=given)


def _share(events: FloatArray) -> Answer:
    return of_estimate(share_with_event(events, np.ones(len(events), dtype=bool)))


def _published(events: FloatArray) -> Answer:
    return of_estimate(share_from_counts(int((events > 0).sum()), len(events)))


def _mean(events: FloatArray) -> Answer:
    return of_estimate(events_per_person(events))


def _bounds(events: FloatArray, known: FloatArray) -> Answer:
    interval = bounds_for_unknown(events, known).interval
    return NAN, interval.low, interval.high, NAN


def _rate(interval: Any, events: FloatArray, days: FloatArray) -> Answer:
    return of_estimate(rate_per_person_year(events, days, interval=interval))


def _modelled(model: Any, variance: str, events: FloatArray, days: FloatArray) -> Answer:
    second = np.arange(len(events)) % 2
    term = rate_model(events, days, {"second": second}, model=model, variance=variance)["second"]
    return term.ratio, term.interval.low, term.interval.high, term.p_value
