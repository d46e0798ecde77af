"""Whether parts add up to their totals, and whether anything is more than its whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.arithmetic import Bounds, values_behind
from dipoutcomes.scorecard.audit.bases import (
    Judgement,
    groups,
    parts_of,
    stated_base,
    sums_of_parts,
)
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Line, Scorecard


def check_totals(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a finding for every total that its parts contradict, and every part above its whole."""
    sums = sums_of_parts(card)
    for key, lines in groups(card).items():
        total = judgement.base_value(card, key[0])
        if key in sums and total is not None:
            yield from _sum(card, key, lines, total, sums[key])
        elif total is not None:
            yield from _overlapping(card[key[0]], lines, total)
        if parts_of(lines) == "all":
            yield from _percentages(card, judgement, key[0], lines)
    yield from _over(card)
    yield from _within(card)
    yield from _mentions(card)


def _sum(
    card: Scorecard,
    key: tuple[str, str],
    lines: list[Line],
    total: int,
    found: tuple[int, bool],
) -> Iterator[Finding]:
    amount, whole = found
    kind, parts = parts_of(lines), card[key[0]]
    ids = (key[0], *(line.id for line in lines))
    shown = words.joined([f"{line.count:,}" for line in lines if line.count is not None])
    of = f"{words.name(parts)}{f', {key[1]},' if key[1] else ''}"
    how = "" if parts.count is not None else ", which is blank and derived from other rows"
    printed = f"The parts of {of} ({total:,}{how}) are printed as {shown}."
    if amount > total:
        yield Finding(
            kind="total",
            lines=ids,
            printed=printed,
            arithmetic=(
                f"They add up to {amount:,}, which is {amount - total:,} more than the whole."
            ),
            ask="Which of them is wrong, or may one case stand in several rows?",
        )
    elif whole and amount < total and kind == "all":
        yield Finding(
            kind="total",
            lines=ids,
            printed=printed,
            arithmetic=f"They add up to {amount:,}, which is {total - amount:,} fewer.",
            ask="Which of them is wrong, or which row is left out?",
        )
    elif whole and amount < total and kind == "expected":
        left = words.share(Fraction(100 * (total - amount), total), 0)
        yield Finding(
            kind="unstated_outcome",
            lines=ids,
            printed=printed,
            arithmetic=(
                f"They add up to {amount:,}: of {total - amount:,} {words.unit(parts)} ({left}) "
                "it is not said what became of them, and every percentage of the whole depends on "
                "it."
            ),
            ask=f"What became of the {total - amount:,}?",
        )


def _overlapping(whole: Line, lines: list[Line], total: int) -> Iterator[Finding]:
    for line in lines:
        if line.count is not None and line.count > total:
            yield _more(line, whole, total)


def _more(line: Line, whole: Line, total: int) -> Finding:
    return Finding(
        kind="over_total",
        lines=(line.id, whole.id),
        printed=f"{words.name(line)} is {line.count:,}, and {words.name(whole)} {total:,}.",
        arithmetic=f"It is said to be some of them, and is {(line.count or 0) - total:,} more.",
        ask="Which is wrong, or do they count different things?",
    )


def _over(card: Scorecard) -> Iterator[Finding]:
    """Yield lines that exceed the base of their percentage, where both count one unit."""
    for line in card.line:
        reference = line.of
        if not isinstance(reference, str) or line.count is None or line.part_of:
            continue
        base = card[reference]
        same = not line.unit or not base.unit or line.unit == base.unit
        # Where the percentage says more than 100 as well, it is a ratio and no share.
        openly = line.percent is not None and line.percent > 100
        if same and not openly and base.count is not None and line.count > base.count:
            yield _more(line, base, base.count)


def _within(card: Scorecard) -> Iterator[Finding]:
    for line in card.line:
        if line.within is None or line.count is None or line.of == line.within:
            continue
        whole = card[line.within]
        if whole.count is not None and line.count > whole.count:
            yield _more(line, whole, whole.count)


def _mentions(card: Scorecard) -> Iterator[Finding]:
    for line in card.line:
        people = card.value(line.people)
        if people is None or line.count is None:
            continue
        who = words.name(card[line.people]) if isinstance(line.people, str) else "people"
        most = line.most_per_person
        says = []
        if most and line.count > most * people:
            says.append(
                f"{people:,} people with at most {most} each make {most * people:,} at the most, "
                f"so that at least {-(-line.count // most):,} must stand behind {line.count:,}"
            )
        # Assumes that a person names one thing once: two mentions of one drug are one.
        above = [
            part
            for part in card.line
            if part.part_of == line.id and part.count is not None and part.count > people
        ]
        says += [
            f"{words.name(part)} alone has {part.count:,}, and a person names it once, so that at "
            f"least {part.count:,} people must"
            for part in above
        ]
        if says:
            yield Finding(
                kind="mentions",
                lines=(line.id, *(p.id for p in above)),
                printed=(
                    f"{words.name(line)} has {line.count:,} {words.unit(line)}, and {who} counts "
                    f"{people:,}."
                ),
                arithmetic=f"{'; '.join(says)}.",
                ask=(
                    "Whose are they: of people who came earlier, of a longer time, or of some "
                    "counted more than once?"
                ),
            )


def _percentages(
    card: Scorecard, judgement: Judgement, total: str, lines: list[Line]
) -> Iterator[Finding]:
    """Yield a group whose percentages cannot add up to that of the whole, whatever was rounded.

    Asked where a count is missing; where all are printed each percentage is judged by itself.
    """
    if any(line.percent is None for line in lines) or all(line.count is not None for line in lines):
        return
    whole = _whole(card, judgement, total, lines)
    if whole is None:
        return
    made = Bounds(Fraction(0), Fraction(0), low_inside=True, high_inside=True)
    for line in lines:
        made = made + values_behind(
            card.units(line), decimals=card.digits(line), rule=judgement.rule
        )
    if _meet(made, whole):
        return
    printed = sum((line.percent or 0 for line in lines), start=0)
    yield Finding(
        kind="percent_sum",
        lines=(total, *(line.id for line in lines)),
        printed=f"The {len(lines)} percentages of {words.name(card[total])} add up to {printed}%.",
        arithmetic=(
            f"Rounding allows from {float(made.low):g}% to {float(made.high):g}% for what lies "
            "behind them, and that does not hold the whole."
        ),
        ask="Which percentage is wrong, or is a row left out?",
    )


def _whole(card: Scorecard, judgement: Judgement, total: str, lines: list[Line]) -> Bounds | None:
    """Return what the percentages of the parts must add up to; None where that is not known."""
    bases = {stated_base(line) for line in lines}
    if len(bases) != 1:
        return None
    line, base = card[total], bases.pop()
    if base == total:
        return Bounds(Fraction(100), Fraction(100), low_inside=True, high_inside=True)
    if base is not None and line.percent is not None and stated_base(line) == base:
        return values_behind(card.units(line), decimals=card.digits(line), rule=judgement.rule)
    return None


def _meet(first: Bounds, second: Bounds) -> bool:
    """Return whether two ranges of values have one in common."""
    low, high = max(first.low, second.low), min(first.high, second.high)
    return low < high or (low == high and low in first and low in second)
