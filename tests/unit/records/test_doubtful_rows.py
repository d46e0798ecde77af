"""Rows that may be faults are counted and said; rows that are no records lose nothing."""

import importlib.util
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from dipoutcomes.records import DEMONSTRATION_KEY, pseudonym
from dipoutcomes.records.dates import type_dates
from dipoutcomes.records.look_alike import looks, one_letter_apart, same_look

_spec = importlib.util.spec_from_file_location(
    "records_conftest_doubts", Path(__file__).with_name("conftest.py")
)
small = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(small)
load, raw, ROWS = small.load, small.raw, small.ROWS
E9 = ("P1", "E9", "arrest", "", "02/03/2014", "")  # E1 under another identifier


def rules_broken(records):
    return {
        (row.table, row.row, row.column, row.rule)
        for row in records.rejects.itertuples(index=False)
    }


def uncertain(records):
    names = {pseudonym([person], DEMONSTRATION_KEY)[0]: person for person in ("P1", "P2", "P3")}
    pairs = zip(records.uncertain["person_id"], records.uncertain["table"], strict=True)
    return [(names[who], table) for who, table in pairs]


def doubts(records):
    """Return what was counted, without how dates were read."""
    return {key: n for key, n in records.note_counts.items() if ": " not in key[1]}


def events(*rows):
    return {"events": [*ROWS["events"], *rows]}


def test_clean_tables_raise_no_doubt():
    assert doubts(load()) == {("persons", "no date of birth"): 1}  # that of P3 is not known


@pytest.mark.parametrize("table", sorted(ROWS))
def test_headings_among_the_rows_are_no_record(table):
    again = tuple(small.COLUMNS[table].values())
    records = load({table: [ROWS[table][0], again, *ROWS[table][1:]]})
    assert rules_broken(records) == {(table, 3, "row", "repeats the headings")}
    assert records.uncertain.empty
    assert doubts(records) == {("persons", "no date of birth"): 1}
    assert len(getattr(records, table)) == len(ROWS[table])


def test_a_row_with_one_heading_in_it_is_judged_like_any_other():
    records = load({"custody": [*ROWS["custody"], ("Client", "01/01/2014", "02/01/2014")]})
    assert {rule for *_, rule in rules_broken(records)} == {
        "names a person who is not in the persons table"
    }


@pytest.mark.parametrize("word", ["Total", "TOTAL: 235", "Grand total", "Sub-total 1,204"])
@pytest.mark.parametrize("table", sorted(ROWS))
def test_a_total_is_no_record(table, word):
    row = (word, *[""] * (len(small.COLUMNS[table]) - 2), "7")
    records = load({table: [*ROWS[table], row]})
    at = len(ROWS[table]) + 2
    assert rules_broken(records) == {(table, at, "row", "is a total and no record")}
    assert records.uncertain.empty
    assert doubts(records) == {("persons", "no date of birth"): 1}  # nobody's row is missed
    assert len(records.persons) == 3  # nobody is called Total


def test_somebody_whose_number_begins_with_the_word_is_a_person():
    people = [*ROWS["persons"], ("TOTALLY-7", "01/01/1980", "F"), ("total12x", "", "F")]
    assert len(load({"persons": people}).persons) == 5


def test_an_event_under_another_identifier_is_counted_and_said():
    records = load(events(E9))
    assert records.rejects.empty
    assert len(records.events) == 4
    assert records.note_counts["events", "stored twice"] == 1
    assert any("1 rows repeat an earlier row of the same person" in n for n in records.notes)


def test_an_event_under_another_identifier_is_rejected_where_the_protocol_says_so():
    records = load(events(E9, ("P1", "E8", *E9[2:])), repeated_events="reject")
    assert rules_broken(records) == {
        ("events", 5, "row", "is an earlier row under another identifier"),
        ("events", 6, "row", "is an earlier row under another identifier"),
    }
    assert records.uncertain.empty
    assert ("events", "stored twice") not in records.note_counts
    assert records.events["event_id"].tolist() == [2, 3, 4]  # the first of them was kept


@pytest.mark.parametrize(
    "other",
    [
        ("P2", "E9", "arrest", "", "02/03/2014", ""),  # another person
        ("P1", "E9", "charge", "", "02/03/2014", ""),  # another kind of event
        ("P1", "E9", "arrest", "", "03/03/2014", ""),  # another day, and no offence date
        ("P1", "E9", "arrest", "01/03/2014", "02/03/2014", ""),  # one says more
    ],
)
def test_events_that_differ_are_two(other):
    records = load(events(other), repeated_events="reject")
    assert records.rejects.empty
    assert not {("events", "stored twice"), ("events", "days apart")} & set(records.note_counts)


@pytest.mark.parametrize(("days", "said"), [(1, True), (7, True), (8, False)])
def test_an_event_entered_on_another_day_is_said_and_never_rejected(days, said):
    first = ("P2", "E8", "arrest", "01/02/2014", "02/02/2014", "")
    again = ("P2", "E9", "arrest", "01/02/2014", f"{2 + days:02}/02/2014", "")
    records = load(events(again, first), repeated_events="reject")
    assert records.rejects.empty
    assert records.note_counts.get(("events", "days apart"), 0) == said


def test_a_rejected_row_is_no_first_of_two():
    born = ("P1", "E7", "arrest", "01/01/1970", "02/02/2014", "")  # offence before birth
    records = load(events(born, ("P1", "E8", *born[2:])), repeated_events="reject")
    assert {rule for *_, rule in rules_broken(records)} == {"is before the person's birth"}
    assert uncertain(records) == [("P1", "events")] * 2


@pytest.mark.parametrize("name", ["p1", "P01", "P1.0", "P 1", "PI", "p-1"])
def test_an_identifier_that_looks_the_same_is_not_linked_and_its_person_not_clean(name):
    records = load(events((name, *E9[1:])))
    assert rules_broken(records) == {
        ("events", 5, "person_id", "names a person who is not in the persons table")
    }
    assert uncertain(records) == [("P1", "events")]
    assert records.note_counts["events", "look alike"] == 1
    assert ("events", "nobody") not in records.note_counts


@pytest.mark.parametrize("key", ["note", "uncertain"])
def test_one_letter_away_is_counted_and_uncertain_only_where_the_protocol_says_so(key):
    records = load(events(("X1", *E9[1:])), similar_identifiers=key)
    assert records.note_counts["events", "one letter"] == 1
    assert uncertain(records) == ([("P1", "events")] if key == "uncertain" else [])
    assert records.note_counts.get(("events", "nobody"), 0) == (key == "note")


def test_everybody_whom_one_letter_may_mean_is_uncertain():
    records = load(events(("P9", *E9[1:])), similar_identifiers="uncertain")
    assert uncertain(records) == [("P1", "events"), ("P2", "events"), ("P3", "events")]
    assert records.uncertain["date"].tolist() == [pd.Timestamp(2014, 3, 2)] * 3


def test_a_stranger_is_nobody_and_makes_nobody_uncertain():
    records = load(events(("Z-77", *E9[1:])), similar_identifiers="uncertain")
    assert records.uncertain.empty
    assert records.note_counts["events", "nobody"] == 1


def test_cells_that_moved_by_a_column_still_name_their_person():
    records = load(events(("", *E9[:-1])))
    assert {row for _, row, *_ in rules_broken(records)} == {5}
    assert uncertain(records) == [("P1", "events")]
    assert records.note_counts["events", "in another cell"] == 1
    assert pd.isna(records.uncertain["date"][0])  # no cell can be trusted


def test_a_stranger_with_a_clients_number_in_a_note_is_a_stranger():
    # The reference of the event happens to be a client's number; nothing else is wrong.
    records = load(events(("Z-77", "P1", *E9[2:])))
    assert records.uncertain.empty


def test_spells_without_a_day_and_overlapping_episodes_are_kept_and_counted():
    records = load(
        {
            "custody": [*ROWS["custody"], ("P2", "05/05/2014", "05/05/2014")],
            "episodes": [
                *ROWS["episodes"],
                ("P1", "01/07/2013", "01/09/2013"),
                ("P3", "14/09/2013", "14/09/2013"),
            ],
        }
    )
    assert records.rejects.empty
    assert doubts(records) == {
        ("persons", "no date of birth"): 1,
        ("custody", "no day between"): 1,
        ("episodes", "overlap"): 1,
        ("episodes", "no day between"): 1,
    }


def test_a_date_that_stands_for_not_known_is_missing_where_it_is_declared():
    people = [("P1", "01/01/1900", "M"), *ROWS["persons"][1:]]
    plain = load({"persons": people})
    assert plain.persons["birth_date"][0] == pd.Timestamp(1900, 1, 1)
    assert plain.note_counts["persons", "born before 1910"] == 1
    declared = load({"persons": people}, missing_dates=(date(1900, 1, 1),))
    assert pd.isna(declared.persons["birth_date"][0])
    assert declared.note_counts["persons", "birth_date: stands for not known"] == 1
    assert declared.note_counts["persons", "no date of birth"] == 2  # and that of P3
    assert any("1 dates stand for 'not known'" in note for note in declared.notes)


def test_typed_columns_know_the_declared_dates_too():
    stamps = pd.Series(pd.to_datetime(["1900-01-01", "2014-01-01", None]))
    read = type_dates(stamps, formats=(), not_known=(date(1900, 1, 1),))
    assert read.missing.tolist() == [True, False, True]
    assert read.not_known == 1


@pytest.mark.parametrize("cell", [99, 99.0, "99", -1, -1.0])
def test_a_number_declared_as_missing_is_missing_in_a_workbook_too(cell):
    cells = pd.Series([cell], dtype=object)
    read = type_dates(cells, formats=(), missing=("99", "-1"), date_system="1900")
    assert read.missing.tolist() == [True]


def test_codes_that_may_mean_not_known_are_counted_unless_they_are_listed():
    columns = {**small.COLUMNS["persons"], "area": "Area"}
    rows = [(*row, area) for row, area in zip(ROWS["persons"], ("-1", "99", ""), strict=True)]
    frame = pd.DataFrame(rows, columns=list(columns.values()), dtype=object)
    table = small.RawTable(table="persons", frame=frame, rows=np.arange(3) + 2, file="p.csv")
    attributes = {"persons": {"area": "Area"}}
    plain = load({"persons": table}, attributes=attributes)
    assert plain.note_counts["persons", "area: code"] == 2
    assert plain.note_counts["persons", "area: missing"] == 1
    codes = {"persons": {"area": {"-1": "abroad", "99": "Newport"}}}
    listed = load({"persons": table}, attributes=attributes, codes=codes)
    assert ("persons", "area: code") not in listed.note_counts


def test_people_nobody_answered_for_and_the_not_found_with_events_are_said():
    records = load({"linkage": [("P1", "not_found"), ("P2", "found")]})
    assert records.note_counts["linkage", "no row"] == 1
    assert records.note_counts["linkage", "events of the not found"] == 1


def test_tracing_can_be_read_where_events_may_not_be_looked_at():
    section = small.LoadRules(
        tables={name: small.TableRules(columns=small.COLUMNS[name]) for name in ROWS},
        date_formats=("%d/%m/%Y",),
        maximum_reject_percent=100,
    ).only([name for name in ROWS if name != "events"])
    tables = {name: raw(name, ROWS[name]) for name in ROWS if name != "events"}
    records = small.load_records(tables, section, extract_date=small.EXTRACT, key=DEMONSTRATION_KEY)
    assert records.events.empty
    assert doubts(records) == {("persons", "no date of birth"): 1}


words = st.text(alphabet="aAbBoO01lI .-", min_size=1, max_size=5)
labels = st.lists(words, max_size=6, unique=True).map(lambda x: np.array(x, dtype=object))


@settings(deadline=None, max_examples=200)
@hypothesis_given(labels, labels)
def test_pairs_are_those_that_a_person_would_find_one_by_one(unknown, known):
    near = [
        (i, j)
        for i, one in enumerate(unknown)
        for j, other in enumerate(known)
        if len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
    ]
    found = one_letter_apart(unknown, known)
    assert sorted(zip(found.unknown.tolist(), found.known.tolist(), strict=True)) == near
    seen = looks(unknown), looks(known)
    alike = [
        (i, j)
        for i, one in enumerate(seen[0])
        for j, other in enumerate(seen[1])
        if one and one == other
    ]
    same = same_look(unknown, known)
    assert sorted(zip(same.unknown.tolist(), same.known.tolist(), strict=True)) == alike
