"""Totals and their parts: what adds up to what, and what percentages may add up to."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from dipoutcomes.scorecard.audit.arithmetic import Bounds, Rule, values_behind
from dipoutcomes.scorecard.audit.model import Line, Scorecard


def stated_base(line: Line) -> int | str | None:
    """Return what the words make it a percentage of: its total if they say nothing."""
    return line.part_of if line.of is None and not line.of_words else line.of


def sums_of_parts(card: Scorecard) -> dict[tuple[str, str], tuple[int, bool]]:
    """Return, by total and group, the sum of the printed parts and whether every part is printed.

    Overlapping parts are left out: they add up to nothing.
    """
    found: dict[tuple[str, str], tuple[int, bool]] = {}
    for key, lines in groups(card).items():
        if parts_of(lines) != "overlapping":
            counts = [line.count for line in lines]
            found[key] = sum(c or 0 for c in counts), None not in counts
    return found


def complete_sums(card: Scorecard) -> dict[str, dict[str, int]]:
    """Return, by total and group, what parts add up to that are presented as all and printed."""
    lines = groups(card)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (total, group), (amount, printed) in sums_of_parts(card).items():
        if printed and parts_of(lines[total, group]) == "all":
            found[total][group] = amount
    return dict(found)


def groups(card: Scorecard) -> dict[tuple[str, str], list[Line]]:
    """Return the parts of every total, by the total's id and the name of the group."""
    found: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in card.line:
        if line.part_of:
            found[line.part_of, line.group].append(line)
    return dict(found)


def parts_of(lines: list[Line]) -> str:
    """Return how the lines of a group make up their total: "all" if nothing is said."""
    return next((line.parts for line in lines if line.parts), "all")


def broken_sums(card: Scorecard, rule: Rule) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the groups whose percentages cannot add up to that of the whole, by their total.

    Asked where a count is missing; where all are printed each percentage is judged by itself.
    """
    found = []
    for (total, _), lines in groups(card).items():
        if parts_of(lines) != "all" or any(line.percent is None for line in lines):
            continue
        if all(line.count is not None for line in lines):
            continue
        whole = _whole(card, rule, total, lines)
        if whole is not None and not _meet(sum_behind(card, lines, rule), whole):
            found.append((total, tuple(lines)))
    return tuple(found)


def sum_behind(card: Scorecard, lines: list[Line], rule: Rule) -> Bounds:
    """Return what the unrounded percentages of *lines* can add up to."""
    made = Bounds(Fraction(0), Fraction(0), low_inside=True, high_inside=True)
    for line in lines:
        made = made + values_behind(card.units(line), decimals=card.digits(line), rule=rule)
    return made


def _whole(card: Scorecard, rule: Rule, total: str, lines: list[Line]) -> Bounds | None:
    """Return what the percentages of the parts must add up to; None where that is not known."""
    bases = {stated_base(line) for line in lines}
    if len(bases) != 1:
        return None
    line, base = card[total], bases.pop()
    if base == total:
        return Bounds(Fraction(100), Fraction(100), low_inside=True, high_inside=True)
    if base is not None and line.percent is not None and stated_base(line) == base:
        return values_behind(card.units(line), decimals=card.digits(line), rule=rule)
    return None


def _meet(first: Bounds, second: Bounds) -> bool:
    """Return whether two ranges of values have one in common."""
    low, high = max(first.low, second.low), min(first.high, second.high)
    return low < high or (low == high and low in first and low in second)
