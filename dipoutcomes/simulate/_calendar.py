"""Days as whole numbers since 1970-01-01, and calendar months of them, in arrays."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]

#: No such day: far beyond any calendar, so that ``day < NO_DAY`` needs no special case.
NO_DAY = int(np.iinfo(np.int32).max)
DAYS_PER_YEAR = 365.25


def whole_days(days: NDArray[np.floating[Any]]) -> Days:
    """Return lengths of time in whole days, rounded down; one without end is `NO_DAY` long.

    Examples
    --------
    >>> whole_days(np.array([0.9, 7.0, 1e300]))
    array([         0,          7, 2147483647])
    """
    whole: Days = np.floor(np.minimum(days, NO_DAY)).astype(np.int64)
    return whole


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to *day*."""
    return (day - date(1970, 1, 1)).days


def add_months(days: Days, months: int | NDArray[np.int64]) -> Days:
    """Return *days* moved by calendar months; a day the month lacks becomes its last.

    Examples
    --------
    >>> leap = np.array([day_number(date(2012, 2, 29))])
    >>> add_months(leap, 12).astype("datetime64[D]")
    array(['2013-02-28'], dtype='datetime64[D]')
    """
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    day_of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.asarray(months).astype("timedelta64[M]")
    first = target.astype("datetime64[D]").astype(np.int64)
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - 1
    moved: Days = np.minimum(first + day_of_month, last)
    return moved


def to_dates(days: Days) -> NDArray[np.datetime64]:
    """Return *days* as ``datetime64[ns]``, with NaT for `NO_DAY`."""
    missing = days == NO_DAY
    dates = np.where(missing, 0, days).astype("datetime64[D]").astype("datetime64[ns]")
    dates[missing] = np.datetime64("NaT")
    return dates


def between(rng: np.random.Generator, first: Days | int, last: Days | int, size: int) -> Days:
    """Draw *size* whole days evenly from first to last, both included."""
    return rng.integers(first, np.asarray(last) + 1, size=size).astype(np.int64)
