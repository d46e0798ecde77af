"""Array kernels for tests of a number of people in a frame.

``(events, n, marked, population, alternative) -> p-value``, with *marked* the null number of people
with the event, ``0 <= marked <= population``. Where the sample rules the null out, a two-sided
p-value is 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._binomial_tests import by_normal, by_tails
from dipoutcomes.intervals._common import Alternative, FloatArray
from dipoutcomes.intervals._hypergeometric import at_least
from dipoutcomes.intervals._pmf import log_hypergeometric
from dipoutcomes.intervals._roots import first_where

# Outcomes as likely as the one seen belong to the tail; R's tests have the same slack.
_TIE_SLACK = 1e-7

Test = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, Alternative], FloatArray]


class _Turned:
    """A sample with its frame, turned round so that the count is at or above the mode."""

    def __init__(
        self, x: FloatArray, n: FloatArray, marked: FloatArray, population: FloatArray
    ) -> None:
        mode = np.floor((n + 1) * (marked + 1) / (population + 2))
        self.above = x >= mode
        self.m = np.where(self.above, x, n - x)
        self.marked = np.where(self.above, marked, population - marked)
        self.n, self.population = n, population
        own = log_hypergeometric(self.m, n, self.marked, population)
        self.log_own, self.own = own, np.exp(own)
        self.near = np.minimum(at_least(self.m, n, self.marked, population), 1.0)
        # An impossible count lies beyond all that can be: nothing near, everything on the rest.
        self.rest = np.where(np.isfinite(own), np.minimum(1 - self.near + self.own, 1.0), 1.0)

    def tails(self) -> tuple[FloatArray, FloatArray]:
        """Return P(X >= x) and P(X <= x)."""
        return (
            np.where(self.above, self.near, self.rest),
            np.where(self.above, self.rest, self.near),
        )

    def far(self, j: FloatArray) -> FloatArray:
        """Return the tail from the other end up to *j*."""
        return at_least(self.n - j, self.n, self.population - self.marked, self.population)


def central(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    return by_tails(*_Turned(x, n, marked, population).tails(), alternative)


def mid_p(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    sample = _Turned(x, n, marked, population)
    above, below = sample.tails()
    half = sample.own / 2
    return by_tails(np.maximum(above - half, 0.0), np.maximum(below - half, 0.0), alternative)


def minlike(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    del alternative  # two-sided by its definition
    sample = _Turned(x, n, marked, population)
    mode = np.floor((n + 1) * (sample.marked + 1) / (population + 2))

    def likelier(
        j: FloatArray, own: FloatArray, n: FloatArray, marked: FloatArray, size: FloatArray
    ) -> FloatArray:
        return np.asarray(log_hypergeometric(j, n, marked, size) > own + _TIE_SLACK)

    data = (sample.log_own, n, sample.marked, population)
    # Up to the mode a larger count is likelier; one beyond stands for "none of them".
    j = first_where(likelier, np.zeros(np.shape(x)), np.minimum(mode, sample.m) + 1, *data) - 1
    whole = np.where(np.isfinite(sample.log_own), sample.near + sample.far(j), 0.0)
    return np.asarray(np.minimum(np.where(j >= sample.m, 1.0, whole), 1.0))


def blaker(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    del alternative  # two-sided by its definition
    sample = _Turned(x, n, marked, population)
    above, below = sample.tails()
    # The smaller tail need not be on the side of the mode.
    high = above <= below
    least = np.minimum(above, below)
    m, mine = np.where(high, x, n - x), np.where(high, marked, population - marked)

    def heavier(
        j: FloatArray, least: FloatArray, n: FloatArray, others: FloatArray, size: FloatArray
    ) -> FloatArray:
        return np.asarray(at_least(n - j, n, others, size) > least * (1 + _TIE_SLACK))

    others = population - mine
    j = first_where(heavier, np.zeros(np.shape(x)), m, least, n, others, population) - 1
    return np.asarray(np.minimum(least + at_least(n - j, n, others, population), 1.0))


def _score(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    scale: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    share = marked / population
    # The variance of x: n p (1 - p) / (effective sample size / n).
    variance = n * share * (1 - share) * (population - n) / scale
    gap = x - n * share
    sure = variance <= 0
    # Without any variance the count is what it must be, or it cannot be.
    near = np.abs(gap) < 1e-9 * np.maximum(n, 1)
    exact = np.where(near, 0.0, np.copysign(np.inf, gap))
    z = np.where(sure, exact, gap / np.sqrt(np.where(sure, 1.0, variance)))
    return by_normal(z, alternative)


def score(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    return _score(x, n, marked, population, np.maximum(population - 1, 1), alternative)


def score_sampling_fraction(
    x: FloatArray,
    n: FloatArray,
    marked: FloatArray,
    population: FloatArray,
    alternative: Alternative,
) -> FloatArray:
    return _score(x, n, marked, population, population, alternative)
