"""The maximum of the partial likelihood: Newton's steps, halved where one goes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._partial_likelihood.exact import exact_at
from dipoutcomes.survival._partial_likelihood.grid import Floats
from dipoutcomes.survival._partial_likelihood.rows import RiskSets
from dipoutcomes.survival._partial_likelihood.sums import Steps, curvature, sums_at

TieRule = Literal["efron", "breslow", "exact"]
#: Steps this small, in standard deviations of the covariates, leave nothing to gain.
_CONVERGED = 1e-10
#: With this many rows a step this small is the last: errors are in the third decimal of it.
_MANY, _CONVERGED_MANY = 100_000, 1e-6
_MOST_STEPS = 60
#: A step that gains less than this, and is no shorter than half the one before, leads nowhere.
_NO_GAIN = 1e-5
#: Less of the information at 0 than this: the column adds nothing to those before it.
_REDUNDANT = 1e-9


class Likelihood(Protocol):
    """A log likelihood with its slope and information, of standardised coefficients."""

    def __call__(self, beta: Floats) -> tuple[float, Floats, Floats]: ...


@dataclass(frozen=True, slots=True, eq=False)
class PartialFit:
    """The maximum partial likelihood estimate, in the units of the covariates as given.

    Attributes
    ----------
    coefficients : ndarray, shape (covariates,)
        Log hazard ratios; of no use where `converged` is False.
    covariance : ndarray, shape (covariates, covariates)
        Inverse of the observed information.
    log_likelihood, log_likelihood_null : float
        At the maximum, and with all coefficients 0.
    score_test : float
        Chi-squared of the score at 0.
    steps : int
        Newton's steps taken.
    converged : bool
        False where the likelihood has no maximum (see `runaway`) or none was found.
    redundant : tuple of int
        Columns without an estimate (see `redundant_columns`); nothing is then fitted.
    runaway : ndarray of bool, shape (covariates,)
        Coefficients without a finite maximum: monotone likelihood, as where a group has no event.
    standardised : ndarray, shape (covariates,)
        The coefficients per standard deviation, as the sums need them.
    ties : str
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    score_test: float
    steps: int
    converged: bool
    redundant: tuple[int, ...]
    runaway: NDArray[np.bool_]
    standardised: Floats
    ties: TieRule


def likelihood_of(sets: RiskSets, ties: TieRule) -> Likelihood:
    """Return the log partial likelihood of *sets* as a function of the coefficients."""
    if ties == "exact":
        return lambda beta: exact_at(sets, beta)
    steps = Steps.of(sets, ties)

    def at(beta: Floats) -> tuple[float, Floats, Floats]:
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            sums = sums_at(sets, steps, beta)
            return sums.log_likelihood, sums.slope, curvature(sets, sums)

    return at


def redundant_columns(sets: RiskSets, ties: TieRule = "efron") -> list[int]:
    """Return the columns without an estimate: constant in every risk set, or a sum of others.

    Of a set of columns that say the same thing the later ones are named.
    """
    steps = Steps.of(sets, "breslow" if ties == "exact" else ties)
    zero = np.zeros(sets.covariates)
    return _redundant(curvature(sets, sums_at(sets, steps, zero)))


def _redundant(information: Floats) -> list[int]:
    """Return the columns whose pivot vanishes when the information is factored in order."""
    left = information.copy()
    whole = np.diag(information).copy()
    found = []
    for k in range(len(left)):
        if left[k, k] <= _REDUNDANT * max(whole[k], 1e-300) or whole[k] <= 0:
            found.append(k)
            continue
        left[k + 1 :, k + 1 :] -= np.outer(left[k + 1 :, k], left[k, k + 1 :]) / left[k, k]
    return found


def fit_partial_likelihood(sets: RiskSets, *, ties: TieRule = "efron") -> PartialFit:
    """Return the `PartialFit` of *sets*, from all coefficients 0.

    Nothing is fitted, and `converged` is False, where columns are redundant.

    References
    ----------
    Cox, D. R. (1972). Journal of the Royal Statistical Society B 34, 187-220; Efron, B. (1977).
    Journal of the American Statistical Association 72, 557-565; Breslow, N. (1974). Biometrics
    30, 89-99.
    """
    at = likelihood_of(sets, ties)
    beta: Floats = np.zeros(sets.covariates)
    value, score, information = at(beta)
    null, step, taken = value, np.full(sets.covariates, np.nan), 0
    redundant = tuple(_redundant(information))
    score_test = float("nan")
    if not redundant:
        score_test = float(score @ np.linalg.solve(information, score))
        enough = _CONVERGED if len(sets.event) < _MANY else _CONVERGED_MANY
        found = (value, score, information)
        beta, value, information, step, taken = _climb(at, beta, found, enough)
        small = bool(np.all(np.abs(step) <= enough * (1 + np.abs(beta))))
    small = not redundant and small
    # At the end of the climb the others stand still, and these still go on.
    runaway = np.abs(step) > 1e-3 * np.abs(beta) + 1e-5 * np.abs(step).max(initial=0.0)
    covariance = np.linalg.inv(information) if small else np.full_like(information, np.nan)
    return PartialFit(
        coefficients=beta / sets.scale,
        covariance=covariance / np.outer(sets.scale, sets.scale),
        log_likelihood=value,
        log_likelihood_null=null,
        score_test=score_test,
        steps=taken,
        converged=small,
        redundant=redundant,
        runaway=runaway & (not small),
        standardised=beta,
        ties=ties,
    )


def _climb(
    at: Likelihood, beta: Floats, found: tuple[float, Floats, Floats], enough: float
) -> tuple[Floats, float, Floats, Floats, int]:
    """Return the place reached, its value and information, the last step and the steps taken."""
    value, score, information = found
    step, wasted = beta, 0
    for taken in range(_MOST_STEPS):
        last = step
        try:
            step = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
        except np.linalg.LinAlgError:
            return beta, value, information, last, taken
        if np.all(np.abs(step) <= enough * (1 + np.abs(beta))):
            # The last step is taken too: it leaves about its square to go.
            return beta + step, value + float(score @ step) / 2, information, step, taken
        # Near a maximum steps shorten by far more than half; here there is none.
        if wasted >= 3 and np.abs(step).max() > 0.5 * np.abs(last).max():
            return beta, value, information, step, taken
        before = value
        beta, value, score, information = _rise(at, beta, step, (value, score, information))
        wasted = wasted + 1 if value - before < _NO_GAIN else 0
    return beta, value, information, step, _MOST_STEPS


def _rise(
    at: Likelihood, beta: Floats, step: Floats, here: tuple[float, Floats, Floats]
) -> tuple[Floats, float, Floats, Floats]:
    """Return the place a step leads to, or a part of it that does not go down."""
    for halving in range(30):
        tried = beta + step / 2**halving
        value, score, information = at(tried)
        # A fall of rounding is no fall.
        if np.isfinite(value) and value >= here[0] - 1e-12 * (1 + abs(here[0])):
            return tried, value, score, information
    return beta, *here
