"""What every method for a proportion does around its kernel: checks, nobody observed, one side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.intervals._common import (
    FloatArray,
    Limits,
    Side,
    check_events,
    finish,
    level_for,
)
from dipoutcomes.results import Interval, IntervalArray

Kernel = Callable[[FloatArray, FloatArray, float], Limits]


def by_kernel(
    kernel: Kernel,
    title: str,
    events: Any,
    n: Any,
    confidence_level: float,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the limits of *kernel* for checked counts."""
    level = check_confidence_level(confidence_level)
    x, trials = check_events(events, n)
    nobody = trials == 0
    limits = kernel(x, trials + nobody, level_for(level, side))
    return finish(limits, level, title, no_data=nobody, side=side)
