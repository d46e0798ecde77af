"""How often limits hold the truth when somebody looks after every person and may stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.intervals import finite_population_counts
from dipoutcomes.results import IntervalArray
from dipoutcomes.sampling.sequential._e_values import prior_posterior_limits

if TYPE_CHECKING:
    import pandas as pd

_LARGEST = 2_000  # frame: the table of counts has its square as cells, for every truth
_NAMES = {
    "prior_posterior": "the confidence sequence",
    "fixed_sample": "fixed-sample limits, looked at after every person",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LookingCoverage:
    """Exact chance that all limits up to some person hold the truth, for every truth.

    Parameters
    ----------
    population : int
        Persons in the frame.
    looks : int
        People after each of whom somebody looks.
    marked : ndarray of int, shape (population + 1,)
        Persons of the frame with the event: every number there can be.
    coverage : ndarray of float, shape (population + 1,)
        Chance that every limit holds.
    method : str
        "prior_posterior" or "fixed_sample".
    confidence_level : float
    """

    population: int
    looks: int
    marked: NDArray[np.int64]
    coverage: NDArray[np.float64]
    method: str
    confidence_level: float

    def __str__(self) -> str:
        worst = int(self.coverage.argmin())
        return (
            f"{_NAMES[self.method]}: all of {self.looks:,} looks hold the truth in "
            f"{_display.percent(float(self.coverage[worst]))} of orders or more (the least with "
            f"{worst:,} of {self.population:,}; nominal {_display.level(self.confidence_level)})"
        )

    def _repr_html_(self) -> str:
        least, mean = float(self.coverage.min()), float(self.coverage.mean())
        return _display.html_table(
            f"Coverage of {self.looks:,} looks",
            ["method", "least", "mean over truths"],
            [[_NAMES[self.method], _display.percent(least), _display.percent(mean)]],
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a truth."""
        import pandas as pd

        return pd.DataFrame(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "marked": self.marked.tolist(),
            "coverage": self.coverage.tolist(),
            "looks": self.looks,
            "population": self.population,
            "method": self.method,
            "confidence_level": self.confidence_level,
        }


def coverage_under_looking(
    population: int,
    looks: int | None = None,
    *,
    method: Literal["prior_posterior", "fixed_sample"] = "prior_posterior",
    confidence_level: float = 0.95,
) -> LookingCoverage:
    """Return the exact chance that limits looked at after every person all hold the truth.

    Parameters
    ----------
    population : int
        Persons in the frame, at most 2,000.
    looks : int, optional
        People after each of whom somebody looks; the whole frame if omitted.
    method : {"prior_posterior", "fixed_sample"}
        The confidence sequence, or exact hypergeometric limits, which are made for one look.
    confidence_level : float, default 0.95
        Nominal coverage.

    Returns
    -------
    LookingCoverage

    Raises
    ------
    ValueError, TypeError
        If an argument is out of range.

    Notes
    -----
    Nothing is simulated: the probability of every path of counts that has not yet left the limits
    is carried from one person to the next, for every number of people with the event.

    Examples
    --------
    >>> print(coverage_under_looking(210, 28))
    the confidence sequence: all of 28 looks hold the truth in ...% of orders or more ...
    """
    population = check_count("population", population, minimum=1, maximum=_LARGEST)
    looks = population if looks is None else looks
    looks = check_count("looks", looks, minimum=1, maximum=population)
    level = check_confidence_level(confidence_level)
    check_choice("method", method, tuple(_NAMES))
    marked = np.arange(population + 1)
    alive = np.zeros((population + 1, looks + 1))  # truth, people with the event so far
    alive[:, 0] = 1.0
    x = np.arange(looks + 1)
    for n in range(1, looks + 1):  # people looked at, not persons: each step is one array
        chance = np.clip((marked[:, None] - x) / (population - n + 1), 0.0, 1.0)
        stays = alive * (1 - chance)
        stays[:, 1:] += (alive * chance)[:, :-1]
        low, high = _limits(n, population, level, method)
        inside = (marked[:, None] >= low) & (marked[:, None] <= high)
        alive = np.zeros_like(alive)
        alive[:, : n + 1] = np.where(inside, stays[:, : n + 1], 0.0)
    return LookingCoverage(
        population=population,
        looks=looks,
        marked=marked,
        coverage=alive.sum(axis=1),
        method=method,
        confidence_level=level,
    )


def _limits(n: int, population: int, level: float, method: str) -> tuple[Any, Any]:
    """Return the limits, in people, at each count from 0 to *n*."""
    x = np.arange(n + 1)
    if method == "prior_posterior":
        return prior_posterior_limits(x, np.full(n + 1, n), population, level)
    found = finite_population_counts(x, n, population, confidence_level=level)
    assert isinstance(found, IntervalArray)  # noqa: S101 (arrays in, array out; for the type)
    return found.low, found.high
