"""Trials of draws from a known frame: survey estimates, and limits for those who look early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.answers import NAN, Answer, of_estimate, of_p_value, one_by_one
from dipoutcomes.laboratory.families._interval_methods import SLOW
from dipoutcomes.laboratory.trial import FloatArray, Scenario, Trial, Truth
from dipoutcomes.sampling import (
    PROPORTION_METHODS,
    SurveyDesign,
    anytime_interval,
    proportion_confidence_sequence,
    stop_when,
    survey_design,
    survey_mean,
    survey_proportion,
    survey_ratio,
    survey_total,
)
from dipoutcomes.streams import random_stream

#: Each person of the sample stands for so many of the frame.
WEIGHT = 7
#: Parts of the frame by area, and the share with the event in each.
PARTS, SHARES = (0.5, 0.25, 0.15, 0.1), (0.2, 0.35, 0.5, 0.7)
LOOKS_SHARE = 0.25

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Everybody of the frame, area by area, and how many of each area are drawn."""

    area: Integers
    event: NDArray[np.bool_]
    offences: FloatArray
    years: FloatArray
    drawn: Integers


def trials() -> Iterator[Trial]:
    """Yield the trials of survey estimates, of confidence sequences and of stopping."""
    asked: list[tuple[str, str, str, Callable[[Frame], float], Callable[..., Any]]] = [
        ("survey_mean", "survey mean, t", "offences per person in the frame",
         lambda f: float(f.offences.mean()), survey_mean),
        ("survey_total", "survey total, t", "offences in the frame",
         lambda f: float(f.offences.sum()), survey_total),
        ("survey_ratio", "survey ratio, t", "offences per person-year in the frame",
         lambda f: float(f.offences.sum() / f.years.sum()), survey_ratio),
    ]  # fmt: skip
    for name, title, estimates, truth, function in asked:
        yield _survey(name, title, estimates, truth, partial(_of_offences, function))
    for method in PROPORTION_METHODS:
        yield _survey(
            f"survey_proportion({method})", f"survey proportion, {method}",
            "share of the frame with the event", lambda f: float(f.event.mean()),
            partial(_of_events, method),
            standing="do not use" if method == "mean" else "sound",
        )  # fmt: skip
    yield from _sequences()


def _survey(
    name: str,
    title: str,
    estimates: str,
    truth: Callable[[Frame], float],
    ask: Callable[..., Answer],
    standing: str = "sound",
) -> Trial:
    return Trial(
        family="sampling",
        estimator=name,
        title=title,
        estimates=estimates,
        scenario=Scenario(
            name="stratified draw",
            says=f"n people drawn at random in proportion from four areas of a frame {WEIGHT} "
            "times as large, whose shares with the event run from 20% to 70%",
            draw=_stratified,
        ),
        truth=lambda n: Truth(value=truth(frame_of(n)), source="the frame"),
        apply=lambda rows: one_by_one(((row,) for row in rows), ask),
        covers=(name.partition("(")[0],),
        standing=standing,
        judge_bias=True,
        cost="light",
    )


@lru_cache(maxsize=8)
def frame_of(n: int) -> Frame:
    """Return the frame from which *n* are drawn: made up once and for all, whatever the seed."""
    drawn = np.array([max(2, round(part * n)) for part in PARTS])
    drawn[0] += n - drawn.sum()
    people = drawn * WEIGHT
    rng = random_stream(0, f"laboratory/frame/{n}")
    area = np.repeat(np.arange(len(PARTS)), people)
    # The share of each area is exact, to the nearest person; who it is makes no difference.
    event = np.concatenate(
        [np.arange(size) < round(share * size) for size, share in zip(people, SHARES, strict=True)]
    )
    offences = event * (1.0 + rng.poisson(1, len(area)))
    return Frame(area, event, offences, 0.5 + rng.random(len(area)), drawn)


@lru_cache(maxsize=8)
def _design(n: int) -> SurveyDesign:
    frame = frame_of(n)
    area = np.repeat(np.arange(len(PARTS)), frame.drawn)
    return survey_design(
        np.full(n, float(WEIGHT)), strata=area, population=(frame.drawn * WEIGHT)[area]
    )


def _stratified(rng: np.random.Generator, n: int, replications: int) -> Integers:
    """Return who is drawn, one row a replication."""
    frame, start, columns = frame_of(n), 0, []
    for drawn in frame.drawn:
        size = int(drawn) * WEIGHT
        order = rng.permuted(np.tile(np.arange(start, start + size), (replications, 1)), axis=1)
        columns.append(order[:, :drawn])
        start += size
    return np.hstack(columns)


def _of_offences(function: Callable[..., Any], row: Integers) -> Answer:
    frame = frame_of(len(row))
    values = [frame.offences[row]] + [frame.years[row]] * (function is survey_ratio)
    return of_estimate(function(*values, _design(len(row))))


def _of_events(method: str, row: Integers) -> Answer:
    event = frame_of(len(row)).event[row]
    return of_estimate(survey_proportion(event, _design(len(row)), method=method))


def _sequences() -> Iterator[Trial]:
    scenario = Scenario(
        name="asked in random order",
        says=f"n people asked in random order of a frame {WEIGHT} times as large, "
        f"{LOOKS_SHARE:.0%} of it with the event; the limits must hold after every person",
        draw=_in_order,
    )
    common: dict[str, Any] = {
        "family": "sampling",
        "estimates": "share of the frame, looked at after every person",
        "scenario": scenario,
        "truth": lambda n: Truth(value=_marked(n) / (WEIGHT * n), source="the frame"),
    }
    for method in ("prior_posterior", "hedged_capital"):
        slow = method == "hedged_capital"
        yield Trial(
            estimator=f"proportion_confidence_sequence({method})",
            title=f"confidence sequence, {method.replace('_', ' ')}",
            apply=lambda orders, method=method: one_by_one(  # type: ignore[misc]
                ((row,) for row in orders), partial(_sequence, method)
            ),
            covers=("proportion_confidence_sequence",),
            cost="heavy" if slow else "medium",
            sizes=(28, 60) if slow else (28, 60, 200),
            only=f"{SLOW}: every number of people that the frame could hold is bet against",
            **common,
        )
    yield Trial(
        estimator="anytime_interval",
        title="confidence sequence at one look",
        apply=lambda orders: one_by_one(((row,) for row in orders), _anytime),
        covers=("anytime_interval",),
        cost="medium",
        **common,
    )
    yield Trial(
        family="sampling",
        estimator="stop_when",
        title="stop at the first answer",
        estimates="whether at least half of a frame have the event (they have, exactly)",
        scenario=Scenario(
            name="asked until the answer",
            says="a frame of n people, half with the event, asked in random order until the "
            "question is answered",
            draw=lambda rng, n, replications: _shuffled(rng, n, n // 2, n, replications),
        ),
        truth=lambda n: Truth(value=(n // 2) / n, source="the frame"),
        apply=lambda orders: one_by_one(((row,) for row in orders), _stopped, gives=("p_value",)),
        covers=("stop_when",),
        rejection="type I error",
        cost="medium",
        sizes=(28, 60, 200),
        only=f"{SLOW}: every number of people that the frame could hold is bet against",
    )


def _marked(n: int) -> int:
    return round(LOOKS_SHARE * WEIGHT * n)


def _in_order(rng: np.random.Generator, n: int, replications: int) -> Integers:
    return _shuffled(rng, WEIGHT * n, _marked(n), n, replications)


def _shuffled(
    rng: np.random.Generator, size: int, marked: int, asked: int, replications: int
) -> Integers:
    frame = np.tile((np.arange(size) < marked).astype(np.int64), (replications, 1))
    return np.asarray(rng.permuted(frame, axis=1)[:, :asked])


def _sequence(method: Any, outcomes: Integers) -> Answer:
    found = proportion_confidence_sequence(outcomes, WEIGHT * len(outcomes), method=method)
    # Limits only narrow, so that the last ones hold exactly if all did.
    return float(outcomes.mean()), found.interval.low, found.interval.high, NAN


def _anytime(outcomes: Integers) -> Answer:
    n = len(outcomes)
    found = anytime_interval(int(outcomes.sum()), n, WEIGHT * n)
    return float(outcomes.mean()), found.low, found.high, NAN


def _stopped(outcomes: Integers) -> Answer:
    sequence = proportion_confidence_sequence(outcomes, len(outcomes))
    return of_p_value(1.0 if stop_when(sequence, 0.5).answer == "at or above" else 0.0)
