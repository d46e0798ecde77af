"""Coverage along the true proportion, ready for a figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.intervals._common import FloatArray, find_method
from dipoutcomes.intervals.coverage.one_sample import miss_rates_at
from dipoutcomes.intervals.finite_population import FINITE_POPULATION_METHODS
from dipoutcomes.intervals.proportion import PROPORTION_METHODS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverageCurve:
    """The exact coverage of one method at every true proportion of a grid.

    Parameters
    ----------
    method : str
        As a report prints it.
    n : int
    population : int or None
    confidence_level : float
        Nominal.
    truth : ndarray, shape (g,)
        Proportions; with *population*, every share it can have.
    coverage, miss_below, miss_above : ndarray, shape (g,)
        They add up to 1 at each truth.
    """

    method: str
    n: int
    population: int | None
    confidence_level: float
    truth: FloatArray
    coverage: FloatArray
    miss_below: FloatArray
    miss_above: FloatArray

    def __str__(self) -> str:
        worst = int(np.argmin(self.coverage))
        return (
            f"{self.method}, {self.n} persons: coverage from {self.coverage.min():.4f} "
            f"(at {self.truth[worst]:.3f}) to {self.coverage.max():.4f}"
        )


def coverage_curve(
    n: int,
    *,
    method: str = "recommended",
    population: int | None = None,
    confidence_level: float = 0.95,
    points: int = 1_001,
) -> CoverageCurve:
    """Return the exact coverage of a method along the true proportion.

    Parameters
    ----------
    n : int
        Persons in the sample, at least 1.
    method : str, default "recommended"
        A name of ``METHODS["proportion"]``, or with *population* of
        ``METHODS["finite_population"]``.
    population : int, optional
        Persons in the frame; the curve then has a point for each share it can have.
    confidence_level : float, default 0.95
        Nominal, strictly between 0 and 1.
    points : int, default 1,001
        Truths, evenly spread over [0, 1], where there is no *population*.

    Returns
    -------
    CoverageCurve

    Examples
    --------
    >>> print(coverage_curve(28, method="clopper_pearson", points=101))
    exact (Clopper-Pearson), 28 persons: coverage from 0.9518 (at 0.370) to 1.0000
    """
    n, level = check_count("n", n, minimum=1), check_confidence_level(confidence_level)
    if population is None:
        known = find_method(PROPORTION_METHODS, method)
        truth = np.linspace(0, 1, check_count("points", points, minimum=2))
    else:
        known = find_method(FINITE_POPULATION_METHODS, method)
        size = check_count("population", population, minimum=n)
        truth = np.arange(size + 1.0) / size
    below, above = miss_rates_at(
        truth, n, method=known.name, population=population, confidence_level=level
    )
    return CoverageCurve(
        method=known.title,
        n=n,
        population=population,
        confidence_level=level,
        truth=truth,
        coverage=1 - below - above,
        miss_below=below,
        miss_above=above,
    )
