"""Mean and shape of negative binomial counts with unequal times, many weighted samples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 60
_LARGEST_SHAPE = 1e6  # beyond it the counts spread no more than Poisson's


@dataclass(frozen=True, slots=True, eq=False)
class CountTable:
    """Distinct pairs of a count and a time, and how many people have each."""

    count: Floats
    time: Floats
    people: NDArray[np.int64]
    times: Floats  # distinct
    opens: NDArray[np.intp]  # the first pair of each

    @classmethod
    def of(cls, counts: Floats, time: Floats) -> CountTable:
        """Return the table of *counts* in *time*, one element a person."""
        times, place = np.unique(time, return_inverse=True)
        key = place.astype(np.int64) * (int(counts.max()) + 1) + counts.astype(np.int64)
        _, first, people = np.unique(key, return_index=True, return_counts=True)
        opens = np.searchsorted(time[first], times)
        return cls(counts[first], time[first], people, times, opens)

    @property
    def width(self) -> int:
        """Numbers held for one sample while it is fitted."""
        return max(len(self.count), int(self.count.max()) + 1)


def fit_table(table: CountTable, weights: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return log mean per unit of time, log shape and whether found, for each row of weights.

    Parameters
    ----------
    table : CountTable
        Of u pairs.
    weights : ndarray of float, shape (samples, u)
        People with each pair in each sample.

    Notes
    -----
    Newton's method on the logs of both, with sums that do not depend on them worked out first:
    people with more than j events for each j, people and events for each distinct time.
    """
    people = np.add.reduceat(weights, table.opens, axis=1)  # pairs are sorted by time
    events = np.add.reduceat(weights * table.count, table.opens, axis=1)
    order = np.argsort(table.count, kind="stable")
    values, first = np.unique(table.count[order], return_index=True)
    having = np.zeros((len(weights), int(values[-1]) + 1))
    having[:, values.astype(np.intp)] = np.add.reduceat(weights[:, order], first, axis=1)
    exceeding = np.cumsum(having[:, :0:-1], axis=1)[:, ::-1]  # people with more than j events
    return _newton(exceeding, people, events, table.times)


def _newton(
    exceeding: Floats, people: Floats, events: Floats, times: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    total = events.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_m = np.log(total / (people @ times))
    log_k = _start(exceeding, people, times, log_m)
    live = np.isfinite(log_m) & np.isfinite(log_k)
    done = np.zeros(len(log_m), dtype=bool)
    for _ in range(_STEPS):
        todo = np.flatnonzero(live & ~done)
        if not len(todo):
            break
        step_m, step_k = _step(
            exceeding[todo], people[todo], events[todo], times, (log_m[todo], log_k[todo])
        )
        log_m[todo] += step_m
        log_k[todo] += step_k
        done[todo] = np.maximum(np.abs(step_m), np.abs(step_k)) < 1e-10
        live[todo] = np.isfinite(log_m[todo]) & (np.abs(log_k[todo]) < np.log(_LARGEST_SHAPE))
    return log_m, log_k, done & live


def _start(exceeding: Floats, people: Floats, times: Floats, log_m: Floats) -> Floats:
    """Return log shapes by moments: factorial moments are free of Poisson noise."""
    j = np.arange(exceeding.shape[1])
    pairs = 2 * (exceeding * j).sum(axis=1)  # sum of y (y - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = pairs / (np.exp(2 * log_m) * (people @ times**2))
    return np.asarray(-np.log(np.clip(np.nan_to_num(ratio - 1, nan=0.1), 0.05, 20)))


def _step(
    exceeding: Floats,
    people: Floats,
    events: Floats,
    times: Floats,
    place: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Return a Newton step in (log m, log k), no longer than 1 and always uphill."""
    m, k = np.exp(place[0]), np.exp(place[1])
    slope, curve = _derivatives(exceeding, people, events, times, (m, k))
    g_m, g_k = m * slope[0], k * slope[1]
    h_mm, h_kk = m**2 * curve[0] + g_m, k**2 * curve[1] + g_k
    h_mk = m * k * curve[2]
    determinant = h_mm * h_kk - h_mk**2
    concave = (h_mm < 0) & (determinant > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        step_m = np.where(concave, -(h_kk * g_m - h_mk * g_k) / determinant, -g_m / -np.abs(h_mm))
        step_k = np.where(concave, -(h_mm * g_k - h_mk * g_m) / determinant, g_k / np.abs(h_kk))
    return np.clip(step_m, -1, 1), np.clip(step_k, -1, 1)


def _derivatives(
    exceeding: Floats, people: Floats, events: Floats, times: Floats, place: tuple[Floats, Floats]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
    """Return first and second derivatives of the log-likelihood in m and k."""
    m, k = place[0][:, None], place[1][:, None]
    over = 1 / (k + m * times)
    shares = (k * people + events) * over
    rising = 1 / (k + np.arange(exceeding.shape[1]))
    m, total = m[:, 0], events.sum(axis=1)
    slope_m = total / m - (shares * times).sum(axis=1)
    slope_k = (exceeding * rising).sum(axis=1)
    slope_k = slope_k + (people * (np.log(k * over) + 1) - shares).sum(axis=1)
    curve_mm = -total / m**2 + (shares * over * times**2).sum(axis=1)
    curve_kk = -(exceeding * rising**2).sum(axis=1)
    curve_kk = curve_kk + (people * (1 / k - 2 * over) + shares * over).sum(axis=1)
    curve_mk = (times * over * (shares - people)).sum(axis=1)
    return (slope_m, slope_k), (curve_mm, curve_kk, curve_mk)


def scores_and_information(
    table: CountTable, m: float, k: float
) -> tuple[Floats, NDArray[np.float64]]:
    """Return the scores of (log m, log k) of each pair, and the information of all people."""
    from scipy.special import digamma, polygamma

    y, t = table.count, table.time
    over = 1 / (k + m * t)
    share = (k + y) * over
    score_m = y - m * t * share
    score_k = k * (digamma(k + y) - digamma(k) + np.log(k * over) + 1 - share)
    h_mm = -y + (m * t) ** 2 * share * over + score_m
    h_kk = (
        k**2 * (polygamma(1, k + y) - polygamma(1, k) + 1 / k - 2 * over + share * over) + score_k
    )
    h_mk = m * k * t * over * (share - 1)
    n = table.people
    cross = -(n * h_mk).sum()
    information = np.array([[-(n * h_mm).sum(), cross], [cross, -(n * h_kk).sum()]])
    return np.column_stack([score_m, score_k]), information
