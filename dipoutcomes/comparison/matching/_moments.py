"""Means and variances of many columns in both groups, before and after, in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_BLOCK = 16_384  # people at a time


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Arrays of shape (2, k): treated, comparison.

    Factors, shape (2,), turn the p (1 - p) of a 0/1 column into its variance.
    """

    mean: Floats
    variance: Floats
    mean_after: Floats
    variance_after: Floats
    factor: Floats
    factor_after: Floats
    binary: Flags

    def column(self, k: int) -> Moments:
        """Return the moments of one column."""
        own = slice(k, k + 1)
        return Moments(
            self.mean[:, own], self.variance[:, own], self.mean_after[:, own],
            self.variance_after[:, own], self.factor, self.factor_after, self.binary[own],
        )  # fmt: skip

    def rest(self, columns: tuple[int, ...]) -> Moments:
        """Return the moments of one less the sum of 0/1 *columns*: of a reference level."""
        own = list(columns)
        # A share of a few in a million has no negative rest but by rounding.
        mean = np.maximum(1 - self.mean[:, own].sum(axis=1, keepdims=True), 0.0)
        after = np.maximum(1 - self.mean_after[:, own].sum(axis=1, keepdims=True), 0.0)
        return Moments(
            mean, mean * (1 - mean) * self.factor[:, None], after,
            after * (1 - after) * self.factor_after[:, None], self.factor, self.factor_after,
            np.ones(1, dtype=bool),
        )  # fmt: skip


def moments(columns: Floats, treated: Flags, weights: Floats) -> Moments:
    """Return moments of each group, unweighted and weighted.

    Parameters
    ----------
    columns : ndarray, shape (n, k)
    treated : ndarray of bool, shape (n,)
    weights : ndarray, shape (n,)
    """
    if not columns.shape[1]:
        raise ValueError("there is no covariate to judge balance on")
    sizes = np.array([treated.sum(), (~treated).sum()])
    if sizes.min() < 2:
        raise ValueError("balance needs at least two people in each group")
    n = len(columns)
    centre = columns[: min(n, _BLOCK)].mean(axis=0)  # near the mean: squares lose no digits
    first, second = np.zeros((4, columns.shape[1])), np.zeros((4, columns.shape[1]))
    binary = np.ones(columns.shape[1], dtype=bool)
    by = np.empty((4, n))
    by[0], by[1] = treated, ~treated
    by[2], by[3] = by[0] * weights, by[1] * weights
    for start in range(0, n, _BLOCK):
        part = slice(start, start + _BLOCK)
        table = columns[part]
        for k in np.flatnonzero(binary):
            column = table[:, k]
            binary[k] = bool(np.all((column == 0) | (column == 1)))
        table = table - centre
        first += by[:, part] @ table
        np.multiply(table, table, out=table)
        second += by[:, part] @ table
    total, squares = by.sum(axis=1), (by * by).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = first / total[:, None]
        spread = second / total[:, None] - mean**2
        left = 1 - squares / total**2
        factor = np.where(left > 0, 1 / left, np.nan)  # one person has no variance
        variance = np.maximum(spread, 0.0) * factor[:, None]
    mean = mean + centre
    return Moments(mean[:2], variance[:2], mean[2:], variance[2:], factor[:2], factor[2:], binary)
