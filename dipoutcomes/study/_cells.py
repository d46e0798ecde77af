"""Raw cells of a column as numbers, flags or texts; what a cell is not is told by its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import RecordError

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TRUTH = {"true": 1.0, "false": 0.0}
_SHOWN = 5  # rows named in a message
_MOST_COUNT = 2.0**53  # exact in a float

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Faults:
    """Rules that rows break, gathered so that all are told at once."""

    rows: NDArray[np.int64]
    lines: list[str] = field(default_factory=list)

    def add(self, rule: str, where: Mask) -> None:
        """Note that the rows of *where* break a rule."""
        broken = self.rows[where]
        if len(broken):
            more = f" and {len(broken) - _SHOWN:,} more" if len(broken) > _SHOWN else ""
            self.lines.append(f"{rule}: rows {', '.join(map(str, broken[:_SHOWN]))}{more}")

    def raise_any(self, file: str) -> None:
        """Raise `RecordError` if a rule was broken."""
        if self.lines:
            raise RecordError(
                f"'{file}': cells are not what their columns hold. Correct the file, or name "
                "another column:",
                list(dict.fromkeys(self.lines)),
            )


def heading_faults(wanted: Sequence[str], headings: Sequence[str]) -> list[str]:
    """Return a line for each heading that is absent or repeated.

    Others are named only where they are near: in a file without headings they are somebody's
    record.
    """
    by_case = {heading.lower(): heading for heading in reversed(headings)}
    faults = []
    for name in dict.fromkeys(wanted):
        found = headings.count(name)
        if not found:
            near = get_close_matches(name.lower(), list(by_case), n=1)
            hint = f"; did you mean '{by_case[near[0]]}'?" if near else ""
            faults.append(f"no column '{name}'{hint}")
        elif found > 1:
            faults.append(f"{found} columns are headed '{name}'; give each its own heading")
    return faults


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column: its distinct cells, and which of them each row holds (-1 for an empty one)."""

    name: str
    codes: NDArray[np.int64]
    cells: list[Any]

    @classmethod
    def of(cls, series: pd.Series, name: str) -> Column:
        """Return the column with each distinct cell looked at once, however many rows there are."""
        import pandas as pd

        if isinstance(series.dtype, pd.CategoricalDtype):
            codes, cells = series.cat.codes.to_numpy(), list(series.cat.categories)
        else:
            values = series.astype(object).to_numpy()
            if pd.api.types.infer_dtype(values, skipna=True).startswith("mixed"):
                # True equals 1: told apart here, or one would be read as the other.
                values = np.array([_apart(value) for value in values], dtype=object)
            codes, found = pd.factorize(values)
            cells = list(found)
        empty = np.array([isinstance(c, str) and not c.strip() for c in cells] + [True])
        codes = np.where(empty[codes], -1, codes)
        return cls(name, codes.astype(np.int64), cells)

    @property
    def blank(self) -> Mask:
        """Rows with nothing in the cell."""
        return np.asarray(self.codes < 0)

    @property
    def is_numeric(self) -> bool:
        """Whether every cell that is not empty is a number."""
        return bool(np.isfinite(self._parsed(number)[~self.blank]).all())

    def numbers(
        self, faults: Faults, *, least: float | None = None, blank_allowed: bool = False
    ) -> NDArray[np.float64]:
        """Return numbers; nan where a cell is none, which is a fault."""
        values = self._parsed(number)
        faults.add(f"{self.name} is not a number", np.isnan(values) & ~self.blank)
        if not blank_allowed:
            faults.add(f"{self.name} is empty", self.blank)
        if least is not None:
            faults.add(f"{self.name} is below {least:g}", values < least)
        return values

    def flags(self, faults: Faults) -> NDArray[np.int64]:
        """Return 0 and 1."""
        values = self._parsed(flag)
        wrong = ~np.isin(values, (0.0, 1.0))
        faults.add(f"{self.name} is neither 0 nor 1", wrong & ~self.blank)
        faults.add(f"{self.name} is empty", self.blank)
        return np.where(wrong, 0, values).astype(np.int64)

    def counts(self, faults: Faults, *, what: str = "a whole number from 0") -> NDArray[np.float64]:
        """Return whole numbers from 0; 0 where a cell is none, which is a fault."""
        values = self._parsed(flag)
        with np.errstate(invalid="ignore"):
            wrong = ~((values >= 0) & (values == np.floor(values)) & (values < _MOST_COUNT))
        faults.add(f"{self.name} is not {what}", wrong & ~self.blank)
        faults.add(f"{self.name} is empty", self.blank)
        return np.where(wrong, 0.0, values)

    def texts(self, faults: Faults) -> NDArray[np.object_]:
        """Return texts; a whole number of a workbook is written without decimals."""
        faults.add(f"{self.name} is empty", self.blank)
        words = np.array([*(text(cell) for cell in self.cells), ""], dtype=object)
        return np.asarray(words[self.codes])

    def covariate(self, faults: Faults, *, category: bool, blank_allowed: bool) -> NDArray[Any]:
        """Return numbers where every cell is one, otherwise texts; never some of each."""
        if not blank_allowed:
            faults.add(f"{self.name} is empty", self.blank)
        values = self._parsed(flag)
        words = np.isnan(values) & ~self.blank
        if not category and not words.any():
            return values
        if not category and not words[~self.blank].all():
            few = words if 2 * words.sum() <= (~self.blank).sum() else ~words & ~self.blank
            mixed = "holds numbers in some rows and texts in others; the fewer"
            faults.add(f"{self.name} {mixed}", few)
        return self.texts(Faults(faults.rows))  # its empty cells were told above, or allowed

    def _parsed(self, parse: Callable[[Any], float]) -> NDArray[np.float64]:
        return np.array([*(parse(cell) for cell in self.cells), np.nan])[self.codes]


def number(cell: Any) -> float:
    """Return the number that a cell holds, or nan; a date, a yes or "1,000" is none."""
    if isinstance(cell, str):
        found = _NUMBER.fullmatch(cell.strip())
        value = float(cell) if found else np.nan
    elif isinstance(cell, bool | np.bool_) or not isinstance(
        cell, int | float | Decimal | np.integer | np.floating
    ):
        return float("nan")
    else:
        value = float(cell)
    return value if np.isfinite(value) else float("nan")


def flag(cell: Any) -> float:
    """Return a number, or 1 and 0 for true and false."""
    if isinstance(cell, bool | np.bool_):
        return float(cell)
    if isinstance(cell, str) and cell.strip().lower() in _TRUTH:
        return _TRUTH[cell.strip().lower()]
    return number(cell)


def text(cell: Any) -> str:
    """Return a cell as a label."""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _apart(cell: Any) -> Any:
    return str(cell).lower() if isinstance(cell, bool | np.bool_) else cell
