"""The comparison people sorted once by stratum and score, and where each treated person falls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Comparison people in levels of equal score; people of a level in the order of the rows.

    Parameters
    ----------
    order : ndarray of int, shape (m,)
        Positions in the arrays given, level after level.
    starts : ndarray of int, shape (levels + 1,)
        Where each level begins in *order*; the last is m.
    score : ndarray of float, shape (levels,)
    keys : ndarray, shape (levels,)
        What is searched: the score, or with strata stratum + score * i.
    """

    order: Ints
    starts: Ints
    score: Floats
    keys: NDArray[np.inexact]
    stratum: Ints | None

    @classmethod
    def of(cls, score: Floats, stratum: Ints | None = None) -> Pool:
        """Return the pool of people with these scores (finite) and strata (codes from 0)."""
        if stratum is None:
            order = np.argsort(score, kind="stable")
        else:
            order = np.lexsort((score, stratum))
        ordered = score[order]
        new = np.empty(len(ordered), dtype=bool)
        new[:1] = True
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        strata = None
        if stratum is not None:
            strata = stratum[order]
            new[1:] |= strata[1:] != strata[:-1]
        first = np.flatnonzero(new)
        levels = ordered[first]
        own = None if strata is None else strata[first]
        return cls(order, np.append(first, len(order)), levels, _keys(levels, own), own)

    def place(self, score: Floats, stratum: Ints | None) -> Ints:
        """Return the first level at or above each score, within its stratum."""
        return np.searchsorted(self.keys, _keys(score, stratum), side="left").astype(np.int64)

    def bounds(self, stratum: Ints | None, n: int) -> tuple[Ints, Ints]:
        """Return the first level of each stratum, and the one after its last."""
        if stratum is None or self.stratum is None:
            return np.zeros(n, dtype=np.int64), np.full(n, len(self.score), dtype=np.int64)
        low = np.searchsorted(self.stratum, stratum, side="left")
        high = np.searchsorted(self.stratum, stratum, side="right")
        return low.astype(np.int64), high.astype(np.int64)


def _keys(score: Floats, stratum: Ints | None) -> NDArray[np.inexact]:
    if stratum is None:
        return score
    keys = np.empty(len(score), dtype=np.complex128)  # ordered by real part, then by imaginary
    keys.real, keys.imag = stratum, score
    return keys
