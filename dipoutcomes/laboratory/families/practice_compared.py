"""What is often done in comparisons, beside what should be done, with one truth.

Before against after where offending brought people in, groups as they are, a wide caliper, few
areas, months that resemble each other, controls that are biased too, many outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from dipoutcomes.comparison import MatchingRule, difference_in_differences, rate_ratio_before_after
from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families import (
    areas,
    fragile,
    one_series,
    other_people,
    regression_to_mean,
)
from dipoutcomes.laboratory.families._both_ways import RIGHT, WRONG, both_ways
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.families._people import YEAR
from dipoutcomes.laboratory.trial import FloatArray, Replications, Scenario, Trial

#: People outside the programme for each in it, where a wide caliper is tried.
POOL = 100
NOTHING = "no effect, by design"
WIDE = MatchingRule(method="radius", scale="score", caliper=0.02, caliper_unit="absolute")
FIFTH = MatchingRule(method="radius")


def trials() -> Iterator[Trial]:
    """Yield the questions, each answered both ways."""
    yield from _entry_by_count()
    yield from _usual_people()
    yield from _as_they_are()
    yield from _wide_caliper()
    yield from _few_areas()
    yield from _cells()
    yield from _months()
    yield from _whole_observation()
    yield from _hidden_bias()
    yield from _many_outcomes()


def _entry_by_count() -> Iterator[Trial]:
    def naive(before: FloatArray, after: FloatArray) -> Answer:
        days = np.full(len(before), YEAR)
        return of_estimate(rate_ratio_before_after(before, days, after, days))

    for effect in regression_to_mean.EFFECTS:
        question = "Before against after where recent offences brought people in"
        yield from both_ways(
            f"{question}, {'no effect' if effect == 1 else f'a true ratio of {effect:g}'}",
            "ratio of offending to what it would have been without the programme",
            regression_to_mean.entry_by_count(effect),
            exactly(effect, "by design"),
            (
                (WRONG, "before_after", "rate after over rate before",
                 lambda data: one_by_one(
                     zip(data.before, data.after, strict=True), naive,
                     gives=("estimate", "interval", "p_value"),
                 )),
                (RIGHT, "observed_over_expected", "observed over expected given before",
                 regression_to_mean.ask_adjusted("recent_count")),
            ),
            "medium",
            "log",
        )  # fmt: skip


def _usual_people() -> Iterator[Trial]:
    for mean, shape in regression_to_mean.CORNERS:
        yield from both_ways(
            "Entrants taken for a draw of everybody, "
            f"who offend {mean:g} a year on average, shape {shape:g}",
            "ratio of offending to what it would have been without the programme, no effect",
            regression_to_mean.entry_at_an_offence(mean, shape),
            exactly(1.0, NOTHING),
            (
                (WRONG, "usual_shape", "expected from everybody's spread (shape k)",
                 regression_to_mean.ask_adjusted("none")),
                (RIGHT, "shape_of_entrants", "expected from that of entrants (shape k + 1)",
                 regression_to_mean.ask_adjusted("random_offence")),
            ),
            "medium",
            "log",
        )  # fmt: skip


def _as_they_are() -> Iterator[Trial]:
    yield from both_ways(
        "Groups set against each other as they are",
        "difference in the share with an event that the programme made, no effect",
        other_people.confounded(0.0),
        exactly(0.0, NOTHING),
        (
            (WRONG, "unadjusted", "difference of the two shares",
             other_people.each(other_people.as_they_are)),
            (RIGHT, "pairs", "pairs made on the score, outcomes out of reach",
             other_people.each(other_people.in_pairs)),
        ),
        "medium",
    )  # fmt: skip


@lru_cache
def _large_pool() -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        shape = (replications, n * (1 + POOL))
        treated = np.broadcast_to(np.arange(shape[1]) < n, shape)
        risk = rng.normal(size=shape) + 0.9 * treated
        event = rng.random(shape) < 1 / (1 + np.exp(0.3 - 0.8 * risk))
        return other_people.Confounded(risk[..., None], treated, event)

    return Scenario(
        name="a large pool of others",
        says=f"n people in the programme and {POOL} n others, whose risk is 0.9 standard "
        "deviations lower; the programme changes nothing",
        draw=draw,
    )


def _wide_caliper() -> Iterator[Trial]:
    yield from both_ways(
        "A caliper of 0.02 on the score where most scores are small",
        "difference in the share with an event that the programme made, no effect",
        _large_pool(),
        exactly(0.0, NOTHING),
        (
            (WRONG, "caliper_0.02", "everybody within 0.02 on the score",
             other_people.each(other_people.matched(WIDE))),
            (RIGHT, "caliper_fifth", "everybody within a fifth of a standard deviation, logit",
             other_people.each(other_people.matched(FIFTH))),
        ),
        "medium",
        sizes=(28, 60),
        only=f"with {POOL} others for each person a larger cohort is no more telling",
    )  # fmt: skip


def _few_areas() -> Iterator[Trial]:
    def by(ask: Callable[..., Answer]) -> Callable[[Any], Replications]:
        return lambda columns: one_by_one(
            zip(*columns, strict=True), ask, gives=("estimate", "interval", "p_value")
        )

    yield from both_ways(
        f"{areas.AREAS} areas put together with normal limits",
        "mean risk ratio of areas",
        areas.areas_that_differ(),
        exactly(areas.RATIO),
        (
            (WRONG, "dersimonian_laird", "DerSimonian and Laird, normal limits",
             by(areas.der_simonian_laird)),
            (RIGHT, "hartung_knapp", "REML, Hartung and Knapp's limits",
             by(areas.reml_hartung_knapp)),
        ),
        "medium",
        "log",
    )  # fmt: skip


def _cells() -> Iterator[Trial]:
    yield from both_ways(
        "Areas and periods in a regression that counts every cell as independent",
        "ratio of rates, intensive against other areas, after against before, no effect",
        areas.months(1.0),
        exactly(1.0, NOTHING),
        (
            (WRONG, "cell_regression", "a dummy for each area and period",
             areas.panels(areas.cells_as_independent)),
            (RIGHT, "permutation", "one change an area, permutation of areas",
             areas.panels(lambda panel: of_estimate(difference_in_differences(panel).estimate))),
        ),
        "medium",
        "log",
    )  # fmt: skip


def _months() -> Iterator[Trial]:
    yield from both_ways(
        "Months of a broken series taken to be independent",
        "ratio of the level after the break to what the trend before would give, no effect",
        one_series.broken_series(1.0),
        exactly(1.0, NOTHING),
        (
            (WRONG, "independent_months", "segmented regression, errors independent",
             one_series.segmented("independent")),
            (RIGHT, "autocorrelated_months", "segmented regression, autocorrelation averaged over",
             one_series.segmented("autoregressive")),
        ),
        "medium",
        "log",
        sizes=(200, 1_000),
        only="with few events a month chance hides how months resemble each other",
    )  # fmt: skip


def _whole_observation() -> Iterator[Trial]:
    yield from both_ways(
        "People against themselves, the time before entry included",
        "ratio of rates in treatment to other time, no effect",
        one_series.in_and_out_of_treatment(1.0),
        exactly(1.0, NOTHING),
        (
            (WRONG, "whole_observation", "self-controlled series, standard form",
             one_series.self_controlled("whole_observation")),
            (RIGHT, "after_entry", "self-controlled series, time after entry alone",
             one_series.self_controlled("after_entry")),
        ),
        "medium",
        "log",
        sizes=one_series.PEOPLE,
        only=one_series.ONLY_PEOPLE,
    )  # fmt: skip


def _hidden_bias() -> Iterator[Trial]:
    yield from both_ways(
        "A ratio at its word, though outcomes that cannot change differ too",
        "ratio that the programme made",
        fragile.controls(),
        exactly(fragile.RATIO),
        (
            (WRONG, "as_published", "ratio with its own limits", fragile.as_published),
            (RIGHT, "calibrated", "calibrated by negative controls", fragile.calibrated),
        ),
        "medium",
        "log",
    )


def _many_outcomes() -> Iterator[Trial]:
    yield from both_ways(
        f"The largest of {fragile.OUTCOMES} effects, told as if it were the only one",
        "the effect on the outcome that changed most, no effect on any",
        fragile.many_outcomes(),
        exactly(0.0, NOTHING),
        (
            (WRONG, "each_by_itself", "each by itself", fragile.largest_of("none")),
            (RIGHT, "holm", "Holm", fragile.largest_of("holm")),
        ),
        "light",
    )
