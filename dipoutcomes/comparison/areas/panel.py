"""Counts by area and period: read, checked, and turned into one number an area."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_numbers
from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]
Scale = Literal["log", "share", "rate"]
#: Scale -> (what the contrast is called, the quantity of its estimate).
SCALES = {
    "log": ("ratio of rates", "ratio"),
    "share": ("difference of shares", "difference"),
    "rate": ("difference of rates", "rate"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaPanel:
    """Events and their base in every area and period.

    Parameters
    ----------
    areas : tuple of str, length k
        In alphabetical order.
    periods : tuple, length t
        In order of time, taken to be equally long and without gaps.
    events, base : ndarray, shape (k, t)
        Events, and people or person-years above 0.
    intensive : ndarray of bool, shape (k,)
    starts : int
        Position of the first period after the start.
    base_unit : str
    """

    areas: tuple[str, ...]
    periods: tuple[Any, ...]
    events: Floats
    base: Floats
    intensive: NDArray[np.bool_]
    starts: int
    base_unit: str = "persons"

    def __str__(self) -> str:
        return (
            f"{len(self.areas)} areas ({int(self.intensive.sum())} intensive), "
            f"{self.starts} periods before and {len(self.periods) - self.starts} after"
        )

    def after(self, values: Floats, *, intensive: bool) -> float:
        """Return the total after the start over the areas of one kind."""
        chosen = self.intensive if intensive else ~self.intensive
        return float(values[chosen, self.starts :].sum())


def area_panel(
    area: ArrayLike,
    period: ArrayLike,
    events: ArrayLike,
    base: ArrayLike,
    *,
    intensive: Collection[str],
    starts: Any,
    base_unit: str = "persons",
) -> AreaPanel:
    """Return the panel of areas and periods, or say all that is wrong with it.

    Parameters
    ----------
    area, period : array_like, shape (n,)
        Of each row; a period is a number or a date that sorts.
    events : array_like of int, shape (n,)
    base : array_like of float, shape (n,)
        People, or person-years, above 0.
    intensive : collection of str
        The areas of interest.
    starts
        The first period after the start, of the kind of *period*.
    base_unit : str, default "persons"

    Returns
    -------
    AreaPanel

    Raises
    ------
    DesignError
        If an area lacks a period or has it twice, a count is below 0, a base is not above 0, or
        there is no area of one kind or no period on one side. All faults are named at once.
    ValueError
        If the arrays do not have one length.

    Examples
    --------
    >>> panel = area_panel(["A", "A", "B", "B"], [1, 2, 1, 2], [5, 3, 6, 6], [50, 50, 60, 60],
    ...     intensive=["A"], starts=2)
    >>> print(panel)
    2 areas (1 intensive), 1 periods before and 1 after
    """
    where, when = np.asarray(area).astype(str), np.asarray(period)
    x, n = check_numbers("events", events), check_numbers("base", base)
    if len({a.shape for a in (where, when, x, n)}) != 1 or where.ndim != 1 or not len(where):
        raise ValueError("the four arrays must hold one element for each of at least one row")
    names, row = np.unique(where, return_inverse=True)
    try:
        times, column = np.unique(when, return_inverse=True)
        starts_at = np.datetime64(starts) if times.dtype.kind == "M" else starts
        first = int(np.searchsorted(times, starts_at))
    except TypeError:
        raise TypeError(
            "`period` and `starts` must be of one kind and have an order: numbers, dates or texts, "
            "none missing"
        ) from None
    seen = np.zeros((len(names), len(times)), dtype=np.int64)
    np.add.at(seen, (row, column), 1)
    chosen = np.isin(names, [str(a) for a in intensive])
    dated = times.dtype.kind == "M"
    shown = np.datetime_as_string(times, unit="D") if dated else times
    bad_counts = int((~(np.isfinite(x) & (x >= 0) & (x == np.floor(x)))).sum())
    bad_bases = int((~(np.isfinite(n) & (n > 0))).sum())
    unknown = len({str(a) for a in intensive} - set(names.tolist()))
    faults = [
        (int((seen == 0).sum()), "combinations of area and period have no row"),
        (int((seen > 1).sum()), "combinations of area and period have several rows"),
        (bad_counts, "counts are not whole numbers of at least 0"),
        (bad_bases, "bases are not above 0"),
        (unknown, "intensive areas are not among the areas"),
        (int(not chosen.any()), "kind of area is missing: no intensive area"),
        (int(chosen.all()), "kind of area is missing: every area is intensive"),
        (
            int(first == 0),
            f"side is missing: no period before the start, for {shown[0]} comes first in order",
        ),
        (int(first == len(times)), "side is missing: no period after the start"),
    ]
    found = [f"{count} {what}" for count, what in faults if count]
    if found:
        raise DesignError(
            "the areas cannot be compared before and after: " + "; ".join(found) + ". Every area "
            "needs one row a period, on both sides of the start; leave out areas that lack some, "
            "and say so."
        )
    counts, bases = np.empty(seen.shape), np.empty(seen.shape)
    counts[row, column], bases[row, column] = x, n
    return AreaPanel(
        areas=tuple(names.tolist()),
        periods=tuple(shown.tolist()),
        events=counts,
        base=bases,
        intensive=chosen,
        starts=first,
        base_unit=base_unit,
    )


def on_scale(events: Floats, base: Floats, scale: Scale) -> Floats:
    """Return events over base on *scale*; refuse logs of nothing and shares above 1."""
    check_choice("scale", scale, list(SCALES))
    if scale == "share" and np.any(events > base):
        over = int((events > base).sum())
        raise DesignError(
            f"{over} of {events.size} cells have more events than people, so they are no shares. "
            "Use scale='rate'."
        )
    if scale != "log":
        return events / base
    empty = int((events == 0).sum())
    if empty:
        raise DesignError(
            f"{empty} of {events.size} cells have no event, and their rate has no logarithm. Use "
            "longer periods, or scale='rate' for differences."
        )
    return np.asarray(np.log(events / base), dtype=np.float64)
