"""Events, leavers and people at risk at each time: the one table every estimator here needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Beyond this many cells a grid of every whole time costs more than sorting the times does.
_GRID_CELLS_PER_PERSON = 8
_GRID_CELLS_ALWAYS = 1 << 20


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened at each time, one column a group.

    `time` is increasing and starts at 0; `events`, `censored` and `at_risk` have shape
    (times, groups). `at_risk` counts people under observation just before each time.
    """

    time: Floats
    events: Integers
    censored: Integers
    at_risk: Integers
    late_entries: int

    def group(self, column: int) -> Counts:
        """Return one group's counts at the times that are its own."""
        events, censored = self.events[:, column], self.censored[:, column]
        at_risk = self.at_risk[:, column]
        own = (events + censored) > 0
        own[0] = True
        late = 0
        if self.late_entries:
            entered = np.diff(at_risk) + events[:-1] + censored[:-1]
            own[:-1] |= entered > 0
            late = int(entered.sum())
        return Counts(
            self.time[own],
            events[own, None],
            censored[own, None],
            at_risk[own, None],
            late,
        )


def check_follow_up(
    durations: Any, observed: Any, entry: Any = None
) -> tuple[NDArray[Any], Integers, NDArray[Any] | None]:
    """Return the three as arrays of one length, all faults named at once."""
    time = _numbers("durations", durations)
    seen = _numbers("observed", observed)
    start = None if entry is None else _numbers("entry", entry)
    if len(time) == 0:
        raise DesignError(
            "0 people were given: a time to event needs at least 1; check the selection before it"
        )
    problems = _faults(time, seen, start)
    if problems:
        raise ValueError("; ".join(problems))
    return time, seen.astype(np.int64, copy=False), start


def count_at_times(
    durations: NDArray[Any],
    observed: Integers,
    entry: NDArray[Any] | None = None,
    codes: Integers | None = None,
    groups: int = 1,
) -> Counts:
    """Return `Counts` of checked arrays; no sorting where times are whole and tied."""
    grid, position, starts = _grid(durations, entry, groups)
    width = len(grid)
    # In place: at a million people each further array costs as much as the counting.
    key = observed.copy() if codes is None else codes * 2
    if codes is not None:
        key += observed
    key *= width
    key += position
    table = np.bincount(key, minlength=2 * width * groups).reshape(groups, 2, width)
    ended = table.sum(axis=1)
    at_risk = ended[:, ::-1].cumsum(axis=1)[:, ::-1]
    late = 0
    if starts is not None:
        key = starts if codes is None else starts + codes * width
        entered = np.bincount(key, minlength=width * groups).reshape(groups, width)
        late = int(entered[:, 1:].sum())
        # Someone who enters at t is at risk after t; who enters at 0 is there from the start.
        entered[:, 0] = 0
        at_risk = at_risk - entered[:, ::-1].cumsum(axis=1)[:, ::-1]
        ended = ended + entered
    keep = ended.any(axis=0)
    keep[0] = True
    return Counts(
        grid[keep].astype(float),
        np.ascontiguousarray(table[:, 1, keep].T),
        np.ascontiguousarray(table[:, 0, keep].T),
        np.ascontiguousarray(at_risk[:, keep].T),
        late,
    )


def _grid(
    durations: NDArray[Any], entry: NDArray[Any] | None, groups: int
) -> tuple[NDArray[Any], Integers, Integers | None]:
    """Return the possible times, and each person's place (end, entry) among them."""
    n = len(durations)
    if _whole(durations) and (entry is None or _whole(entry)):
        width = int(durations.max()) + 1
        if width * groups <= max(_GRID_CELLS_ALWAYS, _GRID_CELLS_PER_PERSON * n):
            starts = None if entry is None else entry.astype(np.int64, copy=False)
            return np.arange(width), durations.astype(np.int64, copy=False), starts
    parts = [np.zeros(1), durations, *([] if entry is None else [entry])]
    grid, place = np.unique(np.concatenate(parts), return_inverse=True)
    position = place[1 : n + 1].astype(np.int64)
    return grid, position, None if entry is None else place[n + 1 :].astype(np.int64)


def _whole(values: NDArray[Any]) -> bool:
    """Return whether all values are whole numbers, however they are stored."""
    return np.issubdtype(values.dtype, np.integer) or bool(np.all(values == np.floor(values)))


def _numbers(name: str, value: Any) -> NDArray[Any]:
    array = np.asarray(value)
    if array.ndim != 1:
        raise ValueError(f"`{name}` must be one-dimensional, one value a person")
    if array.dtype == object:  # pandas' nullable columns, None, Decimal
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            raise TypeError(f"`{name}` must hold numbers; found missing or other values") from None
    if array.dtype == bool:
        return array.astype(np.int64)
    if array.size and array.dtype.kind not in "iuf":  # not dates, nor spans of time
        raise TypeError(f"`{name}` must hold numbers, not {array.dtype}")
    return array


def _faults(time: NDArray[Any], seen: NDArray[Any], start: NDArray[Any] | None) -> list[str]:
    """Return what is wrong, with counts and without values."""
    problems = []
    lengths = {"durations": len(time), "observed": len(seen)}
    if start is not None:
        lengths["entry"] = len(start)
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} {size}" for name, size in lengths.items())
        return [f"one value a person is needed in each; found {found}"]
    for name, array in [("durations", time), ("entry", start)]:
        if array is None:
            continue
        if np.issubdtype(array.dtype, np.floating) and (bad := int((~np.isfinite(array)).sum())):
            problems.append(f"`{name}` has {bad} missing or infinite values; it must be finite")
        # A minimum first: it makes no array of its own.
        if not array.min() >= 0 and (bad := int((array < 0).sum())):
            problems.append(f"`{name}` has {bad} negative values; it must be 0 or more")
    plain = seen.dtype.kind == "i" and seen.min() >= 0 and seen.max() <= 1
    if not plain and (bad := int(((seen != 0) & (seen != 1)).sum())):
        problems.append(f"`observed` has {bad} values that are neither 0 nor 1")
    if start is not None and (bad := int(((start >= time) & (start > 0)).sum())):
        problems.append(f"`entry` is not before the end of follow-up for {bad} people")
    return problems
