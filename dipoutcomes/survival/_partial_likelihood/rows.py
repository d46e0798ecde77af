"""Rows (start, stop] prepared once: who is at risk at which event time, as sorted arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._partial_likelihood.grid import Floats, Grid, Integers, narrow

#: Rows worked on at a time: as many as the nearest memory of a processor holds.
_BLOCK = 8192


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Rows in the order in which they leave, and the event times at which they are at risk.

    A row is at risk at event times ``first .. last`` of its stratum, ``start < time <= stop``.
    Rows at risk at no event time are left out: they say nothing. `x` has shape (covariates, rows)
    and is centred and scaled; `order` leads from a row here to the row as given.

    `events` are the weights of rows that end in the event, 0 of the others.

    Rows stand in runs of one last event time, the tied deaths before those who leave without the
    event: `runs` are the starts of these runs, `dead_run` the run of each time's deaths,
    `left_times` and `left_run` the times that have leavers and their runs. `late` are rows that
    enter after the first event time, in order of entry.
    """

    x: Floats
    centre: Floats
    scale: Floats
    weight: Floats
    weighted: bool
    offset: Floats
    event: NDArray[np.bool_]
    events: Floats
    first: Integers
    last: Integers
    order: Integers
    rows_given: int
    time: Floats
    stratum: Integers
    stratum_starts: Integers
    deaths: Integers
    death_weight: Floats
    runs: Integers
    dead_run: Integers
    left_times: Integers
    left_run: Integers
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

    @property
    def bins(self) -> Integers:
        """The first row of each event time."""
        return self.runs[self.dead_run]

    def sums(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the sums of *values* (..., rows) over those at risk, and over the tied deaths."""
        return self.from_runs(np.add.reduceat(values, self.runs, axis=-1), values[..., self.late])

    def sums_at_risk(self, values: Floats) -> Floats:
        """Return the sum of *values* (..., rows) over those at risk at each event time."""
        return self.sums(values)[0]

    def from_runs(self, each: Floats, late: Floats) -> tuple[Floats, Floats]:
        """Return `sums` from those of each run and the values of the `late` rows."""
        dead = each[..., self.dead_run]
        leaving = dead.copy()
        leaving[..., self.left_times] += each[..., self.left_run]
        total = self.tail(leaving)
        if len(self.late):
            early = np.zeros_like(total)
            early[..., self.late_places] = np.add.reduceat(late, self.late_bins, axis=-1)
            total = total - self.tail(early)
        return total, dead

    def tail(self, values: Floats) -> Floats:
        """Return the sums from each event time to the last of its stratum."""
        if len(self.stratum_starts) == 1:
            return np.asarray(values[..., ::-1].cumsum(axis=-1)[..., ::-1])
        # Extended precision where there is any: sums of other strata are taken off again.
        whole = values[..., ::-1].cumsum(axis=-1, dtype=np.longdouble)[..., ::-1]
        padded = np.concatenate([whole, np.zeros((*whole.shape[:-1], 1), whole.dtype)], axis=-1)
        ends = np.append(self.stratum_starts[1:], self.event_times)
        return np.asarray(whole - padded[..., ends[self.stratum]], dtype=np.float64)

    def sums_over_time(self, values: Floats, at_death: Floats | None = None) -> Floats:
        """Return, for each row, the sum of *values* (..., times) over the times it is at risk.

        *at_death*, one a time, is taken off for rows that end in the event then.
        """
        if len(self.stratum_starts) == 1:
            so_far = values.cumsum(axis=-1)
        else:
            whole = values.cumsum(axis=-1, dtype=np.longdouble)
            padded = np.concatenate([np.zeros((*whole.shape[:-1], 1), whole.dtype), whole], -1)
            so_far = np.asarray(whole - padded[..., self.stratum_starts[self.stratum]], np.float64)
        each = np.empty((*values.shape[:-1], len(self.runs)))
        each[..., self.left_run] = so_far[..., self.left_times]
        each[..., self.dead_run] = so_far if at_death is None else so_far - at_death
        lengths = np.diff(self.runs, append=len(self.event))
        found = np.repeat(each, lengths, axis=-1)
        if len(self.late):
            found[..., self.late] -= so_far[..., self.first[self.late] - 1]
        return np.asarray(found)

    def pass_over(self, risk: Floats, expected: Floats) -> tuple[Floats, Floats, Floats]:
        """Return sums over rows of x (events - expected), of x x' expected, of x risk by run.

        Block by block, so that a block is read from far memory once.
        """
        n, p = len(self.event), self.covariates
        slope, gram = np.zeros(p), np.zeros((p, p))
        edges = np.arange(0, n, _BLOCK)
        pieces = np.union1d(self.runs, edges)  # no piece lies in two blocks
        starts = np.searchsorted(pieces, np.append(edges, n))
        sums = np.empty((p, len(pieces)))
        for k, low in enumerate(edges):
            rows, own = slice(low, low + _BLOCK), slice(starts[k], starts[k + 1])
            x, less = self.x[:, rows], expected[rows]
            slope += x @ (self.events[rows] - less)
            y = x * less
            gram += y @ x.T
            np.multiply(x, risk[rows], out=y)
            np.add.reduceat(y, pieces[own] - low, axis=1, out=sums[:, own])
        runs = np.add.reduceat(sums, np.searchsorted(pieces, self.runs), axis=1)
        return slope, gram, np.asarray(runs)


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
        Added to the linear predictor; finite.
    """
    end = np.asarray(stop, dtype=np.float64)
    died = np.asarray(event, dtype=bool)
    n = len(end)
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if weights is not None:
        died = died & (weight > 0)
    grid = Grid.of(end, died, None if strata is None else np.asarray(strata))
    last = grid.upto(end) - 1
    begin = grid.begin
    first = begin if start is None else grid.upto(np.asarray(start, dtype=np.float64))
    used = last >= first
    kept = np.flatnonzero(used if weights is None else used & (weight > 0))
    place = last if len(kept) == n else last[kept]
    order = np.argsort(narrow(2 * place + ~(died if len(kept) == n else died[kept])), kind="stable")
    order = order if len(kept) == n else kept[order]
    last, died = last[order], died[order]
    weight = np.ones(len(order)) if weights is None else weight[order]
    first, begin = np.broadcast_to(first, n)[order], np.broadcast_to(begin, n)[order]
    columns, centre, scale = _standardised(np.asarray(x, dtype=np.float64), order)
    late = np.flatnonzero(first > begin)
    late = late[np.argsort(narrow(first[late]), kind="stable")]
    places, late_bins = np.unique(first[late] - 1, return_index=True)
    times = len(grid.time)
    runs = np.flatnonzero(np.diff(2 * last + ~died, prepend=-1))
    dead = died[runs]
    return RiskSets(
        x=columns,
        centre=centre,
        scale=scale,
        weight=weight,
        weighted=weights is not None,
        offset=np.zeros(0) if offset is None else np.asarray(offset, np.float64)[order],
        event=died,
        events=weight * died,
        first=first,
        last=last,
        order=order,
        rows_given=n,
        time=grid.time,
        stratum=grid.stratum,
        stratum_starts=grid.starts,
        deaths=np.bincount(last[died], minlength=times),
        death_weight=np.bincount(last[died], weight[died], times).astype(np.float64),
        runs=runs,
        dead_run=np.flatnonzero(dead),
        left_times=last[runs[~dead]],
        left_run=np.flatnonzero(~dead),
        late=late,
        late_bins=late_bins,
        late_places=places,
    )


def _standardised(x: Floats, order: Integers) -> tuple[Floats, Floats, Floats]:
    """Return the columns as rows, in *order*, of mean 0 and spread 1; a constant one is 0."""
    n, p = len(order), x.shape[1]
    columns = np.empty((p, n))
    if x.flags.f_contiguous:
        for k in range(p):
            np.take(x[:, k], order, out=columns[k])
    else:
        for low in range(0, n, _BLOCK):
            columns[:, low : low + _BLOCK] = x[order[low : low + _BLOCK]].T
    centre, scale = np.zeros(p), np.ones(p)
    for k in range(p):
        column = columns[k]
        centre[k] = column.mean()
        column -= centre[k]
        spread = float(np.sqrt(column @ column / max(n, 1)))
        # What is left of a constant after rounding is no spread.
        if spread <= 1e-12 * abs(centre[k]):
            column[:] = 0.0
        elif spread > 0:
            scale[k] = spread
            column *= 1 / spread
    return columns, centre, scale
