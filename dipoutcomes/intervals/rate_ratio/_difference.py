"""Array kernels for the difference of two rates: ``((x1, t1, x2, t2), level) -> (low, high)``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals.rate import _kernels
from dipoutcomes.intervals.rate_ratio._frame import DifferenceKernel, Rates

Score = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]


def _parts(
    d: FloatArray, x1: FloatArray, t1: FloatArray, x2: FloatArray, t2: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the estimate less *d*, and the likeliest rates that differ by *d*."""
    total, events = t1 + t2, x1 + x2
    # For a difference of at least 0 the lower rate is the second, otherwise the first; it solves
    # total r^2 + (total |d| - events) r - (its events) |d| = 0.
    size, own = np.abs(d), np.where(d >= 0, x2, x1)
    half = (events - total * size) / 2
    root = np.sqrt(half**2 + total * own * size)
    far = np.where(half >= 0, half + root, root - half)
    some = np.where(far > 0, far, 1.0)
    lower = np.where(half >= 0, far / total, own * size / some)
    gap = x1 / t1 - x2 / t2 - d
    return gap, lower + np.maximum(d, 0.0), lower + np.maximum(-d, 0.0)


def score_z(
    d: FloatArray, x1: FloatArray, t1: FloatArray, x2: FloatArray, t2: FloatArray
) -> FloatArray:
    """Return the score statistic of a difference of *d*; decreasing in *d*."""
    gap, r1, r2 = _parts(d, x1, t1, x2, t2)
    variance = r1 / t1 + r2 / t2
    return np.asarray(gap / np.sqrt(np.where(variance > 0, variance, 1.0)))


def scas_z(
    d: FloatArray, x1: FloatArray, t1: FloatArray, x2: FloatArray, t2: FloatArray
) -> FloatArray:
    """Return Laud's statistic: z for which gap = z sd + (z^2 - 1) third moment / (6 variance)."""
    gap, r1, r2 = _parts(d, x1, t1, x2, t2)
    variance = r1 / t1 + r2 / t2
    some = np.where(variance > 0, variance, 1.0)
    skew = (r1 / t1**2 - r2 / t2**2) / (6 * some)
    moved = gap + skew
    root = np.sqrt(np.maximum(variance + 4 * skew * moved, 0.0))
    z = 2 * moved / (np.sqrt(some) + root)
    # Without any event nothing speaks against a small difference of either sign.
    silent = np.where(d > 0, np.minimum(z, 0.0), np.maximum(z, 0.0))
    return np.asarray(np.where(x1 + x2 == 0, silent, z))


def by_score(statistic: Score) -> DifferenceKernel:
    """Return the limits at which a decreasing statistic equals plus and minus z."""

    def limits(rates: Rates, level: float) -> Limits:
        x1, t1, x2, t2 = rates
        z, estimate = normal_quantile(level), x1 / t1 - x2 / t2
        step = (z + 1) * np.sqrt((x1 + 1) / t1**2 + (x2 + 1) / t2**2)
        low, high = estimate - step, estimate + step
        for _ in range(60):  # both ends are finite: the statistic grows as the root of d
            short, long = statistic(low, *rates) < z, statistic(high, *rates) > -z
            if not np.any(short | long):
                break
            low = np.where(short, 2 * low - estimate, low)
            high = np.where(long, 2 * high - estimate, high)
        below = find_root(lambda d, *r: z - statistic(d, *r), low, high, *rates)
        return below, find_root(lambda d, *r: -z - statistic(d, *r), low, high, *rates)

    return limits


score = by_score(score_z)
scas = by_score(scas_z)


def _square_and_add(rates: Rates, middle: FloatArray, of_each: Limits) -> Limits:
    """Newcombe's "MOVER": each limit lies from the middle as far as the two errors together."""
    times = np.stack([rates[1], rates[3]])
    centre, low, high = middle / times, of_each[0] / times, of_each[1] / times
    down, up, difference = centre - low, high - centre, centre[0] - centre[1]
    return difference - np.hypot(down[0], up[1]), difference + np.hypot(up[0], down[1])


def mover_garwood(rates: Rates, level: float) -> Limits:
    x = np.stack([rates[0], rates[2]])
    return _square_and_add(rates, x, _kernels.garwood(x, level))


def mover_jeffreys(rates: Rates, level: float) -> Limits:
    x = np.stack([rates[0], rates[2]])
    return _square_and_add(rates, _kernels.jeffreys(x, 0.0)[0], _kernels.jeffreys(x, level))


def wald_z(
    d: FloatArray, x1: FloatArray, t1: FloatArray, x2: FloatArray, t2: FloatArray
) -> FloatArray:
    """Return the Wald statistic; ``nan`` without any event, where it has no variance."""
    variance = x1 / t1**2 + x2 / t2**2
    z = (x1 / t1 - x2 / t2 - d) / np.sqrt(np.where(variance > 0, variance, np.nan))
    return np.asarray(z)


def wald(rates: Rates, level: float) -> Limits:
    x1, t1, x2, t2 = rates
    half_width = normal_quantile(level) * np.sqrt(x1 / t1**2 + x2 / t2**2)
    estimate = x1 / t1 - x2 / t2
    return estimate - half_width, estimate + half_width
