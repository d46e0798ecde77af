"""Nearest neighbours and everybody within a radius, where people may be used again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison.matching._pool import Pool

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_CELLS = 2_000_000  # of one block: keeps the memory linear in people whatever the ratio


def nearest_pairs(
    pool: Pool, score: Floats, stratum: Ints | None, *, caliper: float, ratio: int
) -> tuple[Ints, Ints]:
    """Return (treated, comparison) positions: the *ratio* nearest of each, nearest first.

    At equal distance the one who stands first in the rows goes first; nobody is further than
    *caliper*.
    """
    place = pool.place(score, stratum)
    low, high = pool.bounds(stratum, len(score))
    starts = pool.starts
    # The k nearest are among the k next above and the k next below. Below, a level is walked from
    # its last place: so it is turned round, for its people to come in the order of the rows.
    level = np.repeat(np.arange(len(pool.score)), np.diff(starts))
    turned = pool.order[starts[level] + starts[level + 1] - 1 - np.arange(len(level))]
    straight = pool.order
    own = pool.score[level]
    step = np.arange(ratio)
    found: list[tuple[Ints, Ints]] = []
    size = max(_CELLS // (2 * ratio), 1)
    for first in range(0, len(score), size):
        part = slice(first, first + size)
        here = score[part, None]
        above = starts[place[part], None] + step
        below = starts[place[part], None] - 1 - step
        allowed = np.hstack([above < starts[high[part], None], below >= starts[low[part], None]])
        above, below = (np.clip(x, 0, max(len(level) - 1, 0)) for x in (above, below))
        if not len(level):
            continue
        distance = np.hstack([own[above] - here, here - own[below]])
        distance[~allowed | (distance > caliper)] = np.inf
        row = np.hstack([straight[above], turned[below]])
        best = np.lexsort((row, distance), axis=-1)[:, :ratio]
        distance = np.take_along_axis(distance, best, axis=1)
        row = np.take_along_axis(row, best, axis=1)
        who, which = np.nonzero(np.isfinite(distance))
        found.append((who + first, row[who, which]))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def radius_weights(
    pool: Pool, score: Floats, stratum: Ints | None, *, radius: float
) -> tuple[Ints, Floats, Ints]:
    """Return matches of each treated person; weight and times used of each comparison person.

    A treated person's matches are all whose score differs by less than *radius*, and each of them
    gets an equal part of the treated person's weight of 1.
    """
    first, last = _reach(pool, score, stratum, radius)
    matches = pool.starts[last] - pool.starts[first]
    order = np.argsort(score, kind="stable")
    if stratum is not None:
        order = np.lexsort((score, stratum))
    share = np.divide(1.0, matches, out=np.zeros(len(matches)), where=matches > 0)[order]
    running = np.concatenate([[0.0], np.cumsum(share)])
    # Along the treated in order of their scores both ends of the reach rise: so those who reach a
    # level stand side by side, and a sum over them is a difference of two running totals.
    levels = np.arange(len(pool.score))
    begin = np.searchsorted(last[order], levels, side="right")
    end = np.searchsorted(first[order], levels, side="right")
    size = np.diff(pool.starts)
    weights = np.zeros(len(pool.order))
    used = np.zeros(len(pool.order), dtype=np.int64)
    weights[pool.order] = np.repeat(running[end] - running[begin], size)
    used[pool.order] = np.repeat(end - begin, size)
    return matches, weights, used


def _reach(pool: Pool, score: Floats, stratum: Ints | None, radius: float) -> tuple[Ints, Ints]:
    """Return the first level nearer than *radius*, and the one after the last.

    A search for ``score - radius`` errs by a rounding where a level is just *radius* away; the
    difference of the two scores decides, as in the definition.
    """
    low, high = pool.bounds(stratum, len(score))
    first = np.clip(pool.place(score - radius, stratum), low, high)
    first = _settle(first, low, high, lambda at, who: score[who] - pool.score[at] < radius)
    last = np.clip(pool.place(score + radius, stratum), first, high)
    last = _settle(last, first, high, lambda at, who: pool.score[at] - score[who] >= radius)
    return first, last


def _settle(
    guess: Ints, low: Ints, high: Ints, holds: Callable[[Ints, Ints], NDArray[np.bool_]]
) -> Ints:
    """Return the first level from *low* where *holds* is true; it stays true from there on."""
    place = guess.copy()
    moving = np.arange(len(place))
    while len(moving):
        down = moving[place[moving] > low[moving]]
        down = down[holds(place[down] - 1, down)]
        up = moving[place[moving] < high[moving]]
        up = up[~holds(place[up], up)]
        place[down] -= 1
        place[up] += 1
        moving = np.concatenate([down, up])
    return place
