"""Periods before, during and after, for every person: events and days, from one sort."""

from dipoutcomes.windows.bands import check_bands
from dipoutcomes.windows.bounds import resolve_bound, resolve_window
from dipoutcomes.windows.days import NO_DAY, add_months, to_dates, to_days
from dipoutcomes.windows.exposure import DayLedger, day_ledger
from dipoutcomes.windows.index import EventIndex
from dipoutcomes.windows.inputs import EventDays, PeopleDays, SpellDays
from dipoutcomes.windows.measure import WindowMeasure, WindowMeasures, measure_windows
from dipoutcomes.windows.spells import SpellIndex

__all__ = [
    "NO_DAY",
    "DayLedger",
    "EventDays",
    "EventIndex",
    "PeopleDays",
    "SpellDays",
    "SpellIndex",
    "WindowMeasure",
    "WindowMeasures",
    "add_months",
    "check_bands",
    "day_ledger",
    "measure_windows",
    "resolve_bound",
    "resolve_window",
    "to_dates",
    "to_days",
]
