"""Nothing that names a person leaves: not in results, not in messages, not in a figure's text."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
#: How a date of birth might be written on its way out.
FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d.%m.%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d")


def written(day):
    return {
        form for pattern in FORMATS for form in (f"{day:{pattern}}", f"{day:{pattern}}".lstrip("0"))
    }


def secrets_of(office):
    """Return every identifier, name and date of birth of the office's people."""
    found: set[str] = set()
    for name in ("persons.csv", "episodes.csv", "events.csv"):
        rows = list(csv.DictReader(office.read(name).splitlines()))
        for key in ("Ref", "Surname", "Episode", "Event"):
            found |= {row[key] for row in rows if key in row}
        for row in rows:
            if "Born" in row:
                found |= written(datetime.strptime(row["Born"], "%d/%m/%Y"))
    return found


def texts_in(folder):
    """Yield the name and the text of everything below *folder*, zipped and printed files too."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes().decode("utf-8", "replace")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{path.name}:{member}", archive.read(member).decode("utf-8", "replace")
        if path.suffix == ".pdf" and shutil.which("pdftotext"):
            done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
            yield f"{path.name} as text", done.stdout.decode("utf-8", "replace")


def leaks(folder, secrets):
    """Return where which of *secrets* stands as a word of its own."""
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(secrets))) + r")(?!\w)")
    return {
        (name, match) for name, text in texts_in(folder) for match in set(pattern.findall(text))
    }


def test_the_search_finds_what_is_there(office):
    office.write("out/note.txt", "seen: ZQ7001.")
    with zipfile.ZipFile(office.folder / "out" / "note.docx", "w") as archive:
        archive.writestr("word/document.xml", "<t>Xylophonist7</t>")
    found = leaks(office.folder / "out", secrets_of(office))
    assert {match for _, match in found} == {"ZQ7001", "Xylophonist7"}


@pytest.mark.parametrize("copy", ["working", "release"])
def test_no_raw_identifier_name_or_birthday_is_in_the_results(office, copy):
    secrets = secrets_of(office)
    assert len(secrets) > 300
    assert office.run().code == 0
    assert leaks(office.results / copy, secrets) == set()


def test_rejected_rows_are_named_and_never_quoted(office):
    office.rows("persons.csv", lambda line: line.replace("/19", "/29") if "7011" in line else line)
    office.rows(
        "events.csv",
        lambda line: line.replace("ARR", "Mr Xylophonist") if "ZQ7001" in line else line,
    )
    office.swap("[records]\n", "[records]\nmaximum_reject_percent = 50\n")
    secrets = secrets_of(office) | {"Mr Xylophonist"}
    answer = office.run()
    assert answer.code == 0, answer.err
    rejects = (office.results / "working" / "rejects.csv").read_text("utf-8").splitlines()
    assert len(rejects) > 2
    assert leaks(office.results, secrets) == set()
    checked = office.check()
    assert not [word for word in secrets if word in checked.out + checked.err]


def test_the_release_copy_has_no_row_of_a_person(office):
    assert office.run().code == 0
    held = {path.name for path in (office.results / "release").rglob("*")}
    assert not held & {"rejects.csv", "ledger.csv"}
    assert {"rejects.csv", "ledger.csv"} <= {p.name for p in (office.results / "working").iterdir()}
    ledger = (office.results / "working" / "ledger.csv").read_text("utf-8").splitlines()[1:]
    pseudonyms = {line.split(",")[0] for line in ledger}
    assert len(pseudonyms) == 20
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in pseudonyms)
    assert leaks(office.results / "release", pseudonyms) == set()


def test_a_secret_key_makes_other_pseudonyms_and_stays_at_home(office):
    def pseudonyms():
        assert office.run().code == 0
        lines = (office.results / "working" / "ledger.csv").read_text("utf-8").splitlines()[1:]
        return {line.split(",")[0] for line in lines}

    known = pseudonyms()
    key = "correct-horse-battery-staple-correct-horse"
    office.write("secret.key", key)
    office.swap("[records]\n", '[records]\npseudonym_key = "secret.key"\n')
    assert not known & pseudonyms()
    assert leaks(office.results, {key}) == set()


def judged(node, path=""):
    """Yield every number of a results file that counts persons or events, with its place."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {
                "persons",
                "events",
                "untraced",
                "uncertain",
                "lost",
                "remaining",
                "at_risk",
            }:
                values = value if isinstance(value, list) else [value]
                yield from ((f"{path}.{key}", v) for v in values if isinstance(v, int | float))
            yield from judged(value, f"{path}.{key}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from judged(value, f"{path}[{i}]")


@pytest.mark.parametrize("threshold", [5, 10])
def test_no_small_count_is_left_in_a_release_copy(office, threshold):
    office.swap("[time_to_first]", f"[time_to_first]\n[disclosure]\nsuppress_below = {threshold}")
    assert office.run().code == 0
    both = {
        copy: json.loads((office.results / copy / "results.json").read_text("utf-8"))
        for copy in ("working", "release")
    }
    small = {copy: [p for p, v in judged(both[copy]) if 0 < v < threshold] for copy in both}
    assert small["working"], "the test needs small counts to hide"
    assert small["release"] == []
    said = json.dumps(both["release"]["facts"]["data_notes"])
    assert not re.search(r"(?<![\d,.])[1-4] (?:people|persons|rows|spells|dates)\b", said)


def test_a_lone_death_is_not_given_away_by_the_number_of_rows(office):
    assert office.run().code == 0
    for copy, shown in (("working", True), ("release", False)):
        table = (office.results / copy / "tables" / "data_quality.csv").read_text("utf-8")
        (line,) = [line for line in table.splitlines() if line.startswith("exits")]
        assert ("1" in line.split(",")) == shown


@pytest.mark.slow
def test_no_name_is_in_a_write_up_of_the_made_up_programme(tmp_path, command):
    """Web page, Word, PDF and all tables of the study in protocols/, with everybody's names."""
    source = ROOT / "synthetic" / "gwent"
    secrets: set[str] = set()
    for sheet in openpyxl.load_workbook(source / "caseload.xlsx"):
        rows = list(sheet.iter_rows(min_row=3, values_only=True))
        for line in rows[1:]:
            row = dict(zip(rows[0], line, strict=True))
            for key in ("Client ref", "Episode ref", "Surname", "Forename"):
                secrets |= {str(row[key])} if row.get(key) else set()
            born = row.get("Date of birth")
            secrets |= written(born) if isinstance(born, datetime) else set()
    events = (source / "pnc_events.csv").read_text("utf-8-sig").splitlines()
    secrets |= {row["PNC row"] for row in csv.DictReader(events)}
    out = tmp_path / "out"
    protocol = ROOT / "protocols" / "gwent-synthetic.toml"
    assert command(["run", str(protocol), "--out", str(out), "-q"]).code == 0
    assert {path.suffix for path in (out / "release").iterdir()} >= {".html", ".docx", ".pdf"}
    assert len(secrets) > 3000
    # A typeface of Word's own theme bears the forename of somebody who does not exist.
    assert {hit for hit in leaks(out, secrets) if not hit[0].endswith("theme1.xml")} == set()
