"""Barnard's and Boschloo's exact unconditional tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._hypergeometric import log_probability
from dipoutcomes.intervals._two_samples import (
    Table,
    check_alternative,
    conditional,
    two_sample_p_value,
)
from dipoutcomes.intervals._two_samples.difference import difference_score, wald_parts
from dipoutcomes.intervals._two_samples.shared import Alternative, unbounded
from dipoutcomes.intervals.unconditional._nulls import QUANTITIES
from dipoutcomes.intervals.unconditional._search import TIE_SLACK, probability_bound
from dipoutcomes.intervals.unconditional.p_values import one_by_one

Counts = tuple[int, int, int, int]


def all_tables(n1: int, n2: int) -> Table:
    """Return every table of two groups of these sizes, (n1 + 1, n2 + 1)."""
    i, j = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
    return i, np.full_like(i, n1), j, np.full_like(j, n2)


def barnard_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    statistic: str = "pooled",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of Barnard's exact unconditional test that two groups do not differ.

    Parameters
    ----------
    events_1, n_1 : int or array of int
        Persons of group 1 with the event, and in all; ``0 <= events_1 <= n_1``.
    events_2, n_2 : int or array of int
        The same for group 2; all four broadcast.
    statistic : {"pooled", "unpooled"}
        The variance of the z that orders the tables.
    alternative : {"two-sided", "greater", "less"}
        "greater": the event is more frequent in group 1. Two-sided by the size of z.

    Returns
    -------
    float or array
        1 where a group is empty. Never smaller than the true maximum over the common proportion,
        and above it by less than one part in 10^9.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside the range given above, or there are more than 300,000
        possible tables.

    Notes
    -----
    Tables whose z equals the observed one but for rounding are counted (SciPy's
    ``barnard_exact`` loses some of them, and its p-values are then too small). With "unpooled" a
    z without variance counts as infinite unless the groups are equal.

    References
    ----------
    .. [1] Barnard, G. A. (1947). Biometrika 34, 123-138.
    .. [2] Suissa, S. and Shuster, J. J. (1985). Journal of the Royal Statistical Society A 148,
       317-327.

    Examples
    --------
    >>> round(barnard_p_value(9, 10, 3, 10), 5)
    0.00796
    """
    kind = check_choice("statistic", statistic, ("pooled", "unpooled"))
    check_alternative(alternative)

    def answer(counts: Counts) -> tuple[float]:
        x1, n1, x2, n2 = counts
        tables = all_tables(n1, n2)
        if kind == "pooled":
            z = unbounded(difference_score(tables, np.zeros_like(tables[0]), corrected=False))
        else:
            gap, error = wald_parts(tables)
            safe = np.where(error > 0, error, 1.0)
            z = np.where(error > 0, gap / safe, np.where(gap == 0, 0.0, np.copysign(np.inf, gap)))
        if alternative == "two-sided":
            z = np.abs(z)
        elif alternative == "less":
            z = -z
        own = z[x1, x2]
        limit = own - TIE_SLACK * abs(own) if np.isfinite(own) else own
        return (_largest(z >= limit),)

    def p_value(table: Table) -> FloatArray:
        return one_by_one(table, answer)[0]

    return two_sample_p_value(p_value, (events_1, n_1, events_2, n_2))


def boschloo_p_value(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    kind: str = "central",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of Boschloo's exact unconditional test that two groups do not differ.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`barnard_p_value`.
    kind : {"central", "minlike"}
        Two-sided only: "central" doubles the smaller one-sided p-value (SciPy, exact2x2);
        "minlike" orders tables by the two-sided minlike Fisher p-value (R Exact). They differ.
    alternative : {"two-sided", "greater", "less"}
        "greater": the event is more frequent in group 1.

    Returns
    -------
    float or array
        As :func:`barnard_p_value`.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If an argument lies outside its range, or there are more than 300,000 possible tables.

    Notes
    -----
    Fisher's p-value serves as the statistic, so the one-sided test is never less powerful than
    Fisher's. The one to use for a test alone when only the group sizes are fixed.

    References
    ----------
    .. [1] Boschloo, R. D. (1970). Statistica Neerlandica 24, 1-35.

    Examples
    --------
    >>> round(boschloo_p_value(21, 28, 13, 29), 4)
    0.0221
    >>> round(boschloo_p_value(21, 28, 13, 29, kind="minlike"), 4)
    0.0238
    """
    order = check_choice("kind", kind, ("central", "minlike"))
    check_alternative(alternative)

    def one(counts: Counts, fisher: FloatArray) -> float:
        limit = fisher[counts[0], counts[2]] * (1 + TIE_SLACK)
        return _largest(fisher <= limit)

    def answer(counts: Counts) -> tuple[float]:
        fisher = _fisher_of_all(counts[1], counts[3])
        if alternative == "two-sided" and order == "central":
            both = one(counts, fisher["greater"]), one(counts, fisher["less"])
            return (min(1.0, 2 * min(both)),)
        return (one(counts, fisher[alternative]),)

    def p_value(table: Table) -> FloatArray:
        return one_by_one(table, answer)[0]

    return two_sample_p_value(p_value, (events_1, n_1, events_2, n_2))


def _fisher_of_all(n1: int, n2: int) -> dict[str, FloatArray]:
    """Return Fisher's p-values, on each side and minlike, of every table of these group sizes."""
    i, j = np.indices((n1 + 1, n2 + 1))
    # A row for each number of events in all: with the margins kept, one distribution.
    events, first = np.indices((n1 + n2 + 1, n1 + 1), dtype=np.float64)
    drawn, size = np.full_like(events, n1), np.full_like(events, n1 + n2)
    chance = np.exp(log_probability(first, drawn, events, size))
    chance = chance / chance.sum(axis=1, keepdims=True)
    minlike = np.empty_like(chance)
    for row, answer in zip(chance, minlike, strict=True):
        ranked = np.sort(row)
        place = np.searchsorted(ranked, row * (1 + conditional.TIE_SLACK), side="right")
        answer[:] = np.append(0.0, np.cumsum(ranked))[place]
    found = {
        "less": np.cumsum(chance, axis=1),
        "greater": np.cumsum(chance[:, ::-1], axis=1)[:, ::-1],
        "two-sided": minlike,
    }
    return {name: np.minimum(p, 1.0)[i + j, i] for name, p in found.items()}


def _largest(tables: NDArray[np.bool_]) -> float:
    return probability_bound(QUANTITIES["difference"], 0.0, tables)
