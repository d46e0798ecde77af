"""Workbooks by python-calamine: cells as they are typed, row numbers as Excel shows them."""

from __future__ import annotations

import re
import zipfile
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.errors import StorageError
from dipoutcomes.storage.cells import Cells, frame_of, no_header
from dipoutcomes.storage.locate import read_bytes, unreadable

if TYPE_CHECKING:
    from dipoutcomes.records.raw import DateSystem

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XLS_1904 = b"\x22\x00\x02\x00\x01\x00"  # the DATEMODE record of an old workbook, set to 1
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')
#: What stands in the frame for a cell that shows #N/A, #REF! and the like: it is not "missing".
ERROR_TEXT = "#ERROR"


def read_excel(path: Path, *, sheet: str | None, header_row: int) -> Cells:
    """Return the cells of one sheet: text, numbers, dates and booleans as the workbook has them."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    data = read_bytes(path)
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise _locked(path)
    if data and not data.startswith((_OLE, b"PK")):
        raise StorageError(
            f"'{path.name}' is not a workbook, whatever its name says. If it opens as text, call "
            "it .csv (or .tsv) and name it so in the protocol; else save it again as .xlsx"
        )
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            name = _pick_sheet(path, sheet, list(book.sheet_names))
            lines: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except PasswordError:
        raise _locked(path) from None
    except CalamineError as error:
        raise StorageError(
            f"'{path.name}' is not a workbook that can be read ({type(error).__name__}). Open it "
            "in Excel and save it as .xlsx, or export it as CSV"
        ) from None
    except OSError as error:
        raise unreadable(path, error) from error
    if len(lines) < header_row:
        raise no_header(path.name, header_row, len(lines))
    system: DateSystem = "1900"
    if zipfile.is_zipfile(path):
        system = _mark_errors(path, name, lines)
    elif _XLS_1904 in data:
        system = "1904"
    frame, kept = frame_of(lines[header_row:], lines[header_row - 1])
    rows = np.array(kept, dtype=np.int64) + header_row + 1
    return Cells(frame=frame, rows=rows, sheet=name, date_system=system)


def _locked(path: Path) -> StorageError:
    return StorageError(
        f"'{path.name}' is protected by a password. Save a copy without one inside the secure side"
    )


def _pick_sheet(path: Path, sheet: str | None, names: list[str]) -> str:
    if not names:
        raise StorageError(f"'{path.name}' has no sheet")
    if sheet is None:
        return names[0]
    if sheet in names:
        return sheet
    near = get_close_matches(sheet, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"its sheets are {', '.join(names)}"
    raise StorageError(f"'{path.name}' has no sheet '{sheet}'; {hint}")


def _mark_errors(path: Path, sheet: str, lines: list[list[Any]]) -> DateSystem:
    """Write `ERROR_TEXT` into error cells, which the reader shows as empty; say which calendar."""
    with zipfile.ZipFile(path) as book:
        names = set(book.namelist())
        if "xl/workbook.xml" not in names:
            return "1900"
        workbook = book.read("xl/workbook.xml").decode("utf-8", "replace")
        part = _part_of(book, workbook, sheet)
        if part in names:
            for column, row in _ERROR_CELL.findall(book.read(part)):
                y, x = int(row) - 1, _column_number(column.decode()) - 1
                if y < len(lines) and x < len(lines[y]):
                    lines[y][x] = ERROR_TEXT
    date_1904 = re.search(r'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"', workbook)
    return "1904" if date_1904 else "1900"


def _part_of(book: zipfile.ZipFile, workbook: str, sheet: str) -> str:
    """Return the name of the part that holds a sheet, or nothing where it is not found."""
    from html import unescape

    relations = "xl/_rels/workbook.xml.rels"
    if relations not in book.namelist():
        return ""
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", book.read(relations).decode("utf-8")):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[found.get("Id")] = found.get("Target", "")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", workbook):
        found = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        if unescape(found.get("name", "")) == sheet:
            key = next((v for k, v in found.items() if k.endswith(":id")), None)
            target = targets.get(key, "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
