"""How lines, figures and lists of them are put into a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from dipoutcomes.scorecard.audit.bases import Pair
from dipoutcomes.scorecard.audit.model import Line, Scorecard
from dipoutcomes.scorecard.audit.parts import stated_base

#: Names in one sentence before it becomes a count.
MOST_NAMED = 6


def name(line: Line) -> str:
    """Return a line's label in quotes."""
    return f"'{line.label}'"


def names(lines: Sequence[Line]) -> str:
    """Return labels as a list, shortened where there are many."""
    shown = [name(line) for line in lines[:MOST_NAMED]]
    if len(lines) > MOST_NAMED:
        shown.append(f"{len(lines) - MOST_NAMED} more")
    return joined(shown)


def joined(parts: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def percent(units: int, decimals: int) -> str:
    """Return a printed percentage as it stood on the page."""
    return f"{Decimal(units).scaleb(-decimals):f}%"


def share(value: Fraction | None, decimals: int = 1) -> str:
    """Return an exact percentage cut to *decimals*, a half upwards."""
    if value is None:
        return "not available"
    scaled = value * 10**decimals
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return percent(rounded, decimals)


def pair(found: Pair) -> str:
    """Return ``'Heroin' 288 (54%)``."""
    return f"{name(found.line)} {found.count:,} ({percent(found.units, found.decimals)})"


def pairs(found: Sequence[Pair]) -> str:
    """Return several pairs as a list, shortened where there are many."""
    shown = [pair(p) for p in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        shown.append(f"{len(found) - MOST_NAMED} more")
    return joined(shown)


def base(card: Scorecard, line: Line) -> str:
    """Return what the words say that a percentage is of."""
    reference = stated_base(line)
    if isinstance(reference, str):
        label = name(card[reference])
        heading = f"'{line.of_words}'" if line.of_words else label
        count = card[reference].count
        number = " (blank)" if count is None else f" ({count:,})"
        return f"{heading}{number}"
    if isinstance(reference, int):
        return f"{reference:,}"
    return f"'{line.of_words}'" if line.of_words else "nothing that is stated"


def blank(line: Line) -> str:
    """Return how a row without a count is printed."""
    return f"as '{line.not_shown}'" if line.not_shown else "without a figure"


def unit(line: Line) -> str:
    """Return what a line counts, "cases" where that is not said."""
    return line.unit or "cases"
