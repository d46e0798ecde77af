"""What a stand-in is made from: tables of raw cells, and the part that each column plays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

#: What a column is taken for, and what is done with it:
#: ``key`` (new keys, consistent across tables), ``text`` (names, addresses, free text: made-up
#: words), ``category`` (common words kept), ``number`` and ``date`` (drawn from coarse bins),
#: ``birth`` (a date of the person that lies before all others), ``flag`` (marks one row a
#: person), ``blank`` (empty).
Role = Literal["key", "text", "category", "number", "date", "birth", "flag", "blank"]

_MOST_HEADINGS = 12

#: Texts that stand for a missing value where nobody says which do.
MISSING_TEXTS = ("", "NA", "N/A", "NULL", "null", "None", "NaN", "nan", "-", "not known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    heading : str
        As it stands in the file; headings may repeat.
    role : Role
    formats : tuple of str
        ``strptime`` formats of a date written as text, tried in this order.
    filled : bool
        Whether every made row must have a value (an empty cell would be a fault of the row).
    key : str
        Of a key: the name of what it identifies; columns that share it share their keys.
    because : str
        Why it is taken for its role, as the report says it.
    """

    heading: str
    role: Role
    formats: tuple[str, ...] = ()
    filled: bool = False
    key: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceTable:
    """One table as it was read, with the part of each column.

    Parameters
    ----------
    name : str
        Of the table: what the report calls it.
    frame : DataFrame
        Raw cells; texts may be categories. Columns are taken by position.
    columns : tuple of Column
        One for each column of *frame*, in its order.
    person : int or None
        Position of the column that identifies the person; without one each row is a person.
    orders : tuple of tuples of int
        Positions of date columns that follow one another in time, earliest first.
    anchors : tuple of int
        Positions of dates from which an order is drawn forwards and backwards; the first date
        that is there, where none is named.
    kind : int or None
        Position of the category on which it depends which dates of a row are filled.
    flag_says : tuple of str
        Texts by which a flag says yes.
    flag_before : tuple of (str, int), optional
        Table and position of the date just before which the marked row of a person lies.
    one_each : bool
        Whether everybody has one row exactly.
    after_all : bool
        Whether its dates lie after all others of the person (deaths, leaving).
    missing : tuple of str
        Texts that stand for a missing value, surrounding spaces cut.
    open_days : tuple of int
        Days since 1970-01-01 that stand for "still open": kept as they are.
    last_day : int or None
        No date lies after it, in days since 1970-01-01.
    serial_days : bool
        Whether a bare number in a date column counts the days of a spreadsheet.
    """

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    person: int | None = None
    orders: tuple[tuple[int, ...], ...] = ()
    anchors: tuple[int, ...] = ()
    kind: int | None = None
    flag_says: tuple[str, ...] = ()
    flag_before: tuple[str, int] | None = None
    one_each: bool = False
    after_all: bool = False
    missing: tuple[str, ...] = MISSING_TEXTS
    open_days: tuple[int, ...] = ()
    last_day: int | None = None
    serial_days: bool = False

    def __post_init__(self) -> None:
        if len(self.columns) != self.frame.shape[1]:
            raise ValueError("`columns` must hold one entry for each column of `frame`")

    def __repr__(self) -> str:
        """Say what it is, never what is in it: a traceback may show this."""
        return f"SourceTable({self.name}: {self.frame.shape[1]} columns)"


def plain(heading: object) -> str:
    """Return a heading without case, spaces and signs, to see whether two are the same.

    Examples
    --------
    >>> plain("Client ref.") == plain("client_ref")
    True
    """
    return "".join(letter for letter in str(heading).casefold() if letter.isalnum())


def no_such_heading(lost: Sequence[str], known: Iterable[str]) -> str:
    """Return a sentence on headings that no file has, with the nearest that there are.

    Examples
    --------
    >>> no_such_heading(["client reff"], ["Client ref", "Sex"])
    "no file has the heading 'client reff'; did you mean 'Client ref'?"
    >>> no_such_heading(["Nope"], ["Client ref", "Sex"])
    "no file has the heading 'Nope'; the headings are 'Client ref', 'Sex'"
    """
    by_plain = {plain(heading): heading for heading in known}
    near = {
        word: by_plain[found[0]]
        for word in lost
        if (found := get_close_matches(plain(word), list(by_plain), n=1))
    }
    says = f"no file has the heading {', '.join(map(repr, lost))}"
    if len(near) == len(lost):
        return f"{says}; did you mean {', '.join(map(repr, near.values()))}?"
    headings = list(by_plain.values())
    rest = len(headings) - _MOST_HEADINGS
    more = f" and {rest} more" if rest > 0 else ""
    return f"{says}; the headings are {', '.join(map(repr, headings[:_MOST_HEADINGS]))}{more}"
