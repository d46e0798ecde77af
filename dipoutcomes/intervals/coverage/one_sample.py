"""How often a method's interval holds the truth: exactly, by enumerating every sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betainc, gammaln, xlog1py, xlogy

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.intervals._common import FloatArray
from dipoutcomes.intervals._hypergeometric import log_probability
from dipoutcomes.intervals.finite_population import finite_population_interval
from dipoutcomes.intervals.proportion import proportion_interval
from dipoutcomes.results import IntervalArray

_SLACK = 1e-9  # a limit is a count over the population: rounding must not exclude it
_MOST_CELLS = 50_000_000  # of the table population x sample: 0.4 GB at a time, some seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The exact coverage of a method at one sample size.

    Parameters
    ----------
    method : str
        As a report prints it.
    n : int
        Persons in the sample.
    population : int or None
        Persons in the frame; ``None`` for a binomial sample.
    confidence_level : float
        Nominal.
    minimum : float
        The lowest coverage of any truth (for a binomial sample the infimum).
    minimum_at : float
        The proportion at which it is found, or which it approaches.
    mean : float
        Over all proportions, each counted alike.
    mean_width : float
        The expected width of the interval, a proportion, on the same average.
    mean_miss_below, mean_miss_above : float
        How often the whole interval lies below, or above, the truth, on the same average. With
        `mean` they add up to 1.
    """

    method: str
    n: int
    population: int | None
    confidence_level: float
    minimum: float
    minimum_at: float
    mean: float
    mean_width: float
    mean_miss_below: float
    mean_miss_above: float

    def __str__(self) -> str:
        frame = "" if self.population is None else f" of {self.population:,}"
        return (
            f"{self.method}, {self.n}{frame}, nominal {_display.level(self.confidence_level)}: "
            f"coverage at least {self.minimum:.4f} (at {self.minimum_at:.3f}), "
            f"mean {self.mean:.4f}, mean width {self.mean_width:.3f}"
        )

    def sentence(self) -> str:
        """Return what a report says of it, in one sentence."""
        frame = "" if self.population is None else f" from a frame of {self.population:,}"
        return (
            f"With {self.n:,} people{frame}, the {self.method} interval called "
            f"{_display.level(self.confidence_level)} holds the true share in "
            f"{_display.percent(self.mean)} of samples on average, and in no fewer than "
            f"{_display.percent(self.minimum)} whatever the true share is (the least where it is "
            f"{_display.percent(self.minimum_at)})."
        )


def exact_coverage(
    n: int,
    *,
    method: str | None = None,
    population: int | None = None,
    confidence_level: float = 0.95,
) -> Coverage:
    """Return the exact coverage and expected width of a method for a proportion.

    Parameters
    ----------
    n : int
        Persons in the sample, at least 1.
    method : str, optional
        A name of ``METHODS["proportion"]`` (default "wilson"), or with *population* of
        ``METHODS["finite_population"]`` (default "hypergeometric").
    population : int, optional
        Persons in the frame the sample is drawn from.
    confidence_level : float, default 0.95
        Nominal, strictly between 0 and 1.

    Returns
    -------
    Coverage
        Minimum, mean, and mean width over all proportions.

    Raises
    ------
    ValueError
        If an argument lies outside its range, or population times sample exceeds 50 million.

    Notes
    -----
    No grid. Binomial coverage as a function of p is a sum of neighbouring probabilities that
    changes only at a limit of some count, and between limits such a sum has no minimum inside;
    so its infimum is found at the limits. The mean is an integral of beta densities.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science 16, 101-133.
    .. [2] Wang, H. (2007). Statistica Sinica 17, 361-368 (the infimum at the limits).

    Examples
    --------
    >>> print(exact_coverage(28))
    Wilson score, 28, nominal 95%: coverage at least 0.8370 (at 0.006), ...
    """
    n = check_count("n", n, minimum=1)
    level = check_confidence_level(confidence_level)
    if population is None:
        return _binomial_coverage(n, method or "wilson", level)
    size = check_count("population", population, minimum=n)
    if (size + 1) * (n + 1) > _MOST_CELLS:
        raise ValueError(
            f"`population` times `n` must not exceed {_MOST_CELLS:,}; "
            "without `population` the binomial coverage is the limit for large frames"
        )
    return _finite_coverage(n, size, method or "hypergeometric", level)


def coverage_at(
    truth: Any,
    n: int,
    *,
    method: str | None = None,
    population: int | None = None,
    confidence_level: float = 0.95,
) -> FloatArray:
    """Return the exact coverage at each true proportion, for a figure.

    Parameters
    ----------
    truth : float or array of float
        Proportions in [0, 1]; with *population*, each a whole number of its people.
    n : int
        Persons in the sample, at least 1.
    method, population, confidence_level
        As for `exact_coverage`.

    Returns
    -------
    array of float
        Of the shape of *truth*.

    Raises
    ------
    ValueError
        If a truth is no proportion, or not one that the population can have.

    Examples
    --------
    >>> coverage_at([0.1, 0.5], 28).round(3)
    array([0.945, 0.964])
    """
    below, above = miss_rates_at(
        truth, n, method=method, population=population, confidence_level=confidence_level
    )
    return np.asarray(1 - below - above)


def miss_rates_at(
    truth: Any,
    n: int,
    *,
    method: str | None = None,
    population: int | None = None,
    confidence_level: float = 0.95,
) -> tuple[FloatArray, FloatArray]:
    """Return how often the whole interval lies below, and above, each true proportion.

    Parameters
    ----------
    truth, n, method, population, confidence_level
        As for `coverage_at`.

    Returns
    -------
    below, above : arrays of float
        Probabilities, of the shape of *truth*. An equal-tailed method shares its misses evenly
        where counts allow; one side may carry them all near 0 and 1.

    Examples
    --------
    >>> below, above = miss_rates_at(0.75, 28, method="clopper_pearson")
    >>> print(round(float(below), 4), round(float(above), 4))
    0.0112 0.0166
    """
    n = check_count("n", n, minimum=1)
    p = np.asarray(truth, dtype=np.float64)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("`truth` must hold proportions in [0, 1]")
    level = check_confidence_level(confidence_level)
    found = _all_counts(n, population, method, level)
    chance = _chances(n, population, p)
    slack = 0.0 if population is None else _SLACK / population
    share = p[..., None]
    below = (chance * (found.high + slack < share)).sum(axis=-1)
    above = (chance * (share < found.low - slack)).sum(axis=-1)
    return np.asarray(below), np.asarray(above)


def _all_counts(n: int, population: int | None, method: str | None, level: float) -> IntervalArray:
    """Return the interval of every count from 0 to n."""
    counts = np.arange(n + 1)
    if population is None:
        return proportion_interval(counts, n, method=method or "wilson", confidence_level=level)
    return finite_population_interval(
        counts, n, population, method=method or "hypergeometric", confidence_level=level
    )


def _chances(n: int, population: int | None, p: FloatArray) -> FloatArray:
    """Return the probability of every count from 0 to n along a new last axis."""
    if population is None:
        return _binomial_probabilities(n, p)
    size = check_count("population", population, minimum=n)
    marked = np.rint(p * size)
    if np.any(abs(marked / size - p) > _SLACK):
        raise ValueError("`truth` must hold shares that a whole number of the population can make")
    x, m = np.broadcast_arrays(np.arange(n + 1.0), marked[..., None])
    return np.asarray(
        np.exp(log_probability(x, np.full(m.shape, float(n)), m, np.full(m.shape, float(size))))
    )


def _binomial_probabilities(n: int, p: FloatArray) -> FloatArray:
    """Return P(X = 0..n) along a new last axis."""
    x = np.arange(n + 1.0)
    log_ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    share = np.asarray(p)[..., None]
    return np.asarray(np.exp(log_ways + xlogy(x, share) + xlog1py(n - x, -share)))


def _binomial_coverage(n: int, method: str, level: float) -> Coverage:
    counts = np.arange(n + 1)
    found = _all_counts(n, None, method, level)
    low, high = np.clip(found.low, 0.0, 1.0), np.clip(found.high, 0.0, 1.0)
    edges = np.unique(np.concatenate([low, high, [0.0, 1.0]]))
    middle = (edges[:-1] + edges[1:]) / 2
    held = (low <= middle[:, None]) & (middle[:, None] <= high)
    # On each stretch between limits the set of counts that hold the truth stays the same.
    at_left = (_binomial_probabilities(n, edges[:-1]) * held).sum(axis=1)
    at_right = (_binomial_probabilities(n, edges[1:]) * held).sum(axis=1)
    values, places = np.concatenate([at_left, at_right]), np.concatenate([edges[:-1], edges[1:]])
    worst = int(np.argmin(values))
    up_to_low = betainc(counts + 1, n - counts + 1, low).mean()
    up_to_high = betainc(counts + 1, n - counts + 1, high).mean()
    return Coverage(
        method=found.method,
        n=n,
        population=None,
        confidence_level=level,
        minimum=float(values[worst]),
        minimum_at=float(places[worst]),
        mean=float(up_to_high - up_to_low),
        mean_width=float(found.width.mean()),
        mean_miss_below=float(1 - up_to_high),
        mean_miss_above=float(up_to_low),
    )


def _finite_coverage(n: int, population: int, method: str, level: float) -> Coverage:
    found = _all_counts(n, population, method, level)
    shares = np.arange(population + 1.0) / population
    below, above, width = (np.empty(population + 1) for _ in range(3))
    rows = max(1, 2_000_000 // (n + 1))
    slack = _SLACK / population
    for start in range(0, population + 1, rows):
        block = slice(start, start + rows)
        chance, share = _chances(n, population, shares[block]), shares[block, None]
        below[block] = (chance * (found.high + slack < share)).sum(axis=1)
        above[block] = (chance * (share < found.low - slack)).sum(axis=1)
        width[block] = chance @ found.width
    coverage = 1 - below - above
    worst = int(np.argmin(coverage))
    return Coverage(
        method=found.method,
        n=n,
        population=population,
        confidence_level=level,
        minimum=float(coverage[worst]),
        minimum_at=worst / population,
        mean=float(coverage.mean()),
        mean_width=float(width.mean()),
        mean_miss_below=float(below.mean()),
        mean_miss_above=float(above.mean()),
    )
