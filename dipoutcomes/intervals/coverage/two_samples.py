"""Exact coverage for two independent proportions, over the square of their truths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals.coverage.one_sample import _binomial_probabilities
from dipoutcomes.intervals.coverage.surface import CoverageSurface
from dipoutcomes.intervals.difference import difference_interval
from dipoutcomes.intervals.odds_ratio import odds_ratio_interval
from dipoutcomes.intervals.ratio import ratio_interval

_SLACK = 1e-12  # rounding in the truth must not exclude a limit that it equals


def _ratio(p_1: FloatArray, p_2: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(p_1 / p_2)


_TARGETS: dict[str, tuple[Callable[..., Any], Callable[[FloatArray, FloatArray], FloatArray]]] = {
    "difference": (difference_interval, lambda p_1, p_2: p_1 - p_2),
    "ratio": (ratio_interval, _ratio),
    "odds_ratio": (odds_ratio_interval, lambda p_1, p_2: _ratio(p_1 * (1 - p_2), p_2 * (1 - p_1))),
}


def two_sample_coverage(
    n_1: int,
    n_2: int,
    *,
    quantity: str = "difference",
    method: str = "recommended",
    confidence_level: float = 0.95,
    points: int = 41,
) -> CoverageSurface:
    """Return the exact coverage of a method for two groups at every pair of true proportions.

    Parameters
    ----------
    n_1, n_2 : int
        Persons in each group, at least 1.
    quantity : {"difference", "ratio", "odds_ratio"}
        What the interval is for.
    method : str, default "recommended"
        A name of ``METHODS[quantity]``.
    confidence_level : float, default 0.95
        Nominal, strictly between 0 and 1.
    points : int, default 41
        Truths a side: the middles of so many equal stretches of (0, 1).

    Returns
    -------
    CoverageSurface
        ``nan`` nowhere: both truths lie inside (0, 1).

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    Every one of the (n_1 + 1)(n_2 + 1) tables is enumerated. Coverage jumps where the truth meets
    a limit, so between the points of the grid it may be lower than the minimum shown.

    Examples
    --------
    >>> print(two_sample_coverage(10, 10, method="newcombe", points=21))
    Newcombe hybrid score, 10 against 10 persons, nominal 95%: coverage at least 0.8947 ...
    """
    n_1, n_2 = check_count("n_1", n_1, minimum=1), check_count("n_2", n_2, minimum=1)
    level = check_confidence_level(confidence_level)
    ask, truth_of = _TARGETS[check_choice("quantity", quantity, tuple(_TARGETS))]
    grid = (np.arange(check_count("points", points, minimum=2)) + 0.5) / points
    x_1, x_2 = (
        a.ravel() for a in np.meshgrid(np.arange(n_1 + 1), np.arange(n_2 + 1), indexing="ij")
    )
    found = ask(x_1, n_1, x_2, n_2, method=method, confidence_level=level)
    chance_1, chance_2 = _binomial_probabilities(n_1, grid), _binomial_probabilities(n_2, grid)
    shape = (n_1 + 1, n_2 + 1)
    low, high = found.low.reshape(shape), found.high.reshape(shape)
    width = high - low  # one table without a limit makes the expected width infinite everywhere
    expected = chance_1 @ width @ chance_2.T if np.isfinite(width).all() else np.inf
    coverage = np.empty((points, points))
    for i, p in enumerate(grid):  # a row of the grid at a time bounds the memory
        truth = truth_of(np.asarray(p), grid)[:, None, None]
        held = (low - _SLACK <= truth) & (truth <= high + _SLACK)
        coverage[i] = np.einsum("a,gab,gb->g", chance_1[i], held, chance_2)
    return CoverageSurface(
        method=found.method,
        design=f"{n_1:,} against {n_2:,} persons",
        confidence_level=level,
        first=grid,
        second=grid,
        coverage=coverage,
        width=np.broadcast_to(expected, coverage.shape),
    )
