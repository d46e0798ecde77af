"""The hazard of somebody with given covariates, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes.survival._partial_likelihood.grid import Floats, Integers
from dipoutcomes.survival._partial_likelihood.newton import PartialFit
from dipoutcomes.survival._partial_likelihood.residuals import sums_of
from dipoutcomes.survival._partial_likelihood.rows import RiskSets
from dipoutcomes.survival._partial_likelihood.sums import Sums


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Cumulative hazard at each event time for one value of the covariates.

    `variance` is that of `cumulative`: of the hazard itself, and of the coefficients.
    """

    time: Floats
    stratum: Integers
    hazard: Floats
    cumulative: Floats
    variance: Floats


def baseline_hazard(
    sets: RiskSets, fit: PartialFit, at: Floats | None = None, covariance: Floats | None = None
) -> Baseline:
    """Return the cumulative hazard of someone with covariates *at* (default: all 0).

    Breslow's estimator, or Efron's form of it where the fit has Efron's ties. *covariance* takes
    the place of the fit's own in the variance, which takes weights for numbers of people; with
    other weights use `hazard_influence`.

    References
    ----------
    Breslow, N. (1972). Journal of the Royal Statistical Society B 34, 216-217; Tsiatis, A. A.
    (1981). Annals of Statistics 9, 93-108 (variance).
    """
    sums, place, risk = _person(sets, fit, at)
    hazard = sums.hazard * risk
    cumulative = _running(sets, hazard)
    moves = place[:, None] * cumulative - _running(sets, _drift(sums) * risk)
    spread = fit.covariance if covariance is None else covariance
    standard = spread * np.outer(sets.scale, sets.scale)
    own = _running(sets, sums.squared[0] * risk**2)
    variance = own + np.einsum("ik,ij,jk->k", moves, standard, moves)
    return Baseline(sets.time, sets.stratum, hazard, cumulative, np.asarray(variance))


def hazard_influence(
    sets: RiskSets, fit: PartialFit, at: Floats, event_time: int, residuals: Floats
) -> Floats:
    """Return what a unit of weight on each row adds to the cumulative hazard at an event time.

    Parameters
    ----------
    sets, fit, at
        As for `baseline_hazard`.
    event_time : int
        Position in ``sets.time``; the hazard is that of its stratum up to and including it.
    residuals : ndarray, shape (rows as given, covariates)
        From `score_residuals`.

    Returns
    -------
    ndarray, shape (rows as given,)

    References
    ----------
    Reid, N. and Crepeau, H. (1985). Biometrika 72, 1-9 (influence functions for the proportional
    hazards model).
    """
    sums, place, risk = _person(sets, fit, at)
    inside = np.zeros(sets.event_times)
    inside[sets.stratum_starts[sets.stratum[event_time]] : event_time + 1] = risk
    square, cross, _ = sums.squared
    own = -(sums.risk / sets.weight) * sets.sums_over_time(square * inside)
    died = sets.event
    k = sets.last[died]
    each = sums.hazard / sets.death_weight * inside
    own[died] += each[k] + (sums.risk / sets.weight)[died] * (cross * inside)[k]
    moves = place * float(sums.hazard @ inside) - _drift(sums) @ inside
    found = residuals @ (fit.covariance @ (moves * sets.scale))
    found[sets.order] += own
    return np.asarray(found)


def _person(sets: RiskSets, fit: PartialFit, at: Floats | None) -> tuple[Sums, Floats, float]:
    """Return the sums at the estimate, the standardised covariates *at*, and their risk."""
    _, sums = sums_of(sets, fit)
    given = np.zeros(sets.covariates) if at is None else np.asarray(at, dtype=np.float64)
    place = (given - sets.centre) / sets.scale
    return sums, place, float(np.exp(fit.standardised @ place - sums.shift))


def _drift(sums: Sums) -> Floats:
    """Return how the hazard at each time moves with the risk sets' mean covariates."""
    drift = sums.s1 * sums.squared[0]
    if sums.d1.size:
        drift = drift - sums.d1 * sums.squared[1]
    return np.asarray(drift)


def _running(sets: RiskSets, values: Floats) -> Floats:
    """Return running totals that start again in each stratum."""
    whole = values.cumsum(axis=-1)
    nothing = np.zeros((*whole.shape[:-1], 1))
    before = np.concatenate([nothing, whole], axis=-1)[..., sets.stratum_starts[sets.stratum]]
    return np.asarray(whole - before)
