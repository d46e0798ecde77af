"""What the cells of one row must be to each other, table by table, as data.

A rule never fires where a date that it compares is missing: that is the business of the rules
on missing values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.dates import NO_DATE
from dipoutcomes.records.text import TextColumn

Mask = NDArray[np.bool_]
ARRESTED = ("arrest", "charge")
PROVEN = ("conviction", "caution")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowView:
    """The typed cells of a table, as a rule sees them.

    Parameters
    ----------
    days : mapping of str to ndarray of int64
        Each date column as days since 1970-01-01.
    texts : mapping of str to TextColumn
    birth : ndarray of int64
        Day of birth of each row's person.
    faulty : mapping of str to ndarray of bool
        Date cells that were there and could not be read; they are not "missing" as well.
    """

    days: Mapping[str, NDArray[np.int64]]
    texts: Mapping[str, TextColumn]
    birth: NDArray[np.int64]
    faulty: Mapping[str, Mask]

    def earlier(self, first: str, second: str) -> Mask:
        """Return whether the date *first* lies before the date *second*; both must be known."""
        return _before(self.days[first], self.days[second])

    def before_birth(self, column: str) -> Mask:
        """Return whether the date lies before the person's birth."""
        return _before(self.days[column], self.birth)

    def lacks(self, column: str) -> Mask:
        """Return whether the date cell is empty."""
        return np.asarray((self.days[column] == NO_DATE) & ~self.faulty[column], dtype=bool)


def _before(one: NDArray[np.int64], other: NDArray[np.int64]) -> Mask:
    return np.asarray((one < other) & (one != NO_DATE) & (other != NO_DATE), dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """One rule on the cells of a row.

    Parameters
    ----------
    column : str
        The column that a reject names.
    words : str
        What is wrong, as the reject says it: "is before the start".
    broken : callable
        Takes a `RowView`, returns a mask of the rows that break the rule.
    suspects : tuple of str
        Date columns that can no longer be trusted in such a row.
    loses_information : bool
        Whether rejecting the row may hide something that its person did.
    """

    column: str
    words: str
    broken: Callable[[RowView], Mask]
    suspects: tuple[str, ...] = ()
    loses_information: bool = True


def before_birth(column: str) -> RowRule:
    """Return the rule that a date is not before the person's birth."""
    return RowRule(
        column=column,
        words="is before the person's birth",
        broken=lambda view: view.before_birth(column),
        suspects=(column,),
    )


def not_before(later: str, earlier: str, words: str) -> RowRule:
    """Return the rule that one date is not before another."""
    return RowRule(
        column=later,
        words=words,
        broken=lambda view: view.earlier(later, earlier),
        suspects=(later, earlier),
    )


def needed_by_type(column: str, types: tuple[str, ...]) -> RowRule:
    """Return the rule that events of some types must have a date."""
    return RowRule(
        column=column,
        words=f"is missing and its event type needs it ({' or '.join(types)})",
        broken=lambda view: view.lacks(column) & view.texts["event_type"].equals(*types),
        suspects=(column,),
    )


EPISODE_RULES = (
    not_before("end", "start", "is before the start"),
    before_birth("start"),
)
EVENT_RULES = (
    needed_by_type("arrest_date", ARRESTED),
    needed_by_type("offence_date", PROVEN),
    needed_by_type("proof_date", PROVEN),
    not_before("proof_date", "offence_date", "is before the offence date"),
    not_before("arrest_date", "offence_date", "is before the offence date"),
    before_birth("offence_date"),
    before_birth("arrest_date"),
    before_birth("proof_date"),
)
CUSTODY_RULES = (
    not_before("end", "start", "is before the start"),
    before_birth("start"),
)
EXIT_RULES = (before_birth("date"),)
