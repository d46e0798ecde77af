"""Trials of Kaplan-Meier curves: one time, a quantile, two groups, mean time without the event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS
from dipoutcomes.laboratory.answers import Answer, Gives, of_interval, of_p_value, one_by_one
from dipoutcomes.laboratory.families._cohorts import (
    AT,
    FREE,
    HORIZON,
    Cohorts,
    followed,
    mean_free,
    median_day,
    steps_of,
    two_followed,
)
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import Rejection, Replications, Trial

#: Shares without the event at a year in two groups.
PAIRS = ((0.6, 0.6), (0.75, 0.55))
_SCALES = ("log_log", "log", "plain", "logit", "arcsine")
_COSTS = {"mid_p": "medium", "likelihood_ratio": "medium"}


def trials() -> Iterator[Trial]:
    """Yield every method of the four families and the tests beside them."""
    for free in FREE:
        yield from _one_time(free)
    yield from _medians(0.6)
    for first, second in PAIRS:
        yield from _two_groups(first, second)


def _one_time(free: float) -> Iterator[Trial]:
    scenario = followed(free)
    for method in METHODS["survival"]:
        yield Trial(
            family="survival",
            estimator=method.name,
            title=method.title,
            estimates=f"share without the event at {AT} days",
            scenario=scenario,
            truth=exactly(free),
            apply=_per_cohort(partial(_at_a_year, method.function)),
            covers=(f"METHODS:survival:{method.name}",),
            standing=method.standing,
            cost=_COSTS.get(method.name, "light"),  # type: ignore[arg-type]
        )
    for title, function in (
        ("normal, Greenwood", intervals.restricted_mean_interval),
        ("beta product, area", intervals.restricted_mean_beta_product_interval),
    ):
        yield Trial(
            family="restricted_mean",
            estimator=function.__name__,
            title=title,
            estimates=f"mean days without the event in the first {HORIZON}, one group",
            scenario=scenario,
            truth=exactly(mean_free(free)),
            apply=_per_cohort(partial(_mean_free, function)),
            covers=(function.__name__,),
            cost="light",
        )


def _medians(free: float) -> Iterator[Trial]:
    for method in METHODS["survival_quantile"]:
        slow = method.name in {"mid_p", "likelihood_ratio"}
        yield Trial(
            family="survival_quantile",
            estimator=method.name,
            title=method.title,
            estimates="median days to the event",
            scenario=followed(free),
            truth=exactly(median_day(free)),
            apply=_per_cohort(partial(_quantile, method.function)),
            covers=(f"METHODS:survival_quantile:{method.name}",),
            standing=method.standing,
            cost="heavy" if slow else "light",
        )


def _two_groups(first: float, second: float) -> Iterator[Trial]:
    scenario = two_followed(first, second)
    rejection: Rejection = "type I error" if first == second else "power"
    for method in METHODS["survival_two_groups"]:
        yield Trial(
            family="survival_two_groups",
            estimator=method.name,
            title=method.title,
            estimates=f"difference of the shares without the event at {AT} days",
            scenario=scenario,
            truth=exactly(first - second),
            apply=_per_pair(partial(_melded, method.name), "interval", "p_value"),
            covers=(f"METHODS:survival_two_groups:{method.name}", "melded_p_value"),
            standing=method.standing,
            rejection=rejection,
            cost="heavy",
        )
    yield Trial(
        family="survival_two_groups",
        estimator="fixed_time_difference_interval",
        title="difference of curves, plain (Greenwood)",
        estimates=f"difference of the shares without the event at {AT} days",
        scenario=scenario,
        truth=exactly(first - second),
        apply=_per_pair(
            lambda a, b: of_interval(intervals.fixed_time_difference_interval(a, b, AT)),
            "interval",
        ),
        covers=("fixed_time_difference_interval",),
        cost="light",
    )
    mean_1, mean_2 = mean_free(first), mean_free(second)
    truths = {
        "difference": mean_1 - mean_2,
        "ratio": mean_1 / mean_2,
        "lost_time_ratio": (HORIZON - mean_1) / (HORIZON - mean_2),
    }
    for method in METHODS["restricted_mean"]:
        yield Trial(
            family="restricted_mean",
            estimator=method.name,
            title=f"{method.name.replace('_', ' ')}, {method.title}",
            estimates=f"mean days without the event in the first {HORIZON}, two groups compared",
            scenario=scenario,
            truth=exactly(truths[method.name]),
            apply=_per_pair(partial(_restricted, method.name), "interval", "p_value"),
            covers=(f"METHODS:restricted_mean:{method.name}", "restricted_mean_p_value"),
            standing=method.standing,
            rejection=rejection,
            scale="plain" if method.name == "difference" else "log",
            cost="light",
        )
    for scale in _SCALES:
        for pooled in (False, True):
            how = "pooled variance" if pooled else "separate variances"
            yield Trial(
                family="tests",
                estimator=f"fixed_time_p_value({scale}{', pooled' * pooled})",
                title=f"fixed-time test, {scale.replace('_', '-')} scale, {how}",
                estimates=f"whether two curves differ at {AT} days",
                scenario=scenario,
                truth=exactly(first - second),
                apply=_per_pair(partial(_fixed_time, scale, pooled), "p_value"),
                covers=("fixed_time_p_value",),
                rejection=rejection,
                cost="light",
            )


def _at_a_year(function: Callable[..., Any], steps: Any) -> Answer:
    return of_interval(function(*steps, float(AT)))


def _mean_free(function: Callable[..., Any], steps: Any) -> Answer:
    return of_interval(function(*steps, horizon=HORIZON))


def _quantile(function: Callable[..., Any], steps: Any) -> Answer:
    return of_interval(function(*steps))


def _melded(method: str, first: Any, second: Any) -> Answer:
    estimate, low, high, _ = of_interval(
        intervals.melded_interval(first, second, float(AT), method=method)
    )
    return estimate, low, high, float(intervals.melded_p_value(first, second, AT, method=method))


def _restricted(measure: str, first: Any, second: Any) -> Answer:
    estimate, low, high, _ = of_interval(
        intervals.restricted_mean_comparison_interval(
            first, second, horizon=HORIZON, measure=measure
        )
    )
    p_value = intervals.restricted_mean_p_value(first, second, horizon=HORIZON, measure=measure)
    return estimate, low, high, p_value


def _fixed_time(scale: str, pooled: bool, first: Any, second: Any) -> Answer:
    return of_p_value(
        intervals.fixed_time_p_value(first, second, AT, scale=scale, pooled_variance=pooled)
    )


def _per_cohort(ask: Callable[[Any], Answer]) -> Callable[[Cohorts], Replications]:
    def apply(data: Cohorts) -> Replications:
        rows = zip(data.days, data.seen, strict=True)
        return one_by_one(((steps_of(*row),) for row in rows), ask, gives=("interval",))

    return apply


def _per_pair(
    ask: Callable[[Any, Any], Answer], *gives: Gives
) -> Callable[[tuple[Cohorts, Cohorts]], Replications]:
    return lambda data: one_by_one(_pairs(data), ask, gives=gives)


def _pairs(data: tuple[Cohorts, Cohorts]) -> Iterator[tuple[Any, Any]]:
    one, two = data
    rows = zip(one.days, one.seen, two.days, two.seen, strict=True)
    for days_1, seen_1, days_2, seen_2 in rows:
        yield steps_of(days_1, seen_1), steps_of(days_2, seen_2)
