"""The faults that the first recipe asks for; they share one random stream, in this order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dipoutcomes.simulate.dirt import words as w
from dipoutcomes.simulate.dirt.kind import Kind, Spoilt, spoilt_cells
from dipoutcomes.simulate.dirt.tables import DAY_FIRST, Dirt


def duplicate(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    """Put a copy behind a row."""
    everything = np.ones(len(dirt.clean[kind.table]), dtype=bool)
    labels = dirt.pick(kind.table, everything, rows)
    added = dirt.add(kind.table, dirt.raw[kind.table].loc[labels])
    return Spoilt(
        rows=rows,
        numbers=added,
        clients=dirt.clients(kind.table, labels),
        rejects=tuple((kind.table, row, "row", w.COPY) for row in added),
    )


def _arrest_before_birth(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("events", dirt.plain_arrests, rows)
    born = dirt.birth_date[dirt.clean["events"].loc[labels, "person_id"]]
    early = (born - np.timedelta64(400, "D")).dt.strftime(DAY_FIRST).to_numpy()
    for column in ("Date of offence", "Date of arrest"):
        dirt.set("events", labels, column, early)
    broken = (("offence_date", w.BEFORE_BIRTH), ("arrest_date", w.BEFORE_BIRTH))
    return spoilt_cells(dirt, kind, labels, rejects=broken)


def _impossible_date(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = dirt.pick("events", dirt.plain_arrests, rows)
    year = dirt.clean["events"].loc[labels, "arrest_date"].dt.strftime("%Y")
    dirt.set("events", labels, "Date of arrest", "31/02/" + year)
    return spoilt_cells(dirt, kind, labels, rejects=(("arrest_date", w.IMPOSSIBLE),))


def _overlapping_custody(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    spells = dirt.clean["custody"]
    days = (spells["end"] - spells["start"]).dt.days
    labels = dirt.pick(kind.table, days >= 9, rows)
    third = (days[labels] // 3).to_numpy().astype("timedelta64[D]")
    second = dirt.raw["custody"].loc[labels].copy()
    second["Date in"] = (spells.loc[labels, "start"] + third).dt.strftime(DAY_FIRST)
    first_ends = (spells.loc[labels, "end"] - third).dt.strftime(DAY_FIRST)
    dirt.set("custody", labels, "Date out", first_ends)
    first = dirt.rows("custody", labels)
    return Spoilt(
        rows=rows,
        numbers=first + dirt.add(kind.table, second),
        clients=dirt.clients(kind.table, labels),
        notes=(("custody", "overlap", rows),),
    )


def _custody_end_before_start(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    spells = dirt.clean["custody"]
    days = (spells["end"] - spells["start"]).dt.days
    labels = dirt.pick("custody", days >= 2, rows)
    _swap(dirt, "custody", labels, "Date in", "Date out")
    return spoilt_cells(dirt, kind, labels, rejects=(("end", w.BEFORE_START),))


def _episode_end_before_start(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    everything = np.ones(len(dirt.clean["episodes"]), dtype=bool)
    labels = dirt.pick("episodes", everything, rows, among="late")
    _swap(dirt, "episodes", labels, "Date started", "Date closed")
    broken = (("end", w.BEFORE_START),)
    return spoilt_cells(dirt, kind, labels, rejects=broken, notes=("rejected episodes",))


def _date_typed_as_text(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    ended = dirt.clean["episodes"]["end"]
    labels = dirt.pick("episodes", ended.notna(), rows)
    dirt.set("episodes", labels, "Date closed", ended[labels].dt.strftime(DAY_FIRST))
    return spoilt_cells(dirt, kind, labels, notes=(f"end: {DAY_FIRST}",))


def _swap(dirt: Dirt, table: str, labels: Any, one: str, other: str) -> None:
    raw = dirt.raw[table]
    raw.loc[labels, [one, other]] = raw.loc[labels, [other, one]].to_numpy()


def _copies(name: str, table: str) -> Kind:
    return Kind(
        name=name,
        table=table,
        says="the same row twice",
        answer="The first is kept, the copy is rejected",
        effect="none",
        spoil=duplicate,
    )


def _arrest(name: str, says: str, spoil: Callable[[Dirt, Kind, int], Spoilt]) -> Kind:
    return Kind(
        name=name,
        table="events",
        says=says,
        answer="The row is rejected",
        effect="uncertain",
        spoil=spoil,
    )


#: In the order in which they draw. Duplicates come last: they repeat a whole row.
KINDS = (
    _arrest(
        "arrest_before_birth", "offence and arrest 400 days before birth", _arrest_before_birth
    ),
    _arrest("impossible_date", "an arrest on 31 February", _impossible_date),
    Kind(
        name="overlapping_custody",
        table="custody",
        says="one spell as two that overlap and cover the same days",
        answer="Both are kept, their days count once, and overlaps are counted in a note",
        effect="none",
        spoil=_overlapping_custody,
    ),
    Kind(
        name="custody_end_before_start",
        table="custody",
        says="the two dates exchanged",
        answer="The row is rejected",
        effect="custody",
        spoil=_custody_end_before_start,
    ),
    Kind(
        name="episode_end_before_start",
        table="episodes",
        says="the two dates exchanged: this client has no usable episode",
        answer="The row is rejected, and a note counts people whose first episode may be another",
        effect="outside",
        spoil=_episode_end_before_start,
    ),
    Kind(
        name="date_typed_as_text",
        table="episodes",
        says="the closing date as text, dd/mm/yyyy, among true dates",
        answer="It is read in the declared format, and a note counts each way of reading",
        effect="none",
        spoil=_date_typed_as_text,
    ),
    _copies("duplicate_event_rows", "events"),
    _copies("duplicate_custody_rows", "custody"),
)
