"""Each person's observation cut where a period, an age group or a band begins or ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.comparison.self_controlled.data import Baseline, Days, ObservedSeries, RiskPeriod

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts and days of people (rows) by cell (columns), and what each cell is.

    ``risk`` is 0 in the reference and k in the k-th risk period; ``age`` and ``band`` are
    positions, 0 where there are no groups.
    """

    events: Floats
    days: Floats
    risk: Labels
    age: Labels
    band: Labels

    def of(self, people: NDArray[np.bool_]) -> Cells:
        """Return the rows of some of the people."""
        return Cells(*(getattr(self, name)[people] for name in self.__slots__))


def cut_into_cells(
    series: ObservedSeries, opens: Days, risk_periods: Sequence[RiskPeriod], baseline: Baseline
) -> Cells:
    """Return the cells of ``[opens, series.closes)``; *opens* may lie behind ``series.opens``."""
    edges = [opens, series.closes]
    for period in risk_periods:
        edges += [period.opens, period.closes]
    age_edges = [
        series.birth_day + round(cut * DAYS_PER_YEAR)
        for cut in baseline.age_cuts_years
        if series.birth_day is not None
    ]
    band_edges = [series.entry_day + cut for cut in baseline.entry_cuts_days]
    closes = np.maximum(opens, series.closes)
    cuts = np.stack([*edges, *age_edges, *band_edges], axis=1)
    cuts = np.sort(np.clip(cuts, opens[:, None], closes[:, None]), axis=1)
    first, last = cuts[:, :-1], cuts[:, 1:]
    risk = np.zeros(first.shape, dtype=np.int64)
    for k, period in enumerate(risk_periods, start=1):
        inside = (first >= period.opens[:, None]) & (first < period.closes[:, None])
        risk[inside] = k
    days = (last - first).astype(np.float64)
    for m in range(days.shape[1]):
        days[:, m] -= _days_inside(series, first[:, m], last[:, m])
    return Cells(
        _events(series, cuts),
        days,
        risk,
        _positions(first, age_edges),
        _positions(first, band_edges),
    )


def _positions(first: Labels, edges: Sequence[Days]) -> Labels:
    position = np.zeros(first.shape, dtype=np.int64)
    for edge in edges:
        position += first >= edge[:, None]
    return position


def _days_inside(series: ObservedSeries, first: Days, last: Days) -> Floats:
    person, opens, closes = series.spells
    shared = np.minimum(closes, last[person]) - np.maximum(opens, first[person])
    days = np.bincount(person, weights=np.clip(shared, 0, None), minlength=series.people)
    return days.astype(np.float64)


def _events(series: ObservedSeries, cuts: Labels) -> Floats:
    """Return counts by cell; an event outside the observation is in none."""
    who, day = series.event_person, series.event_day
    cells = cuts.shape[1] - 1
    # The last cut at or before the day: empty cells before it hold no day.
    position = np.full(len(who), -1, dtype=np.int64)
    for m in range(cells + 1):
        position += day >= cuts[who, m]
    inside = (position >= 0) & (position < cells)
    flat = np.bincount(
        who[inside] * cells + position[inside], minlength=series.people * cells
    ).astype(np.float64)
    return flat.reshape(series.people, cells)
