"""Kernels for the odds ratio that rest on large samples, on the scale t = ratio / (1 + ratio)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits
from dipoutcomes.intervals._two_samples.ratio import log_limits
from dipoutcomes.intervals._two_samples.shared import (
    Table,
    bias_factor,
    bounded_score,
    bounded_skewed_score,
    held_at_ends,
    table_score_limits,
)

_NEAR = 1e-13  # how near to an odds ratio of 0 or infinity a limit is looked for


def _expected(n1: FloatArray, events: FloatArray, total: FloatArray, t: FloatArray) -> FloatArray:
    """Return the expected events of group 1 under that odds ratio, all margins kept.

    The root of (1 - 2t) a^2 + b a - t n1 events = 0, whichever form does not cancel.
    """
    square, product = 1 - 2 * t, t * n1 * events
    b = t * (n1 + events) + (1 - t) * (total - n1 - events)
    root = np.sqrt(np.maximum(b**2 + 4 * square * product, 0.0))
    plain = 2 * product / np.where(b + root > 0, b + root, 1.0)
    other = (root - b) / np.where(square > 0, 2 * square, 1.0)
    return np.maximum(np.where((b < 0) & (square > 0), other, plain), 0.0)


def _parts(table: Table, t: FloatArray) -> tuple[FloatArray, ...]:
    """Return x1 less its expectation, and n p (1 - p) and 1 - 2 p of each group."""
    x1, n1, x2, n2 = table
    total, events = n1 + n2, x1 + x2
    # Each cell by its own root: none is a difference, so none loses its digits near 0.
    with_1, with_2 = _expected(n1, events, total, t), _expected(n2, events, total, 1 - t)
    without_1 = _expected(n1, total - events, total, 1 - t)
    without_2 = _expected(n2, total - events, total, t)
    weight_1, weight_2 = with_1 * without_1 / n1, with_2 * without_2 / n2
    lean_1, lean_2 = (without_1 - with_1) / n1, (without_2 - with_2) / n2
    # Nobody or everybody has the event: the odds ratio explains it, whatever it is.
    gap = np.where((events == 0) | (events == total), 0.0, x1 - with_1)
    return gap, weight_1, weight_2, lean_1, lean_2


def odds_ratio_score(table: Table, t: FloatArray, *, corrected: bool) -> FloatArray:
    """Return the bounded score of an odds ratio of t / (1 - t), decreasing in *t*."""
    gap, w1, w2, _, _ = _parts(table, t)
    both = w1 + w2
    variance = w1 * w2 / np.where(both > 0, both, 1.0)
    return bounded_score(gap, variance * bias_factor(table, corrected=corrected))


def odds_ratio_skewed_score(table: Table, t: FloatArray) -> FloatArray:
    """Return the bounded score corrected for bias and skewness (Laud 2017, appendix; 2018)."""
    gap, w1, w2, lean_1, lean_2 = _parts(table, t)
    both = np.where(w1 + w2 > 0, w1 + w2, 1.0)
    half = w1 * w2 / both
    third = half * (lean_1 * (w2 / both) ** 2 - lean_2 * (w1 / both) ** 2)
    bias = (lean_2 - lean_1) / 2 / both * half  # p1 - p2 = (lean_2 - lean_1) / 2
    return bounded_skewed_score(gap - bias, half * bias_factor(table, corrected=True), third)


def odds_ratio_held_score(table: Table, t: FloatArray) -> FloatArray:
    """Return the skewed score, held where a cell of the table is empty."""
    x1, n1, x2, n2 = table
    lowest, highest = x1 * (n2 - x2) == 0, x2 * (n1 - x1) == 0
    return held_at_ends(odds_ratio_skewed_score(table, t), lowest, highest)


def _limits(
    table: Table,
    level: float,
    statistic: Callable[[Table, FloatArray], FloatArray],
    *,
    skewed: bool,
) -> Limits:
    x1, n1, x2, n2 = table
    for_it, against = x1 * (n2 - x2), x2 * (n1 - x1)
    unknown = for_it + against == 0
    estimate = np.where(unknown, 0.5, for_it / np.where(unknown, 1.0, for_it + against))
    edge = _NEAR
    ends = np.full_like(estimate, edge), np.full_like(estimate, 1 - edge)
    inner = (ends[1], ends[0]) if skewed else (estimate, estimate)
    low, high = table_score_limits(statistic, table, level, (ends[0], inner[0], inner[1], ends[1]))
    whole = (x1 + x2 == 0) | (x1 + x2 == n1 + n2)
    # An estimate of 0 or infinity is never left out, even by the skewness correction.
    low = np.where(whole | (for_it == 0) | (low <= edge), 0.0, low)
    high = np.where(whole | (against == 0) | (high >= 1 - edge), 1.0, high)
    with np.errstate(divide="ignore"):
        return low / (1 - low), high / (1 - high)


def miettinen_nurminen(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    score = partial(odds_ratio_score, corrected=True)
    return _limits((x1, n1, x2, n2), level, score, skewed=False)


def cornfield(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> Limits:
    score = partial(odds_ratio_score, corrected=False)
    return _limits((x1, n1, x2, n2), level, score, skewed=False)


def scas(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return _limits((x1, n1, x2, n2), level, odds_ratio_skewed_score, skewed=True)


def woolf_parts(table: Table) -> tuple[FloatArray, FloatArray]:
    """Return the log odds ratio and its standard error, nan where a cell is empty."""
    x1, n1, x2, n2 = table
    cells = np.stack([x1, n1 - x1, x2, n2 - x2])
    full = np.all(cells > 0, axis=0)
    a, b, c, d = np.where(full, cells, 1.0)
    error = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return np.log(a) - np.log(b) - np.log(c) + np.log(d), np.where(full, error, np.nan)


def gart_parts(table: Table) -> tuple[FloatArray, FloatArray]:
    """Return the same with one half added to every cell (Haldane, Anscombe, Gart)."""
    x1, n1, x2, n2 = table
    return woolf_parts((x1 + 0.5, n1 + 1, x2 + 0.5, n2 + 1))


def woolf(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return log_limits(*woolf_parts((x1, n1, x2, n2)), level)


def gart(x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float) -> Limits:
    return log_limits(*gart_parts((x1, n1, x2, n2)), level)
