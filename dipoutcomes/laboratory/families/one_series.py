"""Trials of one series against its own past: counts broken at a known month, people in bands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    Baseline,
    ObservedSeries,
    RiskPeriod,
    segmented_regression,
    self_controlled_series,
)
from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Scenario, Trial
from dipoutcomes.simulate import CareerModel
from dipoutcomes.simulate.lives import simulate_careers

#: Months, how like neighbouring ones are, the spread of their log rates, events for one person.
MONTHS, ALIKE, NOISE, RATE = 48, 0.6, 0.15, 0.5
PERIOD = "in treatment"
#: Cohorts made day by day take long; a programme has about so many people.
PEOPLE = (60, 200)
ONLY_PEOPLE = "cohorts made day by day take long; a programme has about so many people"
ALL: tuple[Any, ...] = ("estimate", "interval", "p_value")


def trials() -> Iterator[Trial]:
    """Yield the trials of segmented regression and of people against themselves."""
    for ratio in (1.0, 0.7):
        rejection: Rejection = "type I error" if ratio == 1 else "power"
        yield Trial(
            family="series",
            estimator="segmented_regression",
            title="change of level, autocorrelation averaged over",
            estimates="ratio of the level after the break to what the trend before would give",
            scenario=broken_series(ratio),
            truth=exactly(ratio),
            apply=segmented("autoregressive"),
            covers=("segmented_regression",),
            scale="log",
            judge_bias=True,
            rejection=rejection,
            cost="heavy",
        )
    for ratio in (1.0, 0.75):
        yield Trial(
            family="series",
            estimator="self_controlled_series(after_entry)",
            title="people against themselves, time after entry alone",
            estimates="ratio of rates in treatment to other time after entry",
            scenario=in_and_out_of_treatment(ratio),
            truth=exactly(ratio),
            apply=self_controlled("after_entry"),
            covers=("self_controlled_series",),
            scale="log",
            judge_bias=True,
            rejection="type I error" if ratio == 1 else "power",
            cost="medium",
            sizes=PEOPLE,
            only=ONLY_PEOPLE,
        )


@lru_cache
def broken_series(ratio: float) -> Scenario:
    """Return monthly counts whose level changes at a known month."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> FloatArray:
        noise = rng.normal(size=(replications, MONTHS))
        noise[:, 1:] *= np.sqrt(1 - ALIKE**2)
        for month in range(1, MONTHS):
            noise[:, month] += ALIKE * noise[:, month - 1]
        after = np.arange(MONTHS) >= MONTHS // 2
        counts: FloatArray = rng.poisson(n * RATE * np.exp(NOISE * noise + np.log(ratio) * after))
        return counts

    return Scenario(
        name=f"months of one place, ratio {ratio:g}",
        says=f"{MONTHS} months of events in n people, {RATE:g} a person and month; log rates move "
        f"with a spread of {NOISE:g} and an autocorrelation of {ALIKE:g}, without a trend; from "
        f"the middle on the level is {ratio:g} times as high",
        draw=draw,
    )


def segmented(errors: Any) -> Callable[[FloatArray], Replications]:
    """Return what segmented regression with these errors says of every series."""

    def ask(counts: FloatArray) -> Answer:
        return of_estimate(segmented_regression(counts, MONTHS // 2, errors=errors).level_change)

    return lambda data: one_by_one(((row,) for row in data), ask, gives=ALL)


@lru_cache
def in_and_out_of_treatment(ratio: float) -> Scenario:
    """Return people who come in at an arrest, with an effect in treatment only."""
    model = CareerModel(
        offending={"offences_per_year": 2.0, "gamma_shape": 1.0},
        entry={"by": "random_arrest"},
        treatment={"rate_ratio_during": ratio},
    )

    def cohort(n: int, seed: int) -> tuple[ObservedSeries, RiskPeriod]:
        lives = simulate_careers(model, n, seed=seed)
        days = {
            "opens": lives.opens,
            "closes": np.minimum(lives.closes, lives.exit_day),
            "entry_day": lives.entry_day,
            "event_person": lives.person,
            "event_day": lives.day,
            "inside_person": lives.spell_person,
            "inside_opens": lives.spell_start,
            "inside_closes": lives.spell_end,
        }
        series = ObservedSeries(**{name: day.astype(np.int64) for name, day in days.items()})
        opens, closes = (day.astype(np.int64) for day in (lives.start, lives.end))
        return series, RiskPeriod(name=PERIOD, opens=opens, closes=closes)

    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        return [cohort(n, int(seed)) for seed in rng.integers(2**31, size=replications)]

    return Scenario(
        name=f"in and out of treatment, ratio {ratio:g}",
        says="n people who come in at an arrest, with gamma-distributed rates, 2 offences a year "
        f"on average of everybody; in treatment they offend {ratio:g} times as often",
        draw=draw,
    )


def self_controlled(form: Any) -> Callable[[Any], Replications]:
    """Return what people against themselves say in this form; what it asks is declared."""
    declared = form == "whole_observation"

    def ask(series: ObservedSeries, period: RiskPeriod) -> Answer:
        found = self_controlled_series(
            series, [period], ends_independent_of_outcome=True, form=form,
            entry_independent_of_outcome=declared, baseline=Baseline(),
        )  # fmt: skip
        return of_estimate(found[PERIOD])

    return lambda data: one_by_one(data, ask, gives=("estimate", "interval"))
