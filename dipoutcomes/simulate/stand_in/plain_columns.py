"""Columns that depend on nothing: categories, numbers, texts; a draw each, a row or a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.cells import PRESENT, TypedColumn
from dipoutcomes.simulate.stand_in.day_cells import write_days
from dipoutcomes.simulate.stand_in.made import MadeColumn, with_blanks
from dipoutcomes.simulate.stand_in.marginals import count_different, fit_bins, fit_shares
from dipoutcomes.simulate.stand_in.own_values import draw_apart

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The rows of a real table that a column is learnt from: all, or one a person."""

    take: Ints
    person: Ints
    weight: Floats


@dataclass(slots=True)
class LeftOut:
    """What of one column is not in the stand-in.

    Parameters
    ----------
    words : int
        Words held by fewer people than are enough.
    people : int
        People who hold one of them.
    faults : int
        Cells that could not be read as a date or number.
    emptied : bool
        Whether too few people had any value, so that the column is left empty.
    own_numbers : bool
        Whether nearly everybody has a number of their own, so that none of these was drawn.
    """

    words: int = 0
    people: int = 0
    faults: int = 0
    emptied: bool = False
    own_numbers: bool = False


def draw_states(
    column: TypedColumn, rows: Rows, n: int, left: LeftOut, *, fewest: int, rng: np.random.Generator
) -> Ints:
    """Return for each made row whether it has a value (0) or which blank stands there."""
    state = column.state[rows.take]
    left.faults = int((state < 0).sum())
    present = count_different(rows.person[state == PRESENT])
    if present < fewest:
        left.emptied = bool(present)
        return np.ones(n, dtype=np.int64)
    if column.column.filled:
        return np.zeros(n, dtype=np.int64)
    shares = fit_shares(state, rows.person, rows.weight, fewest=fewest)
    return shares.draw(n, rng=rng)


def draw_words(
    column: TypedColumn, rows: Rows, n: int, left: LeftOut, *, fewest: int, rng: np.random.Generator
) -> Ints:
    """Return for each made row the place of a common word among the labels of *column*."""
    code = np.where(column.present, column.code, -1)[rows.take]
    shares = fit_shares(code, rows.person, rows.weight, fewest=fewest)
    left.words, left.people = shares.left_out, shares.people_left_out
    return shares.draw(n, rng=rng)


def category(column: TypedColumn, state: Ints, words: Ints) -> MadeColumn:
    """Return a made column of words; where none is common, all its cells are empty."""
    used, places = np.unique(words[(state == 0) & (words >= 0)], return_inverse=True)
    code = np.full(len(state), -1, dtype=np.int64)
    code[(state == 0) & (words >= 0)] = places
    state = np.where((state == 0) & (words < 0), 1, state)
    return with_blanks(state, code, column.labels[used], column.blanks)


def draw_numbers(
    column: TypedColumn, rows: Rows, n: int, own: Floats, *, fewest: int, rng: np.random.Generator
) -> Floats:
    """Return for each made row a number from the coarse distribution of *column*, none of *own*."""
    good = column.present[rows.take]
    bins = fit_bins(
        column.values[rows.take][good], rows.person[good], rows.weight[good],
        fewest=fewest, decimals=column.decimals,
    )  # fmt: skip
    if not own.size or bins.empty:
        return bins.draw(n, rng=rng)
    return draw_apart(bins, own, n, decimals=column.decimals, rng=rng)


def number_column(column: TypedColumn, state: Ints, values: Floats) -> MadeColumn:
    """Return a made column of numbers, as text where the old ones are text."""
    state = np.where((state == 0) & np.isnan(values), 1, state)
    distinct, code = np.unique(np.where(state == 0, values, 0.0), return_inverse=True)
    labels = np.empty(len(distinct), dtype=object)
    as_text = sum(isinstance(label, str) for label in column.labels) * 2 > len(column.labels)
    for place, value in enumerate(distinct.tolist()):
        plain = round(value, column.decimals) if column.decimals else round(value)
        labels[place] = f"{plain:.{column.decimals}f}" if as_text else plain
    return with_blanks(state, code.astype(np.int64), labels, column.blanks)


def date_column(
    column: TypedColumn,
    rows: Rows,
    state: Ints,
    days: Floats,
    *,
    fewest: int,
    rng: np.random.Generator,
) -> MadeColumn:
    """Return a made column of dates, written in the common ways of the old one."""
    state = np.where((state == 0) & np.isnan(days), 1, state)
    way = np.where(column.present, column.way, -1)[rows.take]
    shares = fit_shares(way, rows.person, rows.weight, fewest=fewest)
    drawn = shares.draw(len(state), rng=rng)
    if (drawn < 0).any():  # no way is common: the first that there is
        drawn = np.where(drawn < 0, max(int(way.max(initial=0)), 0), drawn)
    filled = np.flatnonzero(state == 0)
    code = np.zeros(len(state), dtype=np.int64)
    code[filled], labels = write_days(
        np.round(days[filled]).astype(np.int64), drawn[filled], column.ways
    )
    return with_blanks(state, code, labels, column.blanks)
