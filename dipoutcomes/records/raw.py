"""A table as it was read: raw cells and where each came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

#: How bare numbers count days: "none" where the source is no spreadsheet.
DateSystem = Literal["none", "1900", "1904"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """One table before any check; `storage` makes it, `load_records` takes it.

    Parameters
    ----------
    table : str
        The toolkit's name of the table: "persons", "episodes", "events" ...
    frame : DataFrame
        Raw cells under the headings of the file: text, or the cell types of a workbook, or the
        column types of a database. Texts may be categories. Wholly blank rows are left out.
    rows : ndarray of int64, shape (len(frame),)
        The number of each row as a spreadsheet shows it, the heading row counted.
    file : str
        Name of the file, without its folder.
    sheet : str
        Sheet of a workbook or table of a database; empty for other files.
    sha256 : str
        Of the file's bytes, 64 hex digits.
    encoding : str
        Encoding of a text file; empty for other files.
    date_system : {"none", "1900", "1904"}
        Whether a bare number may be a date, as in a workbook, and from which day it counts.
    """

    table: str
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    file: str
    sheet: str = ""
    sha256: str = ""
    encoding: str = ""
    date_system: DateSystem = "none"

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.frame):
            raise ValueError("`rows` must hold one row number for each row of `frame`")

    def __repr__(self) -> str:
        """Say what it is, never what is in it: a traceback may show this."""
        where = f"{self.file}, sheet {self.sheet}" if self.sheet else self.file
        return f"RawTable({self.table} from {where}: {len(self.frame):,} rows)"


def factorise(cells: pd.Series[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return each cell's place among the distinct cells (-1 for nothing), and these."""
    import pandas as pd

    if isinstance(cells.dtype, pd.CategoricalDtype):
        codes, unique = cells.cat.codes.to_numpy(), cells.cat.categories.to_numpy(dtype=object)
    else:
        numbers = cells.dtype.kind in "iufb"
        codes, unique = pd.factorize(cells.to_numpy() if numbers else cells.to_numpy(dtype=object))
    return codes.astype(np.intp, copy=False), unique
