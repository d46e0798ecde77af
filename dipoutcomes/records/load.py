"""Raw tables in, clean frames out: every row is accepted or rejected, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from dipoutcomes.errors import RecordError
from dipoutcomes.records import quarantine as q
from dipoutcomes.records.dictionary import DICTIONARY, TableSpec
from dipoutcomes.records.headings import check_headings
from dipoutcomes.records.pseudonyms import check_key
from dipoutcomes.records.quality import quality_table, reject_rules_table
from dipoutcomes.records.raw import RawTable
from dipoutcomes.records.rules import LoadRules, RecordsSection
from dipoutcomes.records.screen import Result, notes_of, screen, screen_persons
from dipoutcomes.records.typed import TypedTable, type_table
from dipoutcomes.results import Table

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Records:
    """The records of a study after the dictionary: pseudonymous, typed, complete.

    Parameters
    ----------
    persons, episodes, events, custody, exits, linkage : DataFrame
        The accepted rows, with the columns of the dictionary and the attributes of the protocol.
        ``person_id`` is a pseudonym, ``event_id`` and ``episode_id`` the number of the row in its
        file, dates are ``datetime64[ns]``, texts are str or None. A table without a source is
        empty.
    uncertain : DataFrame
        ``person_id``, ``table``, ``date`` (NaT if not known): a row for each rejected row that
        may hide something a known person did (events, custody, exits, linkage). A row that
        names nobody exactly stands there for each person whom it may mean.
    rejects : DataFrame
        ``file``, ``sheet``, ``row``, ``table``, ``column``, ``rule``, ``message``: one row for each
        fault; never a value from a record.
    quality, reject_rules : Table
        Rows read, accepted and rejected by table; rejected rows by rule.
    notes : tuple of str
        How dates were read, overlaps, what else a reader should know.
    note_counts : mapping of (str, str) to int
        What the notes count, by table and by a short name that is the same in every run.
    """

    persons: pd.DataFrame
    episodes: pd.DataFrame
    events: pd.DataFrame
    custody: pd.DataFrame
    exits: pd.DataFrame
    linkage: pd.DataFrame
    uncertain: pd.DataFrame
    rejects: pd.DataFrame
    quality: Table
    reject_rules: Table
    notes: tuple[str, ...]
    note_counts: Mapping[tuple[str, str], int]

    def __repr__(self) -> str:
        """Say how much there is, never who."""
        return f"Records({len(self.persons):,} persons, {len(self.events):,} events)"

    def __str__(self) -> str:
        return "\n".join([str(self.quality), *(f"  {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        return self.quality._repr_html_()


def load_records(
    raw: Mapping[str, RawTable],
    section: RecordsSection | LoadRules,
    *,
    extract_date: date,
    key: bytes,
    progress: Progress | None = None,
) -> Records:
    """Return the records that pass the data dictionary, and say what became of the others.

    Parameters
    ----------
    raw : mapping of str to RawTable
        Tables by the toolkit's name; persons, episodes and events are needed.
    section : LoadRules, or the records section of a protocol
        Headings, codes, date formats and how many rows may be lost.
    extract_date : date
        The day on which the records were taken; no date may lie after it.
    key : bytes
        Secret for the pseudonyms, at least 32 bytes.
    progress : callable, optional
        Called with a short sentence as each table begins.

    Returns
    -------
    Records

    Raises
    ------
    RecordError
        If a table or heading is missing, a 1904 workbook holds bare serial numbers, or a table
        loses more rows than the protocol allows (`TooManyRejectsError`, which carries them).
    TypeError, ValueError
        If the key is not bytes, or shorter than 32 of them.

    Notes
    -----
    A rejected row of events, custody, exits or linkage never makes its person look clean: it
    stands in ``uncertain``, and the analysis bounds what it may have been. Copies, headings
    among the rows and totals are rejected and lose nothing. What only may be a fault (an event
    stored twice, a spell without a day) is kept and counted in ``notes``. Where an identifier is
    repeated with different content no row of them is kept. Names and other columns that the
    protocol does not map never leave here.
    """
    check_key(key)
    rules = section if isinstance(section, LoadRules) else LoadRules.from_section(section)
    check_headings(raw, rules)
    say = progress or _silent
    typed: dict[str, TypedTable] = {}
    for name in DICTIONARY:
        if name in rules.tables:
            say(f"reading the columns of {name} ({len(raw[name].rows):,} rows)")
            typed[name] = type_table(raw[name], rules)
    _refuse_1904(typed)
    say("checking persons")
    people, first = screen_persons(typed["persons"], extract_date, key, rules)
    screened = {"persons": first}
    for name, table in typed.items():
        if name != "persons":
            say(f"checking {name}")
            screened[name] = screen(table, people, extract_date, rules)
    return _assemble(screened, rules)


def _silent(_: str) -> None:
    """Say nothing."""


def _refuse_1904(typed: Mapping[str, TypedTable]) -> None:
    problems = [
        f"{name}, {column}: {dates.bare_serials_1904:,} bare numbers"
        for name, table in typed.items()
        for column, dates in table.dates.items()
        if dates.bare_serials_1904
    ]
    if problems:
        raise RecordError(
            "a workbook counts its days from 1904 and holds dates as bare numbers, which may have "
            "been pasted from a workbook that counts from 1900 (four years apart). Format the "
            "cells as dates in the source, or export it as CSV:",
            problems,
        )


def _assemble(screened: Mapping[str, Result], rules: LoadRules) -> Records:
    sizes = [part.size for part in screened.values()]
    rejects = _joined([part.rejects for part in screened.values()], q.empty_rejects())
    q.check_reject_share(sizes, rejects, rules.maximum_reject_percent)
    notes, counts = notes_of(screened)
    frames: dict[str, pd.DataFrame] = {
        name: screened[name].frame if name in screened else empty_frame(spec)
        for name, spec in DICTIONARY.items()
    }
    return Records(
        **frames,
        uncertain=_joined([p.uncertain for p in screened.values()], screened["persons"].uncertain),
        rejects=rejects,
        quality=quality_table(sizes, notes),
        reject_rules=reject_rules_table(rejects),
        notes=tuple(notes),
        note_counts=MappingProxyType(counts),
    )


def _joined(parts: list[pd.DataFrame], if_empty: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else if_empty


def empty_frame(spec: TableSpec) -> pd.DataFrame:
    """Return a frame without rows that has the columns of a table, in their types."""
    import pandas as pd

    types = {"date": "datetime64[ns]", "bool": "bool", "row_id": "int64"}
    return pd.DataFrame(
        {c.name: pd.Series(dtype=types.get(c.kind, "object")) for c in spec.columns}
    )
