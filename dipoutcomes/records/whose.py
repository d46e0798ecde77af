"""Rejected rows that name nobody exactly, and the people whom they may mean.

Nothing is linked here. An identifier links exactly or not at all; but a row that was somebody's
must not leave that person looking clean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records import quarantine as q
from dipoutcomes.records.look_alike import Pairs, one_letter_apart, same_look
from dipoutcomes.records.people import ABSENT, People
from dipoutcomes.records.rules import SimilarIdentifiers
from dipoutcomes.records.text import TextColumn, type_text
from dipoutcomes.records.typed import TypedTable

Rows = NDArray[np.intp]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suspects:
    """Pairs of a rejected row and a person whom it may mean, and how many rows there were.

    Parameters
    ----------
    rows, person : ndarray, shape (k,)
        Position of the row in its table, and of the person among the accepted.
    moved, look_alike, similar, nobody : int
        Rows whose identifier stands in another cell; that differ from one in letter case,
        leading zeros and the like; by one letter; and rows that mean nobody who is known. The
        similar ones are among the last unless the protocol takes them as uncertain.
    """

    rows: Rows
    person: Whole
    moved: int = 0
    look_alike: int = 0
    similar: int = 0
    nobody: int = 0


def suspects_of(
    table: TypedTable,
    faults: q.Faults,
    person: Whole,
    people: People,
    similar_identifiers: SimilarIdentifiers,
) -> Suspects:
    """Return whom the rejected rows of an outcome may mean that name no accepted person.

    Parameters
    ----------
    table : TypedTable
    faults : Faults
        Complete: every rule was asked.
    person : ndarray of int64, shape (n,)
        The person of each row, `ABSENT` or `REJECTED` where there is none.
    people : People
    similar_identifiers : {"note", "uncertain"}
        Whether people one letter away from an identifier are suspects, or only counted.

    Notes
    -----
    Tried in turn: an identifier in another cell of a row that has further faults, as where cells
    moved by a column; one that looks the same (case, leading zeros, the letter O for 0, a
    ".0" from a spreadsheet); one of the same length with one letter changed.
    """
    none = np.empty(0, dtype=np.int64)
    if not table.spec.outcome:
        return Suspects(rows=none, person=none)
    lost = np.flatnonzero(faults.lost & (person < 0))
    unknown = np.flatnonzero(faults.lost & (person == ABSENT))
    if not unknown.size:
        return Suspects(rows=none, person=none, nobody=len(lost))
    moved = _in_another_cell(table, unknown[_broken(faults)[unknown]], people)
    rest = np.setdiff1d(unknown, moved[0])
    alike = _matched(table.texts["person_id"], rest, people, same_look)
    rest = np.setdiff1d(rest, alike[0])
    near = _matched(table.texts["person_id"], rest, people, one_letter_apart)
    pairs = [moved, alike, near] if similar_identifiers == "uncertain" else [moved, alike]
    rows = np.concatenate([rows for rows, _ in pairs])
    return Suspects(
        rows=rows,
        person=np.concatenate([whose for _, whose in pairs]),
        moved=len(np.unique(moved[0])),
        look_alike=len(np.unique(alike[0])),
        similar=len(np.unique(near[0])),
        nobody=len(lost) - len(np.unique(rows)),
    )


def _broken(faults: q.Faults) -> NDArray[np.bool_]:
    """Return the rows that have another fault than naming somebody who is not there."""
    found = np.zeros(len(faults.rejected), dtype=bool)
    for fault in faults.found:
        if fault.rule != q.UNKNOWN_PERSON:
            found[fault.where] = True
    return found


def _in_another_cell(table: TypedTable, where: Rows, people: People) -> tuple[Rows, Whole]:
    rows, whose = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.int64)]
    if where.size:
        cells = table.raw.frame.iloc[where]
        for place in range(cells.shape[1]):  # by position: headings may repeat
            person = people.find(type_text(cells.iloc[:, place].astype(object)))
            rows.append(where[person >= 0])
            whose.append(person[person >= 0])
    return np.concatenate(rows), np.concatenate(whose)


def _matched(
    identifiers: TextColumn,
    where: Rows,
    people: People,
    match: Callable[[NDArray[np.object_], NDArray[np.object_]], Pairs],
) -> tuple[Rows, Whole]:
    """Return the rows of *where* and the people whose identifiers match theirs."""
    import pandas as pd

    codes = np.unique(identifiers.codes[where])
    codes = codes[codes >= 0]
    accepted = np.flatnonzero(people.state >= 0)
    known = people.index.to_numpy(dtype=object)[accepted]
    pairs = match(identifiers.labels[codes], known)
    meant = pd.DataFrame(
        {"code": codes[pairs.unknown], "person": people.state[accepted][pairs.known]}
    )
    rows = pd.DataFrame({"code": identifiers.codes[where], "row": where})
    both = rows.merge(meant, on="code").sort_values(["row", "person"])
    return both["row"].to_numpy(dtype=np.intp), both["person"].to_numpy(dtype=np.int64)
