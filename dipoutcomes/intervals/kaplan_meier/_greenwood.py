"""Kernels: the product-limit curve, Greenwood's variance, and limits on five scales."""

from __future__ import annotations

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile

#: The scales and what a report prints.
SCALES = {
    "log_log": "log-log (Greenwood)",
    "log": "log (Greenwood)",
    "plain": "plain (Greenwood)",
    "logit": "logit (Greenwood)",
    "arcsine": "arcsine (Greenwood)",
}


def greenwood(died: FloatArray, followed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the curve after each row and the sum d / (n (n - d)) up to it (inf once S = 0)."""
    happened = died > 0
    factor, term = np.ones(died.shape), np.zeros(died.shape)
    np.divide(followed - died, followed, out=factor, where=happened)
    with np.errstate(divide="ignore"):
        np.divide(died, followed * (followed - died), out=term, where=happened)
    return np.multiply.accumulate(factor), np.add.accumulate(term)


def greenwood_limits(
    survival: FloatArray, variance_sum: FloatArray, scale: str, level: float
) -> Limits:
    """Return limits on one of `SCALES`; nan where the curve is at 0 or 1 and shows no spread."""
    low, high = np.full(np.shape(survival), np.nan), np.full(np.shape(survival), np.nan)
    inside = (survival > 0) & (survival < 1)
    s = survival[inside]
    half = normal_quantile(level) * np.sqrt(variance_sum[inside])  # of log S
    if scale == "log_log":
        # log(-log S) has standard error sqrt(sum) / |log S|.
        theta = np.exp(half / np.log(s))
        low[inside], high[inside] = s ** (1 / theta), s**theta
    elif scale == "log":
        low[inside], high[inside] = s * np.exp(-half), np.minimum(s * np.exp(half), 1)
    elif scale == "logit":
        odds, factor = s / (1 - s), np.exp(half / (1 - s))
        low[inside], high[inside] = odds / (factor + odds), odds * factor / (1 + odds * factor)
    elif scale == "arcsine":
        angle, width = np.arcsin(np.sqrt(s)), half / 2 * np.sqrt(s / (1 - s))
        low[inside] = np.sin(np.maximum(angle - width, 0)) ** 2
        high[inside] = np.sin(np.minimum(angle + width, np.pi / 2)) ** 2
    else:
        low[inside] = np.maximum(s - s * half, 0)
        high[inside] = np.minimum(s + s * half, 1)
    return low, high
