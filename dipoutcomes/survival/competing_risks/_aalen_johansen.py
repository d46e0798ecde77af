"""The Aalen-Johansen estimate and its variance; array kernels over (times, causes, ...)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.survival._counts import Floats

#: What `variance=` takes, and what a report prints.
VARIANCES = {"greenwood": "Greenwood-type variance", "aalen": "variance of Aalen 1978"}


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """The share event-free just before and from each time (times, ...), and each incidence."""

    before: Floats
    event_free: Floats
    value: Floats  # (times, causes, ...)


def incidence(events: NDArray[Any], at_risk: NDArray[Any]) -> Incidence:
    """Return the cumulative incidence of each cause; *at_risk* has no axis of causes."""
    d, n = events.astype(float), at_risk.astype(float)
    every = d.sum(axis=1)
    some = np.where(n > 0, n, 1.0)
    event_free = np.cumprod((some - every) / some, axis=0)
    before = np.concatenate([np.ones_like(event_free[:1]), event_free[:-1]])
    value = np.cumsum((before / some)[:, None] * d, axis=0)
    # With no other cause so far it is one minus Kaplan-Meier, and no rounding may say otherwise.
    alone = np.cumsum(every[:, None] - d, axis=0) == 0
    value = np.where(alone, (1 - event_free)[:, None], value)
    return Incidence(before, event_free, value)


def standard_error(
    events: NDArray[Any], at_risk: NDArray[Any], found: Incidence, kind: str
) -> Floats:
    r"""Return the standard error of each incidence at each time.

    With :math:`A(s, t) = (F_k(t) - F_k(s)) / S(s)`, one event of the cause at *s* moves
    :math:`F_k(t)` by :math:`S(s-) (1 - A) / n`, one of another cause by :math:`-S(s-) A / n`. Both
    are linear in :math:`F_k(t)`, so three running sums give the variance at all times.
    """
    u, g = _ahead(found)
    x = found.value
    if kind == "aalen":
        own, other = _independent(events, at_risk, found.before)
        constant = own * (1 + g) ** 2 + other * g**2
        slope = u * (own * (1 + g) + other * g)
        square = u**2 * (own + other)
    else:
        weight, p, q = _multinomial(events, at_risk, found.before)
        mean = p + g * (p + q)
        constant = weight * (p * (1 + g) ** 2 + q * g**2 - mean**2)
        slope = weight * u * mean * (1 - p - q)
        square = weight * u**2 * (p + q) * (1 - p - q)
    total = constant.cumsum(axis=0) - 2 * x * slope.cumsum(axis=0) + x**2 * square.cumsum(axis=0)
    return np.asarray(np.sqrt(np.maximum(total, 0.0)), dtype=np.float64)


def time_lost(
    time: Floats, events: NDArray[Any], at_risk: NDArray[Any], horizon: float
) -> tuple[Floats, Floats]:
    """Return the area under each incidence up to *horizon*, and its standard error."""
    inside = time <= horizon
    d, n = events[inside], at_risk[inside]
    found = incidence(d, n)
    widths = np.diff(np.append(time[inside], horizon))[:, None]
    ahead = (found.value * widths)[::-1].cumsum(axis=0)[::-1]  # area from each time on
    left = (horizon - time[inside])[:, None]
    s = found.event_free[:, None]
    rest = np.zeros_like(ahead)
    np.divide(ahead - found.value * left, s, out=rest, where=s > 0)
    weight, p, q = _multinomial(d, n, found.before)
    own, other = left - rest, -rest
    variance = weight * (p * own**2 + q * other**2 - (p * own + q * other) ** 2)
    return ahead[0], np.sqrt(np.maximum(variance.sum(axis=0), 0.0))


def _ahead(found: Incidence) -> tuple[Floats, Floats]:
    """Return 1 / S and F / S; 0 once nobody is event-free, when nothing lies ahead."""
    s = found.event_free[:, None]
    u = np.zeros_like(s)
    np.divide(1.0, s, out=u, where=s > 0)
    return u, found.value * u


def _multinomial(
    events: NDArray[Any], at_risk: NDArray[Any], before: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return S(s-)^2 / n and the shares with the cause and with another, at each time."""
    n = np.where(at_risk > 0, at_risk, 1).astype(float)[:, None]
    p = events / n
    return before[:, None] ** 2 / n, p, p.sum(axis=1, keepdims=True) - p


def _independent(
    events: NDArray[Any], at_risk: NDArray[Any], before: Floats
) -> tuple[Floats, Floats]:
    """Return the variance of the jumps of the cause and of all others, as if unrelated.

    Tied events of one kind get the hypergeometric factor 1 - (d - 1) / (n - 1).
    """
    n = np.where(at_risk > 0, at_risk, 1).astype(float)[:, None]
    every = events.sum(axis=1, keepdims=True)

    def jump(d: NDArray[Any]) -> Floats:
        ties = np.where(d > 1, 1 - (d - 1) / np.maximum(n - 1, 1), 1.0)
        variance: Floats = before[:, None] ** 2 * ties * d / n**2
        return variance

    return jump(events), jump(every - events)
