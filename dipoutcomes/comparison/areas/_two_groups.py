"""Few areas of two kinds: their difference, its error, and every way they could have been dealt.

Every contrast of this room is a difference of two means of one number an area. So a cluster-robust
error of the panel of areas and periods is the error of that difference (unit tests hold it to the
matrix definition with a dummy for each area and each period).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, inf, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Variance = Literal["cr2", "equal"]
VARIANCES = {
    "cr2": "cluster-robust CR2, Bell-McCaffrey degrees of freedom",
    "equal": "t, areas equally variable",
}
_MOST_ASSIGNMENTS = 200_000
_DRAWN = 19_999
_SLACK = 1e-9


def difference(
    values: Floats, chosen: Booleans, variance: Variance
) -> tuple[Floats, Floats, float]:
    """Return the difference of means, its standard error and degrees of freedom.

    Parameters
    ----------
    values : ndarray, shape (..., k)
        One number an area.
    chosen : ndarray of bool, shape (k,)
    variance : {"cr2", "equal"}
        "cr2": Bell and McCaffrey (2002): for this contrast Welch's variance, with the degrees of
        freedom that it has where areas are equally variable. "equal": the pooled variance.

    Returns
    -------
    value, error : ndarray, shape (...)
        The error is ``nan`` where it cannot be had, and 0 where areas of a kind are all the same.
    df : float
    """
    first, other = values[..., chosen], values[..., ~chosen]
    n1, n0 = first.shape[-1], other.shape[-1]
    value = first.mean(-1) - other.mean(-1)
    if variance == "cr2":
        if min(n1, n0) < 2:
            return value, np.full(value.shape, nan), nan
        error = np.sqrt(first.var(-1, ddof=1) / n1 + other.var(-1, ddof=1) / n0)
        return value, _seen(error, values), welch_df(n1, n0)
    if n1 + n0 < 3:
        return value, np.full(value.shape, nan), nan
    squares = n1 * first.var(-1) + n0 * other.var(-1)
    error = np.sqrt(squares / (n1 + n0 - 2) * (1 / n1 + 1 / n0))
    return value, _seen(error, values), n1 + n0 - 2.0


def _seen(error: Floats, values: Floats) -> Floats:
    """Return *error*, 0 where it is nothing but rounding."""
    return np.where(error <= 1e-12 * np.abs(values).max(-1), 0.0, error)


def welch_df(n1: int, n0: int) -> float:
    """Return Bell and McCaffrey's degrees of freedom of a difference of two means."""
    return (1 / n1 + 1 / n0) ** 2 / (1 / (n1**2 * (n1 - 1)) + 1 / (n0**2 * (n0 - 1)))


def t_quantile(df: float, level: float) -> float:
    """Return the two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + level) / 2)) if df > 0 else nan


def assignments(areas: int, chosen: int, rng: np.random.Generator | None) -> tuple[Booleans, bool]:
    """Return the ways to choose areas, one a row, the first areas first; and whether all are there.

    With more than 200,000 ways 19,999 are drawn at random, which needs *rng*.
    """
    ways = comb(areas, chosen)
    if ways <= _MOST_ASSIGNMENTS:
        flat = np.fromiter(
            (k for row in combinations(range(areas), chosen) for k in row),
            dtype=np.int64, count=ways * chosen,
        ).reshape(ways, chosen)  # fmt: skip
        masks = np.zeros((ways, areas), dtype=np.bool_)
        np.put_along_axis(masks, flat, values=True, axis=1)
        return masks, True
    if rng is None:
        raise ValueError(
            f"there are {ways:,} ways to choose {chosen} of {areas} areas, so they are drawn at "
            "random: give `rng`"
        )
    order = np.argsort(rng.random((_DRAWN, areas)), axis=1)
    return np.asarray(order < chosen), False


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPermutation:
    """What chance alone would do, had the areas been chosen at random.

    Parameters
    ----------
    p_value : float
        Two-sided: the share of assignments whose difference is at least as large as the one seen.
    smallest : float
        The smallest p-value that any data could give with so many areas.
    assignments : int
        Ways to choose the areas that were gone through.
    exact : bool
        Whether these are all the ways there are.
    low, high : float
        Limits of the effects that are not rejected, on the scale of the contrast; infinite where
        no effect, however large, could be.
    confidence_level : float
    """

    p_value: float
    smallest: float
    assignments: int
    exact: bool
    low: float
    high: float
    confidence_level: float

    @property
    def can_reject(self) -> bool:
        """Whether any data at all could be significant at 1 - *confidence_level*."""
        return self.smallest <= (1 - self.confidence_level) * (1 + _SLACK)


def permutation(
    values: Floats, chosen: Booleans, level: float, rng: np.random.Generator | None
) -> AreaPermutation:
    """Return the permutation test by area of one number an area, and the interval that agrees.

    Inverting the test under a constant effect e: the assignment with difference s and difference
    c of the marks of the chosen areas (-1 <= c <= 1) is at least as extreme as the one seen, d,
    where |s - e c| >= |d - e|, which is an interval about d with ends (d - s) / (1 - c) and
    (d + s) / (1 + c). So the share of assignments at e falls away from d on both sides.
    """
    k, n1 = len(values), int(chosen.sum())
    masks, exact = assignments(k, n1, rng)
    both = np.stack([values, chosen.astype(np.float64)], axis=1)
    s, c = contrasts(masks, both).T
    d = float(values[chosen].mean() - values[~chosen].mean())
    slack = _SLACK * max(float(np.abs(values - values.mean()).max()), 1e-300)
    extreme = int((np.abs(s) >= abs(d) - slack).sum())
    total = len(masks) + (0 if exact else 1)
    p_value = (extreme + (0 if exact else 1)) / total
    low, high = _accepted(s, c, d, slack)
    if not exact:  # the assignment seen is one of those that were drawn
        low, high = np.append(low, -inf), np.append(high, inf)
    # Assumes nothing but that the effect is the same in every chosen area.
    rank = int(np.floor((1 - level) * total * (1 + _SLACK)))
    ends = (-inf, inf)
    if rank < total:
        ends = (float(np.sort(low)[rank]), float(np.sort(high)[::-1][rank]))
    return AreaPermutation(
        p_value=p_value,
        smallest=(2 if 2 * n1 == k else 1) / total,
        assignments=len(masks),
        exact=exact,
        low=ends[0],
        high=ends[1],
        confidence_level=level,
    )


def contrasts(masks: Booleans, values: Floats) -> Floats:
    """Return the difference of means of each column of *values*, shape (k, m), for each mask."""
    n1, k = int(masks[0].sum()), masks.shape[1]
    sums = masks.astype(np.float64) @ values
    return np.asarray(sums / n1 - (values.sum(0) - sums) / (k - n1), dtype=np.float64)


def _accepted(s: Floats, c: Floats, d: float, slack: float) -> tuple[Floats, Floats]:
    """Return for each assignment the effects at which it is at least as extreme as the one seen."""
    ends = []
    for above, below in ((d - s, 1 - c), (d + s, 1 + c)):
        same = below <= 1e-12
        with np.errstate(divide="ignore", invalid="ignore"):
            end = np.where(same, nan, above / below)
        # Equal marks: always as extreme if the differences are equal, and they then are.
        ends.append(np.where(np.abs(end - d) <= slack, d, end))
    first, second = ends
    low = np.where(np.isnan(first) | np.isnan(second), -inf, np.minimum(first, second))
    high = np.where(np.isnan(first) | np.isnan(second), inf, np.maximum(first, second))
    return low, high
