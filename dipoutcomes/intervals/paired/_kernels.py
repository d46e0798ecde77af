"""Array kernels for pairs: ``(both, first_only, second_only, neither, level) -> (low, high)``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals._two_samples import (
    bounded_score,
    held_at_ends,
    score_limits,
    square_and_add,
)

Kernel = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, float], Limits]


def tango(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    n = a + b + c + d
    return score_limits(lambda gap: tango_score(n, b, c, gap), (b - c) / n, level, -1.0, 1.0)


def tango_score(n: FloatArray, b: FloatArray, c: FloatArray, gap: FloatArray) -> FloatArray:
    """Return the bounded score of p(first) - p(second) = *gap*, decreasing in *gap*."""
    second_only = tango_shares(n, b, c, gap)
    variance = np.maximum(n * (2 * second_only + gap * (1 - gap)), 0.0)
    return bounded_score(b - c - n * gap, variance)


def tango_shares(n: FloatArray, b: FloatArray, c: FloatArray, gap: FloatArray) -> FloatArray:
    """Return the likeliest share of 'second only' where p(first) - p(second) = *gap*."""
    linear = -b - c + (2 * n - b + c) * gap
    constant = -c * gap * (1 - gap)
    # Both discordant shares are at least 0.
    return np.maximum(_larger_root(2 * n, linear, constant), np.maximum(0.0, -gap))


def newcombe(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    n, cross = a + b + c + d, a * d - b * c
    shrunk = np.where(cross > 0, np.maximum(cross - n / 2, 0.0), cross)
    return _correlated(a, b, c, d, shrunk, level)


def newcombe_plain(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float
) -> Limits:
    return _correlated(a, b, c, d, a * d - b * c, level)


def _correlated(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, cross: FloatArray, level: float
) -> Limits:
    n = a + b + c + d
    product = (a + b) * (c + d) * (a + c) * (b + d)
    phi = np.where(product > 0, cross / np.sqrt(np.where(product > 0, product, 1.0)), 0.0)
    first, second = _binomial.wilson(a + b, n, level), _binomial.wilson(a + c, n, level)
    return square_and_add((a + b) / n, first, (a + c) / n, second, phi)


def bonett_price(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float
) -> Limits:
    return _wald_of_shares(b + 1, c + 1, a + b + c + d + 2, level)


def agresti_min(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    return _wald_of_shares(b + 0.5, c + 0.5, a + b + c + d + 2, level)


def wald(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    return _wald_of_shares(b, c, a + b + c + d, level)


def _wald_of_shares(b: FloatArray, c: FloatArray, n: FloatArray, level: float) -> Limits:
    gap = (b - c) / n
    variance = np.maximum((b + c) / n - gap**2, 0.0) / n
    half_width = normal_quantile(level) * np.sqrt(variance)
    return gap - half_width, gap + half_width


def tang(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    """Limits of the ratio, found on the scale t = ratio / (1 + ratio)."""
    table, seen = (a, b, c, d), 2 * a + b + c
    estimate = np.where(seen > 0, (a + b) / np.where(seen > 0, seen, 1.0), 0.5)
    low, high = score_limits(lambda t: tang_score(*table, t), estimate, level, 0.0, 1.0)
    with np.errstate(divide="ignore"):
        limits = low / (1 - low), high / (1 - high)
    return np.where(seen > 0, limits[0], 0.0), np.where(seen > 0, limits[1], np.inf)


def tang_score(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, t: FloatArray
) -> FloatArray:
    """Return the bounded score of p(first) / p(second) = t / (1 - t), decreasing in *t*.

    Tang's quadratic and variance, both multiplied by (1 - t)^2: ratios of 0 and of infinity are
    then ordinary numbers.
    """
    n = a + b + c + d
    some = (a + b + c) / n
    linear = (a + c) * t**2 - (a + b + 2 * c) * (1 - t) ** 2
    constant = c * (1 - 2 * t) * (1 - t) * some
    second_only = _larger_root(n * (1 - t), linear, constant)
    least = np.maximum((1 - 2 * t) / np.maximum(1 - t, 0.5), 0.0) * some
    second_only = np.clip(second_only, least, np.maximum(some * (1 - t), least))
    variance = np.maximum(n * (1 - t) * (second_only + (2 * t - 1) * some), 0.0)
    return bounded_score((1 - t) * (a + b) - t * (a + c), variance)


def _larger_root(square: FloatArray, linear: FloatArray, constant: FloatArray) -> FloatArray:
    """Return the larger root of a quadratic without cancellation; 0 where all vanish."""
    root = np.sqrt(np.maximum(linear**2 - 4 * square * constant, 0.0))
    sum_ = root + np.abs(linear)
    stable = -2 * constant / np.where(sum_ > 0, sum_, 1.0)
    return np.where(linear > 0, stable, sum_ / (2 * np.where(square > 0, square, 1.0)))


def scas(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    n = a + b + c + d
    low, high = score_limits(
        lambda gap: scas_score(n, b, c, gap), (b - c) / n, level, -1.0, 1.0, skewed=True
    )
    # An estimate of -1 or 1 is never left out, even by the skewness correction.
    return np.where(c == n, -1.0, low), np.where(b == n, 1.0, high)


def scas_held_score(n: FloatArray, b: FloatArray, c: FloatArray, gap: FloatArray) -> FloatArray:
    """Return the skewed score, held where all pairs differ in one direction."""
    return held_at_ends(scas_score(n, b, c, gap), c == n, b == n)


def scas_score(n: FloatArray, b: FloatArray, c: FloatArray, gap: FloatArray) -> FloatArray:
    """Return Tango's score with N / (N - 1) and a correction for skewness, bounded."""
    p21 = tango_shares(n, b, c, gap)
    p12 = p21 + gap
    with np.errstate(divide="ignore", invalid="ignore"):
        of_one_pair = np.maximum(2 * p21 + gap * (1 - gap), 0.0)
        variance = of_one_pair / (n - 1)
        third = p12 * (1 - gap) ** 3 - p21 * (1 + gap) ** 3 - (1 - p12 - p21) * gap**3
        skew = third / n**2 / (6 * variance**1.5)
        plain = ((b - c) / n - gap) / np.sqrt(variance)
        inside = 1 + 4 * skew * (plain + skew)
        # The root of skew z^2 + z = plain + skew that tends to *plain* as skew tends to 0.
        z = np.where(inside > 0, 2 * (plain + skew) / (1 + np.sqrt(np.abs(inside))), -0.5 / skew)
        bounded = z / np.sqrt(1 + z**2)
    # Not the variance of the mean: that is small whenever there are many pairs.
    flat = (of_one_pair < 1e-12) | ~np.isfinite(skew)
    return np.where(flat, bounded_score((b - c) / n - gap, variance), bounded)


def bonett_price_ratio(
    a: FloatArray, b: FloatArray, c: FloatArray, _d: FloatArray, level: float
) -> Limits:
    """Two Wilson intervals at a level reduced for what the two shares have in common."""
    n, first, second = a + b + c, a + b, a + c
    p1, p2 = (first + 1) / (n + 2), (second + 1) / (n + 2)
    apart = np.sqrt((1 - p1) / (first + 1)) + np.sqrt((1 - p2) / (second + 1))
    common = np.sqrt((b + c + 2) / ((first + 1) * (second + 1)))
    z = normal_quantile(level) * common / apart
    low_1, high_1 = _wilson_by_z(first, n, z)
    low_2, high_2 = _wilson_by_z(second, n, z)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(first == 0, 0.0, low_1 / high_2)
        high = np.where(second == 0, np.inf, high_1 / low_2)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, np.inf)


def _wilson_by_z(x: FloatArray, n: FloatArray, z: FloatArray) -> Limits:
    safe = np.maximum(n, 1.0)
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / safe))
    below = 2 * x + z**2
    return (below - half) / (2 * (safe + z**2)), (below + half) / (2 * (safe + z**2))
