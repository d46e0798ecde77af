"""The loader answers every fault of the dirty recipe as truth.json says, row by row."""

import csv
import importlib.util
import re
import sys
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dipoutcomes.disclosure.counts import scrub
from dipoutcomes.simulate.dirt import FAULTS
from dipoutcomes.simulate.faults import Faults

_spec = importlib.util.spec_from_file_location(
    "spoilt_study", Path(__file__).with_name("spoilt_study.py")
)
made = importlib.util.module_from_spec(_spec)
sys.modules["spoilt_study"] = made
_spec.loader.exec_module(made)

KINDS = [*FAULTS, "accented_name"]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    return made.Spoilt(tmp_path_factory.mktemp("dirty"), made.recipe_of())


@pytest.fixture(scope="module")
def clean(dirty, tmp_path_factory):
    return made.clean_of(dirty, tmp_path_factory.mktemp("clean"))


def test_every_kind_is_a_key_of_a_recipe_and_is_switched_on():
    assert set(Faults.model_fields) == set(FAULTS)
    assert set(made.recipe_of().faults.asked_for) == set(FAULTS)


def test_every_kind_says_what_is_done_and_what_comes_of_it(dirty):
    assert [fault["kind"] for fault in dirty.faults] == KINDS
    for fault in dirty.faults:
        assert fault["says"]
        assert fault["loader"]["answer"]
        assert fault["rows"] == dirty.recipe.faults.model_dump().get(fault["kind"], fault["rows"])
    hit = [client for fault in dirty.faults for client in fault["clients"]]
    assert len(hit) == len(set(hit))


def test_rejects_are_those_of_the_truth_and_no_others(dirty, clean):
    assert not clean.rejects()
    assert dirty.rejects() == dirty.told()[0]


def test_notes_count_what_the_truth_counts_and_no_more(dirty, clean):
    more = dirty.notes()
    more.subtract(clean.notes())
    assert {key: n for key, n in more.items() if n} == dirty.told()[1]


def test_the_uncertain_are_those_of_the_truth_and_nobody_else(dirty, clean):
    assert clean.records.uncertain.empty
    assert dirty.uncertain() == dirty.told()[2]


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_has_its_own_answer(dirty, kind):
    (fault,) = [f for f in dirty.faults if f["kind"] == kind]
    answer = fault["loader"]
    told = Counter((r["table"], r["row"], r["column"], r["rule"]) for r in answer["rejects"])
    rows = {(fault["table"], row) for row in fault["row_numbers"]}
    rows |= {(r["table"], r["row"]) for r in answer["rejects"]}
    found = Counter({key: n for key, n in dirty.rejects().items() if key[:2] in rows})
    assert found == told
    for note in answer["notes"]:
        assert dirty.notes()[note["table"], note["what"]] >= note["count"]
    assert set(answer["uncertain"]) <= dirty.uncertain()
    if answer["effect"] in {"uncertain", "custody"}:
        assert set(fault["clients"]) <= set(answer["uncertain"])
    else:
        assert not set(fault["clients"]) & dirty.uncertain()


def cells(dirty, table):
    """Return the rows of a table as the file has them, by the number a spreadsheet shows."""
    place = {"persons": "Clients", "episodes": "Episodes"}
    files = {"events": "pnc_events.csv", "custody": "custody.csv", "exits": "exits.csv",
             "linkage": "pnc_matches.csv"}  # fmt: skip
    if table in place:
        sheet = load_workbook(dirty.folder / "caseload.xlsx")[place[table]]
        return dict(enumerate(sheet.iter_rows(values_only=True), start=1))
    text = (dirty.folder / files[table]).read_bytes().decode("cp1252")
    return dict(enumerate(csv.reader(StringIO(text)), start=1))


def test_the_rows_named_in_the_truth_are_the_clients_rows(dirty):
    tables = {table: cells(dirty, table) for table in made.TABLES}
    for fault in dirty.faults:
        rows = [tables[fault["table"]][number] for number in fault["row_numbers"]]
        if fault["clients"] and not fault["kind"].startswith("identifier"):
            named = {c for row in rows for c in fault["clients"] if c in row}
            assert named == (set(fault["clients"]) if rows else set()), fault["kind"]
        if fault["kind"].startswith("blank_rows"):
            assert not any(cell for row in rows for cell in row)


def test_plain_dates_are_counted_as_the_files_have_them(dirty):
    """What the comparison of notes leaves out: dd/mm/yyyy in CSV files, and those exchangeable."""
    rows = cells(dirty, "events")
    headings = rows.pop(1)
    at = headings.index("Date proven")
    found = [re.fullmatch(r"(\d\d)/(\d\d)/\d{4}", row[at]) for row in rows.values() if any(row)]
    days = [(int(m[1]), int(m[2])) for m in found if m]
    counts = dirty.records.note_counts
    assert counts["events", "proof_date: %d/%m/%Y"] == len(days)
    exchangeable = sum(d <= 12 and d != m for d, m in days)
    assert counts["events", "proof_date: day and month could be exchanged"] == exchangeable


@pytest.mark.parametrize("table", made.TABLES)
def test_what_is_read_as_if_clean_has_its_true_values(dirty, clean, table):
    clients = dirty.clients("none")
    was, now = clean.rows_of(table, clients), dirty.rows_of(table, clients)
    added = {"custody": ("custody_without_a_day", "overlapping_custody"),
             "episodes": ("overlapping_episodes",)}.get(table, ())  # fmt: skip
    others = {c for f in dirty.faults if f["kind"] in added for c in f["clients"]}
    assert was
    if others:
        clients -= others
        was, now = clean.rows_of(table, clients), dirty.rows_of(table, clients)
    assert now == was


@pytest.mark.parametrize("table", made.TABLES)
def test_people_without_a_fault_are_untouched(dirty, clean, table):
    hit = {client for fault in dirty.faults for client in fault["clients"]}
    others = set(dirty.cohort.persons["person_id"]) - hit
    assert dirty.rows_of(table, others) == clean.rows_of(table, others)


def test_an_ambiguous_date_is_the_one_fault_that_is_not_seen(dirty, clean):
    (fault,) = [f for f in dirty.faults if f["loader"]["effect"] == "unseen"]
    assert fault["kind"] == "us_date_to_12"
    was, now = (x.rows_of("events", fault["clients"]) for x in (clean, dirty))
    assert sum((was - now).values()) == sum((now - was).values()) == fault["rows"]
    counts = dirty.records.note_counts
    assert counts["events", "arrest_date: day and month could be exchanged"] > fault["rows"]


@pytest.mark.parametrize(
    ("key", "value", "kind", "table", "what"),
    [
        ("repeated_events", "count", "event_stored_twice", "events", "stored twice"),
        ("similar_identifiers", "note", "identifier_one_letter_off", "events", "nobody"),
    ],
)
def test_the_default_of_a_key_counts_and_says_so(dirty, tmp_path, key, value, kind, table, what):
    rows = dirty.recipe.faults.model_dump()[kind]
    plain = made.Spoilt(
        tmp_path, dirty.recipe, cohort=dirty.cohort, needs=dirty.needs | {key: value}
    )
    before = dirty.records.note_counts.get((table, what), 0)
    assert plain.records.note_counts[table, what] == before + rows


def test_a_release_copy_withholds_the_small_counts_of_every_note(dirty):
    said = [scrub(str(note), 5) for note in dirty.records.notes]
    counted = re.compile(r"(?<![\d,.])[1-4] (?:people|rows|spells|dates)\b")
    assert sum(bool(counted.search(note)) for note in dirty.records.notes) > 15
    assert not any(counted.search(note) for note in said)
