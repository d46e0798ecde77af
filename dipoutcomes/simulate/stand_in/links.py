"""Which columns join tables, which of them is the person, and which dates follow one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import RecordError
from dipoutcomes.simulate.stand_in.cells import distinct_cells, text_of, type_column
from dipoutcomes.simulate.stand_in.kinds import (
    as_identifier,
    cells_in_headings,
    infer_column,
    is_identifier,
    words_of,
)
from dipoutcomes.simulate.stand_in.own_values import why_identifier
from dipoutcomes.simulate.stand_in.source import (
    MISSING_TEXTS,
    Column,
    SourceTable,
    no_such_heading,
    plain,
)

if TYPE_CHECKING:
    import pandas as pd

_OVERLAP = 0.5  # of the smaller column's cells are in the larger
_IN_ORDER = 0.99
#: What the key of the person is called where a table says which column it is.
PERSON = "the person"
_PERSONAL = {"person", "client", "offender", "patient", "subject", "participant", "pnc", "nhs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """The cells of one key column."""

    table: int
    place: int
    cells: frozenset[str]
    distinct: int
    rows: int

    @property
    def unique(self) -> bool:
        """Whether every row has its own."""
        return self.distinct >= 0.999 * self.rows


def infer_tables(
    frames: Mapping[str, pd.DataFrame],
    *,
    person: str | None = None,
    hide: Sequence[str] = (),
) -> tuple[SourceTable, ...]:
    """Return tables with the parts of their columns, as far as the cells show them.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Name of each table = its raw cells.
    person : str, optional
        Heading of the column that identifies the person; found by its name, its overlap between
        tables and its repeats if omitted.
    hide : sequence of str
        Headings of columns to be replaced by made-up words, whatever they look like.

    Raises
    ------
    RecordError
        If headings look like cells of a record, or *person* or one of *hide* is none.
    """
    for name, frame in frames.items():
        suspect = cells_in_headings(frame)
        if suspect:
            raise RecordError(
                f"{name}: {suspect} of its {frame.shape[1]} headings look like cells of a record, "
                "and headings are copied. Say in which row they stand (--header-row N); a file "
                "that has none needs some first"
            )
    hidden = {plain(heading) for heading in hide}
    tables = []
    for name, frame in frames.items():
        columns = [
            Column(heading=str(heading), role="text", because="you named it")
            if plain(heading) in hidden
            else infer_column(
                frame.iloc[:, place],
                str(heading),
                missing=MISSING_TEXTS,
            )
            for place, heading in enumerate(frame.columns)
        ]
        tables.append(SourceTable(name=name, frame=frame, columns=tuple(columns)))
    headings = [column.heading for table in tables for column in table.columns]
    known = {plain(heading) for heading in headings}
    lost = [h for h in (*hide, *([person] if person else [])) if plain(h) not in known]
    if lost:
        raise RecordError(no_such_heading(lost, headings))
    tables = list(join_keys(tables, person=plain(person) if person else None))
    tables = [replace(table, orders=date_orders(table)) for table in tables]
    return tuple(identifiers_found(table) for table in tables)


def identifiers_found(table: SourceTable) -> SourceTable:
    """Return *table* with numbers that differ between its people as keys, repeated rows or not."""
    if table.person is None:
        return table
    who = distinct_cells(table.frame.iloc[:, table.person])[0]
    columns = list(table.columns)
    for place, column in enumerate(columns):
        if column.role != "number":
            continue
        typed = type_column(table.frame.iloc[:, place], column, table)
        known = typed.present & (who >= 0) & (typed.decimals == 0)
        numbers = typed.values[known]  # noqa: PD011 - ours, not pandas'
        why = why_identifier(numbers, who[known])
        if why:
            columns[place] = as_identifier(column.heading, why)
    return replace(table, columns=tuple(columns))


def join_keys(
    tables: Sequence[SourceTable], *, person: str | None = None
) -> tuple[SourceTable, ...]:
    """Return *tables* with the keys that join them named, and the column of the person found.

    Columns join where their headings are the same but for case and signs, and half of the cells
    of the smaller are in the larger. A table that names its person's column keeps it.
    """
    groups = _groups(tables, person)
    shared = {name: keys for name, keys in groups.items() if len(keys) > 1}
    who = person if person is not None else _person(tables, groups, shared)
    out = []
    for number, table in enumerate(tables):
        columns = list(table.columns)
        place_of_person = table.person
        for name, keys in groups.items():
            for key in (key for key in keys if key.table == number):
                because = columns[key.place].because
                if name in shared:
                    because = f"the same heading joins {len(shared[name])} tables"
                joined = name if name in shared or name == who else ""
                columns[key.place] = replace(
                    columns[key.place], role="key", key=joined, because=because
                )
                if name == who and table.person is None:
                    place_of_person = key.place
        out.append(replace(table, columns=tuple(columns), person=place_of_person))
    return tuple(out)


def _groups(tables: Sequence[SourceTable], person: str | None) -> dict[str, list[_Keys]]:
    """Return the key columns under the same heading that hold the same things."""
    found: dict[str, list[_Keys]] = {}
    names = [[_name(table, place) for place in range(len(table.columns))] for table in tables]
    often = Counter(name for of_table in names for name in of_table)
    # Codes that repeat look like texts or numbers; under the heading of a key elsewhere they may
    # join it.
    keyed = {
        name
        for table, of_table in zip(tables, names, strict=True)
        for name, column in zip(of_table, table.columns, strict=True)
        if column.role == "key"
    }
    for number, table in enumerate(tables):
        for place, column in enumerate(table.columns):
            name = names[number][place]
            named = name == person or table.person == place
            may = column.role == "key" or (name in keyed and column.role in {"text", "number"})
            if not named and (not may or any(k.table == number for k in found.get(name, []))):
                continue
            code, labels = distinct_cells(table.frame.iloc[:, place])
            used = np.bincount(code[code >= 0], minlength=len(labels)) > 0
            texts = map(text_of, labels[used]) if often[name] > 1 else ()
            keys = _Keys(
                table=number,
                place=place,
                cells=frozenset(texts) - {*table.missing, ""},
                distinct=int(used.sum()),
                rows=int((code >= 0).sum()),
            )
            before = found.setdefault(name, [])
            if named or not before or any(_overlap(keys.cells, k.cells) for k in before):
                before.append(keys)
            else:
                found[f"{name}/{number}"] = [keys]
    return found


def _name(table: SourceTable, place: int) -> str:
    """Return the heading of a column, plain; one name for the person, whatever its headings."""
    return PERSON if table.person == place else plain(table.columns[place].heading)


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) >= _OVERLAP * smaller


def _person(
    tables: Sequence[SourceTable],
    groups: Mapping[str, list[_Keys]],
    shared: Mapping[str, list[_Keys]],
) -> str | None:
    """Return the key that identifies the person, or None where each row is a person.

    Of keys that join tables the one in most tables, and of these the one with fewest different
    cells (a person has several episodes, an episode one person). In a single table a key that
    repeats, one that speaks of a person before others.
    """
    if shared:
        return max(
            shared, key=lambda name: (len(shared[name]), -max(k.distinct for k in shared[name]))
        )
    if len(tables) > 1:
        return None
    repeated = [name for name, keys in groups.items() if not keys[0].unique]
    headings = {
        name: words_of(tables[0].columns[keys[0].place].heading) for name, keys in groups.items()
    }
    personal = [name for name in repeated if set(headings[name]) & _PERSONAL]
    named = [
        name for name in repeated if is_identifier(tables[0].columns[groups[name][0].place].heading)
    ]
    return next(iter([*personal, *named]), None)


def date_orders(table: SourceTable) -> tuple[tuple[int, ...], ...]:
    """Return which dates of a row follow one another in (nearly) all rows that have both."""
    places = [i for i, column in enumerate(table.columns) if column.role == "date"]
    typed = {i: type_column(table.frame.iloc[:, i], table.columns[i], table) for i in places}
    values = {i: column.values for i, column in typed.items()}  # noqa: PD011
    places = [i for i in places if (~np.isnan(values[i])).any()]
    places.sort(key=lambda i: float(np.nanmedian(values[i])))
    orders: list[list[int]] = []
    for place in places:
        for order in orders:
            if all(_follows(values[before], values[place]) for before in order):
                order.append(place)
                break
        else:
            orders.append([place])
    return tuple(tuple(order) for order in orders if len(order) > 1)


def _follows(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
    gap = second - first
    known = gap[~np.isnan(gap)]
    return known.size >= 10 and float((known >= 0).mean()) >= _IN_ORDER
