"""Every rule asked of one table, and what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records import quarantine as q
from dipoutcomes.records.no_record import check_no_record
from dipoutcomes.records.notes import Screened, notes_on_linkage, notes_on_rows
from dipoutcomes.records.people import ABSENT, REJECTED, People, people_of
from dipoutcomes.records.quality import date_counts, notes_on
from dipoutcomes.records.rules import LoadRules
from dipoutcomes.records.stored_twice import stored_twice
from dipoutcomes.records.typed import TypedTable, accepted_frame, check_cells, check_repeats
from dipoutcomes.records.uncertain import uncertain_rows
from dipoutcomes.records.whose import suspects_of

if TYPE_CHECKING:
    import pandas as pd


class Result(NamedTuple):
    """One table after all checks."""

    seen: Screened
    frame: pd.DataFrame
    uncertain: pd.DataFrame
    rejects: pd.DataFrame
    size: tuple[str, int, int]


def screen_persons(
    table: TypedTable, extract_date: date, key: bytes, rules: LoadRules
) -> tuple[People, Result]:
    """Return the people of the persons table, and what became of its rows."""
    faults = q.Faults(table.raw)
    check_no_record(table, faults)
    check_cells(table, faults, extract_date=extract_date)
    check_repeats(table, faults)
    people = people_of(table, ~faults.rejected, key)
    frame = accepted_frame(table, ~faults.rejected, people.pseudonyms)
    person = np.full(len(table), ABSENT, dtype=np.int64)
    return people, _result(table, faults, frame, person, people, rules)


def screen(table: TypedTable, people: People, extract_date: date, rules: LoadRules) -> Result:
    """Return what became of the rows of a table that names people."""
    faults = q.Faults(table.raw)
    check_no_record(table, faults)
    check_cells(table, faults, extract_date=extract_date)
    check_repeats(table, faults)
    identifiers = table.texts["person_id"]
    person = people.find(identifiers)
    faults.add("person_id", q.UNKNOWN_PERSON, (person == ABSENT) & ~identifiers.missing)
    faults.add("person_id", q.REJECTED_PERSON, person == REJECTED)
    view = table.row_view(people.births(person))
    for rule in table.spec.row_rules:
        faults.add(rule.column, rule.words, rule.broken(view))
    counts = _check_stored_twice(table, faults, person, rules)
    kept = ~faults.rejected
    frame = accepted_frame(table, kept, people.pseudonyms[person[kept]])
    return _result(table, faults, frame, person, people, rules, **counts)


def _check_stored_twice(
    table: TypedTable, faults: q.Faults, person: NDArray[np.int64], rules: LoadRules
) -> dict[str, int]:
    """Reject events that are stored twice, if the rules say so; else return how many there are."""
    if table.spec.name != "events":
        return {}
    found = stored_twice(table, person, ~faults.rejected)
    days_apart = int(found.days_apart.sum())
    if rules.repeated_events == "reject":
        faults.add("row", q.STORED_TWICE, found.exactly)
        return {"days_apart": days_apart}
    return {"stored_twice": int(found.exactly.sum()), "days_apart": days_apart}


def _result(
    table: TypedTable,
    faults: q.Faults,
    frame: pd.DataFrame,
    person: NDArray[np.int64],
    people: People,
    rules: LoadRules,
    **counts: int,
) -> Result:
    rejects = faults.frame()
    q.check_accounts(table.spec.name, len(table), len(frame), rejects)
    suspects = suspects_of(table, faults, person, people, rules.similar_identifiers)
    seen = Screened(table=table, faults=faults, person=person, suspects=suspects, **counts)
    return Result(
        seen=seen,
        frame=frame,
        uncertain=uncertain_rows(table, faults, person, people, suspects),
        rejects=rejects,
        size=(table.spec.name, len(table), int(faults.rejected.sum())),
    )


def notes_of(screened: Mapping[str, Result]) -> tuple[list[str], dict[tuple[str, str], int]]:
    """Return what is said of the tables, one after the other, and the counts in it."""
    said: list[str] = []
    counts: dict[tuple[str, str], int] = {}
    for name, part in screened.items():
        found = list(notes_on_rows(part.seen))
        if name == "linkage":
            status = part.frame["status"].to_numpy() == "not_found"
            not_found = part.seen.person[part.seen.kept][status]
            with_events = not_found[:0]
            if "events" in screened:  # before a draw they may not be looked at
                events = screened["events"].seen
                with_events = events.person[events.kept]
            people = len(screened["persons"].frame)
            found += notes_on_linkage(part.seen, not_found, with_events, people)
        said += [*notes_on(part.seen.table), *map(str, found)]
        counts |= {(name, what): n for what, n in date_counts(part.seen.table).items()}
        counts |= {(name, note.what): note.count for note in found}
    return said, counts
