"""Coverage by simulation, for what cannot be enumerated; judged against enumeration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from dipoutcomes._validate import check_count
from dipoutcomes.intervals._common import FloatArray

#: Takes a generator and a number of samples; gives the limits of that many intervals.
Intervals = Callable[[np.random.Generator, int], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCoverage:
    """The share of simulated intervals that hold the truth, and its Monte Carlo error."""

    rate: float
    miss_below: float
    miss_above: float
    mean_width: float
    replications: int

    @property
    def standard_error(self) -> float:
        """Monte Carlo standard error of the rate, a proportion."""
        return sqrt(self.rate * (1 - self.rate) / self.replications)

    def __str__(self) -> str:
        return (
            f"coverage {self.rate:.4f} (Monte Carlo standard error {self.standard_error:.4f}, "
            f"{self.replications:,} samples), mean width {self.mean_width:.3f}"
        )


def simulate_coverage(
    intervals_from: Intervals,
    truth: float,
    *,
    replications: int,
    rng: np.random.Generator,
    at_a_time: int = 100_000,
) -> SimulatedCoverage:
    """Draw many samples and their intervals at once; count those that hold *truth*.

    Parameters
    ----------
    intervals_from : callable
        ``(rng, size) -> (low, high)``: the limits of *size* independent samples, each an array of
        that length. A missing limit (nan) counts as a miss on its side.
    truth : float
        What the intervals should hold.
    replications : int
        Samples in all, at least 1.
    rng : numpy.random.Generator
    at_a_time : int, default 100,000
        Samples drawn together; the result does not depend on it in distribution.

    Returns
    -------
    SimulatedCoverage

    Examples
    --------
    >>> from dipoutcomes.intervals import wilson_interval
    >>> def wilson(rng, size):
    ...     found = wilson_interval(rng.binomial(28, 0.25, size), 28)
    ...     return found.low, found.high
    >>> result = simulate_coverage(
    ...     wilson, 0.25, replications=20_000, rng=np.random.default_rng(1)
    ... )
    >>> 0.94 < result.rate < 0.97
    True
    """
    total = check_count("replications", replications, minimum=1)
    below = above = done = 0
    width = 0.0
    while done < total:
        size = min(check_count("at_a_time", at_a_time, minimum=1), total - done)
        low, high = intervals_from(rng, size)
        below += int((~(high >= truth)).sum())
        above += int(((high >= truth) & ~(low <= truth)).sum())
        width += float((high - low).sum())
        done += size
    return SimulatedCoverage(
        rate=1 - (below + above) / total,
        miss_below=below / total,
        miss_above=above / total,
        mean_width=width / total,
        replications=total,
    )
