"""Kernels for the ratio of two proportions, on the scale t = ratio / (1 + ratio).

There a ratio of 0 and one of infinity are ordinary numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals._two_samples.shared import (
    Table,
    bias_factor,
    bounded_score,
    bounded_skewed_score,
    held_at_ends,
    table_score_limits,
)

_NEAR = 1e-13  # how near to a ratio of 0 or infinity a limit is looked for


def ratio_score(table: Table, t: FloatArray, *, corrected: bool) -> FloatArray:
    """Return the bounded score of p1 / p2 = t / (1 - t), decreasing in *t*, 0 <= t <= 1."""
    x1, n1, x2, n2 = table
    p1, p2 = constrained(table, t)
    variance = (1 - t) ** 2 * p1 * (1 - p1) / n1 + t**2 * p2 * (1 - p2) / n2
    gap = (1 - t) * x1 / n1 - t * x2 / n2
    return bounded_score(gap, variance * bias_factor(table, corrected=corrected))


def ratio_skewed_score(table: Table, t: FloatArray) -> FloatArray:
    """Return the bounded score corrected for skewness (Laud 2017)."""
    x1, n1, x2, n2 = table
    p1, p2 = constrained(table, t)
    one, two = (1 - t) ** 2 * p1 * (1 - p1) / n1, t**2 * p2 * (1 - p2) / n2
    third = (1 - t) * one * (1 - 2 * p1) / n1 - t * two * (1 - 2 * p2) / n2
    gap = (1 - t) * x1 / n1 - t * x2 / n2
    return bounded_skewed_score(gap, (one + two) * bias_factor(table, corrected=True), third)


def ratio_held_score(table: Table, t: FloatArray) -> FloatArray:
    """Return the skewed score, held where a group has no event."""
    return held_at_ends(ratio_skewed_score(table, t), table[0] == 0, table[2] == 0)


def constrained(table: Table, t: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the likeliest p1, p2 of that ratio: Koopman (1984), without its cancellation."""
    x1, n1, x2, n2 = table
    events, s = x1 + x2, 1 - t
    b = n1 * t + x1 * s + n2 * s + x2 * t
    root = np.sqrt(np.maximum(b**2 - 4 * (n1 + n2) * t * events * s, 0.0))
    scale = 2 * events / np.where(b + root > 0, b + root, 1.0)
    return np.minimum(scale * t, 1.0), np.minimum(scale * s, 1.0)


def _limits(
    table: Table,
    level: float,
    statistic: Callable[[Table, FloatArray], FloatArray],
    *,
    skewed: bool,
) -> Limits:
    p1, p2 = table[0] / table[1], table[2] / table[3]
    neither = p1 + p2 == 0
    estimate = np.where(neither, 0.5, p1 / np.where(neither, 1.0, p1 + p2))
    edge = _NEAR if skewed else 0.0  # at the very ends the skewed score has no value, only a limit
    ends = np.full_like(estimate, edge), np.full_like(estimate, 1 - edge)
    inner = (ends[1], ends[0]) if skewed else (estimate, estimate)
    low, high = table_score_limits(statistic, table, level, (ends[0], inner[0], inner[1], ends[1]))
    # An estimate of 0 or infinity is never left out, even by the skewness correction.
    low = np.where((table[0] == 0) | (low <= edge), 0.0, low)
    high = np.where((table[2] == 0) | (high >= 1 - edge), 1.0, high)
    with np.errstate(divide="ignore"):
        return low / (1 - low), high / (1 - high)


def koopman(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    score = partial(ratio_score, corrected=False)
    return _limits((x1, n1, x2, n2), level, score, skewed=False)


def miettinen_nurminen(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    score = partial(ratio_score, corrected=True)
    return _limits((x1, n1, x2, n2), level, score, skewed=False)


def scas(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return _limits((x1, n1, x2, n2), level, ratio_skewed_score, skewed=True)


def log_limits(centre: FloatArray, error: FloatArray, level: float) -> Limits:
    """Return exp(centre -+ z error); nan where there is no error, which no sample justifies."""
    half_width = normal_quantile(level) * np.where(error > 0, error, np.nan)
    return np.exp(centre - half_width), np.exp(centre + half_width)


def katz_parts(table: Table) -> tuple[FloatArray, FloatArray]:
    """Return log(p1 / p2) and its standard error, nan where a group has no event."""
    x1, n1, x2, n2 = table
    some = (x1 > 0) & (x2 > 0)
    x, y = np.where(some, x1, 1.0), np.where(some, x2, 1.0)
    variance = (1 / x - 1 / n1) + (1 / y - 1 / n2)
    centre = np.log((x / n1) / (y / n2))
    return centre, np.where(some, np.sqrt(np.maximum(variance, 0.0)), np.nan)


def walter_parts(table: Table) -> tuple[FloatArray, FloatArray]:
    """Return the same with one half added to events and to persons (Walter 1975)."""
    x1, n1, x2, n2 = table
    return katz_parts((x1 + 0.5, n1 + 0.5, x2 + 0.5, n2 + 0.5))


def katz(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return log_limits(*katz_parts((x1, n1, x2, n2)), level)


def walter(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return log_limits(*walter_parts((x1, n1, x2, n2)), level)
