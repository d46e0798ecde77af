"""The hazard of somebody with given covariates, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes.survival._partial_likelihood.newton import PartialFit
from dipoutcomes.survival._partial_likelihood.residuals import sums_of
from dipoutcomes.survival._partial_likelihood.rows import Floats, Integers, RiskSets


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
    the place of the fit's own in the variance.

    References
    ----------
    Breslow, N. (1972). Journal of the Royal Statistical Society B 34, 216-217; Tsiatis, A. A.
    (1981). Annals of Statistics 9, 93-108 (variance).
    """
    _, sums = sums_of(sets, fit)
    given = np.zeros(sets.covariates) if at is None else np.asarray(at, dtype=np.float64)
    place = (given - sets.centre) / sets.scale
    square, cross, _ = sums.squared
    drift = sums.s1 * square
    if sums.d1.size:
        drift = drift - sums.d1 * cross
    risk = float(np.exp(fit.standardised @ place - sums.shift))
    hazard = sums.hazard * risk
    cumulative = _running(sets, hazard)
    # How the cumulative hazard moves with the coefficients, per standard deviation.
    moves = place[:, None] * cumulative - _running(sets, drift * risk)
    spread = fit.covariance if covariance is None else covariance
    standard = spread * np.outer(sets.scale, sets.scale)
    variance = _running(sets, square * risk**2) + np.einsum("ik,ij,jk->k", moves, standard, moves)
    return Baseline(sets.time, sets.stratum, hazard, cumulative, np.asarray(variance))


def _running(sets: RiskSets, values: Floats) -> Floats:
    """Return running totals that start again in each stratum."""
    whole = values.cumsum(axis=-1)
    nothing = np.zeros((*whole.shape[:-1], 1))
    before = np.concatenate([nothing, whole], axis=-1)[..., sets.stratum_starts[sets.stratum]]
    return np.asarray(whole - before)
