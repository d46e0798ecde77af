"""One raw cell read as a date; called once for each distinct cell of a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from numbers import Real
from typing import Any, Literal, NamedTuple

from dipoutcomes.records.raw import DateSystem

OK, MISSING, UNREADABLE, IMPOSSIBLE, SERIAL_1904 = range(5)
AS_DATE = "date"
AS_SERIAL = "Excel serial number"
AS_SERIAL_TEXT = "Excel serial number written as text"

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400_000_000  # microseconds
_SERIAL_EPOCH = 25_569  # 1970-01-01 in the 1900 system, from 1 March 1900 (serial 61) on
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465  # before it Excel counts a 29 February 1900
_YEARS = range(1900, 2101)
_SERIAL_TEXT = re.compile(r"\d{2,7}(?:\.\d+)?")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DIRECTIVES = {
    "d": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "b": rf"(?P<b>{'|'.join(m[:3] for m in _MONTHS)})",
    "B": rf"(?P<B>{'|'.join(_MONTHS)})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,6})",
    "p": r"(?P<p>am|pm)",
    "%": "%",
}


class CellDate(NamedTuple):
    """What one cell says."""

    status: int
    day: int = 0  # since 1970-01-01
    microseconds: int = 0  # time of day, in microseconds
    way: str = ""
    ambiguous: bool = False
    proves: Literal["", "day", "month"] = ""
    two_digit_year: bool = False
    other_order: bool = False  # impossible, and a day of the calendar with day and month exchanged


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A ``strptime`` format as a pattern that must match a whole text."""

    text: str
    pattern: re.Pattern[str]
    order: Literal["", "day", "month"]  # which comes first where the two can be exchanged

    @classmethod
    def of(cls, text: str) -> DateFormat:
        """Return the format; refuse a directive that is not known, or a date left incomplete."""
        directives = re.findall(r"%(.)", text)
        unknown = sorted({d for d in directives if d not in _DIRECTIVES})
        if unknown or text.count("%") != sum(1 + (d == "%") for d in directives):
            raise ValueError(
                f"the date format '{text}' has a directive that is not known; "
                f"known are {', '.join('%' + d for d in _DIRECTIVES)}"
            )
        for part in ({"d"}, {"m", "b", "B"}, {"Y", "y"}):
            if sum(directives.count(d) for d in part) != 1:
                raise ValueError(
                    f"the date format '{text}' must name the day, the month and the year once each"
                )
        # Without a separator one digit more or less would shift the meaning of all others.
        joined = re.search(r"%[a-zA-Z]%[a-zA-Z]", text) is not None
        pattern = "".join(
            (_DIRECTIVES[p[1]].replace("{1,2}", "{2}") if joined else _DIRECTIVES[p[1]])
            if p.startswith("%")
            else re.escape(p)
            for p in re.findall(r"%.|[^%]+", text)
        )
        return cls(text, re.compile(pattern, re.IGNORECASE | re.ASCII), _order(directives))


def _order(directives: list[str]) -> Literal["", "day", "month"]:
    if "m" not in directives or directives[0] in "Yy":
        return ""  # a month in words, or the year first: nobody exchanges the two
    return "day" if directives.index("d") < directives.index("m") else "month"


class CellReader:
    """Reads distinct cells of one column."""

    nothing = CellDate(MISSING)

    def __init__(
        self, formats: tuple[str, ...], missing: frozenset[str], date_system: DateSystem
    ) -> None:
        self._formats = tuple(DateFormat.of(text) for text in formats)
        self._missing = missing | {""}
        self._system = date_system

    def read(self, value: Any) -> CellDate:
        """Return what *value* says; never raises for a strange one."""
        if isinstance(value, str):
            return self._text(value.strip())
        if isinstance(value, datetime):
            time = value.hour * 3600 + value.minute * 60 + value.second
            day = value.toordinal() - _EPOCH
            return CellDate(OK, day, time * 1_000_000 + value.microsecond, AS_DATE)
        if isinstance(value, date):
            return CellDate(OK, value.toordinal() - _EPOCH, 0, AS_DATE)
        if isinstance(value, bool) or not isinstance(value, Real):
            return CellDate(UNREADABLE)
        return self._number(float(value))

    def _text(self, text: str) -> CellDate:
        if text in self._missing:
            return self.nothing
        impossible = other_order = False
        for form in self._formats:
            match = form.pattern.fullmatch(text)
            if match is None:
                continue
            parts = match.groupdict()
            found = _calendar(form, parts)
            if found is not None:
                return found
            impossible = True
            if form.order:
                exchanged = {**parts, "d": parts["m"], "m": parts["d"]}
                other_order |= _calendar(form, exchanged) is not None
        if self._system != "none" and _SERIAL_TEXT.fullmatch(text):
            return self._serial(float(text), AS_SERIAL_TEXT)
        return CellDate(IMPOSSIBLE if impossible else UNREADABLE, other_order=other_order)

    def _number(self, value: float) -> CellDate:
        if not isfinite(value):
            return self.nothing if value != value else CellDate(UNREADABLE)  # noqa: PLR0124
        if value == int(value) and str(int(value)) in self._missing:
            return self.nothing  # 99 in a workbook is a number, and was declared as a text
        if self._system == "none" or value > _LAST_SERIAL:
            return self._text(str(int(value))) if value == int(value) else CellDate(UNREADABLE)
        return self._serial(value, AS_SERIAL)

    def _serial(self, value: float, way: str) -> CellDate:
        whole = int(value)
        if not _FIRST_SERIAL <= value <= _LAST_SERIAL or whole in _YEARS:
            return CellDate(UNREADABLE)
        if self._system == "1904":
            return CellDate(SERIAL_1904)
        return CellDate(OK, whole - _SERIAL_EPOCH, round((value - whole) * _DAY) % _DAY, way)


def _calendar(form: DateFormat, parts: dict[str, str | Any]) -> CellDate | None:
    """Return the day that the parts name, or nothing where the calendar has none."""
    two_digits = "y" in parts
    year = int(parts["y"]) + (1900 if int(parts["y"]) >= 69 else 2000) if two_digits else 0
    year = year or int(parts["Y"])
    name = parts.get("b") or parts.get("B")
    month = [m[:3] for m in _MONTHS].index(name[:3].lower()) + 1 if name else int(parts["m"])
    day = int(parts["d"])
    microseconds = _time_of_day(parts)
    try:
        ordinal = date(year, month, day).toordinal()
    except ValueError:
        return None
    if microseconds is None:
        return None
    proves: Literal["", "day", "month"] = form.order if form.order and day > 12 else ""
    ambiguous = bool(form.order) and day <= 12 and day != month
    return CellDate(OK, ordinal - _EPOCH, microseconds, form.text, ambiguous, proves, two_digits)


def _time_of_day(parts: dict[str, str | Any]) -> int | None:
    """Return microseconds since midnight, or nothing where the clock has no such time."""
    hour, half = int(parts.get("H") or parts.get("I") or 0), (parts.get("p") or "").lower()
    minute, second = int(parts.get("M") or 0), int(parts.get("S") or 0)
    if "I" in parts and not 1 <= hour <= 12:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    micro = int((parts.get("f") or "0").ljust(6, "0"))
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro
