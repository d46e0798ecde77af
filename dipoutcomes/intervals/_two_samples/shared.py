"""What every comparison of two independent proportions shares: tables, scores, p-values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import (
    FloatArray,
    Limits,
    Side,
    check_events,
    finish,
    level_for,
    normal_quantile,
)
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.results import Interval, IntervalArray

Kernel = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, float], Limits]
Table = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


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
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the interval of *kernel*; a group of nobody leaves everything *possible*."""
    level = level_for(confidence_level, side)
    x1, n1, x2, n2 = check_table(counts)
    nobody = (n1 == 0) | (n2 == 0)
    limits = kernel(x1, n1 + (n1 == 0), x2, n2 + (n2 == 0), level)
    return finish(
        limits, float(confidence_level), title, no_data=nobody, possible=possible, side=side
    )


def two_sample_p_value(
    p_value: Callable[[Table], FloatArray], counts: tuple[Any, Any, Any, Any]
) -> FloatArray | float:
    """Return the p-values of *p_value*, a number for numbers; 1 where a group has nobody."""
    x1, n1, x2, n2 = check_table(counts)
    nobody = (n1 == 0) | (n2 == 0)
    table = (x1, n1 + (n1 == 0), x2, n2 + (n2 == 0))
    p = np.where(nobody, 1.0, p_value(table))
    return float(p) if p.ndim == 0 else p


def check_alternative(alternative: str) -> Alternative:
    """Return *alternative* if it is one of `ALTERNATIVES`; otherwise name them."""
    check_choice("alternative", alternative, ALTERNATIVES)
    return alternative  # type: ignore[return-value]


def check_null(name: str, value: Any) -> float:
    """Return the value that a test asks about; one number, for all tables."""
    number = np.asarray(value)
    if number.ndim or number.dtype.kind not in "iuf":
        raise TypeError(
            f"`{name}` must be one number, not {type(value).__name__}; ask once for each value"
        )
    return float(number)


def bounded_score(gap: FloatArray, variance: FloatArray) -> FloatArray:
    """Return z / sqrt(1 + z^2), z = gap / sqrt(variance): finite where the variance is 0."""
    size = np.sqrt(gap**2 + variance)
    return np.where(size > 0, gap / np.where(size > 0, size, 1.0), 0.0)


def bounded_skewed_score(gap: FloatArray, variance: FloatArray, third: FloatArray) -> FloatArray:
    """Return the bounded score corrected for skewness: Laud (2017), equation 4.

    z solves z = s - (z^2 - 1) m with s = gap / sqrt(variance), m = third / (6 variance^1.5); both
    sides are multiplied by variance^1.5, so that nothing is divided by a variance of 0.
    """
    cube, m = variance * np.sqrt(variance), third / 6
    top = gap * variance + m
    bottom = (cube + np.sqrt(np.maximum(cube**2 + 4 * m * top, 0.0))) / 2
    size = np.hypot(top, bottom)
    skewed = top / np.where(size > 0, size, 1.0)
    return np.where((variance > 0) & (size > 0), skewed, np.sign(gap))


def unbounded(score: FloatArray) -> FloatArray:
    """Return z of a bounded score; infinite where there is no variance."""
    with np.errstate(divide="ignore"):
        return np.asarray(score / np.sqrt((1 - np.abs(score)) * (1 + np.abs(score))))


def bound_of(level: float) -> float:
    """Return the bounded score of the normal quantile of *level*."""
    z = normal_quantile(level)
    return z / float(np.sqrt(1 + z**2))


def score_limits(
    statistic: Callable[[FloatArray], FloatArray],
    estimate: FloatArray,
    level: float,
    lowest: float,
    highest: float,
    *,
    skewed: bool = False,
) -> Limits:
    """Return where a decreasing bounded score equals that of z on either side of *estimate*.

    A *skewed* score is not 0 at the estimate: each limit is then looked for on both sides of it.
    """
    cut = bound_of(level)
    sides = np.reshape([cut, -cut], (2,) + (1,) * np.ndim(estimate))
    ends = np.full(np.shape(estimate), lowest), np.full(np.shape(estimate), highest)
    low = np.stack([ends[0], ends[0] if skewed else estimate])
    high = np.stack([ends[1] if skewed else estimate, ends[1]])
    found = find_root(lambda value: sides - statistic(value), low, high)
    return found[0], found[1]


def table_score_limits(
    statistic: Callable[[Table, FloatArray], FloatArray],
    table: Table,
    level: float,
    brackets: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> Limits:
    """Return where the bounded score of *table*, decreasing, equals that of z and of -z.

    *brackets* are the ends of the search for the lower limit, then for the upper one.
    """
    cut = bound_of(level)
    shape = np.shape(table[0])
    sides = np.stack([np.full(shape, cut), np.full(shape, -cut)])
    low, high = np.stack([brackets[0], brackets[2]]), np.stack([brackets[1], brackets[3]])

    def above(
        value: FloatArray,
        side: FloatArray,
        x1: FloatArray,
        n1: FloatArray,
        x2: FloatArray,
        n2: FloatArray,
    ) -> FloatArray:
        return side - statistic((x1, n1, x2, n2), value)

    found = find_root(above, low, high, sides, *(np.stack([v, v]) for v in table))
    return found[0], found[1]


def held_at_ends(score: FloatArray, lowest: FloatArray, highest: FloatArray) -> FloatArray:
    """Return a skewed score that never speaks against the estimate where that is an end.

    An estimate that cannot be lower is no sign of a higher truth, nor one that cannot be higher
    of a lower truth, whatever the skewness correction says: the end rule of the interval.
    """
    held = np.where(lowest, np.minimum(score, 0.0), score)
    return np.where(highest, np.maximum(held, 0.0), held)


def score_p_value(bounded: FloatArray, alternative: Alternative = "two-sided") -> FloatArray:
    """Return the normal p-value of a bounded score."""
    z = unbounded(bounded)
    if alternative == "two-sided":
        return np.asarray(2 * ndtr(-np.abs(z)))
    return np.asarray(ndtr(-z if alternative == "greater" else z))


def bias_factor(table: Table, *, corrected: bool) -> FloatArray:
    """Return Miettinen and Nurminen's N / (N - 1), or 1."""
    total = table[1] + table[3]
    return total / (total - 1) if corrected else np.ones_like(total)


def wald_p_value(gap: FloatArray, error: FloatArray, alternative: Alternative) -> FloatArray:
    """Return the normal p-value of an estimate that lies *gap* from the null."""
    return score_p_value(
        np.where(np.isnan(error), np.nan, bounded_score(gap, error**2)), alternative
    )
