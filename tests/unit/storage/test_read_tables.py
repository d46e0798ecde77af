"""Files as offices send them, made here; errors name lines and never quote them."""

import datetime as dt
import sqlite3
import zipfile
from hashlib import sha256

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from dipoutcomes.errors import StorageError
from dipoutcomes.records.dates import type_dates
from dipoutcomes.records.text import type_text
from dipoutcomes.storage import _csv, _duckdb, read_frame, read_raw_table, resolve_source, sha256_of


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path, rows, *, sheets=(), epoch=None):
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    sheet = book.active
    sheet.title = "Caseload"
    for row in rows:
        sheet.append(row)
    for name in sheets:
        book.create_sheet(name)
    book.save(path)
    return path


# --- CSV


def test_csv_cells_are_texts_and_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    path = write(
        tmp_path / "p.csv", 'ID, Date  of birth ,Note\n001,NA,"two\nlines"\n\n,,\n002,1e5,\n'
    )
    table = read_raw_table(path, table="persons")
    assert list(table.frame.columns) == ["ID", "Date of birth", "Note"]
    assert table.frame["ID"].tolist() == ["001", "002"]
    assert table.frame["Date of birth"].tolist() == ["NA", "1e5"]  # nothing is interpreted
    assert table.rows.tolist() == [2, 5]  # the quoted text is one row, the blank ones count
    assert table.sha256 == sha256(path.read_bytes()).hexdigest() == sha256_of(path)
    assert (table.file, table.encoding, table.date_system) == ("p.csv", "utf-8-sig", "none")


def test_headings_below_a_title_and_another_delimiter(tmp_path):
    path = write(tmp_path / "p.csv", "Extract\n\nID;Sex\n1;M\n")
    table = read_raw_table(path, table="persons", header_row=3, delimiter=";")
    assert table.frame.to_dict("list") == {"ID": ["1"], "Sex": ["M"]}
    assert table.rows.tolist() == [4]
    tsv = write(tmp_path / "p.tsv", "ID\tSex\n1\tM\n")
    assert read_frame(tsv)["Sex"].tolist() == ["M"]


def test_a_windows_file_is_read_as_declared_and_refused_as_utf_8(tmp_path):
    path = write(tmp_path / "p.csv", "ID,Name\n1,Smith\n2,Si\u00e2n\n", "cp1252")
    with pytest.raises(StorageError) as caught:
        read_raw_table(path, table="persons")
    assert "line 3" in str(caught.value)
    assert "encoding = 'cp1252'" in str(caught.value)
    assert "Si" not in str(caught.value).replace("'p.csv'", "")
    table = read_raw_table(path, table="persons", encoding="cp1252")
    assert table.frame["Name"].tolist() == ["Smith", "Si\u00e2n"]
    assert table.encoding == "cp1252"


def test_the_mark_of_another_encoding_is_believed(tmp_path):
    path = write(tmp_path / "p.csv", "ID\n1\n", "utf-16")
    with pytest.raises(StorageError, match="encoding = 'utf-16'"):
        read_raw_table(path, table="persons")
    path = write(tmp_path / "q.csv", "ID\n1\n", "utf-8-sig")
    with pytest.raises(StorageError, match="encoding = 'utf-8-sig'"):
        read_raw_table(path, table="persons", encoding="cp1252")
    assert read_frame(path).columns.tolist() == ["ID"]


def test_an_unknown_encoding_is_named(tmp_path):
    path = write(tmp_path / "p.csv", "ID\n1\n")
    with pytest.raises(StorageError, match="no encoding 'cp12522'"):
        read_raw_table(path, table="persons", encoding="cp12522")


def test_ragged_rows_are_named_and_not_quoted(tmp_path):
    path = write(tmp_path / "p.csv", "ID,Sex\n1,M\nLlewellyn\n3,F,x\n")
    with pytest.raises(StorageError) as caught:
        read_raw_table(path, table="persons")
    assert "2 headings, and 2 rows" in str(caught.value)
    assert "rows 3, 4" in str(caught.value)
    assert "Llewellyn" not in str(caught.value)


def test_an_unclosed_quotation_mark_is_an_error(tmp_path):
    path = write(tmp_path / "p.csv", 'ID,Sex\n1,"M\n2,F\n')
    with pytest.raises(StorageError, match="not a sound CSV"):
        read_raw_table(path, table="persons")


def test_a_file_shorter_than_its_header_row(tmp_path):
    path = write(tmp_path / "p.csv", "ID\n")
    with pytest.raises(StorageError, match="header_row = 4"):
        read_raw_table(path, table="persons", header_row=4)
    assert read_raw_table(path, table="persons").frame.empty


def test_repeated_headings_are_kept_as_they_are(tmp_path):
    path = write(tmp_path / "p.csv", "ID,Date,Date\n1,a,b\n")
    assert read_frame(path).columns.tolist() == ["ID", "Date", "Date"]


@pytest.mark.parametrize(
    ("body", "fast"),
    [
        ("1,M\n2,F\n", True),
        ("1,M\r\n2,F", True),
        ("1,M\n,\n2,F\n", True),
        ("1,M\n\n2,F\n", False),  # DuckDB drops the blank line: the numbers would be wrong
        ('1,"M\nN"\n2,F\n', False),
    ],
)
def test_the_fast_reader_gives_the_same_cells_and_numbers(tmp_path, monkeypatch, body, fast):
    end = "\r\n" if "\r" in body else "\n"
    path = write(tmp_path / "p.csv", f"Title{end}ID,Sex{end}{body}")
    slow = read_raw_table(path, table="persons", header_row=2)
    monkeypatch.setattr(_csv, "LARGE_BYTES", 0)
    assert (_csv._with_duckdb(path, 2, ",", "utf-8") is not None) == fast
    quick = read_raw_table(path, table="persons", header_row=2)
    assert quick.rows.tolist() == slow.rows.tolist()
    pd.testing.assert_frame_equal(quick.frame.fillna(""), slow.frame.fillna(""))


def test_the_fast_reader_leaves_faults_to_the_careful_one(tmp_path, monkeypatch):
    path = write(tmp_path / "p.csv", "ID,Sex\n1,M\nLlewellyn\n")
    monkeypatch.setattr(_csv, "LARGE_BYTES", 0)
    with pytest.raises(StorageError, match="rows 3") as caught:
        read_raw_table(path, table="persons")
    assert "Llewellyn" not in str(caught.value)


# --- workbooks


def test_a_workbook_keeps_the_types_of_its_cells(tmp_path):
    rows = [
        ["Client list"],
        ["ID", "Opened"],
        [1001, dt.date(2023, 4, 3)],
        ["A7", "03/04/2023"],
        [None, None],
        [1003, 45019],
    ]
    path = workbook(tmp_path / "p.xlsx", rows)
    table = read_raw_table(path, table="episodes", header_row=2)
    assert table.rows.tolist() == [3, 4, 6]
    assert (table.sheet, table.date_system) == ("Caseload", "1900")
    assert table.frame["Opened"].tolist() == [dt.date(2023, 4, 3), "03/04/2023", 45019.0]
    read = type_dates(table.frame["Opened"], formats=["%d/%m/%Y"], date_system="1900")
    assert len(set(read.days.tolist())) == 1
    assert not read.unreadable.any()


def test_a_sheet_is_found_or_the_nearest_is_named(tmp_path):
    path = workbook(tmp_path / "p.xlsx", [["ID"], [1]], sheets=["Custody & recall"])
    assert read_raw_table(path, table="custody", sheet="Caseload").frame["ID"].tolist() == [1]
    with pytest.raises(StorageError, match="did you mean 'Caseload'"):
        read_raw_table(path, table="custody", sheet="Case load")


def test_a_1904_workbook_says_so_and_its_real_dates_are_right(tmp_path):
    rows = [["ID", "Opened"], [1, dt.date(2015, 4, 3)]]
    path = workbook(tmp_path / "p.xlsx", rows, epoch=CALENDAR_MAC_1904)
    table = read_raw_table(path, table="episodes")
    assert table.date_system == "1904"
    assert table.frame["Opened"].tolist() == [dt.date(2015, 4, 3)]


def test_an_error_cell_is_no_empty_cell(tmp_path):
    path = tmp_path / "p.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["ID", "Closed"])
    book.active.append([1, "#N/A"])
    book.active["B2"].data_type = "e"
    book.create_sheet("Other").append(["ID", "Closed"])
    book["Other"].append([1, None])
    book.save(path)
    assert read_frame(path)["Closed"].tolist() == ["#ERROR"]
    assert read_frame(path, sheet="Other")["Closed"].tolist() == [""]


def test_what_is_no_workbook_is_said(tmp_path):
    for name, data in {
        "a.xlsx": b"ID,Sex\n",
        "b.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    }.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(StorageError, match="not a workbook"):
            read_frame(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as book:
        book.writestr("a.txt", "x")
    with pytest.raises(StorageError, match="not a workbook"):
        read_frame(tmp_path / "c.xlsx")


def test_a_password_is_named_as_the_reason(tmp_path):
    path = tmp_path / "p.xlsx"
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + name + b"\0" * 1000)
    with pytest.raises(StorageError, match="password"):
        read_frame(path)


# --- Parquet and databases


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"ID": ["1", "2"], "When": np.array(["2015-04-03", "NaT"], dtype="datetime64[us]")}
    )


def test_parquet_keeps_typed_dates(tmp_path, frame):
    path = tmp_path / "p.parquet"
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(f"COPY (SELECT ID, CAST(\"When\" AS DATE) w FROM frame) TO '{path}'")  # noqa: S608
    table = read_raw_table(path, table="events")
    assert table.frame["w"].dtype.kind == "M"
    assert table.rows.tolist() == [1, 2]
    assert type_dates(table.frame["w"], formats=[]).missing.tolist() == [False, True]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_repeated_texts_of_a_large_file_are_categories_and_mean_the_same(
    tmp_path, monkeypatch, kind
):
    # Two people, of whom one is written with a space and one cell is empty; twenty numbers.
    ids = ["P1", "P2", " P1", None] * 5
    when = ["03/04/2015", "31/02/2015", "04/05/2015", ""] * 5
    frame = pd.DataFrame({"Who": ids, "Row": [f"N{i:02}" for i in range(20)], "When": when})
    path = tmp_path / f"e.{kind}"
    if kind == "parquet":
        with duckdb.connect() as connection:
            connection.register("frame", frame)
            connection.execute(f"COPY frame TO '{path}'")
    else:
        frame.to_csv(path, index=False)
    plain = read_raw_table(path, table="events").frame
    monkeypatch.setattr(_duckdb, "LARGE_ROWS", 20)
    monkeypatch.setattr(_csv, "LARGE_BYTES", 0)
    large = read_raw_table(path, table="events").frame
    is_category = [isinstance(t, pd.CategoricalDtype) for t in large.dtypes]
    assert is_category == [True, False, True]
    pd.testing.assert_frame_equal(large.astype(object).fillna(""), plain.astype(object).fillna(""))
    for name in frame.columns:
        one, other = type_text(large[name]), type_text(plain[name])
        assert one.values().tolist() == other.values().tolist()
    dates = [type_dates(f["When"], formats=["%d/%m/%Y"]) for f in (large, plain)]
    for field in ("days", "missing", "impossible", "unreadable", "microseconds"):
        assert getattr(dates[0], field).tolist() == getattr(dates[1], field).tolist()
    assert (dates[0].counts, dates[0].ambiguous) == (dates[1].counts, dates[1].ambiguous)


def test_a_duckdb_database(tmp_path, frame):
    path = tmp_path / "p.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE events AS SELECT * FROM frame")
        connection.execute("CREATE TABLE persons AS SELECT ID FROM frame")
    assert read_raw_table(path, table="events", db_table="events").frame["ID"].tolist() == [
        "1",
        "2",
    ]
    with pytest.raises(StorageError, match="did you mean 'events'"):
        read_raw_table(path, table="events", db_table="event")
    with pytest.raises(StorageError, match="several tables"):
        read_raw_table(path, table="events")


def test_an_sqlite_database_needs_no_download(tmp_path):
    path = tmp_path / "p.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (ID TEXT, 'When' TEXT)")
        connection.executemany(
            "INSERT INTO events VALUES (?, ?)", [("1", "2015-04-03"), ("2", None)]
        )
    connection.close()
    table = read_raw_table(path, table="events")
    assert table.sheet == "events"
    assert table.frame["ID"].tolist() == ["1", "2"]
    assert type_dates(table.frame["When"], formats=["%Y-%m-%d"]).missing.tolist() == [False, True]


@pytest.mark.parametrize("name", ["p.parquet", "p.duckdb"])
def test_what_is_no_such_file_is_said_without_quoting_it(tmp_path, name):
    (tmp_path / name).write_bytes(b"Llewellyn" * 100)
    with pytest.raises(StorageError) as caught:
        read_raw_table(tmp_path / name, table="events")
    assert "Llewellyn" not in str(caught.value)


def test_duckdb_may_not_fetch_extensions():
    with _duckdb._connection() as connection:
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert connection.execute(f"SELECT current_setting('{setting}')").fetchone() == (False,)


# --- where files are


def test_a_missing_file_names_its_neighbours(tmp_path):
    (tmp_path / "Events 2014.csv").write_text("ID\n")
    with pytest.raises(StorageError, match=r"near it are Events 2014\.csv"):
        resolve_source("events_2014.csv", tmp_path)
    with pytest.raises(StorageError, match="nor the folder"):
        resolve_source("data/events.csv", tmp_path)


def test_a_kind_that_is_not_known(tmp_path):
    (tmp_path / "p.pdf").write_bytes(b"%PDF")
    with pytest.raises(StorageError, match=r"known are \.csv"):
        read_frame(tmp_path / "p.pdf")


def test_a_file_inside_a_package_is_found_without_importing_it():
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from dipoutcomes.storage import resolve_source; "
        "print(resolve_source('package:lifelines/datasets/rossi.csv', Path('.')).name, "
        "'lifelines' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["rossi.csv", "False"]


def test_rossi_stays_text(tmp_path):
    frame = read_frame(resolve_source("package:lifelines/datasets/rossi.csv", tmp_path))
    assert len(frame) == 432
    assert (frame["arrest"] == "1").sum() == 114  # Rossi, Berk and Lenihan (1980)


@pytest.mark.parametrize(
    "name", ["package:lifelines", "package:no_such_package/a.csv", "package:lifelines/../x.csv"]
)
def test_a_package_path_must_lead_inside_an_installed_package(name, tmp_path):
    with pytest.raises(StorageError):
        resolve_source(name, tmp_path)
