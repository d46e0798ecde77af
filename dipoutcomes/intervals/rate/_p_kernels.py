"""P-values for a Poisson mean: ``(events, mean) -> p``, of the same kinds as the intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._binomial_tests import by_normal, by_tails
from dipoutcomes.intervals._common import Alternative, FloatArray
from dipoutcomes.intervals._pmf import deviance, log_factorial_ratio
from dipoutcomes.intervals._roots import first_where
from dipoutcomes.intervals.rate._kernels import at_least, at_most

# Two probabilities closer than this, relatively, are one; R's `poisson.test` has the same slack.
_TIE_SLACK = 1e-7

Test = Callable[[FloatArray, FloatArray, Alternative], FloatArray]


def central(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    return by_tails(at_least(x, m), at_most(x, m), alternative)


def mid_p(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    greater = (at_least(x, m) + at_least(x + 1, m)) / 2
    return by_tails(greater, (at_most(x, m) + at_most(x - 1, m)) / 2, alternative)


def blaker(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    del alternative  # two-sided by its definition
    greater, less = at_least(x, m), at_most(x, m)

    def heavier(k: FloatArray, m: FloatArray, tail: FloatArray) -> FloatArray:
        return np.asarray(at_most(k, m) > tail * (1 + _TIE_SLACK))

    def lighter(k: FloatArray, m: FloatArray, tail: FloatArray) -> FloatArray:
        return np.asarray(at_least(k, m) <= tail * (1 + _TIE_SLACK))

    # The tail at x, and the largest tail of the other end that is no heavier.
    below = greater + at_most(first_where(heavier, 0 * x, x, m, greater) - 1, m)
    furthest = np.ceil(m + 40 * np.sqrt(m) + 800) + x  # where no tail worth adding is left
    above = less + at_least(first_where(lighter, x, furthest, m, less), m)
    return np.minimum(np.where(greater <= less, below, above), 1.0)


def minlike(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    del alternative  # two-sided by its definition
    floor, log_m = np.floor(m), np.log(np.where(m > 0, m, 1.0))

    def likelier(k: FloatArray, x: FloatArray, log_m: FloatArray) -> FloatArray:
        size = log_factorial_ratio(np.maximum(k, x), np.minimum(k, x))
        log_ratio = (k - x) * log_m - np.where(k > x, size, -size)
        return np.asarray(log_ratio > _TIE_SLACK)

    def rarer(k: FloatArray, x: FloatArray, log_m: FloatArray) -> FloatArray:
        return np.asarray(likelier(k, x, log_m) == 0)

    # Counts rise in likelihood up to the mean and fall from there; e times the mean is far
    # enough, for k! is at least (k / e)^k.
    low = first_where(likelier, 0 * x, floor + 1, x, log_m) - 1
    high = first_where(rarer, floor + 1, np.ceil(np.e * m + 2) + x, x, log_m)
    p = np.minimum(at_most(low, m) + at_least(high, m), 1.0)
    return np.where(m == 0, np.where(x == 0, 1.0, 0.0), p)


def score(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    return by_normal(_score(x, m), alternative)


def _score(x: FloatArray, m: FloatArray) -> FloatArray:
    z = (x - m) / np.sqrt(np.where(m > 0, m, 1.0))
    return np.where(m > 0, z, np.where(x > 0, np.inf, 0.0))


def scas(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    # z solves (x - m - (z^2 - 1) / 6) / sqrt(m) = z. With no event nothing speaks for more.
    root = np.sqrt(np.maximum(9 * m + 6 * (x - m) + 1, 0.0))
    z = (6 * (x - m) + 1) / (root + 3 * np.sqrt(m))
    return by_normal(np.where(x == 0, np.minimum(z, 0.0), z), alternative)


def likelihood_ratio(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    z = np.sign(x - m) * np.sqrt(2 * np.maximum(deviance(x, m), 0.0))
    return by_normal(np.where((m == 0) & (x > 0), np.inf, z), alternative)


def wald_log(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    some, mean = np.where(x > 0, x, np.nan), np.where(m > 0, m, 1.0)
    z = np.where(m > 0, np.sqrt(some) * np.log(some / mean), np.where(x > 0, np.inf, np.nan))
    return by_normal(z, alternative)
