"""What a reader should know of rows that were accepted: each doubt counted, as data.

A doubt never drops a row. It says how many rows there are of a kind that may be a fault, so that
a person can look, and where a key of the protocol decides, it names the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.dates import NO_DATE
from dipoutcomes.records.quality import overlapping_spells
from dipoutcomes.records.quarantine import Faults
from dipoutcomes.records.typed import TypedTable
from dipoutcomes.records.whose import Suspects

Mask = NDArray[np.bool_]

#: Codes that often stand for "not known". A word such as "Unknown" says itself what it is.
SENTINELS = ("-1", "-9", "-99", "0", "99", "999", "9999", "?", "-", "NULL", "null", "#N/A", "NaN")
_EARLY = date(1910, 1, 1).toordinal() - date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence about one table, with the count that it rests on.

    Parameters
    ----------
    table : str
    what : str
        A short name of what was counted, the same in every run.
    count : int
        Rows, spells, people or dates.
    says : str
        The sentence, without the name of the table.
    """

    table: str
    what: str
    count: int
    says: str

    def __str__(self) -> str:
        return f"{self.table}: {self.says}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screened:
    """One table after all rules, as a doubt sees it."""

    table: TypedTable
    faults: Faults
    person: NDArray[np.int64]
    suspects: Suspects
    stored_twice: int = 0
    days_apart: int = 0

    @property
    def kept(self) -> Mask:
        """Which rows were accepted."""
        return np.asarray(~self.faults.rejected)

    def days(self, column: str) -> NDArray[np.int64]:
        """Return a date column of the accepted rows."""
        return self.table.dates[column].days[self.kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing to count in one or more tables, and how it is said."""

    what: str
    tables: tuple[str, ...]
    says: str
    count: Callable[[Screened], int]


def _overlaps(seen: Screened) -> int:
    return overlapping_spells(seen.person[seen.kept], seen.days("start"), seen.days("end"))


def _same_day(seen: Screened) -> int:
    start = seen.days("start")
    return int(((start == seen.days("end")) & (start != NO_DATE)).sum())


def _no_birth_date(seen: Screened) -> int:
    mapped = "birth_date" in seen.table.rules.columns
    return int((seen.days("birth_date") == NO_DATE).sum()) if mapped else 0


def _early_birth_date(seen: Screened) -> int:
    born = seen.days("birth_date")
    return int(((born != NO_DATE) & (born < _EARLY)).sum())


def _lost_episodes(seen: Screened) -> int:
    return int((seen.faults.lost & (seen.person >= 0)).sum())


DOUBTS = (
    Doubt(
        what="no date of birth",
        tables=("persons",),
        says="{n} people have no date of birth: their age is not known, and no date of theirs "
        "could be held against it.",
        count=_no_birth_date,
    ),
    Doubt(
        what="born before 1910",
        tables=("persons",),
        says="{n} people have a date of birth before 1910. Where it stands for 'not known', name "
        "it under records.missing_dates.",
        count=_early_birth_date,
    ),
    Doubt(
        what="overlap",
        tables=("episodes",),
        says="{n} rows begin before an earlier episode of the same person has ended; such a row "
        "is no re-entry.",
        count=_overlaps,
    ),
    Doubt(
        what="overlap",
        tables=("custody",),
        says="{n} spells overlap an earlier one of the same person; their days count once.",
        count=_overlaps,
    ),
    Doubt(
        what="no day between",
        tables=("episodes",),
        says="{n} rows end on the day on which they begin.",
        count=_same_day,
    ),
    Doubt(
        what="no day between",
        tables=("custody",),
        says="{n} spells end on the day on which they begin: no day of them counts as inside.",
        count=_same_day,
    ),
    Doubt(
        what="in another cell",
        tables=("events", "custody", "exits", "linkage"),
        says="{n} rows that were rejected hold a known person's identifier in another column, as "
        "where cells have moved; that person's outcome counts as not known.",
        count=lambda seen: seen.suspects.moved,
    ),
    Doubt(
        what="look alike",
        tables=("events", "custody", "exits", "linkage"),
        says="{n} rows that were rejected name nobody exactly, and look like the identifier of a "
        "known person (letter case, leading zeros, O for 0 and the like); that person's outcome "
        "counts as not known.",
        count=lambda seen: seen.suspects.look_alike,
    ),
    Doubt(
        what="one letter",
        tables=("events", "custody", "exits", "linkage"),
        says="{n} rows that were rejected are one letter away from the identifier of a known "
        "person. records.similar_identifiers says whether that person's outcome counts as known.",
        count=lambda seen: seen.suspects.similar,
    ),
    Doubt(
        what="nobody",
        tables=("events", "custody", "exits", "linkage"),
        says="{n} rows that were rejected name no accepted person; whoever they belong to is not "
        "known.",
        count=lambda seen: seen.suspects.nobody,
    ),
    Doubt(
        what="rejected episodes",
        tables=("episodes",),
        says="{n} rows of accepted people were rejected; their first episode may therefore be "
        "another one.",
        count=_lost_episodes,
    ),
    Doubt(
        what="stored twice",
        tables=("events",),
        says="{n} rows repeat an earlier row of the same person under another identifier and were "
        "counted; records.repeated_events says so.",
        count=lambda seen: seen.stored_twice,
    ),
    Doubt(
        what="days apart",
        tables=("events",),
        says="{n} rows repeat type, offence and offence date of an earlier row of the same person "
        "a few days apart, and were counted: they may be the same event entered twice.",
        count=lambda seen: seen.days_apart,
    ),
)


def notes_on_rows(seen: Screened) -> Iterator[Note]:
    """Yield a note on each doubt that some row of a table raises."""
    name = seen.table.spec.name
    for doubt in DOUBTS:
        if name in doubt.tables and (count := doubt.count(seen)):
            says = doubt.says.format(n=f"{count:,}")
            yield Note(table=name, what=doubt.what, count=count, says=says)
    yield from _notes_on_texts(seen)


def _notes_on_texts(seen: Screened) -> Iterator[Note]:
    """Yield a note on each column of texts with codes that were kept, or with nothing in it."""
    table = seen.table
    texts = [c.name for c in table.spec.columns if c.kind == "text" and c.name in table.texts]
    for name in (*texts, *table.rules.attributes):
        if name not in table.rules.codes:  # whoever lists codes says what each of them means
            count = int((table.texts[name].equals(*SENTINELS) & seen.kept).sum())
            if count:
                yield Note(
                    table=table.spec.name,
                    what=f"{name}: code",
                    count=count,
                    says=f"{count:,} rows have a code in {name}, such as -1, 0 or 999, that often "
                    "stands for 'not known'. It was kept as a value; name it under "
                    "records.missing, or translate it under values.",
                )
    for name in table.rules.attributes:
        count = int((table.texts[name].missing & seen.kept).sum())
        if count:
            yield Note(
                table=table.spec.name,
                what=f"{name}: missing",
                count=count,
                says=f"{count:,} rows have nothing in {name}, or a word for nothing.",
            )


def notes_on_linkage(
    linkage: Screened, not_found: NDArray[np.int64], with_events: NDArray[np.int64], people: int
) -> Iterator[Note]:
    """Yield notes on people without a row, and on those not found whose events are there.

    Parameters
    ----------
    linkage : Screened
    not_found, with_events : ndarray of int64
        People of the accepted rows of linkage that say so, and of the accepted events.
    people : int
        Accepted people.
    """
    asked = int(_marked(linkage.person[linkage.person >= 0], people).sum())
    if asked < people:
        yield Note(
            table="linkage",
            what="no row",
            count=people - asked,
            says=f"{people - asked:,} people have no row: nobody answered for them, and they "
            "count as untraced.",
        )
    both = int((_marked(not_found, people) & _marked(with_events, people)).sum())
    if both:
        yield Note(
            table="linkage",
            what="events of the not found",
            count=both,
            says=f"{both:,} people were not found on police records, and the events table has "
            "rows of theirs. They count as untraced; ask the source which is right.",
        )


def _marked(person: NDArray[np.int64], people: int) -> Mask:
    """Return which of *people* are among *person*; no sorting, for these are millions of rows."""
    found = np.zeros(people, dtype=bool)
    found[person] = True
    return found
