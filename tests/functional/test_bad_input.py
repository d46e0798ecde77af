"""Bad input of every kind ends in one message, its documented code, and nothing half-written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from dipoutcomes.storage import write as writing

PERSONAL = re.compile(r"ZQ7\d{3}|Xylophonist|EV\d{5}|EP\d{4}|\b\d{2}/\d{2}/(19|20)\d{2}\b")


def swapped(*pairs):
    return lambda office: [office.swap(*pair) for pair in pairs]


def written(name, content):
    return lambda office: office.write(name, content)


def edited(name, change):
    return lambda office: office.write(name, change(office.read(name)))


def both(*steps):
    return lambda office: [step(office) for step in steps]


def gone(name):
    return lambda office: (office.folder / name).unlink()


def a_folder(name):
    return lambda office: [gone(name)(office), (office.folder / name).mkdir()]


def workbook(change=lambda path: None, more=""):
    """Put the persons into a workbook, and spoil it."""

    def step(office):
        book = openpyxl.Workbook()
        book.active.title = "Clients"
        for line in office.read("persons.csv").splitlines():
            book.active.append(line.split(","))
        path = office.folder / "persons.xlsx"
        book.save(path)
        office.swap('file = "persons.csv"', f'file = "persons.xlsx"{more}')
        change(path)

    return step


def real(key="secret.key", content=None):
    def step(office):
        office.swap('data = "synthetic"', 'data = "real"')
        office.swap("[records]\n", f'[records]\npseudonym_key = "{key}"\n')
        if content is not None:
            office.write(key, content)

    return step


FULL = ("[records]\n", "[records]\nmaximum_reject_percent = 100\n")
OPTIONAL = re.compile(r"\[records\.custody\].*?(?=\[cohort\])", re.DOTALL)
NO_TABLES = edited("study.toml", lambda text: OPTIONAL.sub("", text))
EVENTS = 'file = "events.csv"'
LEVEL = "[time_to_first]"

#: What was done to a sound study: the code, and words that the message must have.
CASES = {
    # the protocol as a file
    "no protocol": (gone("study.toml"), 14, ["no file 'study.toml'"]),
    "protocol is a folder": (a_folder("study.toml"), 14, ["is a folder"]),
    "not UTF-8": (written("study.toml", b"title = '\xe9'"), 14, ["not UTF-8 at line 1"]),
    "not TOML": (written("study.toml", "hello world"), 10, ["study.toml, line 1"]),
    "empty protocol": (written("study.toml", ""), 10, ["schema_version", "[study]"]),
    # its keys and values
    "misspelt key": (swapped(("minimum_age", "minimun_age")), 10, ["did you mean 'minimum_age'"]),
    "misspelt section": (swapped(("[cohort]", "[cohrt]")), 10, ["did you mean 'cohort'"]),
    "number in quotes": (swapped(("size = 20", 'size = "20"')), 10, ["whole number", "'20'"]),
    "date in quotes": (swapped(("2013-12-31", '"2013-12-31"')), 10, ["no quotes"]),
    "thirteenth month": (swapped(("2013-12-31", "2013-13-31")), 10, ["line 47", "no date"]),
    "31 February": (swapped(("2013-12-31", "2013-02-31")), 10, ["line 47", "no date"]),
    "date as spoken": (swapped(("2013-12-31", "31/12/2013")), 10, ["no date", "2013-04-01"]),
    "year 1": (swapped(("2013-01-01", "0001-01-01")), 10, ["accrual_from", "1900-01-01"]),
    "accrual the wrong way": (swapped(("2013-12-31", "2012-12-31")), 10, ["is after accrual_to"]),
    "level 95": (swapped((LEVEL, f"{LEVEL}\n[analysis]\nconfidence_level = 95")), 10, ["0.95"]),
    "unknown method": (
        swapped((LEVEL, f'{LEVEL}\n[analysis]\nproportion_interval = "wilsn"')),
        10,
        ["did you mean 'wilson'"],
    ),
    "two faults at once": (
        swapped(("size = 20", "size = 0"), ("2013-12-31", "2012-12-31")),
        10,
        ["[sample] size", "accrual_from"],
    ),
    "window nobody can reach": (
        swapped(('opens = { at = "end", months = 12 }', 'opens = { at = "end", months = 60 }')),
        10,
        ["nobody can reach it"],
    ),
    "one bracket": (
        swapped(('[[window]]\nname = "12 months after"', '[window]\nname = "12 months after"')),
        10,
        ["[[window]]", "two brackets"],
    ),
    "custody left out with no custody": (
        both(NO_TABLES, swapped(("minimum_age", 'exclude = ["in_custody_at_index_date"]\n#'))),
        10,
        ["[records.custody]"],
    ),
    # finding and reading files
    "no input": (gone("events.csv"), 14, ["no file 'events.csv'", "near it are"]),
    "input is a folder": (a_folder("events.csv"), 14, ["is a folder"]),
    "name too long": (swapped(('"events.csv"', f'"{"x" * 400}.csv"')), 14, ["cannot be read"]),
    "unknown kind": (swapped(('"events.csv"', '"study.toml"')), 14, ["of no kind", ".csv"]),
    "unknown encoding": (
        swapped(("[records]\n", '[records]\nencoding = "klingon"\n')),
        14,
        ["no encoding 'klingon'"],
    ),
    "encoding with a zero in it": (
        swapped(("[records]\n", '[records]\nencoding = "a\\u0000"\n')),
        14,
        ["there is no encoding"],
    ),
    "another encoding": (
        lambda o: o.write("persons.csv", o.read("persons.csv").replace("X", "é").encode("cp1252")),
        14,
        ["line 2", "cp1252"],
    ),
    "UTF-16 unmarked": (
        lambda o: o.write("events.csv", o.read("events.csv").encode("utf-16-le")),
        14,
        ["empty bytes", "utf-16-le"],
    ),
    "BOM against the declaration": (
        both(
            edited("events.csv", lambda t: "\ufeff" + t),
            swapped((EVENTS, f'{EVENTS}\nencoding = "cp1252"')),
        ),
        14,
        ["utf-8-sig"],
    ),
    "semicolons": (edited("events.csv", lambda t: t.replace(",", ";")), 14, ['delimiter = ";"']),
    "tabs": (edited("events.csv", lambda t: t.replace(",", "\t")), 14, ['delimiter = "\\t"']),
    "ragged": (
        edited("events.csv", lambda t: t.replace("ARR", "ARR,", 3)),
        14,
        ["4 headings, and 3 rows", "rows 2, 3, 4"],
    ),
    "quotation left open": (
        edited("events.csv", lambda t: t.replace("ARR", '"ARR', 1)),
        14,
        ["not a sound CSV", "not closed"],
    ),
    "empty CSV": (written("events.csv", ""), 14, ["0 rows"]),
    "headings alone": (
        edited("events.csv", lambda t: t.splitlines()[0]),
        11,
        ["no row below the headings"],
    ),
    "misspelt heading": (
        edited("events.csv", lambda t: t.replace("Arrested", "Arrestd")),
        11,
        ["did you mean 'Arrestd'"],
    ),
    "repeated heading": (
        edited("events.csv", lambda t: t.replace("Event,Type", "Type,Type")),
        11,
        ["no heading 'Event'", "2 columns are headed 'Type'"],
    ),
    "no headings at all": (
        edited("persons.csv", lambda t: t.split("\n", 1)[1]),
        11,
        ["no heading 'Ref'"],
    ),
    "header row beyond the end": (
        swapped((EVENTS, f"{EVENTS}\nheader_row = 999")),
        14,
        ["header_row = 999"],
    ),
    # workbooks
    "workbook cut short": (
        workbook(lambda p: p.write_bytes(p.read_bytes()[:2000])),
        14,
        ["not a workbook"],
    ),
    "workbook of nothing": (workbook(lambda p: p.write_bytes(b"")), 14, ["not a workbook"]),
    "workbook is text": (
        workbook(lambda p: p.write_bytes(b"Ref,Born\n")),
        14,
        ["not a workbook", ".csv"],
    ),
    "workbook under a password": (
        workbook(
            lambda p: p.write_bytes(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
            )
        ),
        14,
        ["password"],
    ),
    "CSV is a workbook": (
        both(
            workbook(lambda p: p.replace(p.with_suffix(".csv"))),
            swapped(("persons.xlsx", "persons.csv")),
        ),
        14,
        ["workbook", "not a CSV"],
    ),
    "no such sheet": (
        workbook(more='\nsheet = "Client"'),
        14,
        ["no sheet 'Client'", "did you mean 'Clients'"],
    ),
    "not a database": (
        both(written("p.db", b"no database " * 99), swapped(("persons.csv", "p.db"))),
        14,
        ["cannot be read as"],
    ),
    # rows
    "thousands rejected": (
        edited(
            "events.csv",
            lambda t: t.splitlines()[0] + "\nZQ7000,EV00001,ARR,99/99/2012" * 5000,
        ),
        11,
        ["5,000 of 5,000 rows", "and 4,995 more", "Correct the date"],
    ),
    "dates in another format": (
        swapped(("%d/%m/%Y", "%Y.%m.%d")),
        11,
        ["declared date formats", "date_formats"],
    ),
    "no date format": (
        swapped(("%d/%m/%Y", "dd/mm/yyyy")),
        11,
        ["records.date_formats", "as in %d/%m/%Y"],
    ),
    "codes that are not listed": (
        edited("events.csv", lambda t: t.replace("ARR", "ARX")),
        11,
        ["not in the protocol's list"],
    ),
    "codes that lead nowhere": (
        swapped(('CON = "conviction"', 'CON = "convicted"')),
        11,
        ["the words are arrest"],
    ),
    "other people": (
        edited("episodes.csv", lambda t: t.replace("ZQ7", "QQ8")),
        11,
        ["not in the persons table"],
    ),
    "all persons rejected": (
        both(edited("persons.csv", lambda t: t.replace("/19", "/29")), swapped(FULL)),
        12,
        ["nobody is eligible", "people in the records"],
    ),
    # the design
    "empty cohort": (
        swapped(("2013-01-01", "2010-01-01"), ("2013-12-31", "2010-12-31")),
        12,
        ["nobody is eligible", "40 lost", "accrual"],
    ),
    "sample larger than its frame": (swapped(("size = 20", "size = 41")), 12, ["41", "40"]),
    "a group that names people": (
        swapped(('area = "Area"', 'area = "Surname"'), (LEVEL, f'{LEVEL}\ngroup = "area"')),
        13,
        ["who they are", "40 of 40"],
    ),
    # keys and protection
    "real with the public key": (real("demonstration"), 10, ["demonstration", "refused"]),
    "real without its key": (real(), 14, ["no file 'secret.key'"]),
    "real with a short key": (real(content="abc"), 14, ["3 bytes", "at least 32"]),
    "real with a key that all can read": (real("persons.csv"), 14, ["no secret"]),
    "real and not protected": (
        both(
            real(content=b"k" * 40),
            swapped((LEVEL, f'{LEVEL}\n[disclosure]\nprotect = false\nreason = "because"')),
        ),
        10,
        ["protect = false is refused"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_ends_in_one_message(office, name):
    spoil, code, words = CASES[name]
    spoil(office)
    answer = office.run()
    assert answer.code == code, answer.err
    names = {10: "Protocol", 11: "Record", 12: "Design", 13: "Disclosure", 14: "Storage"}
    assert answer.err.startswith(f"{names[code]}Error: ")
    for word in words:
        assert word in answer.err
    assert not PERSONAL.search(answer.err)
    assert not answer.out
    assert not office.results.exists()
    assert not [path.name for path in office.folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", sorted(set(CASES) - {"unknown method"}))
def test_check_refuses_what_run_refuses(office, name):
    spoil, code, _ = CASES[name]
    spoil(office)
    answer = office.check()
    assert answer.code == code, answer.err
    assert not PERSONAL.search(answer.out + answer.err)


def all_arrested(office):
    lines = []
    for line in office.read("episodes.csv").splitlines()[1:]:
        ref, _, start, end = line.split(",")
        days = [
            datetime.strptime(start, "%d/%m/%Y") - timedelta(10),
            datetime.strptime(end, "%d/%m/%Y") + timedelta(5),
        ]
        lines += [f"{ref},EV{len(lines) + i:05d},ARR,{day:%d/%m/%Y}" for i, day in enumerate(days)]
    office.write("events.csv", "Ref,Event,Type,Arrested\n" + "\n".join(lines))


def only(n):
    """Keep the first people; the first of them gets an arrest, or the extract would be empty."""

    def step(office):
        kept = {f"ZQ{7000 + i}" for i in range(n)}
        for path in office.folder.glob("*.csv"):
            first, *rest = office.read(path.name).splitlines()
            mine = [line for line in rest if line.split(",")[0] in kept]
            if path.name == "events.csv":
                mine.append("ZQ7000,EV99999,ARR,01/01/2012")
            office.write(path.name, "\n".join([first, *mine]) + "\n")
        office.swap("[sample]\nsize = 20\n", "")

    return step


#: Odd and sound: the run ends well, and the share after is known (arrested, of how many).
SOUND = {
    "blank rows and columns at the end": (
        edited("events.csv", lambda t: "\n".join(f"{x},," for x in t.splitlines()) + "\n,,,,,\n\n"),
        None,
    ),
    "byte order mark": (edited("events.csv", lambda t: "\ufeff" + t), None),
    "semicolons declared": (
        both(
            edited("events.csv", lambda t: t.replace(",", ";")),
            swapped((EVENTS, f'{EVENTS}\ndelimiter = ";"')),
        ),
        None,
    ),
    "a workbook": (workbook(), None),
    "nobody arrested": (
        lambda o: o.rows("events.csv", lambda line: line[:-10] + "01/01/2001"),
        (0, 19),
    ),
    "everybody arrested": (all_arrested, (19, 19)),
    "everyone untraced": (
        edited("linkage.csv", lambda t: t.replace(",found", ",not_found")),
        "none",
    ),
    "one person": (only(1), (0, 1)),
    "no optional tables": (NO_TABLES, None),
    "sample is the frame": (swapped(("size = 20", "size = 40")), None),
    "real with a proper key": (real(content=b"0123456789abcdef" * 4), None),
}


@pytest.mark.parametrize("name", SOUND)
def test_odd_but_sound_input_runs(office, name):
    spoil, expected = SOUND[name]
    spoil(office)
    answer = office.run()
    assert answer.code == 0, answer.err
    results = json.loads((office.results / "working" / "results.json").read_text("utf-8"))
    table = results["estimates"].get("shares_by_window", {"rows": []})
    after = [row["estimate"] for row in table["rows"] if row["label"] == "12 months after"]
    if expected == "none":  # nobody was seen: a share of nobody is not 0%
        assert not after or after[0]["value"] is None
    elif isinstance(expected, tuple):
        assert (after[0]["events"], after[0]["base"]) == expected
    else:
        assert after


def test_the_same_people_give_the_same_numbers_from_any_file(office, tmp_path):
    def shares():
        assert office.run().code == 0
        return (office.results / "working" / "tables" / "shares_by_window.csv").read_bytes()

    plain = shares()
    SOUND["semicolons declared"][0](office)
    assert shares() == plain
    workbook()(office)
    assert shares() == plain


def test_what_the_records_lack_is_said(office):
    NO_TABLES(office)
    office.swap('measure = "arrest"', 'measure = "conviction"')
    office.swap(
        'arrest_date = "Arrested"',
        'arrest_date = "Arrested", offence_date = "Arrested too", proof_date = "Proven"',
    )
    first, *rest = office.read("events.csv").splitlines()
    lines = [f"{first},Arrested too,Proven", *(f"{line},," for line in rest)]
    office.write("events.csv", "\n".join(lines))
    assert office.run().code == 0
    results = json.loads((office.results / "working" / "results.json").read_text("utf-8"))
    notes = " ".join(results["facts"]["data_notes"])
    for words in (
        "No custody table",
        "No table of deaths",
        "No row of the events table",
        "linkage",
    ):
        assert words in notes


# --------------------------------------------------------------------- the output folder


def held(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["mine.txt"], ["no manifest.json", "not replaced"]),
        (["manifest.json"], ["not a manifest", "not replaced"]),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(office, names, words):
    for name in names:
        office.write(f"out/{name}", b"[1, 2]")
    before = held(office.results)
    answer = office.run()
    assert answer.code == 14
    assert all(word in answer.err for word in words)
    assert held(office.results) == before


def test_a_file_of_the_users_in_our_folder_is_never_lost(office):
    assert office.run().code == 0
    office.write("out/my notes.docx", b"two weeks of work")
    before = held(office.results)
    answer = office.run()
    assert answer.code == 14
    assert "my notes.docx" in answer.err
    assert held(office.results) == before
    (office.results / "my notes.docx").rename(office.folder / "my notes.docx")
    office.write("out/.DS_Store", b"litter")
    assert office.run().code == 0


def test_the_extracts_are_never_replaced_by_the_results(office):
    assert office.run("--out", str(office.folder)).code == 14
    writing.write_folder(
        office.folder / "given", {"persons.csv": office.read("persons.csv").encode()}
    )
    office.swap('"persons.csv"', '"given/persons.csv"')
    answer = office.run("--out", str(office.folder / "given"))
    assert answer.code == 14
    assert "persons.csv" in answer.err
    assert (office.folder / "given" / "persons.csv").exists()


def test_a_key_among_the_results_is_refused(office):
    assert office.run().code == 0
    real("out/working/secret.key", b"k" * 40)(office)
    assert office.run().code == 14
    office.swap("out/working/secret.key", "keys/secret.key")
    office.write("keys/secret.key", b"k" * 40)
    (office.results / "working" / "secret.key").unlink()
    assert office.run().code == 0


def test_the_output_may_be_a_file_a_link_or_here(office, monkeypatch):
    office.write("taken", b"a file")
    assert office.run("--out", str(office.folder / "taken")).code == 14
    assert office.run("--out", str(office.folder / ("y" * 300))).code == 14
    assert office.run("--out", str(office.folder / "taken" / "inside")).code == 14
    assert (office.folder / "taken").read_bytes() == b"a file"
    (office.folder / "far").mkdir()
    (office.folder / "near").symlink_to(office.folder / "far", target_is_directory=True)
    assert office.run("--out", str(office.folder / "near")).code == 0
    assert (office.folder / "near").is_symlink()
    assert (office.folder / "far" / "manifest.json").is_file()
    (office.folder / "empty").mkdir()
    monkeypatch.chdir(office.folder / "empty")
    assert office.run("--out", ".").code == 0
    assert (office.folder / "empty" / "release" / "results.json").is_file()


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (OSError(28, "No space left on device"), 14, "No space left"),
        (PermissionError(13, "Permission denied"), 14, "Permission denied"),
        (KeyboardInterrupt(), 130, "nothing was written"),
    ],
)
@pytest.mark.parametrize("at", [1, 5])
def test_a_run_that_fails_leaves_the_old_results_whole(office, monkeypatch, fault, code, words, at):
    assert office.run().code == 0
    before = held(office.results)
    office.swap("size = 20", "size = 10")
    real_write, calls = writing._write_synced, []

    def failing(path, data):
        calls.append(path)
        if len(calls) == at:
            raise fault
        real_write(path, data)

    monkeypatch.setattr(writing, "_write_synced", failing)
    answer = office.run()
    assert answer.code == code
    assert words in answer.err
    assert held(office.results) == before
    assert not [path.name for path in office.folder.iterdir() if path.name.startswith(".")]


# ------------------------------------------------------------------------------- the lock


def deviations(office):
    assert office.run().code == 0
    found = json.loads((office.results / "release" / "results.json").read_text("utf-8"))
    return [(d["key"], d["declared"]) for d in found["deviations"]]


def test_a_changed_protocol_shows_against_its_lock(office):
    assert office.lock().code == 0
    assert deviations(office) == []
    again = office.lock()
    assert again.code == 10
    assert "[[amendment]]" in again.err
    office.swap("size = 20", "size = 10")
    assert deviations(office) == [("sample.size", False)]
    amendment = (
        '[[amendment]]\ndate = 2016-07-01\nkey = "sample.size"\nreason = "Too few clerks."\n'
    )
    office.write("study.toml", office.read("study.toml") + "\n" + amendment)
    assert deviations(office) == [("sample.size", True)]
    assert office.lock("--force").code == 0


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda lock: lock.replace(b'"size": 20', b'"size": 30'), 10),
        (lambda lock: lock[:200], 10),
        (lambda _: b"", 10),
        (lambda _: b"[]", 10),
        (lambda _: b"\xff\xfe", 14),
        (lambda lock: lock.replace(b'"lock_schema": 1', b'"lock_schema": 9'), 10),
    ],
)
def test_a_lock_that_was_touched_stops_run_and_check(office, spoil, code):
    assert office.lock().code == 0
    sound = (office.folder / "study.lock").read_bytes()
    assert spoil(sound) != sound
    office.write("study.lock", spoil(sound))
    assert office.run().code == code
    assert office.check().code == code
    assert not office.results.exists()


def test_a_protocol_is_not_overwritten_by_its_own_lock(office, command):
    (office.folder / "study.toml").rename(office.folder / "study.lock")
    before = office.read("study.lock")
    assert command(["lock", str(office.folder / "study.lock"), "--force"]).code == 14
    assert office.read("study.lock") == before


# ---------------------------------------------------------------------- durations, counts

DURATIONS = """
schema_version = 1
[study]
id = "durations"
kind = "time_to_event"
title = "Durations"
data = "public"
[time_to_event]
file = "d.csv"
duration = "week"
event = "arrest"
group = "arm"
time_unit = "weeks"
horizon = 52
event_says = "arrested"
"""


@pytest.mark.parametrize(
    ("table", "code", "words"),
    [
        ("", 14, ["0 rows"]),
        ("week,arrest,arm\n", 12, ["no rows"]),
        ("wek,arrest,arm\n1,1,0\n", 11, ["did you mean 'wek'"]),
        ("ZQ7001,Xylophonist,01/01/1980\n1,1,0\n", 11, ["no column 'week'"]),
        ("week,week,arrest,arm\n1,2,1,0\n", 11, ["2 columns are headed 'week'"]),
        ("week,arrest,arm\nx,1,0\n-1,2,0\n", 11, ["not a number: rows 2", "negative: rows 3"]),
        ("week;arrest;arm\n1;1;0\n", 14, ["semicolons"]),
    ],
)
def test_a_bad_table_of_durations_is_refused(office, table, code, words):
    office.write("study.toml", DURATIONS)
    office.write("d.csv", table)
    for answer in (office.run(), office.check()):
        assert answer.code == code, answer.err
        assert all(word in answer.err for word in words)
        assert not PERSONAL.search(answer.err)
    assert not office.results.exists()


@pytest.mark.parametrize(("event", "share"), [(0, 0.0), (1, 1.0)])
def test_nobody_and_everybody_with_the_event_are_results(office, event, share):
    office.write("study.toml", DURATIONS)
    week = 40 if event else 60
    office.write("d.csv", "week,arrest,arm\n" + f"{week},{event},0\n{week},{event},1\n" * 30)
    assert office.run().code == 0
    found = json.loads((office.results / "release" / "results.json").read_text("utf-8"))
    rows = [row["estimate"] for row in found["estimates"]["shares_by_group"]["rows"]]
    assert [(row["value"], row["events"]) for row in rows] == [(share, 30 * event)] * 2
    assert all(row["interval"]["low"] < row["interval"]["high"] for row in rows)
    assert ("log_rank" in found["tables"]) == bool(event)


# ---------------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("nonsense", ["No such command"]),
        ("rnu", ["Did you mean 'run'"]),
        ("run", ["Missing argument 'PROTOCOL'"]),
        ("run a b", ["unexpected extra argument"]),
        ("interval proportion -1 28", ["0 or more; got -1"]),
        ("interval proportion 2.5 28", ["'2.5' is not a whole number"]),
        ("interval proportion x 28", ["'x' is not a whole number"]),
        ("interval proportion 1,200 2,000", ["'1,200' is not a whole number"]),
        ("interval proportion 29 28", ["COUNT (29) is more than BASE (28)"]),
        (f"interval proportion {10**20} {10**21}", ["is more than"]),
        ("interval proportion 21 28 --method wilsn", ["did you mean 'wilson'"]),
        ("interval proportion 21 28 --method zzzz", ["the choices: wilson"]),
        ("interval proportion 21 28 --level 95", ["95% is written 0.95"]),
        ("interval proportion 21 28 --level 0.05", ["95% is written 0.95"]),
        ("interval proportion 21 28 --level 95%", ["'95%' is not a number"]),
        ("interval proportion 21 28 --population 20", ["cannot exceed its frame"]),
        ("interval rate 5 0", ["no person-time"]),
        ("interval rate 5 -1", ["0 or more"]),
        ("interval rate 5 nan", ["finite"]),
        ("interval difference 5 4 1 2", ["COUNT_1 (5) is more than BASE_1 (4)"]),
        ("interval paired 1 -2 3 4", ["0 or more; got -2"]),
    ],
)
def test_a_misused_command_line_is_code_2(command, arguments, words):
    answer = command(arguments.split())
    assert answer.code == 2
    assert all(word in " ".join(answer.err.split()) for word in words), answer.err


@pytest.mark.parametrize(
    ("arguments", "low", "high"),
    [
        ("proportion 0 0", 0.0, 1.0),
        ("rate 0 0", 0.0, "inf"),
        ("difference 0 0 1 2", None, None),
        ("difference 0 0 0 0", -1.0, 1.0),
        ("paired 0 0 0 0", -1.0, 1.0),
        ("proportion 28 28 --population 28", 1.0, 1.0),
    ],
)
def test_nothing_out_of_nothing_is_an_answer_in_strict_json(command, arguments, low, high):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    answer = command(["interval", *arguments.split(), "--json"])
    assert answer.code == 0, answer.err
    found = json.loads(answer.out, parse_constant=refuse)
    if low is not None:
        assert (found["low"], found["high"]) == (low, high)
    if "--population" not in arguments:
        assert found["estimate"] is None
    assert command(["interval", *arguments.split()]).code == 0


def every_command():
    yield []
    for name in ("check", "run", "lock", "synthesise", "template"):
        yield [name]
    yield ["interval"]
    for name in ("proportion", "rate", "difference", "paired", "sequence", "methods"):
        yield ["interval", name]


@pytest.mark.parametrize("arguments", list(every_command()), ids=" ".join)
def test_help_is_readable_at_80_columns(command, monkeypatch, arguments):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    answer = command([*arguments, "--help"])
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line.endswith("...") and "ARGS" not in line]


def test_a_template_is_not_written_over_a_file(command, tmp_path):
    target = tmp_path / "my study.toml"
    assert command(["template", "--out", str(target)]).code == 0
    before = target.read_bytes()
    answer = command(["template", "--out", str(target)])
    assert answer.code == 14
    assert "exists already" in answer.err
    assert target.read_bytes() == before


def test_a_recipe_that_is_none_writes_nothing(command, office):
    for recipe, code in (("none.toml", 14), ("study.toml", 10), ("persons.csv", 10)):
        out = office.folder / "made"
        answer = command(["synthesise", str(office.folder / recipe), "--out", str(out)])
        assert answer.code == code, answer.err
        assert not out.exists()
        assert not PERSONAL.search(answer.err)


# --------------------------------------------------------------------- processes and pipes


def shell(arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", "from dipoutcomes.cli.main import entry; entry()", *arguments],
        capture_output=True, check=False, text=True, timeout=120, **options,
    )  # fmt: skip


def test_unicode_spaces_and_another_folder(office, tmp_path):
    far = tmp_path / "Tŷ Ffynnon – café" / "my protocols"
    far.parent.mkdir()
    office.folder.rename(far)
    done = shell(
        ["run", str(far / "study.toml"), "--no-report", "-q", "--out", "Canlyniadau ŵ"],
        cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "Canlyniadau ŵ" / "release" / "results.json").is_file()


def test_a_reader_who_leaves_early_is_no_fault(tmp_path):
    program = "from dipoutcomes.cli.main import entry; entry()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "interval", "methods"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_the_answer_is_said():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from dipoutcomes.cli.main import entry; entry()", "template"],
            stdout=full, stderr=subprocess.PIPE, check=False, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 14
    assert done.stderr.startswith("StorageError: the answer cannot be written")


def test_no_colour_and_no_progress_where_they_are_not_wanted(office):
    done = shell(
        ["check", str(office.folder / "study.toml"), "-q"],
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    loud = shell(["check", str(office.folder / "study.toml")], env={**os.environ, "NO_COLOR": "1"})
    assert "Selecting the cohort" in loud.stderr
    assert "\x1b" not in loud.stderr


def test_the_front_door_raises_the_same_errors(office):
    from dipoutcomes import study
    from dipoutcomes.errors import RecordError

    office.swap("Arrested", "Arrestd", "events.csv")
    with pytest.raises(RecordError, match="Arrestd"):
        study.evaluate(office.folder / "study.toml")
    with pytest.raises(ValueError, match="copy"):
        study.open_report(office.folder / "study.toml", copy="draft")


def test_a_zipped_file_is_not_taken_for_a_workbook(office):
    with zipfile.ZipFile(office.folder / "persons.xlsx", "w") as archive:
        archive.writestr("letter.txt", "Xylophonist1")
    office.swap('"persons.csv"', '"persons.xlsx"')
    answer = office.run()
    assert answer.code == 14
    assert "not a workbook" in answer.err
    assert not PERSONAL.search(answer.err)
