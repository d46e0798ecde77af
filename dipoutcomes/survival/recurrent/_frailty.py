"""The likelihood of events whose rates a gamma distribution spreads; private array kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi, zeta

from dipoutcomes.survival._counts import Floats

#: Below this spread of rates the likelihood is Poisson's to rounding: there is no frailty to fit.
LEAST = 1e-6
_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class FrailtyData:
    """People as the likelihood sees them: time at risk and events by period, and covariates."""

    exposure: Floats  # (people, periods)
    events: Floats  # (people,)
    events_by_period: Floats  # (periods,)
    x: Floats  # (people, covariates)


@dataclass(frozen=True, slots=True, eq=False)
class FrailtyFit:
    """Log rates by period, coefficients and log of the variance of rates, at the maximum."""

    place: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool


def fit_frailty(data: FrailtyData) -> FrailtyFit:
    """Return the maximum of the likelihood, by Newton's steps, halved while they do not rise."""
    place = _start(data)
    value, slope, curvature = likelihood(data, place)
    for _ in range(_STEPS):
        step = _ascent(slope, curvature)
        if np.all(np.abs(step) <= 1e-10 * (1 + np.abs(place))):
            covariance: Floats = np.asarray(np.linalg.inv(-curvature), dtype=np.float64)
            sound = bool(np.all(np.diag(covariance) > 0))
            return FrailtyFit(place, covariance, value, sound and place[-1] > np.log(LEAST))
        for _ in range(40):
            ahead = likelihood(data, place + step)
            if np.isfinite(ahead[0]) and ahead[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
        place = place + step
        value, slope, curvature = ahead
        if place[-1] <= np.log(LEAST) or np.abs(place).max() > 300:
            break
    nothing = np.full((len(place), len(place)), np.nan)
    return FrailtyFit(place, nothing, value, converged=False)


def _start(data: FrailtyData) -> Floats:
    """Return rates as if nothing mattered, and people's rates spread as much as their mean."""
    rates = data.events_by_period / data.exposure.sum(axis=0)
    return np.concatenate([np.log(rates), np.zeros(data.x.shape[1] + 1)])


def _ascent(slope: Floats, curvature: Floats) -> Floats:
    """Return Newton's step, turned uphill where the likelihood is not concave."""
    sizes, directions = np.linalg.eigh(-curvature)
    held = np.maximum(np.abs(sizes), 1e-10 * max(float(np.abs(sizes).max()), 1e-300))
    step = directions @ ((directions.T @ slope) / held)
    return np.asarray(step / max(1.0, float(np.abs(step).max()) / 5), dtype=np.float64)


def likelihood(data: FrailtyData, place: Floats) -> tuple[float, Floats, Floats]:
    r"""Return the log likelihood, its slope and its curvature.

    Each person adds :math:`\sum_j \log \lambda(t_j) + n x'\beta + \log \Gamma(k + n) - \log
    \Gamma(k) + k \log k - (k + n) \log(k + \Lambda)`, with :math:`\Lambda` their expected events
    at a frailty of 1 and :math:`k` one over the variance of frailties.
    """
    periods, covariates = data.exposure.shape[1], data.x.shape[1]
    k = float(np.exp(-place[-1]))
    n, x = data.events, data.x
    effect = x @ place[periods:-1]
    with np.errstate(over="ignore", invalid="ignore"):
        by_period = data.exposure * np.exp(place[:periods] + effect[:, None])
        mean = by_period.sum(axis=1)
        value = float(data.events_by_period @ place[:periods] + n @ effect)
        value += float(np.sum(gammaln(k + n) - gammaln(k) - n * np.log(k + mean)))
        value -= float(k * np.sum(np.log1p(mean / k)))
        z = (k + n) / (k + mean)
        grad = np.column_stack([by_period, x * mean[:, None]])
        slope = np.concatenate([data.events_by_period, n @ x]) - z @ grad
        weighted = by_period * z[:, None]
        size = periods + covariates
        curvature = np.zeros((size + 1, size + 1))
        curvature[:periods, :periods] = -np.diag(weighted.sum(axis=0))
        curvature[:periods, periods:size] = -weighted.T @ x
        curvature[periods:size, :periods] = curvature[:periods, periods:size].T
        curvature[periods:size, periods:size] = -(x * (z * mean)[:, None]).T @ x
        curvature[:size, :size] += (grad * (z / (k + mean))[:, None]).T @ grad
        # In k, and then in the log of one over k.
        first = float(np.sum(psi(k + n) - psi(k) - np.log1p(mean / k) + 1 - z))
        second = zeta(2, k + n) - zeta(2, k) + 1 / k - 1 / (k + mean) - (mean - n) / (k + mean) ** 2
        curvature[-1, -1] = k**2 * float(np.sum(second)) + k * first
        cross = k * ((mean - n) / (k + mean) ** 2) @ grad
        curvature[-1, :size] = curvature[:size, -1] = cross
    return value, np.append(slope, -k * first), curvature
