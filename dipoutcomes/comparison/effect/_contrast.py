"""From two means and their spread to a difference or a ratio with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isfinite, log, nan, sqrt

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from dipoutcomes.comparison.effect._people import Floats
from dipoutcomes.comparison.effect._spread import Spread


@dataclass(frozen=True, slots=True)
class Contrast:
    """A difference or ratio; ``std_error`` of a ratio is on the log scale."""

    value: float
    low: float
    high: float
    std_error: float
    df: float
    p_value: float


def contrast(
    means: Floats,
    spread: Callable[[Floats], Spread],
    *,
    measure: str,
    level: float,
    quantiles: str,
) -> Contrast:
    """Return the contrast of *means* (treated, comparison), *spread* telling its variance.

    A ratio has no finite log where either mean is 0 or below, and then no interval.
    """
    first, second = float(means[0]), float(means[1])
    if measure == "ratio":
        if not (first > 0 and second > 0):
            value = first / second if second > 0 and first >= 0 else nan
            return Contrast(value, nan, nan, nan, nan, nan)
        found = spread(np.array([1 / first, -1 / second]))
        centre = log(first / second)
    else:
        found = spread(np.array([1.0, -1.0]))
        centre = first - second
    error = sqrt(found.variance)
    df = inf if quantiles == "normal" else found.df
    if not isfinite(error) or error == 0:
        value = exp(centre) if measure == "ratio" else centre
        return Contrast(value, nan, nan, nan, df, nan)
    half = _quantile((1 + level) / 2, df) * error
    p = 2 * _below(-abs(centre) / error, df)
    low, high = centre - half, centre + half
    if measure == "ratio":
        centre, low, high = (_exp(x) for x in (centre, low, high))
    return Contrast(centre, low, high, error, df, p)


def _exp(value: float) -> float:
    return exp(value) if value < 700 else inf


def _quantile(p: float, df: float) -> float:
    return float(ndtri(p)) if df == inf else float(stdtrit(df, p))


def _below(value: float, df: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(value)) if df == inf else float(stdtr(df, value))


def square_and_add(
    shares: tuple[float, float], sizes: tuple[float, float], level: float
) -> tuple[float, float]:
    """Return Newcombe's limits of a difference of shares at (effective) sizes.

    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10.
    """
    z = float(ndtri((1 + level) / 2))
    low, high = zip(*(_wilson(p, n, z) for p, n in zip(shares, sizes, strict=True)), strict=True)
    gap = shares[0] - shares[1]
    below = sqrt((shares[0] - low[0]) ** 2 + (high[1] - shares[1]) ** 2)
    above = sqrt((high[0] - shares[0]) ** 2 + (shares[1] - low[1]) ** 2)
    return gap - below, gap + above


def _wilson(p: float, n: float, z: float) -> tuple[float, float]:
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(max(p * (1 - p), 0.0) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)
