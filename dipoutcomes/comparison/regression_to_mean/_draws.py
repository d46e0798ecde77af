"""Made-up counts before and after of entrants whom nothing has changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison.regression_to_mean._closed_forms import records
from dipoutcomes.comparison.regression_to_mean.entry import EntryRule

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def draw_without_effect(
    m: float,
    k: float,
    rule: EntryRule,
    time_before: Floats,
    time_after: Floats,
    *,
    index_counts: bool,
    rng: np.random.Generator,
) -> tuple[Counts, Counts]:
    """Return counts before and after, one a person of the times given.

    Parameters
    ----------
    m, k : float
        Mean and shape in the population, *m* and the times of *rule* in the unit of the times.
    rule : EntryRule
    time_before, time_after : ndarray of float, shape (n,)
    index_counts : bool
    rng : numpy.random.Generator
    """
    n = len(time_before)
    if rule.by == "recent_count":
        rate, before = _by_count(m, k, rule, time_before, rng)
    elif rule.by == "first_offence":
        (accrual,) = rule.need("accrual_time")
        rate = _by_first(m, k, accrual, n, rng)
        gap = -np.log1p(rng.random(n) * np.expm1(-rate * accrual)) / rate
        before = rng.poisson(rate * np.maximum(time_before - gap, 0))
    else:
        rate = rng.gamma(k + rule.index_offences, m / k, n)
        before = rng.poisson(rate * time_before)
    return before + int(index_counts), rng.poisson(rate * time_after)


def _by_first(m: float, k: float, accrual: float, n: int, rng: np.random.Generator) -> Floats:
    """Return rates of people with an offence while entry was open."""
    rates = np.empty(0)
    while len(rates) < n:
        tried = rng.gamma(k + 1, m / k, max(1_000, n))
        # In proportion to the rate times this is in proportion to the chance of an offence.
        kept = rng.random(len(tried)) < -np.expm1(-tried * accrual) / (tried * accrual)
        rates = np.append(rates, tried[kept])
    return rates[:n]


def _by_count(
    m: float, k: float, rule: EntryRule, time_before: Floats, rng: np.random.Generator
) -> tuple[Floats, Counts]:
    _, counted = rule.need("minimum_count", "count_time")
    listed = records(m, k, rule, counted)
    found = rng.choice(listed.count, len(time_before), p=listed.weight).astype(np.int64)
    rate = rng.gamma(k + found, 1 / (k / m + counted))
    inside = rng.binomial(found, np.minimum(time_before / counted, 1))
    return rate, inside + rng.poisson(rate * np.maximum(time_before - counted, 0))
