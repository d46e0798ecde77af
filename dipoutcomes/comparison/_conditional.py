"""Conditional arithmetic of before and after: totals, and each person against themselves."""

from __future__ import annotations

from math import inf, log

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._models import LogEstimate

Floats = NDArray[np.float64]


def mcnemar_mid_p(first_only: int, second_only: int) -> float:
    """Return McNemar's two-sided mid-P: twice the smaller tail, half the observed probability."""
    from scipy.special import bdtr

    n = first_only + second_only
    if first_only == second_only:
        return 1.0
    return _mid_tail(min(first_only, second_only), n, 0.5, bdtr)


def _mid_tail(k: int, n: int, p: float, bdtr: np.ufunc) -> float:
    below = float(bdtr(k - 1, n, p)) if k else 0.0
    return min(1.0, below + float(bdtr(k, n, p)))  # 2 * (below + half of the step)


def exact_conditional_ratio(
    before: int, time_before: float, after: int, time_after: float, level: float, *, mid_p: bool
) -> tuple[float, float, float]:
    """Return limits and central p-value for the ratio of two Poisson rates, after over before.

    Given the total, the events after are binomial with odds ratio * time_after / time_before
    (Przyborowski and Wilenski 1940). 0 to infinity, p = 1, if there is no event.
    """
    from scipy.special import bdtr, betaincinv

    n = before + after
    if n == 0:
        return 0.0, inf, 1.0
    null = time_after / (time_before + time_after)
    tail = (1 - level) / 2
    if mid_p:
        low, high = _mid_p_limits(after, n, tail)
        p_low, p_high = (
            _mid_tail(after, n, null, bdtr),
            _mid_tail(before, n, 1 - null, bdtr),
        )
    else:
        low = 0.0 if after == 0 else float(betaincinv(after, before + 1, tail))
        high = 1.0 if before == 0 else float(betaincinv(after + 1, before, 1 - tail))
        p_low = 2 * float(bdtr(after, n, null))
        p_high = 2 * float(bdtr(before, n, 1 - null))
    odds = [inf if p == 1 else p / (1 - p) * time_before / time_after for p in (low, high)]
    return odds[0], odds[1], min(1.0, p_low, p_high)


def _mid_p_limits(k: int, n: int, tail: float) -> tuple[float, float]:
    from scipy.optimize import brentq
    from scipy.special import bdtr

    def lower_tail(p: float, successes: int) -> float:
        return _mid_tail(successes, n, p, bdtr) / 2 - tail

    high = 1.0 if k == n else brentq(lower_tail, 0, 1, args=(k,), xtol=1e-14, rtol=1e-13)
    low = 0.0 if k == 0 else 1 - brentq(lower_tail, 0, 1, args=(n - k,), xtol=1e-14, rtol=1e-13)
    return float(low), float(high)


def conditional_poisson(
    before: Floats, time_before: Floats, after: Floats, time_after: Floats
) -> LogEstimate:
    """Return the log ratio of the fixed-effect Poisson likelihood, with its person-level error.

    Given a person's total y, their events after are binomial with probability
    r t1 / (t0 + r t1). The score is solved for log r; the error is the sandwich over persons,
    each score scaled up for its leverage as in HC3. Needs an event in each window.
    """
    from scipy.optimize import brentq

    total = before + after
    odds = time_after / time_before

    def score(value: float) -> float:
        return float((after - total * _share(odds, value)).sum())

    # The score falls in value; at these ends every share is 0 or 1 to machine precision.
    spread = 40 + abs(log(odds.max())) + abs(log(odds.min()))
    value = float(brentq(score, -spread, spread, xtol=1e-13))
    share = _share(odds, value)
    information = total * share * (1 - share)
    leverage = np.minimum(information / information.sum(), 1 - 1e-9)
    influence = (after - total * share) / information.sum() / (1 - leverage)
    error = LogEstimate.of(1.0, influence[total > 0])  # people without an event say nothing
    return LogEstimate(value, error.std_error, error.df)


def _share(odds: Floats, value: float) -> Floats:
    raised = odds * np.exp(value)
    return np.asarray(raised / (1 + raised), dtype=np.float64)
