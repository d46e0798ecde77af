"""Kernels for the difference of two proportions: score methods and the simple formulas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals._two_samples.shared import (
    Table,
    bias_factor,
    bounded_score,
    bounded_skewed_score,
    held_at_ends,
    table_score_limits,
)

_VERY_MANY = 1e7  # persons, among whom the cubic may have a root below its own error of 1e-8


def difference_score(table: Table, d: FloatArray, *, corrected: bool) -> FloatArray:
    """Return the bounded score of p1 - p2 = *d*, decreasing in *d*."""
    x1, n1, x2, n2 = table
    p1, p2 = constrained(table, d)
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return bounded_score(x1 / n1 - x2 / n2 - d, variance * bias_factor(table, corrected=corrected))


def difference_skewed_score(table: Table, d: FloatArray) -> FloatArray:
    """Return the bounded score of p1 - p2 = *d* corrected for skewness (Laud 2017)."""
    x1, n1, x2, n2 = table
    p1, p2 = constrained(table, d)
    one, two = p1 * (1 - p1) / n1, p2 * (1 - p2) / n2
    third = one * (1 - 2 * p1) / n1 - two * (1 - 2 * p2) / n2
    variance = (one + two) * bias_factor(table, corrected=True)
    return bounded_skewed_score(x1 / n1 - x2 / n2 - d, variance, third)


def difference_held_score(table: Table, d: FloatArray) -> FloatArray:
    """Return the skewed score, held where everybody of one group and nobody of the other has it."""
    x1, n1, x2, n2 = table
    lowest, highest = (x1 == 0) & (x2 == n2), (x1 == n1) & (x2 == 0)
    return held_at_ends(difference_skewed_score(table, d), lowest, highest)


def constrained(table: Table, d: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the likeliest p1, p2 with p1 - p2 = *d* (Miettinen and Nurminen 1985, appendix I)."""
    x1, n1, x2, n2 = table
    total, events = n1 + n2, x1 + x2
    c2 = ((n1 + 2 * n2) * d - total - events) / total
    c1 = ((n2 * d - total - 2 * x2) * d + events) / total
    c0 = x2 * d * (1 - d) / total
    q = c2 * c2 * c2 / 27 - c1 * c2 / 6 + c0 / 2
    r = np.copysign(np.sqrt(np.maximum(c2 * c2 / 9 - c1 / 3, 0.0)), q)
    cosine = np.clip(q / np.where(r == 0, 1.0, r * r * r), -1.0, 1.0)
    p2 = 2 * r * np.cos((np.pi + np.arccos(cosine)) / 3) - c2 / 3
    lowest, highest = np.maximum(0.0, -d), np.minimum(1.0, 1 - d)
    p2 = np.minimum(np.maximum(p2, lowest), highest)
    value = ((p2 + c2) * p2 + c1) * p2 + c0
    for _ in range(2):  # the closed form carries an error of about 1e-8
        slope = (3 * p2 + 2 * c2) * p2 + c1
        new = p2 - value / np.where(slope == 0, np.inf, slope)
        new = np.minimum(np.maximum(new, lowest), highest)
        left = ((new + c2) * new + c1) * new + c0
        better = np.abs(left) < np.abs(value)
        p2, value = np.where(better, new, p2), np.where(better, left, value)
    if np.any(total > _VERY_MANY):
        p2 = np.where(total > _VERY_MANY, _constrained_by_search(table, d), p2)
    return np.minimum(np.maximum(p2 + d, 0.0), 1.0), p2


def _constrained_by_search(table: Table, d: FloatArray) -> FloatArray:
    """Return the likeliest p2: where the slope of the log likelihood, which only falls, is 0."""
    lowest, highest = np.maximum(0.0, -d), np.minimum(1.0, 1 - d)

    def fall(p2: FloatArray) -> FloatArray:
        x1, n1, x2, n2 = table
        return (
            _pull(n2 - x2, 1 - p2) + _pull(n1 - x1, 1 - p2 - d) - _pull(x2, p2) - _pull(x1, p2 + d)
        )

    return find_root(fall, lowest, highest)


def _pull(count: FloatArray, share: FloatArray) -> FloatArray:
    return np.asarray(count / np.maximum(share, 1e-290))


def _limits(
    table: Table,
    level: float,
    statistic: Callable[[Table, FloatArray], FloatArray],
    *,
    skewed: bool,
) -> Limits:
    estimate = table[0] / table[1] - table[2] / table[3]
    ends = np.full_like(estimate, -1.0), np.full_like(estimate, 1.0)
    # The skewness correction moves where the score is 0: search the whole range for it.
    inner = (ends[1], ends[0]) if skewed else (estimate, estimate)
    return table_score_limits(statistic, table, level, (ends[0], inner[0], inner[1], ends[1]))


def miettinen_nurminen(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    score = partial(difference_score, corrected=True)
    return _limits((x1, n1, x2, n2), level, score, skewed=False)


def mee(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    score = partial(difference_score, corrected=False)
    return _limits((x1, n1, x2, n2), level, score, skewed=False)


def scas(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return _limits((x1, n1, x2, n2), level, difference_skewed_score, skewed=True)


def wald(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    centre, error = wald_parts((x1, n1, x2, n2))
    half_width = normal_quantile(level) * error
    return centre - half_width, centre + half_width


def wald_parts(table: Table) -> tuple[FloatArray, FloatArray]:
    """Return p1 - p2 and its standard error."""
    x1, n1, x2, n2 = table
    p1, p2 = x1 / n1, x2 / n2
    return p1 - p2, np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)


def agresti_caffo(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    return wald(x1 + 1, n1 + 2, x2 + 1, n2 + 2, level)
