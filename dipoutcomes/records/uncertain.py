"""Rejected rows that may hide something: their people must not look clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records import quarantine as q
from dipoutcomes.records.dates import NO_DATE
from dipoutcomes.records.people import People
from dipoutcomes.records.row_rules import ARRESTED, PROVEN
from dipoutcomes.records.typed import TypedTable, as_dates
from dipoutcomes.records.whose import Suspects

if TYPE_CHECKING:
    import pandas as pd


def uncertain_rows(
    table: TypedTable,
    faults: q.Faults,
    person: NDArray[np.int64],
    people: People,
    suspects: Suspects,
) -> pd.DataFrame:
    """Return ``person_id``, ``table`` and ``date`` of the rejected rows that lose information.

    A copy of a row loses none. A row that names nobody exactly stands once for each person
    whom it may mean. The date is the one that would have counted (an arrest by its
    arrest date, a conviction by its offence date), and NaT wherever a fault casts doubt on it.
    """
    import pandas as pd

    harmless = {rule.words for rule in table.spec.row_rules if not rule.loses_information}
    lost = np.zeros(len(table), dtype=bool)
    for fault in faults.found:
        if fault.rule not in harmless:
            lost[fault.where] = True
    own = np.flatnonzero(lost & ~faults.harmless & (person >= 0))
    where = np.concatenate([own, suspects.rows])
    whose = np.concatenate([person[own], suspects.person])
    if not table.spec.outcome:
        where, whose = where[:0], whose[:0]
    return pd.DataFrame(
        {
            "person_id": people.pseudonyms[whose],
            "table": np.full(len(where), table.spec.name, dtype=object),
            "date": as_dates(_dates(table, faults)[where]),
        }
    )


def _dates(table: TypedTable, faults: q.Faults) -> NDArray[np.int64]:
    trusted = _trusted(table, faults)
    none = np.full(len(table), NO_DATE)
    if table.spec.name == "events":
        kind = table.texts["event_type"]
        return np.where(
            kind.equals(*ARRESTED),
            trusted["arrest_date"],
            np.where(kind.equals(*PROVEN), trusted["offence_date"], _only(trusted, none)),
        )
    first = next(iter(table.spec.dates), None)
    return none if first is None else trusted[first]


def _trusted(table: TypedTable, faults: q.Faults) -> dict[str, NDArray[np.int64]]:
    """Return the dates without those that a fault casts doubt on."""
    suspects = {(r.column, r.words): r.suspects for r in table.spec.row_rules}
    trusted = {name: table.dates[name].days.copy() for name in table.spec.dates}
    for fault in faults.found:
        columns = suspects.get((fault.column, fault.rule), (fault.column,))
        for name in columns:
            if name in trusted:
                trusted[name][fault.where] = NO_DATE
    return trusted


def _only(trusted: dict[str, NDArray[np.int64]], none: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the date of a row whose dates all say the same day, and nothing where they differ."""
    days = np.stack(list(trusted.values()))
    known = days != NO_DATE
    low = np.where(known, days, np.iinfo(np.int64).max).min(axis=0)
    high = np.where(known, days, NO_DATE).max(axis=0)
    return np.where(known.all(axis=0) & (low == high), low, none)
