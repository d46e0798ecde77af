"""The width of the interval for one share along the number of people, for a figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.sampling.size.precision import TITLES, width_function


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrecisionCurve:
    """The width of the interval for a share along the number of people, for a figure.

    Parameters
    ----------
    n : ndarray of int
    expected, worst : ndarray of float
        Width, a proportion: expected at *share*, and the widest that can come.
    share, confidence_level : float
    population : int or None
    method : str
    chosen_n : int or None
        The number to mark.
    wanted : float or None
        The width to mark.
    """

    n: NDArray[np.int64]
    expected: NDArray[np.float64]
    worst: NDArray[np.float64]
    share: float
    confidence_level: float
    population: int | None
    method: str
    chosen_n: int | None = None
    wanted: float | None = None

    def __str__(self) -> str:
        return (
            f"Width of the {_display.level(self.confidence_level)} interval for a share of "
            f"{_display.percent(self.share)}, {self.n[0]:,} to {self.n[-1]:,} people"
        )


def precision_curve(
    share: float,
    *,
    population: int | None = None,
    method: str = "wilson",
    confidence_level: float = 0.95,
    chosen_n: int | None = None,
    wanted: float | None = None,
    largest: int | None = None,
) -> PrecisionCurve:
    """Return expected and widest interval for up to 120 sizes of the sample.

    Parameters
    ----------
    share, population, confidence_level
        As for `interval_width`.
    method : {"wilson", "exact"}
    chosen_n : int, optional
        The number of people to mark.
    wanted : float, optional
        The width asked for.
    largest : int, optional
        Where the curve ends: the frame, or three times *chosen_n*, if omitted.

    Returns
    -------
    PrecisionCurve

    Examples
    --------
    >>> print(precision_curve(0.75, population=210, chosen_n=28))
    Width of the 95% interval for a share of 75.0%, 5 to 210 people
    """
    check_choice("method", method, ("wilson", "exact"))
    if chosen_n is not None:
        check_count("chosen_n", chosen_n, minimum=1, maximum=population)
    end = 3 * chosen_n if chosen_n else 300
    if population is not None:
        end = min(population, max(end, 300))
    if largest is not None:
        end = check_count("largest", largest, minimum=10, maximum=population)
    start = min(5, chosen_n or 5)
    sizes = {round(v) for v in np.linspace(start, max(end, start), 120)}
    n = np.array(sorted(sizes | ({chosen_n} if chosen_n else set())), dtype=np.int64)
    expected = width_function(share, population, method, "expected", confidence_level)
    worst = width_function(share, population, method, "worst", confidence_level)
    return PrecisionCurve(
        n=n,
        expected=np.array([expected(int(k)) for k in n]),
        worst=np.array([worst(int(k)) for k in n]),
        share=share,
        confidence_level=confidence_level,
        population=population,
        method=TITLES[method, population is not None],
        chosen_n=chosen_n,
        wanted=wanted,
    )
