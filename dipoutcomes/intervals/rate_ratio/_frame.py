"""What every interval for two rates does around its kernel: checks, units, no person-time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.intervals._common import FloatArray, Limits, Side, finish, level_for
from dipoutcomes.intervals.rate._frame import check_rate
from dipoutcomes.results import Interval, IntervalArray

Data = tuple[Any, Any, Any, Any]
Rates = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
OddsKernel = Callable[[FloatArray, FloatArray, float], Limits]
DifferenceKernel = Callable[[Rates, float], Limits]


def check_rates(data: Data) -> tuple[Rates, NDArray[np.bool_]]:
    """Return x1, t1, x2, t2 of one shape, and where a group has no time (its time is then 1)."""
    first = check_rate(data[0], data[1], events_name="events_1", time_name="person_time_1")
    second = check_rate(data[2], data[3], events_name="events_2", time_name="person_time_2")
    x1, t1, x2, t2 = np.broadcast_arrays(*first, *second)
    return (x1, t1 + (t1 == 0), x2, t2 + (t2 == 0)), (t1 == 0) | (t2 == 0)


def ratio_by(
    kernel: OddsKernel,
    title: str,
    data: Data,
    confidence_level: float,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the interval for rate 1 over rate 2 of a kernel for the odds of an event."""
    level = level_for(confidence_level, side)
    (x1, t1, x2, t2), unseen = check_rates(data)
    low, high = kernel(x1, x2, level)
    limits = (low * (t2 / t1), high * (t2 / t1))
    return finish(
        limits, float(confidence_level), title,
        no_data=unseen, possible=(0.0, np.inf), side=side,
    )  # fmt: skip


def difference_by(
    kernel: DifferenceKernel,
    title: str,
    data: Data,
    confidence_level: float,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the interval for rate 1 less rate 2."""
    level = level_for(confidence_level, side)
    rates, unseen = check_rates(data)
    return finish(
        kernel(rates, level), float(confidence_level), title,
        no_data=unseen, possible=(-np.inf, np.inf), side=side,
    )  # fmt: skip
