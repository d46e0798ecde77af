"""Evidence against each number of people a frame could hold, and the limits it leaves.

An e-value of M is the wealth of a gambler who started with 1 and bet, before each person, that the
frame does not hold M people with the event. If it does hold M, the bets are fair or worse.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Evidence that equals 1 / (1 - level) rejects (Ville's inequality); rounding must not decide.
_TIE_SLACK = 1e-10
_MOST_CELLS = 20_000_000  # of the table of bets: persons times numbers of people
_CAP = 0.5  # of the wealth that one bet may put at risk
_TUNED_AT = 0.05  # one level for all, so that limits at a higher level hold those at a lower


def log_bar(level: float) -> float:
    """Return the log of the evidence that rejects at *level*."""
    return -log(1 - level) - _TIE_SLACK


def first_at_or_above(threshold: float, population: int) -> int:
    """Return the smallest number of people that is *threshold* of *population* or more."""
    exact = Decimal(repr(threshold)) * population  # 0.07 * 100 is 7, and not 7.000000000000001
    return int(exact.to_integral_value(rounding=ROUND_CEILING))


def _log_choose(n: Any, k: Any) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def log_prior_over_posterior(x: Ints, n: Ints, marked: Ints, population: int) -> Floats:
    """Return the log e-value of *marked*: uniform prior over posterior; infinite if impossible."""
    x, n, marked = np.broadcast_arrays(x, n, marked)
    possible = (marked >= x) & (population - marked >= n - x)
    m = np.where(possible, marked, x).astype(np.float64)
    log_chance = (
        _log_choose(m, x)
        + _log_choose(np.maximum(population - m, n - x), n - x)
        - _log_choose(np.full(m.shape, float(population)), n)
    )
    return np.where(possible, -np.log(n + 1.0) - log_chance, np.inf)


def likeliest(x: Ints, n: Ints, population: int) -> Ints:
    """Return the number of people under which *x* of *n* is most probable."""
    # Whole numbers: x * (N + 1) stays below 2**63 for a frame of up to 10**9.
    return np.asarray(np.clip(x * (population + 1) // n, x, population - (n - x)))


def _smallest_left(x: Ints, n: Ints, population: int, bar: float) -> Ints:
    """Return the smallest number of people whose e-value is below *bar*, by bisection."""
    rejected, left = x - 1, likeliest(x, n, population)
    while np.any(left - rejected > 1):
        middle = (rejected + left) // 2
        out = log_prior_over_posterior(x, n, middle, population) >= bar
        rejected, left = np.where(out, middle, rejected), np.where(out, left, middle)
    return np.asarray(left)


def prior_posterior_limits(x: Ints, n: Ints, population: int, level: float) -> tuple[Ints, Ints]:
    """Return the least and the most people left at each (x, n) alone, before any intersection."""
    bar = log_bar(level)
    low = _smallest_left(x, n, population, bar)
    return low, population - _smallest_left(n - x, n, population, bar)


def prior_posterior_least(x: Ints, n: Ints, population: int, first: int, last: int) -> Floats:
    """Return the least log e-value among *first* to *last* people, after each person."""
    if first > last:
        return np.full(x.shape, np.inf)
    # The probability of x rises up to the likeliest number and falls beyond it.
    nearest = np.clip(likeliest(x, n, population), first, last)
    return log_prior_over_posterior(x, n, nearest, population)


def log_hedged_capital(outcome: Ints, population: int) -> Floats:
    """Return log e-values, shape (persons, population + 1), of the hedged capital process."""
    n = len(outcome)
    if n * (population + 1) > _MOST_CELLS:
        raise ValueError(
            f"the hedged capital of {n:,} people and a frame of {population:,} needs a table of "
            f"more than {_MOST_CELLS:,} cells; use method='prior_posterior', which needs none"
        )
    order = np.arange(1, n + 1)
    before = np.cumsum(outcome) - outcome
    marked = np.arange(population + 1)
    mean = (marked - before[:, None]) / (population - order + 1)[:, None]
    inside = np.clip(mean, 0.0, 1.0)
    stake = _predictable_stakes(outcome)[:, None]
    up = np.minimum(stake, _CAP / np.maximum(inside, 1e-300))
    down = np.minimum(stake, _CAP / np.maximum(1 - inside, 1e-300))
    gap = outcome[:, None] - inside
    rise = np.cumsum(np.log1p(np.maximum(up * gap, -_CAP)), axis=0)
    fall = np.cumsum(np.log1p(np.maximum(-down * gap, -_CAP)), axis=0)
    wealth = np.logaddexp(rise, fall) - log(2)
    after = np.cumsum(outcome)[:, None]
    possible = (marked >= after) & (population - marked >= order[:, None] - after)
    return np.where(possible, wealth, np.inf)


def _predictable_stakes(outcome: Ints) -> Floats:
    """Return the stake on each person, from those before: the larger, the surer they made it."""
    order = np.arange(1, len(outcome) + 1)
    mean = (0.5 + np.cumsum(outcome)) / (order + 1)
    spread = (0.25 + np.cumsum((outcome - mean) ** 2)) / (order + 1)
    known = np.concatenate([[0.25], spread[:-1]])
    return np.asarray(np.sqrt(2 * log(2 / _TUNED_AT) / (known * order * np.log1p(order))))


def hull(log_e: Floats, level: float) -> tuple[Ints, Ints]:
    """Return the least and the most people left in each row; a row with nobody left is (N, 0)."""
    left = log_e < log_bar(level)
    last = left.shape[1] - 1
    some = left.any(axis=1)
    low = np.where(some, left.argmax(axis=1), last)
    high = np.where(some, last - left[:, ::-1].argmax(axis=1), 0)
    return low.astype(np.int64), high.astype(np.int64)


def hedged_limits(outcome: Ints, population: int, level: float) -> tuple[Ints, Ints]:
    """Return the least and the most people left after each person alone."""
    return hull(log_hedged_capital(outcome, population), level)


def running(low: Ints, high: Ints, least: Ints, most: Ints) -> tuple[Ints, Ints, int | None]:
    """Return the running intersection, and where it first was empty (a position) or None.

    Limits that exclude everything are no answer: from there on they start again, within *least*
    and *most*, the numbers of people that what was seen leaves possible.
    """
    nobody = low > high
    low, high = np.where(nobody, least, low), np.where(nobody, most, high)
    conflicts = [int(nobody.argmax())] if nobody.any() else []
    lows, highs = np.maximum.accumulate(low), np.minimum.accumulate(high)
    start = 0
    while (empty := np.flatnonzero(lows[start:] > highs[start:])).size:
        start += int(empty[0])
        conflicts.append(start)
        lows[start:] = np.maximum.accumulate(low[start:])
        highs[start:] = np.minimum.accumulate(high[start:])
    return lows, highs, min(conflicts, default=None)
