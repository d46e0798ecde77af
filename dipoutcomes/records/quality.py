"""What the reader of a report is told about the records: counts, rules, and how dates were read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.date_cells import AS_DATE
from dipoutcomes.records.dates import NO_DATE, DateColumn
from dipoutcomes.records.typed import TypedTable
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

_LETTERS = {
    "%d": "dd", "%m": "mm", "%b": "mmm", "%B": "month", "%Y": "yyyy", "%y": "yy", "%H": "hh",
    "%I": "hh", "%M": "mm", "%S": "ss", "%f": "ffffff", "%p": "am/pm",
}  # fmt: skip


def quality_table(sizes: Sequence[tuple[str, int, int]], notes: Sequence[str]) -> Table:
    """Return rows in, accepted and rejected, table by table."""
    return Table.of(
        "data_quality",
        "Rows of each table of the records: read, accepted and rejected",
        [
            Column(key="table", heading="Table", kind="label"),
            # A row of exits is a person who died or left, so few rows are few persons.
            Column(key="rows_in", heading="Rows read", kind="events"),
            Column(key="accepted", heading="Accepted", kind="events"),
            Column(key="rejected", heading="Rejected", kind="events", out_of="rows_in"),
        ],
        [[table, rows, rows - rejected, rejected] for table, rows, rejected in sizes],
        notes=notes,
    )


def reject_rules_table(rejects: pd.DataFrame) -> Table:
    """Return how many rows broke each rule; a row that breaks two is in both."""
    counts = rejects.groupby(["table", "column", "rule"], sort=False)["row"].nunique()
    return Table.of(
        "reject_rules",
        "Rejected rows by the rule that they break (a row may break several)",
        [
            Column(key="table", heading="Table", kind="label"),
            Column(key="column", heading="Column", kind="text"),
            Column(key="rule", heading="Rule", kind="text"),
            Column(key="rows", heading="Rows", kind="events"),
        ],
        [
            [table, column, rule, int(rows)]
            for (table, column, rule), rows in zip(counts.index.tolist(), counts, strict=True)
        ],
    )


def notes_on(table: TypedTable) -> list[str]:
    """Return sentences on how the dates of a table were read, columns with one answer together."""
    columns: dict[str, list[str]] = {}
    for name, dates in table.dates.items():
        if name in table.rules.columns:
            for says in _dates_say(dates):
                columns.setdefault(says, []).append(name)
    return [f"{table.spec.name} ({', '.join(names)}): {says}." for says, names in columns.items()]


def date_counts(table: TypedTable) -> dict[str, int]:
    """Return how many cells of each date column were read in each way, by column and way."""
    counts: dict[str, int] = {}
    for name, dates in table.dates.items():
        if name in table.rules.columns:
            counts |= {f"{name}: {way}": n for way, n in dates.counts.items()}
            counts |= {
                f"{name}: {what}": n
                for what, n in (
                    ("day and month could be exchanged", dates.ambiguous),
                    ("a day in the other order", dates.other_order),
                    ("year of two digits", dates.two_digit_years),
                    ("time of day dropped", dates.times_dropped),
                    ("stands for still open", dates.open_ended),
                    ("stands for not known", dates.not_known),
                )
                if n
            }
    return counts


def in_words(date_format: str) -> str:
    """Return a date format as people write it.

    Examples
    --------
    >>> in_words("%d/%m/%Y"), in_words("%d %b %y")
    ('dd/mm/yyyy', 'dd mmm yy')
    """
    for directive, letters in _LETTERS.items():
        date_format = date_format.replace(directive, letters)
    return date_format


def _dates_say(dates: DateColumn) -> list[str]:
    says = []
    said = {way: f"{way}s" if way == AS_DATE else in_words(way) for way in sorted(dates.counts)}
    ways = list(said.values())
    if len(ways) == 1:
        says.append(f"read as {ways[0]}")
    elif ways:
        parts = [f"{dates.counts[way]:,} as {words}" for way, words in said.items()]
        says.append("read " + ", ".join(parts))
    if dates.ambiguous:
        proof = {
            (True, False): "some dates have a day and month that could be exchanged; others of "
            "the same column show that the day comes first",
            (False, True): "some dates have a day and month that could be exchanged; others of "
            "the same column show that the month comes first",
            (True, True): "the column holds both day-first and month-first dates; "
            f"{dates.ambiguous:,} could be either",
            (False, False): f"{dates.ambiguous:,} dates have a day and month that could be "
            "exchanged, and no other date of the column shows which comes first",
        }[dates.day_first_proven, dates.month_first_proven]
        says.append(proof)
    if dates.other_order:
        says.append(
            f"{dates.other_order:,} dates are no day of the calendar and would be one with day and "
            "month exchanged, so others of the column may have been read the wrong way round"
        )
    if dates.two_digit_years:
        says.append(
            f"years of two digits: {dates.two_digit_years:,}; 69 to 99 were read as 19xx, 00 to 68 "
            "as 20xx"
        )
    if dates.times_dropped:
        says.append(f"cells from which a time of day was dropped: {dates.times_dropped:,}")
    if dates.open_ended:
        says.append(f"{dates.open_ended:,} dates stand for 'still open'")
    if dates.not_known:
        says.append(f"{dates.not_known:,} dates stand for 'not known'")
    return says


def overlapping_spells(
    person: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> int:
    """Return how many spells begin before an earlier spell of the same person has ended.

    Parameters
    ----------
    person, start, end : ndarray of int64, shape (n,)
        Person as a non-negative code; the end is the first day at liberty, `NO_DATE` if open.
    """
    if not person.size:
        return 0
    order = np.lexsort((start, person))
    person, start = person[order], start[order]
    closed = np.where(end == NO_DATE, np.int64(2**31), end)[order]
    # One running maximum serves everybody: a later person's key outweighs all earlier ones.
    weight = person * np.int64(2**33)
    latest = np.maximum.accumulate(weight + closed)
    same = person[1:] == person[:-1]
    return int((same & (weight[1:] + start[1:] < latest[:-1])).sum())
