"""Reconviction events: court occasions, however many offences one of them settles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.protocol.model.contract import Measure
from dipoutcomes.windows import WindowMeasure, add_months
from dipoutcomes.windows.exposure import seen_until
from dipoutcomes.windows.inputs import PeopleDays

#: The outcome of a study from whose records a contract's events can be counted, where the two
#: have not one name.
COUNTED_FROM = {"reconviction event": "conviction"}
SAYS = "a reconviction event is a court date: what a court dealt with on one day counts once"


def window_for(measure: Measure, seen: Observed, name: str) -> WindowMeasure:
    """Return a window with the events that *measure* counts in it.

    Notes
    -----
    A court date counts in a window if at least one of the offences it settled was committed
    inside, and it came before the waiting period was over. An occasion that settled offences of
    two windows counts once in either.
    """
    window = seen.measures[name]
    if measure.event_type != "reconviction event":
        return window
    return replace(window, events=court_dates(seen, window))


def court_dates(seen: Observed, window: WindowMeasure) -> NDArray[np.int32]:
    """Return how many different court dates each person has in a window."""
    selected, ledger = seen.selected, window.ledger
    if selected.proof_day is None:
        raise ValueError("reconviction events need the day on which each offence was proven")
    code, day, proof = selected.code, selected.day, selected.proof_day
    closes = np.minimum(
        ledger.closes, seen_until(PeopleDays.from_frame(seen.people), seen.last_day)
    )
    late = add_months(ledger.closes, seen.waiting_period_months)
    inside = (day >= ledger.opens[code]) & (day < closes[code]) & (proof < late[code])
    # One number for a person and a day: days since 1970 lie well inside 32 bits.
    occasions = np.unique(code[inside].astype(np.int64) * 2**32 + proof[inside] + 2**31)
    people = (occasions // 2**32).astype(np.int64)
    return np.bincount(people, minlength=len(seen.people)).astype(np.int32)
