"""What the percentages of a workbook look like on the page, by the formats of their cells."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import StorageError
from dipoutcomes.scorecard.audit.cells import heading_of

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.records.raw import RawTable

#: Formats that show a number with a set count of digits: "0%", "0.0%", "0.00", "#,##0".
_FORMAT = re.compile(r"(?:#,##)?0(?:\.(0+))?(%?)")


def as_shown(path: Path, table: RawTable, heading_row: int) -> pd.DataFrame:
    """Return a table with its column "percent" as the cells' formats show it.

    Parameters
    ----------
    path : Path
        The workbook; an .xls file holds no format that is read, and its table is returned as is.
    table : RawTable
        From that workbook, with the numbers of its rows.
    heading_row : int
        Row of its headings, counted from 1.

    Returns
    -------
    DataFrame

    Raises
    ------
    StorageError
        If formulas hold no value, as in a file that was never opened in a spreadsheet program.
    """
    if path.suffix.lower() == ".xls":
        return table.frame
    from openpyxl import load_workbook

    shown, formulas = (
        load_workbook(path, data_only=values)[table.sheet or ""] for values in (True, False)
    )
    last, width = int(table.rows.max(initial=heading_row)), len(table.frame.columns)
    empty = sum(
        cell.data_type == "f" and shown[cell.coordinate].value is None
        # Not to the end of a sheet that somebody has formatted to its last row.
        for row in formulas.iter_rows(min_row=heading_row + 1, max_row=last, max_col=width)
        for cell in row
    )
    if empty:
        raise StorageError(
            f"'{path.name}' has {empty} formula{'s' * (empty > 1)} without a value, so that the "
            "figures are not in the file. Open it in Excel, save it, and ask again"
        )
    frame = table.frame
    column = next((name for name in frame.columns if heading_of(name) == "percent"), None)
    if column is None:
        return frame
    place = next(c.column for c in shown[heading_row] if heading_of(c.value) == "percent")
    cells = [shown.cell(row=int(row), column=place) for row in table.rows]
    return frame.assign(
        **{str(column): [_shown(c, was) for c, was in zip(cells, frame[column], strict=True)]}
    )


def _shown(cell: Any, was: Any) -> Any:
    found = _FORMAT.fullmatch(str(cell.number_format))
    number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    if not number or found is None:
        return was
    value = Decimal(repr(cell.value)) * (100 if found[2] else 1)
    digits = Decimal(1).scaleb(-len(found[1] or ""))
    # A spreadsheet rounds a half away from zero in what it shows.
    return f"{value.quantize(digits, rounding=ROUND_HALF_UP):f}{found[2]}"
