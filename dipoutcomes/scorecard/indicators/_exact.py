"""Exact binomial chances behind verdicts and charts: the counts that speak against a share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

Counts = NDArray[np.int64]


def at_most(count: Any, n: Any, share: float) -> NDArray[np.float64]:
    """Return the chance of *count* or fewer of *n*; 0 for a count below 0, 1 from *n* on."""
    k, total = np.asarray(count, dtype=np.float64), np.asarray(n, dtype=np.float64)
    # Outside 0 to n the kernel gives nan, and nan is no chance.
    return np.where(k < 0, 0.0, np.where(k >= total, 1.0, bdtr(np.clip(k, 0, total), n, share)))


def at_least(count: Any, n: Any, share: float) -> NDArray[np.float64]:
    """Return the chance of *count* or more of *n*; 0 for a count above *n*."""
    k, total = np.asarray(count, dtype=np.float64), np.asarray(n, dtype=np.float64)
    return np.where(k > total, 0.0, np.where(k <= 0, 1.0, bdtrc(np.maximum(k - 1, 0), n, share)))


def least_above(n: Counts, share: float, tail: float) -> Counts:
    """Return the least count of each *n* that *share* gives, or more, in at most *tail*.

    It is ``n + 1`` where even everybody would be no evidence.
    """
    return _search(n, lambda k: at_least(k, n, share) <= tail)


def most_below(n: Counts, share: float, tail: float) -> Counts:
    """Return the largest count of each *n* that *share* gives, or fewer, in at most *tail*.

    It is -1 where even nobody would be no evidence.
    """
    return _search(n, lambda k: at_most(k, n, share) > tail) - 1


def _search(n: Counts, holds: Any) -> Counts:
    """Return, for each *n*, the least count up to n + 1 for which a monotone *holds* is true."""
    low, high = np.zeros_like(n), n + 1
    while np.any(low < high):
        middle = (low + high) // 2
        true = holds(middle)
        high = np.where(true, middle, high)
        low = np.where(true, low, np.minimum(middle + 1, high))
    return low
