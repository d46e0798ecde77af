"""Exact coverage for a difference of paired proportions, over the truths before and after."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlogy

from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals.coverage.surface import CoverageSurface
from dipoutcomes.intervals.paired import paired_difference_interval

_MOST_TABLES = 50_000  # n = 64
_SLACK = 1e-12


def paired_coverage(
    n: int,
    *,
    odds_ratio: float = 1.0,
    method: str = "recommended",
    confidence_level: float = 0.95,
    points: int = 21,
) -> CoverageSurface:
    """Return the exact coverage of a paired difference at every pair of true proportions.

    Parameters
    ----------
    n : int
        Pairs: people seen before and after, from 1 to 64.
    odds_ratio : float, default 1
        How strongly the two go together in the same person: 1 is not at all, 5 is usual for
        offending before and after.
    method : str, default "recommended"
        A name of ``METHODS["paired_difference"]``.
    confidence_level : float, default 0.95
        Nominal, strictly between 0 and 1.
    points : int, default 21
        Truths a side: the middles of so many equal stretches of (0, 1).

    Returns
    -------
    CoverageSurface
        Truths of the first member (before) down, of the second (after) across; the interval is for
        first minus second.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    Every table of four cells with *n* pairs is enumerated: 4,495 for 28 pairs. The probability of
    both follows from the two margins and the odds ratio [1]_.

    References
    ----------
    .. [1] Plackett, R. L. (1965). Journal of the American Statistical Association 60, 516-522.

    Examples
    --------
    >>> surface = paired_coverage(10, method="tango", points=5)
    >>> round(surface.minimum, 3), surface.coverage.shape
    (0.947, (5, 5))
    """
    n = check_count("n", n, minimum=1)
    level = check_confidence_level(confidence_level)
    if not (np.isfinite(odds_ratio) and odds_ratio > 0):
        raise ValueError(f"`odds_ratio` must be a number above 0; got {odds_ratio}")
    cells = _all_tables(n)
    if len(cells) > _MOST_TABLES:
        raise ValueError("`n` must be at most 64: beyond that use simulate_coverage")
    found = paired_difference_interval(*cells.T, method=method, confidence_level=level)
    log_ways = gammaln(n + 1) - gammaln(cells + 1).sum(axis=1)
    grid = (np.arange(check_count("points", points, minimum=2)) + 0.5) / points
    coverage, width = (np.empty((points, points)) for _ in range(2))
    for i, before in enumerate(grid):
        for j, after in enumerate(grid):
            truth = _cell_probabilities(before, after, odds_ratio)
            chance = np.exp(log_ways + xlogy(cells, truth).sum(axis=1))
            held = (found.low - _SLACK <= before - after) & (before - after <= found.high + _SLACK)
            coverage[i, j] = chance @ held
            width[i, j] = chance @ found.width
    return CoverageSurface(
        method=found.method,
        design=f"{n:,} pairs, odds ratio {odds_ratio:g}",
        confidence_level=level,
        first=grid,
        second=grid,
        coverage=coverage,
        width=width,
    )


def _all_tables(n: int) -> FloatArray:
    """Return every table (both, first only, second only, neither) of n pairs, one a row."""
    both, first, second = np.indices((n + 1, n + 1, n + 1)).reshape(3, -1)
    kept = both + first + second <= n
    cells = np.stack([both, first, second, n - both - first - second], axis=1)[kept]
    return np.asarray(cells)


def _cell_probabilities(before: float, after: float, odds_ratio: float) -> FloatArray:
    """Return the four cells that have these margins and this odds ratio (Plackett)."""
    if odds_ratio == 1:
        both = before * after
    else:
        total = 1 + (before + after) * (odds_ratio - 1)
        root = np.sqrt(total**2 - 4 * odds_ratio * (odds_ratio - 1) * before * after)
        both = (total - root) / (2 * (odds_ratio - 1))
    return np.array([both, before - both, after - both, 1 - before - after + both])
