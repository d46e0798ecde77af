"""Trials of the same people before and after, other than the plain ratio: models and shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    bootstrap_rate_ratio,
    gee_rate_ratio,
    mixed_rate_ratio,
    paired_share_odds_ratio,
    paired_share_ratio,
    zero_inflated_rate_ratio,
)
from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families import comparison
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import FloatArray, Rejection, Replications, Trial
from dipoutcomes.streams import random_stream

#: Resamples of the bootstrap: too few for a report, enough for the share of misses.
RESAMPLES = 1_000

Ask = Callable[..., Any]


def trials() -> Iterator[Trial]:
    """Yield the trials of models of rates and of ratios of paired shares."""
    for ratio in (1.0, 0.7):
        for name, title, ask in _rate_ratios():
            yield _rates(ratio, name, title, ask)
    for before, after in comparison.PAIRS:
        _, before_only, after_only = comparison.PAIRS[before, after]
        yield _shares(
            (before, after), "paired_share_ratio", "ratio of the share after to the share before",
            paired_share_ratio, after / before,
        )  # fmt: skip
        yield _shares(
            (before, after), "paired_share_odds_ratio",
            "odds ratio person by person: changed for the worse over changed for the better",
            paired_share_odds_ratio, after_only / before_only,
        )  # fmt: skip


def _rate_ratios() -> tuple[tuple[str, str, Ask], ...]:
    def bootstrap(*four: FloatArray) -> Any:
        seed = int(sum(float(column.sum()) for column in four))
        rng = random_stream(seed, "laboratory: resamples")
        return bootstrap_rate_ratio(*four, rng=rng, replicates=RESAMPLES)

    return (
        ("bootstrap_rate_ratio", "BCa bootstrap by person", bootstrap),
        ("gee_rate_ratio", "estimating equations", gee_rate_ratio),
        ("mixed_rate_ratio", "negative binomial mixed model",
         lambda *four: mixed_rate_ratio(*four).ratio),
        ("zero_inflated_rate_ratio", "mixed model with people who never offend",
         lambda *four: zero_inflated_rate_ratio(*four).ratio),
    )  # fmt: skip


def _rates(ratio: float, name: str, title: str, ask: Ask) -> Trial:
    def one(before: FloatArray, after: FloatArray, days: FloatArray) -> Answer:
        return of_estimate(ask(before, days, after, days))

    def apply(data: Any) -> Replications:
        cohorts = zip(data.before, data.after, data.days, strict=True)
        return one_by_one(cohorts, one, gives=comparison.ALL)

    rejection: Rejection = "type I error" if ratio == 1 else "power"
    return Trial(
        family="comparison",
        estimator=name,
        title=f"before-after rate ratio, {title}",
        estimates="ratio of the rate after to the rate before",
        scenario=comparison.changing(ratio),
        truth=exactly(ratio),
        apply=apply,
        covers=(name,),
        scale="log",
        judge_bias=True,
        rejection=rejection,
        cost="medium",
    )


def _shares(
    shares: tuple[float, float], name: str, estimates: str, ask: Ask, truth: float
) -> Trial:
    def one(before: FloatArray, after: FloatArray) -> Answer:
        return of_estimate(ask(before, after))

    def apply(data: Any) -> Replications:
        return one_by_one(zip(*data, strict=True), one, gives=comparison.ALL)

    return Trial(
        family="comparison",
        estimator=name,
        title=f"paired shares, {name.removeprefix('paired_share_').replace('_', ' ')}",
        estimates=estimates,
        scenario=comparison.flags(*shares, comparison.PAIRS[shares]),
        truth=exactly(truth),
        apply=apply,
        covers=(name,),
        scale="log",
        rejection="type I error" if np.isclose(truth, 1) else "power",
        cost="light",
    )
