"""Square-and-add ("MOVER"): limits of a comparison from the limits of each proportion."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import betaincinv

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray, Limits
from dipoutcomes.intervals._two_samples.shared import Kernel

#: ``(x, n, level) -> (estimate, low, high)`` of one proportion.
OneSample = Callable[[FloatArray, FloatArray, float], tuple[FloatArray, FloatArray, FloatArray]]


def wilson(x: FloatArray, n: FloatArray, level: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    return x / n, *_binomial.wilson(x, n, level)


def wilson_corrected(
    x: FloatArray, n: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    return x / n, *_binomial.wilson_corrected(x, n, level)


def exact(x: FloatArray, n: FloatArray, level: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    return x / n, *_binomial.clopper_pearson(x, n, level)


def jeffreys(
    x: FloatArray, n: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Jeffreys limits around the posterior median (Laud 2017), no end points replaced."""
    return betaincinv(x + 0.5, n - x + 0.5, 0.5), *_binomial.jeffreys(x, n, level)


def square_and_add(
    p1: FloatArray,
    first: Limits,
    p2: FloatArray,
    second: Limits,
    correlation: FloatArray | float = 0.0,
) -> Limits:
    """Return limits of p1 - p2 from those of each (Newcombe; "MOVER")."""
    down_1, up_1, down_2, up_2 = p1 - first[0], first[1] - p1, p2 - second[0], second[1] - p2
    below = down_1**2 - 2 * correlation * down_1 * up_2 + up_2**2
    above = up_1**2 - 2 * correlation * up_1 * down_2 + down_2**2
    return p1 - p2 - np.sqrt(np.maximum(below, 0)), p1 - p2 + np.sqrt(np.maximum(above, 0))


def ratio_of(q1: FloatArray, first: Limits, q2: FloatArray, second: Limits) -> Limits:
    """Return limits of q1 / q2 from those of each: Donner and Zou (2012), page 351.

    The upper limit is one over the lower limit of q2 / q1; written so, neither is the difference
    of two near numbers, and it is infinite where the lower limit of q2 is 0.
    """
    product = q1 * q2
    lower = first[0] * (2 * q1 - first[0])
    upper = second[0] * (2 * q2 - second[0])
    low = _lower_root(lower, product, second[1] * (2 * q2 - second[1]))
    turned = _lower_root(upper, product, first[1] * (2 * q1 - first[1]))
    return low, np.where(turned > 0, 1 / np.where(turned > 0, turned, 1.0), np.inf)


def _lower_root(own: FloatArray, product: FloatArray, other: FloatArray) -> FloatArray:
    bottom = product + np.sqrt(np.maximum(product**2 - own * other, 0.0))
    return np.where(own > 0, own / np.where(bottom > 0, bottom, 1.0), 0.0)


def mover_difference(one: OneSample) -> Kernel:
    """Return the kernel for p1 - p2 that joins the limits of *one*."""

    def kernel(
        x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
    ) -> Limits:
        (p1, *first), (p2, *second) = one(x1, n1, level), one(x2, n2, level)
        return square_and_add(p1, (first[0], first[1]), p2, (second[0], second[1]))

    return kernel


def mover_ratio(one: OneSample) -> Kernel:
    """Return the kernel for p1 / p2 that joins the limits of *one*."""

    def kernel(
        x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
    ) -> Limits:
        (p1, *first), (p2, *second) = one(x1, n1, level), one(x2, n2, level)
        return ratio_of(p1, (first[0], first[1]), p2, (second[0], second[1]))

    return kernel


def mover_odds_ratio(one: OneSample) -> Kernel:
    """Return the kernel for the odds ratio that joins the limits of *one*, turned into odds.

    Where somebody's odds are infinite the table is turned round, (x1, n1, x2, n2) into
    (n2 - x2, n2, n1 - x1, n1), which leaves the odds ratio as it is (Fagerland and Newcombe 2013,
    Table III). Where that does not help (all against none) nothing is known.
    """

    def odds(x: FloatArray, n: FloatArray, level: float) -> tuple[FloatArray, ...]:
        with_event, without = one(x, n, level), one(n - x, n, level)
        # 1 - p from the limits of those without: no cancellation where p is near 1.
        pairs = zip(with_event, (without[0], without[2], without[1]), strict=True)
        with np.errstate(divide="ignore"):
            return tuple(p / q for p, q in pairs)

    def kernel(
        x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
    ) -> Limits:
        edge = np.isinf(odds(x1, n1, level)[0]) | np.isinf(odds(x2, n2, level)[0])
        y1, m1 = np.where(edge, n2 - x2, x1), np.where(edge, n2, n1)
        y2, m2 = np.where(edge, n1 - x1, x2), np.where(edge, n1, n2)
        (q1, *first), (q2, *second) = odds(y1, m1, level), odds(y2, m2, level)
        unknown = np.isinf(q1) | np.isinf(q2)
        finite = [np.where(unknown, 1.0, v) for v in (q1, *first, q2, *second)]
        low, high = ratio_of(finite[0], (finite[1], finite[2]), finite[3], (finite[4], finite[5]))
        return np.where(unknown, 0.0, low), np.where(unknown, np.inf, high)

    return kernel
