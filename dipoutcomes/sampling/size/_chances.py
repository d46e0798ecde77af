"""Chances of counts, as arrays: what the exact sums of the planner are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

FloatArray = NDArray[np.float64]


def log_ways(n: float | FloatArray, x: FloatArray) -> FloatArray:
    """Return the log of the number of ways to choose *x* of *n*."""
    return np.asarray(gammaln(n + 1.0) - gammaln(x + 1.0) - gammaln(n - x + 1.0))


def binomial(x: NDArray[np.int64], n: int, share: float) -> FloatArray:
    """Return P(X = x) for *n* independent people."""
    count = np.asarray(x, dtype=np.float64)
    log = log_ways(float(n), count) + xlogy(count, share) + xlog1py(n - count, -share)
    return np.asarray(np.exp(log))


def hypergeometric(x: NDArray[np.int64], n: int, marked: int, population: int) -> FloatArray:
    """Return P(X = x) for *n* drawn without replacement from *population* with *marked*."""
    count = np.asarray(x, dtype=np.float64)
    log = log_ways(float(marked), count) + log_ways(float(population - marked), n - count)
    return np.asarray(np.exp(log - log_ways(float(population), np.asarray(float(n)))))
