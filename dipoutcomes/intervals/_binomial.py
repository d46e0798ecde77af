"""Array kernels for a binomial proportion: ``(events, n, level) -> (low, high)``, ``n >= 1``.

Counts are whole-valued float arrays of one shape. Other families (differences, pairs, finite
populations) build on these. Limits at 0 and 1 are set exactly, not to 1e-17.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha, normal_quantile
from dipoutcomes.intervals._roots import find_root


def wilson(x: FloatArray, n: FloatArray, level: float) -> Limits:
    return wilson_of_share(x / n, n, level)


def wilson_of_share(p: FloatArray, n: FloatArray, level: float) -> Limits:
    """Wilson limits for a share *p* seen in an effective (any positive) number *n*."""
    z2 = normal_quantile(level) ** 2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half_width = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    low = np.where(p == 0, 0.0, np.maximum(centre - half_width, 0.0))
    high = np.where(p == 1, 1.0, np.minimum(centre + half_width, 1.0))
    return low, high


def wilson_corrected(x: FloatArray, n: FloatArray, level: float) -> Limits:
    z = normal_quantile(level)
    p, below, scale = x / n, 2 * x + z**2, 2 * (n + z**2)
    # With no event, or nothing but events, a root can be of a negative number; the end rule
    # takes its place.
    low_root = np.sqrt(np.maximum(z**2 - 2 - 1 / n + 4 * p * (n * (1 - p) + 1), 0.0))
    high_root = np.sqrt(np.maximum(z**2 + 2 - 1 / n + 4 * p * (n * (1 - p) - 1), 0.0))
    low = np.where(x == 0, 0.0, np.maximum((below - 1 - z * low_root) / scale, 0.0))
    high = np.where(x == n, 1.0, np.minimum((below + 1 + z * high_root) / scale, 1.0))
    return low, high


def agresti_coull(x: FloatArray, n: FloatArray, level: float) -> Limits:
    z = normal_quantile(level)
    total = n + z**2
    centre = (x + z**2 / 2) / total
    half_width = z * np.sqrt(centre * (1 - centre) / total)
    return centre - half_width, centre + half_width


def wald(x: FloatArray, n: FloatArray, level: float) -> Limits:
    p = x / n
    half_width = normal_quantile(level) * np.sqrt(p * (1 - p) / n)
    return p - half_width, p + half_width


def clopper_pearson(x: FloatArray, n: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - np.maximum(x, 1) + 1, tail))
    short = np.minimum(x, n - 1)
    high = np.where(x == n, 1.0, betainccinv(short + 1, n - short, tail))
    return low, high


def at_least(x: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """P(X >= x) for X binomial; 1 for x <= 0, 0 for x > n."""
    k = np.clip(x, 1, n)
    return np.where(x <= 0, 1.0, np.where(x > n, 0.0, betainc(k, n - k + 1, p)))


def at_most(x: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """P(X <= x) for X binomial, without the cancellation of 1 - P(X > x)."""
    k = np.clip(x + 1, 1, n)
    return np.where(x >= n, 1.0, np.where(x < 0, 0.0, betaincc(k, n - k + 1, p)))


def mid_p(x: FloatArray, n: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    # The limit lies between the exact limit of x and that of its neighbour.
    some, short = np.maximum(x, 1), np.minimum(x, n - 1)
    low = find_root(
        lambda p: (at_least(some, n, p) + at_least(some + 1, n, p)) / 2 - tail,
        betaincinv(some, n - some + 1, tail),
        np.where(some == n, 1.0, betaincinv(some + 1, np.maximum(n - some, 1), tail)),
    )
    high = find_root(
        lambda p: tail - (at_most(short, n, p) + at_most(short - 1, n, p)) / 2,
        np.where(short == 0, 0.0, betainccinv(np.maximum(short, 1), n - short + 1, tail)),
        betainccinv(short + 1, n - short, tail),
    )
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


def jeffreys(x: FloatArray, n: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    return betaincinv(x + 0.5, n - x + 0.5, tail), betainccinv(x + 0.5, n - x + 0.5, tail)


def jeffreys_with_ends(x: FloatArray, n: FloatArray, level: float) -> Limits:
    low, high = jeffreys(x, n, level)
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
