"""The distinct event times of each stratum, and where other times stand among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: A table of every whole time up to this many is quicker than searching.
_TABLE = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Event times, one stratum after the other.

    `starts` is where each stratum with events starts, `begin` where each row's does. `times` are
    the distinct times of all; `table` counts those up to each whole time, if they are whole.
    """

    time: Floats
    stratum: Integers
    starts: Integers
    begin: Any
    times: Floats
    table: Integers | None
    key: Integers
    code: Integers | None

    @classmethod
    def of(cls, end: Floats, died: NDArray[np.bool_], strata: NDArray[Any] | None) -> Grid:
        """Return the grid of events at *end* where *died*."""
        times, table = _distinct(end, died)
        if strata is None:
            none = np.zeros(len(times), dtype=np.int64)
            return cls(times, none, none[:1], 0, times, table, none, None)
        code = np.unique(strata, return_inverse=True)[1].astype(np.int64)
        width = len(times) + 1
        key = np.unique(code[died] * width + _rank(times, table, end[died]))
        own, rank = np.divmod(key, width)
        _, starts, stratum = np.unique(own, return_index=True, return_inverse=True)
        begin = np.searchsorted(key, code * width, side="right")
        number = stratum.astype(np.int64)
        return cls(times[rank - 1], number, starts, begin, times, table, key, code)

    def upto(self, value: Floats) -> Integers:
        """Return the place after the last time up to *value* in each row's stratum."""
        rank = _rank(self.times, self.table, value)
        if self.code is None:
            return rank
        return np.searchsorted(self.key, self.code * (len(self.times) + 1) + rank, side="right")


def _distinct(end: Floats, died: NDArray[np.bool_]) -> tuple[Floats, Integers | None]:
    highest = float(end.max(initial=0.0))
    if highest < _TABLE and end.min(initial=0.0) >= 0:
        whole = end.astype(np.int64)
        if np.array_equal(whole, end):
            seen = np.bincount(whole[died], minlength=int(highest) + 1) > 0
            return np.flatnonzero(seen).astype(np.float64), np.cumsum(seen)
    return np.unique(end[died]), None


def _rank(times: Floats, table: Integers | None, value: Floats) -> Integers:
    """Return how many of *times* are up to each value."""
    if table is None or (len(value) and float(value.max()) >= len(table)):
        return np.searchsorted(times, value, side="right")
    floor = np.floor(value).astype(np.int64)
    found = table[np.maximum(floor, 0)]
    return np.where(floor < 0, 0, found) if (floor < 0).any() else found


def narrow(values: Integers) -> NDArray[Any]:
    """Return *values* as 16-bit numbers where they fit: NumPy sorts those without comparing."""
    fits = len(values) == 0 or values.max() < np.iinfo(np.int16).max
    return values.astype(np.int16) if fits else values
