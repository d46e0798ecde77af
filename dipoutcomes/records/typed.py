"""A raw table as typed columns, and the checks that look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records import quarantine as q
from dipoutcomes.records.dates import NO_DATE, DateColumn, type_dates
from dipoutcomes.records.dictionary import DICTIONARY, ColumnSpec, TableSpec
from dipoutcomes.records.raw import RawTable
from dipoutcomes.records.row_rules import RowView
from dipoutcomes.records.rules import LoadRules, TableRules
from dipoutcomes.records.text import BOOL_WORDS, TextColumn, type_text

if TYPE_CHECKING:
    import pandas as pd

_EPOCH = date(1970, 1, 1).toordinal()
EARLIEST_DAY = date(1900, 1, 1).toordinal() - _EPOCH


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TypedTable:
    """The mapped columns of one table, typed; unmapped ones are left behind here for good."""

    raw: RawTable
    spec: TableSpec
    rules: TableRules
    dates: Mapping[str, DateColumn]
    texts: Mapping[str, TextColumn]

    def __len__(self) -> int:
        return len(self.raw.rows)

    def faulty_dates(self) -> dict[str, NDArray[np.bool_]]:
        """Return, for each date column, which cells were there and could not be read."""
        return {name: c.unreadable | c.impossible for name, c in self.dates.items()}

    def row_view(self, birth: NDArray[np.int64]) -> RowView:
        """Return the cells as the rules see them."""
        days = {name: column.days for name, column in self.dates.items()}
        return RowView(days=days, texts=self.texts, birth=birth, faulty=self.faulty_dates())


def type_table(raw: RawTable, rules: LoadRules) -> TypedTable:
    """Return the mapped columns of *raw*, typed."""
    spec, own = DICTIONARY[raw.table], rules.tables[raw.table]
    dates: dict[str, DateColumn] = {}
    texts: dict[str, TextColumn] = {}
    for column in spec.columns:
        heading = own.columns.get(column.name)
        if column.kind == "date":
            dates[column.name] = (
                DateColumn.empty(len(raw.rows))
                if heading is None
                else type_dates(
                    raw.frame[heading],
                    formats=rules.formats_of(raw.table),
                    missing=rules.missing,
                    date_system=raw.date_system,
                    open_ended=rules.open_ended_dates,
                    not_known=rules.missing_dates,
                )
            )
        else:
            texts[column.name] = (
                TextColumn.empty(len(raw.rows))
                if heading is None
                else type_text(
                    raw.frame[heading],
                    missing=rules.missing,
                    codes=own.codes.get(column.name),
                    choices=_choices(column),
                )
            )
    for name, heading in own.attributes.items():
        texts[name] = type_text(
            raw.frame[heading], missing=rules.missing, codes=own.codes.get(name)
        )
    return TypedTable(raw=raw, spec=spec, rules=own, dates=dates, texts=texts)


def _choices(column: ColumnSpec) -> Mapping[str, str] | None:
    if column.kind == "bool":
        return BOOL_WORDS
    return {word: word for word in column.choices} if column.choices else None


def check_cells(table: TypedTable, faults: q.Faults, *, extract_date: date) -> None:
    """Find what is wrong with single cells."""
    last_day = extract_date.toordinal() - _EPOCH
    filled = {column.name for column in table.spec.columns if column.filled}
    for name, dates in table.dates.items():
        if name in filled:
            faults.add(name, q.MISSING, dates.missing)
        faults.add(name, q.UNREADABLE, dates.unreadable)
        faults.add(name, q.IMPOSSIBLE, dates.impossible)
        faults.add(name, q.OUT_OF_RANGE, out_of_range(dates, last_day))
    for name, texts in table.texts.items():
        if name in filled:
            faults.add(name, q.MISSING, texts.missing)
        listed = name in table.rules.codes
        faults.add(name, q.NOT_LISTED if listed else q.NOT_A_CHOICE, texts.refused)


def out_of_range(dates: DateColumn, last_day: int) -> NDArray[np.bool_]:
    """Return which dates lie before 1900 or after the extract."""
    known = dates.days != NO_DATE
    outside = (dates.days < EARLIEST_DAY) | (dates.days > last_day)
    return np.asarray(known & outside, dtype=bool)


def check_repeats(table: TypedTable, faults: q.Faults) -> None:
    """Find copies of rows, and rows that repeat an identifier with different content.

    Runs after `check_cells`: a row with a cell that could not be read is not compared, because
    its content is not known.
    """
    key = table.spec.key
    mapped_key = key if key in table.rules.columns else ""
    faults.add("row", q.COPY, _copies(table, ~faults.rejected, mapped_key))
    if mapped_key:
        codes = table.texts[mapped_key].codes
        counted = (codes >= 0) & ~faults.harmless
        times = np.bincount(codes[counted], minlength=1)
        faults.add(key, q.REPEATED, counted & (times[np.where(counted, codes, 0)] > 1))


def _copies(table: TypedTable, comparable: NDArray[np.bool_], mapped_key: str) -> NDArray[np.bool_]:
    """Return which rows equal an earlier one in every mapped column, times of day included."""
    import pandas as pd

    candidates = comparable.copy()
    if mapped_key:  # only rows that share their identifier can be equal
        codes = table.texts[mapped_key].codes
        times = np.bincount(codes[codes >= 0], minlength=1)
        candidates &= (codes < 0) | (times[np.maximum(codes, 0)] > 1)
    where = np.flatnonzero(candidates)
    content: dict[str, Any] = {}
    for name, dates in table.dates.items():
        content[name] = dates.days[where]
        content[f"{name}, time"] = dates.microseconds[where]
    for name, texts in table.texts.items():
        content[name] = texts.codes[where]
    copies = np.zeros(len(table), dtype=bool)
    if where.size:
        copies[where] = pd.DataFrame(content).duplicated(keep="first").to_numpy()
    return copies


def accepted_frame(
    table: TypedTable, kept: NDArray[np.bool_], person_ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return the rows that were kept, with the columns of the dictionary and the attributes.

    Parameters
    ----------
    table : TypedTable
    kept : ndarray of bool, shape (n,)
    person_ids : ndarray of str, shape (kept.sum(),)
        Pseudonyms of the people of the rows kept.
    """
    import pandas as pd

    columns: dict[str, Any] = {"person_id": person_ids}
    for column in table.spec.columns:
        if column.kind == "row_id":
            columns[column.name] = table.raw.rows[kept]
        elif column.kind == "date":
            columns[column.name] = as_dates(table.dates[column.name].days[kept])
        elif column.kind == "bool":
            columns[column.name] = table.texts[column.name].equals("true")[kept]
        elif column.kind != "id":
            columns[column.name] = table.texts[column.name].values()[kept]
    for name in table.rules.attributes:
        columns[name] = table.texts[name].values()[kept]
    return pd.DataFrame(columns)


def as_dates(days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return days since 1970-01-01 as ``datetime64[ns]``; `NO_DATE` becomes NaT."""
    return days.view("datetime64[D]").astype("datetime64[ns]")
