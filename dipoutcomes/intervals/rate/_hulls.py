"""Blaker and minlike limits for a Poisson mean: the ends of acceptance sets that have holes.

Both p-values, as functions of the mean m, are pieces joined by jumps. For m below the count x
they are P(X >= x; m) + P(X <= k; m), and k goes up by one at each jump; above x the mirror. So
the outermost mean that is accepted is found from outside: first the piece, by its end values,
then the place inside it. A search that starts at the estimate stops at the first hole.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammainccinv, gammaincinv

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha
from dipoutcomes.intervals._pmf import log_factorial_ratio
from dipoutcomes.intervals._roots import find_root, first_where
from dipoutcomes.intervals.rate._kernels import at_least, at_most


def blaker(x: FloatArray, level: float) -> Limits:
    tail, some = half_alpha(level), np.maximum(x, 1)
    low = gammaincinv(some, tail)
    k = first_where(lambda k, m: at_most(k, m) > tail, np.zeros_like(some), some - 1, low)
    low = find_root(
        lambda m, x, k: np.maximum(
            at_least(x, m) + at_most(k - 1, m) - 2 * tail, at_least(x, m) - at_most(k, m)
        ),
        low,
        some,
        some,
        k,
    )
    high = gammainccinv(x + 1, tail)
    # P(X >= high + t) is at most exp(-t^2 / 2 / (high + t / 3)), Bernstein's bound.
    c = -np.log(tail)
    furthest = np.ceil(high + np.sqrt(2 * c * high) + 2 * c / 3) + 1
    k = first_where(lambda k, m: at_least(k, m) <= tail, x + 1, furthest, high)
    high = find_root(
        lambda m, x, k: (
            -np.maximum(
                at_most(x, m) + at_least(k, m) - 2 * tail, at_most(x, m) - at_least(k - 1, m)
            )
        ),
        x,
        high,
        x,
        k,
    )
    return np.where(x == 0, 0.0, low), high


def minlike(x: FloatArray, level: float) -> Limits:
    return np.where(x == 0, 0.0, _minlike_low(np.maximum(x, 1), level)), _minlike_high(x, level)


def _minlike_low(x: FloatArray, level: float) -> FloatArray:
    """Return the lower limit: up to x the p-value rises, by pieces and jumps, and crosses once."""
    alpha = 2 * half_alpha(level)

    def enough(k: FloatArray, x: FloatArray) -> FloatArray:
        m = equally_likely(k, x)
        return np.asarray(at_least(x, m) + at_most(k, m) >= alpha)

    k = first_where(enough, np.zeros_like(x), x - 1, x)
    before = np.where(k > 0, equally_likely(np.maximum(k - 1, 0), x), 0.0)
    return find_root(
        lambda m, x, k: at_least(x, m) + at_most(k - 1, m) - alpha,
        before,
        equally_likely(k, x),
        x,
        k,
    )


def _minlike_high(x: FloatArray, level: float) -> FloatArray:
    """Return the upper limit: the p-value rises inside a piece and falls at its end, a limit."""
    alpha = 2 * half_alpha(level)

    def too_far(k: FloatArray, x: FloatArray) -> FloatArray:
        m = equally_likely(x, k)
        return np.asarray(at_most(x, m) + at_least(k, m) < alpha)

    far = np.full_like(x, 2.0)
    while not np.all(enough := too_far(x + far, x)):
        far = np.where(enough, far, 2 * far)
    return equally_likely(x, first_where(too_far, x + 1, x + far, x) - 1)


def equally_likely(k: FloatArray, x: FloatArray) -> FloatArray:
    """Return the mean at which k and x > k have one probability: (x! / k!)^(1 / (x - k))."""
    return np.asarray(np.exp(log_factorial_ratio(x, k) / (x - k)))
