"""What every method for a known frame does around its kernel: checks, nobody drawn, one side."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_confidence_level, check_counts
from dipoutcomes.intervals._common import FloatArray, Side, check_events, finish, level_for
from dipoutcomes.intervals._hypergeometric import CountKernel
from dipoutcomes.results import Interval, IntervalArray

Sample = tuple[Any, Any, Any]


def checked(events: Any, n: Any, population: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return whole-valued float arrays of one shape, ``0 <= events <= n <= population``."""
    x, drawn = check_events(events, n)
    size = check_counts("population", population, minimum=1).astype(np.float64)
    x, drawn, size = np.broadcast_arrays(x, drawn, size)
    above = int(np.count_nonzero(drawn > size))
    if above:
        raise ValueError(
            f"`n` must be at most `population`; it is larger in {above} of {x.size} rows. "
            "A sample drawn without replacement cannot exceed its frame."
        )
    return x, drawn, size


def by_kernel(
    kernel: CountKernel,
    title: str,
    sample: Sample,
    confidence_level: float,
    side: Side = "two-sided",
    *,
    counts: bool = False,
) -> Interval | IntervalArray:
    """Return the limits of *kernel*, in proportions or (*counts*) in people, as proportions."""
    level = check_confidence_level(confidence_level)
    x, n, size = checked(*sample)
    nobody = n == 0
    low, high = kernel(x, n + nobody, size, level_for(level, side))
    limits = (low / size, high / size) if counts else (low, high)
    possible = (x / size, (size - (n - x)) / size)
    if side == "two-sided":
        return finish(limits, level, title, no_data=nobody)
    return finish(limits, level, title, no_data=nobody, possible=possible, side=side)


def by_counts(
    kernel: CountKernel,
    title: str,
    sample: Sample,
    confidence_level: float,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """As `by_kernel`, for a kernel that gives numbers of people."""
    return by_kernel(kernel, title, sample, confidence_level, side, counts=True)
