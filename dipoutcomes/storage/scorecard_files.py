"""A published scorecard out of a file: TOML, a table of CSV, or the sheets of a workbook."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import StorageError
from dipoutcomes.scorecard.audit import Scorecard, parse_scorecard, scorecard_from_rows
from dipoutcomes.scorecard.audit.cells import cells_of, heading_of
from dipoutcomes.storage._shown import as_shown
from dipoutcomes.storage.locate import check_file
from dipoutcomes.storage.read import TEXT_FILES, WORKBOOKS, read_frame, read_raw_table
from dipoutcomes.storage.texts import read_protocol_text

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.records.raw import RawTable

#: Sheets of a workbook that hold what a TOML file has besides its lines.
OTHER_SHEETS = ("mean", "claim", "window")
_LINES = ("line", "lines")
#: Rows above the headings that a title may take.
_TITLE_ROWS = 8
_DELIMITERS = (",", ";", "\t")


def read_scorecard(path: Path) -> Scorecard:
    """Return the published scorecard that a file describes.

    Parameters
    ----------
    path : Path
        .toml: ``[scorecard]``, ``[[line]]`` and the rest. .csv or .tsv: one row a line, headings
        as the keys of ``[[line]]``. .xlsx, .xlsm or .xls: the same in the sheet "line" (or the
        first), and sheets "mean", "claim", "window" and "scorecard" (one row) if there are any.

    Returns
    -------
    Scorecard

    Raises
    ------
    StorageError
        If the file is not there, is of no such kind, or cannot be read; if a heading stands over
        two columns, or formulas of a workbook hold no value.
    ProtocolError
        With one line for every fault in it.

    Notes
    -----
    The headings are the first row that has "label" in it, below a title of up to 8 rows. Cells of
    a CSV file may be parted by commas, semicolons or tabs; a file that is no UTF-8 is read as
    Windows-1252, which changes letters of labels and no figure. Section headings and footnotes
    are to be left out: a row with words alone is a row printed blank.

    A percentage of an .xlsx file is what the cell's format shows: 0.1993 formatted ``0%`` is
    printed 20%. Where the format says nothing, a workbook holds 20.0 as 20, and the column
    "decimals" says how many digits are printed; a column of fractions is read as percentages
    where every cell of it is a number up to 1 and not all are whole.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".toml":
        return parse_scorecard(read_protocol_text(path), name=path.name)
    if kind in TEXT_FILES:
        return scorecard_from_rows(_rows(_text_table(path).frame), title=path.stem)
    if kind in WORKBOOKS:
        return _from_workbook(path)
    known = ", ".join((".toml", *TEXT_FILES, *WORKBOOKS))
    raise StorageError(
        f"'{path.name}' is of no kind that a scorecard is read from; known are {known}"
    )


def _text_table(path: Path) -> RawTable:
    encoding = _encoding(check_file(path))
    marks = ("\t",) if path.suffix.lower() == ".tsv" else _DELIMITERS
    return _below_title(
        path, [{"delimiter": mark, "encoding": encoding} for mark in marks]
    )[0]  # fmt: skip


def _encoding(path: Path) -> str:
    """Return UTF-8, or Windows-1252 where it cannot be that: the figures are the same in both."""
    raw = path.read_bytes()
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:  # what a spreadsheet calls "Unicode text"
        return "utf-16"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252" if b"\0" not in raw else "utf-8-sig"
    return "utf-8-sig"


def _below_title(path: Path, ways: list[dict[str, Any]]) -> tuple[RawTable, int]:
    """Return the table whose headings have "label" among them, and the row they stand in.

    Where there is none, the table as it stands in row 1, or why it cannot be read.
    """
    first: RawTable | StorageError | None = None
    for way in ways:
        for row in range(1, _TITLE_ROWS + 2):
            try:
                table = read_raw_table(path, table="scorecard", header_row=row, **way)
            except StorageError as error:
                first = first or error
                continue
            headings = [heading_of(column) for column in table.frame.columns]
            if "label" in headings:
                _check_once(path, headings)
                return table, row
            first = table if first is None else first
    if isinstance(first, StorageError):
        raise first
    if first is None:
        raise StorageError(f"'{path.name}' has no table in it")
    return first, 1


def _check_once(path: Path, headings: list[str]) -> None:
    twice = [h for h in dict.fromkeys(headings) if h and headings.count(h) > 1]
    if twice:
        raise StorageError(
            f"'{path.name}' has {len(twice)} heading{'s' * (len(twice) > 1)} over more than one "
            f"column: {', '.join(twice)}. Each may stand once; which column is meant?"
        )


def _from_workbook(path: Path) -> Scorecard:
    check_file(path)
    names = _sheets(path)
    lines = next((name for name in names if name.casefold() in _LINES), None)
    table, row = _below_title(path, [{} if lines is None else {"sheet": lines}])
    frame = as_shown(path, table, row)
    more: dict[str, Any] = {}
    for name in names:
        key = name.casefold().rstrip("s") if name.casefold() != "scorecard" else "scorecard"
        if name == table.sheet:
            continue
        if key in OTHER_SHEETS:
            more[key] = [cells_of(r) for r in _rows(read_frame(path, sheet=name))]
        elif key == "scorecard":
            more[key] = next((cells_of(r) for r in _rows(read_frame(path, sheet=name))), {})
    return scorecard_from_rows(_rows(_as_printed(frame)), title=path.stem, more=more)


def _sheets(path: Path) -> list[str]:
    from python_calamine import CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return list(book.sheet_names)
    except Exception:  # no workbook: reading a sheet says so in plain words
        read_frame(path)
        raise


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    # A column without heading or cell is none; one with cells is left for the checks to name.
    kept = [k for k, name in enumerate(frame.columns) if name or _holds(frame.iloc[:, k])]
    names = [str(frame.columns[k]) for k in kept]
    cells = zip(*(frame.iloc[:, k].tolist() for k in kept), strict=True)
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cells]


def _holds(column: pd.Series[Any]) -> bool:
    return any(cell is not None and str(cell).strip() not in {"", "nan"} for cell in column)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    # A workbook holds every number as a float; 61.0 was typed 61.
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _as_printed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with fractions in the column "percent" as the percentages they show."""
    column = next((name for name in frame.columns if heading_of(name) == "percent"), None)
    if column is None:
        return frame
    cells = [c for c in frame[column] if isinstance(c, int | float) and not isnan(c)]
    fractions = [cell for cell in cells if not float(cell).is_integer()]
    if not fractions or max(cells) > 1:
        return frame
    return frame.assign(**{column: [_times_100(cell) for cell in frame[column]]})


def _times_100(cell: Any) -> Any:
    if not isinstance(cell, int | float):
        return cell
    return f"{(Decimal(repr(cell)) * 100).normalize():f}%"
