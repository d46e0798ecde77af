"""Events that may be one event stored twice: under another identifier, or days apart."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.dates import NO_DATE
from dipoutcomes.records.typed import TypedTable

#: Two arrests (or proofs) for the same kind of offence on the same day are told apart beyond this.
DAYS_APART = 7


class StoredTwice(NamedTuple):
    """Which rows of events repeat an earlier one, each a mask over the table."""

    exactly: NDArray[np.bool_]  # everything but the identifier of the event
    days_apart: NDArray[np.bool_]  # person, type, offence and its date; another day near by


def stored_twice(
    table: TypedTable, person: NDArray[np.int64], kept: NDArray[np.bool_]
) -> StoredTwice:
    """Return the events that repeat an earlier one of the same person.

    Parameters
    ----------
    table : TypedTable
        Events.
    person : ndarray of int64, shape (n,)
        The person of each row.
    kept : ndarray of bool, shape (n,)
        Rows that passed every other rule; the others are not compared.

    Notes
    -----
    Both may be two events: of two offences of a day one record may look like the other. So
    neither is ever left out unless the protocol says so.
    """
    exactly, apart = np.zeros(len(table), dtype=bool), np.zeros(len(table), dtype=bool)
    where = _alike(table, person, np.flatnonzero(kept))
    if where.size:
        exactly[where] = _repeats(table, person, where)
        apart[where] = _days_apart(table, person, where) & ~exactly[where]
    return StoredTwice(exactly, apart)


def _alike(
    table: TypedTable, person: NDArray[np.int64], where: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the rows that share person, type, offence and its date with another row.

    By a hash first, which may bring too many together: what is compared afterwards is exact.
    """
    import pandas as pd

    parts = (
        person[where],
        table.texts["event_type"].codes[where],
        table.texts["offence_code"].codes[where],
        table.dates["offence_date"].days[where],
    )
    mixed = np.zeros(len(where), dtype=np.uint64)
    for part in parts:
        mixed = (mixed ^ part.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return where[pd.Series(mixed).duplicated(keep=False).to_numpy()]


def _repeats(
    table: TypedTable, person: NDArray[np.int64], where: NDArray[np.intp]
) -> NDArray[np.bool_]:
    import pandas as pd

    content: dict[str, Any] = {"whose": person[where]}
    for name, dates in table.dates.items():
        content[name] = dates.days[where]
        content[f"{name}, time"] = dates.microseconds[where]
    for name, texts in table.texts.items():
        if name not in {"person_id", table.spec.key}:
            content[name] = texts.codes[where]
    return np.asarray(pd.DataFrame(content).duplicated(keep="first"), dtype=bool)


def _days_apart(
    table: TypedTable, person: NDArray[np.int64], where: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return the rows that follow the like of them by one day to `DAYS_APART` days."""
    offence = table.dates["offence_date"].days[where]
    arrested = table.dates["arrest_date"].days[where]
    proven = table.dates["proof_date"].days[where]
    day = np.where(arrested == NO_DATE, proven, arrested)
    kind, code = (table.texts[name].codes[where] for name in ("event_type", "offence_code"))
    keys = (day, code, kind, offence, person[where])
    order = np.lexsort(keys)
    same = np.ones(max(len(where) - 1, 0), dtype=bool)
    for key in keys[1:]:
        same &= np.diff(key[order]) == 0
    known = (offence != NO_DATE) & (day != NO_DATE)
    same &= known[order][1:] & known[order][:-1]
    days = np.where(same, np.diff(np.where(known, day, 0)[order]), 0)
    found = np.zeros(len(where), dtype=bool)
    found[order[1:]] = (days >= 1) & (days <= DAYS_APART)
    return found
