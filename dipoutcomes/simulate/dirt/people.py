"""Faults of people: births that are none, areas and drugs that are codes, answers of the police."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dipoutcomes.simulate.dirt import words as w
from dipoutcomes.simulate.dirt.dates import WORDS_FOR_NOTHING
from dipoutcomes.simulate.dirt.kind import Kind, Note, Spoilt, spoilt_cells
from dipoutcomes.simulate.dirt.tables import Dirt, Pool, in_turn

#: What a system writes that has no way to leave a date out; a protocol declares it.
NO_BIRTH = date(1900, 1, 1)
OUTCOMES = ("events", "custody", "exits", "linkage")


def _labels(dirt: Dirt, kind: Kind, rows: int, among: Pool = "cohort") -> Any:
    everything = np.ones(len(dirt.clean[kind.table]), dtype=bool)
    return dirt.pick(kind.table, everything, rows, among=among)


def _no_birth_date(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = _labels(dirt, kind, rows, "outside")
    missing = kind.name.startswith("missing")
    dirt.raw["persons"].loc[labels, "Date of birth"] = None if missing else NO_BIRTH
    notes = ("no date of birth", "birth_date: stands for not known")
    return spoilt_cells(dirt, kind, labels, notes=notes[:1] if missing else notes)


def _impossible_birth_date(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = _labels(dirt, kind, rows, "late")
    dirt.raw["persons"].loc[labels, "Date of birth"] = "31/02/1980"
    clients = dirt.clients("persons", labels)
    own = dirt.rows("persons", labels)
    rejects = [("persons", row, "birth_date", w.IMPOSSIBLE) for row in own]
    notes: list[Note] = []
    for table in ("episodes", *OUTCOMES):
        others = dirt.rows_of(table, clients)
        rejects += [(table, row, "person_id", w.REJECTED_PERSON) for row in others]
        if others and table in OUTCOMES:
            notes.append((table, "nobody", len(others)))
    return Spoilt(
        rows=rows, numbers=own, clients=clients, rejects=tuple(rejects), notes=tuple(notes)
    )


def _word_for_no_area(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = _labels(dirt, kind, rows)
    dirt.raw["persons"].loc[labels, "Local authority"] = in_turn(WORDS_FOR_NOTHING, rows)
    return spoilt_cells(dirt, kind, labels, notes=("area: missing",))


def _code_for_no_drug(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = _labels(dirt, kind, rows)
    dirt.raw["episodes"].loc[labels, "Main drug"] = in_turn(("-1", "0", "99"), rows)
    return spoilt_cells(dirt, kind, labels, notes=("main_drug: code",))


def _no_answer(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = _labels(dirt, kind, rows)
    clients = dirt.clients("linkage", labels)
    dirt.drop("linkage", labels)
    return Spoilt(rows=rows, clients=clients, notes=(("linkage", "no row", rows),))


def _coded_not_found(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    arrested = set(dirt.clean["events"]["person_id"])
    fits = dirt.clean["linkage"]["person_id"].isin(arrested)
    labels = dirt.pick("linkage", fits, rows)
    dirt.set("linkage", labels, "Result", "NO TRACE")
    return spoilt_cells(dirt, kind, labels, notes=("events of the not found",))


def _unlisted_answer(dirt: Dirt, kind: Kind, rows: int) -> Spoilt:
    labels = _labels(dirt, kind, rows)
    dirt.raw["linkage"].loc[labels, "Result"] = "-1"
    return spoilt_cells(dirt, kind, labels, rejects=(("status", w.NOT_LISTED),))


PEOPLE = (
    Kind(
        name="missing_birth_date",
        table="persons",
        says="a client without a date of birth",
        answer="The row is kept, the age is not known, and a note counts it",
        effect="outside",
        spoil=_no_birth_date,
    ),
    Kind(
        name="birth_date_1900",
        table="persons",
        says="a client born on 1 January 1900, which stands for “not known”",
        answer="It is read as not known and counted. Where it is not declared, a note counts "
        "births before 1910",
        effect="outside",
        spoil=_no_birth_date,
        needs={"missing_dates": (NO_BIRTH,)},
    ),
    Kind(
        name="impossible_birth_date",
        table="persons",
        says="a client born on 31 February",
        answer="The row is rejected, and with it every row that names the client",
        effect="outside",
        spoil=_impossible_birth_date,
    ),
    Kind(
        name="word_for_no_area",
        table="persons",
        says="a client with NULL, N/A or unknown for the area",
        answer="The area is not known, and a note counts it",
        effect="attribute",
        spoil=_word_for_no_area,
        needs={"missing": WORDS_FOR_NOTHING},
    ),
    Kind(
        name="code_for_no_drug",
        table="episodes",
        says="an episode with -1, 0 or 99 for the main drug, which nobody declared",
        answer="It is kept as a value, and a note counts such codes",
        effect="attribute",
        spoil=_code_for_no_drug,
    ),
    Kind(
        name="missing_from_linkage",
        table="linkage",
        says="a client whom the file of the police's answers leaves out",
        answer="A note counts people nobody answered for",
        effect="untraced",
        spoil=_no_answer,
    ),
    Kind(
        name="coded_not_found",
        table="linkage",
        says="a client coded as not found, whose events are in the extract",
        answer="A note counts people not found whose events are there",
        effect="untraced",
        spoil=_coded_not_found,
    ),
    Kind(
        name="unlisted_answer",
        table="linkage",
        says="a client with -1 for the police's answer",
        answer="The row is rejected: the code is not in the protocol's list",
        effect="uncertain",
        spoil=_unlisted_answer,
    ),
)
