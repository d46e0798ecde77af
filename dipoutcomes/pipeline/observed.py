"""Who could be seen, for how long, and who is unknown: the gates of follow-up, window by window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.outcomes import SelectedEvents
from dipoutcomes.protocol.model import TimeToFirst
from dipoutcomes.windows import NO_DAY, EventIndex, WindowMeasures, add_months, to_days

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """The people of a study with what is known of each.

    Parameters
    ----------
    people : DataFrame
        One row a person; the position is the code.
    measures : WindowMeasures
    selected : SelectedEvents
    traced : ndarray of bool
        Found on police records.
    uncertain : ndarray of bool
        A line of their outcome record was rejected or has no date: never counted as clean.
    custody_uncertain : ndarray of bool
        A line of their custody record was rejected: their days at liberty are not known.
    durations, event : ndarray
        Days from the origin to the end of the day of the first event, or to the end of follow-up;
        -1 for people never at risk after it; empty where the protocol asks for no time to the
        first event.
    """

    people: pd.DataFrame
    measures: WindowMeasures
    selected: SelectedEvents
    traced: Mask
    uncertain: Mask
    custody_uncertain: Mask
    durations: Whole
    event: Mask

    @property
    def certain(self) -> Mask:
        """Found on police records, and with no rejected line in the outcome record."""
        return self.traced & ~self.uncertain

    def base(self, window: str) -> Mask:
        """Return who is in the base of a share: certain, and seen to the end of the window."""
        return np.asarray(self.certain & self.measures[window].ledger.observed_to_end)

    def had_event(self, window: str) -> Mask:
        """Return who was seen with an event in the window; that is known however little else is."""
        return np.asarray((self.measures[window].events > 0) & self.traced)


def observe(
    people: pd.DataFrame,
    uncertain_rows: pd.DataFrame,
    measures: WindowMeasures,
    selected: SelectedEvents,
    *,
    last_day: int,
    time_to_first: TimeToFirst | None,
    waiting_period_months: int = 0,
) -> Observed:
    """Return who could be seen and for how long."""
    traced = people["traced"].to_numpy(dtype=bool)
    outcome_rows = uncertain_rows[uncertain_rows["table"].isin(["events", "exits", "linkage"])]
    custody_rows = uncertain_rows[uncertain_rows["table"] == "custody"]
    uncertain = people["person_id"].isin(outcome_rows["person_id"]).to_numpy(dtype=bool)
    uncertain[selected.undated_code] = True
    custody = people["person_id"].isin(custody_rows["person_id"]).to_numpy(dtype=bool)
    durations, event = np.empty(0, np.int64), np.empty(0, bool)
    if time_to_first is not None:
        durations, event = _time_to_first(
            people, selected, last_day, time_to_first, waiting_period_months
        )
    return Observed(
        people=people,
        measures=measures,
        selected=selected,
        traced=traced,
        uncertain=uncertain,
        custody_uncertain=custody,
        durations=durations,
        event=event,
    )


def _time_to_first(
    people: pd.DataFrame,
    selected: SelectedEvents,
    last_day: int,
    section: TimeToFirst,
    waiting_months: int,
) -> tuple[Whole, Mask]:
    """Return days to the end of the day of the first event, or of follow-up.

    An event on the very day of the origin takes one day: with the day counted to its end, the
    share by day L equals the share with an event in the window [origin, origin + L). Somebody
    with no origin, or gone by it, has -1: they were never at risk. An event that must be proven
    counts if it was proven before the curve closes or in the waiting period after.
    """
    origin = to_days(people[section.origin])
    closes = np.minimum(last_day + 1, origin + days_of_months(section.maximum_months))
    # Where the protocol says that re-entry ends follow-up, the cohort holds it as an exit.
    ends = np.maximum(origin, np.minimum(to_days(people["exit_date"]), closes))
    index = EventIndex.build(selected.code, selected.day, len(people), proof_day=selected.proof_day)
    if index.needs_proof:
        low, high = index.positions(origin), index.positions(ends)
        _, first = index.proven_between(low, high, add_months(closes, waiting_months))
    else:
        first = index.first(origin, ends)
    event = first != NO_DAY
    durations = np.where(event, first + 1, ends) - origin
    return np.where(durations > 0, durations, -1), event


def days_of_months(months: int) -> int:
    """Return the days of a number of months of average length (12 months are 365 days)."""
    return int(months * 365.25 / 12)
