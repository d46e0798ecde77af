"""Columns of raw cells, typed: worked out once for each distinct cell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.day_cells import NO_WAY, read_days
from dipoutcomes.simulate.stand_in.source import Column, SourceTable

if TYPE_CHECKING:
    import pandas as pd

PRESENT, FAULT = 0, -1
_FAR = ("9999", "0001-01-01")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TypedColumn:
    """One column, cell by cell.

    Parameters
    ----------
    column : Column
    state : ndarray of int64, shape (n,)
        `PRESENT`, `FAULT` (a cell that is no date or no number), or 1 + the place of its blank.
    blanks : ndarray of object
        What stands in cells without a value: None, "", "NA", 31/12/2099 ...
    code : ndarray of int64, shape (n,)
        Place of the cell in *labels*; -1 where nothing stands in it.
    labels : ndarray of object
        Distinct raw cells.
    values : ndarray of float64, shape (n,)
        Days since 1970-01-01, or numbers; nan elsewhere. Empty for other roles.
    way : ndarray of int64, shape (n,)
        Place of a date's way of writing in *ways*.
    ways : tuple of str
    decimals : int
        Of a number as it is written.
    """

    column: Column
    state: NDArray[np.int64]
    blanks: NDArray[np.object_]
    code: NDArray[np.int64]
    labels: NDArray[np.object_]
    values: NDArray[np.float64]
    way: NDArray[np.int64]
    ways: tuple[str, ...] = ()
    decimals: int = 0

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether each cell has a value that could be read."""
        return np.asarray(self.state == PRESENT, dtype=bool)

    @property
    def values_matter(self) -> bool:
        """Whether it is a column of dates or numbers."""
        return self.column.role in {"date", "birth", "number"}


def distinct_cells(cells: pd.Series[Any]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return each cell's place among the distinct cells (-1 for nothing), and these."""
    import pandas as pd

    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.cat.codes.to_numpy().astype(np.int64), np.asarray(
            cells.cat.categories, dtype=object
        )
    typed = cells.dtype.kind in "iufbM"
    codes, unique = pd.factorize(cells if typed else cells.to_numpy(dtype=object))
    return codes.astype(np.int64), np.asarray(pd.Series(unique).astype(object), dtype=object)


def text_of(cell: Any) -> str:
    """Return a cell as text: a whole number without its point, spaces cut."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def type_column(cells: pd.Series[Any], column: Column, table: SourceTable) -> TypedColumn:
    """Return a column of raw cells, typed for its role."""
    code, labels = distinct_cells(cells)
    n = len(labels)
    blank = _blank_labels(labels, frozenset(table.missing))
    values, way = np.full(n, np.nan), np.full(n, NO_WAY, dtype=np.int64)
    ways: tuple[str, ...] = ()
    decimals = 0
    if column.role in {"date", "birth"}:
        values, way, ways = read_days(labels, column.formats, serial_days=table.serial_days)
        blank |= np.isin(values, table.open_days) | (np.isnan(values) & _far(labels))
    elif column.role == "number":
        values, decimals = _numbers(labels)
    readable = ~blank
    if column.role in {"date", "birth", "number"}:
        readable &= ~np.isnan(values)
    blanks = np.array([None, *labels[blank]], dtype=object)
    state = np.full(n, FAULT, dtype=np.int64)
    state[readable] = PRESENT
    state[blank] = 2 + np.arange(int(blank.sum()))  # 1 is the cell with nothing in it
    values = np.where(readable, values, np.nan)
    has_values = column.role in {"date", "birth", "number"}
    return TypedColumn(
        column=column,
        state=np.append(state, 1)[code],
        blanks=blanks,
        code=code,
        labels=labels,
        values=np.append(values, np.nan)[code]
        if has_values
        else np.broadcast_to(np.nan, len(code)),
        way=np.append(way, NO_WAY)[code] if ways else np.broadcast_to(np.int64(NO_WAY), len(code)),
        ways=ways,
        decimals=decimals,
    )


def untyped(n: int, column: Column) -> TypedColumn:
    """Return a column of *n* cells that nobody looks at."""
    return TypedColumn(
        column=column,
        state=np.broadcast_to(np.int64(FAULT), n),
        blanks=np.array([None], dtype=object),
        code=np.broadcast_to(np.int64(-1), n),
        labels=np.empty(0, dtype=object),
        values=np.broadcast_to(np.float64(np.nan), n),
        way=np.broadcast_to(np.int64(NO_WAY), n),
    )


def _blank_labels(labels: NDArray[np.object_], missing: Collection[str]) -> NDArray[np.bool_]:
    known = {*missing, ""}
    return np.array([isinstance(x, str) and x.strip() in known for x in labels], dtype=bool)


def _far(labels: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which cells are far dates beyond the calendar of pandas: codes for "still open"."""
    return np.array([any(mark in str(label) for mark in _FAR) for label in labels], dtype=bool)


def _numbers(labels: NDArray[np.object_]) -> tuple[NDArray[np.float64], int]:
    """Return distinct cells as numbers, and how many decimals they are written with."""
    import pandas as pd

    texts = pd.Series([text_of(label) for label in labels], dtype=object)
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    values = np.where(np.isfinite(values), values, np.nan)
    written = texts[~np.isnan(values)].str.extract(r"\.(\d+)$")[0].str.len()
    return values, 0 if written.isna().all() else int(min(written.max(), 6))
