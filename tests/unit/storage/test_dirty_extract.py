"""A dirty extract as offices send it, from the files to the frames."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest

from dipoutcomes.errors import StorageError
from dipoutcomes.records import DEMONSTRATION_KEY, LoadRules, TableRules, load_records, pseudonym
from dipoutcomes.storage import csv_bytes, read_raw_table

PERSONS = """\
Client No,Surname,DOB,Area
G001,O'Si\u00e2n,03/02/1980,Newport
 G002 ,Pr\u00efce,14/05/1985,Torfaen
G003,Jones,31/02/1990,Newport
G004,Bevan,01/01/1992,not known
G004,Bevan,01/01/1992,not known
"""
EVENTS = """\
Client No,Ref,Type,Offence,Arrest,Court
G001,A/14/1,ARREST,,05/03/2014,
G001,A/14/1,ARREST,,05/03/2014,
G001,A/14/2,CONV,04/03/2014,05/03/2014,20/05/2014
G002,A/14/3,CONV,04/03/1970,05/03/2014,20/05/2014
G004,A/14/4,CONV,20/05/2014,,19/05/2014
G009,A/14/5,ARREST,,05/03/2014,
"""
EPISODES = [
    ["DIP caseload, quarter 4"],
    ["Client No", "Opened", "Closed"],
    ["G001", dt.date(2013, 6, 3), "03/12/2013"],
    ["G002", 41428, "41500"],
    ["G004", "01/07/2013", "01/06/2013"],
    ["G004", "01/07/2013", dt.date(2099, 12, 31)],
]
CUSTODY = """\
Client No,In,Out
G001,05/03/2014,12/03/2014
G001,10/03/2014,20/03/2014
G002,01/05/2014,30/04/2014
"""


@pytest.fixture
def tables(tmp_path):
    texts = {"persons": PERSONS, "events": EVENTS, "custody": CUSTODY}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode("cp1252"))
    book = openpyxl.Workbook()
    for row in EPISODES:
        book.active.append(row)
    book.save(tmp_path / "episodes.xlsx")
    with pytest.raises(StorageError, match="line 2"):
        read_raw_table(tmp_path / "persons.csv", table="persons")
    found = {
        name: read_raw_table(tmp_path / f"{name}.csv", table=name, encoding="cp1252")
        for name in texts
    }
    workbook = tmp_path / "episodes.xlsx"
    return found | {"episodes": read_raw_table(workbook, table="episodes", header_row=2)}


def test_every_fault_is_found_and_nobody_is_named(tables):
    client = {"person_id": "Client No"}
    rules = LoadRules(
        tables={
            "persons": TableRules(
                columns=client | {"birth_date": "DOB"}, attributes={"area": "Area"}
            ),
            "episodes": TableRules(columns=client | {"start": "Opened", "end": "Closed"}),
            "events": TableRules(
                columns=client
                | {
                    "event_id": "Ref",
                    "event_type": "Type",
                    "offence_date": "Offence",
                    "arrest_date": "Arrest",
                    "proof_date": "Court",
                },
                codes={"event_type": {"ARREST": "arrest", "CONV": "conviction"}},
            ),
            "custody": TableRules(columns=client | {"start": "In", "end": "Out"}),
        },
        date_formats=("%d/%m/%Y",),
        missing=("", "not known"),
        open_ended_dates=(dt.date(2099, 12, 31),),
        maximum_reject_percent=Decimal(80),
    )
    records = load_records(tables, rules, extract_date=dt.date(2016, 10, 14), key=DEMONSTRATION_KEY)
    found = {
        (row.table, row.row, row.column, row.rule)
        for row in records.rejects.itertuples(index=False)
    }
    assert found == {
        ("persons", 4, "birth_date", "is not a day of the calendar"),
        ("persons", 6, "row", "is a copy of an earlier row"),
        ("episodes", 5, "end", "is before the start"),
        ("events", 3, "row", "is a copy of an earlier row"),
        ("events", 5, "offence_date", "is before the person's birth"),
        ("events", 6, "proof_date", "is before the offence date"),
        ("events", 7, "person_id", "names a person who is not in the persons table"),
        ("custody", 4, "end", "is before the start"),
    }
    one, two, four = pseudonym(["G001", "G002", "G004"], DEMONSTRATION_KEY)
    assert records.persons["person_id"].tolist() == [one, two, four]
    assert records.persons["area"].tolist() == ["Newport", "Torfaen", None]
    starts = dict(zip(records.episodes["person_id"], records.episodes["start"], strict=True))
    assert starts[two] == dt.datetime(2013, 6, 3)  # serial number 41428
    assert records.episodes["end"].isna().tolist() == [False, False, True]
    assert set(zip(records.uncertain["person_id"], records.uncertain["table"], strict=True)) == {
        (two, "events"),
        (four, "events"),
        (two, "custody"),
    }
    assert len(records.custody) == 2
    assert any(
        "1 spells overlap an earlier one of the same person" in note for note in records.notes
    )

    frames = [records.persons, records.episodes, records.events, records.custody]
    said = b"".join(csv_bytes(f) for f in [*frames, records.uncertain, records.rejects]).decode()
    said += str(records) + "".join(records.notes)
    for secret in ("G00", "Si\u00e2n", "Jones", "Bevan", "A/14"):
        assert secret not in said
