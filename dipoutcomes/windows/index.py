"""Events sorted once; every count is then a difference of two look-ups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.windows._keys import Keys, KeySpace, check_records, is_sorted
from dipoutcomes.windows.days import NO_DAY, Days

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class EventIndex:
    """Events of all people, sorted by person and day.

    Build it with `EventIndex.build`. Sorting happens once; a window then costs two look-ups a
    person, however many events there are. A partition of the people gives the same counts.

    Examples
    --------
    >>> index = EventIndex.build([0, 1, 1, 1], [5, 3, 9, 4], n_people=2)
    >>> index.count([0, 3], [10, 9])
    array([1, 2])
    >>> index.first([0, 5], [10, 9])  # the second person has none in [5, 9)
    array([         5, 2147483647])
    """

    _keys: Keys
    _space: KeySpace
    #: Day of proof in the order of the keys; None where every event counts.
    _proof: NDArray[np.int32] | None = None

    @classmethod
    def build(
        cls, code: ArrayLike, day: ArrayLike, n_people: int, *, proof_day: ArrayLike | None = None
    ) -> EventIndex:
        """Return the index of events.

        Parameters
        ----------
        code : array_like of int, shape (m,)
            The person of each event, from 0 to ``n_people - 1``; any order (sorted is quicker).
        day : array_like of int, shape (m,)
            The day on which it is counted; `NO_DAY` is refused.
        n_people : int
        proof_day : array_like of int, shape (m,), optional
            The day of conviction or caution, `NO_DAY` if never; needed for *proven_before*.

        Raises
        ------
        TypeError
            If an array does not hold whole numbers.
        ValueError
            If a code is out of range or an event has no day.
        """
        given = () if proof_day is None else (proof_day,)
        codes, days, *rest = check_records("events", code, n_people, day, *given)
        lowest, highest = (int(days.min()), int(days.max())) if days.size else (0, 0)
        if highest >= NO_DAY:
            undated = int((days >= NO_DAY).sum())
            raise ValueError(
                f"{undated} of {days.size} events have no day; drop and count them first"
            )
        space = KeySpace.of(lowest, highest, n_people)
        keys = space.keys(codes, days)
        if not rest:
            if not is_sorted(keys):
                keys.sort()
            return cls(keys, space)
        proof = np.minimum(rest[0], NO_DAY).astype(np.int32)
        if not is_sorted(keys):
            order = np.argsort(keys, kind="stable")
            keys, proof = keys[order], proof[order]
        return cls(keys, space, proof)

    @property
    def n_people(self) -> int:
        """People indexed, with or without events."""
        return self._space.n_people

    def __len__(self) -> int:
        return len(self._keys)

    def positions(self, day: ArrayLike) -> Positions:
        """Return, for each person, how many events in all lie before their *day*.

        The building block of `count`: positions of the same person differ by the events between.
        *day* has shape (n_people,).
        """
        return np.searchsorted(self._keys, self._space.edges(day)).astype(np.int64, copy=False)

    def count(self, opens: ArrayLike, closes: ArrayLike) -> Positions:
        """Return each person's events in [opens, closes); 0 where the window is undefined.

        Parameters
        ----------
        opens, closes : array_like of int, shape (n_people,)
            A window that closes before it opens holds nothing.
        """
        return self.count_between(self.positions(opens), self.positions(closes))

    def first(self, opens: ArrayLike, closes: ArrayLike) -> Days:
        """Return the day of each person's first event in [opens, closes), or `NO_DAY`."""
        return self.first_between(self.positions(opens), self.positions(closes))

    def count_between(self, low: Positions, high: Positions) -> Positions:
        """Return the events between two arrays of `positions`."""
        count: Positions = np.maximum(high - low, 0)
        return count

    def first_between(self, low: Positions, high: Positions) -> Days:
        """Return the day of the first event at or after *low* and before *high*, or `NO_DAY`."""
        found = np.flatnonzero(low < high)
        day = np.full(self.n_people, NO_DAY, dtype=np.int64)
        key = self._keys[low[found]].astype(np.int64)
        day[found] = key - found * self._space.span + self._space.lowest
        return day

    def proven(self, before: ArrayLike) -> tuple[Positions, Positions]:
        """Return running counts and places of the events proven before each person's day.

        Parameters
        ----------
        before : array_like of int, shape (n_people,)
            First day on which a proof comes too late, `NO_DAY` for never too late.

        Returns
        -------
        running : ndarray of int64, shape (m + 1,)
            How many of the first i sorted events are proven in time.
        places : ndarray of int64
            The sorted positions of those events.
        """
        if self._proof is None:
            raise ValueError("the index was built without `proof_day`")
        limit = np.minimum(np.asarray(before, dtype=np.int64), NO_DAY).astype(np.int32)
        person = self._keys // self._keys.dtype.type(self._space.span)
        in_time = self._proof < limit[person]
        running = np.zeros(len(self._keys) + 1, dtype=np.int64)
        np.cumsum(in_time, out=running[1:])
        return running, np.flatnonzero(in_time).astype(np.int64)
