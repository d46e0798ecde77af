"""Spells merged once; the days inside them are then a difference of a running total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.windows._keys import check_records
from dipoutcomes.windows.days import NO_DAY, Days

# A room for each person that no calendar date leaves: 5,742 years on either side of 1970. A
# spell without an end then ends at the edge of its person's room and cannot touch the next.
_EDGE = 1 << 21
_SPAN = 2 * _EDGE + 2


def _key(code: NDArray[np.int64], day: ArrayLike) -> NDArray[np.int64]:
    own = np.clip(np.asarray(day, dtype=np.int64), -_EDGE, _EDGE)
    own += code * _SPAN
    own += _EDGE
    return own


@dataclass(frozen=True, slots=True, eq=False)
class SpellIndex:
    """Spells of all people, overlaps merged: a day inside two spells is one day inside.

    Examples
    --------
    >>> spells = SpellIndex.build([0, 0, 1], [10, 15, 3], [20, 25, NO_DAY], n_people=2)
    >>> spells.days_inside([12, 0], [30, 10])
    array([13,  7])
    """

    _starts: NDArray[np.int64]
    _ends: NDArray[np.int64]
    #: Days inside the merged spells before each one.
    _before: NDArray[np.int64]
    n_people: int

    @classmethod
    def build(cls, code: ArrayLike, start: ArrayLike, end: ArrayLike, n_people: int) -> SpellIndex:
        """Return the index of spells.

        Parameters
        ----------
        code : array_like of int, shape (m,)
            The person of each spell, from 0 to ``n_people - 1``; any order.
        start, end : array_like of int, shape (m,)
            First day inside and first day outside, `NO_DAY` if still inside. A spell that ends
            on or before its start holds no day and is left out.
        n_people : int

        Raises
        ------
        TypeError, ValueError
            If an array does not hold whole numbers, a code is out of range, or a start is missing.
        """
        codes, starts, ends = check_records("spells", code, n_people, start, end)
        if starts.size and int(starts.max()) >= NO_DAY:
            undated = int((starts >= NO_DAY).sum())
            raise ValueError(f"{undated} of {starts.size} spells have no start; drop them first")
        held = starts < ends
        person = codes[held].astype(np.int64)
        first, last = _key(person, starts[held]), _key(person, ends[held])
        # Sorted apart, the i-th end lies before the (i+1)-th start exactly where all spells
        # that have begun are over: those gaps, and only those, part the merged spells.
        first.sort()
        last.sort()
        gap = np.flatnonzero(last[:-1] < first[1:])
        begins = np.concatenate([first[:1], first[gap + 1]])
        stops = np.concatenate([last[gap], last[-1:]])
        before = np.zeros(len(begins), dtype=np.int64)
        np.cumsum((stops - begins)[:-1], out=before[1:])
        return cls(begins, stops, before, n_people)

    def __len__(self) -> int:
        return len(self._starts)

    def days_before(self, day: ArrayLike, first_code: int = 0) -> Days:
        """Return a running total of days inside before each person's *day*.

        Only differences for the same person mean anything. *day* holds one day for each person
        from *first_code* on.
        """
        days = np.asarray(day, dtype=np.int64)
        if not len(self._starts):
            return np.zeros(len(days), dtype=np.int64)
        key = _key(np.arange(first_code, first_code + len(days), dtype=np.int64), days)
        spell = np.searchsorted(self._starts, key, side="right") - 1
        # A person before the first spell of all has position -1 and nothing behind them.
        total = self._before[spell] + np.minimum(key, self._ends[spell]) - self._starts[spell]
        return np.where(spell < 0, 0, total).astype(np.int64)

    def days_inside(self, opens: ArrayLike, closes: ArrayLike) -> Days:
        """Return each person's days inside a spell in [opens, closes); 0 if it is undefined.

        Parameters
        ----------
        opens, closes : array_like of int, shape (n_people,)
        """
        inside: Days = np.maximum(self.days_before(closes) - self.days_before(opens), 0)
        return inside
