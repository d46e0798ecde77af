"""What a kind of fault is: what is done to rows, and what the loader must answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dipoutcomes.simulate.dirt.tables import Dirt
from dipoutcomes.simulate.dirt.words import EFFECTS, Effect

#: Table, row, column and rule of one line of ``rejects.csv``.
Reject = tuple[str, int, str, str]
#: Table, short name and count of one note of the loader.
Note = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilt:
    """What one kind of fault did to the rows of one table.

    Parameters
    ----------
    rows : int
        How many rows, or people, were hit.
    numbers : tuple of int
        The rows themselves, by `Dirt.rows`; none where rows were taken out.
    clients : tuple of str
        Whose they are.
    rejects : tuple of (table, row, column, rule)
        Every line of ``rejects.csv`` that follows.
    notes : tuple of (table, what, count)
        How much is added to each count of the loader's notes.
    uncertain : tuple of str
        Clients whose outcome, or time in custody, the loader must take as not known.
    """

    rows: int
    numbers: tuple[int, ...] = ()
    clients: tuple[str, ...] = ()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    uncertain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault.

    Parameters
    ----------
    name : str
        The key under ``[faults]`` of a recipe.
    table : str
        The table that is spoilt.
    says : str
        What was done to the rows.
    answer : str
        What the toolkit does with them.
    effect : str
        One of `words.EFFECTS`.
    spoil : callable
        Takes the tables, this kind and the number of rows; returns what it did.
    needs : mapping
        What the protocol's ``[records]`` must declare for the answer to hold: key = values to
        add to a list, or a word.
    """

    name: str
    table: str
    says: str
    answer: str
    effect: Effect
    spoil: Callable[[Dirt, Kind, int], Spoilt]
    needs: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} ({self.table}): {self.says}. {self.answer}; {EFFECTS[self.effect]}."


def spoilt_cells(
    dirt: Dirt,
    kind: Kind,
    labels: Any,
    *,
    rejects: tuple[tuple[str, str], ...] = (),
    notes: tuple[str, ...] = (),
    also: tuple[tuple[str, str], ...] = (),
) -> Spoilt:
    """Return what follows where each of the rows *labels* breaks the same rules.

    Parameters
    ----------
    rejects : tuple of (column, rule)
    notes : tuple of str
        Counts of the same table to which each row adds one.
    also : tuple of (table, what)
        Counts of other tables.
    """
    rows = dirt.rows(kind.table, labels)
    clients = dirt.clients(kind.table, labels)
    counted = [(kind.table, what) for what in notes] + list(also)
    return Spoilt(
        rows=len(rows),
        numbers=rows,
        clients=clients,
        rejects=tuple((kind.table, row, *fault) for row in rows for fault in rejects),
        notes=tuple((table, what, len(rows)) for table, what in counted),
        uncertain=clients if kind.effect in {"uncertain", "custody"} else (),
    )
