"""Trials of groups compared in time to the event: tests, differences, Cox regression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.answers import Answer, Gives, of_estimate, of_p_value, one_by_one
from dipoutcomes.laboratory.families._cohorts import (
    AT,
    HORIZON,
    LONGEST,
    Cohorts,
    followed,
    hazard_of,
    mean_free,
    two_followed,
)
from dipoutcomes.laboratory.families._interval_methods import SLOW, exactly
from dipoutcomes.laboratory.trial import Rejection, Replications, Trial
from dipoutcomes.survival import curves_by_group
from dipoutcomes.survival.comparing import (
    PublishedCurve,
    difference_at,
    one_sample_log_rank_test,
    permutation_log_rank_test,
    restricted_mean_difference,
    trend_test,
    weighted_log_rank_test,
)
from dipoutcomes.survival.regression import cox_regression, proportional_hazards_test

#: Shares without the event at a year in two groups: the second has it as often, or more often.
PAIRS = ((0.6, 0.6), (0.75, 0.55))
_WEIGHTS: tuple[Any, ...] = (
    "log_rank", "gehan_breslow", "tarone_ware", "peto_peto", (1, 0), (0, 1), (1, 1)
)  # fmt: skip
_COX: tuple[tuple[str, dict[str, Any]], ...] = (
    ("efron, model", {"variance": "model", "penalty": "none"}),
    ("efron, robust", {"variance": "robust", "penalty": "none"}),
    ("breslow, model", {"ties": "breslow", "variance": "model", "penalty": "none"}),
    ("firth", {"penalty": "firth"}),
)
_PERMUTATIONS = 1_000
#: What the group compared with, and the other, are called.
REFERENCE, OTHER = "a", "b"

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pair = tuple[Cohorts, Cohorts]


def trials() -> Iterator[Trial]:
    """Yield the trials of tests, of differences and of hazard ratios."""
    for first, second in PAIRS:
        rejection: Rejection = "type I error" if first == second else "power"
        yield from _tests(first, second, rejection)
        yield from _differences(first, second, rejection)
        yield from _cox(first, second, rejection)
    yield _published()


def _tests(first: float, second: float, rejection: Rejection) -> Iterator[Trial]:
    common: dict[str, Any] = {
        "family": "tests",
        "estimates": "whether two groups differ in time to the event",
        "scenario": two_followed(first, second),
        "truth": exactly(0.0),
        "rejection": rejection,
    }
    for weight in _WEIGHTS:
        name = weight if isinstance(weight, str) else f"{weight[0]} and {weight[1]}"
        yield Trial(
            estimator=f"weighted_log_rank_test({name})",
            title=f"log-rank test, weights {name.replace('_', ' ')}",
            apply=_per_pair(partial(_weighted, weight), "p_value"),
            covers=("weighted_log_rank_test",),
            cost="light",
            **common,
        )
    yield Trial(
        estimator="trend_test",
        title="trend test, two groups in order",
        apply=_per_pair(_trend, "p_value"),
        covers=("trend_test",),
        cost="light",
        **common,
    )
    for how, sizes in (("monte_carlo", (28, 60)), ("normal", ())):
        yield Trial(
            estimator=f"permutation_log_rank_test({how})",
            title=f"permutation log-rank test, {how.replace('_', ' ')}",
            apply=_per_pair(partial(_permuted, how), "p_value"),
            covers=("permutation_log_rank_test",),
            cost="medium",
            sizes=sizes,
            only=f"{SLOW}: {_PERMUTATIONS:,} permutations a cohort" if sizes else "",
            **common,
        )


def _differences(first: float, second: float, rejection: Rejection) -> Iterator[Trial]:
    mean_1, mean_2 = mean_free(first), mean_free(second)
    common: dict[str, Any] = {
        "family": "survival",
        "scenario": two_followed(first, second),
        "rejection": rejection,
        "judge_bias": True,
    }
    for method in ("melded", "plain"):
        yield Trial(
            estimator=f"difference_at({method})",
            title=f"difference of two curves, {method}",
            estimates=f"difference of the shares with the event by {AT} days",
            truth=exactly(first - second),
            apply=_per_pair(partial(_difference, method), "estimate", "interval", "p_value"),
            covers=("difference_at",),
            cost="heavy" if method == "melded" else "medium",
            **common,
        )
    for measure, truth in (
        ("difference", mean_2 - mean_1),
        ("ratio", mean_2 / mean_1),
        ("lost_time_ratio", (HORIZON - mean_2) / (HORIZON - mean_1)),
    ):
        yield Trial(
            estimator=f"restricted_mean_difference({measure})",
            title=f"restricted means compared, {measure.replace('_', ' ')}",
            estimates=f"mean days without the event in the first {HORIZON}, two groups",
            truth=exactly(truth),
            apply=_per_pair(partial(_restricted, measure), "estimate", "interval", "p_value"),
            covers=("restricted_mean_difference",),
            scale="plain" if measure == "difference" else "log",
            cost="medium",
            **common,
        )


def _cox(first: float, second: float, rejection: Rejection) -> Iterator[Trial]:
    for name, options in _COX:
        yield Trial(
            family="regression",
            estimator=f"cox_regression({name})",
            title=f"Cox regression, {name}",
            estimates="hazard ratio of two groups",
            scenario=two_followed(first, second),
            truth=exactly(hazard_of(second) / hazard_of(first)),
            apply=_per_pair(partial(_hazard_ratio, options), "estimate", "interval", "p_value"),
            covers=("cox_regression",),
            scale="log",
            judge_bias=True,
            rejection=rejection,
            cost="medium",
        )
    yield Trial(
        family="tests",
        estimator=f"proportional_hazards_test({'alike' if first == second else 'apart'})",
        title="proportional hazards test",
        estimates="whether the hazard ratio changes over time (it does not)",
        scenario=two_followed(first, second),
        truth=exactly(0.0),
        apply=_per_pair(_proportional, "p_value"),
        covers=("proportional_hazards_test",),
        rejection="type I error",
        cost="medium",
    )


def _published() -> Trial:
    free = 0.6

    def ask(days: Integers, seen: Flags) -> Answer:
        curve = PublishedCurve([AT, LONGEST], [free, free ** (LONGEST / AT)])
        found = one_sample_log_rank_test(days, seen, curve)
        value, low, high, _ = of_estimate(found.ratio)
        return value, low, high, found.p_value

    return Trial(
        family="survival",
        estimator="one_sample_log_rank_test",
        title="one group against a published curve",
        estimates="events seen over events expected from the curve, which is the true one",
        scenario=followed(free),
        truth=exactly(1.0, "by design"),
        apply=lambda data: one_by_one(
            zip(data.days, data.seen, strict=True), ask, gives=("estimate", "interval", "p_value")
        ),
        covers=("one_sample_log_rank_test",),
        scale="log",
        rejection="type I error",
        cost="light",
    )


def _per_pair(ask: Callable[..., Answer], *gives: Gives) -> Callable[[Pair], Replications]:
    def apply(data: Pair) -> Replications:
        one, two = data
        group = np.repeat([REFERENCE, OTHER], one.days.shape[1])
        rows = zip(np.hstack([one.days, two.days]), np.hstack([one.seen, two.seen]), strict=True)
        return one_by_one(((days, seen, group) for days, seen in rows), ask, gives=gives)

    return apply


def _weighted(weight: Any, *data: Any) -> Answer:
    return of_p_value(weighted_log_rank_test(*data, weight=weight).p_value)


def _trend(days: Integers, seen: Flags, group: Any) -> Answer:
    return of_p_value(trend_test(days, seen, group, {REFERENCE: 0, OTHER: 1}).p_value)


def _permuted(how: str, *data: Any) -> Answer:
    rng = np.random.default_rng(int(data[0].sum()))  # fixed for a cohort, so that runs agree
    found = permutation_log_rank_test(*data, how=how, permutations=_PERMUTATIONS, rng=rng)
    return of_p_value(found.p_value)


def _difference(method: str, *data: Any) -> Answer:
    curves = curves_by_group(*data)
    return of_estimate(difference_at(curves, [AT], reference=REFERENCE, method=method).estimates[0])


def _restricted(measure: str, *data: Any) -> Answer:
    found = restricted_mean_difference(
        curves_by_group(*data), horizon=HORIZON, reference=REFERENCE, measure=measure
    )
    return of_estimate(found.estimates[0])


def _hazard_ratio(options: dict[str, Any], days: Integers, seen: Flags, group: Any) -> Answer:
    term = cox_regression(days, seen, {OTHER: group == OTHER}, **options).terms[0]
    return term.ratio, term.interval.low, term.interval.high, term.p_value


def _proportional(days: Integers, seen: Flags, group: Any) -> Answer:
    model = cox_regression(days, seen, {OTHER: group == OTHER}, penalty="none")
    return of_p_value(proportional_hazards_test(model).overall.p_value)
