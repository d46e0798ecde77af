"""Trials of curves with a condition: bands, later starts, weights, landmarks, cured shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.answers import NAN, Answer, Gives, of_estimate, one_by_one
from dipoutcomes.laboratory.families._cohorts import (
    AT,
    LONGEST,
    SHORTEST,
    Cohorts,
    followed,
    hazard_of,
)
from dipoutcomes.laboratory.families._interval_methods import SLOW, exactly
from dipoutcomes.laboratory.trial import Cost, Scenario, Trial
from dipoutcomes.survival import (
    conditional_survival,
    conditional_survival_table,
    curves_by_group,
    difference_at,
    kaplan_meier,
    landmark_cohort,
    mixture_cure_models,
    survival_band,
    weighted_kaplan_meier,
)

FREE = 0.6
#: Days stayed free of the event by the later start, and the landmark.
REACHED = LANDMARK = 90
#: Two halves of a population, the second sampled three times as often: shares free at a year.
HALVES, SAMPLED = (0.75, 0.45), (0.25, 0.75)
#: Share who never have the event; tails of the others, in days.
CURED = 0.5
TAILS = ("weibull", "lognormal")
_TAIL_SHAPE, _TAIL_SCALE, _TAIL_SPREAD = 0.9, 150.0, 1.0
_CURE_FOLLOWED = (400, 1_000)

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """Cohorts whose people stand for more or fewer others."""

    cohorts: Cohorts
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """Cohorts whose people are exposed on some day, or after their follow-up."""

    cohorts: Cohorts
    exposure: Days


def trials() -> Iterator[Trial]:
    """Yield the bands, the later starts, the weighted curve, the landmark and the cured shares."""
    yield from _bands()
    yield from _conditional()
    yield _weighted()
    yield _landmark()
    for tail in TAILS:
        yield from _cured(tail)


def _bands() -> Iterator[Trial]:
    for kind, scale in (
        ("hall_wellner", "log_log"),
        ("hall_wellner", "arcsine"),
        ("hall_wellner", "plain"),
        ("equal_precision", "log_log"),
    ):
        yield _trial(
            f"survival_band({kind}, {scale})",
            f"band for the whole curve, {kind.replace('_', ' ')}, {scale.replace('_', '-')} scale",
            "true share without the event less itself, on every day from the first event to the "
            "last with 10 people still followed",
            0.0,
            partial(_band, kind, scale),
            "survival_band",
            # The quantile of the one process takes a fifth of a second, of the other 3 ms.
            "heavy" if kind == "equal_precision" else "medium",
            gives=("interval",),
        )


def _conditional() -> Iterator[Trial]:
    later = float(np.exp(-hazard_of(FREE) * (AT - REACHED)))
    yield _trial(
        "conditional_survival",
        f"curve of those free for {REACHED} days, log-log limits",
        f"share without the event at {AT} days of those without it at {REACHED}",
        later,
        _after,
        "conditional_survival",
    )
    yield _trial(
        "conditional_survival_table",
        f"share with the event after {REACHED} days without, log-log limits",
        f"share with the event by {AT} days of those without it at {REACHED}",
        1 - later,
        _after_in_a_table,
        "conditional_survival_table",
    )


def _trial(
    name: str,
    title: str,
    estimates: str,
    truth: float,
    ask: Callable[..., Answer],
    covers: str,
    cost: Cost = "light",
    gives: tuple[Gives, ...] = ("estimate", "interval"),
) -> Trial:
    return Trial(
        family="survival",
        estimator=name,
        title=title,
        estimates=estimates,
        scenario=followed(FREE),
        truth=exactly(truth),
        apply=lambda data: one_by_one(zip(data.days, data.seen, strict=True), ask, gives=gives),
        covers=(covers,),
        judge_bias="estimate" in gives,
        cost=cost,
    )


def _band(kind: str, scale: str, days: Days, seen: Flags) -> Answer:
    band = survival_band(kaplan_meier(days, seen), kind=kind, scale=scale)
    time, low, high = (np.asarray(column) for column in (band.time, band.low, band.high))
    claimed = time[~np.isnan(low)]
    # Between two events the truth moves on and the band does not: every day is looked at.
    every = np.arange(claimed[0], claimed[-1] + 1)
    step = np.searchsorted(time, every, side="right") - 1
    truth = np.exp(-hazard_of(FREE) * every)
    return NAN, float((low[step] - truth).max()), float((high[step] - truth).min()), NAN


def _after(days: Days, seen: Flags) -> Answer:
    return (*conditional_survival(kaplan_meier(days, seen), REACHED).at(AT - REACHED), NAN)


def _after_in_a_table(days: Days, seen: Flags) -> Answer:
    table = conditional_survival_table(
        kaplan_meier(days, seen), reached=[REACHED], ahead=AT - REACHED
    )
    return of_estimate(table.estimates[0])


def _weighted() -> Trial:
    first, second = HALVES
    return Trial(
        family="survival",
        estimator="weighted_kaplan_meier",
        title="weighted Kaplan-Meier, log-log limits, robust variance",
        estimates=f"share of the population without the event at {AT} days",
        scenario=Scenario(
            name="two halves, the second sampled more often",
            says=f"n people of a population of two halves, {first:.0%} and {second:.0%} without "
            f"the event at {AT} days; the second half is sampled three times as often, and "
            f"weighted down for it; each followed for {SHORTEST} to {LONGEST} whole days",
            draw=_halves,
        ),
        truth=exactly((first + second) / 2),
        apply=lambda data: one_by_one(
            zip(data.cohorts.days, data.cohorts.seen, data.weights, strict=True), _weighted_share
        ),
        covers=("weighted_kaplan_meier",),
        judge_bias=True,
        cost="light",
    )


def _halves(rng: np.random.Generator, n: int, replications: int) -> Weighted:
    shape = (replications, n)
    half = (rng.random(shape) < SAMPLED[1]).astype(np.intp)
    hazard = np.array([hazard_of(free) for free in HALVES])[half]
    return Weighted(_lives(rng, hazard), 0.5 / np.array(SAMPLED)[half])


def _lives(
    rng: np.random.Generator, hazard: NDArray[np.float64], ends: tuple[int, int] = (200, 800)
) -> Cohorts:
    event = np.ceil(rng.exponential(1 / hazard))
    end = rng.integers(ends[0], ends[1] + 1, hazard.shape)
    return Cohorts(np.minimum(event, end).astype(np.int64), event <= end)


def _weighted_share(days: Days, seen: Flags, weights: NDArray[np.float64]) -> Answer:
    return (*weighted_kaplan_meier(days, seen, weights).at(AT), NAN)


def _landmark() -> Trial:
    return Trial(
        family="survival",
        estimator="landmark_cohort",
        title="completers and others from a landmark on, melded difference",
        estimates=f"difference of the shares with the event in the {AT} days after the landmark",
        scenario=Scenario(
            name="exposed on some day, to no effect",
            says=f"n people with one hazard, {FREE:.0%} without the event at {AT} days, half of "
            f"whom are exposed by day {LANDMARK} if they get so far; it changes nothing; each "
            f"followed for {SHORTEST + 400} to {LONGEST + 400} whole days",
            draw=_with_exposure,
        ),
        truth=exactly(0.0, "no effect, by design"),
        apply=lambda data: one_by_one(
            zip(data.cohorts.days, data.cohorts.seen, data.exposure, strict=True),
            _from_the_landmark,
            gives=("estimate", "interval", "p_value"),
        ),
        covers=("landmark_cohort",),
        rejection="type I error",
        judge_bias=True,
        cost="heavy",
    )


def _with_exposure(rng: np.random.Generator, n: int, replications: int) -> Exposed:
    shape = (replications, n)
    lives = _lives(rng, np.full(shape, hazard_of(FREE)), (SHORTEST + 400, LONGEST + 400))
    exposure = np.ceil(rng.exponential(LANDMARK / np.log(2), shape)).astype(np.int64)
    return Exposed(lives, exposure)


def _from_the_landmark(days: Days, seen: Flags, exposure: Days) -> Answer:
    # Who has the event, or leaves, before being exposed never is.
    exposed_on = np.where(exposure < days, exposure, np.inf)
    cohort = landmark_cohort(days, seen, exposed_on, landmark=LANDMARK)
    curves = curves_by_group(cohort.durations, cohort.observed, cohort.groups)
    found = difference_at(curves, [AT], reference="not exposed")
    return of_estimate(found.estimates[0])


def _cured(tail: str) -> Iterator[Trial]:
    scenario = Scenario(
        name=f"half never have the event, {tail} tail",
        says=f"n people, {CURED:.0%} of whom never have the event and the others after times with "
        f"a {tail} tail, each followed for {_CURE_FOLLOWED[0]} to {_CURE_FOLLOWED[1]} whole days",
        draw=partial(_split, tail),
    )
    for assumed in TAILS:
        right = "right" if assumed == tail else "wrong"
        yield Trial(
            family="survival",
            estimator=f"mixture_cure_models({assumed}, {right} tail)",
            title=f"share who never have the event, {assumed} tail assumed, the {right} one",
            estimates="share who never have the event",
            scenario=scenario,
            truth=exactly(CURED, "by design"),
            apply=lambda data, assumed=assumed: one_by_one(  # type: ignore[misc]
                zip(data.days, data.seen, strict=True), partial(_never, assumed)
            ),
            covers=("mixture_cure_models",),
            judge_bias=True,
            cost="heavy",
            sizes=() if right == "right" else (28, 60, 200),
            only=""
            if right == "right"
            else f"{SLOW}: more people only make it surer of a wrong answer",
        )


def _split(tail: str, rng: np.random.Generator, n: int, replications: int) -> Cohorts:
    shape = (replications, n)
    if tail == "weibull":
        time = rng.weibull(_TAIL_SHAPE, shape) * _TAIL_SCALE
    else:
        time = rng.lognormal(np.log(_TAIL_SCALE), _TAIL_SPREAD, shape)
    event = np.where(rng.random(shape) < CURED, np.inf, np.ceil(time))
    end = rng.integers(_CURE_FOLLOWED[0], _CURE_FOLLOWED[1] + 1, shape)
    return Cohorts(np.minimum(event, end).astype(np.int64), event <= end)


def _never(assumed: str, days: Days, seen: Flags) -> Answer:
    return of_estimate(getattr(mixture_cure_models(days, seen), assumed).cured_share)
