"""Estimates: a row rests on its counts, and goes whole where one of them is small."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import ceil, floor, isnan

from dipoutcomes._display import round_half_up
from dipoutcomes.disclosure.counts import is_small, scrub, why
from dipoutcomes.disclosure.together import FIRST_EVENTS, protect_rows
from dipoutcomes.results import Estimate, EstimateTable

WEIGHTED = "shares_weighted"
_PRECISION = ("design effect", "effective sample size")
_OF_PERSONS = {"share", "difference"}  # their events are persons, so the rest of the base is too


def protect_estimate(
    estimate: Estimate, threshold: int, *, events_are_persons: bool = False
) -> Estimate:
    """Return *estimate*, withheld if a count behind it, or the rest of its base, is small.

    The events of a share or a difference of shares are persons; *events_are_persons* says that
    those of another quantity are too (a mean time to the first event, a hazard ratio).
    """
    counts: list[float | None] = [estimate.events, estimate.reference_events, estimate.persons]
    if estimate.base_unit == "persons":
        counts += [estimate.base, estimate.reference_base]
    if estimate.quantity in _OF_PERSONS or events_are_persons:
        if estimate.events is not None:
            counts.append(estimate.base - estimate.events)
        if estimate.reference_events is not None:
            counts.append(estimate.reference_base - estimate.reference_events)
        if estimate.events is not None and estimate.persons is not None:
            # Of a curve: those who left are what is neither an event nor still followed.
            counts.append(estimate.base - estimate.events - estimate.persons)
    if any(is_small(count, threshold) for count in counts):
        return estimate.withhold(why(threshold))
    # How many people stand behind a rate differs from row to row by the few who had no day at risk.
    persons = estimate.persons if estimate.base_unit == "persons" else None
    return replace(estimate, persons=persons, caveat=scrub(estimate.caveat, threshold))


def protect_estimates(table: EstimateTable, threshold: int) -> EstimateTable:
    """Return *table* with each row withheld whole where it rests on a small count."""
    persons = table.name in FIRST_EVENTS
    rows = [
        replace(r, estimate=protect_estimate(r.estimate, threshold, events_are_persons=persons))
        for r in table.rows
    ]
    if table.nested:
        told = _small_differences(table, threshold)
        rows = [
            replace(r, estimate=r.estimate.withhold(why(threshold))) if i in told else r
            for i, r in enumerate(rows)
        ]
    if table.name == WEIGHTED:
        rows = [replace(r, estimate=_whole_percent(r.estimate)) for r in rows]
    notes = tuple(scrub(note, threshold) for note in table.notes)
    return protect_rows(replace(table, rows=tuple(rows), notes=notes), threshold)


def _whole_percent(estimate: Estimate) -> Estimate:
    """Return a weighted share in whole percent, without the phrase on its precision.

    With the weights of the strata, the exact figures could be turned back into their counts.
    """
    if estimate.withheld:
        return estimate
    interval = estimate.interval
    if not isnan(interval.low):
        low, high = (floor(100 * interval.low) / 100, ceil(100 * interval.high) / 100)
        interval = replace(interval, low=low, high=high)
    parts = [p for p in estimate.caveat.split("; ") if not p.startswith(_PRECISION)]
    said = "in whole percent, limits rounded outwards, so that no stratum can be worked out"
    return replace(
        estimate,
        value=float(round_half_up(estimate.value, 2)),
        interval=interval,
        caveat="; ".join([said, *filter(None, parts)]),
    )


def _small_differences(table: EstimateTable, threshold: int) -> set[int]:
    """Return the rows whose counts, or bases, differ by a small count from one of their group."""
    found: set[int] = set()
    for (i, a), (j, b) in combinations(enumerate(table.rows), 2):
        if a.group != b.group:
            continue
        first, second = a.estimate, b.estimate
        if first.events is None or second.events is None:
            continue
        gaps = [abs(first.events - second.events), abs(first.base - second.base)]
        if first.reference_events is not None and second.reference_events is not None:
            gaps.append(abs(first.reference_events - second.reference_events))
            gaps.append(abs(first.reference_base - second.reference_base))
        if any(is_small(gap, threshold) for gap in gaps):
            found |= {i, j}
    return found
