"""One file of repeated events: rows of time at risk, several a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.study._cells import Column, Faults
from dipoutcomes.study._tables import labelled, table, whole

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RepeatedEvents:
    """Rows of time at risk, several a person; a row ends in its events or in a gap.

    Parameters
    ----------
    person : ndarray of int, shape (rows,)
        From 0.
    start, stop, event : ndarray, shape (rows,)
        At risk after `start` up to and including `stop`, with the events at `stop`.
    group : ndarray of str, shape (people,), or None
    file, sha256 : str
    """

    person: Integers
    start: NDArray[Any]
    stop: NDArray[Any]
    event: Integers
    group: Texts | None
    file: str
    sha256: str

    def __len__(self) -> int:
        return len(self.person)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"RepeatedEvents({self})"

    def __str__(self) -> str:
        people = int(self.person.max()) + 1
        return f"{len(self):,} rows of {people:,} people in '{self.file}'"


def read_repeated(
    file: str | Path,
    *,
    person: str,
    start: str,
    stop: str,
    event: str,
    group: str = "",
    group_labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> RepeatedEvents:
    """Return rows of time at risk with their events, several rows a person.

    Parameters
    ----------
    file, group, group_labels, sheet
        As in `read_durations`; a person is in one group throughout.
    person, start, stop, event : str
        Headings: whose row it is, when it starts and stops being time at risk, and how many events
        happened at its end. Time between the rows of a person (in custody) is no time at risk.

    Returns
    -------
    RepeatedEvents

    Raises
    ------
    StorageError, RecordError, DesignError, ValueError
        As in `read_durations`; a row that ends before it starts, rows of a person that overlap and
        a person in two groups are faults too.

    Examples
    --------
    >>> rows = read_repeated("tests/golden/reference/data/recurrent_bladder2.csv", person="id",
    ...     start="start", stop="stop", event="event", group="treated")
    >>> print(rows)
    178 rows of 85 people in 'recurrent_bladder2.csv'
    """
    names = {"person": person, "start": start, "stop": stop, "event": event, "group": group}
    names = {role: name for role, name in names.items() if name}
    raw = table(file, list(names.values()), sheet)
    faults = Faults(raw.rows)
    column = {role: Column.of(raw.frame[name], name) for role, name in names.items()}
    ids, begin, end = (
        column["person"].texts(faults),
        column["start"].numbers(faults, least=0),
        column["stop"].numbers(faults, least=0),
    )
    counts = column["event"].counts(faults)
    faults.add(f"{stop} is not after {start}", end <= begin)
    _, codes = np.unique(ids.astype(str), return_inverse=True)
    faults.add(
        f"starts before an earlier row of the same {person} ends", _overlap(codes, begin, end)
    )
    groups = column["group"].texts(faults) if group else None
    if groups is not None:
        first = np.unique(codes, return_index=True)[1]
        faults.add(f"{group} differs from the first row of the same {person}",
                   groups != groups[first][codes])  # fmt: skip
    faults.raise_any(raw.file)
    if groups is not None:
        groups, _ = labelled(groups[first], group, group_labels)
    return RepeatedEvents(
        person=codes.astype(np.int64),
        start=whole(begin),
        stop=whole(end),
        event=counts.astype(np.int64),
        group=groups,
        file=raw.file,
        sha256=raw.sha256,
    )


def _overlap(codes: Integers, start: Floats, stop: Floats) -> NDArray[np.bool_]:
    """Return which rows start before the person's row before them has stopped."""
    order = np.lexsort((start, codes))
    late = (np.diff(codes[order]) == 0) & (start[order][1:] < stop[order][:-1])
    out = np.zeros(len(codes), dtype=bool)
    out[order[1:]] = late
    return out
