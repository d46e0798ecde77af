"""Columns of a table of counts, one row a person, an area or a month, for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from numpy.typing import NDArray

from dipoutcomes.study._cells import Column, Faults
from dipoutcomes.study._tables import table, whole

Kind = Literal["count", "number", "text", "order"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountTable:
    """Columns of a file, by what they are for.

    Parameters
    ----------
    columns : mapping of str to ndarray
        One element a row, in the order of the file.
    file : str
    sha256 : str
    """

    columns: Mapping[str, NDArray[Any]]
    file: str
    sha256: str

    def __getitem__(self, role: str) -> NDArray[Any]:
        return self.columns[role]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def read_counts_table(
    file: str | Path, columns: Mapping[str, tuple[str, Kind]], *, sheet: str | None = None
) -> CountTable:
    """Return the columns of a file, every cell checked.

    Parameters
    ----------
    file : path or str
        CSV, Excel, Parquet or database file.
    columns : mapping of str to (str, kind)
        By role, the heading and what its cells are: "count" (whole, from 0), "number" (above 0),
        "text", or "order" (numbers where all are, else texts; both sort).
    sheet : str, optional

    Returns
    -------
    CountTable

    Raises
    ------
    StorageError, RecordError
        If the file is not there, lacks a column, or a cell is not what its column holds; all
        faults at once, by row.
    DesignError
        If it has no rows.

    Examples
    --------
    >>> found = read_counts_table("tests/golden/reference/data/recurrent_bladder2.csv",
    ...     {"who": ("id", "text"), "events": ("event", "count")})
    >>> len(found), str(found["who"][0])
    (178, '1')
    """
    raw = table(file, [heading for heading, _ in columns.values()], sheet)
    faults = Faults(raw.rows)
    found: dict[str, NDArray[Any]] = {}
    for role, (heading, kind) in columns.items():
        column = Column.of(raw.frame[heading], heading)
        if kind == "count":
            found[role] = column.counts(faults).astype("int64")
        elif kind == "number":
            values = column.numbers(faults)
            faults.add(f"{heading} is not above 0", values <= 0)
            found[role] = values
        elif kind == "order" and column.is_numeric:
            found[role] = whole(column.numbers(faults))
        else:
            found[role] = column.texts(faults).astype(str)
    faults.raise_any(raw.file)
    return CountTable(columns=found, file=raw.file, sha256=raw.sha256)
