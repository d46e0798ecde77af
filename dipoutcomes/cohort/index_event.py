"""Which events brought a person in: they are no offending before, and never counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.protocol.model import Cohort

Days = NDArray[np.datetime64]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]


def mark_index_events(events: pd.DataFrame, people: pd.DataFrame, section: Cohort) -> Mask:
    """Return which events are the index event of their person, or belong to it.

    Parameters
    ----------
    events : DataFrame
        ``person_id``, ``offence_date``, ``arrest_date``, ``proof_date``, ``is_index``. Events of
        people who are not in *people* are never marked.
    people : DataFrame
        The cohort: ``person_id`` (unique), ``start`` of the index episode.
    section : Cohort
        Its ``index_event`` chooses the rule:

        - ``"is_index"``: the events that the records mark;
        - ``"latest_on_or_before_start"``: the person's latest event on or before the start and at
          most ``index_event_within_days`` before it. The day of an event is that of the arrest,
          else of the offence, else of the proof;
        - ``"none"``: no event brought anybody in (self-referral).

        Under the first two, every event of the person with the same offence date, arrest date or
        proof (court) date as a marked one is marked as well.

    Returns
    -------
    ndarray of bool, shape (n_events,)

    Notes
    -----
    Entry is often triggered by an offence. If the offence that led to entry stayed in the window
    before, everybody would have one there, and offending would seem to fall even where the
    programme does nothing (regression to the mean).

    Examples
    --------
    >>> from datetime import date
    >>> section = Cohort(accrual_from=date(2014, 1, 1), accrual_to=date(2014, 12, 31),
    ...                  index_event="latest_on_or_before_start")
    >>> people = pd.DataFrame({"person_id": ["a"], "start": pd.to_datetime(["2014-06-10"])})
    >>> days = pd.to_datetime(["2014-03-01", "2014-06-08", "2014-07-01"])
    >>> events = pd.DataFrame({"person_id": "a", "offence_date": days, "arrest_date": days,
    ...                        "proof_date": pd.NaT, "is_index": False})
    >>> mark_index_events(events, people, section)
    array([False,  True, False])
    """
    code = pd.Index(people["person_id"]).get_indexer(pd.Index(events["person_id"]))
    known = code >= 0
    if section.index_event == "none":
        return np.zeros(len(events), dtype=bool)
    if section.index_event == "is_index":
        marked = known & events["is_index"].fillna(value=False).to_numpy(dtype=bool)
    else:
        marked = known & _latest_before_start(events, people, code, section)
    # One pass over the dates of the marked events: an event that shares a date with an event that
    # shares a date is not drawn in, or a busy week would be marked from end to end.
    with_them: Mask = marked.copy()
    for column in ("offence_date", "arrest_date", "proof_date"):
        with_them |= known & _shares_day(code, _days(events, column), marked)
    return with_them


def _latest_before_start(
    events: pd.DataFrame, people: pd.DataFrame, code: Codes, section: Cohort
) -> Mask:
    day = _days(events, "arrest_date")
    for column in ("offence_date", "proof_date"):
        day = np.where(np.isnat(day), _days(events, column), day)
    start = _days(people, "start")[np.maximum(code, 0)] if len(people) else day
    within = np.timedelta64(section.index_event_within_days, "D")
    candidate = (code >= 0) & (day <= start) & (day >= start - within)  # NaT is never one
    latest = np.full(len(people), np.iinfo(np.int64).min)
    number = day.astype("datetime64[ns]").astype(np.int64)
    np.maximum.at(latest, code[candidate], number[candidate])
    found = np.zeros(len(code), dtype=bool)
    found[candidate] = number[candidate] == latest[code[candidate]]
    return found


def _shares_day(code: Codes, day: Days, marked: Mask) -> Mask:
    """Return which events have the person and the day of a marked event."""
    dated = marked & ~np.isnat(day)
    if not dated.any():
        return np.zeros(len(code), dtype=bool)
    number = day.astype("datetime64[D]").astype(np.int64)
    lowest = number[dated].min()
    span = int(number[dated].max() - lowest) + 1
    near = ~np.isnat(day) & (number >= lowest) & (number < lowest + span) & (code >= 0)
    key = code.astype(np.int64) * span + (number - lowest)
    shares = np.zeros(len(code), dtype=bool)
    shares[near] = np.isin(key[near], np.unique(key[dated]))
    return shares


def _days(frame: pd.DataFrame, column: str) -> Days:
    return frame[column].to_numpy(dtype="datetime64[ns]")
