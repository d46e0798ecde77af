"""Dates of one row that follow one another: which of them are filled, the first, and the gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.marginals import NO_BINS, Bins, fit_bins, fit_shares
from dipoutcomes.simulate.stand_in.reading import ReadTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: (days that the dates span, days to which the limits of a bin are rounded)
DATE_STEPS = ((730.0, 30.0), (60.0, 7.0), (0.0, 0.0))
BIRTH_STEPS = ((0.0, 30.0),)
#: Share of the people whom a single day must have to be kept as a heap of its own.
DATE_HEAP = 0.02
_FAR_OFF = 1e7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DateOrder:
    """What is known of one order of dates, coarsely.

    Parameters
    ----------
    places : tuple of int
        Positions of the columns, earliest first.
    anchors : tuple of int
        Which of *places* (by its number) are drawn first where they are filled.
    patterns : ndarray of int64, shape (p, m)
        State of each column in each common pattern of filled and empty dates.
    by_kind : mapping of int to (ndarray, ndarray)
        Kind of row (-1: any) = the patterns it may have and their shares.
    bins : tuple of Bins
        Of each column.
    gaps : mapping of (int, int) to Bins
        Days from one date to the next that is filled.
    """

    places: tuple[int, ...]
    anchors: tuple[int, ...]
    patterns: Ints
    by_kind: dict[int, tuple[Ints, Floats]]
    bins: tuple[Bins, ...]
    gaps: dict[tuple[int, int], Bins]


def fit_order(
    read: ReadTable, places: tuple[int, ...], kinds: Ints, weight: Floats, *, fewest: int
) -> DateOrder:
    """Return what the dates at *places* are like in rows of each kind."""
    import pandas as pd

    columns = [read.columns[place] for place in places]
    states = np.stack([column.state for column in columns], axis=1)
    usable = (states >= 0).all(axis=1)
    for number, column in enumerate(columns):
        if column.column.filled:
            usable &= states[:, number] == 0
    base = max(int(states.max(initial=0)) + 1, 2)
    mixed = np.zeros(len(states), dtype=np.int64)
    for state in states.T:
        mixed = mixed * base + np.maximum(state, 0)
    pattern, distinct = pd.factorize(np.where(usable, mixed, -1))
    patterns = np.stack(
        [distinct // base**place % base for place in range(len(places) - 1, -1, -1)], axis=1
    )
    code = np.where(usable, pattern, -1).astype(np.int64)
    by_kind = {}
    for kind in (-1, *np.unique(kinds[kinds >= 0]).tolist()):
        here = code if kind < 0 else np.where(kinds == kind, code, -1)
        shares = fit_shares(here, read.person, weight, fewest=fewest)
        if shares.kept.size:
            by_kind[kind] = (shares.kept, shares.share)
    bins = []
    for column in columns:
        good = column.present
        bins.append(
            fit_bins(
                column.values[good],  # noqa: PD011
                read.person[good],
                weight[good],
                fewest=fewest,
                heap_share=DATE_HEAP,
                steps=DATE_STEPS,
            )
        )
    gaps = {
        (i, j): _gap(read, places[i], places[j], weight, fewest)
        for i in range(len(places))
        for j in range(i + 1, len(places))
    }
    anchors = tuple(i for i, place in enumerate(places) if place in read.table.anchors)
    return DateOrder(
        places=places, anchors=anchors, patterns=patterns, by_kind=by_kind,
        bins=tuple(bins), gaps=gaps,
    )  # fmt: skip


def _gap(read: ReadTable, first: int, second: int, weight: Floats, fewest: int) -> Bins:
    gap = read.columns[second].values - read.columns[first].values  # noqa: PD011
    good = gap >= 0
    if not good.any():
        return NO_BINS
    return fit_bins(gap[good], read.person[good], weight[good], fewest=fewest)


def draw_patterns(order: DateOrder, kinds: Ints, *, rng: np.random.Generator) -> Ints:
    """Return the states of each made row, shape (n, m); all empty where no pattern is common."""
    empty = np.ones((len(kinds), len(order.places)), dtype=np.int64)
    if -1 not in order.by_kind:
        return empty
    chosen = np.full(len(kinds), -1, dtype=np.int64)
    for kind in np.unique(kinds).tolist():
        rows = np.flatnonzero(kinds == kind)
        kept, share = order.by_kind.get(kind, order.by_kind[-1])
        chosen[rows] = rng.choice(kept, size=len(rows), p=share / share.sum())
    return np.asarray(order.patterns[chosen], dtype=np.int64)


def draw_dates(
    order: DateOrder, states: Ints, floor: Floats, ceiling: float, *, rng: np.random.Generator
) -> Floats:
    """Return the days of each made row, shape (n, m); nan where the state is not 0.

    Parameters
    ----------
    order : DateOrder
    states : ndarray of int64, shape (n, m)
    floor : ndarray of float64, shape (n,)
        First day that a date of the row may have.
    ceiling : float
        Last day that any may have.
    """
    n, m = states.shape
    days = np.full((n, m), np.nan)
    filled = states == 0
    preference = (*order.anchors, *range(m))
    anchor = np.full(n, -1, dtype=np.int64)
    for number in reversed(preference):
        anchor = np.where(filled[:, number], number, anchor)
    for number in range(m):
        rows = np.flatnonzero(anchor == number)
        if rows.size:
            high = np.full(len(rows), ceiling)
            low = np.minimum(floor[rows], high)
            days[rows, number] = order.bins[number].draw_between(low, high, rng=rng)
    for number in range(m):
        later = filled[:, number] & (number > anchor) & (anchor >= 0)
        for pair, rows in _from(later, filled, range(number - 1, -1, -1), number):
            limit = min(ceiling, _or(order.bins[number].high, ceiling))
            known = days[rows, pair[0]]
            days[rows, number] = known + _gaps(order, pair, limit - known, rng=rng)
    for number in range(m - 2, -1, -1):
        earlier = filled[:, number] & (number < anchor)
        for pair, rows in _from(earlier, filled, range(number + 1, m), number):
            limits = np.maximum(floor[rows], _or(order.bins[number].low, -_FAR_OFF))
            known = days[rows, pair[1]]
            days[rows, number] = known - _gaps(order, pair, known - limits, rng=rng)
    return days


def _from(
    waiting: NDArray[np.bool_], filled: NDArray[np.bool_], beside: range, number: int
) -> Iterator[tuple[tuple[int, int], Ints]]:
    """Yield the rows whose next filled date towards the anchor is each of *beside* in turn."""
    for other in beside:
        rows = np.flatnonzero(waiting & filled[:, other])
        waiting[rows] = False
        if rows.size:
            yield (min(other, number), max(other, number)), rows


def _gaps(
    order: DateOrder, pair: tuple[int, int], room: Floats, *, rng: np.random.Generator
) -> Floats:
    gaps = order.gaps[pair]
    if gaps.empty:
        return np.zeros(len(room))
    return gaps.draw_between(np.zeros(len(room)), np.maximum(room, 0), rng=rng)


def _or(value: float, otherwise: float) -> float:
    return otherwise if np.isnan(value) else value
