"""Tables with their people: each row knows its person, each cell what it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.cells import (
    TypedColumn,
    distinct_cells,
    text_of,
    type_column,
    untyped,
)
from dipoutcomes.simulate.stand_in.source import Role, SourceTable

Ints = NDArray[np.int64]
_MOSTLY = 0.99


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadTable:
    """One table, typed, without the rows that name nobody.

    Parameters
    ----------
    table : SourceTable
    columns : tuple of TypedColumn
    person : ndarray of int64, shape (n,)
        The person of each row, from 0 on.
    people : int
        How many people there are in all tables together.
    nobody : int
        Rows left out because they name nobody.
    """

    table: SourceTable
    columns: tuple[TypedColumn, ...]
    person: Ints
    people: int
    nobody: int

    @cached_property
    def rows_each(self) -> Ints:
        """Rows of each person, 0 included, shape (people,)."""
        return np.bincount(self.person, minlength=self.people).astype(np.int64)

    @cached_property
    def first_row(self) -> Ints:
        """Position of the first row of each person who has one."""
        return np.unique(self.person, return_index=True)[1].astype(np.int64)

    def constant(self, place: int) -> bool:
        """Whether a column says the same in (nearly) all rows of each person."""
        import pandas as pd

        column = self.columns[place]
        several = int((self.rows_each > 1).sum())
        if not several:
            return True
        cells = column.code.astype(float)
        if column.values_matter:
            cells = column.values  # noqa: PD011
        grouped = pd.Series(cells).groupby(self.person, sort=False)
        same = (grouped.min() == grouped.max()) | (grouped.count() == 0)
        different = int((~same).sum())
        return different <= (1 - _MOSTLY) * several


def read_tables(
    tables: Sequence[SourceTable], *, leave: Collection[Role] = ()
) -> tuple[ReadTable, ...]:
    """Return *tables*, typed, with one numbering of their people.

    Parameters
    ----------
    tables : sequence of SourceTable
    leave : collection of Role
        Columns of these roles are not looked at; all their cells count as faults.

    Raises
    ------
    ValueError
        If there is no table, or there are several and one has no column of the person.
    """
    import pandas as pd

    if not tables:
        raise ValueError("`tables` must hold at least one table")
    if len(tables) > 1 and any(table.person is None for table in tables):
        raise ValueError("`tables` must each name the column of the person where there are several")
    everybody = pd.Index([], dtype=object)
    found: list[tuple[Ints, list[str]]] = []
    for table in tables:
        if table.person is None:
            continue
        code, labels = distinct_cells(table.frame.iloc[:, table.person])
        texts = [text_of(label) for label in labels]
        unknown = np.array([text in table.missing for text in texts], dtype=bool)
        used = np.zeros(len(texts) + 1, dtype=bool)
        used[code] = True
        known = [
            t for t, bad, use in zip(texts, unknown, used[:-1], strict=True) if use and not bad
        ]
        everybody = everybody.append(pd.Index(known, dtype=object)).unique()
        found.append((code, texts))
    people = len(everybody) if found else len(tables[0].frame)
    read = []
    for number, table in enumerate(tables):
        person = np.arange(len(table.frame), dtype=np.int64)
        if found:
            code, texts = found[number]
            person = np.append(everybody.get_indexer(pd.Index(texts, dtype=object)), -1)[code]
        read.append(_read(table, person.astype(np.int64), people, leave))
    return tuple(read)


def _read(table: SourceTable, person: Ints, people: int, leave: Collection[Role]) -> ReadTable:
    known = person >= 0
    frame = table.frame if known.all() else table.frame[known]
    columns = tuple(
        untyped(len(frame), column)
        if column.role in leave
        else type_column(frame.iloc[:, place], column, table)
        for place, column in enumerate(table.columns)
    )
    return ReadTable(
        table=table,
        columns=columns,
        person=person[known],
        people=people,
        nobody=int((~known).sum()),
    )
