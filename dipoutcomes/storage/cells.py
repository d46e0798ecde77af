"""What every reader hands back, and the cutting of headings and blank rows they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import StorageError

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.records.raw import DateSystem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Raw cells under their headings, and the number of each row as a spreadsheet shows it."""

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    sheet: str = ""
    encoding: str = ""
    date_system: DateSystem = "none"


def clean_heading(value: Any) -> str:
    """Return a heading with its white space made single and cut at both ends."""
    return " ".join(str(value).split()) if value is not None else ""


def frame_of(
    lines: Sequence[Sequence[Any]], headings: Sequence[Any]
) -> tuple[pd.DataFrame, list[int]]:
    """Return the lines that are not blank as a frame of raw cells, and their positions."""
    import pandas as pd

    kept = [i for i, line in enumerate(lines) if not _blank(line)]
    columns = list(zip(*(lines[i] for i in kept), strict=True)) if kept else []
    names = [clean_heading(heading) for heading in headings]
    frame = pd.DataFrame(index=range(len(kept)), columns=pd.Index([], dtype=object))
    if names:
        # By position: headings may repeat, which `records` refuses where it matters.
        series = [
            pd.Series(_objects(columns[i] if columns else ()), dtype=object)
            for i in range(len(names))
        ]
        frame = pd.concat(series, axis=1)
        frame.columns = pd.Index(names, dtype=object)
    return frame, kept


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _blank(line: Sequence[Any]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in line)


def no_header(name: str, header_row: int, found: int) -> StorageError:
    """Return the error for a file that ends before its headings."""
    return StorageError(
        f"'{name}' has {found} rows, and header_row = {header_row} is where its headings should be"
    )
