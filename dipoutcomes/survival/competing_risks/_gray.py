"""Gray's score and its variance from counts at each event time; private array kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GrayCounts:
    """At each time with an event, one column a group: at risk, with the cause, with another."""

    at_risk: Floats
    events: Floats
    competing: Floats


def gray_score(counts: GrayCounts) -> tuple[Floats, Floats, Floats]:
    """Return expected events, observed less expected and its covariance, group by group.

    The risk set that Gray's test counts is R = n (1 - F(t-)) / S(t-), which keeps those who had
    another event in proportion to the share who had not left; under the null the pooled incidence
    takes the place of the group's own, and R = n / S(t-) up to one common factor.
    """
    n, d, other = counts.at_risk, counts.events, counts.competing
    there = n > 0
    some = np.where(there, n, 1.0)
    after = np.asarray(
        np.cumprod(np.where(there, (some - d - other) / some, 1.0), axis=0), dtype=np.float64
    )
    before = _lagged(after, 1.0)
    share = np.where(there, n / np.where(before > 0, before, 1.0), 0.0)  # n / S(t-)
    own = np.cumsum(d / some * before, axis=0)
    weighted = share * (1 - _lagged(own, 0.0))
    total = share.sum(axis=1)
    events = d.sum(axis=1)
    expected = events[:, None] * weighted / weighted.sum(axis=1, keepdims=True)
    # A group that is over counts no more, so that the sum can run past 1.
    pooled = np.minimum(np.cumsum(events / total), 1.0)
    variance = _variance(counts, share, before, after, pooled)
    return expected.sum(axis=0), (d - expected).sum(axis=0), variance


def _variance(
    counts: GrayCounts, share: Floats, before: Floats, after: Floats, pooled: Floats
) -> Floats:
    """Return the covariance of the scores under one pooled incidence.

    One event in group k at s moves score i by ``a[i, k]`` at once and, by the group's own share
    event-free, through all that follows: ``lean[k] * (all c[i, k] less c[i, k] by s)``.
    """
    n, events = counts.at_risk, counts.events.sum(axis=1)
    total = share.sum(axis=1)
    groups = n.shape[1]
    part = share / total[:, None]
    rest = 1 - _lagged(pooled, 0.0)
    hazard = np.divide(events, total * rest, out=np.zeros_like(rest), where=rest > 0)[:, None]
    variance = np.zeros((groups, groups))
    for k in range(groups):
        a = -share[:, [k]] * part
        a[:, k] += share[:, k]
        running = np.cumsum(a * hazard, axis=0)
        to_come = running[-1] - running
        # Once a group is over nothing is to come for it, whatever it leans.
        lean = (1 - pooled) / np.where(after[:, k] > 0, after[:, k], 1.0)
        own, other = _jumps(counts, before[:, k], total, k)
        moves = a + (1 - lean)[:, None] * to_come
        variance += (moves * own[:, None]).T @ moves
        moves = lean[:, None] * to_come
        variance += (moves * other[:, None]).T @ moves
    return variance


def _jumps(counts: GrayCounts, before: Floats, total: Floats, k: int) -> tuple[Floats, Floats]:
    """Return the variances of the jumps of group k's incidence, and of its competing events."""
    n, events = counts.at_risk[:, k], counts.events.sum(axis=1)
    other = counts.competing[:, k]
    there = n > 0
    some = np.where(there, n, 1.0)
    # How many people the pooled risk set is, on the scale of this group; at least its own.
    on_scale = np.where(there, total * before, 1.0)
    own = _tie_factor(events, on_scale) * before * events / (total * some)
    rest = _tie_factor(other, some) * before**2 * other / some**2
    return np.where(there, own, 0.0), np.where(there, rest, 0.0)


def _tie_factor(events: Floats, at_risk: Floats) -> Floats:
    """Return the hypergeometric factor of tied events, 1 - (d - 1) / (n - 1).

    Where more tied than there were people no variance is left, and not less than none.
    """
    tied = (events - 1) / np.where(at_risk > 1, at_risk - 1, 1.0)
    return np.where(events > 1, np.clip(1 - tied, 0.0, 1.0), 1.0)


def _lagged(values: NDArray[Any], first: float) -> Floats:
    """Return what stood just before each time."""
    return np.concatenate([np.full_like(values[:1], first), values[:-1]])
