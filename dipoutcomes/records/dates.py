"""Dates out of raw cells: every declared reading counted, nothing guessed.

The same workbook column can hold real dates, dates written as text, serial numbers and serial
numbers written as text. Each cell is typed by what it is; a text is read in the declared formats
in turn, exactly, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.date_cells import (
    AS_DATE,
    IMPOSSIBLE,
    MISSING,
    OK,
    SERIAL_1904,
    UNREADABLE,
    CellReader,
)
from dipoutcomes.records.raw import DateSystem, factorise

if TYPE_CHECKING:
    import pandas as pd

#: Where there is no date; the same bits as NumPy's "not a time".
NO_DATE = int(np.iinfo(np.int64).min)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DateColumn:
    """A typed column of dates, and what was found on the way.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since 1970-01-01; `NO_DATE` where there is none.
    microseconds : ndarray of int64, shape (n,)
        Time of day that was dropped; kept only to tell copies of a row from two events of a day.
    missing, unreadable, impossible : ndarray of bool, shape (n,)
        Empty or declared as missing; in none of the declared formats; in one of them, but no
        day of the calendar (31 February).
    bare_serials_1904 : int
        Bare numbers in a workbook that counts from 1904; such a table is refused.
    counts : mapping of str to int
        Cells by the way they were read: "%d/%m/%Y", "date", "Excel serial number" ...
    ambiguous : int
        Text dates whose day and month could be exchanged (03/04/2015).
    day_first_proven, month_first_proven : bool
        Whether a text with a number above 12 shows the order.
    times_dropped, two_digit_years, open_ended, not_known : int
        Cells with a time of day; with a two-digit year; with a date declared "still open"; with
        one declared "not known".
    other_order : int
        Cells that are no day of the calendar, and would be one with day and month exchanged.
    """

    days: NDArray[np.int64]
    microseconds: NDArray[np.int64]
    missing: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]
    impossible: NDArray[np.bool_]
    bare_serials_1904: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    ambiguous: int = 0
    day_first_proven: bool = False
    month_first_proven: bool = False
    times_dropped: int = 0
    two_digit_years: int = 0
    open_ended: int = 0
    not_known: int = 0
    other_order: int = 0

    @classmethod
    def empty(cls, n: int) -> DateColumn:
        """Return a column of *n* missing dates, for a heading that the protocol does not map."""
        no = np.zeros(n, dtype=bool)
        return cls(
            days=np.full(n, NO_DATE),
            microseconds=_midnight(n),
            missing=~no,
            unreadable=no,
            impossible=no,
        )


def type_dates(
    cells: pd.Series[Any],
    *,
    formats: Sequence[str],
    missing: Sequence[str] = ("",),
    date_system: DateSystem = "none",
    open_ended: Sequence[date] = (),
    not_known: Sequence[date] = (),
) -> DateColumn:
    """Return the dates in a column of raw cells.

    Parameters
    ----------
    cells : Series, shape (n,)
        Text, dates, timestamps, numbers or nothing, in any mixture.
    formats : sequence of str
        ``strptime`` formats (d, m, Y, y, b, B, H, I, M, S, f, p), tried in this order. A text
        must match one from its first letter to its last.
    missing : sequence of str
        Texts that stand for a missing value.
    date_system : {"none", "1900", "1904"}
        In a workbook of the 1900 system a bare number, or its digits as text, is a serial number;
        elsewhere a number is read as the text of its digits.
    open_ended : sequence of date
        Dates that stand for "still open"; they become missing.
    not_known : sequence of date
        Dates that stand for "not known"; they become missing too.

    Returns
    -------
    DateColumn

    Raises
    ------
    ValueError
        If a format has no day, month or year, or a directive that is not known.

    Notes
    -----
    Numbers from 1900 to 2100 in a workbook are not taken as serial numbers (March 1905 to
    September 1905): they are far more often years. Two-digit years follow POSIX: 69 to 99 are
    1969 to 1999, 00 to 68 are 2000 to 2068; whoever was born before 1969 needs four digits.

    Examples
    --------
    >>> import pandas as pd
    >>> column = type_dates(pd.Series(["13/04/2015", "03/04/2015", "31/02/2015"]),
    ...                     formats=["%d/%m/%Y"])
    >>> column.days.tolist()[:2], column.impossible.tolist()
    ([16538, 16528], [False, False, True])
    >>> column.ambiguous, column.day_first_proven
    (1, True)
    """
    days_open = [d.toordinal() - _EPOCH for d in open_ended]
    days_unknown = [d.toordinal() - _EPOCH for d in not_known]
    if cells.dtype.kind == "M":
        return _typed(cells, days_open, days_unknown)
    reader = CellReader(tuple(formats), frozenset(missing), date_system)
    codes, unique = factorise(cells)
    read = [reader.read(value) for value in unique.tolist()]
    read.append(reader.nothing)  # code -1, an empty cell, looks at the last place
    day = np.array([r.day for r in read], dtype=np.int64)
    microseconds = np.array([r.microseconds for r in read], dtype=np.int64)
    status = np.array([r.status for r in read], dtype=np.int8)
    is_open = np.isin(day, days_open) & (status == OK)
    is_unknown = np.isin(day, days_unknown) & (status == OK) & ~is_open
    stands_for = is_open | is_unknown
    day[stands_for], microseconds[stands_for], status[stands_for] = NO_DATE, 0, MISSING
    day[status != OK] = NO_DATE
    weight = np.bincount(np.where(codes < 0, len(read) - 1, codes), minlength=len(read))
    return DateColumn(
        days=day[codes],
        microseconds=microseconds[codes] if microseconds.any() else _midnight(len(codes)),
        missing=(status == MISSING)[codes],
        unreadable=((status == UNREADABLE) | (status == SERIAL_1904))[codes],
        impossible=(status == IMPOSSIBLE)[codes],
        bare_serials_1904=int(weight[status == SERIAL_1904].sum()),
        counts=_counted([r.way for r in read], weight),
        ambiguous=int(weight[[r.ambiguous for r in read]].sum()),
        day_first_proven=any(r.proves == "day" for r in read),
        month_first_proven=any(r.proves == "month" for r in read),
        times_dropped=int(weight[microseconds > 0].sum()),
        two_digit_years=int(weight[[r.two_digit_year for r in read]].sum()),
        open_ended=int(weight[is_open].sum()),
        not_known=int(weight[is_unknown].sum()),
        other_order=int(weight[[r.other_order for r in read]].sum()),
    )


def _typed(cells: pd.Series[Any], days_open: list[int], days_unknown: list[int]) -> DateColumn:
    """Read a column that is already of dates without touching a string."""
    if getattr(cells.dt, "tz", None) is not None:
        cells = cells.dt.tz_localize(None)  # the day on the clock of the place, not in Greenwich
    stamps = cells.to_numpy()
    day_stamps = stamps.astype("datetime64[D]")
    days = day_stamps.astype(np.int64)
    missing = np.isnat(stamps)
    microseconds = _midnight(len(days))
    if not ((day_stamps == stamps) | missing).all():
        fraction = (stamps - day_stamps.astype(stamps.dtype)).astype("timedelta64[us]")
        microseconds = np.where(missing, 0, fraction.astype(np.int64))
    no = np.zeros(len(days), dtype=bool)
    is_open = np.isin(days, days_open) if days_open else no
    is_unknown = np.isin(days, days_unknown) & ~is_open if days_unknown else no
    stands_for = is_open | is_unknown
    return DateColumn(
        days=np.where(missing | stands_for, NO_DATE, days),
        microseconds=np.where(stands_for, 0, microseconds) if stands_for.any() else microseconds,
        missing=missing | stands_for,
        unreadable=no,
        impossible=no,
        counts={AS_DATE: int((~missing).sum())},
        times_dropped=int((microseconds > 0).sum()),
        open_ended=int(is_open.sum()),
        not_known=int(is_unknown.sum()),
    )


def _midnight(n: int) -> NDArray[np.int64]:
    """Return *n* times of day, all midnight, in the memory of one."""
    return np.broadcast_to(np.int64(0), n)


def _counted(ways: list[str], weight: NDArray[np.int64]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for way, cells in zip(ways, weight.tolist(), strict=True):
        if way and cells:
            counts[way] = counts.get(way, 0) + cells
    return counts
