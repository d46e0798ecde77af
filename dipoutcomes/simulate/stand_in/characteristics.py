"""What somebody could know of a person, coarsely: bands, months, counts, common words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.making import person_texts, person_values
from dipoutcomes.simulate.stand_in.marginals import people_by_code
from dipoutcomes.simulate.stand_in.reading import ReadTable
from dipoutcomes.simulate.stand_in.source import plain

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MOST = 40
NONE = 0
_COUNT_BANDS = np.array([1, 2, 3, 5, 10, 20, 50])
_BIRTH_BAND_DAYS = 5 * 365.25
_MONTH_DAYS = 30.4375
_NUMBER_BANDS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Characteristics:
    """Coarse characteristics of people, the same for real and made ones.

    Parameters
    ----------
    names : tuple of str
        In words, as the report prints them.
    codes : ndarray of int32, shape (people, len(names))
        0 where there is nothing.
    given : tuple of int
        For each characteristic the position of the count on which it rests (no rows, nothing
        to know), or -1.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int32]
    given: tuple[int, ...]


def both_characteristics(
    real: Sequence[ReadTable], made: Sequence[ReadTable], *, fewest: int, fine: bool = False
) -> tuple[Characteristics, Characteristics]:
    """Return the characteristics of real and of made people, coded alike.

    Parameters
    ----------
    real, made : sequence of ReadTable
        The same tables in the same order.
    fewest : int
        Words that fewer people have are one group.
    fine : bool, default False
        To the day and the unit instead of bands and months.
    """
    parts: list[tuple[str, Ints, Ints, int]] = []
    seen: set[tuple[str, str]] = set()
    for one, other in zip(real, made, strict=True):
        given = -1
        if not ((one.rows_each == 1).all() and (other.rows_each == 1).all()):
            given = len(parts)
            bands = [
                t.rows_each if fine else np.searchsorted(_COUNT_BANDS, t.rows_each, side="right")
                for t in (one, other)
            ]
            parts.append((f"number of rows in {one.table.name}", bands[0], bands[1], -1))
        followers = {place for order in one.table.orders for place in order[1:]}
        for place, column in enumerate(one.table.columns):
            mark = (plain(column.heading), column.role)
            if place in followers or (mark in seen and column.role != "date"):
                continue
            found = _pair(one, other, place, 1 if fine else fewest, fine=fine)
            if found is not None:
                seen.add(mark)
                parts.append((*found, given))
    parts = parts[:MOST]
    names = tuple(part[0] for part in parts)
    given_all = tuple(part[3] for part in parts)
    return tuple(  # type: ignore[return-value]
        Characteristics(
            names=names,
            codes=np.stack([part[side] for part in parts], axis=1).astype(np.int32)
            if parts
            else np.zeros((tables[0].people, 0), dtype=np.int32),
            given=given_all,
        )
        for side, tables in ((1, real), (2, made))
    )


def _pair(
    one: ReadTable, other: ReadTable, place: int, fewest: int, *, fine: bool
) -> tuple[str, Ints, Ints] | None:
    role, heading = one.table.columns[place].role, one.table.columns[place].heading
    where = f"{heading} ({one.table.name})"
    if role == "birth":
        values = [person_values(t, place) for t in (one, other)]
        return (f"{where}, 5 years", *_banded(values, 1.0 if fine else _BIRTH_BAND_DAYS))
    if role == "date":
        values = [_first(t, place) for t in (one, other)]
        return (f"{where}, first, month", *_banded(values, 1.0 if fine else _MONTH_DAYS))
    if role == "number" and one.constant(place):
        values = [person_values(t, place) for t in (one, other)]
        if fine:
            return (where, *_distinct(values))
        known = values[0][~np.isnan(values[0])]
        if not known.size:
            return None
        edges = np.unique(np.quantile(known, np.linspace(0, 1, _NUMBER_BANDS + 1)[1:-1]))
        bands = [np.where(np.isnan(v), NONE, 1 + np.searchsorted(edges, v)) for v in values]
        return f"{where}, in tenths", bands[0], bands[1]
    if role == "category" and one.constant(place):
        return (where, *_words(one, other, place, fewest))
    return None


def _first(read: ReadTable, place: int) -> Floats:
    """Return the first date of each person; nan without one."""
    out = np.full(read.people, np.inf)
    values = read.columns[place].values
    known = ~np.isnan(values)
    np.minimum.at(out, read.person[known], values[known])
    return np.where(np.isinf(out), np.nan, out)


def _banded(values: list[Floats], width: float) -> tuple[Ints, Ints]:
    bands = [np.floor(v / width) for v in values]
    low = np.nanmin([np.nanmin(b, initial=0) for b in bands])
    coded = [np.where(np.isnan(b), NONE, b - low + 1).astype(np.int64) for b in bands]
    return coded[0], coded[1]


def _distinct(values: list[Floats]) -> tuple[Ints, Ints]:
    """Return codes of exact numbers, the same for both; 0 where there is none."""
    import pandas as pd

    codes = pd.factorize(np.concatenate(values))[0].astype(np.int64) + 1
    return codes[: len(values[0])], codes[len(values[0]) :]


def _words(one: ReadTable, other: ReadTable, place: int, fewest: int) -> tuple[Ints, Ints]:
    """Return codes of words; those that few real people have are one, as are unknown ones."""
    import pandas as pd

    real, made = (person_texts(t, place) for t in (one, other))
    code, words = pd.factorize(real)
    people = people_by_code(code.astype(np.int64), np.arange(len(code)))
    rare = len(words) + 1
    value = np.array([*np.where(people >= fewest, np.arange(len(words)) + 1, rare), NONE])
    at = pd.Index(words, dtype=object).get_indexer(pd.Index(made, dtype=object))
    other_code = np.where(at >= 0, value[at], rare)
    missing = np.array([text is None for text in made], dtype=bool)
    return value[code], np.where(missing, NONE, other_code)
