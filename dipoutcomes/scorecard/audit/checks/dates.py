"""Whether the times that a publication speaks of can have passed when it was published."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from dipoutcomes import _display
from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Scorecard, Window


def check_dates(card: Scorecard) -> Iterator[Finding]:
    """Yield a finding for every window too long for its dates, or without a figure."""
    first, last, published = card.dates
    if first and last and card.scorecard.title_covers_months:
        yield from _period(card, first, last)
    for window in card.window:
        if first and published and window.follows == "end":
            yield from _too_short(window, first, last, published)
    figures = {
        line.window for line in card.line if line.count is not None or line.percent is not None
    }
    empty = [window.name for window in card.window if window.name not in figures]
    if empty:
        shown = words.joined([f"'{name}'" for name in empty])
        yield Finding(
            kind="window_empty",
            lines=(),
            printed=f"Outcomes are said to be shown for {shown}.",
            arithmetic=f"No figure is printed for {'it' if len(empty) == 1 else 'any of them'}.",
            ask="What are the counts in each, of how many people followed for how long?",
        )


def _period(card: Scorecard, first: date, last: date) -> Iterator[Finding]:
    stated = card.scorecard.title_covers_months or 0
    covered = whole_months(first, last + timedelta(days=1))
    if covered < stated:
        yield Finding(
            kind="part_of_period",
            lines=(),
            printed=f"The title speaks of {stated} months: '{card.scorecard.title}'.",
            arithmetic=(
                f"The figures cover {covered} of them, {_display.date_in_words(first)} to "
                f"{_display.date_in_words(last)}."
            ),
            ask="What are the figures for the rest, and were they counted in the same way?",
        )


def _too_short(
    window: Window, first: date, last: date | None, published: date
) -> Iterator[Finding]:
    needed = window.opens_months + window.proof_months
    longest = months_between(first, published)
    if needed and longest < needed:
        span = f"{longest:.1f} months at the most"
        if last:
            span = f"{months_between(last, published):.1f} to {longest:.1f} months"
        possible = add_months(first, needed)
        yield Finding(
            kind="window_dates",
            lines=(),
            printed=(
                f"Outcomes are said to be shown for '{window.name}' in a report of "
                f"{_display.date_in_words(published)}."
            ),
            arithmetic=(
                f"Of people whose treatment ended from {_display.date_in_words(first)} on, {span} "
                f"had passed by then; nobody among them can have {needed} before "
                f"{_display.date_in_words(possible)}. Whoever was followed so long left earlier."
            ),
            ask="Between which dates did the people in this window leave treatment?",
        )


def add_months(day: date, months: int) -> date:
    """Return the same day *months* later, or the last of that month where there is none."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def whole_months(first: date, last: date) -> int:
    """Return how many calendar months lie between two days, the last one not counted."""
    months = 12 * (last.year - first.year) + last.month - first.month
    return months if add_months(first, months) <= last else months - 1


def months_between(first: date, last: date) -> float:
    """Return months from one day to another, days as a part of the month that they lie in."""
    if last < first:
        return -months_between(last, first)
    whole = whole_months(first, last)
    start = add_months(first, whole)
    return whole + (last - start).days / (add_months(first, whole + 1) - start).days
