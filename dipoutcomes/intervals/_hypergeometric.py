"""Tails of the hypergeometric distribution, and the population counts they accept.

Limits must be found for frames of thousands of millions in a moment, and for one frame without
the calls that `scipy.stats` makes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha
from dipoutcomes.intervals._pmf import log_hypergeometric
from dipoutcomes.intervals._roots import first_where

# A count whose tail equals the limit exactly is rejected; rounding must not let it in.
TIE_SLACK = 1e-10
_MOST_TERMS = 4096  # of a tail, looked at together

log_probability = log_hypergeometric
CountKernel = Callable[[FloatArray, FloatArray, FloatArray, float], Limits]


def at_least(
    x: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray, *, own: float = 1.0
) -> FloatArray:
    """Return P(X > x) + own * P(X = x), with *x* no more than a little below the mean.

    The terms beyond *x* follow from the one at *x* by ratios, block by block until they no
    longer matter: about one standard deviation of them, whatever the size of the frame.
    """
    x, n, marked, population = np.broadcast_arrays(x, n, marked, population)
    log = log_hypergeometric(x, n, marked, population)
    total = np.full(log.shape, own)
    last = np.ones(log.shape)
    start, block = 0, int(np.clip(np.max(n - x, initial=1), 1, 32))
    while True:
        k = x[..., None] + start + np.arange(block)
        ratio = np.maximum((marked[..., None] - k) * (n[..., None] - k), 0.0)
        ratio = ratio / ((k + 1) * np.maximum((population - marked - n)[..., None] + k + 1, 1.0))
        terms = last[..., None] * np.cumprod(ratio, axis=-1)
        total = total + terms.sum(axis=-1)
        last = np.where(np.isfinite(log), terms[..., -1], 0.0)
        if np.all(last <= 1e-17 * total):
            break
        start, block = start + block, min(2 * block, _MOST_TERMS)
    beyond = np.where(x < n - (population - marked), 1.0, 0.0)  # certain, or impossible
    return np.asarray(np.where(np.isfinite(log), np.exp(log) * total, beyond))


def at_most(j: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray) -> FloatArray:
    """Return P(X <= j), with *j* no more than a little above the mean; 0 below what can be."""
    return at_least(n - j, n, population - marked, population)


def last_possible(m: FloatArray, n: FloatArray, population: FloatArray) -> FloatArray:
    """Return a number with the event whose mean count is above *m*, or the largest there can be."""
    return np.asarray(
        np.maximum(np.minimum(np.ceil((m + 1) * population / n), population - (n - m)), m)
    )


def smallest_accepted(
    m: FloatArray, n: FloatArray, population: FloatArray, tail: float, own: float = 1.0
) -> FloatArray:
    """Return the smallest M for which P(X > m | M) + own * P(X = m | M) exceeds *tail*."""
    limit = tail * (1 + TIE_SLACK)

    def accepted(
        marked: FloatArray, m: FloatArray, n: FloatArray, population: FloatArray
    ) -> FloatArray:
        return np.asarray(at_least(m, n, marked, population, own=own) > limit)

    found = first_where(accepted, m, last_possible(m, n, population), m, n, population)
    return np.where(m == 0, 0.0, found)


def both_ways(
    smallest: Callable[[FloatArray, FloatArray, FloatArray], FloatArray],
    x: FloatArray,
    n: FloatArray,
    population: FloatArray,
) -> Limits:
    """Return both limits from a search for the smaller.

    The largest number with the event leaves the smallest number without it: one search for both.
    """
    m = np.stack(np.broadcast_arrays(x, n - x))
    with_event, without = smallest(
        m, np.broadcast_to(n, m.shape), np.broadcast_to(population, m.shape)
    )
    low, high = with_event, population - without
    # At levels near 0 mid-P can accept no count at all; its two neighbours are given then.
    return np.minimum(low, high), np.maximum(low, high)


def equal_tailed_counts(
    x: FloatArray, n: FloatArray, population: FloatArray, level: float
) -> Limits:
    tail = half_alpha(level)
    return both_ways(lambda m, n, size: smallest_accepted(m, n, size, tail), x, n, population)


def mid_p_counts(x: FloatArray, n: FloatArray, population: FloatArray, level: float) -> Limits:
    tail = half_alpha(level)
    return both_ways(lambda m, n, size: smallest_accepted(m, n, size, tail, 0.5), x, n, population)


def nearest_rejected_counts(
    x: FloatArray, n: FloatArray, population: FloatArray, level: float
) -> Limits:
    low, high = equal_tailed_counts(x, n, population, level)
    return np.maximum(low - 1, x), np.minimum(high + 1, population - (n - x))
