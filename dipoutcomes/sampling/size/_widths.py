"""How wide an interval for one share will be: expected, at worst, and at the planned share."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.intervals import (
    clopper_pearson_interval,
    hypergeometric_interval,
    wilson_finite_interval,
    wilson_interval,
)
from dipoutcomes.sampling.size._chances import binomial, hypergeometric
from dipoutcomes.sampling.size._search import critical

FloatArray = NDArray[np.float64]
_ALL_COUNTS_UP_TO = 1000  # above it the widest interval is looked for in the middle half
_SPREAD = 10.0  # standard errors: what lies further has a chance below 1e-16


def width_at(n: int, share: float, population: int | None, method: str, level: float) -> float:
    """Return the width where the sample shows *share* itself, whole number or not."""
    z = critical(level)
    if population is not None and n >= population:
        return 0.0
    if method == "wald":
        correction = 1.0 if population is None else (population - n) / (population - 1)
        return 2 * z * sqrt(share * (1 - share) / n * correction)
    size = n if population is None else n * (population - 1) / (population - n)
    return 2 * z * sqrt(share * (1 - share) / size + (z / size) ** 2 / 4) / (1 + z * z / size)


def widths(
    counts: NDArray[np.int64], n: int, population: int | None, method: str, level: float
) -> FloatArray:
    """Return the width of the interval for each of *counts* of *n* people."""
    if population is None:
        ask = wilson_interval if method == "wilson" else clopper_pearson_interval
        found = ask(counts, n, confidence_level=level)
    else:
        frame = wilson_finite_interval if method == "wilson" else hypergeometric_interval
        found = frame(counts, n, population, confidence_level=level)
    return np.asarray(found.high - found.low, dtype=np.float64)


def expected_width(
    n: int, share: float, population: int | None, method: str, level: float
) -> float:
    """Return the mean width over the samples that *share* can give."""
    spread = _SPREAD * sqrt(n * share * (1 - share)) + _SPREAD
    first, last = max(0, int(n * share - spread)), min(n, int(n * share + spread) + 1)
    if population is None:
        counts = np.arange(first, last + 1, dtype=np.int64)
        chance = binomial(counts, n, share)
    else:
        marked = round(share * population)
        lowest, highest = max(first, n - (population - marked)), min(last, marked)
        counts = np.arange(lowest, highest + 1, dtype=np.int64)
        chance = hypergeometric(counts, n, marked, population)
    return float(chance @ widths(counts, n, population, method, level) / chance.sum())


def worst_width(n: int, population: int | None, method: str, level: float) -> float:
    """Return the width of the widest interval that *n* people can give, whatever the truth."""
    low, high = (0, n) if n <= _ALL_COUNTS_UP_TO else (n // 4, n - n // 4)
    return float(
        widths(np.arange(low, high + 1, dtype=np.int64), n, population, method, level).max()
    )
