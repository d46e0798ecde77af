"""Tails of the hypergeometric distribution, and the population counts they accept.

Written for this package because `scipy.stats` is slow to import and slow to call, and because
limits must be found for frames of millions of people in a moment.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha

_HALF_LOG_2_PI = 0.9189385332046727418
# A count whose tail equals the limit exactly is rejected; rounding must not let it in.
_TIE_SLACK = 1e-10


def _stirling_error(n: FloatArray) -> FloatArray:
    """Return log(n!) less Stirling's formula, to full precision at any size."""
    small = np.clip(n, 1, 16)
    exact = gammaln(small + 1) - (small + 0.5) * np.log(small) + small - _HALF_LOG_2_PI
    m = np.maximum(n, 16)
    inverse = 1 / m**2
    series = (1 / 12 - (1 / 360 - (1 / 1260 - inverse / 1680) * inverse) * inverse) / m
    return np.where(n < 16, exact, series)


def _deviance(x: FloatArray, mean: FloatArray) -> FloatArray:
    """Return x log(x / mean) + mean - x without cancellation (Loader's bd0)."""
    gap = x - mean
    total = x + mean
    v = gap / total
    near = np.abs(v) < 0.1
    u = np.where(near, v, 0.0)
    # log(x/mean) = 2 atanh(v); gap is taken out of the series by hand.
    series, power = gap * u, 2 * x * u
    for k in range(3, 33, 2):
        power = power * u * u
        series = series + power / k
    safe_x, safe_mean = np.where(x > 0, x, 1.0), np.where(mean > 0, mean, 1.0)
    far = np.where(x > 0, safe_x * np.log(safe_x / safe_mean), 0.0) - gap
    return np.where(near, series, far)


def _log_binomial(x: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """Return the log of the binomial probability of *x*, 0 <= x <= n, 0 < p < 1 (Loader 2000)."""
    inner = np.where((x == 0) | (x == n), 1.0, x)
    rest = np.where((x == 0) | (x == n), 1.0, n - x)
    total = np.where((x == 0) | (x == n), 2.0, n)
    main = _stirling_error(total) - _stirling_error(inner) - _stirling_error(rest)
    main = main - _deviance(inner, total * p) - _deviance(rest, total * (1 - p))
    main = main + 0.5 * np.log(total / inner / rest) - _HALF_LOG_2_PI
    return np.where(x == 0, n * np.log1p(-p), np.where(x == n, n * np.log(p), main))


def log_probability(
    x: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
) -> FloatArray:
    """Return log P(X = x): *n* drawn from *population*, of whom *marked* have the event."""
    possible = (x >= 0) & (x <= marked) & (n - x >= 0) & (n - x <= population - marked)
    k = np.where(possible, x, 0.0)
    here, there = np.where(possible, marked, 0.0), np.where(possible, population - marked, 1.0)
    drawn, size = np.where(possible, n, 0.0), np.where(possible, population, 1.0)
    census = (drawn == size) | (drawn == 0)
    p = np.where(census, 0.5, drawn / np.maximum(size, 1))
    log = _log_binomial(k, here, p) + _log_binomial(drawn - k, there, p)
    log = log - _log_binomial(drawn, size, p)
    return np.where(possible, np.where(census, 0.0, log), -np.inf)


def at_least(
    x: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray, *, own: float = 1.0
) -> FloatArray:
    """Return P(X > x) + own * P(X = x), with *x* no more than a little below the mean.

    The terms beyond *x* follow from the one at *x* by ratios, block by block until they no
    longer matter: about one standard deviation of them, whatever the size of the frame.
    """
    log = log_probability(x, n, marked, population)
    total = np.full(np.shape(log), own)
    last = np.ones(np.shape(log))
    start, block = 0, 32
    while True:
        k = x[..., None] + start + np.arange(block)
        ratio = np.maximum((marked[..., None] - k) * (n[..., None] - k), 0.0)
        ratio = ratio / ((k + 1) * np.maximum((population - marked - n)[..., None] + k + 1, 1.0))
        terms = last[..., None] * np.cumprod(ratio, axis=-1)
        total = total + terms.sum(axis=-1)
        last = terms[..., -1]
        if np.all(last <= 1e-17 * total):
            return np.asarray(np.exp(log) * total)
        start, block = start + block, min(2 * block, 4096)


def _smallest_accepted(
    x: FloatArray, n: FloatArray, population: FloatArray, tail: float, own: float
) -> FloatArray:
    """Return the smallest M for which P(X > x | M) + own * P(X = x | M) exceeds *tail*."""
    n, population = np.broadcast_to(n, x.shape), np.broadcast_to(population, x.shape)
    low, high = x.copy(), np.minimum(np.ceil((x + 1) * population / n), population - (n - x))
    high = np.maximum(
        high, low
    )  # `high` is accepted: its mean is at least x + 1, or it is the last
    limit = tail * (1 + _TIE_SLACK)
    while np.any(low < high):
        middle = np.floor((low + high) / 2)
        accepted = at_least(x, n, middle, population, own=own) > limit
        high = np.where(accepted, middle, high)
        low = np.where(accepted, low, np.minimum(middle + 1, high))
    return np.where(x == 0, 0.0, high)


def _counts(
    x: FloatArray, n: FloatArray, population: FloatArray, level: float, own: float
) -> Limits:
    # The largest number with the event leaves the smallest number without it: one search for both.
    both_ways = np.stack([x, n - x])
    with_event, without = _smallest_accepted(both_ways, n, population, half_alpha(level), own)
    low, high = with_event, population - without
    # At levels near 0 mid-P can accept no count at all; its two neighbours are given then.
    return np.minimum(low, high), np.maximum(low, high)


def equal_tailed_counts(
    x: FloatArray, n: FloatArray, population: FloatArray, level: float
) -> Limits:
    return _counts(x, n, population, level, 1.0)


def mid_p_counts(x: FloatArray, n: FloatArray, population: FloatArray, level: float) -> Limits:
    return _counts(x, n, population, level, 0.5)


CountKernel = Callable[[FloatArray, FloatArray, FloatArray, float], Limits]
