"""Kernels of the beta product: the two variables behind the limits, at each row of the curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from dipoutcomes.intervals._common import FloatArray, Limits, half_alpha
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals.kaplan_meier._steps import Steps

Floats2 = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Betas:
    """Parameters of the variables behind lower and upper limits.

    Where *nobody* is left the lower variable is 0; where there was *no_event* the upper one is 1;
    the parameters stored there only fill the place.
    """

    below: Floats2
    nobody: NDArray[np.bool_]
    above: Floats2
    no_event: NDArray[np.bool_]


def beta_variables(steps: Steps, at: FloatArray, grouping: float = 0.0) -> Betas:
    """Return the variables at the times *at*.

    With a *grouping* a time stands for events in the stretch of that width which ends in it: on
    the stretch the lower variable is already that of its end.
    """
    log_mean, log_spread = _moments_of_products(steps)
    upper = steps.rows_by(at)
    lower = np.searchsorted(_stretch_starts(steps, grouping), at, side="right")
    still = steps.still_followed[lower]
    a = np.maximum(still, 1.0)
    # One factor more, Beta(still followed, 1): the event before the next time seen.
    below = _beta(
        log_mean[lower] - np.log1p(1 / a), log_spread[lower] + np.log1p(1 / (a * (a + 2)))
    )
    no_event = log_spread[upper] == 0
    above = _beta(
        np.where(no_event, -1.0, log_mean[upper]), np.where(no_event, 0.01, log_spread[upper])
    )
    return Betas(below, still == 0, above, no_event)


def falling_limits(
    kernel: Callable[[Betas, float], Limits],
    steps: Steps,
    at: FloatArray,
    level: float,
    grouping: float = 0.0,
) -> Limits:
    """Return limits at the times *at*, none above one before it.

    The moments of a product are exact and its shape is not: a limit can rise by some 1e-6 where
    the share itself cannot. The lowest up to each time is taken, as in the bpcp package.
    """
    breaks = np.unique(np.concatenate([[0.0], steps.days, _stretch_starts(steps, grouping)]))
    breaks = breaks[(breaks >= 0) & (breaks <= np.max(at, initial=0.0))]
    low, high = kernel(beta_variables(steps, breaks, grouping), level)
    last = np.searchsorted(breaks, at, side="right") - 1
    return np.minimum.accumulate(low)[last], np.minimum.accumulate(high)[last]


def _stretch_starts(steps: Steps, grouping: float) -> FloatArray:
    if not (np.isfinite(grouping) and grouping >= 0):
        raise ValueError(f"`grouping` must be finite and at least 0; got {grouping:g}")
    gaps = np.diff(np.append(0.0, steps.days[steps.days > 0]))
    if grouping > 0 and np.any(gaps < grouping * (1 - 1e-9)):
        raise ValueError(
            f"`grouping` must be at most the smallest gap between times, {gaps.min():g}; "
            f"got {grouping:g}"
        )
    starts = steps.days - grouping
    # 3.1 - 0.1 is not 3.0: a stretch that starts where the one before ends, starts there.
    before = np.append(0.0, steps.days[:-1])
    near = np.abs(starts - before) <= 1e-9 * np.maximum(1.0, np.abs(before))
    return np.where(near & (grouping > 0), before, starts)


def _moments_of_products(steps: Steps) -> Floats2:
    """Return log mean and log(1 + squared coefficient of variation) before and after each row.

    For Beta(a, b): mean a / (a + b), and 1 + cv^2 = 1 + b / (a (a + b + 1)). Both multiply.
    """
    a, b = steps.followed - steps.died + 1, steps.died
    log_mean = np.cumsum(np.append(0.0, -np.log1p(b / a)))
    log_spread = np.cumsum(np.append(0.0, np.log1p(b / (a * (a + b + 1)))))
    return log_mean, log_spread


def _beta(log_mean: FloatArray, log_spread: FloatArray) -> Floats2:
    """Return the two parameters of the beta variable with these moments; spread above 0."""
    first = -np.expm1(log_mean + log_spread) / np.expm1(log_spread)
    return first, first * np.expm1(-log_mean)


def cautious_limits(betas: Betas, level: float) -> Limits:
    """Return the lower quantile of the one variable and the upper quantile of the other."""
    tail = half_alpha(level)
    low = np.where(betas.nobody, 0.0, betaincinv(*betas.below, tail))
    return low, np.where(betas.no_event, 1.0, betainccinv(*betas.above, tail))


def mid_p_limits(betas: Betas, level: float) -> Limits:
    """Return quantiles of a half-and-half mixture of the two variables."""
    tail, zero = half_alpha(level), np.zeros(betas.no_event.shape)

    def at_most(s: FloatArray) -> FloatArray:
        lower = np.where(betas.nobody, 1.0, betainc(*betas.below, s))
        return (lower + np.where(betas.no_event, 0.0, betainc(*betas.above, s))) / 2

    def at_least(s: FloatArray) -> FloatArray:
        lower = np.where(betas.nobody, 0.0, betaincc(*betas.below, s))
        return (lower + np.where(betas.no_event, 1.0, betaincc(*betas.above, s))) / 2

    low = find_root(lambda s: at_most(s) - tail, zero, zero + 1)
    return low, find_root(lambda s: tail - at_least(s), zero, zero + 1)
