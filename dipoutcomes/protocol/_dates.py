"""Calendar months, as every window counts them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int, days: int = 0) -> date:
    """Return *day* moved by calendar months (31 January + 1 month = 28 February), then by days.

    A result outside the years 1 to 9999 becomes the first or last day of them.

    Examples
    --------
    >>> add_months(date(2013, 1, 31), 1)
    datetime.date(2013, 2, 28)
    >>> add_months(date(2016, 3, 31), 6, days=1)
    datetime.date(2016, 10, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    number = moved.toordinal() + days
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))


def length_says(months: int, days: int) -> str:
    """Return a length in words: ``12 months``, ``1 month and 3 days``."""
    parts = [
        f"{value} {unit}{'' if abs(value) == 1 else 's'}"
        for value, unit in ((months, "month"), (days, "day"))
        if value
    ]
    return " and ".join(parts) or "no days"
