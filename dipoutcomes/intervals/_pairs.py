"""Array kernels for pairs: ``(both, first_only, second_only, neither, level) -> (low, high)``."""

from __future__ import annotations

import numpy as np

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals._two_samples import bounded_score, score_limits, square_and_add


def tango(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, level: float) -> Limits:
    n = a + b + c + d
    return score_limits(lambda gap: tango_score(n, b, c, gap), (b - c) / n, level, -1.0, 1.0)


def tango_score(n: FloatArray, b: FloatArray, c: FloatArray, gap: FloatArray) -> FloatArray:
    """Return the bounded score of p(first) - p(second) = *gap*, decreasing in *gap*."""
    linear = -b - c + (2 * n - b + c) * gap
    constant = -c * gap * (1 - gap)
    root = np.sqrt(np.maximum(linear**2 - 8 * n * constant, 0.0))
    # The root of the quadratic that does not cancel, on either side of a linear term of 0.
    sum_ = root + np.abs(linear)
    stable = -2 * constant / np.where(sum_ > 0, sum_, 1.0)
    second_only = np.where(linear > 0, stable, (root - linear) / (4 * n))
    # Both discordant shares are at least 0.
    second_only = np.maximum(second_only, np.maximum(0.0, -gap))
    variance = np.maximum(n * (2 * second_only + gap * (1 - gap)), 0.0)
    return bounded_score(b - c - n * gap, variance)


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
