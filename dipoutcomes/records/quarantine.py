"""Rejected rows: which, by what rule, and never with what was in them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import RecordError
from dipoutcomes.records.raw import RawTable

if TYPE_CHECKING:
    import pandas as pd

REJECT_COLUMNS = ("file", "sheet", "row", "table", "column", "rule", "message")

MISSING = "is missing"
UNREADABLE = "cannot be read in the declared date formats"
IMPOSSIBLE = "is not a day of the calendar"
OUT_OF_RANGE = "lies before 1900-01-01 or after the extract date"
NOT_LISTED = "has a code that is not in the protocol's list"
NOT_A_CHOICE = "is not one of the words that the dictionary allows"
COPY = "is a copy of an earlier row"
STORED_TWICE = "is an earlier row under another identifier"
HEADINGS = "repeats the headings"
TOTAL = "is a total and no record"
REPEATED = "is repeated with different content"
UNKNOWN_PERSON = "names a person who is not in the persons table"
REJECTED_PERSON = "names a person whose row of the persons table was rejected"

#: Rows that are no record of their own: rejecting one loses nothing.
HARMLESS = frozenset({COPY, STORED_TWICE, HEADINGS, TOTAL})
#: Rows that hold no record at all: no other rule is asked about them.
NO_RECORD = frozenset({HEADINGS, TOTAL})

_REMEDIES = {
    MISSING: "Fill it in the source, or add the text that stands there to records.missing.",
    UNREADABLE: "Correct it, or add the format to date_formats.",
    IMPOSSIBLE: "Correct the date in the source.",
    OUT_OF_RANGE: "Correct the date, or name it under open_ended_dates if it means 'still open'.",
    NOT_LISTED: "Correct the code, or add it to the protocol's values.",
    NOT_A_CHOICE: "Correct it, or translate it under values.",
    COPY: "The first of the copies was kept; nothing is lost.",
    STORED_TWICE: "The first was kept, as records.repeated_events says; nothing is lost.",
    HEADINGS: "Nothing is lost.",
    TOTAL: "Nothing is lost.",
    REPEATED: "No row of them was kept, for nothing says which is right. Correct the source.",
    UNKNOWN_PERSON: "Add the person, or correct the identifier.",
    REJECTED_PERSON: "Correct the person's own row.",
}
_ELSE = "Correct the dates in the source."


class Fault(NamedTuple):
    """One rule that some rows of a table break."""

    column: str
    rule: str
    where: NDArray[np.int64]  # positions in the table


class Faults:
    """The faults of one table, collected; a row may have several."""

    def __init__(self, raw: RawTable) -> None:
        self._raw = raw
        self._found: list[Fault] = []
        self.rejected = np.zeros(len(raw.rows), dtype=bool)
        self.harmless = np.zeros(len(raw.rows), dtype=bool)
        self._closed = np.zeros(len(raw.rows), dtype=bool)

    def add(self, column: str, rule: str, broken: NDArray[np.bool_]) -> None:
        """Reject the rows where *broken*."""
        where = np.flatnonzero(broken & ~self._closed)
        if where.size:
            self._found.append(Fault(column, rule, where))
            self.rejected[where] = True
            if rule in HARMLESS:
                self.harmless[where] = True
            if rule in NO_RECORD:
                self._closed[where] = True

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Which rejected rows were records of their own."""
        return np.asarray(self.rejected & ~self.harmless, dtype=bool)

    @property
    def found(self) -> Sequence[Fault]:
        """Each rule that was broken, in the order in which the rules were tried."""
        return tuple(self._found)

    def frame(self) -> pd.DataFrame:
        """Return one row for each fault, in the order of the file."""
        import pandas as pd

        if not self._found:
            return empty_rejects()
        sizes = [fault.where.size for fault in self._found]
        where = np.concatenate([fault.where for fault in self._found])
        messages = [
            f"{self._raw.table}: {fault.column} {fault.rule}. {_REMEDIES.get(fault.rule, _ELSE)}"
            for fault in self._found
        ]
        frame = pd.DataFrame(
            {
                "file": self._raw.file,
                "sheet": self._raw.sheet,
                "row": self._raw.rows[where],
                "table": self._raw.table,
                "column": np.repeat([fault.column for fault in self._found], sizes),
                "rule": np.repeat([fault.rule for fault in self._found], sizes),
                "message": np.repeat(messages, sizes),
            }
        )
        return frame.sort_values("row", kind="stable", ignore_index=True)


def empty_rejects() -> pd.DataFrame:
    """Return a rejects frame without rows."""
    import pandas as pd

    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in REJECT_COLUMNS})
    return frame.astype({"row": np.int64})


class TooManyRejectsError(RecordError):
    """More rows were rejected than the protocol allows.

    Attributes
    ----------
    rejects : DataFrame
        Every fault, as in ``rejects.csv``: rows and rules, no values.
    """

    def __init__(self, message: str, problems: Sequence[str], rejects: pd.DataFrame) -> None:
        super().__init__(message, problems)
        self.rejects = rejects


def check_accounts(table: str, rows_in: int, accepted: int, rejects: pd.DataFrame) -> None:
    """Raise unless every row that came in was accepted or rejected, and none was both."""
    rejected = int(rejects["row"].nunique())
    if rows_in != accepted + rejected:  # not a user's fault, so not one of our error classes
        raise RuntimeError(
            f"{table}: {rows_in} rows came in, {accepted} were accepted and {rejected} rejected"
        )


def check_reject_share(
    sizes: Sequence[tuple[str, int, int]], rejects: pd.DataFrame, maximum_percent: Decimal
) -> None:
    """Raise if any table lost a larger share of its rows than the protocol allows.

    Parameters
    ----------
    sizes : sequence of (table, rows in, rows rejected)
    rejects : DataFrame
        Every fault.
    maximum_percent : Decimal
        From 0 to 100.
    """
    over = [
        (table, rows_in, rejected)
        for table, rows_in, rejected in sizes
        if rejected * 100 > maximum_percent * rows_in
    ]
    if not over:
        return
    problems = []
    for table, rows_in, rejected in over:
        problems.append(
            f"{table}: {rejected:,} of {rows_in:,} rows rejected ({100 * rejected / rows_in:.1f}%)"
        )
        own = rejects[rejects["table"] == table]
        for (column, rule), rows in own.groupby(["column", "rule"], sort=False)["row"]:
            numbers = rows.tolist()
            more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
            named = f"{'rows' if len(numbers) > 1 else 'row'} {', '.join(map(str, numbers[:5]))}"
            remedy = _REMEDIES.get(str(rule), _ELSE)
            problems.append(f"  {column} {rule}: {named}{more}. {remedy}")
    raise TooManyRejectsError(
        f"more rows break the data dictionary than the protocol allows ({maximum_percent}% of a "
        "table). Correct the extract, or raise records.maximum_reject_percent and say why:",
        problems,
        rejects,
    )
