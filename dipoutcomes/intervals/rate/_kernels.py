"""Array kernels for a Poisson mean: ``(events, level) -> (low, high)``, in events.

Events are whole-valued float arrays. The level may be 0, which a one-sided bound at 0.5 asks for.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha, normal_quantile
from dipoutcomes.intervals._roots import find_root

_EPS = float(np.finfo(np.float64).eps)


def at_least(x: FloatArray, m: FloatArray) -> FloatArray:
    """P(X >= x) for X Poisson with mean *m*; 1 for x <= 0."""
    return np.where(x <= 0, 1.0, gammainc(np.maximum(x, 1), m))


def at_most(x: FloatArray, m: FloatArray) -> FloatArray:
    """P(X <= x) for X Poisson with mean *m*; 0 for x < 0."""
    return np.where(x < 0, 0.0, gammaincc(np.maximum(x, 0) + 1, m))


def garwood(x: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    return np.where(x == 0, 0.0, gammaincinv(np.maximum(x, 1), tail)), gammainccinv(x + 1, tail)


def mid_p(x: FloatArray, level: float) -> Limits:
    tail, some = half_alpha(level), np.maximum(x, 1)
    # The limit lies between the exact limit of x and that of its neighbour.
    low = find_root(
        lambda m, k: (gammainc(k, m) + gammainc(k + 1, m)) / 2 - tail,
        gammaincinv(some, tail),
        gammaincinv(some + 1, tail),
        some,
    )
    high = find_root(
        lambda m, k: tail - (at_most(k - 1, m) + at_most(k, m)) / 2,
        np.where(x == 0, 0.0, gammainccinv(some, tail)),
        gammainccinv(x + 1, tail),
        x,
    )
    return np.where(x == 0, 0.0, low), high


def byar(x: FloatArray, level: float) -> Limits:
    return np.where(x == 0, 0.0, _wilson_hilferty(x, level, -1)), _wilson_hilferty(x + 1, level, 1)


def byar_half(x: FloatArray, level: float) -> Limits:
    return _wilson_hilferty(x + 0.5, level, -1), _wilson_hilferty(x + 0.5, level, 1)


def _wilson_hilferty(x: FloatArray, level: float, side: int) -> FloatArray:
    some = np.where(x > 0, x, 1.0)
    root = 1 - 1 / (9 * some) + side * normal_quantile(level) / (3 * np.sqrt(some))
    return some * root**3


def score(x: FloatArray, level: float) -> Limits:
    return _score_about(x, normal_quantile(level))


def scas(x: FloatArray, level: float) -> Limits:
    # The skewness of a Poisson count moves its score by (z^2 - 1) / 6 events, whatever the mean.
    z = normal_quantile(level)
    moved = x - (z**2 - 1) / 6
    low, high = _score_about(moved, z)
    return np.where((x == 0) | (moved <= 0), 0.0, low), high


def _score_about(centre: FloatArray, z: float) -> Limits:
    """Return the means m for which (centre - m)^2 = z^2 m."""
    high = centre + z**2 / 2 + z * np.sqrt(np.maximum(centre + z**2 / 4, 0.0))
    # The product of the roots is the centre squared: exact where that is 0.
    return centre**2 / np.where(high > 0, high, 1.0), high


def likelihood_ratio(x: FloatArray, level: float) -> Limits:
    allowed = normal_quantile(level) ** 2 / 2
    some = np.maximum(x, 1)
    away = np.sqrt(2 * allowed / some)
    low = some * np.exp(_log_mean(-away - allowed / some, allowed / some))
    high = some * np.exp(_log_mean(away, allowed / some))
    return np.where(x == 0, 0.0, low), np.where(x == 0, allowed, high)


def _log_mean(v: FloatArray, allowed: FloatArray) -> FloatArray:
    """Return v = log(m / x) for which exp(v) - 1 - v is *allowed*, by Newton from outside."""
    for _ in range(100):
        slope = np.expm1(v)
        step = (slope - v - allowed) / np.where(slope == 0, 1.0, slope)
        v = v - step
        if np.all(np.abs(step) <= 4 * _EPS * np.abs(v)):
            break
    return v


def jeffreys(x: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    return gammaincinv(x + 0.5, tail), gammainccinv(x + 0.5, tail)


def wald_log(x: FloatArray, level: float) -> Limits:
    some = np.where(x > 0, x, np.nan)
    factor = np.exp(normal_quantile(level) / np.sqrt(some))
    return some / factor, some * factor
