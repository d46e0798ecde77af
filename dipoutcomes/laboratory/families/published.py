"""Trials of comparisons with published figures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    Definition,
    PublishedRate,
    against_benchmark,
    observed_over_expected,
    standardised_share,
)
from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import FloatArray, Scenario, Trial

#: Share in the published figure and here, and the people it was published of.
PUBLISHED, OURS, PEOPLE = 0.61, 0.5, 1_000
#: Published shares of three strata, the ratio here, and the shares of a standard population.
STRATA = np.array([0.2, 0.4, 0.6])
RATIO = 0.85
STANDARD = np.array([0.5, 0.3, 0.2])
COUNTS = Definition(event_type="conviction", window_months=12, waiting_period_months=6)


def trials() -> Iterator[Trial]:
    """Yield the trials of a benchmark, of observed over expected and of standardised shares."""
    yield Trial(
        family="benchmark",
        estimator="against_benchmark",
        title="share less a published one, with the error of both",
        estimates="difference between the true shares here and there",
        scenario=Scenario(
            name="a published share with an error of its own",
            says=f"{OURS:.0%} of n people have the event, and {PUBLISHED:.0%} of those of the "
            f"published figure, of whom {PEOPLE:,} were counted",
            draw=lambda rng, n, replications: (
                rng.binomial(n, OURS, replications),
                np.full(replications, n),
                rng.binomial(PEOPLE, PUBLISHED, replications),
            ),
        ),
        truth=exactly(OURS - PUBLISHED),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), _beside),
        covers=("against_benchmark",),
        judge_bias=True,
        cost="medium",
    )
    yield Trial(
        family="benchmark",
        estimator="observed_over_expected",
        title="people with an event over the number expected of people like them",
        estimates="ratio of the true shares here to the published ones",
        scenario=_strata(),
        truth=exactly(RATIO),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), _over_expected),
        covers=("observed_over_expected",),
        scale="log",
        judge_bias=True,
        cost="medium",
    )
    yield Trial(
        family="benchmark",
        estimator="standardised_share",
        title="share, standardised to other people",
        estimates="share that people like the standard population would have",
        scenario=_strata(),
        truth=exactly(float(RATIO * STRATA @ STANDARD)),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), _standardised),
        covers=("standardised_share",),
        judge_bias=True,
        cost="light",
    )


@lru_cache
def _strata() -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        people = np.full((replications, 3), n // 3) + (np.arange(3) < n % 3)
        chance = np.broadcast_to(RATIO * STRATA, people.shape)
        there = rng.binomial(PEOPLE, STRATA, people.shape) / PEOPLE
        return rng.binomial(people, chance), people, there

    return Scenario(
        name="three strata beside published ones",
        says=f"n people in three strata of one size, whose shares with the event are {RATIO:g} "
        f"times the published {', '.join(f'{share:.0%}' for share in STRATA)}, each published of "
        f"{PEOPLE:,} people",
        draw=draw,
    )


def _beside(events: Any, n: Any, published: Any) -> Answer:
    benchmark = PublishedRate(name="published", definition=COUNTS, events=int(published), n=PEOPLE)
    found = against_benchmark(int(events), int(n), benchmark=benchmark, definition=COUNTS)
    return of_estimate(found.difference)


def _over_expected(events: FloatArray, people: FloatArray, there: FloatArray) -> Answer:
    found = observed_over_expected(events, people, there, published_n=[PEOPLE] * 3)
    return of_estimate(found.ratio)


def _standardised(events: FloatArray, people: FloatArray, _there: FloatArray) -> Answer:
    return of_estimate(standardised_share(events, people, STANDARD, standard="a standard"))
