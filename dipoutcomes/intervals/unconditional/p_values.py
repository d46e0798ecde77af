"""P-values of the exact unconditional tests behind the exact intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._two_samples import Table
from dipoutcomes.intervals.unconditional._nulls import QUANTITIES
from dipoutcomes.intervals.unconditional._search import Problem

_MOST_TABLES = 300_000


def one_by_one(
    table: Table, answer: Callable[[tuple[int, int, int, int]], tuple[float, ...]]
) -> tuple[FloatArray, ...]:
    """Return what *answer* gives for each table, each different one asked once."""
    shape = np.shape(table[0])
    rows = np.stack([np.ravel(v) for v in table], axis=1).astype(np.int64)
    if rows.size and int(((rows[:, 1] + 1) * (rows[:, 3] + 1)).max()) > _MOST_TABLES:
        raise ValueError(
            f"exact unconditional methods enumerate (n_1 + 1)(n_2 + 1) tables, at most "
            f"{_MOST_TABLES:,}; in groups of this size score methods are as good"
        )
    different, place = np.unique(rows, axis=0, return_inverse=True)
    found = [answer((int(a), int(b), int(c), int(d))) for a, b, c, d in different]
    # Of no tables there are no answers to see how many numbers each has: one table is asked.
    width = len(found[0]) if found else len(answer((0, 1, 0, 1)))
    columns = np.array(found, dtype=np.float64).reshape(len(different), width).T
    return tuple(column[place.ravel()].reshape(shape) for column in columns)


def exact_p_values(
    quantity: str, table: Table, null: float, alternative: str, *, central: bool
) -> FloatArray:
    """Return exact p-values at *null* (for ratios t = ratio / (1 + ratio)).

    *central* doubles the smaller one-sided p-value (Chan and Zhang); otherwise tables are ordered
    by the squared score (Agresti and Min).
    """

    def answer(counts: tuple[int, int, int, int]) -> tuple[float]:
        problem = Problem(QUANTITIES[quantity], counts)
        if alternative != "two-sided" or not central:
            return (problem.p_value(null, alternative),)
        sides = (problem.p_value(null, "greater"), problem.p_value(null, "less"))
        return (min(1.0, 2 * min(sides)),)

    return one_by_one(table, answer)[0]
