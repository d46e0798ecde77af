"""When a window opens and closes for each person."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes.protocol.model import Bound, Window
from dipoutcomes.windows.days import NO_DAY, Days, add_months


def resolve_bound(bound: Bound, start: ArrayLike, end: ArrayLike, last_day: int) -> Days:
    """Return each person's day for one end of a window: months are added first, then days.

    A bound at ``last_offence_date`` counts from the day after it, so that a window closing
    there takes in the last day itself and one opening 12 months earlier is 12 months long.

    Parameters
    ----------
    bound : Bound
        From the protocol.
    start, end : array_like of int, shape (n,)
        First and last day of the intervention; `NO_DAY` where there is none (still open).
    last_day : int
        Last day on which an event is counted, inclusive.

    Returns
    -------
    ndarray of int64, shape (n,)
        `NO_DAY` where the day it counts from is missing.
    """
    start, end = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    if bound.at == "last_offence_date":
        origin = np.full(start.shape, last_day + 1, dtype=np.int64)
    else:
        origin = start if bound.at == "start" else end
    day = add_months(origin, bound.months)
    return np.where(day == NO_DAY, NO_DAY, day + bound.days).astype(np.int64)


def resolve_window(
    window: Window, start: ArrayLike, end: ArrayLike, last_day: int
) -> tuple[Days, Days]:
    """Return the days on which *window* opens and closes, half-open, for each person.

    Parameters
    ----------
    window : Window
        From the protocol.
    start, end : array_like of int, shape (n,)
        First and last day of the intervention; `NO_DAY` where there is none (still open).
    last_day : int
        Last day on which an event is counted, inclusive.

    Returns
    -------
    opens, closes : ndarray of int64, shape (n,)
        First day inside and first day outside. A window that would close before it opens (an
        open-ended one that had not begun by the last day) has no length and closes where it
        opens. Both are `NO_DAY` where either is undefined: an open episode has no "after".

    Examples
    --------
    >>> from dipoutcomes.protocol.model import Bound, Window
    >>> after = Window(name="12+", opens=Bound(at="end", months=12),
    ...                closes=Bound(at="last_offence_date"))
    >>> resolve_window(after, [0, 0], [31, NO_DAY], last_day=1000)
    (array([       396, 2147483647]), array([      1001, 2147483647]))
    """
    opens = resolve_bound(window.opens, start, end, last_day)
    closes = resolve_bound(window.closes, start, end, last_day)
    undefined = (opens == NO_DAY) | (closes == NO_DAY)
    closes = np.maximum(opens, closes)
    opens[undefined] = NO_DAY
    closes[undefined] = NO_DAY
    return opens, closes
