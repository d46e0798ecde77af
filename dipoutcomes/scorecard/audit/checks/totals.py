"""Whether parts add up to their totals, and whether anything is more than its whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.arithmetic import Rule
from dipoutcomes.scorecard.audit.bases import Judgement
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Line, Scorecard
from dipoutcomes.scorecard.audit.parts import (
    complete_sums,
    groups,
    parts_of,
    sum_behind,
    sums_of_parts,
)


def check_totals(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a finding for every total that its parts contradict, and every part above its whole."""
    sums = sums_of_parts(card)
    for key, lines in groups(card).items():
        total = judgement.base_value(card, key[0])
        if key in sums and total is not None:
            yield from _sum(card, key, lines, total, sums[key])
        elif total is not None:
            yield from _overlapping(card[key[0]], lines, total)
    yield from _disagreeing(card)
    for name, parts in judgement.broken_sums:
        yield _percentages(card, judgement.rule, name, parts)
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
                f"They add up to {amount:,}: of {total - amount:,} ({left}) it is not said what "
                "became of them."
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
                f"{people:,} people with at most {most} each make {most * people:,}, so that "
                f"{line.count:,} need {-(-line.count // most):,} at least"
            )
        # Assumes that a person names one thing once: two mentions of one drug are one.
        above = [
            part
            for part in card.line
            if part.part_of == line.id and part.count is not None and part.count > people
        ]
        says += [
            f"{words.name(part)} alone has {part.count:,}, which at one for each person need at "
            f"least {part.count:,} people"
            for part in above
        ]
        if says:
            yield Finding(
                kind="whose_mentions" if line.people_supposed else "mentions",
                lines=(line.id, *(p.id for p in above)),
                printed=(
                    f"{words.name(line)} has {line.count:,} {words.unit(line)}, and {who} counts "
                    f"{people:,}."
                ),
                arithmetic=(
                    f"{'; '.join(says)}."
                    f"{' It is not said that they are those people.' * line.people_supposed}"
                ),
                ask=(
                    "Whose are they: of people who came earlier or over a longer time, or are some "
                    "counted more than once?"
                ),
            )


def _disagreeing(card: Scorecard) -> Iterator[Finding]:
    """Yield a blank total of which two complete sets of parts add up to different numbers."""
    for total, found in complete_sums(card).items():
        if card[total].count is None and len(set(found.values())) > 1:
            shown = words.joined([f"{group or 'one set'}: {n:,}" for group, n in found.items()])
            yield Finding(
                kind="total",
                lines=(total,),
                printed=f"{words.name(card[total])} is blank and is split {len(found)} times.",
                arithmetic=f"Each set is printed as the whole, and they add up to {shown}.",
                ask="Which set is not complete, or which figure in it is wrong?",
            )


def _percentages(card: Scorecard, rule: Rule, total: str, lines: tuple[Line, ...]) -> Finding:
    made = sum_behind(card, list(lines), rule)
    printed = sum((line.percent or 0 for line in lines), start=0)
    return Finding(
        kind="percent_sum",
        lines=(total, *(line.id for line in lines)),
        printed=f"The {len(lines)} percentages of {words.name(card[total])} add up to {printed}%.",
        arithmetic=(
            f"Rounding allows from {float(made.low):g}% to {float(made.high):g}% for what lies "
            "behind them, and that does not hold the whole."
        ),
        ask="Which percentage is wrong, or is a row left out?",
    )
