"""What every interval for a rate does around its kernel: checks, units, no person-time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_counts
from dipoutcomes.intervals._common import FloatArray, Limits, Side, finish, level_for
from dipoutcomes.results import Interval, IntervalArray

Kernel = Callable[[FloatArray, float], Limits]


def check_rate(
    events: Any,
    person_time: Any,
    *,
    events_name: str = "events",
    time_name: str = "person_time",
) -> tuple[FloatArray, FloatArray]:
    """Return events (whole) and person-time (finite, at least 0) as float arrays of one shape."""
    time = np.asarray(person_time)
    if time.dtype == bool or not np.issubdtype(time.dtype, np.number):
        raise TypeError(f"`{time_name}` must hold numbers, not {time.dtype}")
    x, time = np.broadcast_arrays(check_counts(events_name, events), time.astype(np.float64))
    bad = ~(np.isfinite(time) & (time >= 0))
    if np.any(bad):
        raise ValueError(
            f"`{time_name}` must be finite and not negative; {np.count_nonzero(bad)} are not"
        )
    impossible = (time == 0) & (x > 0)
    if np.any(impossible):
        raise ValueError(
            f"{np.count_nonzero(impossible)} rows have events but no person-time; "
            "count an event only while its person is at risk"
        )
    return x.astype(np.float64), time


def limits_of_rate(
    kernel: Kernel, x: FloatArray, time: FloatArray, level: float
) -> tuple[Limits, NDArray[np.bool_]]:
    """Return the limits per unit of time, and where there is no time (limits unused there)."""
    unseen = time == 0
    low, high = kernel(x, level)
    seen = time + unseen
    return (low / seen, high / seen), unseen


def one_rate(
    kernel: Kernel,
    title: str,
    events: Any,
    person_time: Any,
    confidence_level: float,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    level = level_for(confidence_level, side)
    limits, unseen = limits_of_rate(kernel, *check_rate(events, person_time), level)
    return finish(
        limits, float(confidence_level), title,
        no_data=unseen, possible=(0.0, np.inf), side=side,
    )  # fmt: skip
