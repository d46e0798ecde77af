"""Pointwise limits of a Kaplan-Meier curve; private array kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dipoutcomes.survival._counts import Counts, Floats, Integers

#: What `kaplan_meier(limits=...)` takes, and what a report prints.
TITLES = {
    "log_log": "log-log (Greenwood)",
    "log": "log (Greenwood)",
    "plain": "plain (Greenwood)",
    "beta_product": "beta product",
}


def greenwood(events: Integers, at_risk: Integers) -> tuple[Floats, Floats]:
    """Return the survival at each time and the sum d / (n (n - d)) up to it (inf once S = 0)."""
    n = at_risk.astype(float)
    d = events.astype(float)
    happened = events > 0
    factor = np.ones(len(n))
    np.divide(n - d, n, out=factor, where=happened)
    term = np.zeros(len(n))
    with np.errstate(divide="ignore"):
        np.divide(d, n * (n - d), out=term, where=happened)
    return np.multiply.accumulate(factor), np.add.accumulate(term)


def wald_limits(
    survival: Floats, variance_sum: Floats, kind: str, level: float
) -> tuple[Floats, Floats]:
    """Return Greenwood limits on the log-log, log or plain scale; nan where S is 0 or 1."""
    low = np.full(len(survival), np.nan)
    high = np.full(len(survival), np.nan)
    inside = (survival > 0) & (survival < 1)
    s, error = survival[inside], np.sqrt(variance_sum[inside])
    z = float(ndtri((1 + level) / 2))
    if kind == "log_log":
        # log(-log S) has standard error sqrt(sum) / |log S|.
        theta = np.exp(z * error / np.log(s))
        low[inside], high[inside] = s ** (1 / theta), s**theta
    elif kind == "log":
        low[inside], high[inside] = s * np.exp(-z * error), np.minimum(s * np.exp(z * error), 1)
    else:
        low[inside] = np.maximum(s - z * s * error, 0)
        high[inside] = np.minimum(s + z * s * error, 1)
    return low, high


def beta_product_limits(
    counts: Counts, where: NDArray[np.bool_], level: float
) -> tuple[Floats, Floats]:
    """Return the beta product limits at the times picked by *where*, of one group."""
    from dipoutcomes.intervals.kaplan_meier import beta_product_interval

    limits = beta_product_interval(
        counts.time,
        counts.at_risk[:, 0],
        counts.events[:, 0],
        counts.censored[:, 0],
        counts.time[where],
        confidence_level=level,
    )
    return np.asarray(limits.low), np.asarray(limits.high)
