"""Whether the sentences of a publication say more than its figures do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from dipoutcomes import _display
from dipoutcomes.intervals import clopper_pearson_interval, wilson_interval
from dipoutcomes.results import Interval
from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.arithmetic import printed_units
from dipoutcomes.scorecard.audit.bases import Judgement, Pair
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Claim, Scorecard
from dipoutcomes.scorecard.audit.parts import stated_base


def check_claims(
    card: Scorecard, judgement: Judgement, *, confidence_level: float
) -> Iterator[Finding]:
    """Yield a finding for every claim that its counts cannot carry, and every mixed outcome."""
    for claim in card.claim:
        if claim.kind == "change":
            yield from _change(card, judgement, claim)
        elif claim.line:
            yield from _of_a_line(card, judgement, claim, confidence_level)
    yield from _several_bases(card, judgement)


def _change(card: Scorecard, judgement: Judgement, claim: Claim) -> Iterator[Finding]:
    now, before = card.value(claim.line), card.value(claim.earlier)
    if now is None or before is None:
        yield _without_counts(claim)
    elif claim.change_percent is not None and not _change_follows(judgement, claim, now, before):
        yield Finding(
            kind="change_percent",
            lines=tuple(str(name) for name in (claim.line, claim.earlier) if isinstance(name, str)),
            printed=f"It is said: '{claim.says}'.",
            arithmetic=_from_to(now, before),
            ask="Is it the change or one of the two counts that should be read otherwise?",
        )


def _change_follows(judgement: Judgement, claim: Claim, now: int, before: int) -> bool:
    """Return whether a change is printed as it comes to, by a rule that the figures allow."""
    said = claim.change_percent or Decimal(0)
    if not before or (said > 0 and now < before) or (said < 0 and now > before):
        return False
    decimals = max(0, -int(said.as_tuple().exponent))
    return any(
        int(printed_units(abs(now - before), before, decimals=decimals, rule=rule))
        == abs(int(said.scaleb(decimals)))
        for rule in judgement.rules
    )


def _from_to(now: int, before: int) -> str:
    if not before:
        return f"From 0 to {now:,} there is no change in percent."
    word = "fall" if now < before else "rise"
    share = words.share(Fraction(100 * abs(now - before), before))
    return f"From {before:,} to {now:,} is a {word} of {share}."


def _without_counts(claim: Claim) -> Finding:
    return Finding(
        kind="change",
        lines=(),
        printed=f"It is said: '{claim.says}'.",
        arithmetic=(
            "The two counts are not both given, so that it cannot be recomputed, and how far "
            "chance alone would move it is not known."
        ),
        ask="What were the two counts, of what, and were they counted in one way?",
    )


def _of_a_line(
    card: Scorecard, judgement: Judgement, claim: Claim, level: float
) -> Iterator[Finding]:
    line = card[str(claim.line)]
    count, base = line.count, _base(card, judgement, str(claim.line))
    if claim.about and line.unit and claim.about != line.unit:
        of = "" if not base else f" of {base:,}"
        yield Finding(
            kind="claim_unit",
            lines=(line.id,),
            printed=f"It is said: '{claim.says}'.",
            arithmetic=(
                f"It speaks of {claim.about}, and {words.name(line)} counts {line.unit}: "
                f"{count or 0:,}{of} {line.unit}. Of {claim.about} it says nothing."
            ),
            ask=f"How many {claim.about} are there, and of how many?",
        )
    if count is None or not base or count > base:
        return
    if claim.population:
        yield _population(claim, line.id, count, base, level)
    if claim.kind == "majority":
        yield from _majority(card, judgement, claim, (count, base), level)


def _base(card: Scorecard, judgement: Judgement, name: str) -> int | None:
    try:
        return judgement[name].base
    except KeyError:
        return card.value(stated_base(card[name]))


def _population(claim: Claim, name: str, count: int, base: int, level: float) -> Finding:
    return Finding(
        kind="population",
        lines=(name,),
        printed=f"It is said: '{claim.says}'.",
        arithmetic=(
            f"It rests on {count:,} of {base:,} sampled and is said of {claim.population}. Were "
            f"the {base:,} drawn from them at random, the share among them may be anything from "
            f"{_between(wilson_interval(count, base, confidence_level=level))}; were they not, "
            "nothing follows."
        ),
        ask="From what list were they drawn, how many were on it, how, and how many were found?",
    )


def _majority(
    card: Scorecard, judgement: Judgement, claim: Claim, counts: tuple[int, int], level: float
) -> Iterator[Finding]:
    count, base = counts
    wilson = wilson_interval(count, base, confidence_level=level)
    exact = clopper_pearson_interval(count, base, confidence_level=level)
    # Of everybody in a period a majority is a plain fact; of a sample it is a claim about others.
    if exact.low > 0.5 or (not card[str(claim.line)].sample and 2 * count > base):
        return
    shown = _display.level(level)
    says = (
        f"{count:,} of {base:,} is {words.share(Fraction(100 * count, base), 0)}: {shown} "
        f"intervals {_limits(wilson)} (Wilson score) and {_limits(exact)} (exact)"
    )
    says += (
        ", so that it may as well be a minority. "
        if 2 * count > base
        else ". It is no majority of those counted. "
    )
    if claim.with_line and (whole := _base(card, judgement, claim.with_line)):
        other = card[claim.with_line].count or 0
        both = clopper_pearson_interval(count + other, whole, confidence_level=level)
        says += (
            f"With the {other:,} of {words.name(card[claim.with_line])} it is {count + other:,} of "
            f"{whole:,} ({words.share(Fraction(100 * (count + other), whole), 0)}; "
            f"exact {shown} interval {_limits(both)}), if all {whole:,} were followed for as long."
        )
    yield Finding(
        kind="majority",
        lines=(str(claim.line), *((claim.with_line,) if claim.with_line else ())),
        printed=f"It is said: '{claim.says}'.",
        arithmetic=says.rstrip(),
        ask="Can the sentence be left out, or the counts be printed in its place?",
    )


def _between(interval: Interval) -> str:
    level = _display.level(interval.confidence_level)
    return f"{_limits(interval)} ({level} interval, {interval.method})"


def _limits(interval: Interval) -> str:
    low, high = (_display.percent(limit, 0) for limit in interval)
    return f"{low} to {high}"


def _several_bases(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield every outcome whose shares are of several bases, so that they cannot be compared."""
    topics: dict[str, list[Pair]] = defaultdict(list)
    for pair in judgement.pairs:
        if pair.line.topic and pair.base:
            topics[pair.line.topic].append(pair)
    for topic, pairs in topics.items():
        sets: dict[tuple[object, ...], list[Pair]] = defaultdict(list)
        for pair in pairs:
            sets[stated_base(pair.line), pair.base, pair.line.part_of].append(pair)
        if len({key[:2] for key in sets}) > 1:
            yield Finding(
                kind="several_bases",
                lines=tuple(pair.line.id for pair in pairs),
                printed=f"Shares that are {topic}: {words.pairs(pairs)}.",
                arithmetic=(
                    f"They are of different bases: {'; '.join(_of(card, s) for s in sets.values())}"
                    ". No two of them can be compared."
                ),
                ask="Which is meant as the outcome, and of whom?",
            )


def _of(card: Scorecard, pairs: list[Pair]) -> str:
    """Return what the lines of one base come to, of it and of the total that they are part of."""
    first, amount = pairs[0], sum(pair.count for pair in pairs)
    counts = " + ".join(f"{pair.count:,}" for pair in pairs)
    shown = counts if len(pairs) == 1 else f"{counts} = {amount:,}"
    base = stated_base(first.line)
    label = f" {words.name(card[base])}" if isinstance(base, str) else ""
    says = (
        f"{shown} of {first.base:,}{label} is "
        f"{words.share(Fraction(100 * amount, first.base or 1), 0)}"
    )
    whole = card[first.line.part_of] if first.line.part_of else None
    if whole is not None and whole.id != base and whole.count:
        says += (
            f", and of {whole.count:,} {words.name(whole)} "
            f"{words.share(Fraction(100 * amount, whole.count), 0)}"
        )
    return says
