"""Rows that are blank, mislabelled, alike, or that the definition rules out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.bases import Judgement
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Line, Scorecard
from dipoutcomes.scorecard.audit.parse import OPEN_ENDED
from dipoutcomes.scorecard.audit.parts import groups, parts_of, stated_base

_TIME_UNIT = re.compile(r"\b(day|week|month|year)s?\b", re.IGNORECASE)


#: That all of fewer than these did something is no surprise.
_BY_CHANCE = 20


def check_rows(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a finding for every row whose label, definition or blank does not stand up."""
    yield from _thresholds(card, judgement)
    yield from _ruled_out(card)
    yield from _blank(card, judgement)
    yield from _same_number(card, judgement)
    yield from _alike(card)
    yield from _units(card, judgement)


def _thresholds(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield pairs of labels such as "12 weeks or more" of which the narrower counts more."""
    sets: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in card.line:
        if line.at_least is not None and line.count is not None:
            unit = _TIME_UNIT.search(line.label)
            whole = line.part_of or str(stated_base(line))
            time = unit[1].casefold() if unit else ""
            sets[whole, line.group, line.unit, time, _but_for_the_number(line)].append(line)
    for lines in sets.values():
        ordered = sorted(lines, key=lambda line: line.at_least or 0)
        for low, high in combinations(ordered, 2):
            if (low.at_least or 0) < (high.at_least or 0) and (low.count or 0) < (high.count or 0):
                yield _mislabelled(card, judgement, low, high)
                break


def _but_for_the_number(line: Line) -> str:
    """Return a label without its threshold: only labels that say the same else are compared."""
    if not OPEN_ENDED.search(line.label):
        return ""  # the threshold was declared, for labels in words of their own
    return " ".join(OPEN_ENDED.sub("", line.label).casefold().split())


def _mislabelled(card: Scorecard, judgement: Judgement, low: Line, high: Line) -> Finding:
    says = (
        f"Whoever reached {high.at_least} reached {low.at_least} as well, so that the first cannot "
        f"be below {high.count:,}."
    )
    together = [
        line
        for line in groups(card).get((low.part_of or "", low.group), [])
        if line.at_least is not None and line.at_least >= (low.at_least or 0)
    ]
    total = judgement.base_value(card, low.part_of) if low.part_of else None
    if total and parts_of(together) == "all" and all(line.count is not None for line in together):
        amount = sum(line.count or 0 for line in together)
        parts = " + ".join(f"{line.count:,}" for line in together)
        says += (
            f" As the rows are bands that add up to {total:,}, it is the band from "
            f"{low.at_least} to below {high.at_least}; {low.at_least} or more is {parts} = "
            f"{amount:,} ({words.share(Fraction(100 * amount, total), 0)} of {total:,})."
        )
    return Finding(
        kind="threshold",
        lines=(low.id, high.id),
        printed=f"{words.name(low)} is {low.count:,}, and {words.name(high)} {high.count:,}.",
        arithmetic=says,
        ask="Is the first row a band, and its label wrong?",
    )


def _ruled_out(card: Scorecard) -> Iterator[Finding]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in card.line:
        if line.zero_because and line.count:
            found[line.zero_because].append(line)
    for why, lines in found.items():
        counts = words.joined([f"{words.name(line)} {line.count:,}" for line in lines])
        yield Finding(
            kind="by_definition",
            lines=tuple(line.id for line in lines),
            printed=f"The definition says that {why}, and the table has {counts}.",
            arithmetic=(
                f"By the definition {'it' if len(lines) == 1 else 'each'} would be 0: the table "
                "and its definition do not go together."
            ),
            ask="Does the table count something else, or do these rows not belong in it?",
        )


def _blank(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    told = {stated_base(pair.line) for pair in judgement.pairs if pair.base_is != "stated"}
    for line in card.line:
        if _is_blank(line) and line.id not in told:
            yield Finding(
                kind="blank_row",
                lines=(line.id,),
                printed=f"{words.name(line)} is printed without a figure.",
                arithmetic="A blank is neither 0 nor a number that can be worked out.",
                ask="What is the figure?",
            )
        if line.percent_missing:
            of = f" (a percentage of {line.of_words})" if line.of_words else ""
            yield Finding(
                kind="blank_row",
                lines=(line.id,),
                printed=(
                    f"In place of the percentage of {words.name(line)}{of} stands "
                    f"'{line.percent_missing}'."
                ),
                arithmetic=_worked_out(line, judgement.base_value_of(card, line)),
                ask="What is the percentage, and of how many?",
            )


def _is_blank(line: Line) -> bool:
    return line.count is None and line.percent is None and not line.not_shown


def _worked_out(line: Line, base: int | None) -> str:
    if line.count is None:
        return "It cannot be worked out: the count is not printed."
    if not base:
        return "It cannot be worked out: what it is a percentage of is not printed."
    return f"{line.count:,} of {base:,} is {words.share(Fraction(100 * line.count, base))}."


def _same_number(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a number that is 100% of another row, with every other row of that number and unit."""
    told: set[int] = set()
    for pair in judgement.pairs:
        line, base = pair.line, stated_base(pair.line)
        if not isinstance(base, str) or base == line.part_of or pair.base_is != "stated":
            continue
        if line.count != pair.base or not pair.count or pair.count in told:
            continue
        alike = [other for other in card.line if other.count == line.count and _free(other)]
        alike = [other for other in alike if other.unit == line.unit]
        if len(alike) > 1 and (line.definition or pair.count >= _BY_CHANCE):
            yield Finding(
                kind="same_number",
                lines=tuple(other.id for other in alike),
                printed=(
                    f"{pair.count:,} stands under {len(alike)} names: {words.names(alike)}; "
                    f"{words.name(line)} is printed as "
                    f"{words.percent(pair.units, pair.decimals)} of {words.base(card, line)}."
                ),
                arithmetic=(
                    "If one is defined by the other, 100% holds whatever is done and measures "
                    "nothing."
                ),
                ask="Are these counted apart, or are they one count?",
            )
            told.add(pair.count)


def _free(line: Line) -> bool:
    """Return whether a line is a row of its own and not one part of a total."""
    return line.part_of is None


def _alike(card: Scorecard) -> Iterator[Finding]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in card.line:
        if line.described_as and line.count is not None:
            found[line.described_as].append(line)
    for what, lines in found.items():
        if len({line.count for line in lines}) > 1:
            counts = words.joined([f"{line.count:,} ({words.name(line)})" for line in lines])
            yield Finding(
                kind="alike",
                lines=tuple(line.id for line in lines),
                printed=f"Of {what} there are {counts}.",
                arithmetic=(
                    "One thing has one count; these differ by "
                    f"{max(x.count or 0 for x in lines) - min(x.count or 0 for x in lines):,}."
                ),
                ask="In what do they differ: people and events, or two sets of people?",
            )


def _units(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    for line in card.line:
        if line.definition_unit and line.unit and line.definition_unit != line.unit:
            count = "" if line.count is None else f" ({line.count:,})"
            yield Finding(
                kind="units_differ",
                lines=(line.id,),
                printed=(
                    f"The label {words.name(line)}{count} speaks of {line.unit}, its definition of "
                    f"{line.definition_unit}: '{line.definition}'."
                ),
                arithmetic=(
                    f"One of the {line.definition_unit} can stand behind several of the "
                    f"{line.unit}, or the other way about: the two counts need not be equal."
                ),
                ask=f"Does the row count {line.unit} or {line.definition_unit}?",
            )
    for pair in judgement.pairs:
        base = stated_base(pair.line)
        if not isinstance(base, str) or pair.base_is == "own total":
            continue
        unit, other = pair.line.unit, card[base].unit
        if unit and other and unit != other:
            yield Finding(
                kind="units_differ",
                lines=(pair.line.id, base),
                printed=f"{words.pair(pair)} is a percentage of {words.base(card, pair.line)}.",
                arithmetic=(
                    f"It is {unit} over {other}: a ratio, and not the share of {other} that a "
                    "percentage is read as."
                ),
                ask=f"How many of the {other} have at least one?",
            )
