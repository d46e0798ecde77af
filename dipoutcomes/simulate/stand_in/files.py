"""Made tables as the bytes of files: the headings in their row, the delimiter, the encoding."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.simulate.workbook import EPOCH, EXCEL_DATE_FORMAT, without_a_clock

if TYPE_CHECKING:
    import pandas as pd

MARK = "Stand-in: made-up people, no record is copied"
_ROWS_AT_A_TIME = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """One made table and where its headings stand."""

    frame: pd.DataFrame
    header_row: int = 1


def csv_bytes(
    frame: pd.DataFrame, *, delimiter: str = ",", encoding: str = "utf-8", header_row: int = 1
) -> bytes:
    """Return a made frame as a CSV file; rows above the headings say what it is.

    A heading or cell that the encoding lacks becomes a question mark.
    """
    head = StringIO()
    writer = csv.writer(head, delimiter=delimiter, lineterminator="\n")
    for row in range(header_row - 1):
        writer.writerow([MARK if row == 0 else "", *[""] * (frame.shape[1] - 1)])
    writer.writerow(list(frame.columns))
    out = BytesIO()
    # A stateful encoder: the mark of utf-8-sig and utf-16 stands once, at the front.
    encoder = codecs.getincrementalencoder(encoding)(errors="replace")
    out.write(encoder.encode(head.getvalue()))
    columns = [_texts(frame.iloc[:, place], delimiter) for place in range(frame.shape[1])]
    for at in range(0, len(frame), _ROWS_AT_A_TIME):
        block = slice(at, at + _ROWS_AT_A_TIME)
        cells = [labels[code[block]].tolist() for code, labels in columns]
        lines = [delimiter.join(row) for row in zip(*cells, strict=True)]
        if len(columns) == 1:  # a wholly empty line would be no row
            lines = [line or '""' for line in lines]
        out.write(encoder.encode("\n".join(lines) + "\n"))
    return out.getvalue()


def _texts(cells: pd.Series[Any], delimiter: str) -> tuple[Any, Any]:
    """Return codes and the distinct cells as they are written, quoted where need be."""
    labels = [label if type(label) is str else _text(label) for label in cells.cat.categories]
    together = "".join(labels)
    if any(sign in together for sign in (delimiter, '"', "\n", "\r")):
        labels = [_quoted(label, delimiter) for label in labels]
    return cells.cat.codes.to_numpy(), np.array([*labels, ""], dtype=object)


def _text(label: object) -> str:
    return label.isoformat() if isinstance(label, date) else str(label)


def _quoted(text: str, delimiter: str) -> str:
    if any(sign in text for sign in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def excel_bytes(sheets: Mapping[str, Sheet]) -> bytes:
    """Return made tables as a workbook, the same bytes for the same cells."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.created = EPOCH
    book.properties.creator = "dipoutcomes"
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in range(table.header_row - 1):
            sheet.append([MARK] if row == 0 else [])
        sheet.append(list(table.frame.columns))
        columns = [_cells(table.frame.iloc[:, place]) for place in range(table.frame.shape[1])]
        for number, row_cells in enumerate(zip(*columns, strict=True), table.header_row + 1):
            for place, value in enumerate(row_cells, start=1):
                if value is None:
                    continue
                cell = sheet.cell(number, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # else a text that begins with = is a formula
                elif isinstance(value, date):
                    cell.number_format = EXCEL_DATE_FORMAT
    buffer = BytesIO()
    book.save(buffer)
    return without_a_clock(buffer.getvalue())


def _cells(cells: pd.Series[Any]) -> list[Any]:
    labels = np.append(np.asarray(cells.cat.categories, dtype=object), np.array([None]))
    return [None if value is None else value for value in labels[cells.cat.codes.to_numpy()]]


def typed_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a made frame with columns of dates, whole numbers, numbers or texts."""
    import pandas as pd

    columns = [_typed(frame.iloc[:, place]) for place in range(frame.shape[1])]
    out = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    out.columns = frame.columns
    return out


def _typed(cells: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    labels = list(cells.cat.categories)
    values = pd.Series(_cells(cells), dtype=object)
    if labels and all(isinstance(label, date) for label in labels):
        return pd.to_datetime(values)
    if labels and all(isinstance(label, bool | np.bool_) for label in labels):
        return values.astype("boolean")
    if labels and all(isinstance(label, int | np.integer) for label in labels):
        return values.astype("Int64")
    if labels and all(isinstance(label, Real) for label in labels):
        return values.astype("float64")
    return values.map(_text, na_action="ignore")
