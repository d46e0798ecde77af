"""Blaker and minlike limits for a Poisson mean: the ends of acceptance sets that have holes.

Both p-values, as functions of the mean m, are pieces joined by jumps. For m below the count x
they are P(X >= x; m) + P(X <= k; m), and k goes up by one at each jump; above x the mirror. So
the outermost mean that is accepted is found from outside: first the piece, by its end values,
then the place inside it. A search that starts at the estimate stops at the first hole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaincinv, gammaln

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals.rate._kernels import at_least, at_most

#: Two probabilities closer than this, relatively, are one: R's slack, which keeps ties.
TIE = 1e-7


def first_count(
    holds: Callable[[FloatArray], NDArray[np.bool_]], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Return the first whole number in ``[low, high]`` from which *holds*; *high* must hold."""
    below, above = low - 1.0, np.array(high, dtype=np.float64)
    while np.any(above - below > 1):
        middle = np.floor((below + above) / 2)
        inside, yes = middle > below, holds(np.maximum(middle, low))
        above = np.where(inside & yes, middle, above)
        below = np.where(inside & ~yes, middle, below)
    return above


def blaker(x: FloatArray, level: float) -> Limits:
    tail, some = half_alpha(level), np.maximum(x, 1)
    low = gammaincinv(some, tail)
    k = first_count(lambda k: at_most(k, low) > tail, np.zeros_like(some), some - 1)
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
    k = first_count(lambda k: at_least(k, high) <= tail, x + 1, furthest)
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

    def enough(k: FloatArray) -> NDArray[np.bool_]:
        m = equally_likely(k, x)
        return np.asarray(at_least(x, m) + at_most(k, m) >= alpha)

    k = first_count(enough, np.zeros_like(x), x - 1)
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

    def too_far(k: FloatArray) -> NDArray[np.bool_]:
        m = equally_likely(x, k)
        return np.asarray(at_most(x, m) + at_least(k, m) < alpha)

    far = np.full_like(x, 2.0)
    while not np.all(too_far(x + far)):
        far = np.where(too_far(x + far), far, 2 * far)
    return equally_likely(x, first_count(too_far, x + 1, x + far) - 1)


def equally_likely(k: FloatArray, x: FloatArray) -> FloatArray:
    """Return the mean at which k and x > k have one probability: (x! / k!)^(1 / (x - k))."""
    return np.asarray(np.exp(log_factorial_ratio(k, x) / (x - k)))


def log_factorial_ratio(k: FloatArray, x: FloatArray) -> FloatArray:
    """Return log(x! / k!) for x >= k without the cancellation of two huge logarithms."""
    a, d = np.maximum(k + 1, 60.0), x - k
    # Stirling's series, one value less the other; its error at 60 is below 1e-16.
    stirling = (a - 0.5) * np.log1p(d / a) + d * np.log(a + d) - d + _rest(a + d) - _rest(a)
    return np.where(k < 59, gammaln(x + 1) - gammaln(k + 1), stirling)


def _rest(a: FloatArray) -> FloatArray:
    return np.asarray((1 / 12 - (1 / 360 - 1 / (1260 * a**2)) / a**2) / a)
