"""From a table of events to the arrays that are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.outcomes.definitions import OutcomeDefinition

#: The largest int32 stands for "no such day", as it does in the windows.
_NO_DAY = int(np.iinfo(np.int32).max)

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SelectedEvents:
    """Events of one outcome, and what was left out.

    Parameters
    ----------
    code, day : ndarray of int, shape (m,)
        The person and the day, since 1970-01-01, on which the event is counted.
    proof_day : ndarray of int, shape (m,), or None
        Where the outcome needs proof; the largest int32 for "never".
    undated_code : ndarray of int
        People with an event that has no day: they cannot be called free of events, and belong
        among the unknown unless another event is seen.
    index_events, other_people, undated : int
        Events of the right type left out as the index event, as belonging to people outside the
        cohort, and for want of a day.
    """

    code: Whole
    day: Whole
    proof_day: Whole | None
    undated_code: Whole
    index_events: int
    other_people: int
    undated: int

    def __len__(self) -> int:
        return len(self.code)

    def to_frame(self) -> pd.DataFrame:
        """Return ``code``, ``day`` and, where the outcome needs proof, ``proof_day``."""
        columns = {"code": self.code, "day": self.day}
        if self.proof_day is not None:
            columns["proof_day"] = self.proof_day
        return pd.DataFrame(columns)


def select_events(
    events: pd.DataFrame,
    person_ids: ArrayLike,
    definition: OutcomeDefinition,
    *,
    exclude: ArrayLike | None = None,
    code: Whole | None = None,
) -> SelectedEvents:
    """Return the events that count under *definition*.

    Parameters
    ----------
    events : DataFrame
        One row an event: ``person_id``, ``event_type``, ``offence_date``, ``arrest_date``,
        ``proof_date``.
    person_ids : array_like, shape (n,)
        The pseudonym of each code, unique.
    definition : OutcomeDefinition
        From `DEFINITIONS`.
    exclude : array_like of bool, shape (len(events),), optional
        Rows not to count: see `index_event_mask`.
    code : ndarray of int, shape (len(events),), optional
        `event_codes` of the same events and people, where they are known already.

    Returns
    -------
    SelectedEvents
    """
    left_out = np.zeros(len(events), bool) if exclude is None else np.asarray(exclude, dtype=bool)
    if left_out.shape != (len(events),):
        raise ValueError("`exclude` must have one element for each event")
    typed = events["event_type"].isin(definition.event_types).to_numpy()
    code = event_codes(events, person_ids) if code is None else code
    day = _days(events[definition.dated_by])
    ours = typed & (code >= 0)
    candidates = ours & ~left_out
    counted = candidates & (day != _NO_DAY)
    undated = candidates & (day == _NO_DAY)
    return SelectedEvents(
        code=code[counted],
        day=day[counted],
        proof_day=_days(events["proof_date"])[counted] if definition.waiting else None,
        undated_code=np.unique(code[undated]),
        index_events=int((ours & left_out).sum()),
        other_people=int((typed & (code < 0)).sum()),
        undated=int(undated.sum()),
    )


def index_event_mask(
    events: pd.DataFrame,
    person_ids: ArrayLike,
    start: ArrayLike,
    *,
    rule: Literal["is_index", "latest_on_or_before_start", "none"] = "is_index",
    within_days: int = 31,
    code: Whole | None = None,
) -> NDArray[np.bool_]:
    """Return which rows are the event that brought each person in, or of the same occasion.

    Parameters
    ----------
    events : DataFrame
        ``person_id``, ``offence_date``, ``arrest_date``, ``proof_date``, ``is_index``.
    person_ids : array_like, shape (n,)
        The pseudonym of each code, unique.
    start : array_like of datetime64 or int, shape (n,)
        Start of each person's intervention (days since 1970-01-01 if whole numbers).
    rule : {"is_index", "latest_on_or_before_start", "none"}
        Whether the records mark the event, or the latest one before the start is taken.
    within_days : int, default 31
        For the second rule: how far before the start the event may lie.
    code : ndarray of int, shape (len(events),), optional
        `event_codes` of the same events and people, where they are known already.

    Returns
    -------
    ndarray of bool, shape (len(events),)

    Notes
    -----
    An event is dated by its arrest, or where that is missing by its offence. Only the latest on or
    before the start is the index event: one marked later belongs to a later episode and is an
    event like any other. Rows of the same person that share its arrest date are the same occasion,
    then rows that share an offence date with those, then rows that share their court date. What
    was committed (or, with no date of offence, led to an arrest) after the start is never of that
    occasion: it is new, even where a court dealt with both on one day.
    """
    check_choice("rule", rule, ("is_index", "latest_on_or_before_start", "none"))
    check_count("within_days", within_days)
    if rule == "none" or not len(events):
        return np.zeros(len(events), dtype=bool)
    code = event_codes(events, person_ids) if code is None else code
    begins = np.append(_days(start), -_NO_DAY)[code]  # code -1, somebody else, takes the last
    dates = {c: _days(events[c]) for c in ("arrest_date", "offence_date", "proof_date")}
    when = np.where(dates["arrest_date"] == _NO_DAY, dates["offence_date"], dates["arrest_date"])
    possible = (code >= 0) & (when <= begins)
    if rule == "is_index":
        possible &= events["is_index"].to_numpy(dtype=bool)
    else:
        possible &= when >= begins - within_days
    latest = np.full(np.size(person_ids), -_NO_DAY, dtype=np.int64)
    np.maximum.at(latest, code[possible], when[possible])
    index = possible & (when == np.append(latest, 0)[code])
    same = index.copy()
    offence, arrest = dates["offence_date"], dates["arrest_date"]
    committed = np.where(offence == _NO_DAY, arrest, offence)
    old = (code >= 0) & (committed <= begins)
    for day in dates.values():  # arrest, offence, then the court date of any of those
        # One number for a person and a day; -1 never matches, for a missing date joins nothing.
        occasion = np.where((day == _NO_DAY) | (code < 0), -1, code * 2**32 + day + 2**31)
        # Looked up in a table of the few asked about: sorting all takes ten times as long.
        same |= old & (occasion >= 0) & pd.Series(occasion).isin(occasion[same]).to_numpy()
    return np.asarray(same, dtype=np.bool_)


def event_codes(events: pd.DataFrame, person_ids: ArrayLike) -> Whole:
    """Return the position in *person_ids* (unique) of each event's person; -1 for nobody there."""
    people = pd.Index(np.asarray(person_ids))
    if not people.is_unique:
        raise ValueError("`person_ids` must be unique")
    return np.asarray(people.get_indexer(pd.Index(events["person_id"])), dtype=np.int64)


def _days(dates: ArrayLike | pd.Series) -> Whole:
    values = np.asarray(dates)
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(np.int64)
    days = values.astype("datetime64[D]")
    return np.where(np.isnat(days), _NO_DAY, days.astype(np.int64)).astype(np.int64)
