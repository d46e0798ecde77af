"""Kernel of the likelihood ratio limits of Thomas and Grunkemeier."""

from __future__ import annotations

import numpy as np

from dipoutcomes.intervals._common import FloatArray, Limits, normal_quantile
from dipoutcomes.intervals._roots import find_root
from dipoutcomes.intervals.kaplan_meier._steps import Steps


def likelihood_ratio_limits(steps: Steps, at: FloatArray, level: float) -> Limits:
    """Return limits at the times *at*.

    The likeliest curve through a given value has jumps d / (n + m) for one multiplier m; minus
    twice its log likelihood ratio is a sum over the event times. Both limits are roots in m.
    """
    wanted = np.ravel(steps.rows_by(at))
    happened = np.flatnonzero(steps.died > 0)
    if not happened.size:
        return _no_event(steps, at, level)
    n, d = steps.followed[happened], steps.died[happened]
    seen = happened[None, :] < wanted[:, None]  # time asked for x event time
    spared = n - d
    cut = normal_quantile(level) ** 2 / 2
    high = _upper(n, spared, seen, cut)
    low = _lower(n, spared, seen, cut)
    start = _no_event(steps, np.ravel(at), level)
    none = ~seen.any(axis=1)
    low, high = np.where(none, start[0], low), np.where(none, 1.0, high)
    return low.reshape(np.shape(at)), high.reshape(np.shape(at))


def _no_event(steps: Steps, at: FloatArray, level: float) -> Limits:
    """Return limits by the likelihood of no event, S to the power of those still followed."""
    still = steps.still_followed[steps.rows_by(at)]
    low = np.exp(-(normal_quantile(level) ** 2) / 2 / np.maximum(still, 1.0))
    return np.where(still > 0, low, 0.0), np.ones(np.shape(at))


def _upper(n: FloatArray, spared: FloatArray, seen: FloatArray, cut: float) -> FloatArray:
    """With a multiplier above 0, looked for as m = n u / (1 - u)."""
    top = float(n.max())

    def multiplier(u: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return np.asarray(np.minimum(top * u / (1 - u), 1e300)[:, None])

    def excess(u: FloatArray) -> FloatArray:
        m = multiplier(u)
        kept = np.where(spared > 0, spared * np.log1p(m / np.maximum(spared, 1.0)), 0.0)
        total = np.where(seen, n * np.log1p(m / n) - kept, 0.0).sum(axis=1)
        return np.asarray(total - cut)

    zero = np.zeros(seen.shape[0])
    m = multiplier(find_root(excess, zero, zero + 1))
    log_curve = np.where(seen, np.log1p(-(n - spared) / (n + m)), 0.0).sum(axis=1)
    return np.asarray(np.exp(log_curve))


def _lower(n: FloatArray, spared: FloatArray, seen: FloatArray, cut: float) -> FloatArray:
    """With a multiplier below 0, looked for as m = -least (1 - u), where S is 0 at u = 0."""
    least = np.where(seen, spared, np.inf).min(axis=1)  # of those spared at any time so far
    least = np.where(np.isfinite(least), least, 1.0)[:, None]

    def factors(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return 1 + m / spared and 1 + m / n, the first without cancellation."""
        m = least * (1 - u[:, None])
        safe = np.maximum(spared, 1.0)
        kept = ((spared - least) + least * u[:, None]) / safe
        return np.where(seen, np.maximum(kept, 1e-300), 1.0), np.where(seen, 1 - m / n, 1.0)

    def shortfall(u: FloatArray) -> FloatArray:
        kept, followed = factors(u)
        return np.asarray(cut - (n * np.log(followed) - spared * np.log(kept)).sum(axis=1))

    zero = np.zeros(seen.shape[0])
    kept, followed = factors(find_root(shortfall, zero, zero + 1))
    curve = np.prod(np.where(seen, spared / n * kept / followed, 1.0), axis=1)
    return np.where((seen & (spared == 0)).any(axis=1), 0.0, curve)
