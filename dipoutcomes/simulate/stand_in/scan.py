"""A look at every cell of the made tables for something that is somebody's.

It knows nothing of how the tables were made: it counts people and compares cells again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in.cells import FAULT, PRESENT, distinct_cells, type_column
from dipoutcomes.simulate.stand_in.keys import comparable
from dipoutcomes.simulate.stand_in.own_values import numbers_of_their_own
from dipoutcomes.simulate.stand_in.reading import ReadTable
from dipoutcomes.simulate.stand_in.source import SourceTable

_PRIVATE = ("key", "text")
_WORDS = ("category", "flag")


def refuse_leaks(
    reads: Sequence[ReadTable], made: Mapping[str, SourceTable], *, fewest: int
) -> None:
    """Raise `DisclosureError` if a made table holds a real key, text or rare word.

    Parameters
    ----------
    reads : sequence of ReadTable
        The real tables.
    made : mapping of str to SourceTable
        The tables to be written.
    fewest : int
        People who must share a word for it to be common.

    Raises
    ------
    DisclosureError
        With the number of columns and cells, and never a cell.
    """
    private = _private_cells(reads)
    faults = []
    for read in reads:
        table = made[read.table.name]
        for place, column in enumerate(read.columns):
            role = column.column.role
            if role in _PRIVATE:
                found = _found(table, place, private)
                says = "cells that are a real key or text"
            elif role in _WORDS:
                found = _found_words(table, place, read, fewest)
                says = f"cells with a word that fewer than {fewest} people have"
            else:
                found = _found_faults(table, place, read)
                says = "cells of no known form"
            if role == "number" and not found:
                found = _found_numbers(table, place, read, fewest)
                says = "numbers that are somebody's own"
            if found:
                faults.append(f"{read.table.name}, column {place + 1}: {found:,} {says}")
    if faults:
        raise DisclosureError(
            "the stand-in would hold what is somebody's, so nothing was written:\n  "
            + "\n  ".join(faults)
        )


def _private_cells(reads: Sequence[ReadTable]) -> set[str]:
    cells: set[str] = set()
    for read in reads:
        for column in read.columns:
            if column.column.role in _PRIVATE:
                used = np.bincount(column.code[column.present], minlength=len(column.labels)) > 0
                cells.update(comparable(column.labels[used].tolist()))
    return cells


def _made_cells(table: SourceTable, place: int) -> tuple[list[str], list[int]]:
    """Return the distinct made cells, as they are compared, and how often each stands there."""
    code, labels = distinct_cells(table.frame.iloc[:, place])
    counts = np.bincount(code[code >= 0], minlength=len(labels))
    return comparable(labels[counts > 0].tolist()), counts[counts > 0].tolist()


def _found(table: SourceTable, place: int, private: set[str]) -> int:
    cells, counts = _made_cells(table, place)
    return sum(n for cell, n in zip(cells, counts, strict=True) if cell in private)


def _found_words(table: SourceTable, place: int, read: ReadTable, fewest: int) -> int:
    import pandas as pd

    column = read.columns[place]
    pairs = pd.DataFrame({"code": column.code, "person": read.person})[column.code >= 0]
    people = pairs.groupby("code")["person"].nunique()
    common = set(comparable([column.labels[c] for c in people.index[people >= fewest]]))
    common |= {text.casefold() for text in table.missing} | {""}
    cells, counts = _made_cells(table, place)
    return sum(n for cell, n in zip(cells, counts, strict=True) if cell not in common)


def _found_numbers(table: SourceTable, place: int, read: ReadTable, fewest: int) -> int:
    """Return how many numbers fewer than *fewest* have, where nearly everybody has their own."""
    column = read.columns[place]
    own = numbers_of_their_own(column.values, read.person, fewest=fewest, decimals=column.decimals)
    if not own.size:
        return 0
    typed = type_column(table.frame.iloc[:, place], column.column, table)
    return int(np.isin(typed.values, own).sum())


def _found_faults(table: SourceTable, place: int, read: ReadTable) -> int:
    """Return how many cells of dates and numbers are neither, nor a blank of the real column."""
    typed = type_column(table.frame.iloc[:, place], read.columns[place].column, table)
    if read.columns[place].column.role == "blank":
        return int((typed.state == PRESENT).sum())
    return int((typed.state == FAULT).sum())
