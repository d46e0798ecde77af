"""The request to the police: the one workbook that says who people are, as bytes and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import RecordError
from dipoutcomes.simulate.workbook import EPOCH, EXCEL_DATE_FORMAT, without_a_clock
from dipoutcomes.storage.read import read_frame

if TYPE_CHECKING:
    import pandas as pd

INSTRUCTIONS, PEOPLE, EVENTS = "Read me first", "People", "Events"
HEADER_ROW = 3
WARNING = (
    "PERSONAL DATA: this workbook names people. Keep it on the secure side, send it only as "
    "agreed, delete it when the answers are in."
)
#: Excel takes a list typed into a validation only up to this length.
LONGEST_LIST = 255


def request_workbook(
    people: pd.DataFrame,
    *,
    study: str,
    instructions: Sequence[str],
    answers: Mapping[str, Sequence[str]],
    events: Mapping[str, Sequence[str]],
) -> bytes:
    """Return the request as the bytes of an Excel workbook, the same on every run.

    Parameters
    ----------
    people : DataFrame
        One row a person: identifiers, under the headings that the police see. Locked.
    study : str
        Its id, printed at the top.
    instructions : sequence of str
        Paragraphs of the first sheet.
    answers : mapping
        Heading of each empty column = words that may be chosen there (none: anything).
    events : mapping
        The same for the empty sheet with one row an event; left out if empty.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.created = EPOCH
    book.properties.creator = "dipoutcomes"
    first = book.create_sheet(INSTRUCTIONS)
    for text in (WARNING, "", *instructions):
        first.append([text])
    first.column_dimensions["A"].width = 110
    first.protection.enable()
    _people(book.create_sheet(PEOPLE), people, study, answers)
    if events:
        _events(book.create_sheet(EVENTS), study, events)
    buffer = BytesIO()
    book.save(buffer)
    return without_a_clock(buffer.getvalue())


def _people(
    sheet: Any, people: pd.DataFrame, study: str, answers: Mapping[str, Sequence[str]]
) -> None:
    from openpyxl.styles import Protection

    _head(sheet, study, [*people.columns, *answers])
    open_cells, first = Protection(locked=False), len(people.columns) + 1
    for number, row in enumerate(people.itertuples(index=False), start=HEADER_ROW + 1):
        for column, value in enumerate(row, start=1):
            _write(sheet.cell(number, column), value)
        for column in range(first, first + len(answers)):
            sheet.cell(number, column).protection = open_cells
    last = HEADER_ROW + len(people)
    for column, words in enumerate(answers.values(), start=first):
        _offer(sheet, column, words, last)
    sheet.protection.enable()


def _events(sheet: Any, study: str, events: Mapping[str, Sequence[str]]) -> None:
    from openpyxl.styles import Protection
    from openpyxl.utils import get_column_letter

    _head(sheet, study, list(events))
    for column, words in enumerate(events.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].protection = Protection(locked=False)
        _offer(sheet, column, words, 1_048_576)
    sheet.protection.enable()


def _head(sheet: Any, study: str, headings: Sequence[str]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for row, text in enumerate((WARNING, f"Study: {study}"), start=1):
        _write(sheet.cell(row, 1), text)
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(HEADER_ROW, column)
        _write(cell, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(14, len(heading) + 2)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)


def _write(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"  # else a text that begins with = is a formula
        cell.number_format = "@"
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = EXCEL_DATE_FORMAT


def _offer(sheet: Any, column: int, words: Sequence[str], last_row: int) -> None:
    """Offer *words* as a list in the cells of a column below its heading."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(words)
    if not words or len(listed) > LONGEST_LIST or any(set(',"') & set(word) for word in words):
        return
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    rule.error, rule.errorTitle = f"Choose one of: {listed}", "Not one of the answers"
    rule.showErrorMessage = True
    letter = get_column_letter(column)
    rule.add(f"{letter}{HEADER_ROW + 1}:{letter}{last_row}")
    sheet.add_data_validation(rule)


def read_request(path: Path, headings: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a request that came back, with all of *headings*.

    Raises
    ------
    StorageError
        If it is no workbook, or the sheet of people is not in it.
    RecordError
        If headings are missing or doubled.
    """
    frame = read_frame(path, sheet=PEOPLE, header_row=HEADER_ROW)
    found = [str(name) for name in frame.columns]
    faults = [
        f"'{name}': {found.count(name)} columns" for name in headings if found.count(name) != 1
    ]
    if faults:
        raise RecordError(
            f"'{path.name}', sheet {PEOPLE}: each of its headings must stand once in row "
            f"{HEADER_ROW}, as it was sent. Put them right in a copy:",
            faults,
        )
    return frame[list(headings)]
