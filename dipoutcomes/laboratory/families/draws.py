"""Trials of draws in which people come in groups, or with unequal chances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.laboratory.answers import Answer, of_estimate, one_by_one
from dipoutcomes.laboratory.families.sampling import WEIGHT
from dipoutcomes.laboratory.trial import FloatArray, Replications, Scenario, Trial, Truth
from dipoutcomes.sampling import (
    SurveyDesign,
    survey_design,
    survey_mean,
    survey_proportion,
    survey_ratio,
    survey_total,
)
from dipoutcomes.sampling.proportional_to_size import inclusion_probabilities, select_sampford
from dipoutcomes.streams import random_stream

#: People of one caseworker, and the share with the event: whole caseloads are alike.
CASELOAD = 4
SHARE, ALIKE = 0.4, 4.0

Integers = NDArray[np.int64]
Ask = Callable[["Listed", Integers, SurveyDesign], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Everybody of a frame: whose caseload they are in, contacts, offences, years followed."""

    caseload: Integers
    contacts: FloatArray
    offences: FloatArray
    years: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Who is drawn of the frame made for *n* people, one row a replication."""

    n: int
    rows: Integers


def trials() -> Iterator[Trial]:
    """Yield the survey estimates on caseloads drawn whole, and in proportion to contacts."""
    clusters = Scenario(
        name="whole caseloads drawn",
        says=f"n people in caseloads of {CASELOAD}, drawn at random of {WEIGHT} times as many; "
        "people of one caseload are alike",
        draw=_caseloads,
    )
    by_size = Scenario(
        name="drawn in proportion to contacts",
        says=f"n people drawn by Sampford's method in proportion to contacts with the service, 1 "
        f"to 9, from a frame {WEIGHT} times as large; the more contacts, the more offences",
        draw=_in_proportion,
    )
    asked: list[tuple[str, str, Callable[[Listed], float], Ask]] = [
        (
            "survey_mean",
            "offences per person in the frame",
            lambda f: float(f.offences.mean()),
            lambda f, who, design: survey_mean(f.offences[who], design),
        ),
        (
            "survey_total",
            "offences in the frame",
            lambda f: float(f.offences.sum()),
            lambda f, who, design: survey_total(f.offences[who], design),
        ),
        (
            "survey_ratio",
            "offences per person-year in the frame",
            lambda f: float(f.offences.sum() / f.years.sum()),
            lambda f, who, design: survey_ratio(f.offences[who], f.years[who], design),
        ),
        (
            "survey_proportion",
            "share of the frame with an offence",
            lambda f: float((f.offences > 0).mean()),
            lambda f, who, design: survey_proportion(f.offences[who] > 0, design),
        ),
    ]
    for scenario, short, design_of in (
        (clusters, "clusters", _clusters),
        (by_size, "in proportion to size", _weighted),
    ):
        for name, estimates, truth, ask in asked:
            yield Trial(
                family="sampling",
                estimator=f"{name}({short})",
                title=f"{name.replace('_', ' ')}, {short}",
                estimates=estimates,
                scenario=scenario,
                truth=partial(_truth, truth),
                apply=partial(_applied, ask, design_of),
                covers=(name,),
                judge_bias=True,
                cost="light",
            )


def _truth(of: Callable[[Listed], float], n: int) -> Truth:
    return Truth(value=of(frame_of(n)), source="the frame")


def _applied(
    ask: Ask, design_of: Callable[[int, Integers], SurveyDesign], data: Drawn
) -> Replications:
    frame = frame_of(data.n)

    def of(row: Integers) -> Answer:
        return of_estimate(ask(frame, row, design_of(data.n, row)))

    return one_by_one(((row,) for row in data.rows), of)


@lru_cache(maxsize=8)
def frame_of(n: int) -> Listed:
    """Return the frame from which about *n* are drawn: made up once, whatever the seed."""
    people = WEIGHT * n // CASELOAD * CASELOAD
    rng = random_stream(0, f"laboratory/caseloads/{n}")
    caseload = np.arange(people) // CASELOAD
    contacts = rng.integers(1, 10, people).astype(np.float64)
    own = rng.beta(ALIKE * SHARE, ALIKE * (1 - SHARE), people // CASELOAD)
    mean = own[caseload] * contacts / contacts.mean()
    return Listed(caseload, contacts, rng.poisson(mean).astype(float), 0.5 + rng.random(people))


def _caseloads(rng: np.random.Generator, n: int, replications: int) -> Drawn:
    """Return who is drawn: whole caseloads, as many as make about *n* people."""
    every = WEIGHT * n // CASELOAD
    order = rng.permuted(np.tile(np.arange(every), (replications, 1)), axis=1)[:, : n // CASELOAD]
    people = order[:, :, None] * CASELOAD + np.arange(CASELOAD)
    return Drawn(n, people.reshape(replications, -1))


def _clusters(n: int, who: Integers) -> SurveyDesign:
    frame = frame_of(n)
    every = WEIGHT * n // CASELOAD
    drawn = len(who) // CASELOAD
    return survey_design(
        np.full(len(who), every / drawn),
        clusters=frame.caseload[who],
        population=np.full(len(who), float(every)),
    )


@lru_cache(maxsize=8)
def _chances(n: int) -> FloatArray:
    return np.asarray(inclusion_probabilities(frame_of(n).contacts, n))


def _in_proportion(rng: np.random.Generator, n: int, replications: int) -> Drawn:
    chances, sizes = _chances(n), frame_of(n).contacts
    drawn = [select_sampford(chances, sizes=sizes, rng=rng).sample for _ in range(replications)]
    return Drawn(n, np.array(drawn))


def _weighted(n: int, who: Integers) -> SurveyDesign:
    """Return the design without a correction, as the toolkit takes a draw by size: cautious."""
    return survey_design(1 / _chances(n)[who])
