"""Gamma-Poisson offending under no effect, entry by entry: means, and every record before.

A person's own rate has a gamma distribution with shape k and mean m in the population; b = k / m.
Offences of a person are a Poisson process. L(t) = (1 + t / b)^-k is the chance of no offence in t,
and D(t) = m (1 + t / b)^-(k + 1) its fall per unit of time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison.regression_to_mean.entry import EntryRule
from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]

_TAIL = 1e-13  # of the distribution of records, left out
_LONGEST = 1_000_000  # counts; beyond it sums are of no use


def none_chance(m: Floats | float, k: Floats | float, time: float) -> Floats:
    """Return L, the chance of no offence in *time*."""
    return np.asarray((1 + time * m / k) ** -k, dtype=np.float64)


def fall_of_chance(m: Floats | float, k: Floats | float, time: float) -> Floats:
    """Return D, minus the slope of L at *time*."""
    return np.asarray(m * (1 + time * m / k) ** (-k - 1), dtype=np.float64)


def null_means(
    m: Floats | float, k: Floats | float, rule: EntryRule, time_before: float, time_after: float
) -> tuple[Floats, Floats]:
    """Return the expected counts before (index offence left out) and after, of an entrant."""
    if rule.by == "none":
        rate = np.asarray(m + 0 * k, dtype=np.float64)
        return time_before * rate, time_after * rate
    if rule.by == "random_offence":  # size-biased: shape k + 1
        rate = np.asarray(m * (1 + 1 / k), dtype=np.float64)
        return time_before * rate, time_after * rate
    if rule.by == "first_offence":
        (accrual,) = rule.need("accrual_time")
        inside = min(accrual, time_before)
        entered = 1 - none_chance(m, k, accrual)
        # The gap back to the opening day is free of offences; what is left of the window is not.
        quiet = 1 - none_chance(m, k, inside) - inside * fall_of_chance(m, k, inside)
        before = time_before * (m - fall_of_chance(m, k, inside)) - quiet
        after = time_after * (m - fall_of_chance(m, k, accrual))
        return np.asarray(before / entered), np.asarray(after / entered)
    least, counted = rule.need("minimum_count", "count_time")
    # The mean of a negative binomial cut off from below is that of its size-biased kin.
    p = k / (k + m * counted)
    found = m * counted * _at_least(k + 1, p, least - 1) / _at_least(k, p, least)
    rate = (k + found) / (k / m + counted)
    if time_before <= counted:
        before = found * time_before / counted
    else:
        before = found + rate * (time_before - counted)
    return np.asarray(before, dtype=np.float64), np.asarray(time_after * rate, dtype=np.float64)


def _at_least(shape: Floats | float, p: Floats | float, least: float) -> Floats:
    """Return P(N >= least) of a negative binomial count."""
    from scipy.special import betainc

    if least <= 0:
        return np.ones_like(np.asarray(shape + p))
    return np.asarray(betainc(least, shape, 1 - p), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Every record before that an entrant can have, the index offence left out, with its weight.

    Given the record the rate is gamma with shape *shape* and inverse scale *inverse_scale*.
    """

    count: Floats
    weight: Floats
    shape: Floats
    inverse_scale: Floats


def records(m: float, k: float, rule: EntryRule, time_before: float) -> Records:
    """Return the records of entrants under no effect."""
    from scipy.special import betainc, gammaln

    b, t0, c = k / m, time_before, rule.index_offences
    x = np.arange(_last_count(k + c, b, t0) + 1, dtype=np.float64)
    log_mean = (  # of rate^(x + c) exp(-rate t0) / x!
        k * np.log(b) + gammaln(k + x + c) - gammaln(k) - gammaln(x + 1)
        - (k + x + c) * np.log(b + t0)
    )  # fmt: skip
    weight = np.exp(log_mean + x * np.log(t0))
    inverse_scale = np.full_like(x, b + t0)
    if rule.by == "random_offence":
        weight = weight / m
    elif rule.by == "first_offence":
        return _first_offence(m, k, rule, t0, (x, log_mean))
    elif rule.by == "recent_count":
        least, counted = rule.need("minimum_count", "count_time")
        if counted > t0:
            raise DesignError(
                f"people were judged on {counted:g} and the window before is {t0:g}: the record "
                "of the window does not show why they were chosen. Make the window at least as "
                "long, or use simulated_change_without_effect."
            )
        inside = np.ones_like(x)
        if counted < t0:  # chance that enough of the x fell in the period judged
            inside = np.where(
                x >= least, betainc(least, np.maximum(x - least, 0) + 1, counted / t0), 0
            )
        weight = weight * np.where(x >= least, inside, 0)
        weight = weight / weight.sum()
    return Records(x, weight, k + x + c, inverse_scale)


def _last_count(shape: float, b: float, time: float) -> int:
    from scipy.special import betainc

    last = 64
    while last < _LONGEST and betainc(last + 1.0, shape, time / (b + time)) > _TAIL:
        last *= 2
    if last >= _LONGEST:
        raise ValueError("so many offences are possible in the window that they cannot be listed")
    return last


def _first_offence(
    m: float, k: float, rule: EntryRule, t0: float, listed: tuple[Floats, Floats]
) -> Records:
    """Return the records of those who came in at a first offence, by the gap back to the date."""
    (accrual,) = rule.need("accrual_time")
    x, log_mean = listed
    b, inside = k / m, min(accrual, t0)
    # Summed over gaps inside the window: (t0 - gap)^x integrated.
    left = np.log1p(-inside / t0) if inside < t0 else -np.inf
    span = np.log(t0) * (x + 1) - np.log(x + 1) + np.log(-np.expm1((x + 1) * left))
    weight = np.exp(log_mean + span)
    scale = np.full_like(x, b + t0)
    if accrual > t0:  # no offence in the window, and none for longer than that
        node, width = np.polynomial.legendre.leggauss(60)
        gap = t0 + (accrual - t0) * (node + 1) / 2
        slope = np.array([float(fall_of_chance(m, k, g)) for g in gap])
        weight = np.append(weight, slope * width * (accrual - t0) / 2)
        x, scale = np.append(x, np.zeros_like(gap)), np.append(scale, b + gap)
    entered = 1 - float(none_chance(m, k, accrual))
    return Records(x, weight / entered, k + x + 1, scale)
