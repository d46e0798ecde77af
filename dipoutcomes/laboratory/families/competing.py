"""Trials of competing events: the share for whom an event comes first, tests, days lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from dipoutcomes.laboratory.answers import (
    NAN,
    Answer,
    Gives,
    of_estimate,
    of_p_value,
    one_by_one,
)
from dipoutcomes.laboratory.families._cohorts import AT, HORIZON
from dipoutcomes.laboratory.families._competing import (
    ARREST,
    Competing,
    Integers,
    competing,
    days_lost,
    share_seen_by,
    two_competing,
)
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import Rejection, Replications, Trial
from dipoutcomes.survival.competing_risks import (
    cause_specific_test,
    compare_time_lost,
    cumulative_incidence,
    fine_gray,
    gray_test,
    incidence_at,
    naive_incidence,
    restricted_mean_time_lost,
)

NAMES = {1: "arrest", 2: "death or long custody"}
_WAYS = (
    ("log_log", "greenwood"),
    ("log_log_complement", "greenwood"),
    ("log", "greenwood"),
    ("plain", "greenwood"),
    ("log_log", "aalen"),
)


def trials() -> Iterator[Trial]:
    """Yield the trials of one group, and of two that differ or do not."""
    yield from _one_group()
    for ratio in (1.0, 1.8):
        yield from _two_groups(ratio)


def _one_group() -> Iterator[Trial]:
    common: dict[str, Any] = {
        "family": "competing_risks",
        "scenario": competing(),
        "judge_bias": True,
        "cost": "medium",
    }
    for limits, variance in _WAYS:
        yield Trial(
            estimator=f"cumulative_incidence({limits}, {variance})",
            title=f"cumulative incidence, {limits.replace('_', ' ')} limits, {variance} variance",
            estimates=f"share arrested within {AT} days",
            truth=exactly(share_seen_by()),
            apply=per_cohort(partial(share_by, limits, variance)),
            covers=("cumulative_incidence", "incidence_at"),
            **common,
        )
    yield Trial(
        estimator="restricted_mean_time_lost",
        title="mean days lost to arrest",
        estimates=f"mean days lost to arrest in the first {HORIZON}",
        truth=exactly(days_lost()),
        apply=per_cohort(_lost),
        covers=("restricted_mean_time_lost",),
        **common,
    )


def _two_groups(ratio: float) -> Iterator[Trial]:
    rejection: Rejection = "type I error" if ratio == 1 else "power"
    common: dict[str, Any] = {
        "scenario": two_competing(ratio),
        "rejection": rejection,
        "cost": "medium",
    }
    for name, title, test in (
        ("gray_test", "Gray's test", gray_test),
        ("cause_specific_test", "log-rank test of one cause", cause_specific_test),
    ):
        yield Trial(
            family="tests",
            estimator=name,
            title=title,
            estimates="whether two groups differ in arrests, death or custody permitting",
            truth=exactly(0.0),
            apply=_per_pair(partial(_tested, test), "p_value"),
            covers=(name,),
            **common,
        )
    yield Trial(
        family="competing_risks",
        estimator="compare_time_lost",
        title="difference of mean days lost to arrest",
        estimates=f"difference of mean days lost to arrest in the first {HORIZON}",
        truth=exactly(days_lost() - days_lost(ARREST * ratio)),
        apply=_per_pair(_lost_compared, "estimate", "interval", "p_value"),
        covers=("compare_time_lost",),
        judge_bias=True,
        **common,
    )
    if ratio == 1:  # only there are the hazards of the share proportional
        yield Trial(
            family="competing_risks",
            estimator="fine_gray",
            title="Fine-Gray hazard ratio",
            estimates="subdistribution hazard ratio of two groups that do not differ",
            truth=exactly(1.0, "no difference, by design"),
            apply=_per_pair(_fine_gray, "estimate", "interval", "p_value"),
            covers=("fine_gray",),
            scale="log",
            judge_bias=True,
            **common,
        )


def per_cohort(ask: Callable[[Integers, Integers], Answer]) -> Callable[[Competing], Replications]:
    """Return what asks each cohort for an estimate and its limits."""
    return lambda data: one_by_one(zip(data.days, data.cause, strict=True), ask)


def share_by(limits: str, variance: str, days: Integers, cause: Integers) -> Answer:
    """Return the cumulative incidence of arrest at a year."""
    found = cumulative_incidence(days, cause, names=NAMES, limits=limits, variance=variance)
    return of_estimate(incidence_at(found, [AT]).estimates[0])


def naive_share_by(days: Integers, cause: Integers) -> Answer:
    """Return what is often printed: one less Kaplan-Meier, with the others as leavers."""
    found = naive_incidence(cumulative_incidence(days, cause, names=NAMES))[0]
    return (*found.at(AT), NAN)


def _lost(days: Integers, cause: Integers) -> Answer:
    found = restricted_mean_time_lost(days, cause, horizon=HORIZON, names=NAMES)
    return of_estimate(found.estimate(NAMES[1]))


def _per_pair(
    ask: Callable[..., Answer], *gives: Gives
) -> Callable[[tuple[Competing, Competing]], Replications]:
    def apply(data: tuple[Competing, Competing]) -> Replications:
        one, two = data
        rows = zip(one.days, one.cause, two.days, two.cause, strict=True)
        return one_by_one(rows, ask, gives=gives)

    return apply


def _together(
    days_1: Integers, cause_1: Integers, days_2: Integers, cause_2: Integers
) -> tuple[Integers, Integers, Integers]:
    group = np.repeat([0, 1], [len(days_1), len(days_2)])
    return np.concatenate([days_1, days_2]), np.concatenate([cause_1, cause_2]), group


def _tested(test: Callable[..., Any], *data: Integers) -> Answer:
    return of_p_value(test(*_together(*data), cause=1).p_value)


def _lost_compared(
    days_1: Integers, cause_1: Integers, days_2: Integers, cause_2: Integers
) -> Answer:
    groups = [
        restricted_mean_time_lost(days, cause, horizon=HORIZON, names=NAMES)
        for days, cause in ((days_1, cause_1), (days_2, cause_2))
    ]
    return of_estimate(compare_time_lost(groups[0], groups[1], NAMES[1]).estimates[0])


def _fine_gray(*data: Integers) -> Answer:
    import pandas as pd

    days, cause, group = _together(*data)
    term = fine_gray(days, cause, pd.DataFrame({"second": group}), cause=1).terms[0]
    return term.ratio, term.interval.low, term.interval.high, term.p_value
