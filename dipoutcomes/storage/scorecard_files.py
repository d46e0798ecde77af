"""A published scorecard out of a file: TOML, a table of CSV, or the sheets of a workbook."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import StorageError
from dipoutcomes.scorecard.audit import Scorecard, parse_scorecard, scorecard_from_rows
from dipoutcomes.scorecard.audit.parse import cells_of
from dipoutcomes.storage.read import TEXT_FILES, WORKBOOKS, read_frame
from dipoutcomes.storage.texts import read_protocol_text

if TYPE_CHECKING:
    import pandas as pd

#: Sheets of a workbook that hold what a TOML file has besides its lines.
OTHER_SHEETS = ("mean", "claim", "window")
_LINES = ("line", "lines")


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
        If the file is not there, is of no such kind, or cannot be read.
    ProtocolError
        With one line for every fault in it.

    Notes
    -----
    A workbook holds 20.0 as 20: where digits after the point are printed, the column "decimals"
    says how many. A column "percent" formatted as a percentage holds fractions, and is read so
    where every cell of it is a number up to 1 and not all are whole.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".toml":
        return parse_scorecard(read_protocol_text(path), name=path.name)
    if kind in TEXT_FILES:
        return scorecard_from_rows(_rows(read_frame(path)), title=path.stem)
    if kind in WORKBOOKS:
        return _from_workbook(path)
    known = ", ".join((".toml", *TEXT_FILES, *WORKBOOKS))
    raise StorageError(
        f"'{path.name}' is of no kind that a scorecard is read from; known are {known}"
    )


def _from_workbook(path: Path) -> Scorecard:
    # The first sheet is read first: if the file is no workbook, that says so in plain words.
    first = read_frame(path)
    names = _sheets(path)
    lines = next((name for name in names if name.casefold() in _LINES), None)
    frame = first if lines is None else read_frame(path, sheet=lines)
    more: dict[str, Any] = {}
    for name in names:
        key = name.casefold().rstrip("s") if name.casefold() != "scorecard" else "scorecard"
        if key in OTHER_SHEETS and name != lines:
            more[key] = [cells_of(row) for row in _rows(read_frame(path, sheet=name))]
        elif key == "scorecard":
            more[key] = next((cells_of(r) for r in _rows(read_frame(path, sheet=name))), {})
    return scorecard_from_rows(_rows(_as_printed(frame)), title=path.stem, more=more)


def _sheets(path: Path) -> list[str]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(path)) as book:
        return list(book.sheet_names)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _plain(cell) for key, cell in row.items()} for row in frame.to_dict("records")
    ]


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    # A workbook holds every number as a float; 61.0 was typed 61.
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _as_printed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with fractions in the column "percent" as the percentages they show."""
    if "percent" not in frame.columns:
        return frame
    cells = [cell for cell in frame["percent"] if isinstance(cell, int | float)]
    fractions = [cell for cell in cells if not float(cell).is_integer()]
    if not fractions or max(cells) > 1:
        return frame
    return frame.assign(percent=[_times_100(cell) for cell in frame["percent"]])


def _times_100(cell: Any) -> Any:
    if not isinstance(cell, int | float):
        return cell
    return f"{(Decimal(repr(cell)) * 100).normalize():f}%"
