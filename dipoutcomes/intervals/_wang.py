"""Wang's admissible limits: the equal-tailed ones, shortened count by count while coverage holds.

The limits of one count depend on those of the others, so a whole sample space is worked out at a
time and kept. The order is Wang's: from the count in the middle to 0, each count with its mirror
image, first the lower limit as far up as the coverage allows and then the upper as far down, but
never beyond the one-sided bounds at the same level.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.special import betainc

from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import FloatArray, Limits
from dipoutcomes.intervals._hypergeometric import equal_tailed_counts
from dipoutcomes.intervals._pmf import log_hypergeometric

MOST_TRIALS = 1000  # of a sample space worked out whole: about a second
MOST_CELLS = 2_000_000  # of the table people in the frame x count
LEAST_LEVEL = 0.5  # below it the one-sided bounds cross the estimate
_SLACK = 1e-12  # of a coverage that equals the level
_GRID = 2.0**53  # limits are multiples of 1 / _GRID, so that 1 - (1 - limit) is the limit


def binomial(x: FloatArray, n: FloatArray, level: float) -> Limits:
    low, high = np.zeros(np.shape(x)), np.ones(np.shape(x))
    for size in np.unique(n):
        rows = n == size
        lower = _binomial_space(int(size), level)
        low[rows] = lower[x[rows].astype(int)]
        high[rows] = 1 - lower[(n - x)[rows].astype(int)]
    return low, high


def hypergeometric(x: FloatArray, n: FloatArray, population: FloatArray, level: float) -> Limits:
    low, high = np.zeros(np.shape(x)), np.ones(np.shape(x))
    for drawn, size in np.unique(np.stack([n.ravel(), population.ravel()]), axis=1).T:
        rows = (n == drawn) & (population == size)
        lower = _hypergeometric_space(int(drawn), int(size), level)
        low[rows] = lower[x[rows].astype(int)]
        high[rows] = size - lower[(n - x)[rows].astype(int)]
    return low, high


@lru_cache(maxsize=64)
def _binomial_space(n: int, level: float) -> FloatArray:
    """Return the lower limits of 0..n; the upper ones are their mirror images."""
    k, size = np.arange(n + 1.0), np.full(n + 1, float(n))
    low = np.floor(_binomial.clopper_pearson(k, size, level)[0] * _GRID) / _GRID
    furthest = np.floor(_binomial.clopper_pearson(k, size, 2 * level - 1)[0] * _GRID) / _GRID

    def between(first: int, last: int, p: float) -> float:
        above = 1.0 if first <= 0 else float(betainc(first, n - first + 1, p))
        return above - (0.0 if last >= n else float(betainc(last + 1, n - last, p)))

    def raised(x: int) -> float:
        """Return how far the lower limit of *x* can go without it and the counts above."""
        place, high = float(low[x]), 1 - low[::-1]
        while place < furthest[x]:
            held = np.flatnonzero(high[:x] > place)
            if not held.size:
                return place
            first = int(held[0])
            end = min(float(furthest[x]), float(high[first]))
            place, stopped = _as_far_as(lambda p: between(first, x - 1, p), level, place, end)  # noqa: B023
            if stopped:
                return place
        return place

    def lowered(x: int) -> float:
        """Return how far the upper limit of *x* can go without it and the counts below."""
        place, bottom = float(1 - low[n - x]), float(1 - furthest[n - x])
        while place > bottom:
            # Beyond one half the mirror image of x is left out as well.
            stop = n + 1 if place > 0.5 else n - x
            held = np.flatnonzero(low[x + 1 : stop] < place) + x + 1
            if not held.size:
                return place
            last = int(held[-1])
            end = max(bottom, float(low[last]), 0.5 if place > 0.5 else 0.0)
            place, stopped = _as_far_as(lambda p: between(x + 1, last, p), level, place, end)  # noqa: B023
            if stopped:
                return place
        return place

    for x in range(n // 2, -1, -1):
        # Limits that meet must meet exactly, or a gap of 1e-17 between them would cover nothing.
        low[x] = np.floor(raised(x) * _GRID) / _GRID
        middle = 2 * x == n
        stop = n + 1 if middle else max(n - x, x + 2)
        low[x + 1 : stop] = np.maximum(low[x + 1 : stop], low[x])
        if not middle:
            low[n - x :] = np.maximum(low[n - x :], 1 - np.ceil(lowered(x) * _GRID) / _GRID)
    low[0] = 0.0
    low.flags.writeable = False
    return low


def _as_far_as(
    coverage: Callable[[float], float], level: float, start: float, end: float
) -> tuple[float, bool]:
    """Return how far one can go from *start* towards *end* before *coverage* falls below *level*.

    Along the way the counts that cover stay the same, so the coverage rises and then falls. The
    second value says whether the way ended before *end*.
    """
    if coverage(start) < level - _SLACK:
        return start, True
    if coverage(end) >= level - _SLACK:
        return end, False
    good, bad = start, end
    while abs(bad - good) > 1e-15:
        middle = (good + bad) / 2
        if middle in {good, bad}:
            break
        good, bad = (middle, bad) if coverage(middle) >= level else (good, middle)
    return good, True


@lru_cache(maxsize=64)
def _hypergeometric_space(n: int, population: int, level: float) -> FloatArray:
    """Return the lower limits of 0..n in people; the upper ones are their mirror images."""
    k, drawn = np.arange(n + 1.0), np.full(n + 1, float(n))
    size = np.full(n + 1, float(population))
    low = equal_tailed_counts(k, drawn, size, level)[0]
    furthest = equal_tailed_counts(k, drawn, size, 2 * level - 1)[0]
    marked = np.arange(population + 1.0)[:, None]
    chance = np.exp(log_hypergeometric(k, drawn, marked, size))
    held = (low <= marked) & (marked <= population - low[::-1])
    coverage = (chance * held).sum(axis=1)

    def let_go(x: int, place: int) -> bool:
        """Leave *x* out at *place*, and its mirror image; put them back if that is too much."""
        pairs = {(place, x), (population - place, n - x)}
        for at, count in pairs:
            coverage[at] -= chance[at, count]
        fits = all(coverage[at] >= level - _SLACK for at, _ in pairs)
        for at, count in pairs if not fits else ():
            coverage[at] += chance[at, count]
        return fits

    for x in range(n // 2, -1, -1):
        place = int(low[x])
        while place < furthest[x] and let_go(x, place):
            place += 1
        low[x] = place
        if 2 * x == n:
            continue
        place = int(population - low[n - x])
        while place > population - furthest[n - x] and let_go(x, place):
            place -= 1
        low[n - x] = population - place
    low.flags.writeable = False
    return low
