"""P-values for a Poisson mean: ``(events, mean) -> p``, of the same kinds as the intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals.rate._hulls import TIE, first_count, log_factorial_ratio
from dipoutcomes.intervals.rate._kernels import at_least, at_most

Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")
Mask = NDArray[np.bool_]
Kernel = Callable[[FloatArray, FloatArray, Alternative], FloatArray]


def from_tails(greater: FloatArray, less: FloatArray, alternative: Alternative) -> FloatArray:
    """Return a tail, or twice the smaller one."""
    if alternative == "two-sided":
        return np.asarray(np.minimum(2 * np.minimum(greater, less), 1.0))
    return greater if alternative == "greater" else less


def from_z(z: FloatArray, alternative: Alternative) -> FloatArray:
    """Return the normal p-value of a statistic above 0 where the data are above the null."""
    if alternative == "two-sided":
        return np.asarray(2 * ndtr(-np.abs(z)))
    return np.asarray(ndtr(-z if alternative == "greater" else z))


def central(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    return from_tails(at_least(x, m), at_most(x, m), alternative)


def mid_p(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    greater = (at_least(x, m) + at_least(x + 1, m)) / 2
    return from_tails(greater, (at_most(x, m) + at_most(x - 1, m)) / 2, alternative)


def blaker(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    if alternative != "two-sided":
        return central(x, m, alternative)
    greater, less = at_least(x, m), at_most(x, m)
    # Below: the tail of the larger counts is the smaller; the other end has at most as much.
    slack = 1 + TIE
    below = greater + at_most(_last(lambda k: at_most(k, m) > greater * slack, x), m)
    above = less + at_least(_first(lambda k: at_least(k, m) <= less * slack, x, m), m)
    return np.minimum(np.where(greater <= less, below, above), 1.0)


def minlike(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    if alternative != "two-sided":
        return central(x, m, alternative)
    floor, log_m = np.floor(m), np.log(np.where(m > 0, m, 1.0))

    def likelier(k: FloatArray) -> FloatArray:
        """log(P(k) / P(x))."""
        size = log_factorial_ratio(np.minimum(k, x), np.maximum(k, x))
        return (k - x) * log_m - np.where(k > x, size, -size)

    # Counts rise in likelihood up to the mean and fall from there.
    low = first_count(lambda k: (likelier(k) > TIE) | (k > floor), 0.0 * x, floor + 1) - 1
    high = first_count(lambda k: likelier(k) <= TIE, floor + 1, np.ceil(np.e * m + 2) + x)
    p = np.minimum(at_most(low, m) + at_least(high, m), 1.0)
    return np.where(m == 0, np.where(x == 0, 1.0, 0.0), p)


def _last(beyond: Callable[[FloatArray], Mask], x: FloatArray) -> FloatArray:
    """Return the last count before that from which *beyond* holds, looking at 0 to x."""
    return first_count(lambda k: np.asarray(beyond(k)) | (k >= x), 0.0 * x, x) - 1


def _first(holds: Callable[[FloatArray], Mask], x: FloatArray, m: FloatArray) -> FloatArray:
    """Return the first count above x from which *holds*; so far out nothing is left to hold."""
    furthest = np.ceil(m + 40 * np.sqrt(m) + 800) + x
    return first_count(lambda k: np.asarray(holds(k)) | (k >= furthest), x, furthest)


def score(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    return from_z(_score(x, m), alternative)


def _score(x: FloatArray, m: FloatArray) -> FloatArray:
    z = (x - m) / np.sqrt(np.where(m > 0, m, 1.0))
    return np.where(m > 0, z, np.where(x > 0, np.inf, 0.0))


def scas(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    # z solves (x - m - (z^2 - 1) / 6) / sqrt(m) = z. With no event nothing speaks for more.
    root = np.sqrt(np.maximum(9 * m + 6 * (x - m) + 1, 0.0))
    z = (6 * (x - m) + 1) / (root + 3 * np.sqrt(m))
    return from_z(np.where(x == 0, np.minimum(z, 0.0), z), alternative)


def likelihood_ratio(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    some, mean = np.maximum(x, 1), np.where(m > 0, m, 1.0)
    near = np.abs(mean - some) < some / 2
    v = np.where(near, np.log1p(np.where(near, mean - some, 0.0) / some), np.log(mean / some))
    deviance = np.where(x == 0, 2 * m, 2 * some * np.maximum(np.expm1(v) - v, 0.0))
    z = np.sign(x - m) * np.sqrt(deviance)
    return from_z(np.where((m == 0) & (x > 0), np.inf, z), alternative)


def wald_log(x: FloatArray, m: FloatArray, alternative: Alternative) -> FloatArray:
    some, mean = np.where(x > 0, x, np.nan), np.where(m > 0, m, 1.0)
    z = np.where(m > 0, np.sqrt(some) * np.log(some / mean), np.where(x > 0, np.inf, np.nan))
    return from_z(z, alternative)
