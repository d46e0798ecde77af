"""Nearest neighbours without replacement: each in turn takes the nearest who is still free."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison.matching._pool import Pool

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def greedy_pairs(
    pool: Pool,
    score: Floats,
    stratum: Ints | None,
    turns: Ints,
    *,
    caliper: float,
    ratio: int,
) -> tuple[Ints, Ints]:
    """Return (treated, comparison) positions of the pairs, in the order in which they were made.

    Everybody in *turns* takes the nearest free comparison person of their stratum, if that one is
    no further than *caliper*; at equal distance the one who stands first in the rows. With a
    *ratio* above 1 there are as many rounds, so that all have a first before any has a second.

    The pool is walked from each person's own place to both sides over a chain of levels that are
    used up (union-find with halved paths), so that the whole costs n log n and no matrix is made.
    """
    place = pool.place(score, stratum)
    low, high = pool.bounds(stratum, len(score))
    walk = _Walk(pool)
    waiting = turns.tolist()
    # Lists: single look-ups in an array cost four times as much.
    scores, places, lows, highs = (a.tolist() for a in (score, place, low, high))
    made: list[int] = []
    taken: list[int] = []
    for _ in range(ratio):
        served = []
        for i in waiting:
            level = walk.nearest(scores[i], places[i], lows[i], highs[i], caliper)
            if level >= 0:
                served.append(i)
                taken.append(walk.take(level))
        made += served
        waiting = served  # who found nobody will find nobody later: the pool only shrinks
    order = pool.order
    return np.array(made, dtype=np.int64), order[np.array(taken, dtype=np.int64)]


class _Walk:
    """The free levels of a pool."""

    def __init__(self, pool: Pool) -> None:
        self._score = memoryview(np.ascontiguousarray(pool.score))  # type: ignore[arg-type]
        self._starts = memoryview(np.ascontiguousarray(pool.starts))  # type: ignore[arg-type]
        self._order = pool.order
        self._used: dict[int, int] = {}  # people taken of a level that is not used up
        self._up: dict[int, int] = {}  # a level that is used up: one above it that may be free
        self._down: dict[int, int] = {}

    def nearest(self, score: float, place: int, low: int, high: int, caliper: float) -> int:
        """Return the nearest free level of ``low`` to ``high - 1``; -1 if none is near enough."""
        above = _root(self._up, place) if place in self._up else place
        below = place - 1
        if below in self._down:
            below = _root(self._down, below)
        up = self._score[above] - score if above < high else inf
        down = score - self._score[below] if below >= low else inf
        if up > caliper and down > caliper:
            return -1
        if up < down:
            return above
        if down < up:
            return below
        if up == inf:
            return -1
        return above if self._head(above) < self._head(below) else below

    def _head(self, level: int) -> int:
        return int(self._order[self._starts[level] + self._used.get(level, 0)])

    def take(self, level: int) -> int:
        """Take the first free person of *level*; return their place in the pool's order."""
        used = self._used.get(level, 0)
        place: int = self._starts[level] + used
        if place + 1 == self._starts[level + 1]:
            self._up[level] = level + 1
            self._down[level] = level - 1
        else:
            self._used[level] = used + 1
        return place


def _root(chain: dict[int, int], level: int) -> int:
    """Follow *chain* from *level* to the first that is not in it; halve the path on the way."""
    while (onward := chain.get(level)) is not None:
        further = chain.get(onward)
        if further is None:
            return onward
        chain[level] = further
        level = further
    return level
