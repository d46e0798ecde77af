"""Kernels of the log-rank family: counts by stratum, weights, scores and their covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.survival._counts import Counts, Floats, Integers, count_at_times

#: The weights by name, and what a report prints.
WEIGHTS = {
    "log_rank": "log-rank",
    "gehan_breslow": "Gehan-Breslow",
    "tarone_ware": "Tarone-Ware",
    "peto_peto": "Peto-Peto",
}
Weight = str | tuple[float, float]
# Columns of a table of times; with more strata, pairs of people say, sorting is cheaper.
_MOST_COLUMNS = 256


@dataclass(frozen=True, slots=True, eq=False)
class StratifiedCounts:
    """Events and people at risk, one row a time of a stratum, one column a group.

    Rows run through the strata in turn and upwards in time; `first` is the first row of each
    row's stratum.
    """

    events: Integers
    at_risk: Integers
    first: Integers


def count_by_stratum(
    time: NDArray[Any],
    seen: Integers,
    entry: NDArray[Any] | None,
    codes: Integers,
    groups: int,
    strata: Integers,
) -> StratifiedCounts:
    """Return the counts at each time of each stratum."""
    many = int(strata.max()) + 1
    if many * groups <= _MOST_COLUMNS:
        counts = count_at_times(time, seen, entry, strata * groups + codes, many * groups)
        return _stacked(counts, many, groups)
    return _count_by_sorting(time, seen, entry, codes, groups, strata)


def _stacked(counts: Counts, many: int, groups: int) -> StratifiedCounts:
    """Return the columns of each stratum below those of the one before."""
    rows = len(counts.time)

    def stack(columns: Integers) -> Integers:
        return columns.reshape(rows, many, groups).swapaxes(0, 1).reshape(many * rows, groups)

    first = np.repeat(np.arange(many, dtype=np.int64) * rows, rows)
    return StratifiedCounts(stack(counts.events), stack(counts.at_risk), first)


def _count_by_sorting(
    time: NDArray[Any],
    seen: Integers,
    entry: NDArray[Any] | None,
    codes: Integers,
    groups: int,
    strata: Integers,
) -> StratifiedCounts:
    """Return the same for any number of strata; the work grows with the people alone."""
    when = [time] if entry is None else [time, entry]
    grid, place = np.unique(np.concatenate(when), return_inverse=True)
    width, n = len(grid), len(time)
    keys = np.concatenate([strata * width + part for part in place.reshape(len(when), n)])
    rows, row = np.unique(keys, return_inverse=True)
    size = len(rows) * groups

    def by_row(of: Integers, who: Integers) -> Integers:
        return np.bincount(of * groups + who, minlength=size).reshape(-1, groups)

    ended = by_row(row[:n], codes)
    events = by_row(row[:n][seen == 1], codes[seen == 1])
    first = np.searchsorted(rows, rows // width * width).astype(np.int64)
    last = np.searchsorted(rows, (rows // width + 1) * width).astype(np.int64)
    # Someone who enters at t is at risk after t; who enters at 0 is there from the start.
    entered = np.zeros_like(ended)
    if entry is not None:
        late = entry > 0
        entered = by_row(row[n:][late], codes[late])
    ahead = np.zeros((len(rows) + 1, groups), dtype=np.int64)
    ahead[:-1] = (ended - entered)[::-1].cumsum(axis=0)[::-1]
    # Those who enter at this very time are not at risk yet, and are no longer ahead either.
    at_risk = ahead[:-1] - ahead[last]
    return StratifiedCounts(events, at_risk, first)


def check_weight(weight: Any) -> Weight:
    """Return a name of `WEIGHTS`, or the pair (rho, gamma) of Fleming and Harrington."""
    if isinstance(weight, str):
        return check_choice("weight", weight, tuple(WEIGHTS))
    try:
        rho, gamma = (float(part) for part in weight)
    except (TypeError, ValueError):
        raise TypeError(
            f"`weight` must be one of {', '.join(WEIGHTS)}, or a pair (rho, gamma)"
        ) from None
    if not (0 <= rho < np.inf and 0 <= gamma < np.inf):
        raise ValueError("`weight`: rho and gamma must be finite and at least 0")
    return rho, gamma


def weight_title(weight: Weight) -> str:
    """Return what a report prints."""
    if isinstance(weight, str):
        return WEIGHTS[weight]
    return f"Fleming-Harrington ({weight[0]:g}, {weight[1]:g})"


def weights_at(n: Floats, d: Floats, weight: Weight, first: Integers | None = None) -> Floats:
    """Return the weight of each row from the pooled people at risk *n* and events *d*."""
    if weight == "gehan_breslow":
        return n
    if weight == "tarone_ware":
        return np.sqrt(n)
    if weight == "peto_peto":
        return _survival(d / (n + 1), first)
    if weight == "log_rank":
        return np.ones(len(n))
    rho, gamma = (float(part) for part in weight)
    at = np.divide(d, n, out=np.zeros(len(n)), where=n > 0)
    up_to = _survival(at, first)
    before = np.append(1.0, up_to[:-1])
    before[0 if first is None else first == np.arange(len(n))] = 1.0
    return np.asarray(before**rho * (1 - before) ** gamma)


def _survival(hazard: Floats, first: Integers | None) -> Floats:
    """Return the product of 1 - hazard within each stratum, the row itself included."""
    if first is None:
        # Hothorn and Lausen's rule can leave fewer at risk than had the event.
        return np.asarray(np.cumprod(1 - np.minimum(hazard, 1.0)))
    # Logarithms can be started again at each stratum; an emptied risk set is counted apart.
    over = hazard >= 1
    logs = np.append(0.0, np.log1p(-np.where(over, 0.0, hazard)).cumsum())
    emptied = np.append(0, over.cumsum())
    rows = np.arange(1, len(hazard) + 1)
    alive = emptied[rows] == emptied[first]
    return np.where(alive, np.exp(logs[rows] - logs[first]), 0.0)


def scores(
    events: Floats, at_risk: Floats, weights: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return expected events, observed less expected, and the covariance of the latter.

    The second and third are weighted, the first is not. At each row the events of a group are
    compared with a hypergeometric draw, so that tied days are right.
    """
    n, d = at_risk.sum(axis=1), events.sum(axis=1)
    share = at_risk / n[:, None]
    expected_each = share * d[:, None]
    spread = np.zeros(len(n))
    np.divide(d * (n - d), n - 1, out=spread, where=n > 1)
    difference = events - expected_each
    if weights is not None:
        spread = spread * weights**2
        difference = difference * weights[:, None]
    weighted = share * spread[:, None]
    variance = np.diag(weighted.sum(axis=0)) - weighted.T @ share
    return expected_each.sum(axis=0), difference.sum(axis=0), variance


def chi_squared(expected: Floats, score: Floats, variance: Floats) -> tuple[float, int]:
    """Return the quadratic form over the groups that were ever at risk, and its df."""
    used = np.flatnonzero(expected > 0)
    block = variance[np.ix_(used, used)]
    # The scores add up to 0, so one group is redundant; groups never at risk together lose more.
    sizes, directions = np.linalg.eigh(block)
    real = sizes > 1e-9 * max(sizes[-1], 1e-9)
    if not real.any():
        return float("nan"), 0
    along = directions[:, real].T @ score[used]
    return float(np.sum(along**2 / sizes[real])), int(real.sum())


def upper_tail(statistic: float, df: int) -> float:
    """Return the chi-squared p-value; nan where there is no statistic."""
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic)) if np.isfinite(statistic) else float("nan")
