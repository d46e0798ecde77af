"""Calendar months, as every window counts them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int, days: int = 0) -> date:
    """Return *day* moved by calendar months (31 January + 1 month = 28 February), then by days.

    Raises
    ------
    OverflowError
        If the result lies outside the years 1 to 9999.

    Examples
    --------
    >>> add_months(date(2013, 1, 31), 1)
    datetime.date(2013, 2, 28)
    >>> add_months(date(2016, 3, 31), 6, days=1)
    datetime.date(2016, 10, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date value out of range")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days)


def length_says(months: int, days: int) -> str:
    """Return a length in words: ``12 months``, ``1 month and 3 days``."""
    parts = [
        f"{value} {unit}{'' if abs(value) == 1 else 's'}"
        for value, unit in ((months, "month"), (days, "day"))
        if value
    ]
    return " and ".join(parts) or "no days"
