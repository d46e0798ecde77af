"""When follow-up ends for a person, and who can be followed through which window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.protocol.model import Bound, Window

Codes = NDArray[np.intp]
REENTRY = "re-entry"


def first_exits(person_ids: pd.Index, exits: pd.DataFrame) -> pd.DataFrame:
    """Return ``exit_date`` and ``exit_kind`` of each person's earliest exit, a row a person."""
    code = person_ids.get_indexer(pd.Index(exits["person_id"]))
    found = pd.DataFrame(
        {
            "code": code,
            "exit_date": exits["date"].to_numpy(),
            "exit_kind": exits["kind"].to_numpy(),
        }
    )
    found = found[found["code"] >= 0].sort_values(["code", "exit_date", "exit_kind"])
    first = found.drop_duplicates("code").set_index("code").reindex(range(len(person_ids)))
    return first.astype({"exit_date": "datetime64[ns]", "exit_kind": object})


def reentry_dates(people: pd.DataFrame, code: Codes, start: pd.Series) -> NDArray[np.datetime64]:
    """Return the first day of each person's next episode, NaT if there is none.

    Parameters
    ----------
    people : DataFrame, n rows
        ``end`` of the index episode. An open one has no re-entry: the person never left.
    code : ndarray of int, shape (m,)
        Position of each episode's person in *people*; -1 for somebody who is not there.
    start : Series, shape (m,)
        First day of each episode. It is a re-entry if it lies on or after the end of the index
        episode and after its start; one that begins earlier overlaps and is no new entry.
    """
    first = np.full(len(people), np.datetime64("NaT"), dtype="datetime64[ns]")
    known = code >= 0
    code, begins = code[known], start.to_numpy(dtype="datetime64[ns]")[known]
    ends = people["end"].to_numpy(dtype="datetime64[ns]")[code]
    index_begins = people["start"].to_numpy(dtype="datetime64[ns]")[code]
    again = (begins >= ends) & (begins > index_begins)  # False where the end is NaT
    code, begins = code[again], begins[again]
    order = np.lexsort((begins, code))
    code, begins = code[order], begins[order]
    leads = np.flatnonzero(np.diff(code, prepend=-1))
    first[code[leads]] = begins[leads]
    return first


def censor_at_reentry(people: pd.DataFrame) -> pd.DataFrame:
    """Return *people* with follow-up ended at re-entry, where that comes before any exit.

    The windows then treat the day of re-entry like the day of any other exit: later days are not
    followed. Used where the protocol says ``reentry = "censor"``.
    """
    again = people["reentry_date"]
    earlier = again.notna() & ~(people["exit_date"] <= again)
    return people.assign(
        exit_date=people["exit_date"].where(~earlier, again),
        exit_kind=people["exit_kind"].where(~earlier, REENTRY),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpGate:
    """Who can be followed to the end of one window, and why the others cannot.

    The reasons are tried in the order of the fields, each person counts once, and they add up:
    ``people = open_episode + untraced + opens_too_late + closes_too_late + left + followed``.

    Parameters
    ----------
    window : str
    people : int
        Persons in the cohort.
    open_episode : int
        The window counts from the end of an episode that is still open.
    untraced : int
        Not found on police records, or no answer.
    opens_too_late : int
        The window opens after the last offence date.
    closes_too_late : int
        It opens in time, and closes after the last offence date.
    left : int
        Died, left the country or (where the protocol says so) re-entered before its end.
    followed : int
        Seen from the first to the last day of the window.
    """

    window: str
    people: int
    open_episode: int
    untraced: int
    opens_too_late: int
    closes_too_late: int
    left: int
    followed: int


def follow_up_gates(
    people: pd.DataFrame, windows: Sequence[Window], *, last_offence_date: date
) -> tuple[FollowUpGate, ...]:
    """Return, for each window, who can be followed to its end and why the others cannot.

    Parameters
    ----------
    people : DataFrame
        As in `CohortResult`: ``start``, ``end``, ``exit_date``, ``traced``.
    windows : sequence of Window
        From the protocol. One that is open-ended closes the day after the last offence date for
        everybody, so that nobody's closes too late.
    last_offence_date : datetime.date
        Inclusive.

    Returns
    -------
    tuple of FollowUpGate
        In the order of *windows*.
    """
    unseen = pd.Timestamp(last_offence_date) + pd.Timedelta(days=1)
    return tuple(_gate(people, window, unseen) for window in windows)


def _gate(people: pd.DataFrame, window: Window, unseen: pd.Timestamp) -> FollowUpGate:
    opens, closes = (_day(people, bound, unseen) for bound in (window.opens, window.closes))
    reasons = (
        opens.isna() | closes.isna(),
        ~people["traced"].astype(bool),
        opens >= unseen,
        closes > unseen,
        people["exit_date"] < closes,
    )
    counts, left = [], pd.Series(data=True, index=people.index)
    for reason in reasons:
        counts.append(int((left & reason).sum()))
        left &= ~reason
    names = ("open_episode", "untraced", "opens_too_late", "closes_too_late", "left")
    return FollowUpGate(
        window=window.name,
        people=len(people),
        followed=int(left.sum()),
        **dict(zip(names, counts, strict=True)),
    )


def _day(people: pd.DataFrame, bound: Bound, unseen: pd.Timestamp) -> pd.Series:
    if bound.at == "last_offence_date":
        origin = pd.Series(unseen, index=people.index, dtype="datetime64[ns]")
    else:
        origin = people[bound.at]
    return origin + pd.DateOffset(months=bound.months) + pd.Timedelta(days=bound.days)
