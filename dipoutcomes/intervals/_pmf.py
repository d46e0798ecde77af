"""Probabilities of one count, to full precision at any size: binomial and hypergeometric.

Loader's way: Stirling's error and deviances instead of differences of large logarithms. Written
for this package because `scipy.stats` is slow to import and slow to call.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from dipoutcomes.intervals._common import FloatArray

_HALF_LOG_2_PI = 0.9189385332046727418
_SMALL = 16  # below it Stirling's series is not good enough, and a table is


def _small_corrections() -> FloatArray:
    m = np.arange(1.0, _SMALL)
    return np.concatenate([[0.0], gammaln(m + 1) - m * np.log(m) + m])


_TABLE = _small_corrections()


def stirling(m: FloatArray) -> FloatArray:
    """Return log(m!) - m log(m) + m for whole m >= 0, without cancellation; 0 at 0."""
    large = np.maximum(m, _SMALL)
    inverse = 1 / (large * large)
    series = (1 / 12 - (1 / 360 - (1 / 1260 - inverse / 1680) * inverse) * inverse) / large
    series = series + 0.5 * np.log(large) + _HALF_LOG_2_PI
    return np.where(m < _SMALL, _TABLE[np.minimum(m, _SMALL - 1).astype(np.intp)], series)


def deviance(x: FloatArray, mean: FloatArray) -> FloatArray:
    """Return x log(x / mean) + mean - x without cancellation (Loader's bd0)."""
    gap = x - mean
    total = x + mean
    v = gap / np.where(total > 0, total, 1.0)
    near = np.abs(v) < 0.1
    u = np.where(near, v, 0.0)
    # log(x/mean) = 2 atanh(v); gap is taken out of the series by hand.
    square = u * u
    series = np.full(np.shape(u), 1 / 17)
    for k in range(15, 1, -2):
        series = series * square + 1 / k
    series = gap * u + 2 * x * u * square * series
    some = x > 0
    ratio = np.where(some, x, 1.0) / np.where(some, np.maximum(mean, 1e-300), 1.0)
    far = np.where(some, x * np.log(ratio), 0.0) - gap
    return np.asarray(np.where(near, series, far))


def log_binomial(x: FloatArray, n: FloatArray, p: FloatArray, q: FloatArray) -> FloatArray:
    """Return the log of P(X = x), 0 <= x <= n, for 0 < p < 1 and q = 1 - p."""
    ways = stirling(n) - stirling(x) - stirling(n - x)
    return ways - deviance(x, n * p) - deviance(n - x, n * q)


def log_hypergeometric(
    x: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
) -> FloatArray:
    """Return log P(X = x): *n* drawn from *population*, of whom *marked* have the event."""
    x, n, marked, population = np.broadcast_arrays(x, n, marked, population)
    unmarked = population - marked
    cells = np.stack([x, marked - x, n - x, unmarked - n + x])
    possible = (cells >= 0).all(axis=0)
    cells = np.where(possible, cells, 0.0)
    sides = np.stack([marked, unmarked, n, population - n])
    drawn, left = n / population, (population - n) / population
    means = np.stack([marked * drawn, marked * left, unmarked * drawn, unmarked * left])
    log = stirling(sides).sum(axis=0) - stirling(cells).sum(axis=0) - stirling(population)
    return np.where(possible, log - deviance(cells, means).sum(axis=0), -np.inf)


def log_factorial_ratio(high: FloatArray, low: FloatArray) -> FloatArray:
    """Return log(high! / low!) for whole high >= low >= 0, exact to rounding at any size."""
    safe = np.where(low > 0, low, 1.0)
    grown = np.where(low > 0, low * np.log1p((high - low) / safe), 0.0)
    top = np.where(high > 0, high, 1.0)
    ratio = grown + (high - low) * (np.log(top) - 1) + stirling(high) - stirling(low)
    return np.asarray(ratio)
