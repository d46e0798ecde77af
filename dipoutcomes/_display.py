"""How numbers are written: one place, so that a table, a figure and a sentence agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from html import escape
from math import isfinite, isnan

#: Digits for any float and its decimals; the standard 28 fail beyond 10^25.
_WIDE = Context(prec=340)
WITHHELD = "withheld"
NOT_AVAILABLE = "not available"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

#: The quantities an estimate can be, and how each is printed.
QUANTITIES = (
    "share",  # a proportion of persons, printed as a percentage
    "difference",  # of two shares, printed in percentage points
    "rate",  # events per person-year, two decimals
    "mean",  # events per person, two decimals
    "ratio",  # of two rates or shares, two decimals
    "days",  # whole days
    "count",  # whole number
    "p_value",
)


def round_half_up(value: float, digits: int = 0) -> Decimal:
    """Round as official statistics do: a half goes away from zero (2.5 to 3, not to 2)."""
    # repr first: Decimal(0.145) is 0.14499..., which nobody would round down by hand.
    quantum = Decimal(1).scaleb(-digits)
    return Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP, context=_WIDE)


def number(value: float | None, digits: int) -> str:
    """Return *value* with *digits* decimals and thousands separators; words where there is none."""
    if value is None or isnan(value):
        return NOT_AVAILABLE
    if not isfinite(value):
        return "no upper limit" if value > 0 else "no lower limit"
    rounded = round_half_up(value, digits)
    return f"{abs(rounded) if rounded == 0 else rounded:,}"  # never "-0.0"


def percent(share: float | None, digits: int = 1) -> str:
    """Return a proportion as a percentage: 0.75 is ``75.0%``."""
    if share is None or isnan(share):
        return NOT_AVAILABLE
    return number(share * 100 if abs(share) < 1e6 else share, digits) + "%"


def p_value(value: float | None) -> str:
    """Return a p-value as official reports print it: ``0.04``, ``0.003``, ``less than 0.001``."""
    if value is None or isnan(value):
        return NOT_AVAILABLE
    if value < 0.001:
        return "less than 0.001"
    if round_half_up(value, 3) == round_half_up(0.05, 3):
        return number(value, 4)  # 0.0497 and 0.0501 must not both be printed 0.050
    return number(value, 3 if value < 0.1 else 2)


def quantity(value: float | None, kind: str) -> str:
    """Return *value* printed as its *kind* of quantity (see `QUANTITIES`)."""
    if value is None or isnan(value):
        return NOT_AVAILABLE
    if kind == "share":
        return percent(value)
    if kind == "difference":
        points = value * 100
        # A limit that only just misses no difference at all must not be printed as 0.
        if not isfinite(points):
            return number(points, 1)
        digits = 1 if value == 0 or abs(points) >= 0.05 else 3
        sign = "+" if round_half_up(points, digits) > 0 else ""
        return f"{sign}{number(points, digits)} points"
    if kind == "p_value":
        return p_value(value)
    if kind in {"days", "count"}:
        return number(value, 0)
    return number(value, 2)


def limits(low: float | None, high: float | None, kind: str) -> str:
    """Return an interval as a phrase: ``56.6% to 87.3%``."""
    if low is None or high is None or isnan(low) or isnan(high):
        return NOT_AVAILABLE
    first, last = quantity(low, kind), quantity(high, kind)
    return f"{first.removesuffix(' points')} to {last}"


def level(confidence_level: float) -> str:
    """Return a confidence level as ``95%`` or ``99.9%``, never rounded up to 100%."""
    return f"{Decimal(repr(float(confidence_level))) * 100:f}".rstrip("0").rstrip(".") + "%"


_A_NUMBER = re.compile(r"[-+\u2212]?[\d,.]+(%| points)?")


def text_table(headings: list[str], rows: list[list[str]]) -> str:
    """Return a table for a terminal: columns aligned, numbers to the right."""
    cells = [headings, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headings))]
    right = [
        bool(rows) and all(not row[i] or _A_NUMBER.fullmatch(row[i]) for row in rows)
        for i in range(len(headings))
    ]

    def line(row: list[str]) -> str:
        padded = [
            text.rjust(width) if ends else text.ljust(width)
            for text, width, ends in zip(row, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([line(headings), rule, *(line(row) for row in rows)])


def date_in_words(day: date) -> str:
    """Return a date as a UK reader writes it: ``1 October 2012``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def html_table(
    caption: str, headings: list[str], rows: list[list[str]], notes: Sequence[str] = ()
) -> str:
    """Return a captioned table with scoped headers; the first cell of a row is its header.

    *notes* stand under the table, in one block with it, so that no page comes between them.
    """
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    table = (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    if not notes:
        return table
    below = "".join(f"<p><em>{escape(note)}</em></p>" for note in notes)
    return f'<div class="noted">{table}{below}</div>'
