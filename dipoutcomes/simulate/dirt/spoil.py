"""Spoil rows as real extracts are spoilt, and keep count of what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate.dirt.kind import Kind, Spoilt
from dipoutcomes.simulate.dirt.registry import FAULTS, FIRST
from dipoutcomes.simulate.dirt.tables import ROW, Dirt, Tables, TooFewRows
from dipoutcomes.simulate.dirt.words import Effect
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.streams import random_stream

#: Where the number of each row stands in each table's file, once it is written.
Places = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Rows of one table that were spoilt in one way, and what the loader must answer.

    Parameters
    ----------
    kind, table : str
    rows : int
        How many rows or people were hit.
    row_numbers : tuple of int
        The rows that were changed or added, as a spreadsheet shows them, headings counted.
    clients : tuple of str
        Whose they are.
    says, answer : str
        What was done, and what the toolkit does with it.
    effect : str
        One of `dirt.words.EFFECTS`.
    rejects : tuple of (table, row, column, rule)
        Every line of ``rejects.csv`` that follows from it.
    notes : tuple of (table, what, count)
        How much it adds to the counts in the loader's notes.
    uncertain : tuple of str
        Clients whose outcome, or time in custody, must be taken as not known.
    """

    kind: str
    table: str
    rows: int
    row_numbers: tuple[int, ...]
    clients: tuple[str, ...]
    says: str
    answer: str
    effect: Effect
    rejects: tuple[tuple[str, int, str, str], ...] = ()
    notes: tuple[tuple[str, str, int], ...] = ()
    uncertain: tuple[str, ...] = ()

    def to_dict(self, file: str) -> dict[str, Any]:
        """Return plain values; *file* is where the table was written."""
        return {
            "kind": self.kind,
            "table": self.table,
            "file": file,
            "rows": self.rows,
            "row_numbers": list(self.row_numbers),
            "clients": list(self.clients),
            "says": self.says,
            "loader": {
                "answer": self.answer,
                "effect": self.effect,
                "rejects": [
                    {"table": table, "row": row, "column": column, "rule": rule}
                    for table, row, column, rule in self.rejects
                ],
                "notes": [
                    {"table": table, "what": what, "count": count}
                    for table, what, count in self.notes
                ],
                "uncertain": list(self.uncertain),
            },
        }


def spoil(
    clean: Tables,
    raw: Tables,
    recipe: Recipe,
    *,
    first_rows: Mapping[str, int],
    rng: np.random.Generator,
) -> tuple[Tables, tuple[Fault, ...]]:
    """Return the raw tables with rows spoilt as ``recipe.faults`` says, and the faults.

    Parameters
    ----------
    clean : dict of str to DataFrame
        The true tables with true dates, labelled row by row as *raw* is.
    raw : dict of str to DataFrame
        The same with the office's headings and texts; not changed.
    recipe : Recipe
        How many of each kind, and the seed.
    first_rows : mapping of str to int
        Number of the first row below the headings in each table's file.
    rng : numpy.random.Generator
        Chooses the rows of the first kinds; each later kind draws from a stream of its own.

    Raises
    ------
    ProtocolError
        If there are fewer rows that fit than faults need; all such faults are named.

    Notes
    -----
    Each person has one fault at most, so that what a fault does can be told. Faults that lose a
    whole person or episode hit only people outside the true cohort, which so stays whole.
    """
    dirt = Dirt(clean, raw, extract_date=recipe.dates.extract_date, rng=rng)
    done: list[tuple[Kind, Spoilt]] = []
    problems: list[str] = []
    for name, kind in FAULTS.items():
        rows = getattr(recipe.faults, name)
        if rows:
            if name not in FIRST:
                dirt.rng = random_stream(recipe.seed, f"simulate/dirt/{name}")
            try:
                done.append((kind, kind.spoil(dirt, kind, rows)))
            except TooFewRows as few:
                problems.append(f"  {name} asks for {few}")
    if problems:
        head = "[faults] these people have too few rows. Ask for fewer, or make more people:"
        raise ProtocolError("\n".join([head, *problems]))
    places = {
        name: {int(row): at + first_rows[name] for at, row in enumerate(table[ROW])}
        for name, table in dirt.raw.items()
    }
    faults = [_fault(kind, spoilt, places) for kind, spoilt in done]
    return dirt.finished(), (*faults, _accented_names(raw, places, dirt))


def _fault(kind: Kind, spoilt: Spoilt, places: Places) -> Fault:
    return Fault(
        kind=kind.name,
        table=kind.table,
        rows=spoilt.rows,
        row_numbers=tuple(sorted(places[kind.table][row] for row in spoilt.numbers)),
        clients=spoilt.clients,
        says=kind.says,
        answer=kind.answer,
        effect=kind.effect,
        rejects=tuple(
            (table, places[table][row], column, rule) for table, row, column, rule in spoilt.rejects
        ),
        notes=spoilt.notes,
        uncertain=spoilt.uncertain,
    )


def _accented_names(raw: Tables, places: Places, dirt: Dirt) -> Fault:
    """Return the fault that is always there: names that only their own encoding reads right."""
    names = raw["linkage"]["Surname"] + raw["linkage"]["Forename"]
    there = raw["linkage"].index.isin(dirt.raw["linkage"].index)
    labels = raw["linkage"].index[there & np.array([not name.isascii() for name in names])]
    first = dirt.raw["linkage"][~dirt.raw["linkage"].index.duplicated()]
    numbers = [places["linkage"][int(row)] for row in first.loc[labels, ROW]]
    return Fault(
        kind="accented_name",
        table="linkage",
        rows=len(numbers),
        row_numbers=tuple(sorted(numbers)),
        clients=(),
        says="a name with a letter beyond ASCII, in a file in cp1252",
        answer="It is read in the encoding that the protocol declares, and never kept",
        effect="none",
    )
