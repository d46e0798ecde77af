"""Faults of whole rows: moved cells, rows that are no records, events stored twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.simulate.dirt import words as w
from dipoutcomes.simulate.dirt.first import duplicate
from dipoutcomes.simulate.dirt.kind import Kind, Spoilt, spoilt_cells
from dipoutcomes.simulate.dirt.tables import REF, ROW, Dirt, day_first

_SHIFTED = (
    ("person_id", w.MISSING),
    ("offence_date", w.UNREADABLE),
    ("event_type", w.NOT_LISTED),
    ("is_index", w.NOT_A_CHOICE),
)


def _cells_shifted(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("events", dirt.later_arrests, rows)
    headings = [name for name in dirt.raw["events"] if name != ROW]
    cells = dirt.raw["events"].loc[labels, headings].to_numpy()
    moved = np.empty_like(cells)
    moved[:, 0], moved[:, 1:] = "", cells[:, :-1]
    dirt.raw["events"].loc[labels, headings] = moved
    return spoilt_cells(dirt, kind, labels, rejects=_SHIFTED, notes=("in another cell",))


def _unlisted_code(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("events", dirt.later_arrests, rows)
    dirt.set("events", labels, "Type", "99")
    return spoilt_cells(dirt, kind, labels, rejects=(("event_type", w.NOT_LISTED),))


def _stored_again(dirt: Dirt, kind: Kind, labels: Any) -> Any:
    """Return the rows again under identifiers that no other row has."""
    again = dirt.raw["events"].loc[labels].copy()
    letters = "".join(word[0].upper() for word in kind.name.split("_"))
    again["PNC row"] = [f"{letters}{number:05d}" for number in range(1, len(labels) + 1)]
    return again


def _stored_twice(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("events", dirt.later_arrests, rows)
    added = dirt.add("events", _stored_again(dirt, kind, labels))
    return Spoilt(
        rows=rows,
        numbers=added,
        clients=dirt.clients("events", labels),
        rejects=tuple(("events", row, "row", w.STORED_TWICE) for row in added),
    )


def _entered_again(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    events = dirt.clean["events"]
    in_time = events["arrest_date"] + np.timedelta64(5, "D") <= dirt.extract_date
    fits = dirt.later_arrests & in_time
    labels = dirt.pick("events", fits, rows)
    again = _stored_again(dirt, kind, labels)
    days = dirt.rng.integers(1, 6, size=rows).astype("timedelta64[D]")
    again["Date of arrest"] = day_first(events.loc[labels, "arrest_date"] + days)
    return Spoilt(
        rows=rows,
        numbers=dirt.add("events", again),
        clients=dirt.clients("events", labels),
        notes=(("events", "days apart", rows),),
    )


def _rows_of_nobody(dirt: Dirt, table: str, cells: dict[str, Any], labels: Any) -> tuple[int, ...]:
    import pandas as pd

    headings = [str(name) for name in dirt.raw[table] if name != ROW]
    row = [cells.get(name) for name in headings]
    rows = pd.DataFrame([row] * len(labels), columns=headings, index=labels, dtype=object)
    return dirt.add(table, rows)


def _headings_again(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    headings = {str(name): name for name in dirt.raw[kind.table]}
    added = _rows_of_nobody(dirt, kind.table, headings, dirt.places(kind.table, rows))
    return _no_record(added, kind.table, w.HEADINGS)


def _totals(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    people = dirt.clean["persons"]
    last = np.repeat(people.index.to_numpy()[-1:], rows)
    cells = {REF: "Total", "Local authority": len(people)}
    return _no_record(_rows_of_nobody(dirt, kind.table, cells, last), kind.table, w.TOTAL)


def _no_record(added: tuple[int, ...], table: str, rule: str) -> Spoilt:
    rejects = tuple((table, row, "row", rule) for row in added)
    return Spoilt(rows=len(added), numbers=added, rejects=rejects)


def _blank(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    cells = dict.fromkeys(map(str, dirt.raw[kind.table]), None if kind.table == "episodes" else "")
    added = _rows_of_nobody(dirt, kind.table, cells, dirt.places(kind.table, rows))
    return Spoilt(rows=rows, numbers=added)


def _blank_kind(name: str, table: str, says: str) -> Kind:
    return Kind(
        name=name,
        table=table,
        says=says,
        answer="It is left out, and the rows below keep the numbers that a spreadsheet shows",
        effect="none",
        spoil=_blank,
    )


def _copies(table: str, noun: str) -> Kind:
    return Kind(
        name=f"duplicate_{noun}_rows",
        table=table,
        says="the same row twice",
        answer="The first is kept, the copy is rejected",
        effect="none",
        spoil=duplicate,
    )


ROWS = (
    Kind(
        name="cells_shifted",
        table="events",
        says="the cells of an arrest one column further to the right",
        answer="The row is rejected; whose it is shows in another cell, and a note counts it",
        effect="uncertain",
        spoil=_cells_shifted,
    ),
    Kind(
        name="unlisted_code",
        table="events",
        says="an arrest with 99 for the kind of event",
        answer="The row is rejected: the code is not in the protocol's list",
        effect="uncertain",
        spoil=_unlisted_code,
    ),
    Kind(
        name="event_stored_twice",
        table="events",
        says="an arrest a second time under another identifier",
        answer="The second is rejected. With records.repeated_events = “count” (the default) it "
        "counts, and a note says how many there are",
        effect="none",
        spoil=_stored_twice,
        needs={"repeated_events": "reject"},
    ),
    Kind(
        name="event_entered_again",
        table="events",
        says="an arrest a second time under another identifier, up to five days later",
        answer="Both are kept, and a note counts those that may be one",
        effect="counted",
        spoil=_entered_again,
    ),
    _copies("persons", "person"),
    _copies("episodes", "episode"),
    _copies("exits", "exit"),
    _copies("linkage", "linkage"),
)
NO_RECORDS = (
    Kind(
        name="headings_again",
        table="events",
        says="the row of headings once more among the rows",
        answer="The row is rejected as no record",
        effect="none",
        spoil=_headings_again,
    ),
    Kind(
        name="total_row",
        table="persons",
        says="a row “Total” with the number of clients below the last",
        answer="The row is rejected as no record",
        effect="none",
        spoil=_totals,
    ),
    _blank_kind("blank_rows", "custody", "a row of empty cells in a CSV file"),
    _blank_kind("blank_rows_in_workbook", "episodes", "a row of empty cells in the workbook"),
)
