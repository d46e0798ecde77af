"""How many ways of dealing people into two groups give which sum of scores: exactly."""

from __future__ import annotations

from math import comb

import numpy as np

from dipoutcomes.survival._counts import Floats, Integers

#: Sums that one half of the scores may have; beyond it the exact test is not offered.
MOST_SUMS = 1 << 21
_Half = tuple[Floats, Integers, Floats]


def can_enumerate(scores: Floats) -> bool:
    """Return whether both halves of the scores have few enough sums."""
    times = _distinct(scores)[1]
    if comb(len(scores), len(scores) // 2) > 2**53:  # ways must stay exact as floats
        return False
    return max(_sums_of(times[half]) for half in _halves(times)) <= MOST_SUMS


def tail_share(scores: Floats, drawn: int, low: float, high: float) -> float:
    """Return the share of draws of *drawn* scores whose sum is at most *low* or at least *high*.

    Every sum of one half of the scores meets, by binary search, the sums of the other half that
    take it beyond a bound: 2^(n/2) sums and not 2^n, and fewer where scores are tied.
    """
    values, times = _distinct(scores)
    left, right = (_enumerate(values[half], times[half]) for half in _halves(times))
    ways = 0.0
    for size in np.unique(left[1]):
        other = right[1] == drawn - size
        if not other.any():
            continue
        mine = left[1] == size
        order = np.argsort(right[0][other])
        sums = right[0][other][order]
        running = np.append(0.0, right[2][other][order].cumsum())
        below = running[np.searchsorted(sums, low - left[0][mine], side="right")]
        above = running[-1] - running[np.searchsorted(sums, high - left[0][mine], side="left")]
        if low >= high:
            below, above = running[-1] + np.zeros_like(below), np.zeros_like(above)
        ways += float(left[2][mine] @ (below + above))
    return ways / comb(len(scores), drawn)


def _distinct(scores: Floats) -> tuple[Floats, Integers]:
    """Return the distinct scores and how many people have each; rounding makes no difference."""
    ordered = np.sort(scores)
    step = 1e-11 * max(float(np.abs(ordered).max()), 1e-300)
    new = np.append(True, np.diff(ordered) > step)
    starts = np.flatnonzero(new)
    return ordered[starts], np.diff(np.append(starts, len(ordered))).astype(np.int64)


def _halves(times: Integers) -> tuple[Integers, Integers]:
    """Return two sets of scores with about as many sums each."""
    halves: tuple[list[int], list[int]] = ([], [])
    sizes = [0.0, 0.0]
    for position in np.argsort(-times):
        smaller = int(sizes[1] < sizes[0])
        halves[smaller].append(int(position))
        sizes[smaller] += float(np.log(times[position] + 1))
    return np.array(halves[0], dtype=np.int64), np.array(halves[1], dtype=np.int64)


def _sums_of(times: Integers) -> float:
    return float(np.prod(times + 1.0))


def _enumerate(values: Floats, times: Integers) -> _Half:
    """Return every sum of some of the scores, how many were taken, and in how many ways."""
    sums, sizes, ways = np.zeros(1), np.zeros(1, dtype=np.int64), np.ones(1)
    for value, most in zip(values, times.tolist(), strict=True):
        taken = np.arange(most + 1)
        each = np.array([float(comb(most, k)) for k in range(most + 1)])
        sums = np.add.outer(sums, value * taken).ravel()
        sizes = np.add.outer(sizes, taken).ravel()
        ways = np.multiply.outer(ways, each).ravel()
    return sums, sizes, ways
