"""The partial likelihood, its slope and its curvature at one value of the coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dipoutcomes.survival._partial_likelihood.grid import Floats, Integers
from dipoutcomes.survival._partial_likelihood.rows import RiskSets

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
    `expected` are the events expected of each row, by weight; `slope` sums x times observed less
    expected, the score, and `gram` x x' times expected.
    """

    log_likelihood: float
    shift: float
    risk: Floats
    hazard: Floats
    hazard_tied: Floats
    squared: tuple[Floats, Floats, Floats]
    expected: Floats
    slope: Floats
    gram: Floats
    s1: Floats
    d1: Floats


def sums_at(sets: RiskSets, steps: Steps, beta: Floats) -> Sums:
    """Return the `Sums` at *beta* (of the standardised covariates)."""
    eta = beta @ sets.x
    if len(sets.offset):
        eta += sets.offset
    shift = float(eta.max())
    observed = float(sets.events @ eta) - shift * float(sets.events.sum())
    eta -= shift
    risk = np.exp(eta, out=eta)
    if sets.weighted:
        risk *= sets.weight
    total, dead = sets.sums(risk)
    left = total[steps.place] - steps.share * dead[steps.place] if steps.tied else total
    one = steps.weight / left
    two, part, tied = one / left, steps.share, steps.tied
    zero = np.zeros(sets.event_times)
    hazard = steps.by_time(one)
    hazard_tied = steps.by_time(one * part) if tied else zero
    expected = sets.sums_over_time(hazard, hazard_tied if tied else None)
    expected *= risk
    slope, gram, runs = sets.pass_over(risk, expected)
    s1, d1 = sets.from_runs(runs, sets.x[:, sets.late] * risk[sets.late])
    return Sums(
        log_likelihood=observed - float(steps.weight @ np.log(left)),
        shift=shift,
        risk=risk,
        hazard=hazard,
        hazard_tied=hazard_tied,
        squared=(
            steps.by_time(two),
            steps.by_time(two * part) if tied else zero,
            steps.by_time(two * part**2) if tied else zero,
        ),
        expected=expected,
        slope=slope,
        gram=gram,
        s1=s1,
        d1=d1 if tied else np.zeros((len(beta), 0)),
    )


def curvature(sets: RiskSets, sums: Sums, by_time: Floats | None = None) -> Floats:
    """Return the information: the covariates' variance in the risk set, summed over events.

    Each event time counts *by_time* times, if that is given.
    """
    if by_time is None:
        total, (square, cross, last) = sums.gram.copy(), sums.squared
    else:
        tied = sums.hazard_tied * by_time if sums.d1.size else None
        expected = sums.risk * sets.sums_over_time(sums.hazard * by_time, tied)
        _, total, _ = sets.pass_over(sums.risk, expected)
        square, cross, last = (by_time * q for q in sums.squared)
    total -= (sums.s1 * square) @ sums.s1.T
    if sums.d1.size:
        mixed = (sums.s1 * cross) @ sums.d1.T
        total += mixed + mixed.T - (sums.d1 * last) @ sums.d1.T
    return np.asarray((total + total.T) / 2)
