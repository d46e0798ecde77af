"""Every rule of the dictionary fires on the row that breaks it, and on no other."""

import importlib.util
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import RecordError
from dipoutcomes.records import (
    DEMONSTRATION_KEY,
    DICTIONARY,
    LoadRules,
    TableRules,
    TooManyRejectsError,
    load_records,
    pseudonym,
)

_spec = importlib.util.spec_from_file_location(
    "records_conftest", Path(__file__).with_name("conftest.py")
)
given = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(given)
load, raw, ROWS, EXTRACT = given.load, given.raw, given.ROWS, given.EXTRACT


def faults(records, table):
    own = records.rejects[records.rejects["table"] == table]
    return {(row, column): rule for row, column, rule in own[["row", "column", "rule"]].to_numpy()}


def name_of(person):
    return pseudonym([person], DEMONSTRATION_KEY)[0]


def test_clean_tables_pass_whole():
    records = load()
    assert records.rejects.empty
    assert records.uncertain.empty
    assert len(records.persons) == 3
    assert records.persons["birth_date"].tolist()[:2] == [
        pd.Timestamp(1980, 2, 1),
        pd.Timestamp(1985, 4, 3),
    ]
    assert pd.isna(records.persons["birth_date"][2])
    assert records.persons["person_id"].tolist() == [name_of(p) for p in ("P1", "P2", "P3")]
    assert records.events["event_id"].tolist() == [2, 3, 4]  # the row, not the reference number
    assert records.events["is_index"].tolist() == [False] * 3
    assert str(records.events["arrest_date"].dtype) == "datetime64[ns]"
    assert pd.isna(records.episodes["end"][1])
    assert records.quality.to_frame()["accepted"].tolist() == [3, 3, 3, 1, 1, 3]


def test_a_table_without_a_source_is_empty_with_its_columns():
    rows = {k: v for k, v in ROWS.items() if k in {"persons", "episodes", "events"}}
    section = LoadRules(
        tables={k: TableRules(columns=given.COLUMNS[k]) for k in rows}, date_formats=("%d/%m/%Y",)
    )
    tables = {k: raw(k, v) for k, v in rows.items()}
    records = load_records(tables, section, extract_date=EXTRACT, key=DEMONSTRATION_KEY)
    for name in ("custody", "exits", "linkage"):
        assert getattr(records, name).empty
        assert tuple(getattr(records, name).columns) == DICTIONARY[name].names


@pytest.mark.parametrize(
    ("table", "row", "column", "rule"),
    [
        ("persons", ("", "01/01/1980", "M"), "person_id", "is missing"),
        ("persons", ("P9", "1980-01-01", "M"), "birth_date", "cannot be read in the declared"),
        ("persons", ("P9", "31/02/1980", "M"), "birth_date", "is not a day of the calendar"),
        ("persons", ("P9", "31/12/1899", "M"), "birth_date", "lies before 1900-01-01 or after"),
        ("persons", ("P9", "15/10/2016", "M"), "birth_date", "lies before 1900-01-01 or after"),
        ("persons", ("P1", "02/02/1980", "M"), "person_id", "is repeated with different"),
        ("episodes", ("P1", "", "01/01/2014"), "start", "is missing"),
        ("episodes", ("P1", "02/01/2014", "01/01/2014"), "end", "is before the start"),
        ("episodes", ("P1", "31/01/1980", ""), "start", "is before the person's birth"),
        ("episodes", ("P8", "01/01/2014", ""), "person_id", "names a person who is not in"),
        ("custody", ("P1", "02/01/2014", "01/01/2014"), "end", "is before the start"),
        ("exits", ("P1", "01/01/1979", "death"), "date", "is before the person's birth"),
        ("exits", ("P1", "01/01/2014", "emigrated"), "kind", "is not one of the words"),
        ("linkage", ("P1", "not_found"), "person_id", "is repeated with different"),
        ("events", ("P1", "E9", "fine", "", "", ""), "event_type", "is not one of the words"),
        ("events", ("P1", "E9", "", "", "01/01/2014", ""), "event_type", "is missing"),
        ("events", ("P1", "E9", "arrest", "", "", ""), "arrest_date", "is missing and its event"),
        ("events", ("P1", "E9", "charge", "", "", ""), "arrest_date", "is missing and its event"),
        (
            "events",
            ("P1", "E9", "caution", "01/01/2014", "", ""),
            "proof_date",
            "is missing and its event type needs it (conviction or caution)",
        ),
        (
            "events",
            ("P1", "E9", "conviction", "", "", "01/01/2014"),
            "offence_date",
            "is missing and its event type needs it (conviction or caution)",
        ),
        (
            "events",
            ("P1", "E9", "conviction", "02/01/2014", "", "01/01/2014"),
            "proof_date",
            "is before the offence date",
        ),
        (
            "events",
            ("P1", "E9", "arrest", "", "31/01/1980", ""),
            "arrest_date",
            "is before the person's birth",
        ),
        (
            "events",
            ("P1", "E1", "arrest", "", "03/03/2014", ""),
            "event_id",
            "is repeated with different content",
        ),
    ],
)
def test_each_rule_rejects_its_row(table, row, column, rule):
    records = load({table: [*ROWS[table], row]})
    found = faults(records, table)
    at = len(ROWS[table]) + 2
    assert (at, column) in found
    assert found[at, column].startswith(rule)
    if not rule.startswith("is repeated"):
        assert {r for r, _ in found} == {at}  # and no other row
    assert len(getattr(records, table)) == len(ROWS[table]) - rule.startswith("is repeated")


def test_dates_on_the_limits_are_accepted():
    people = [("P1", "01/01/1900", "M"), ("P2", "14/10/2016", "F"), ("P3", "", "")]
    records = load({"persons": people})
    assert "persons" not in set(records.rejects["table"])


def test_the_first_copy_of_a_row_is_kept_and_nobody_becomes_uncertain():
    rows = [*ROWS["events"], ROWS["events"][0], ROWS["events"][0]]
    records = load({"events": rows})
    assert faults(records, "events") == {
        (5, "row"): "is a copy of an earlier row",
        (6, "row"): "is a copy of an earlier row",
    }
    assert len(records.events) == 3
    assert records.uncertain.empty


def test_a_person_repeated_with_different_content_is_lost_with_all_that_names_them():
    records = load({"persons": [*ROWS["persons"], ("P1", "02/02/1980", "M")]})
    assert name_of("P1") not in set(records.persons["person_id"])
    lost = records.rejects[records.rejects["table"] == "events"]
    assert set(lost["rule"]) == {"names a person whose row of the persons table was rejected"}
    assert lost["row"].tolist() == [2, 3]


def test_copies_of_a_person_are_one_person():
    records = load({"persons": [*ROWS["persons"], (" P1 ", "01/02/1980", "M")]})
    assert len(records.persons) == 3
    assert len(records.events) == 3


@pytest.mark.parametrize(
    ("row", "when"),
    [
        # Dated by a column that no fault touches: the day is known.
        (("P1", "E9", "conviction", "01/03/2014", "", ""), "2014-03-01"),
        # The dating column itself is in doubt, or which it is, is not known.
        (("P1", "E9", "arrest", "01/03/2014", "", ""), None),
        (("P1", "E9", "conviction", "02/01/2014", "", "01/01/2014"), None),
        (("P1", "E9", "conviction", "31/02/2014", "", "01/05/2014"), None),
        (("P1", "E9", "fine", "01/03/2014", "02/03/2014", "03/03/2014"), None),
        (("P1", "E9", "fine", "01/03/2014", "01/03/2014", "01/03/2014"), "2014-03-01"),
        (("P1", "E9", "arrest", "", "01/03/2099", ""), None),
    ],
)
def test_a_rejected_event_makes_its_person_uncertain(row, when):
    records = load({"events": [*ROWS["events"], row]})
    assert records.uncertain["person_id"].tolist() == [name_of("P1")]
    assert records.uncertain["table"].tolist() == ["events"]
    expected = pd.NaT if when is None else pd.Timestamp(when)
    assert records.uncertain["date"][0] is expected or records.uncertain["date"][0] == expected


def test_a_rejected_row_of_nobody_known_is_said_in_the_notes():
    records = load({"events": [*ROWS["events"], ("P8", "E9", "arrest", "", "01/01/2014", "")]})
    assert records.uncertain.empty
    assert any(
        "1 rows that were rejected name no accepted person" in note for note in records.notes
    )


def test_overlapping_custody_is_kept_and_counted():
    spells = [
        ("P1", "01/01/2014", "01/02/2014"),
        ("P1", "15/01/2014", "20/01/2014"),  # inside the first
        ("P1", "25/01/2014", "05/02/2014"),  # overlaps the first, not the second
        ("P1", "05/02/2014", "06/02/2014"),  # begins on the day at liberty: no overlap
        ("P2", "02/01/2014", ""),
    ]
    records = load({"custody": spells})
    assert len(records.custody) == 5
    assert any(
        "2 spells overlap an earlier one of the same person" in note for note in records.notes
    )


def test_open_ended_dates_mean_still_open():
    from datetime import date

    rows = [("P1", "01/06/2013", "31/12/9999"), *ROWS["episodes"][1:]]
    records = load({"episodes": rows}, open_ended_dates=(date(9999, 12, 31),))
    assert records.rejects.empty
    assert pd.isna(records.episodes["end"][0])
    assert any("1 dates stand for 'still open'" in note for note in records.notes)


def test_codes_are_translated_and_an_unlisted_code_is_a_reject():
    rows = [("P1", "E1", "ARR", "", "01/01/2014", ""), ("P1", "E2", "arrest", "", "02/01/2014", "")]
    records = load({"events": rows}, codes={"events": {"event_type": {"ARR": "arrest"}}})
    assert records.events["event_type"].tolist() == ["arrest"]
    assert faults(records, "events") == {
        (3, "event_type"): "has a code that is not in the protocol's list"
    }


def test_unmapped_columns_never_leave():
    frame = raw("persons", ROWS["persons"]).frame.assign(Surname="Llewellyn", Area="Newport")
    table = raw("persons", ROWS["persons"])
    object.__setattr__(table, "frame", frame)
    records = load({"persons": table}, attributes={"persons": {"area": "Area"}})
    assert records.persons["area"].tolist() == ["Newport"] * 3
    assert "Llewellyn" not in records.persons.to_csv()


def test_two_events_of_a_day_at_different_times_are_no_copies():
    columns = {k: v for k, v in given.COLUMNS["events"].items() if k != "event_id"}
    rows = [
        ("P1", "", "arrest", "", "02/03/2014 10:00", ""),
        ("P1", "", "arrest", "", "02/03/2014 22:30", ""),
        ("P1", "", "arrest", "", "02/03/2014 22:30", ""),
    ]
    section = LoadRules(
        tables={
            name: TableRules(columns=columns if name == "events" else given.COLUMNS[name])
            for name in ROWS
        },
        date_formats=("%d/%m/%Y", "%d/%m/%Y %H:%M"),
        maximum_reject_percent=Decimal(50),
    )
    tables = {k: raw(k, rows if k == "events" else v) for k, v in ROWS.items()}
    records = load_records(tables, section, extract_date=EXTRACT, key=DEMONSTRATION_KEY)
    assert len(records.events) == 2
    assert any("a time of day was dropped: 3" in note for note in records.notes)


def test_more_rejects_than_allowed_stop_the_run_and_name_rows_not_values():
    bad = [("P1", f"E{i}", "arrest", "", "", "") for i in range(10, 18)]
    with pytest.raises(TooManyRejectsError) as caught:
        load({"events": [*ROWS["events"], *bad]}, percent=Decimal(2))
    said = str(caught.value)
    assert "events: 8 of 11 rows rejected (72.7%)" in said
    assert "rows 5, 6, 7, 8, 9 and 3 more" in said
    assert "P1" not in said
    assert caught.value.exit_code == RecordError.exit_code
    assert len(caught.value.rejects) == 8


def test_exactly_the_allowed_share_passes():
    rows = [("P1", f"E{i}", "arrest", "", "01/01/2014", "") for i in range(98)]
    bad = [("P1", f"F{i}", "arrest", "", "", "") for i in range(2)]
    assert len(load({"events": [*rows, *bad]}, percent=Decimal(2)).events) == 98
    with pytest.raises(TooManyRejectsError):
        load({"events": [*rows, *bad, bad[0]]}, percent=Decimal(2))


def test_missing_tables_and_headings_are_named_all_at_once_with_the_nearest():
    section = LoadRules(
        tables={
            "persons": TableRules(columns={"person_id": "Client ID", "birth_dat": "DOB"}),
            "episodes": TableRules(columns=given.COLUMNS["episodes"]),
        }
    )
    tables = {"persons": raw("persons", ROWS["persons"])}
    with pytest.raises(RecordError) as caught:
        load_records(tables, section, extract_date=EXTRACT, key=DEMONSTRATION_KEY)
    said = "\n".join(caught.value.problems)
    assert "no heading 'Client ID' for person_id; did you mean 'Client'?" in said
    assert "no column 'birth_dat'; did you mean 'birth_date'?" in said
    assert "episodes: the table was not read" in said
    assert "names no source for the table 'events'" in said


def test_an_empty_required_table_is_refused():
    with pytest.raises(RecordError, match="no row below the headings"):
        load({"events": []})


def test_bare_numbers_of_a_1904_workbook_are_refused():
    table = raw("episodes", [("P1", 41000.0, 41100.0)], date_system="1904")
    with pytest.raises(RecordError, match="1904") as caught:
        load({"episodes": table})
    assert caught.value.problems == (
        "episodes, start: 1 bare numbers",
        "episodes, end: 1 bare numbers",
    )


def test_the_rules_come_from_any_object_shaped_as_the_protocol():
    def source(name):
        return SimpleNamespace(
            columns=given.COLUMNS[name], attributes={}, values={}, date_formats=("%d/%m/%Y",)
        )

    section = SimpleNamespace(
        date_formats=("%Y",),
        missing=("",),
        open_ended_dates=(),
        missing_dates=(),
        repeated_events="count",
        similar_identifiers="note",
        maximum_reject_percent=Decimal(2),
        custody=None,
        **{n: source(n) for n in ("persons", "episodes", "events")},
    )
    tables = {n: raw(n, ROWS[n]) for n in ("persons", "episodes", "events")}
    records = load_records(tables, section, extract_date=EXTRACT, key=DEMONSTRATION_KEY)
    assert len(records.events) == 3


def test_typed_columns_and_texts_give_the_same_records():
    text = load()
    typed = {}
    for name, rows in ROWS.items():
        table = raw(name, rows)
        frame = table.frame.copy()
        for column, heading in given.COLUMNS[name].items():
            if column in DICTIONARY[name].dates:
                stamps = pd.to_datetime(frame[heading].replace("", None), format="%d/%m/%Y")
                frame[heading] = stamps.astype("datetime64[us]")
        object.__setattr__(table, "frame", frame)
        typed[name] = table
    other = load(typed)
    for name in ROWS:
        pd.testing.assert_frame_equal(getattr(text, name), getattr(other, name))


def test_the_accounts_do_not_balance_is_our_fault():
    from dipoutcomes.records.quarantine import check_accounts

    rejects = pd.DataFrame({"row": np.array([2, 2, 3])})
    check_accounts("events", 5, 3, rejects)
    with pytest.raises(RuntimeError, match="5 rows came in"):
        check_accounts("events", 5, 2, rejects)
