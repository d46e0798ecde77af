"""Firth's penalty: an estimate, and limits, where the likelihood itself has no maximum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._partial_likelihood.grid import Floats
from dipoutcomes.survival._partial_likelihood.rows import RiskSets
from dipoutcomes.survival._partial_likelihood.sums import Steps, Sums, curvature, sums_at

_CONVERGED = 1e-9
_MOST_STEPS = 500
#: Standard errors searched on either side for a limit; beyond them there is none.
_WIDEST = 60


@dataclass(frozen=True, slots=True, eq=False)
class FirthFit:
    """The maximum of the likelihood times the root of the information's determinant.

    Attributes
    ----------
    coefficients, covariance
        In the units of the covariates; *covariance* is the inverse of the information, unpenalised.
    low, high : ndarray, shape (covariates,)
        Limits by profile penalised likelihood; infinite where there is none.
    p_value : ndarray, shape (covariates,)
        Penalised likelihood ratio tests of a coefficient of 0; they agree with the limits.
    log_likelihood, log_likelihood_null : float
        Penalised (standardised covariates), at the maximum and at 0.
    standardised : ndarray
        As in `PartialFit`.
    """

    coefficients: Floats
    covariance: Floats
    low: Floats
    high: Floats
    p_value: Floats
    log_likelihood: float
    log_likelihood_null: float
    standardised: Floats


def fit_firth(sets: RiskSets, steps: Steps, *, confidence_level: float = 0.95) -> FirthFit:
    """Return the `FirthFit` of *sets*; nothing is redundant (see `redundant_columns`).

    References
    ----------
    Heinze, G. and Schemper, M. (2001). Biometrics 57, 114-119; Firth, D. (1993). Biometrika 80,
    27-38.
    """
    from scipy.special import chdtrc, ndtri

    def at(beta: Floats) -> tuple[float, Floats, Floats]:
        return _penalised(sets, steps, beta)

    p = sets.covariates
    everything = np.ones(p, dtype=bool)
    best, top, information = _climb(at, np.zeros(p), everything)
    null = np.array([_without(at, best, k)[1] for k in range(p)])
    # A point a rounding above the top must not give a negative statistic.
    statistic = np.maximum(2 * (top - null), 0.0)
    drop = float(ndtri((1 + confidence_level) / 2)) ** 2 / 2
    covariance = np.linalg.inv(information)
    limits = np.array(
        [
            [_limit(at, best, top - drop, k, side * np.sqrt(covariance[k, k])) for side in (-1, 1)]
            for k in range(p)
        ]
    )
    return FirthFit(
        coefficients=best / sets.scale,
        covariance=covariance / np.outer(sets.scale, sets.scale),
        low=limits[:, 0] / sets.scale,
        high=limits[:, 1] / sets.scale,
        p_value=np.asarray(chdtrc(1, statistic)),
        log_likelihood=top,
        log_likelihood_null=at(np.zeros(p))[0],
        standardised=best,
    )


Penalised = Callable[[Floats], tuple[float, Floats, Floats]]


def _climb(at: Penalised, beta: Floats, free: NDArray[np.bool_]) -> tuple[Floats, float, Floats]:
    """Return the maximum over the *free* coefficients, its value and the information there.

    The information lacks the penalty's own curvature, which can be the larger part of it, so
    Newton's steps swing from side to side; the changes of the slope (BFGS) put it in.
    """
    value, score, information = at(beta)
    if not np.isfinite(value):
        return beta, value, information
    inverse: Floats = np.asarray(np.linalg.inv(information[np.ix_(free, free)]))
    for _ in range(_MOST_STEPS):
        step = np.zeros(len(beta))
        step[free] = inverse @ score[free]
        longest = float(np.abs(step).max(initial=0.0))
        if longest <= _CONVERGED:
            break
        step *= min(1.0, 2.0 / longest)  # a long step may lead where nothing can be computed
        for _halving in range(40):
            found = at(beta + step)
            if found[0] >= value - 1e-13 * (1 + abs(value)):
                break
            step /= 2
        else:
            break
        inverse = _bfgs(inverse, step[free], (score - found[1])[free])
        beta, (value, score, information) = beta + step, found
    return beta, value, information


def _bfgs(inverse: Floats, step: Floats, change: Floats) -> Floats:
    """Return the inverse curvature with what *step* taught: the slope fell by *change*."""
    along = float(step @ change)
    if along <= 1e-14 * float(np.linalg.norm(step) * np.linalg.norm(change)):
        return inverse
    turn = np.eye(len(step)) - np.outer(step, change) / along
    return np.asarray(turn @ inverse @ turn.T + np.outer(step, step) / along)


def _without(at: Penalised, beta: Floats, k: int, value: float = 0.0) -> tuple[Floats, float]:
    """Return the maximum with coefficient *k* held at *value*."""
    start = beta.copy()
    start[k] = value
    free = np.arange(len(beta)) != k
    place, reached, _ = _climb(at, start, free)
    return place, reached


def _limit(at: Penalised, best: Floats, level: float, k: int, unit: float) -> float:
    """Return where the profile falls to *level* in the direction of *unit*; infinite if nowhere."""
    from scipy.optimize import brentq

    place = best

    def above(value: float) -> float:
        nonlocal place
        found, reached = _without(at, place, k, value)
        if not np.isfinite(reached):
            return -1e9  # so far out that nothing can be computed: below any level
        place = found
        return reached - level

    inside, step = float(best[k]), unit
    while abs(inside + step - best[k]) <= _WIDEST * abs(unit):
        outside = inside + step
        if above(outside) < 0:
            return float(brentq(above, inside, outside, xtol=1e-9 * abs(unit), rtol=1e-12))
        inside, step = outside, 2 * step
    return float(np.copysign(np.inf, unit))


def _penalised(sets: RiskSets, steps: Steps, beta: Floats) -> tuple[float, Floats, Floats]:
    """Return the penalised log likelihood, its slope and the information (unpenalised)."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        sums = sums_at(sets, steps, beta)
        information = curvature(sets, sums)
        sign, log_determinant = np.linalg.slogdet(information)
    nowhere = np.full(sets.covariates, np.nan)
    if not (sign > 0 and np.isfinite(sums.log_likelihood)):
        return -np.inf, nowhere, information
    inverse = np.asarray(np.linalg.inv(information))
    penalty = 0.5 * _trace_of_third_moment(sets, steps, sums, inverse)
    value = sums.log_likelihood + 0.5 * float(log_determinant)
    return value, sums.slope + penalty, information


def _trace_of_third_moment(sets: RiskSets, steps: Steps, sums: Sums, inverse: Floats) -> Floats:
    """Return tr(inverse dI / d beta_c) for each c: the third central moments in the risk sets.

    With S, S1, S2 the sums of risk times 1, x, xx' in a step, h = x' inverse x and v its weight,
    the sum of v (sum of risk h x_c / S - sum of risk h S1_c / S^2 - 2 (S2 inverse S1)_c / S^2
    + 2 S1' inverse S1 S1_c / S^3) over the steps.
    """

    def in_steps(values: Floats) -> Floats:
        total, dead = sets.sums(values)
        if not steps.tied:
            return total
        return np.asarray(total[..., steps.place] - steps.share * dead[..., steps.place])

    risk, x = sums.risk, sets.x
    h = np.einsum("an,ab,bn->n", x, inverse, x)
    s, s1 = in_steps(risk), in_steps(risk * x)
    turned = inverse @ s1
    v = steps.weight / s
    spread = in_steps(risk * h) - 2 * np.einsum("as,as->s", s1, turned) / s
    out = in_steps(risk * h * x) @ v - s1 @ (spread * v / s)
    for c in range(len(x)):
        second = in_steps(risk * x[c] * x)
        out[c] -= 2 * float(np.einsum("as,as->s", second, turned) @ (v / s))
    return np.asarray(out)
