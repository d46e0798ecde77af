"""What the tables of one stand-in share while they are made: people, births, keys."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.cells import PRESENT, text_of
from dipoutcomes.simulate.stand_in.marginals import NO_BINS, Bins, fit_bins
from dipoutcomes.simulate.stand_in.orders import BIRTH_STEPS, DATE_HEAP
from dipoutcomes.simulate.stand_in.plain_columns import LeftOut
from dipoutcomes.simulate.stand_in.reading import ReadTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]
_AGREE = 0.9


@dataclass(slots=True, kw_only=True)
class Making:
    """The state of a stand-in in the making.

    Parameters
    ----------
    people : int
        Made people.
    fewest : int
    rng : Generator
    avoid : set of str
        Every key and text of the real tables, as they are compared.
    real_birth, birth : ndarray of float64, shape (real people,) and (people,)
        Days since 1970-01-01, nan where there is none.
    first_day, last_day_seen : ndarray of float64, shape (people,)
        First date of the table that a flag looks to; last date of each person so far.
    texts : dict
        Made-up words of each person by heading; words shared between tables by heading.
    left : dict
        Table, position = what is left out of the column.
    """

    people: int
    fewest: int
    rng: np.random.Generator
    avoid: set[str]
    real_birth: Floats
    birth: Floats
    first_day: dict[tuple[str, int], tuple[Floats, Floats]] = field(default_factory=dict)
    last_day_seen: Floats
    texts: dict[str, Objects] = field(default_factory=dict)
    words: dict[str, tuple[Objects, Objects]] = field(default_factory=dict)
    left: dict[tuple[str, int], LeftOut] = field(default_factory=dict)

    def left_of(self, table: str, place: int) -> LeftOut:
        """Return the account of one column, to be filled."""
        return self.left.setdefault((table, place), LeftOut())


def person_values(read: ReadTable, place: int) -> Floats:
    """Return the value of each real person in their first row; nan without one."""
    out = np.full(read.people, np.nan)
    rows = read.first_row
    out[read.person[rows]] = read.columns[place].values[rows]
    return out


def person_texts(read: ReadTable, place: int) -> Objects:
    """Return the word of each real person in their first row; None without one."""
    column = read.columns[place]
    rows = read.first_row
    texts = np.array([*(text_of(label) for label in column.labels), None], dtype=object)
    out = np.full(read.people, None, dtype=object)
    good = column.state[rows] == PRESENT
    out[read.person[rows]] = texts[np.where(good, column.code[rows], -1)]
    return out


def agree(one: Objects, other: Objects) -> bool:
    """Return whether two columns say the same of (nearly) everybody who has both."""
    both = np.array([a is not None and b is not None for a, b in zip(one, other, strict=True)])
    if not both.any():
        return False
    return float((one[both] == other[both]).mean()) >= _AGREE


def birth_bins(reads: tuple[ReadTable, ...], fewest: int) -> tuple[Floats, Bins]:
    """Return the birth of each real person, and the coarse distribution of births."""
    people = reads[0].people
    real = np.full(people, np.nan)
    for read in reads:
        for place, column in enumerate(read.columns):
            if column.column.role == "birth":
                real = np.where(np.isnan(real), person_values(read, place), real)
    known = np.flatnonzero(~np.isnan(real))
    if not known.size:
        return real, NO_BINS
    bins = fit_bins(
        real[known], known.astype(np.int64), np.ones(len(known)),
        fewest=fewest, heap_share=DATE_HEAP, steps=BIRTH_STEPS,
    )  # fmt: skip
    return real, bins
