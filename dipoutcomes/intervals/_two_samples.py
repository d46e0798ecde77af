"""Array kernels for two independent proportions: ``(x1, n1, x2, n2, level) -> (low, high)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray, Limits, check_events, finish, normal_quantile
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.results import Interval, IntervalArray

Kernel = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, float], Limits]
Table = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def check_table(counts: tuple[Any, Any, Any, Any]) -> Table:
    """Return events and persons of two groups as whole-valued float arrays of one shape."""
    first = check_events(counts[0], counts[1], events_name="events_1", n_name="n_1")
    second = check_events(counts[2], counts[3], events_name="events_2", n_name="n_2")
    x1, n1, x2, n2 = np.broadcast_arrays(*first, *second)
    return x1, n1, x2, n2


def two_sample_interval(
    kernel: Kernel,
    title: str,
    counts: tuple[Any, Any, Any, Any],
    confidence_level: float,
    possible: tuple[float, float],
) -> Interval | IntervalArray:
    level = check_confidence_level(confidence_level)
    x1, n1, x2, n2 = check_table(counts)
    nobody = (n1 == 0) | (n2 == 0)
    limits = kernel(x1, n1 + (n1 == 0), x2, n2 + (n2 == 0), level)
    return finish(limits, level, title, no_data=nobody, possible=possible)


def bounded_score(gap: FloatArray, variance: FloatArray) -> FloatArray:
    """Return z / sqrt(1 + z^2), z = gap / sqrt(variance): finite where the variance is 0."""
    size = np.sqrt(gap**2 + variance)
    return np.where(size > 0, gap / np.where(size > 0, size, 1.0), 0.0)


def score_limits(
    statistic: Callable[[FloatArray], FloatArray],
    estimate: FloatArray,
    level: float,
    lowest: float,
    highest: float,
) -> Limits:
    """Return where a decreasing bounded score equals that of z on either side of *estimate*."""
    z = normal_quantile(level)
    cut = z / np.sqrt(1 + z**2)
    sides = np.reshape([cut, -cut], (2,) + (1,) * np.ndim(estimate))
    low = np.stack([np.full(np.shape(estimate), lowest), estimate])
    high = np.stack([estimate, np.full(np.shape(estimate), highest)])
    found = find_root(lambda value: sides - statistic(value), low, high)
    return found[0], found[1]


def two_sided_p(bounded: FloatArray) -> FloatArray:
    """Return the normal two-sided p-value of a bounded score."""
    with np.errstate(divide="ignore"):
        z = np.abs(bounded) / np.sqrt((1 - np.abs(bounded)) * (1 + np.abs(bounded)))
    return np.asarray(2 * ndtr(-z))


def bias_factor(table: Table, *, corrected: bool) -> FloatArray:
    """Return Miettinen and Nurminen's N / (N - 1), or 1."""
    total = table[1] + table[3]
    return total / (total - 1) if corrected else np.ones_like(total)


def difference_score(table: Table, d: FloatArray, *, corrected: bool) -> FloatArray:
    """Return the bounded score of p1 - p2 = *d*, decreasing in *d*."""
    x1, n1, x2, n2 = table
    p2 = _constrained_p2(table, d)
    p1 = np.clip(p2 + d, 0.0, 1.0)
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return bounded_score(x1 / n1 - x2 / n2 - d, variance * bias_factor(table, corrected=corrected))


def _constrained_p2(table: Table, d: FloatArray) -> FloatArray:
    """Return the likeliest p2 given p1 - p2 = *d*: Miettinen and Nurminen (1985), appendix I."""
    x1, n1, x2, n2 = table
    total, events = n1 + n2, x1 + x2
    c2 = ((n1 + 2 * n2) * d - total - events) / total
    c1 = ((n2 * d - total - 2 * x2) * d + events) / total
    c0 = x2 * d * (1 - d) / total
    q = c2**3 / 27 - c1 * c2 / 6 + c0 / 2
    r = np.where(q < 0, -1.0, 1.0) * np.sqrt(np.maximum(c2**2 / 9 - c1 / 3, 0.0))
    cosine = np.clip(q / np.where(r == 0, 1.0, r) ** 3, -1.0, 1.0)
    p2 = 2 * r * np.cos((np.pi + np.arccos(cosine)) / 3) - c2 / 3
    lowest, highest = np.maximum(0.0, -d), np.minimum(1.0, 1 - d)
    p2 = np.clip(p2, lowest, highest)
    for _ in range(2):  # the closed form carries an error of about 1e-8
        value, slope = ((p2 + c2) * p2 + c1) * p2 + c0, (3 * p2 + 2 * c2) * p2 + c1
        new = np.clip(p2 - value / np.where(slope == 0, np.inf, slope), lowest, highest)
        better = np.abs(((new + c2) * new + c1) * new + c0) < np.abs(value)
        p2 = np.where(better, new, p2)
    return np.asarray(p2)


def miettinen_nurminen(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    return _difference_limits((x1, n1, x2, n2), level, corrected=True)


def mee(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return _difference_limits((x1, n1, x2, n2), level, corrected=False)


def _difference_limits(table: Table, level: float, *, corrected: bool) -> Limits:
    estimate = table[0] / table[1] - table[2] / table[3]
    return score_limits(
        lambda d: difference_score(table, d, corrected=corrected), estimate, level, -1.0, 1.0
    )


def newcombe(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    first, second = _binomial.wilson(x1, n1, level), _binomial.wilson(x2, n2, level)
    return square_and_add(x1 / n1, first, x2 / n2, second)


def newcombe_corrected(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    first = _binomial.wilson_corrected(x1, n1, level)
    return square_and_add(x1 / n1, first, x2 / n2, _binomial.wilson_corrected(x2, n2, level))


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


def wald(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    p1, p2 = x1 / n1, x2 / n2
    half_width = normal_quantile(level) * np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return p1 - p2 - half_width, p1 - p2 + half_width


def agresti_caffo(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    return wald(x1 + 1, n1 + 2, x2 + 1, n2 + 2, level)


def ratio_score(table: Table, t: FloatArray, *, corrected: bool) -> FloatArray:
    """Return the bounded score of p1 / p2 = t / (1 - t), decreasing in *t*, 0 <= t <= 1.

    On this scale a ratio of 0 and one of infinity are ordinary numbers.
    """
    x1, n1, x2, n2 = table
    events = x1 + x2
    b = n1 * t + x1 * (1 - t) + n2 * (1 - t) + x2 * t
    root = np.sqrt(np.maximum(b**2 - 4 * (n1 + n2) * t * events * (1 - t), 0.0))
    scale = 2 * events / np.where(b + root > 0, b + root, 1.0)
    p1, p2 = np.minimum(scale * t, 1.0), np.minimum(scale * (1 - t), 1.0)
    variance = (1 - t) ** 2 * p1 * (1 - p1) / n1 + t**2 * p2 * (1 - p2) / n2
    gap = (1 - t) * x1 / n1 - t * x2 / n2
    return bounded_score(gap, variance * bias_factor(table, corrected=corrected))


def ratio_limits(table: Table, level: float, *, corrected: bool) -> Limits:
    p1, p2 = table[0] / table[1], table[2] / table[3]
    neither = p1 + p2 == 0
    estimate = np.where(neither, 0.5, p1 / np.where(neither, 1.0, p1 + p2))
    low, high = score_limits(
        lambda t: ratio_score(table, t, corrected=corrected), estimate, level, 0.0, 1.0
    )
    with np.errstate(divide="ignore"):
        return low / (1 - low), high / (1 - high)


def koopman(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return ratio_limits((x1, n1, x2, n2), level, corrected=False)


def ratio_miettinen_nurminen(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    return ratio_limits((x1, n1, x2, n2), level, corrected=True)


def katz(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    variance = np.where(
        (x1 > 0) & (x2 > 0), 1 / np.maximum(x1, 1) - 1 / n1 + 1 / np.maximum(x2, 1) - 1 / n2, np.nan
    )
    # No variance at all (everybody in both groups) is no certainty: there is no answer then.
    half_width = normal_quantile(level) * np.sqrt(np.where(variance > 0, variance, np.nan))
    ratio = (x1 / n1) / np.where(x2 > 0, x2 / n2, np.nan)
    return ratio * np.exp(-half_width), ratio * np.exp(half_width)
