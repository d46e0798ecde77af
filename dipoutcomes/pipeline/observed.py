"""Who could be seen, for how long, and who is unknown: the gates of follow-up, window by window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.outcomes import SelectedEvents
from dipoutcomes.pipeline.first_event import FirstEvents, first_events
from dipoutcomes.protocol.model import TimeToFirst
from dipoutcomes.windows import SpellDays, WindowMeasures

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]
NOT_KNOWN = "not known"


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
    custody : SpellDays
        Spells inside, by code.
    last_day : int
        Last day on which an event counts.
    waiting_period_months : int
    first : FirstEvents or None
        None where the protocol asks for no time to the first event.
    """

    people: pd.DataFrame
    measures: WindowMeasures
    selected: SelectedEvents
    traced: Mask
    uncertain: Mask
    custody_uncertain: Mask
    custody: SpellDays
    last_day: int
    waiting_period_months: int
    first: FirstEvents | None

    def first_events(self, origin: str, maximum_months: int) -> FirstEvents:
        """Return the time from *origin* ("start" or "end") to the first event of each person."""
        return first_events(
            self.people,
            self.selected,
            origin=origin,
            maximum_months=maximum_months,
            last_day=self.last_day,
            waiting_period_months=self.waiting_period_months,
        )

    def attribute(self, name: str) -> Texts:
        """Return an attribute of each person, "not known" where it is missing."""
        return self.people[name].fillna(NOT_KNOWN).to_numpy(dtype=object)

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
    custody: SpellDays,
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
    inside_uncertain = people["person_id"].isin(custody_rows["person_id"]).to_numpy(dtype=bool)
    first = None
    if time_to_first is not None:
        first = first_events(
            people,
            selected,
            origin=time_to_first.origin,
            maximum_months=time_to_first.maximum_months,
            last_day=last_day,
            waiting_period_months=waiting_period_months,
        )
    return Observed(
        people=people,
        measures=measures,
        selected=selected,
        traced=traced,
        uncertain=uncertain,
        custody_uncertain=inside_uncertain,
        custody=custody,
        last_day=last_day,
        waiting_period_months=waiting_period_months,
        first=first,
    )
