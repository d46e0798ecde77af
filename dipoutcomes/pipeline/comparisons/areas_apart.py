"""Each area by itself: against the limits of chance, and drawn towards the others."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from dipoutcomes.comparison.areas import funnel, partial_pooling
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import NOT_KNOWN, Mask, Observed
from dipoutcomes.protocol.model import Areas
from dipoutcomes.results import EstimateTable

PART = "areas"


def areas_apart(section: Areas, seen: Observed, entrants: Mask, *, level: float) -> Found:
    """Return each area's share of people with an event in the window after.

    Parameters
    ----------
    section : Areas
    seen : Observed
    entrants : ndarray of bool
        Those whom the programme took on.
    level : float
    """
    found = Found()
    names = seen.attribute(section.area)
    who = seen.base(section.after) & entrants & (names != NOT_KNOWN)
    values, place = np.unique(names[who].astype(str), return_inverse=True)
    if len(values) < 2:
        return found
    had = seen.measures[section.after].events[who] > 0
    people = np.bincount(place, minlength=len(values))
    events = np.bincount(place, had, len(values)).astype(np.int64)
    pooled = found.attempt(
        PART,
        "areas partly pooled",
        partial(
            partial_pooling,
            events,
            people,
            areas=values,
            kind="share",
            base_unit="persons",
            confidence_level=level,
        ),
    )
    if pooled is not None:
        found.add(replace(_said_below(pooled.estimates()), name="areas_pooled"))
    limits = found.attempt(
        PART, "areas against chance", partial(funnel, events, people, areas=values, kind="share")
    )
    if limits is not None:
        # Shares of whole people in few areas: the working copy alone has them side by side.
        found.add(replace(limits.table(), name="areas_funnel", working_only=True))
    return found


def _said_below(table: EstimateTable) -> EstimateTable:
    """Return *table* without the caveats of its rows that a note under it has in full."""
    notes = " ".join(table.notes)
    rows = tuple(
        replace(row, estimate=replace(row.estimate, caveat=""))
        if row.estimate.caveat and row.estimate.caveat in notes
        else row
        for row in table.rows
    )
    return replace(table, rows=rows)
