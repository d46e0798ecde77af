"""Trials of the survival room: curves, tests and means as an analyst calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.answers import NAN, Answer, of_estimate, of_p_value, one_by_one
from dipoutcomes.laboratory.families._cohorts import (
    AT,
    FREE,
    HORIZON,
    Cohorts,
    followed,
    mean_free,
    two_followed,
)
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import Cost, Replications, Trial
from dipoutcomes.survival import (
    kaplan_meier,
    log_rank_test,
    restricted_mean,
    survival_at,
    survival_in_bulk,
)

_LIMITS = ("log_log", "log", "plain", "logit", "arcsine", "likelihood_ratio", "beta_product")
_IN_BULK = _LIMITS[:5]
PAIRS = ((0.6, 0.6), (0.75, 0.55))

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]


def trials() -> Iterator[Trial]:
    """Yield the trials of curves, of their means and of the log-rank test."""
    for free in FREE:
        yield from _curves(free)
    for first, second in PAIRS:
        yield Trial(
            family="tests",
            estimator="log_rank_test",
            title="log-rank test",
            estimates="whether two groups differ in time to the event",
            scenario=two_followed(first, second),
            truth=exactly(0.0),
            apply=_log_rank,
            covers=("log_rank_test",),
            rejection="type I error" if first == second else "power",
            cost="light",
        )


def _curves(free: float) -> Iterator[Trial]:
    says = f"share without the event at {AT} days"
    for limits in _LIMITS:
        cost: Cost = "medium" if limits == "likelihood_ratio" else "light"
        yield _trial(
            f"kaplan_meier({limits})",
            f"Kaplan-Meier, {limits.replace('_', ' ')} limits",
            says,
            free,
            free,
            _per_cohort(partial(_at_a_year, limits)),
            ("kaplan_meier",),
            cost,
        )
    for limits in _IN_BULK:
        yield _trial(
            f"survival_in_bulk({limits})",
            f"Kaplan-Meier in bulk, {limits.replace('_', ' ')} limits",
            says,
            free,
            free,
            partial(_in_bulk, limits),
            ("survival_in_bulk",),
            "light",
        )
    yield _trial(
        "survival_at",
        "share with the event read from a curve, log-log limits",
        f"share with the event by {AT} days",
        free,
        1 - free,
        _per_cohort(_share_by),
        ("survival_at",),
        "light",
    )
    yield _trial(
        "restricted_mean",
        "mean days without the event, normal limits or the beta product",
        f"mean days without the event in the first {HORIZON}",
        free,
        mean_free(free),
        _per_cohort(_mean),
        ("restricted_mean",),
        "light",
    )


def _trial(
    name: str,
    title: str,
    estimates: str,
    free: float,
    truth: float,
    apply: Callable[[Cohorts], Replications],
    covers: tuple[str, ...],
    cost: Cost,
) -> Trial:
    return Trial(
        family="survival",
        estimator=name,
        title=title,
        estimates=estimates,
        scenario=followed(free),
        truth=exactly(truth),
        apply=apply,
        covers=covers,
        judge_bias=True,
        cost=cost,
    )


def _per_cohort(ask: Callable[[Days, Flags], Answer]) -> Callable[[Cohorts], Replications]:
    return lambda data: one_by_one(zip(data.days, data.seen, strict=True), ask)


def _at_a_year(limits: str, days: Days, seen: Flags) -> Answer:
    return (*kaplan_meier(days, seen, limits=limits).at(AT), NAN)


def _share_by(days: Days, seen: Flags) -> Answer:
    return of_estimate(survival_at(kaplan_meier(days, seen), [AT]).estimates[0])


def _mean(days: Days, seen: Flags) -> Answer:
    return of_estimate(restricted_mean(days, seen, horizon=HORIZON))


def _in_bulk(limits: str, data: Cohorts) -> Replications:
    found = survival_in_bulk(data.days, data.seen, AT, limits=limits)
    return Replications(estimate=found.value, low=found.low, high=found.high)


def _log_rank(data: tuple[Cohorts, Cohorts]) -> Replications:
    one, two = data
    n = one.days.shape[1]
    group = np.repeat([0, 1], n)
    pairs = zip(np.hstack([one.days, two.days]), np.hstack([one.seen, two.seen]), strict=True)

    def ask(days: Days, seen: Flags) -> Answer:
        return of_p_value(log_rank_test(days, seen, group).p_value)

    return one_by_one(pairs, ask, gives=("p_value",))
