"""The committed extracts are the recipe's, and are spoilt exactly as the truth says."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol
from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files
from dipoutcomes.simulate.extract import HEADINGS
from dipoutcomes.simulate.people import FORENAMES, SURNAMES

ROOT = Path(__file__).parents[3]
RECIPE = parse_recipe((ROOT / "synthetic/gwent.toml").read_text(encoding="utf-8"))
COHORT = make_cohort(RECIPE)
FILES = raw_files(COHORT, RECIPE)
TRUTH = json.loads(FILES["truth.json"])


def read_csv(name, encoding="utf-8"):
    return list(csv.DictReader(StringIO(FILES[name].decode(encoding))))


def read_sheet(name):
    sheet = load_workbook(BytesIO(FILES["caseload.xlsx"]))[name]
    title, empty, headings, *rows = sheet.iter_rows(values_only=True)
    assert title[0].startswith("Made-up people")
    assert not any(empty)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def clients(kind):
    return next(fault["clients"] for fault in TRUTH["faults"] if fault["kind"] == kind)


def day(text):
    d, m, y = text.split("/")
    return date(int(y), int(m), int(d))


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_committed_files_are_what_the_recipe_makes_today(name):
    assert (ROOT / "synthetic/gwent" / name).read_bytes() == FILES[name]


def test_no_other_file_is_committed_beside_them():
    assert {path.name for path in (ROOT / "synthetic/gwent").iterdir()} == set(FILES)


def test_the_faults_asked_for_are_the_faults_made():
    made = {fault["kind"]: fault["rows"] for fault in TRUTH["faults"]}
    accented = made.pop("accented_name")
    assert made == {k: n for k, n in RECIPE.faults.model_dump().items() if n}
    assert accented > 0
    hit = [client for fault in TRUTH["faults"] for client in fault["clients"]]
    assert len(hit) == len(set(hit))


def test_spoilt_rows_of_events_are_in_the_file():
    rows, births = read_csv("pnc_events.csv"), {}
    for row in read_sheet("Clients"):
        births[row["Client ref"]] = row["Date of birth"].date()
    impossible = [row for row in rows if row["Date of arrest"].startswith("31/02/")]
    assert [row["Client ref"] for row in impossible] == clients("impossible_date")
    early = [
        row["Client ref"]
        for row in rows
        if row not in impossible and day(row["Date of arrest"]) < births[row["Client ref"]]
    ]
    assert early == clients("arrest_before_birth")
    texts = [tuple(row.values()) for row in rows]
    twice = sorted(row[0] for row in set(texts) if texts.count(row) == 2)
    assert twice == clients("duplicate_event_rows")
    assert len(texts) - len(set(texts)) == RECIPE.faults.duplicate_event_rows


def test_spoilt_rows_of_custody_are_in_the_file():
    rows = [row for row in read_csv("custody.csv") if row["Date out"]]
    wrong = [row["Client ref"] for row in rows if day(row["Date out"]) < day(row["Date in"])]
    assert wrong == clients("custody_end_before_start")
    spells, overlapping = {}, set()
    for row in rows:
        spell = day(row["Date in"]), day(row["Date out"])
        for start, end in spells.setdefault(row["Client ref"], []):
            if spell[0] < end and start < spell[1] and spell != (start, end):
                overlapping.add(row["Client ref"])
        spells[row["Client ref"]].append(spell)
    assert sorted(overlapping) == clients("overlapping_custody")


def test_overlapping_spells_cover_the_true_days():
    for client in clients("overlapping_custody"):
        true = COHORT.custody[COHORT.custody["person_id"] == client]
        wanted = {
            d for s, e in zip(true["start"], true["end"], strict=True)
            for d in range(s.toordinal(), e.toordinal())
        }  # fmt: skip
        given = {
            d for row in read_csv("custody.csv") if row["Client ref"] == client
            for d in range(day(row["Date in"]).toordinal(), day(row["Date out"]).toordinal())
        }  # fmt: skip
        assert given == wanted


def test_the_workbook_mixes_true_dates_with_text():
    rows = read_sheet("Episodes")
    typed = [row["Client ref"] for row in rows if isinstance(row["Date closed"], str)]
    assert sorted(typed) == clients("date_typed_as_text")
    dated = [row for row in rows if row["Date closed"] and row["Client ref"] not in typed]
    wrong = [row["Client ref"] for row in dated if row["Date closed"] < row["Date started"]]
    assert wrong == clients("episode_end_before_start")
    late = COHORT.persons.set_index("person_id").loc[wrong, "standing"]
    assert (late == "closed_after_period").all()


def test_one_file_holds_names_that_only_cp1252_reads_right():
    with pytest.raises(UnicodeDecodeError):
        FILES["pnc_matches.csv"].decode("utf-8")
    names = {row["Forename"] for row in read_csv("pnc_matches.csv", "cp1252")}
    assert {"Siân", "Zoë"} <= names


def test_names_and_births_are_in_the_raw_files_and_not_in_the_truth():
    people = {(row["Forename"], row["Surname"]) for row in read_sheet("Clients")}
    assert people <= {(f, s) for f in FORENAMES for s in SURNAMES}
    published = (FILES["truth.json"] + FILES["README.txt"]).decode()
    assert not any(name in published for name in FORENAMES + SURNAMES)
    births = COHORT.persons["birth_date"].dt.strftime("%Y-%m-%d")
    assert not any(birth in published for birth in births)


def test_more_faults_than_rows_that_fit_are_refused():
    faults = RECIPE.faults.model_copy(update={"overlapping_custody": 5_000})
    with pytest.raises(ProtocolError, match=r"overlapping_custody asks for 5,000 people, and \d+"):
        raw_files(COHORT, RECIPE.model_copy(update={"faults": faults}))


def test_a_recipe_without_faults_makes_clean_files():
    files = raw_files(COHORT, RECIPE.model_copy(update={"faults": type(RECIPE.faults)()}))
    rows = list(csv.DictReader(StringIO(files["pnc_events.csv"].decode())))
    assert len(rows) == len(COHORT.events)
    assert [fault["kind"] for fault in json.loads(files["truth.json"])["faults"]] == [
        "accented_name"
    ]


def test_the_protocol_of_the_made_up_study_names_the_headings_of_the_files():
    text = (ROOT / "protocols/gwent-synthetic.toml").read_text(encoding="utf-8")
    protocol = parse_protocol(text)
    assert protocol.study.data == "synthetic"
    assert protocol.study.last_offence_date == RECIPE.dates.last_offence_date
    assert protocol.study.extract_date == RECIPE.dates.extract_date
    for table, (where, headings) in HEADINGS.items():
        source = getattr(protocol.records, table)
        place = source.file.removeprefix("../synthetic/gwent/")
        assert where == (f"{place}:{source.sheet}" if source.sheet else place)
        named = source.columns | source.attributes
        assert named.items() <= headings.items()
        assert not {"surname", "forename"} & named.keys()
