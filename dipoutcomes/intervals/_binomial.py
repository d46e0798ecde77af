"""Array kernels for a binomial proportion: ``(events, n, level) -> (low, high)``, ``n >= 1``.

Counts are whole-valued float arrays of one shape. Other families (differences, pairs, finite
populations) build on these. Limits at 0 and 1 are set exactly, not to 1e-17.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha, normal_quantile
from dipoutcomes.intervals._pmf import deviance, log_binomial
from dipoutcomes.intervals._roots import newton_root


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


def probability(x: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """P(X = x) for X binomial, 0 <= x <= n and 0 < p < 1."""
    return np.asarray(np.exp(log_binomial(x, n, p, 1 - p)))


def mid_p(x: FloatArray, n: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    # The limits of Jeffreys come near to these, and so they are where the search starts.
    near_low, near_high = (np.clip(v, 1e-300, 1 - 1e-16) for v in jeffreys(x, n, level))

    def from_below(p: FloatArray, k: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        own = probability(k, size, p) / 2
        slope = own * (k / p + (size - k) / (1 - p))
        return at_least(k, size, p) - own - tail, slope

    def from_above(p: FloatArray, k: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        own = probability(k, size, p) / 2
        slope = own * (k / p + (size - k) / (1 - p))
        return tail - at_most(k, size, p) + own, slope

    nought, one = np.zeros(np.shape(x)), np.ones(np.shape(x))
    low = newton_root(from_below, nought, one, near_low, np.maximum(x, 1), n)
    high = newton_root(from_above, nought, one, near_high, np.minimum(x, n - 1), n)
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


def jeffreys(x: FloatArray, n: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    return betaincinv(x + 0.5, n - x + 0.5, tail), betainccinv(x + 0.5, n - x + 0.5, tail)


def jeffreys_with_ends(x: FloatArray, n: FloatArray, level: float) -> Limits:
    low, high = jeffreys(x, n, level)
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


def likelihood_ratio(x: FloatArray, n: FloatArray, level: float) -> Limits:
    z2 = normal_quantile(level) ** 2
    near_low, near_high = wilson(x, n, level)  # where the search starts

    def gap(p: FloatArray, k: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        root = np.sqrt(2 * (deviance(k, size * p) + deviance(size - k, size * (1 - p))))
        # The signed root of the likelihood ratio is nearly a straight line.
        return root - np.sqrt(z2), (size * p - k) / (p * (1 - p) * root)

    def gap_below(p: FloatArray, k: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        value, slope = gap(p, k, size)
        return -value, -slope

    inner = (x > 0) & (x < n)
    nought, one = np.zeros(np.shape(x)), np.ones(np.shape(x))
    share = x / n
    low, high = np.array(share), np.array(share)
    if z2 > 0:
        k, size, seen = x[inner], n[inner], share[inner]
        low[inner] = newton_root(gap_below, nought[inner], seen, near_low[inner], k, size)
        high[inner] = newton_root(gap, seen, one[inner], near_high[inner], k, size)
    # With no event, or nothing but events, the equation has a closed form.
    low = np.where(x == 0, 0.0, np.where(x == n, np.exp(-z2 / (2 * n)), low))
    high = np.where(x == n, 1.0, np.where(x == 0, -np.expm1(-z2 / (2 * n)), high))
    return low, high


def skewness_corrected(x: FloatArray, n: FloatArray, level: float) -> Limits:
    z2 = normal_quantile(level) ** 2
    shift, width = (z2 - 1) / (6 * n), z2 / n
    slope = 1 - 2 * shift
    # The limits solve (a - slope p)^2 = width p (1 - p). The discriminant is written as a product,
    # for as a difference of squares it keeps no digit where events are rare among very many.
    a, b = x / n - shift, (n - x) / n - shift
    root = np.sqrt(np.maximum(width * (width + 4 * a * b), 0.0))

    def lower(start: FloatArray) -> FloatArray:
        below = width + 2 * slope * start + root
        return np.where(start > 0, 2 * start**2 / np.where(start > 0, below, 1.0), 0.0)

    direct = (width + 2 * slope * a + root) / (2 * (width + slope**2))
    high = np.where((x <= n / 2) & (b > 0), direct, 1 - lower(b))
    low = np.minimum(lower(a), high)  # equal at a level of 0, but for rounding
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
