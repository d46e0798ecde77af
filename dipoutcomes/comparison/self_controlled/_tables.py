"""The ratios of a fitted series, as estimates with their counts."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, sqrt

import numpy as np

from dipoutcomes._models import LogEstimate
from dipoutcomes.comparison.self_controlled._cells import DAYS_PER_YEAR, Cells
from dipoutcomes.comparison.self_controlled._fit import Fit
from dipoutcomes.comparison.self_controlled.data import Baseline
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval


def reference_level(cells: Cells, kind: str) -> int:
    """Return the group or band with the most events."""
    label = getattr(cells, kind)
    return int(np.argmax(np.bincount(label.ravel(), weights=cells.events.ravel())))


def ratio_row(
    cells: Cells,
    fit: Fit,
    term: tuple[str, int],
    label: str,
    variance: str,
    level: float,
    caveat: str,
    empty: set[tuple[str, int]],
) -> EstimateRow:
    """Return the ratio of one period, group or band, with its counts."""
    kind, position = term
    chosen = getattr(cells, kind) == position
    at = 0 if kind == "risk" else reference_level(cells, kind)
    reference = getattr(cells, kind) == at
    value, interval, p_value = _limits(fit, term, variance, level)
    if term in empty or term not in fit.terms:
        caveat = f"nobody who says something had an event in it; {caveat}"
    return EstimateRow(
        label=label,
        estimate=Estimate(
            measure="ratio of the rate in the period to the rate in the reference",
            value=value,
            interval=interval,
            events=int(cells.events[chosen].sum()),
            base=float(cells.days[chosen].sum()) / DAYS_PER_YEAR,
            base_unit="person-years at liberty",
            persons=len(cells.events),
            quantity="ratio",
            reference_events=int(cells.events[reference].sum()),
            reference_base=float(cells.days[reference].sum()) / DAYS_PER_YEAR,
            p_value=p_value,
            caveat=caveat,
        ),
    )


def _limits(
    fit: Fit, term: tuple[str, int], variance: str, level: float
) -> tuple[float, Interval, float]:
    if term not in fit.terms:
        return 0.0, Interval(0.0, inf, level, "none: no event"), float("nan")
    k = fit.terms.index(term)
    value = exp(float(fit.log_ratios[k]))
    if variance == "model":
        estimate = LogEstimate(float(fit.log_ratios[k]), sqrt(float(fit.covariance[k, k])), inf)
        name = "conditional Poisson, events taken as independent"
    else:
        estimate = LogEstimate.of(value, fit.influence[:, k])
        name = "conditional Poisson, person-level"
    low, high = estimate.limits(level)
    return value, Interval(low, high, level, name), estimate.p_value()


def baseline_table(
    cells: Cells, fit: Fit, baseline: Baseline, variance: str, level: float
) -> EstimateTable:
    """Return the ratios of age groups and of bands of time since entry."""
    rows = []
    for kind, cuts, unit in (
        ("age", baseline.age_cuts_years, "years of age"),
        ("band", baseline.entry_cuts_days, "days since entry"),
    ):
        edges: list[float | None] = [None, *cuts, None]
        for position, (first, last) in enumerate(pairwise(edges)):
            term = (kind, position)
            if term in fit.terms:
                label = _span(first, last, unit)
                rows.append(ratio_row(cells, fit, term, label, variance, level, "", set()))
    return EstimateTable(
        name="self_controlled_baseline",
        caption="Age and time since entry, each against its group with the most events.",
        rows=tuple(rows),
        heading="Group",
    )


def _span(first: float | None, last: float | None, unit: str) -> str:
    if first is None:
        return f"under {last:g} {unit}"
    return f"{first:g} and over, {unit}" if last is None else f"{first:g} to {last:g} {unit}"
