"""Dates out of distinct raw cells and back: the day, and the way in which it was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

#: Formats tried where nobody says which are used; the day comes first, as it does in the UK.
KNOWN_FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d-%b-%Y",
    "%d %B %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y", "%d/%m/%y", "%d-%b-%y", "%Y%m%d",
)  # fmt: skip
TRUE_DATE = "a true date"
SERIAL = "a serial number"
_EPOCH = date(1970, 1, 1)
_SERIAL_EPOCH = 25_569  # 1970-01-01 in a spreadsheet that counts from 1900
_SERIALS = (61, 2_958_465)
NO_WAY = -1


def read_days(
    labels: NDArray[np.object_], formats: Sequence[str], *, serial_days: bool
) -> tuple[NDArray[np.float64], NDArray[np.int64], tuple[str, ...]]:
    """Return the day of each distinct cell, the place of its way, and the ways.

    A cell that is no date has ``nan`` and `NO_WAY`. Days count from 1970-01-01; the time of day
    is dropped.
    """
    ways = (*formats, TRUE_DATE, SERIAL)
    days = np.full(len(labels), np.nan)
    way = np.full(len(labels), NO_WAY, dtype=np.int64)
    is_text = np.array([isinstance(label, str) for label in labels], dtype=bool)
    for place in np.flatnonzero(~is_text):
        found = _typed(labels[place], serial_days)
        if found is not None:
            days[place], way[place] = found[0], len(formats) + (found[1] == SERIAL)
    texts = np.flatnonzero(is_text)
    for number, form in enumerate(formats):
        texts = texts[way[texts] == NO_WAY]
        if not texts.size:
            break
        read = days_of_texts([labels[i] for i in texts], form)
        good = ~np.isnan(read)
        days[texts[good]], way[texts[good]] = read[good], number
    return days, way, ways


def days_of_texts(texts: Sequence[str], form: str) -> NDArray[np.float64]:
    """Return the day of each text in one format; nan where it is in another."""
    import pandas as pd

    cells = pd.Series([text.strip() for text in texts], dtype=object)
    if form == "%Y%m%d":  # pandas would also take 2015 and 20151 for dates
        cells = cells.where(cells.str.fullmatch(r"\d{8}"), "")
    stamps = pd.to_datetime(cells, format=form, errors="coerce", exact=True)
    return _day_numbers(stamps)


def _day_numbers(stamps: pd.Series[Any]) -> NDArray[np.float64]:
    days = stamps.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))


def _typed(cell: Any, serial_days: bool) -> tuple[int, str] | None:
    if isinstance(cell, date):  # a datetime is one too
        return cell.toordinal() - _EPOCH.toordinal(), TRUE_DATE
    if isinstance(cell, np.datetime64):
        return int(cell.astype("datetime64[D]").astype(np.int64)), TRUE_DATE
    if not serial_days or isinstance(cell, bool) or not isinstance(cell, Real):
        return None
    number = float(cell)
    if _SERIALS[0] <= number <= _SERIALS[1]:
        return int(number) - _SERIAL_EPOCH, SERIAL
    return None


def write_days(
    days: NDArray[np.int64], way: NDArray[np.int64], ways: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return codes and distinct cells for *days*, each written in its way.

    A true date becomes a `datetime.date`, a serial number an int, the others texts.
    """
    if not days.size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    first, span = int(days.min()), int(days.max() - days.min()) + 1
    distinct, codes = np.unique(way * span + (days - first), return_inverse=True)
    cells = np.empty(len(distinct), dtype=object)
    for place, both in enumerate(distinct.tolist()):
        form, day = ways[both // span], first + both % span
        cells[place] = _written(day, form)
    return codes.astype(np.int64), cells


def _written(day: int, form: str) -> Any:
    if form == SERIAL:
        return day + _SERIAL_EPOCH
    when = _EPOCH + timedelta(days=day)
    return when if form == TRUE_DATE else when.strftime(form)
