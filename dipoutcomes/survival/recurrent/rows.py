"""Rows that somebody else has made, checked and put in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.recurrent.histories import Histories


def histories_from_rows(
    person: Any,
    start: Any,
    stop: Any,
    event: Any,
    *,
    n_people: int | None = None,
    time_unit: str = "days",
) -> Histories:
    """Return histories from rows (start, stop] as other software writes them.

    Parameters
    ----------
    person : array_like of int, shape (rows,)
        From 0; rows in any order.
    start, stop : array_like, shape (rows,)
        The person is at risk after `start` up to and including `stop`, 0 or more; times between
        the rows of a person are times out of the risk set.
    event : array_like of int or bool, shape (rows,)
        Events at `stop`.
    n_people : int, optional
        People, where some have no row; omitted: the largest number in *person* and 1.
    time_unit : str, default "days"

    Returns
    -------
    Histories
        Follow-up is taken to run from a person's first start to their last stop.

    Raises
    ------
    TypeError, ValueError
        If arrays differ in length, a time is negative or missing, a row does not end after it
        starts, rows of a person overlap, or an event is no count. All faults at once.
    DesignError
        If there is no row.

    Examples
    --------
    >>> print(histories_from_rows([0, 0, 1], [0, 40, 0], [30, 90, 60], [1, 0, 1]))
    2 people, 2 at risk at some time, 2 events in 140 days at risk, 3 rows (...)
    """
    arrays = _arrays({"person": person, "start": start, "stop": stop, "event": event})
    codes, begin, end, events = arrays
    if len(codes) == 0:
        raise DesignError("0 rows were given: histories need at least 1; check the selection")
    most = int(codes.max()) + 1 if n_people is None else int(n_people)
    problems = _faults(codes, begin, end, events, most)
    if problems:
        raise ValueError("; ".join(problems))
    codes = codes.astype(np.int64)
    order = np.lexsort((begin, codes))
    codes, begin, end, events = codes[order], begin[order], end[order], events[order]
    same = codes[1:] == codes[:-1]
    if bad := int((same & (begin[1:] < end[:-1])).sum()):
        raise ValueError(
            f"{bad} rows start before the same person's row before them ends; a person is at risk "
            "once at a time: join or cut the rows"
        )
    first = np.flatnonzero(np.append(True, ~same))
    last = np.append(first[1:], len(codes)) - 1
    entry = np.zeros(most, dtype=begin.dtype)
    until = np.zeros(most, dtype=end.dtype)
    entry[codes[first]], until[codes[last]] = begin[first], end[last]
    return Histories(
        person=codes,
        start=begin,
        stop=end,
        event=events.astype(np.int64),
        entry=entry,
        end=until,
        n_people=most,
        time_unit=time_unit,
    )


def _arrays(given: dict[str, Any]) -> list[NDArray[Any]]:
    found = []
    for name, values in given.items():
        array = np.asarray(values)
        if array.ndim != 1:
            raise ValueError(f"`{name}` must be one-dimensional, one value a row")
        if array.dtype.kind == "b":
            array = array.astype(np.int64)
        if array.size and array.dtype.kind not in "iuf":
            raise TypeError(f"`{name}` must hold numbers, not {array.dtype}")
        found.append(array)
    if len({len(a) for a in found}) > 1:
        said = ", ".join(f"{name} {len(a)}" for name, a in zip(given, found, strict=True))
        raise ValueError(f"one value a row is needed in each; found {said}")
    return found


def _faults(
    codes: NDArray[Any], start: NDArray[Any], stop: NDArray[Any], event: NDArray[Any], most: int
) -> list[str]:
    """Return what is wrong, with counts and without values."""
    named = {"person": codes, "start": start, "stop": stop, "event": event}
    problems = [
        f"`{name}` has {bad} missing or infinite values"
        for name, array in named.items()
        if (bad := int((~np.isfinite(array)).sum()))
    ]
    if problems:
        return problems
    if bad := int(((codes != np.floor(codes)) | (codes < 0) | (codes >= most)).sum()):
        problems.append(f"`person` has {bad} rows that are no whole number from 0 to {most - 1}")
    if bad := int((start < 0).sum()):
        problems.append(f"`start` has {bad} negative values; times run from a person's origin")
    if bad := int((stop <= start).sum()):
        problems.append(f"{bad} rows do not end after they start")
    if bad := int(((event < 0) | (event != np.floor(event))).sum()):
        problems.append(f"`event` has {bad} values that are no count")
    return problems
