"""Rows (start, stop] prepared once: who is at risk at which event time, as sorted arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Rows in the order in which they leave, and the event times at which they are at risk.

    A row is at risk at event times ``first .. last`` of its stratum, ``start < time <= stop``.
    Rows at risk at no event time are left out: they say nothing. `x` has shape (covariates, rows)
    and is centred and scaled; `order` leads from a row here to the row as given.
    """

    x: Floats
    centre: Floats
    scale: Floats
    weight: Floats
    offset: Floats
    event: NDArray[np.bool_]
    first: Integers
    last: Integers
    order: Integers
    rows_given: int
    time: Floats
    stratum: Integers
    stratum_starts: Integers
    deaths: Integers
    death_weight: Floats
    bins: Integers
    late: Integers
    late_bins: Integers
    late_places: Integers

    @property
    def covariates(self) -> int:
        """How many columns there are."""
        return len(self.x)

    @property
    def event_times(self) -> int:
        """How many distinct event times there are, counted stratum by stratum."""
        return len(self.time)

    def sums_at_risk(self, values: Floats) -> Floats:
        """Return the sum of *values* (..., rows) over those at risk at each event time."""
        total = self.tail(np.add.reduceat(values, self.bins, axis=-1))
        if len(self.late):
            early = np.zeros_like(total)
            entered = np.add.reduceat(values[..., self.late], self.late_bins, axis=-1)
            early[..., self.late_places] = entered
            total = total - self.tail(early)
        return total

    def sums_of_deaths(self, values: Floats) -> Floats:
        """Return the sum of *values* (..., deaths in order) at each event time."""
        starts = np.concatenate([[0], np.cumsum(self.deaths)[:-1]])
        return np.asarray(np.add.reduceat(values, starts, axis=-1))

    def tail(self, values: Floats) -> Floats:
        """Return the sums from each event time to the last of its stratum."""
        if len(self.stratum_starts) == 1:
            return np.asarray(values[..., ::-1].cumsum(axis=-1)[..., ::-1])
        # Extended precision where there is any: sums of other strata are taken off again.
        whole = values[..., ::-1].cumsum(axis=-1, dtype=np.longdouble)[..., ::-1]
        padded = np.concatenate([whole, np.zeros((*whole.shape[:-1], 1), whole.dtype)], axis=-1)
        ends = np.append(self.stratum_starts[1:], self.event_times)
        return np.asarray(whole - padded[..., ends[self.stratum]], dtype=np.float64)

    def sums_over_time(self, values: Floats) -> Floats:
        """Return, for each row, the sum of *values* (..., times) over the times it is at risk."""
        if len(self.stratum_starts) == 1:
            so_far = values.cumsum(axis=-1)
        else:
            whole = values.cumsum(axis=-1, dtype=np.longdouble)
            padded = np.concatenate([np.zeros((*whole.shape[:-1], 1), whole.dtype), whole], -1)
            so_far = np.asarray(whole - padded[..., self.stratum_starts[self.stratum]], np.float64)
        found = so_far[..., self.last]
        if len(self.late):
            found[..., self.late] -= so_far[..., self.first[self.late] - 1]
        return np.asarray(found)

    def of_deaths(self, values: Floats) -> Floats:
        """Return *values* (..., rows) of the rows that end in an event, in order of time."""
        return np.asarray(values[..., self.event])


def risk_sets(
    stop: Any,
    event: Any,
    x: Any,
    *,
    start: Any = None,
    strata: Any = None,
    weights: Any = None,
    offset: Any = None,
) -> RiskSets:
    """Return the `RiskSets` of checked arrays.

    Parameters
    ----------
    stop : array_like, shape (rows,)
        Time at which the row ends.
    event : array_like of bool, shape (rows,)
        Whether it ends in the event; at least one must.
    x : array_like, shape (rows, covariates)
        Covariates, constant along a row.
    start : array_like, shape (rows,), optional
        The row is at risk after this time; omitted: from before the first event.
    strata : array_like of int, shape (rows,), optional
        Codes; rows are compared within their stratum alone.
    weights : array_like, shape (rows,), optional
        Above 0; rows of weight 0 are left out.
    offset : array_like, shape (rows,), optional
        Added to the linear predictor.
    """
    end = np.asarray(stop, dtype=np.float64)
    died = np.asarray(event, dtype=bool)
    n = len(end)
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if weights is not None:
        died = died & (weight > 0)
    grid = _Grid.of(end, died, None if strata is None else np.asarray(strata))
    last = grid.upto(end) - 1
    begin = grid.begin
    first = begin if start is None else grid.upto(np.asarray(start, dtype=np.float64))
    kept = np.flatnonzero((last >= first) & (weight > 0))
    order = kept[np.argsort(_narrow(last[kept]), kind="stable")]
    last, died, weight = last[order], died[order], weight[order]
    first, begin = np.broadcast_to(first, n)[order], np.broadcast_to(begin, n)[order]
    columns, centre, scale = _standardised(np.asarray(x, dtype=np.float64), order)
    late = np.flatnonzero(first > begin)
    late = late[np.argsort(_narrow(first[late]), kind="stable")]
    places, late_bins = np.unique(first[late] - 1, return_index=True)
    bins = np.searchsorted(last, np.arange(len(grid.time)))
    return RiskSets(
        x=columns,
        centre=centre,
        scale=scale,
        weight=weight,
        offset=np.zeros(0) if offset is None else np.asarray(offset, np.float64)[order],
        event=died,
        first=first,
        last=last,
        order=order,
        rows_given=n,
        time=grid.time,
        stratum=grid.stratum,
        stratum_starts=grid.starts,
        deaths=np.bincount(last[died], minlength=len(grid.time)),
        death_weight=np.bincount(last[died], weight[died], len(grid.time)).astype(np.float64),
        bins=bins,
        late=late,
        late_bins=late_bins,
        late_places=places,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """The distinct event times of each stratum, one stratum after the other."""

    time: Floats
    stratum: Integers
    starts: Integers
    key: Integers
    code: Integers | None
    times: Floats
    begin: Any

    @classmethod
    def of(cls, end: Floats, died: NDArray[np.bool_], strata: NDArray[Any] | None) -> _Grid:
        times, place = np.unique(end[died], return_inverse=True)
        if strata is None:
            none = np.zeros(len(times), dtype=np.int64)
            return cls(times, none, none[:1], none, None, times, 0)
        code = np.unique(strata, return_inverse=True)[1].astype(np.int64)
        width = len(times) + 1
        key = np.unique(code[died] * width + place + 1)
        own, rank = np.divmod(key, width)
        _, starts, stratum = np.unique(own, return_index=True, return_inverse=True)
        begin = np.searchsorted(key, code * width, side="right")
        return cls(times[rank - 1], stratum.astype(np.int64), starts, key, code, times, begin)

    def upto(self, value: Floats) -> Integers:
        """Return how many entries of the grid lie before, or at *value* in, each row's stratum."""
        rank = np.searchsorted(self.times, value, side="right")
        if self.code is None:
            return rank
        return np.searchsorted(self.key, self.code * (len(self.times) + 1) + rank, side="right")


def _narrow(values: Integers) -> NDArray[Any]:
    """Return *values* as 16-bit numbers where they fit: NumPy sorts those without comparing."""
    fits = len(values) == 0 or values.max() < np.iinfo(np.int16).max
    return values.astype(np.int16) if fits else values


def _standardised(x: Floats, order: Integers) -> tuple[Floats, Floats, Floats]:
    """Return the columns as rows, in *order*, of mean 0 and spread 1; a constant one is 0."""
    columns = np.ascontiguousarray(x[order].T)
    centre = columns.mean(axis=1)
    columns -= centre[:, None]
    scale = np.sqrt(np.einsum("ij,ij->i", columns, columns) / max(len(order), 1))
    # What is left of a constant after rounding is no spread.
    constant = scale <= 1e-12 * np.abs(centre)
    scale = np.where(constant | (scale == 0), 1.0, scale)
    columns[constant] = 0.0
    columns /= scale[:, None]
    return columns, centre, scale
