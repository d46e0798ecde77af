"""Trials of repeated events: mean numbers by a time, tests, and ratios of rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.answers import Answer, Gives, of_estimate, of_p_value, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import Rejection, Replications, Scenario, Trial
from dipoutcomes.survival.recurrent import (
    Histories,
    build_histories,
    compare_mean_counts,
    gamma_frailty_model,
    mean_count_at,
    mean_cumulative_function,
    mean_cumulative_functions_by_group,
    recurrent_event_model,
    recurrent_event_test,
    recurrent_rate_model,
)

#: Events by this day on average, the gamma shape of rates, and the days of follow-up.
AT, MEAN, SHAPE = 365, 1.5, 1.0
SHORTEST, LONGEST = 200, 800
_LIMITS = ("log_t", "log", "plain")
_EACH: tuple[Gives, ...] = ("estimate", "interval", "p_value")

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """Days of follow-up and number of events of each person; their days, cohort by cohort."""

    end: Integers
    counts: Integers
    days: Integers

    def histories(self, same_day: str) -> Iterator[tuple[Histories]]:
        """Yield the histories of each cohort; people alternate between two groups."""
        n = self.counts.shape[1]
        stops = np.cumsum(self.counts.sum(axis=1))
        for end, counts, stop in zip(self.end, self.counts, stops, strict=True):
            person = np.repeat(np.arange(n), counts)
            yield (
                build_histories(
                    np.zeros(n, dtype=np.int64),
                    end,
                    event_person=person,
                    event_day=self.days[stop - counts.sum() : stop],
                    same_day=same_day,
                ),
            )


def trials() -> Iterator[Trial]:
    """Yield the trials of one group, and of two halves that differ or do not."""
    for limits in _LIMITS:
        yield Trial(
            family="recurrent",
            estimator=f"mean_cumulative_function({limits})",
            title=f"mean number of events, {limits.replace('_', ' ')} limits",
            estimates=f"mean number of events by day {AT}",
            scenario=_repeated(1.0),
            truth=exactly(MEAN),
            apply=_each(partial(_mean_count, limits), "estimate", "interval"),
            covers=("mean_cumulative_function", "mean_count_at"),
            judge_bias=True,
            cost="medium",
        )
    for ratio in (1.0, 0.6):
        yield from _compared(ratio)


def _compared(ratio: float) -> Iterator[Trial]:
    rejection: Rejection = "type I error" if ratio == 1 else "power"
    common: dict[str, Any] = {
        "scenario": _repeated(ratio),
        "rejection": rejection,
        "cost": "medium",
    }
    yield Trial(
        family="tests",
        estimator="recurrent_event_test",
        title="robust test of repeated events",
        estimates="whether two groups differ in how often it happens",
        truth=exactly(0.0),
        apply=_each(_tested, "p_value"),
        covers=("recurrent_event_test",),
        **common,
    )
    for contrast, truth in (("difference", MEAN * ratio - MEAN), ("ratio", ratio)):
        yield Trial(
            family="recurrent",
            estimator=f"compare_mean_counts({contrast})",
            title=f"{contrast} of mean numbers of events",
            estimates=f"{contrast} of mean numbers of events by day {AT}",
            truth=exactly(truth),
            apply=_each(partial(_contrast, contrast), *_EACH),
            covers=("compare_mean_counts", "mean_cumulative_functions_by_group"),
            scale="log" if contrast == "ratio" else "plain",
            judge_bias=True,
            **common,
        )
    for name, title, ask in (
        ("recurrent_event_model(andersen_gill, robust)", "proportional means, robust",
         partial(_by_model, "robust")),
        ("recurrent_event_model(andersen_gill, model)", "Andersen-Gill, model errors",
         partial(_by_model, "model")),
        ("recurrent_rate_model(negative_binomial)", "rates at liberty, negative binomial",
         partial(_by_rate, "negative_binomial")),
        ("recurrent_rate_model(poisson)", "rates at liberty, Poisson with HC3 errors",
         partial(_by_rate, "poisson")),
        ("gamma_frailty_model", "rates at liberty, gamma frailty", _by_frailty),
    ):  # fmt: skip
        yield Trial(
            family="recurrent",
            estimator=name,
            title=title,
            estimates="rate ratio of two groups",
            truth=exactly(ratio),
            # Which of two events of a day came first cannot be known: that model takes one of them.
            apply=_each(ask, *_EACH, same_day="one" if "event_model" in name else "each"),
            covers=(name.partition("(")[0],),
            scale="log",
            judge_bias=True,
            **common,
        )


def _repeated(ratio: float) -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Repeated:
        shape = (replications, n)
        end = rng.integers(SHORTEST, LONGEST + 1, shape)
        own = rng.gamma(SHAPE, MEAN / SHAPE, shape) * np.where(np.arange(n) % 2, ratio, 1.0)
        counts = rng.poisson(own * end / AT)
        days = np.floor(rng.random(int(counts.sum())) * np.repeat(end, counts.ravel()))
        return Repeated(end, counts, days.astype(np.int64))

    return Scenario(
        name=f"repeated events, ratio {ratio:g}",
        says=f"n people in two halves, gamma-distributed rates (shape {SHAPE:g}), {MEAN:g} events "
        f"by day {AT} on average in one and {_times(ratio)} in the other, each followed for "
        f"{SHORTEST} to {LONGEST} whole days",
        draw=draw,
    )


def _times(ratio: float) -> str:
    return "as many" if ratio == 1 else f"{ratio:g} times that"


def _each(
    ask: Callable[..., Answer], *gives: Gives, same_day: str = "each"
) -> Callable[[Repeated], Replications]:
    return lambda data: one_by_one(data.histories(same_day), ask, gives=gives)


def _second(histories: Histories) -> Integers:
    return np.arange(histories.n_people) % 2


def _mean_count(limits: str, histories: Histories) -> Answer:
    found = mean_cumulative_function(histories, limits=limits)
    return of_estimate(mean_count_at(found, [AT]).estimates[0])


def _tested(histories: Histories) -> Answer:
    return of_p_value(recurrent_event_test(histories, _second(histories)).p_value)


def _contrast(contrast: str, histories: Histories) -> Answer:
    first, second = mean_cumulative_functions_by_group(histories, _second(histories))
    found = compare_mean_counts(second, first, [AT], contrast=contrast)
    return of_estimate(found.estimates[0])


def _by_model(variance: str, histories: Histories) -> Answer:
    second = {"second": _second(histories)}
    return _of_term(recurrent_event_model(histories, second, variance=variance)["second"])


def _by_rate(model: str, histories: Histories) -> Answer:
    return _of_term(
        recurrent_rate_model(histories, {"second": _second(histories)}, model=model)["second"]
    )


def _by_frailty(histories: Histories) -> Answer:
    return _of_term(gamma_frailty_model(histories, {"second": _second(histories)})["second"])


def _of_term(term: Any) -> Answer:
    return term.ratio, term.interval.low, term.interval.high, term.p_value
