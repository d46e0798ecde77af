"""Ties taken as truly simultaneous: the discrete partial likelihood of Cox (1972)."""

from __future__ import annotations

import numpy as np

from dipoutcomes.survival._partial_likelihood.grid import Floats
from dipoutcomes.survival._partial_likelihood.rows import RiskSets

#: Above this many multiplications the sum over all subsets is refused.
MOST_WORK = 4e9


def work(sets: RiskSets) -> float:
    """Return how many multiplications one evaluation takes."""
    at_risk = sets.sums_at_risk(np.ones(len(sets.event)))
    return float((at_risk * sets.deaths).sum()) * (1 + sets.covariates + sets.covariates**2)


def exact_at(sets: RiskSets, beta: Floats) -> tuple[float, Floats, Floats]:
    """Return the log likelihood, score and information of standardised *beta*.

    At each time the deaths are compared with all subsets of their number from the risk set
    (`_subsets`). Weights are not used.

    References
    ----------
    Cox, D. R. (1972). Journal of the Royal Statistical Society B 34, 187-220, section 6; Gail,
    M. H., Lubin, J. H. and Rubinstein, L. V. (1981). Biometrika 68, 703-707 (the recursion).
    """
    eta = beta @ sets.x
    if len(sets.offset):
        eta = eta + sets.offset
    value, score = 0.0, np.zeros(sets.covariates)
    information = np.zeros((sets.covariates, sets.covariates))
    stop = np.append(sets.stratum_starts[1:], sets.event_times)[sets.stratum]
    for k, deaths in enumerate(sets.deaths):
        # Rows are in order of leaving: those at risk stand from here to the end of the stratum.
        end = len(eta) if stop[k] == sets.event_times else sets.bins[stop[k]]
        rows = np.arange(sets.bins[k], end)
        rows = rows[sets.first[rows] <= k]
        own = rows[sets.event[rows] & (sets.last[rows] == k)]
        log_sum, mean, spread = _subsets(eta[rows], sets.x[:, rows], int(deaths))
        value += float(eta[own].sum()) - log_sum
        score += sets.x[:, own].sum(axis=1) - mean
        information += spread
    return value, score, information


def _subsets(eta: Floats, x: Floats, size: int) -> tuple[float, Floats, Floats]:
    """Return the log sum of exp(sum of eta) over all subsets of *size*, and its derivatives.

    The sum over subsets of the first m rows is B(j, m) = B(j, m-1) + r_m B(j-1, m-1): for each j
    a running total over the rows, and so are its first and second derivatives.
    """
    n, p = len(eta), len(x)
    shift = float(eta.max())
    risk = np.exp(eta - shift)
    unit = size / risk.sum()  # keeps the sums near 1 in size
    risk = risk * unit
    total, first, second = np.ones(n + 1), np.zeros((p, n + 1)), np.zeros((p, p, n + 1))
    for _ in range(size):
        t, f, s = total[:-1], first[:, :-1], second[:, :, :-1]
        outer = x[:, None] * f[None]
        new_second = risk * (s + outer + outer.transpose(1, 0, 2) + x[:, None] * x[None] * t)
        total = _running(risk * t)
        first = _running(risk * (f + x * t))
        second = _running(new_second)
    whole = total[-1]
    mean = first[:, -1] / whole
    return (
        float(np.log(whole)) + size * (shift - float(np.log(unit))),
        mean,
        second[:, :, -1] / whole - np.outer(mean, mean),
    )


def _running(values: Floats) -> Floats:
    """Return the running totals of the last axis, from 0."""
    nothing = np.zeros((*values.shape[:-1], 1))
    return np.concatenate([nothing, values.cumsum(axis=-1)], axis=-1)
