"""Limits of a mean function, and of differences and ratios; private array kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from dipoutcomes.survival._counts import Floats

LIMITS = ("log_t", "log", "plain")
TITLES = {
    "log_t": "robust by person, log scale, t",
    "log": "robust by person, log scale",
    "plain": "robust by person, plain",
}


def spread(variance: Any, people: int, kind: str) -> Floats:
    """Return the standard error that limits of *kind* use; nan where nothing was seen to differ."""
    factor = people / (people - 1) if kind == "log_t" and people > 1 else 1.0
    value = np.asarray(variance, dtype=np.float64) * factor
    return np.sqrt(np.where((value > 0) & (people > 1), value, np.nan))


def quantile(df: Any, level: float, kind: str) -> Floats:
    """Return the two-sided quantile: Student's t for "log_t", else normal."""
    tail = (1 + level) / 2
    return np.asarray(stdtrit(df, tail) if kind == "log_t" else ndtri(tail), dtype=np.float64)


def mean_limits(
    mean: Floats, variance: Floats, df: Floats, people: int, kind: str, level: float
) -> tuple[Floats, Floats]:
    """Return pointwise limits; nan before the first event and where nobody differs."""
    half = quantile(df, level, kind) * spread(variance, people, kind)
    if kind == "plain":
        return mean - half, mean + half
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.exp(np.where(mean > 0, half / mean, np.nan))
        return mean / ratio, mean * ratio


def two_sided(statistic: float, df: float) -> float:
    """Return the two-sided p-value of a t statistic."""
    return float(2 * stdtr(df, -abs(statistic)))
