"""Array kernels for the ratio of two rates: ``(x1, x2, level) -> (low, high)``, as odds.

Given their sum, the events of the first group are binomial, with odds theta t1 / t2 for a ratio
theta. Every kernel here is an interval for those odds; `_frame` puts the times in.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dipoutcomes.intervals import _binomial, _binomial_hulls
from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals.rate import _kernels

Kernel = Callable[[FloatArray, FloatArray, float], Limits]


def _over(one: FloatArray, other: FloatArray) -> FloatArray:
    return np.where(other > 0, one / np.where(other > 0, other, 1.0), np.inf)


def as_odds(share: Kernel) -> Kernel:
    """Return the odds kernel of an interval for a share.

    The smaller share is the one worked with: the odds of one near 1 would rest on a difference.
    """

    def odds(x1: FloatArray, x2: FloatArray, level: float) -> Limits:
        few, total = np.minimum(x1, x2), x1 + x2
        low, high = share(few, np.maximum(total, 1), level)
        turned = x2 < x1
        lowest = np.where(turned, _over(1 - high, high), _over(low, 1 - low))
        highest = np.where(turned, _over(1 - low, low), _over(high, 1 - high))
        return np.where(total == 0, 0.0, lowest), np.where(total == 0, np.inf, highest)

    return odds


exact = as_odds(_binomial.clopper_pearson)
mid_p = as_odds(_binomial.mid_p)
blaker = as_odds(_binomial_hulls.blaker)
minlike = as_odds(_binomial_hulls.minlike)
score = as_odds(_binomial.wilson)
scas = as_odds(_binomial.skewness_corrected)
likelihood_ratio = as_odds(_binomial.likelihood_ratio)


def wald_log(x1: FloatArray, x2: FloatArray, level: float) -> Limits:
    first, second = (np.where(x > 0, x, np.nan) for x in (x1, x2))
    factor = np.exp(normal_quantile(level) * np.sqrt(1 / first + 1 / second))
    return first / second / factor, first / second * factor


def mover_jeffreys(x1: FloatArray, x2: FloatArray, level: float) -> Limits:
    """Square-and-add for a ratio (Donner and Zou 2012), from the Jeffreys limits and medians."""
    x = np.stack([x1, x2])
    middle = _kernels.jeffreys(x, 0.0)[0]
    low, high = _kernels.jeffreys(x, level)
    both, down, up = middle[0] * middle[1], low * (2 * middle - low), high * (2 * middle - high)
    root_below = np.sqrt(np.maximum(both**2 - down[0] * up[1], 0.0))
    root_above = np.sqrt(np.maximum(both**2 - up[0] * down[1], 0.0))
    return down[0] / (both + root_below), (both + root_above) / down[1]
