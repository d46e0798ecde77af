"""Days from an origin to the first event, or to the end of follow-up and what ended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.outcomes import SelectedEvents
from dipoutcomes.windows import NO_DAY, EventIndex, add_months, to_days

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirstEvents:
    """The time to the first event of each person, and how it ended.

    Parameters
    ----------
    durations : ndarray of int, shape (people,)
        Days from the origin to the end of the day of the first event, or to the end of follow-up;
        -1 for people never at risk after it.
    event : ndarray of bool
    gone : ndarray of object
        The kind of exit that ended follow-up before anything else did, "" if none did.
    """

    durations: Whole
    event: Mask
    gone: NDArray[np.object_]

    def causes(self, competing: Sequence[str]) -> Whole:
        """Return 1 for the event, 2 and on for the kinds of exit in *competing*, 0 for neither."""
        found = np.where(self.event, 1, 0).astype(np.int64)
        for code, kind in enumerate(competing, start=2):
            found[~self.event & (self.gone == kind)] = code
        return found


def first_events(
    people: pd.DataFrame,
    selected: SelectedEvents,
    *,
    origin: str,
    maximum_months: int,
    last_day: int,
    waiting_period_months: int,
) -> FirstEvents:
    """Return days to the end of the day of the first event, or of follow-up.

    An event on the very day of the origin takes one day: with the day counted to its end, the
    share by day L equals the share with an event in the window [origin, origin + L). Somebody
    with no origin, or gone by it, has -1: they were never at risk. An event that must be proven
    counts if it was proven before the curve closes or in the waiting period after.

    Who dies or leaves is followed to the day before, and their exit counts at the end of that
    day; one on the day on which the curve closes, or later, is outside it.
    """
    starts = to_days(people[origin])
    closes = np.minimum(last_day + 1, starts + days_of_months(maximum_months))
    # Where the protocol says that re-entry ends follow-up, the cohort holds it as an exit.
    left = to_days(people["exit_date"])
    ends = np.maximum(starts, np.minimum(left, closes))
    index = EventIndex.build(selected.code, selected.day, len(people), proof_day=selected.proof_day)
    if index.needs_proof:
        low, high = index.positions(starts), index.positions(ends)
        _, first = index.proven_between(low, high, add_months(closes, waiting_period_months))
    else:
        first = index.first(starts, ends)
    event = first != NO_DAY
    durations = np.where(event, first + 1, ends) - starts
    kinds = people["exit_kind"].fillna("").to_numpy(dtype=object)
    return FirstEvents(
        durations=np.where(durations > 0, durations, -1),
        event=event,
        gone=np.where(~event & (left < closes), kinds, ""),
    )


def days_of_months(months: int) -> int:
    """Return the days of a number of months of average length (12 months are 365 days)."""
    return int(months * 365.25 / 12)


def by_months(month: int) -> str:
    """Return the time as every table names it: "by 6 months (182 days)"."""
    return f"by {month} month{'s' if month > 1 else ''} ({days_of_months(month)} days)"
