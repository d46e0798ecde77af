"""One row of a scorecard that is built: a count, what it is a part of, and of which unit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal

from dipoutcomes import _display
from dipoutcomes.results import Estimate

#: What kind of number it is, which decides how two periods may be compared.
#: entries: episodes that begin or end in the period; cases: some of such episodes; stock: people
#: there on one day; sum: several of them may be of one person; sample: people followed.
Basis = Literal["entries", "cases", "stock", "sum", "sample"]
Parts = Literal["", "all", "some"]
NO_CLEAR_CHANGE = "no clear change"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def short(self) -> str:
        """Return the period as the axis of a figure has it: "Jan to Mar 2014"."""
        after = self.last + timedelta(days=1)
        if self.first.day != 1 or after.day != 1:
            return f"{self.first} to {self.last}"
        first, last = _MONTHS[self.first.month - 1], _MONTHS[self.last.month - 1]
        if self.first.year != self.last.year:
            first = f"{first} {self.first.year}"
        elif self.first.month == self.last.month:
            return f"{last} {self.last.year}"
        return f"{first} to {last} {self.last.year}"

    def __str__(self) -> str:
        return f"{_display.date_in_words(self.first)} to {_display.date_in_words(self.last)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change of one row since the last period, or why there is none to be judged.

    Parameters
    ----------
    estimate : Estimate or None
        A ratio of rates for rows that count entries, a difference of shares for parts.
    verdict : str
        "higher", "lower", "no clear change", or why it is not judged.
    """

    estimate: Estimate | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One row: a count with its unit, and what it is a percentage of.

    Parameters
    ----------
    id : str
        Small letters, digits and hyphens; the same row has the same id in every period.
    label, section : str
    count : int
    unit : str
        "episodes", "people", "tests", "interventions", "mentions", "outcomes".
    of : str
        Id of the row that it is a part of; "" for a total.
    group : str
        Name of the set of parts, where a total is split in several ways.
    parts : {"", "all", "some"}
        "all": the rows of the group add up to the total.
    basis : {"entries", "cases", "stock", "sum", "sample"}
    percent : bool
        Whether its share of *of* is a figure of the card.
    people, most_per_person
        For mentions: the row of those who could make them, and the most that one can make.
    previous_count : int or None
        Of the last period; None where none is asked for.
    change : Change or None
    """

    id: str
    label: str
    section: str
    count: int
    unit: str
    of: str = ""
    group: str = ""
    parts: Parts = ""
    basis: Basis = "cases"
    percent: bool = True
    people: str = ""
    most_per_person: int | None = None
    previous_count: int | None = None
    change: Change | None = None


def line_id(prefix: str, label: str) -> str:
    """Return an id made of a prefix and a value of an attribute; another value has another id.

    Examples
    --------
    >>> line_id("source", "Police")
    'source-police'
    >>> line_id("drug", "Subutex (illicit)").startswith("drug-subutex-illicit-")
    True
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if label == slug.replace("-", " ").capitalize() or label == slug.replace("-", " ").title():
        return f"{prefix}-{slug}"
    # What a slug leaves out, a few digits of the whole label keep apart.
    mark = sha256(label.encode()).hexdigest()[:6]
    return f"{prefix}-{slug}-{mark}" if slug else f"{prefix}-{mark}"
