"""Sums over samples of people drawn with replacement, fast and in little memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DRAWS_AT_ONCE = 60_000  # what the processor's own memory holds
_HALF = 2**31  # two sums below this share one integer


def resampled_sums(
    columns: list[Floats], replicates: int, rng: np.random.Generator
) -> list[Floats]:
    """Return the sums of each column over *replicates* samples as large as the data.

    Parameters
    ----------
    columns : list of ndarray, each of shape (n,)
        One element a person. Whole numbers from 0 are packed two to an integer, which halves the
        look-ups; a column that is the same for everybody needs none.
    replicates : int
    rng : numpy.random.Generator

    Returns
    -------
    list of ndarray, each of shape (replicates,)
    """
    n = len(columns[0])
    sums: list[Floats] = [np.full(replicates, n * column[0]) for column in columns]
    vary = [i for i, column in enumerate(columns) if np.any(column != column[0])]
    whole = [i for i in vary if _is_whole(columns[i])]
    packs = [whole[i : i + 2] for i in range(0, len(whole), 2)]
    packs += [[i] for i in vary if i not in whole]
    tables = [_pack([columns[i] for i in pack]) for pack in packs]
    rows = max(1, _DRAWS_AT_ONCE // n)
    for first in range(0, replicates, rows):
        size = min(rows, replicates - first)
        for pack, totals in zip(packs, _draw(tables, size, n, rng), strict=True):
            for position, total in zip(pack, _unpack(totals, len(pack)), strict=True):
                sums[position][first : first + size] = total
    return sums


def _is_whole(column: Floats) -> bool:
    return bool(
        column.min() >= 0 and len(column) * column.max() < _HALF and np.all(column % 1 == 0)
    )


def _pack(columns: list[Floats]) -> NDArray[np.int64] | Floats:
    if not _is_whole(columns[0]):
        return columns[0]
    table = columns[0].astype(np.int64)
    return table + (columns[1].astype(np.int64) << 32) if len(columns) == 2 else table


def _unpack(totals: NDArray[np.int64] | Floats, count: int) -> list[Floats]:
    if count == 1:
        return [np.asarray(totals, dtype=np.float64)]
    whole = totals.astype(np.int64)
    return [(whole & (2**32 - 1)).astype(np.float64), (whole >> 32).astype(np.float64)]


def _draw(
    tables: list[NDArray[np.int64] | Floats], size: int, n: int, rng: np.random.Generator
) -> list[NDArray[np.int64] | Floats]:
    """Return the sums of each table over *size* samples."""
    chosen = rng.integers(0, n, size * n)
    found = []
    for table in tables:
        drawn = np.empty(size * n, dtype=table.dtype)
        np.take(table, chosen, out=drawn, mode="clip")  # without a copy for checks of range
        found.append(drawn.reshape(size, n).sum(axis=1))
    return found
