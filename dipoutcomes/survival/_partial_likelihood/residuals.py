"""What each row adds to the score, what each event adds, and the errors that follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes.survival._partial_likelihood.grid import Floats, Integers
from dipoutcomes.survival._partial_likelihood.newton import PartialFit
from dipoutcomes.survival._partial_likelihood.rows import RiskSets
from dipoutcomes.survival._partial_likelihood.sums import Steps, Sums, sums_at


def sums_of(sets: RiskSets, fit: PartialFit) -> tuple[Steps, Sums]:
    """Return the steps and sums at the estimate; the exact rule has none."""
    if fit.ties == "exact":
        raise ValueError("residuals are defined for Efron's and Breslow's rule, not for exact ties")
    steps = Steps.of(sets, fit.ties)
    return steps, sums_at(sets, steps, fit.standardised)


def mean_covariates(sets: RiskSets, sums: Sums) -> Floats:
    """Return the risk set's mean covariates at each time, standardised; (covariates, times)."""
    mean = sums.s1 * sums.hazard
    if sums.d1.size:
        mean = mean - sums.d1 * sums.hazard_tied
    return np.asarray(mean / sets.death_weight)


def score_residuals(sets: RiskSets, fit: PartialFit) -> Floats:
    """Return each row's part of the score at the estimate, shape (rows as given, covariates).

    Without the row's weight; weight times residual adds up to 0 over rows. A row at risk at no
    event time has 0.

    References
    ----------
    Therneau, T. M. and Grambsch, P. M. (2000). Modeling Survival Data, section 4.6 (equation
    4.21; for Efron's ties as in R's ``survival``).
    """
    _, sums = sums_of(sets, fit)
    risk = sums.risk / sets.weight
    square, cross, last = sums.squared
    event = sets.event
    hazard = sets.sums_over_time(sums.hazard)
    drift = sums.s1 * square
    if sums.d1.size:
        drift = drift - sums.d1 * cross
    out = risk * (sets.sums_over_time(drift) - sets.x * hazard)
    at = sets.last[event]
    x, own = sets.x[:, event], risk[event]
    at_event = x - mean_covariates(sets, sums)[:, at]
    if sums.d1.size:
        tied = sums.s1 * cross - sums.d1 * last
        at_event += own * (x * sums.hazard_tied[at] - tied[:, at])
    out[:, event] += at_event
    found = np.zeros((sets.rows_given, sets.covariates))
    found[sets.order] = (out * sets.scale[:, None]).T
    return found


def martingale_residuals(sets: RiskSets, fit: PartialFit) -> Floats:
    """Return each row's events less those expected of it, shape (rows as given,)."""
    _, sums = sums_of(sets, fit)
    expected = sums.expected / sets.weight
    found = np.zeros(sets.rows_given)
    found[sets.order] = sets.event - expected
    return found


def cluster_sums(residuals: Floats, clusters: Integers | None) -> Floats:
    """Return the residuals added up by cluster code; as they are without clusters."""
    if clusters is None:
        return residuals
    codes = np.unique(clusters, return_inverse=True)[1]
    return np.column_stack([np.bincount(codes, column) for column in residuals.T])


def sandwich(
    sets: RiskSets,
    fit: PartialFit,
    *,
    weights: Floats | None = None,
    clusters: Integers | None = None,
) -> Floats:
    """Return the robust covariance: influences of rows, added up by cluster, squared.

    Parameters
    ----------
    sets, fit
        As fitted.
    weights : ndarray, shape (rows as given,), optional
        As given to `risk_sets`.
    clusters : ndarray of int, shape (rows as given,), optional
        Persons, areas; rows of one are summed first. Omitted: every row stands alone.

    References
    ----------
    Lin, D. Y. and Wei, L. J. (1989). Journal of the American Statistical Association 84,
    1074-1078 (equation 2.1).
    """
    residuals = score_residuals(sets, fit)
    if weights is not None:
        residuals = residuals * np.asarray(weights, dtype=np.float64)[:, None]
    influence = cluster_sums(residuals, clusters) @ fit.covariance
    return np.asarray(influence.T @ influence)


@dataclass(frozen=True, slots=True, eq=False)
class Schoenfeld:
    """Covariates of each event less the mean of its risk set.

    `time` and `stratum` of shape (events,), `residual` (events, covariates), `row` the row as
    given; in order of time within stratum.
    """

    time: Floats
    stratum: Integers
    residual: Floats
    row: Integers


def schoenfeld_residuals(sets: RiskSets, fit: PartialFit) -> Schoenfeld:
    """Return the unscaled residuals of Schoenfeld (1982). Biometrika 69, 239-241."""
    _, sums = sums_of(sets, fit)
    at = sets.last[sets.event]
    residual = sets.x[:, sets.event] - mean_covariates(sets, sums)[:, at]
    return Schoenfeld(
        time=sets.time[at],
        stratum=sets.stratum[at],
        residual=(residual * sets.scale[:, None]).T,
        row=sets.order[sets.event],
    )
