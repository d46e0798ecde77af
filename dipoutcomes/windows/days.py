"""Dates as whole days since 1970-01-01, and calendar months added to them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Stands for "no such day" in an array of days: an open episode has no end.
NO_DAY: int = int(np.iinfo(np.int32).max)

Days = NDArray[np.int64]


def to_days(dates: Any) -> Days:
    """Return dates as whole days since 1970-01-01; a missing date becomes `NO_DAY`.

    Parameters
    ----------
    dates : array_like of datetime64, or date
        A pandas column, an array or one date. A time of day is cut off.

    Returns
    -------
    ndarray of int64
        In the shape of *dates*.

    Examples
    --------
    >>> to_days(np.array(["1970-01-02", "NaT"], dtype="datetime64[ns]"))
    array([         1, 2147483647])
    """
    days = np.asarray(dates, dtype="datetime64[D]")
    return np.where(np.isnat(days), NO_DAY, days.astype(np.int64)).astype(np.int64)


def to_dates(days: ArrayLike) -> NDArray[np.datetime64]:
    """Return whole days as ``datetime64[D]``; `NO_DAY` becomes ``NaT``.

    Parameters
    ----------
    days : array_like of int
        Days since 1970-01-01.

    Returns
    -------
    ndarray of datetime64[D]

    Examples
    --------
    >>> to_dates([16525, NO_DAY])
    array(['2015-03-31',        'NaT'], dtype='datetime64[D]')
    """
    whole = np.asarray(days, dtype=np.int64)
    dates = whole.astype("datetime64[D]")
    return np.where(whole == NO_DAY, np.datetime64("NaT", "D"), dates)


def add_months(days: ArrayLike, months: int) -> Days:
    """Return the same day *months* calendar months later, or that month's last day.

    31 January plus one month is 28 or 29 February, as `pandas.DateOffset` has it; the clamp is
    not undone by going back.

    Parameters
    ----------
    days : array_like of int
        Days since 1970-01-01; `NO_DAY` stays `NO_DAY`.
    months : int
        Calendar months, negative for earlier.

    Returns
    -------
    ndarray of int64

    Examples
    --------
    >>> to_dates(add_months(to_days(np.datetime64("2012-01-31")), 1))
    array('2012-02-29', dtype='datetime64[D]')
    """
    whole = np.asarray(days, dtype=np.int64)
    if months == 0:
        return whole.copy()
    known = whole[whole != NO_DAY]
    if not known.size:
        return whole.copy()
    lowest, highest = int(known.min()), int(known.max())
    if highest - lowest >= known.size:
        moved = np.full(whole.shape, NO_DAY, dtype=np.int64)
        moved[whole != NO_DAY] = _moved(known, months)
        return moved
    # Many people share few days: the calendar is asked once for each day, not for each person.
    table = np.append(_moved(np.arange(lowest, highest + 1), months), NO_DAY)
    place = np.where(whole == NO_DAY, highest + 1, whole) - lowest
    return np.asarray(table[place], dtype=np.int64)


def _moved(days: Days, months: int) -> Days:
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    day_of_month = days - month.astype("datetime64[D]").astype(np.int64)
    first = (month + months).astype("datetime64[D]").astype(np.int64)
    after = (month + (months + 1)).astype("datetime64[D]").astype(np.int64)
    later: Days = first + np.minimum(day_of_month, after - first - 1)
    return later
