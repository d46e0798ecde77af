"""Weighted curves and the influence of each person on them: kernels without a loop over people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Counts, Floats, Integers, count_at_times

_Person = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSteps:
    """Plain counts beside weighted sums at the same times.

    `growth` is D / (R (R - D)) and `own` 1 / (R - D), with R the weight at risk and D that of the
    events; both 0 once everybody at risk has had the event. `at` and `from_` are each person's row
    of the end and of the entry (-1: there from the start).
    """

    counts: Counts
    survival: Floats
    growth: Floats
    own: Floats
    at: Integers
    from_: Integers
    seen: Integers
    weights: Floats


def weighted_steps(
    time: _Person, seen: Integers, entry: _Person | None, weights: Floats
) -> WeightedSteps:
    """Return the weighted curve and what the influence of a person is made of."""
    counts = count_at_times(time, seen, entry)
    rows = len(counts.time)
    at = _rows(counts.time, time)
    died = np.bincount(at, weights * seen, minlength=rows)
    ended = np.bincount(at, weights, minlength=rows)
    from_ = np.full(len(time), -1, dtype=np.int64)
    if entry is not None:
        late = entry > 0
        from_[late] = _rows(counts.time, entry[late])
        ended -= np.bincount(from_[late], weights[late], minlength=rows)
    at_risk = ended[::-1].cumsum()[::-1]
    # Whole counts say when nobody is left; sums of weights would leave a rounding error.
    happened = counts.events[:, 0] > 0
    left = happened & (counts.at_risk[:, 0] > counts.events[:, 0])
    own, growth = np.zeros(rows), np.zeros(rows)
    np.divide(1.0, at_risk - died, out=own, where=left)
    np.divide(died * own, at_risk, out=growth, where=left)
    factor = np.ones(rows)
    np.divide(at_risk - died, at_risk, out=factor, where=left)
    factor[happened & ~left] = 0.0
    return WeightedSteps(counts, factor.cumprod(), growth, own, at, from_, seen, weights)


def _rows(grid: Floats, values: _Person) -> Integers:
    """Return the row of each value, which is one of the grid; by a table where both are whole."""
    whole = values.dtype.kind == "i" and np.array_equal(grid, np.floor(grid))
    if whole and grid[-1] < 4 * len(values):
        table = np.zeros(int(grid[-1]) + 1, dtype=np.int64)
        table[grid.astype(np.int64)] = np.arange(len(grid))
        return table[values]
    return np.searchsorted(grid, values).astype(np.int64)


def log_survival_variance(steps: WeightedSteps) -> Floats:
    r"""Return the infinitesimal jackknife variance of log S at each time.

    The influence of a person who leaves (or has the event) at x is, from t on, the sum of
    `growth` over the times they were at risk up to t, less `own` at their event. Its square adds
    up over the people who have gone by t (then constant) and those still there (then common).
    """
    rows = len(steps.survival)
    sum_to = steps.growth.cumsum()
    before = np.append(0.0, sum_to)[steps.from_ + 1]
    square = steps.weights**2
    gone = sum_to[steps.at] - before - steps.seen * steps.own[steps.at]
    done = np.bincount(steps.at, square * gone**2, minlength=rows).cumsum()

    def there(values: Floats) -> Floats:
        """Return the sum over the people who have entered and not gone, after each time."""
        came = np.bincount(steps.from_ + 1, values, minlength=rows + 1)
        return np.asarray(
            came[: rows + 1].cumsum()[1:] - np.bincount(steps.at, values, minlength=rows).cumsum()
        )

    still = sum_to**2 * there(square) - 2 * sum_to * there(square * before)
    variance = done + np.maximum(still + there(square * before**2), 0.0)
    emptied = np.flatnonzero(steps.survival == 0)
    if emptied.size:
        variance[emptied[0] :] = np.inf
    return np.asarray(variance)


def weighted_area(steps: WeightedSteps, horizon: float) -> tuple[float, float]:
    """Return the area under the weighted curve up to *horizon* and its robust standard error."""
    time = steps.counts.time
    inside = time <= horizon
    ends = np.append(time[1:], np.inf)
    widths = np.maximum(np.minimum(ends, horizon) - np.minimum(time, horizon), 0.0)
    pieces = steps.survival * widths
    ahead = np.where(inside, pieces[::-1].cumsum()[::-1], 0.0)
    sum_to = (steps.growth * ahead).cumsum()
    before = np.append(0.0, sum_to)[steps.from_ + 1]
    influence = sum_to[steps.at] - before - steps.seen * (steps.own * ahead)[steps.at]
    start = float(min(time[0], horizon))  # the grid starts at 0
    return start + float(pieces.sum()), float(np.sqrt((steps.weights**2 * influence**2).sum()))
