"""Periods that lie apart or make up a longer one, and unknowns that sums settle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from dipoutcomes.scorecard.measures.line import Period

#: A row and the period of its count.
Key = tuple[str, Period]
#: More publications than this are not looked at together; a year of months is within it.
MOST_TILES = 12
#: Sets of periods within a longer one that are looked at; a year of months has 4,095.
MOST_SETS = 10_000
_NOUGHT = 1e-9


def lies_in(inner: Period, outer: Period) -> bool:
    """Return whether every day of one period is one of the other."""
    return outer.first <= inner.first and inner.last <= outer.last


def apart(periods: Sequence[Period]) -> Iterator[tuple[Period, ...]]:
    """Yield every set of up to `MOST_TILES` periods that have no day in common."""

    def after(done: tuple[Period, ...], start: int) -> Iterator[tuple[Period, ...]]:
        for k in range(start, len(periods)):
            if done and periods[k].first <= done[-1].last:
                continue
            chosen = (*done, periods[k])
            yield chosen
            if len(chosen) < MOST_TILES:
                yield from after(chosen, k + 1)

    yield from after((), 0)


def tilings(whole: Period, periods: Sequence[Period]) -> Iterator[tuple[Period, ...]]:
    """Yield every way in which shorter periods that follow one another make up *whole*."""
    by_first = defaultdict(list)
    for period in periods:
        if period != whole and whole.first <= period.first and period.last <= whole.last:
            by_first[period.first].append(period)

    def after(done: tuple[Period, ...]) -> Iterator[tuple[Period, ...]]:
        at = done[-1].last + timedelta(days=1) if done else whole.first
        for period in by_first.get(at, ()):
            if period.last == whole.last:
                yield (*done, period)
            elif len(done) < MOST_TILES:
                yield from after((*done, period))

    yield from after(())


def settled(sums: Sequence[Mapping[Key, float]], rest: Sequence[float]) -> dict[Key, float]:
    """Return the unknowns that the sums settle, those that no solution of all sums changes."""
    import numpy as np

    unknown = sorted(
        {key for terms in sums for key in terms}, key=lambda k: (k[0], k[1].first, k[1].last)
    )
    if not unknown:
        return {}
    where = {key: k for k, key in enumerate(unknown)}
    matrix = np.zeros((len(sums), len(unknown)))
    for row, terms in enumerate(sums):
        for key, sign in terms.items():
            matrix[row, where[key]] = sign
    left, size, right = np.linalg.svd(matrix)
    rank = int((size > _NOUGHT).sum())
    found = right[:rank].T @ ((left[:, :rank].T @ np.array(rest)) / size[:rank])
    # A sum that is not kept makes those counts doubtful that it is about, or hangs together with.
    wrong = np.abs(matrix @ found - np.array(rest)) > 1e-6
    doubtful = (np.abs(np.linalg.pinv(matrix)[:, wrong]) > _NOUGHT).any(axis=1)
    free = right[rank:]
    return {
        key: float("nan") if doubtful[k] else float(found[k])
        for key, k in where.items()
        if not (abs(free[:, k]) > _NOUGHT).any()
    }
