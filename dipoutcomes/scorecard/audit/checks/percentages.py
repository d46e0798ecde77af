"""Whether each percentage follows from its count, and of what it could be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.arithmetic import (
    RULE_SAYS,
    RULES,
    Rule,
    counts_that_fit,
    denominators_that_fit,
    printed_units,
)
from dipoutcomes.scorecard.audit.bases import Judgement, Pair, blank_bases, candidates
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Line, Scorecard


def check_percentages(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a finding for every percentage that its count and base do not give."""
    for pair in judgement.pairs:
        if pair.fits is False:
            yield _does_not_follow(card, judgement, pair)
    yield from _other_bases(card, judgement)
    for base, pairs in blank_bases(judgement):
        yield _blank(card, judgement, base, pairs)
    for line in judgement.broken_percents:
        yield _no_whole_number(card, judgement, line)


def _does_not_follow(card: Scorecard, judgement: Judgement, pair: Pair) -> Finding:
    printed = f"{words.pair(pair)} is printed as a percentage of {words.base(card, pair.line)}."
    shown = words.percent(pair.units, pair.decimals)
    if not pair.base:
        return Finding(
            kind="percentage",
            lines=(pair.line.id,),
            printed=printed,
            arithmetic="Of 0 there is no percentage.",
            ask="What is it a percentage of?",
        )
    made = int(printed_units(pair.count, pair.base, decimals=pair.decimals, rule=judgement.rule))
    says = [
        f"{pair.count:,} of {pair.base:,} is {words.share(pair.percent, pair.decimals + 2)}, "
        f"printed {words.percent(made, pair.decimals)} ({_ruled(judgement)})"
    ]
    counts = counts_that_fit(pair.base, pair.units, decimals=pair.decimals, rule=judgement.rule)
    says.append(
        f"{shown} would need a count of {counts}, or a denominator of {pair.alone}"
        if counts
        else f"{shown} would need a denominator of {pair.alone}; no count of {pair.base:,} gives it"
    )
    says.append(_by_other_rules(judgement, pair))
    return Finding(
        kind="percentage",
        lines=(pair.line.id,),
        printed=printed,
        arithmetic="; ".join(part for part in says if part) + _candidates(card, pair),
        ask="Is it the count, the percentage or the base that should be read otherwise?",
    )


def _ruled(judgement: Judgement) -> str:
    says = RULE_SAYS[judgement.rule]
    if judgement.declared:
        return f"{says}, as the publication states"
    if len(judgement.rules) == len(RULES):
        return f"{says}; no one rule gives every figure"
    return f"{says}, as the other figures are"


def _by_other_rules(judgement: Judgement, pair: Pair) -> str:
    """Return which other rule of rounding would explain it, taken by itself."""
    others = [
        RULE_SAYS[rule]
        for rule in RULES
        if rule != judgement.rule
        and pair.base
        and int(printed_units(pair.count, pair.base, decimals=pair.decimals, rule=rule))
        == pair.units
    ]
    return f"{' or '.join(others)} it would be as printed" if others else ""


def _candidates(card: Scorecard, pair: Pair) -> str:
    found = candidates(card, pair)
    if not found:
        others = candidates(card, pair, of_any_unit=True)
        return f". No other printed count{_of_its_unit(pair) if others else ''} would give it."
    shown = words.joined([f"'{label}' ({number:,})" for label, number in found[:4]])
    more = f", and {len(found) - 4} more" if len(found) > 4 else ""
    return f". It would follow from {shown}{more}; that proves no connection."


def _of_its_unit(pair: Pair) -> str:
    return f" of {pair.line.unit}" if pair.line.unit else ""


def _other_bases(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a finding for every group whose heading names another base than its figures have."""
    found: dict[tuple[str, str, str], list[Pair]] = defaultdict(list)
    for pair in judgement.pairs:
        if pair.base_is == "own total":
            found[str(pair.line.of), pair.line.part_of or "", pair.line.group].append(pair)
    for (_, total, _), pairs in found.items():
        first, whole = pairs[0], card[total]
        named = card.value(first.line.of) or 0
        says = (
            f"{_all(len(pairs))} from {words.name(whole)} ({whole.count:,}), and "
            f"{_not_all(pairs, named, judgement.rule)} from {named:,}"
        )
        if named:
            wrong = max(pairs, key=lambda p: p.count)
            of_named = words.share(Fraction(100 * wrong.count, named), 0)
            says += f", of which {wrong.count:,} would be {of_named}"
        says += "." + _each(card, first.line, whole, named)
        yield Finding(
            kind="other_base",
            lines=tuple(p.line.id for p in pairs),
            printed=(f"{words.pairs(pairs)} {_stand(card, pairs, first.line)}."),
            arithmetic=says,
            ask="Is the heading meant otherwise, or does it belong to another row?",
        )


def _stand(card: Scorecard, pairs: list[Pair], line: Line) -> str:
    """Return what the words over some rows make them percentages of."""
    verb = "is" if len(pairs) == 1 else "are"
    if not line.of_words or not isinstance(line.of, str):
        return f"{verb} printed as of {words.base(card, line)}"
    base = card[line.of]
    return (
        f"{verb} headed '{line.of_words}', which reads as percentages of {words.name(base)} "
        f"({base.count:,})"
    )


def _not_all(pairs: list[Pair], named: int, rule: Rule) -> str:
    """Return "not", or "not all" where some follow from the base named as well."""
    fits = [
        named and int(printed_units(p.count, named, decimals=p.decimals, rule=rule)) == p.units
        for p in pairs
    ]
    return "not all" if any(fits) else "not"


def _all(number: int) -> str:
    if number == 1:
        return "It follows"
    return "Both follow" if number == 2 else f"All {number} follow"


def _each(card: Scorecard, line: Line, whole: Line, named: int) -> str:
    """Return how many of the one there are to each of the other, where their units differ."""
    if not isinstance(line.of, str) or not named or card[line.of].unit == whole.unit:
        return ""
    times = words.share(Fraction(whole.count or 0, named)).removesuffix("%")
    return (
        f" {whole.count:,} {words.unit(whole)} over {named:,} {words.unit(card[line.of])} are "
        f"{times} each: these are {words.unit(whole)}, not {words.unit(card[line.of])}."
    )


def _blank(card: Scorecard, judgement: Judgement, base: str, pairs: list[Pair]) -> Finding:
    shared, first = pairs[0].shared, pairs[0]
    lines = tuple(p.line.id for p in pairs)
    if not shared and first.base is None:
        return Finding(
            kind="no_base_fits",
            lines=lines,
            printed=f"{words.pairs(pairs)} are percentages of {_missing_base(card, base, first)}.",
            arithmetic=f"No one number gives all {len(pairs)} of them" + _odd_one(pairs) + ".",
            ask="What is each a percentage of?",
        )
    says = f"Denominators that give {'it' if len(pairs) == 1 else f'all {len(pairs)}'}: {shared}"
    says += _other_rules_range(judgement, pairs)
    if first.base_is == "sum of parts" and first.base is not None:
        says += f"; the parts that are printed add up to {first.base:,}, which is "
        says += "one of them" if first.base in shared else "none of them"
    if base:
        return Finding(
            kind="blank_base",
            lines=(base, *lines),
            printed=(
                f"{words.name(card[base])} is printed {words.blank(card[base])}, and {len(pairs)} "
                f"{'percentages hang' if len(pairs) > 1 else 'percentage hangs'} on it: "
                f"{words.pairs(pairs)}."
            ),
            arithmetic=f"{says}.",
            ask=f"What is the number for {words.name(card[base])}?",
        )
    return Finding(
        kind="unstated_base",
        lines=lines,
        printed=f"{words.pairs(pairs)}: a percentage of {_missing_base(card, base, first)}.",
        arithmetic=says + _candidates(card, first),
        ask="What is it a percentage of, and how many were they?",
    )


def _missing_base(card: Scorecard, base: str, pair: Pair) -> str:
    if base:
        return f"{words.name(card[base])}, which is blank"
    says = words.base(card, pair.line)
    return f"{says}, of which no number is printed" if pair.line.of_words else says


def _odd_one(pairs: list[Pair]) -> str:
    """Return which single figure stands against all the others, if one does."""
    odd = []
    for k, pair in enumerate(pairs):
        others = [p.alone for p in pairs[:k] + pairs[k + 1 :]]
        joint = others[0] if others else pair.alone
        for fit in others[1:]:
            joint = joint & fit
        if joint and others:
            odd.append((pair, joint))
    if len(pairs) < 3 or len(odd) != 1:
        return ""
    pair, joint = odd[0]
    return f": all but {words.pair(pair)} have {joint}, and that one {pair.alone}"


def _other_rules_range(judgement: Judgement, pairs: list[Pair]) -> str:
    """Return what the range would be under the rules that the other figures do not contradict."""
    found = []
    for rule in RULES:
        fits = [
            denominators_that_fit(p.count, p.units, decimals=p.decimals, rule=rule) for p in pairs
        ]
        joint = fits[0]
        for fit in fits[1:]:
            joint = joint & fit
        if rule != judgement.rule and str(joint) != str(pairs[0].shared):
            found.append(f"{joint} if {RULE_SAYS[rule]}")
    return f" ({'; '.join(found)})" if found else ""


def _no_whole_number(card: Scorecard, judgement: Judgement, line: Line) -> Finding:
    shown = words.percent(card.units(line), card.digits(line))
    return Finding(
        kind="whole_number",
        lines=(line.id,),
        printed=f"{words.name(line)} is printed as {shown} of {words.base(card, line)}.",
        arithmetic=f"No whole number gives {shown} of it, {RULE_SAYS[judgement.rule]}.",
        ask="What is the count, and of how many?",
    )
