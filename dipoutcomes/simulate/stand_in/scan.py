"""A look at every cell of the made tables for something that is somebody's.

It knows nothing of how the tables were made: it counts people and compares cells again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in.cells import FAULT, PRESENT, type_column
from dipoutcomes.simulate.stand_in.keys import comparable
from dipoutcomes.simulate.stand_in.reading import ReadTable
from dipoutcomes.simulate.stand_in.source import SourceTable

if TYPE_CHECKING:
    import pandas as pd

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
            if found:
                faults.append(f"{read.table.name}, column {place + 1}: {found:,} {says}")
    if faults:
        raise DisclosureError(
            "the stand-in would hold what is somebody's, so nothing was written:\n  "
            + "\n  ".join(faults)
        )


def _private_cells(reads: Sequence[ReadTable]) -> pd.Index[Any]:
    import pandas as pd

    cells: list[str] = []
    for read in reads:
        for column in read.columns:
            if column.column.role in _PRIVATE:
                used = pd.unique(column.code[column.present])
                cells += comparable([column.labels[code] for code in used])
    return pd.Index(cells, dtype=object).unique()


def _made_cells(table: SourceTable, place: int) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the distinct made cells, as they are compared, and how often each stands there."""
    import pandas as pd

    counts = table.frame.iloc[:, place].value_counts(dropna=True)
    counts = counts[counts > 0]
    return pd.Series(comparable(list(counts.index)), dtype=object), counts


def _found(table: SourceTable, place: int, private: pd.Index[Any]) -> int:
    cells, counts = _made_cells(table, place)
    return int(counts.to_numpy()[cells.isin(private).to_numpy()].sum())


def _found_words(table: SourceTable, place: int, read: ReadTable, fewest: int) -> int:
    import pandas as pd

    column = read.columns[place]
    pairs = pd.DataFrame({"code": column.code, "person": read.person})[column.code >= 0]
    people = pairs.groupby("code")["person"].nunique()
    common = set(comparable([column.labels[c] for c in people.index[people >= fewest]]))
    common |= {text.casefold() for text in table.missing} | {""}
    cells, counts = _made_cells(table, place)
    return int(counts.to_numpy()[~cells.isin(common).to_numpy()].sum())


def _found_faults(table: SourceTable, place: int, read: ReadTable) -> int:
    """Return how many cells of dates and numbers are neither, nor a blank of the real column."""
    typed = type_column(table.frame.iloc[:, place], read.columns[place].column, table)
    if read.columns[place].column.role == "blank":
        return int((typed.state == PRESENT).sum())
    return int((typed.state == FAULT).sum())
