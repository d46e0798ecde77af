"""A workbook as bytes that are the same on every run and every machine."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

EPOCH = datetime(1980, 1, 1)  # the first moment that a zip archive can name
EXCEL_DATE_FORMAT = "DD/MM/YYYY"
HEADER_ROW = 3


def workbook_bytes(sheets: Mapping[str, pd.DataFrame], *, title: str) -> bytes:
    """Return an Excel workbook: on each sheet a title, an empty row, headings in row 3, the rows.

    Parameters
    ----------
    sheets : mapping of str to DataFrame
        Name of the sheet = its cells; a ``datetime.date`` becomes a true Excel date, None an
        empty cell.
    title : str
        First cell of each sheet.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.created = EPOCH
    book.properties.creator = "dipoutcomes"
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append([title])
        sheet.append([])
        sheet.append(list(table.columns))
        for row in table.itertuples(index=False):
            sheet.append(row)
        for cell in (cell for row in sheet.iter_rows(min_row=HEADER_ROW + 1) for cell in row):
            if isinstance(cell.value, date):
                cell.number_format = EXCEL_DATE_FORMAT
    buffer = BytesIO()
    book.save(buffer)
    return without_a_clock(buffer.getvalue())


def without_a_clock(content: bytes) -> bytes:
    """Return the archive again with fixed times, uncompressed: zlib's output differs by version."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w", ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving here
                part = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part
                )
            info = ZipInfo(name, EPOCH.timetuple()[:6])
            info.create_system = 3  # else it names the operating system
            new.writestr(info, part)
    return buffer.getvalue()
