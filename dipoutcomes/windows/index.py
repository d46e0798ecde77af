"""Events sorted once; every count is then a difference of two look-ups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.windows._keys import BLOCK, Keys, KeySpace, check_records, is_sorted
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
            keys, proof = _sorted_together(keys, proof)
        return cls(keys, space, proof)

    @property
    def n_people(self) -> int:
        """People indexed, with or without events."""
        return self._space.n_people

    @property
    def needs_proof(self) -> bool:
        """Whether the index was built with ``proof_day``."""
        return self._proof is not None

    def __len__(self) -> int:
        return len(self._keys)

    def positions(self, day: ArrayLike, first_code: int = 0) -> Positions:
        """Return, for each person, how many events in all lie before their *day*.

        The building block of `count`: positions of the same person differ by the events between.
        *day* holds one day for each person from *first_code* on.
        """
        edges = self._space.edges(day, first_code)
        return np.searchsorted(self._keys, edges).astype(np.int64, copy=False)

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

    def first_between(self, low: Positions, high: Positions, first_code: int = 0) -> Days:
        """Return the day of the first event at or after *low* and before *high*, or `NO_DAY`."""
        found = np.flatnonzero(low < high)
        day = np.full(len(low), NO_DAY, dtype=np.int64)
        key = self._keys[low[found]].astype(np.int64)
        day[found] = key - (found + first_code) * self._space.span + self._space.lowest
        return day

    def proven_between(
        self, low: Positions, high: Positions, before: ArrayLike, first_code: int = 0
    ) -> tuple[Positions, Days]:
        """Return the count, and the day of the first, of events proven before each person's day.

        Parameters
        ----------
        low, high : ndarray of int
            From `positions`, for people from *first_code* on.
        before : array_like of int
            First day on which a proof comes too late, `NO_DAY` for never too late.

        Raises
        ------
        ValueError
            If the index was built without ``proof_day``.
        """
        if self._proof is None:
            raise ValueError("the index was built without `proof_day`")
        limit = np.minimum(np.asarray(before, dtype=np.int64), NO_DAY).astype(np.int32)
        start, stop = (int(low.min()), int(high.max())) if len(low) else (0, 0)
        person = self._keys[start:stop] // self._keys.dtype.type(self._space.span)
        in_time = self._proof[start:stop] < limit[person.astype(np.int64) - first_code]
        running = np.zeros(stop - start + 1, dtype=np.int64)
        np.cumsum(in_time, out=running[1:])
        places = np.flatnonzero(in_time) + start
        before_low = running[low - start]
        count: Positions = running[np.maximum(high, low) - start] - before_low
        found = count > 0
        # The first proven event at or after `low` comes next after those that stand before it.
        first = low.copy()
        first[found] = places[before_low[found]]
        return count, self.first_between(first, first + found, first_code)


def _sorted_together(keys: Keys, proof: NDArray[np.int32]) -> tuple[Keys, NDArray[np.int32]]:
    """Return both in the order of the keys; among equal keys the order does not matter."""
    known = proof[proof != NO_DAY]
    lowest, highest = (int(known.min()), int(known.max())) if known.size else (0, 0)
    never = highest - lowest + 1
    bits = never.bit_length()
    if int(keys.max()).bit_length() + bits > 63:
        order = np.argsort(keys)
        return keys[order], proof[order]
    # The day of proof rides in the low bits: sorting values is three times as fast as an order.
    packed = keys.astype(np.int64)
    packed <<= bits
    for at in range(0, len(packed), BLOCK):
        here = proof[at : at + BLOCK]
        packed[at : at + BLOCK] |= np.where(here == NO_DAY, never, here.astype(np.int64) - lowest)
    packed.sort()
    for at in range(0, len(packed), BLOCK):
        both = packed[at : at + BLOCK]
        late = both & ((1 << bits) - 1)
        proof[at : at + BLOCK] = np.where(late == never, NO_DAY, late + lowest)
        keys[at : at + BLOCK] = both >> bits
    return keys, proof
