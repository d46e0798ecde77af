"""Tables out of files: raw cells, row numbers as a spreadsheet shows them, the hash of the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dipoutcomes.errors import StorageError
from dipoutcomes.storage.cells import Cells, clean_heading
from dipoutcomes.storage.locate import check_file, sha256_of, unreadable

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.records.raw import RawTable

TEXT_FILES = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls")
PARQUET = (".parquet", ".pq")
DATABASES = (".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db")


def read_raw_table(
    path: Path,
    *,
    table: str,
    sheet: str | None = None,
    header_row: int = 1,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    db_table: str | None = None,
) -> RawTable:
    """Return one table of a file as raw cells.

    Parameters
    ----------
    path : Path
        CSV or TSV (every cell a text), .xlsx, .xlsm or .xls, Parquet, DuckDB or SQLite.
    table : str
        The toolkit's name of the table: "persons", "events" ...
    sheet : str, optional
        Sheet of a workbook; the first if omitted.
    header_row : int, default 1
        Row of the headings in a workbook or CSV file, counted from 1.
    delimiter : str, default ","
        Of a CSV file; a .tsv file has tabs unless another is given.
    encoding : str, default "utf-8-sig"
        Of a CSV file; never guessed.
    db_table : str, optional
        Table of a database; may be omitted where there is only one.

    Returns
    -------
    records.RawTable
        Rows are numbered as a spreadsheet shows them, headings counted; rows of Parquet files
        and databases from 1. Wholly blank rows are left out.

    Raises
    ------
    StorageError
        If the file is not there (the nearest names are given), is no file of its kind, is
        protected by a password, has bytes that the encoding does not know, or rows of unequal
        width. The message names lines and never quotes them.
    """
    from dipoutcomes.records.raw import RawTable

    path = check_file(Path(path))
    cells = _cells(path, sheet, header_row, delimiter, encoding, db_table)
    return RawTable(
        table=table,
        frame=cells.frame,
        rows=cells.rows,
        file=path.name,
        sheet=cells.sheet,
        sha256=sha256_of(path),
        encoding=cells.encoding,
        date_system=cells.date_system,
    )


def read_frame(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int = 1,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> pd.DataFrame:
    """Return one table of a file as raw cells, without row numbers; text stays text.

    The parameters and errors are those of `read_raw_table`.
    """
    return _cells(check_file(Path(path)), sheet, header_row, delimiter, encoding, None).frame


def _cells(
    path: Path,
    sheet: str | None,
    header_row: int,
    delimiter: str,
    encoding: str,
    db_table: str | None,
) -> Cells:
    kind = path.suffix.lower()
    try:
        if kind in TEXT_FILES:
            from dipoutcomes.storage._csv import read_csv

            mark = "\t" if kind == ".tsv" and delimiter == "," else delimiter
            return read_csv(path, header_row=header_row, delimiter=mark, encoding=encoding)
        if kind in WORKBOOKS:
            from dipoutcomes.storage._excel import read_excel

            return read_excel(path, sheet=sheet, header_row=header_row)
        if kind in PARQUET:
            from dipoutcomes.storage._duckdb import parquet_frame

            return _numbered(parquet_frame(path), "")
        if kind in DATABASES:
            return _database(path, db_table)
    except OSError as error:
        raise unreadable(path, error) from error
    known = ", ".join(TEXT_FILES + WORKBOOKS + PARQUET + DATABASES)
    raise StorageError(
        f"'{path.name}' is of no kind that can be read; known are {known}. Save or export it "
        "as one of them"
    )


def _database(path: Path, db_table: str | None) -> Cells:
    from dipoutcomes.storage import _duckdb, _sqlite

    if _sqlite.is_sqlite(path):
        return _numbered(*_sqlite.sqlite_frame(path, db_table))
    return _numbered(*_duckdb.database_frame(path, db_table))


def _numbered(frame: pd.DataFrame, name: str) -> Cells:
    frame.columns = type(frame.columns)([clean_heading(c) for c in frame.columns], dtype=object)
    return Cells(frame=frame, rows=np.arange(1, len(frame) + 1, dtype=np.int64), sheet=name)
