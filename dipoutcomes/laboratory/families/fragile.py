"""Trials of what is said about hidden bias, wrong records and many outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from dipoutcomes.comparison import (
    adjust_p_values,
    calibrate_ratio,
    corrected_difference,
    corrected_share,
    rosenbaum_binary,
    rosenbaum_signed_rank,
    systematic_error,
)
from dipoutcomes.laboratory.answers import Answer, of_estimate, of_p_value, one_by_one
from dipoutcomes.laboratory.families._interval_methods import exactly
from dipoutcomes.laboratory.trial import Cost, FloatArray, Replications, Scenario, Trial

#: Hidden bias: people alike in all that is seen differ so much in their odds of the programme.
GAMMA = 2.0
#: Of the records: events found that happened, and people clean who were, in either group.
SENSITIVITY, SPECIFICITY = (0.9, 0.85), (0.97, 0.98)
SHARES = (0.4, 0.5)
#: Bias that controls share (mean and spread of its logarithm), number of controls, the true ratio.
BIAS, DIFFERS, CONTROLS, RATIO = 0.15, 0.2, 10, 0.75
OUTCOMES = 10
ALL: tuple[Any, ...] = ("estimate", "interval", "p_value")
Z = 1.959963984540054


def trials() -> Iterator[Trial]:
    """Yield the trials of hidden bias, wrong records, negative controls and many outcomes."""
    yield _hidden("rosenbaum_binary", "pairs that differ", _binary, "light")
    yield _hidden("rosenbaum_signed_rank", "signed ranks", _signed_rank, "medium")
    yield _records("corrected_share", "share, corrected for wrong records", _share, SHARES[0])
    yield _records(
        "corrected_difference", "difference, corrected for wrong records", _difference,
        SHARES[0] - SHARES[1],
    )  # fmt: skip
    yield Trial(
        family="sensitivity",
        estimator="calibrate_ratio(predictive)",
        title="ratio, calibrated by negative controls",
        estimates="ratio that the programme made",
        scenario=controls(),
        truth=exactly(RATIO),
        apply=calibrated,
        covers=("calibrate_ratio", "systematic_error"),
        scale="log",
        judge_bias=True,
        rejection="power",
        cost="light",
    )
    for method in ("holm", "hochberg", "bonferroni"):
        yield Trial(
            family="sensitivity",
            estimator=f"adjust_p_values({method})",
            title=f"the largest of {OUTCOMES} effects, {method.capitalize()}",
            estimates="the effect on the outcome that changed most, no effect on any",
            scenario=many_outcomes(),
            truth=exactly(0.0, "no effect, by design"),
            apply=largest_of(method),
            covers=("adjust_p_values",),
            rejection="type I error",
            cost="light",
        )


def _hidden(name: str, title: str, ask: Callable[..., Answer], cost: Cost) -> Trial:
    return Trial(
        family="sensitivity",
        estimator=name,
        title=f"bound on the p-value under hidden bias, {title}",
        estimates=f"no effect, while people alike differ in their odds by a factor of {GAMMA:g}",
        scenario=_worst_case(),
        truth=exactly(0.0, "no effect, by design"),
        apply=lambda data: one_by_one(((row,) for row in data), ask, gives=("p_value",)),
        covers=(name,),
        rejection="type I error",
        cost=cost,
        # 200 pairs are the most that the exact distribution is worked out for.
        sizes=(28, 60, 1_000) if name == "rosenbaum_signed_rank" else (),
        only="200 pairs take long by the exact distribution, which 28 and 60 try too"
        if name == "rosenbaum_signed_rank"
        else "",
    )


@lru_cache
def _worst_case() -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> FloatArray:
        shape = (replications, n)
        favours = rng.random(shape) < GAMMA / (1 + GAMMA)
        return np.where(favours, 1, -1) * rng.exponential(size=shape)

    return Scenario(
        name="pairs under hidden bias",
        says="n pairs whose members differ in the outcome and in nothing else that is seen; the "
        "programme changes nothing, but something hidden makes the member with the programme the "
        f"better one with odds of {GAMMA:g} to 1: the worst that the bound allows for",
        draw=draw,
    )


def _binary(differences: FloatArray) -> Answer:
    favouring = int((differences > 0).sum())
    found = rosenbaum_binary(favouring, len(differences) - favouring, gammas=[1.0, GAMMA])
    return of_p_value(found.upper[-1])


def _signed_rank(differences: FloatArray) -> Answer:
    found = rosenbaum_signed_rank(differences, alternative="greater", gammas=[1.0, GAMMA])
    return of_p_value(found.upper[-1])


def _records(name: str, title: str, ask: Callable[..., Answer], truth: float) -> Trial:
    return Trial(
        family="sensitivity",
        estimator=name,
        title=title,
        estimates="true share, or difference of shares, behind records that err",
        scenario=_erring(),
        truth=exactly(truth),
        apply=lambda columns: one_by_one(zip(*columns, strict=True), ask),
        covers=(name,),
        judge_bias=True,
        cost="light",
    )


@lru_cache
def _erring() -> Scenario:
    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        columns: list[FloatArray] = []
        for share, found, clean in zip(SHARES, SENSITIVITY, SPECIFICITY, strict=True):
            seen = share * found + (1 - share) * (1 - clean)
            columns += [rng.binomial(n, seen, replications), np.full(replications, n)]
        return tuple(columns)

    return Scenario(
        name="records that err",
        says=f"two groups of n people, {SHARES[0]:.0%} and {SHARES[1]:.0%} of whom had an event; "
        f"records show {SENSITIVITY[0]:.0%} and {SENSITIVITY[1]:.0%} of those, and wrongly "
        f"{1 - SPECIFICITY[0]:.0%} and {1 - SPECIFICITY[1]:.0%} of the others",
        draw=draw,
    )


def _share(events: Any, n: Any, _events: Any, _n: Any) -> Answer:
    return of_estimate(
        corrected_share(int(events), int(n), sensitivity=SENSITIVITY[0], specificity=SPECIFICITY[0])
    )


def _difference(*counts: Any) -> Answer:
    return of_estimate(
        corrected_difference(
            *(int(count) for count in counts), sensitivity=SENSITIVITY, specificity=SPECIFICITY
        )
    )


@lru_cache
def controls() -> Scenario:
    """Return a ratio and negative controls that share a bias, all with errors of n people."""

    def draw(rng: np.random.Generator, n: int, replications: int) -> Any:
        error = 2 / np.sqrt(n)
        shape = (replications, CONTROLS)
        seen = rng.normal(BIAS, DIFFERS, shape) + error * rng.normal(size=shape)
        own = np.log(RATIO) + rng.normal(BIAS, DIFFERS, replications)
        own += error * rng.normal(size=replications)
        return own, np.full(replications, error), seen

    return Scenario(
        name="a bias that negative controls share",
        says=f"a ratio of {RATIO:g}, and {CONTROLS} outcomes that the programme cannot touch, all "
        f"from n people (an error of the logarithm of 2 over the root of n) and all biased alike: "
        f"by {BIAS:g} on average, with a spread of {DIFFERS:g}",
        draw=draw,
    )


def calibrated(columns: Any) -> Replications:
    """Return the calibrated ratio of every cohort."""

    def ask(log_ratio: float, error: float, seen: FloatArray) -> Answer:
        ratio, low, high = np.exp([log_ratio, log_ratio - Z * error, log_ratio + Z * error])
        bias = systematic_error(seen, np.full(len(seen), error))
        found = calibrate_ratio(ratio, low, high, bias)
        return found.value, found.interval.low, found.interval.high, found.p_value

    return one_by_one(zip(*columns, strict=True), ask, gives=ALL)


def as_published(columns: Any) -> Replications:
    """Return the ratio of every cohort with nothing done about its bias."""
    log_ratio, error, _ = columns
    return Replications(
        estimate=np.exp(log_ratio),
        low=np.exp(log_ratio - Z * error),
        high=np.exp(log_ratio + Z * error),
    )


@lru_cache
def many_outcomes() -> Scenario:
    """Return z-values of several outcomes of the same people, with no effect on any."""

    def draw(rng: np.random.Generator, _n: int, replications: int) -> FloatArray:
        own = rng.normal(size=(replications, OUTCOMES))
        z: FloatArray = np.sqrt(0.3) * rng.normal(size=(replications, 1)) + np.sqrt(0.7) * own
        return z

    return Scenario(
        name="many outcomes, no effect",
        says=f"{OUTCOMES} outcomes of the same people, correlated by 0.3, each tested; the "
        "programme changes none of them",
        draw=draw,
    )


def largest_of(method: str) -> Callable[[FloatArray], Replications]:
    """Return the outcome of every cohort that is farthest from no effect.

    With "none" its limits and its p-value are those of one outcome alone; else limits allow for as
    many as there are (Bonferroni's, as in Holm's first step) and the p-value is adjusted.
    """
    from scipy.special import ndtr, ndtri

    alone = method == "none"
    half = -float(ndtri(0.025 / (1 if alone else OUTCOMES)))

    def ask(z: FloatArray) -> Answer:
        p = 2 * ndtr(-np.abs(z))
        adjusted = p if alone else np.array(adjust_p_values(p, method=method).adjusted)
        largest = float(z[np.argmax(np.abs(z))])
        return largest, largest - half, largest + half, float(adjusted.min())

    return lambda data: one_by_one(((row,) for row in data), ask, gives=ALL)
