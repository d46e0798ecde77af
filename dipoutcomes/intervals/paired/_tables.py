"""What the methods for pairs share: the check of the four counts, and p-values from scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_choice, check_counts
from dipoutcomes.intervals._common import FloatArray, Side, finish, level_for
from dipoutcomes.intervals.paired._kernels import Kernel
from dipoutcomes.results import Interval, IntervalArray

CELLS = ("both", "first_only", "second_only", "neither")
ALTERNATIVES = ("two-sided", "greater", "less")


def check_cells(counts: tuple[Any, ...], names: tuple[str, ...] = CELLS) -> list[FloatArray]:
    """Return counts of persons as whole-valued float arrays of one shape."""
    checked = (check_counts(k, v).astype(np.float64) for k, v in zip(names, counts, strict=True))
    return list(np.broadcast_arrays(*checked))


def table_interval(
    kernel: Kernel,
    title: str,
    counts: tuple[Any, Any, Any, Any],
    confidence_level: float,
    side: Side,
    possible: tuple[float, float],
) -> Interval | IntervalArray:
    """Return the interval of *kernel*; the whole range where nobody was observed."""
    level = level_for(confidence_level, side)
    a, b, c, d = check_cells(counts)
    nobody = a + b + c + d == 0
    limits = kernel(a, b, c, d + nobody, level)
    return finish(limits, confidence_level, title, no_data=nobody, possible=possible, side=side)


def plain(values: FloatArray) -> FloatArray | float:
    """Return a number for one table, an array for several."""
    return float(values) if np.ndim(values) == 0 else np.asarray(values)


def score_p_value(bounded: FloatArray, alternative: str) -> FloatArray:
    """Return the normal p-value of a bounded score, positive where the first share is larger."""
    check_choice("alternative", alternative, ALTERNATIVES)
    with np.errstate(divide="ignore"):
        z = bounded / np.sqrt((1 - np.abs(bounded)) * (1 + np.abs(bounded)))
    if alternative == "two-sided":
        return np.asarray(2 * ndtr(-np.abs(z)))
    return np.asarray(ndtr(-z if alternative == "greater" else z))


def tails_p_value(at_most: FloatArray, at_least: FloatArray, alternative: str) -> FloatArray:
    """Return the p-value of two tails: one of them, or twice the smaller and at most 1."""
    check_choice("alternative", alternative, ALTERNATIVES)
    if alternative == "two-sided":
        return np.asarray(np.minimum(2 * np.minimum(at_most, at_least), 1.0))
    return np.asarray(at_least if alternative == "greater" else at_most)
