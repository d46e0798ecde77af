"""Blaker and minlike limits of a number of people in a frame: hulls of sets that can have holes.

One limit at a time, from the outside inward, as for a proportion: with *m* events in the sample,
M in the frame and the far tail up to *j*, the p-value is ``P(X >= m | M) + P(X <= j | M)``. While
*j* stays the same it falls and then rises with M, so a stretch that begins rejected has one
crossing at most, and its last M tells whether it has one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits
from dipoutcomes.intervals._hypergeometric import (
    TIE_SLACK,
    at_least,
    at_most,
    both_ways,
    last_possible,
    smallest_accepted,
)
from dipoutcomes.intervals._pmf import log_hypergeometric
from dipoutcomes.intervals._roots import first_where

# Does count j belong to the far tail at M? (j, m, n, M, population)
_Joins = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]


def blaker_counts(x: FloatArray, n: FloatArray, population: FloatArray, level: float) -> Limits:
    alpha = 1 - level

    def smallest(m: FloatArray, n: FloatArray, size: FloatArray) -> FloatArray:
        # Below the exact limit the near tail is at most alpha / 2 and the p-value twice that.
        start = smallest_accepted(m, n, size, alpha / 2)
        return _first_accepted(_no_heavier, m, n, size, start, alpha)

    return both_ways(smallest, x, n, population)


def minlike_counts(x: FloatArray, n: FloatArray, population: FloatArray, level: float) -> Limits:
    alpha = 1 - level

    def unsettled(marked: FloatArray, m: FloatArray, n: FloatArray, size: FloatArray) -> FloatArray:
        # The far tail is below a geometric series whose ratio is below `ratio`; so this bound on
        # the p-value, which grows with M, settles every smaller M too.
        j = _far_count(_no_likelier, m, n, marked, size)
        ratio = np.exp(-2 * (m - j + 1) / (n + 1))
        own = np.exp(log_hypergeometric(m, n, marked, size))
        return np.asarray(at_least(m, n, marked, size) + own / (1 - ratio) > alpha)

    def smallest(m: FloatArray, n: FloatArray, size: FloatArray) -> FloatArray:
        start = first_where(unsettled, m, last_possible(m, n, size), m, n, size)
        return _first_accepted(_no_likelier, m, n, size, start, alpha)

    return both_ways(smallest, x, n, population)


def _no_heavier(
    j: FloatArray, m: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
) -> FloatArray:
    near = at_least(m, n, marked, population)
    return np.asarray(at_most(j, n, marked, population) <= near * (1 + TIE_SLACK))


def _no_likelier(
    j: FloatArray, m: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
) -> FloatArray:
    seen = log_hypergeometric(m, n, marked, population)
    return np.asarray(log_hypergeometric(j, n, marked, population) <= seen + TIE_SLACK)


def _far_count(
    joins: _Joins, m: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
) -> FloatArray:
    """Return the largest j below *m* that belongs to the far tail; -1 for none."""

    def stays_out(
        j: FloatArray, m: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
    ) -> FloatArray:
        return ~joins(j, m, n, marked, population)

    return first_where(stays_out, np.zeros(np.shape(m)), m, m, n, marked, population) - 1


def _first_accepted(
    joins: _Joins,
    m: FloatArray,
    n: FloatArray,
    population: FloatArray,
    start: FloatArray,
    alpha: float,
) -> FloatArray:
    """Return the smallest M from *start* whose p-value exceeds *alpha*, stretch by stretch."""
    limit = alpha * (1 + TIE_SLACK)

    def accepted(
        marked: FloatArray, j: FloatArray, m: FloatArray, n: FloatArray, size: FloatArray
    ) -> FloatArray:
        return np.asarray(at_least(m, n, marked, size) + at_most(j, n, marked, size) > limit)

    def next_joins(
        marked: FloatArray, j: FloatArray, m: FloatArray, n: FloatArray, size: FloatArray
    ) -> FloatArray:
        return joins(j + 1, m, n, marked, size)

    shape = m.shape
    answer = np.where(m == 0, 0.0, start).ravel()
    here = np.flatnonzero(m.ravel() > 0)
    marked = answer[here]
    m, n, size = (v.ravel()[here] for v in (m, n, population))
    while here.size:
        j = _far_count(joins, m, n, marked, size)
        ready = accepted(marked, j, m, n, size)
        end = first_where(next_joins, marked, last_possible(m, n, size), j, m, n, size)
        crosses = ~ready & (end > marked) & accepted(end - 1, j, m, n, size)
        inside = (v[crosses] for v in (marked, end - 1, j, m, n, size))
        marked[crosses] = first_where(accepted, *inside)
        arrived = ready | crosses
        answer[here] = marked
        left = ~arrived
        marked, here = np.maximum(end, marked + 1)[left], here[left]
        m, n, size = m[left], n[left], size[left]
    return answer.reshape(shape)
