"""The partial likelihood, its slope and its curvature at one value of the coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dipoutcomes.survival._partial_likelihood.rows import Floats, Integers, RiskSets

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The terms of the likelihood: one an event time (Breslow), or one a tied event (Efron).

    A step takes *share* of the tied deaths out of the risk set and has *weight*.
    """

    place: Integers
    share: Floats
    weight: Floats
    starts: Integers
    tied: bool

    @classmethod
    def of(cls, sets: RiskSets, ties: Ties) -> Steps:
        """Return the steps of all event times; *starts* is the first one of each."""
        if ties == "breslow" or sets.deaths.max(initial=0) <= 1:
            places = np.arange(sets.event_times)
            return cls(places, np.zeros(len(places)), sets.death_weight, places, tied=False)
        places = np.repeat(np.arange(sets.event_times), sets.deaths)
        starts = np.concatenate([[0], np.cumsum(sets.deaths)[:-1]]).astype(np.int64)
        count = sets.deaths[places]
        share = (np.arange(len(places)) - starts[places]) / count
        return cls(places, share, sets.death_weight[places] / count, starts, tied=True)

    def by_time(self, values: Floats) -> Floats:
        """Return the sum of *values*, one a step, at each event time."""
        return np.asarray(np.add.reduceat(values, self.starts)) if self.tied else values


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the likelihood and everything after it need, at one value of the coefficients.

    `risk` is weight x exp(linear predictor - shift) of each row; `s1`, `d1` sum risk x covariate
    over those at risk and over the tied deaths, shape (covariates, times). Over the steps of a
    time, with S = risk of those in the step and f its share, `hazard` is the sum of weight / S,
    `hazard_tied` that of f weight / S, and `squared` those of weight / S**2 times 1, f, f**2.
    """

    log_likelihood: float
    shift: float
    risk: Floats
    hazard: Floats
    hazard_tied: Floats
    squared: tuple[Floats, Floats, Floats]
    s1: Floats
    d1: Floats


def sums_at(sets: RiskSets, steps: Steps, beta: Floats) -> Sums:
    """Return the `Sums` at *beta* (of the standardised covariates)."""
    eta, shift, risk = _risk(sets, beta)
    left = _left(sets, steps, risk)
    one = steps.weight / left
    two = one / left
    part = steps.share
    zero = np.zeros(sets.event_times)
    tied = steps.tied
    weighted = sets.x * risk
    return Sums(
        log_likelihood=_log_likelihood(sets, steps, eta, shift, left),
        shift=shift,
        risk=risk,
        hazard=steps.by_time(one),
        hazard_tied=steps.by_time(one * part) if tied else zero,
        squared=(
            steps.by_time(two),
            steps.by_time(two * part) if tied else zero,
            steps.by_time(two * part**2) if tied else zero,
        ),
        s1=sets.sums_at_risk(weighted),
        d1=sets.sums_of_deaths(sets.of_deaths(weighted)) if tied else np.zeros((len(beta), 0)),
    )


def slope(sets: RiskSets, sums: Sums) -> Floats:
    """Return the score: covariates times observed less expected events of each row."""
    expected = sums.risk * sets.sums_over_time(sums.hazard)
    if sums.d1.size:
        expected[sets.event] -= (sums.risk * sums.hazard_tied[sets.last])[sets.event]
    return np.asarray(sets.x @ (sets.weight * sets.event - expected))


def curvature(sets: RiskSets, sums: Sums, by_time: Floats | None = None) -> Floats:
    """Return the information: the covariates' variance in the risk set, summed over events.

    Each event time counts *by_time* times, if that is given.
    """
    g = np.ones(sets.event_times) if by_time is None else by_time
    rows = sums.risk * sets.sums_over_time(sums.hazard * g)
    if sums.d1.size:
        tied = sums.risk * (sums.hazard_tied * g)[sets.last]
        rows[sets.event] -= tied[sets.event]
    total = (sets.x * rows) @ sets.x.T
    square, cross, last = (g * q for q in sums.squared)
    total -= (sums.s1 * square) @ sums.s1.T
    if sums.d1.size:
        mixed = (sums.s1 * cross) @ sums.d1.T
        total += mixed + mixed.T - (sums.d1 * last) @ sums.d1.T
    return np.asarray((total + total.T) / 2)


def _risk(sets: RiskSets, beta: Floats) -> tuple[Floats, float, Floats]:
    eta = beta @ sets.x
    if len(sets.offset):
        eta = eta + sets.offset
    shift = float(eta.max())
    return eta, shift, sets.weight * np.exp(eta - shift)


def _left(sets: RiskSets, steps: Steps, risk: Floats) -> Floats:
    """Return the risk of those in each step."""
    total = sets.sums_at_risk(risk)
    if not steps.tied:
        return total
    dead = sets.sums_of_deaths(sets.of_deaths(risk))
    return np.asarray(total[steps.place] - steps.share * dead[steps.place])


def _log_likelihood(sets: RiskSets, steps: Steps, eta: Floats, shift: float, left: Floats) -> float:
    died = sets.event
    observed = float(sets.weight[died] @ (eta[died] - shift))
    return observed - float(steps.weight @ np.log(left))
