"""Whether a printed mean or rate can come of whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.arithmetic import RULE_SAYS, RULES, Rule
from dipoutcomes.scorecard.audit.bases import Judgement, possible_totals
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Mean, Scorecard


def check_means(card: Scorecard, judgement: Judgement) -> Iterator[Finding]:
    """Yield a finding for every mean and rate that its base, or its total, rules out."""
    for mean in judgement.broken_means:
        yield _finding(card, judgement.rule, mean)


def _finding(card: Scorecard, rule: Rule, mean: Mean) -> Finding:
    of, total = card.value(mean.of) or 0, card.value(mean.total)
    shown = f"{mean.printed:f}"
    per = f" per {mean.per:,}" if mean.per > 1 else ""
    printed = f"'{mean.label}' is printed as {shown}{per} of {of:,}"
    fit = possible_totals(card, mean, rule)
    if total is not None:
        others = [r for r in RULES if r != rule and total in possible_totals(card, mean, r)]
        value = Fraction(mean.per * total, of * mean.items)
        exact = words.share(value, card.digits(mean) + 2).removesuffix("%")
        says = f"{total:,} over {of:,} is {exact}{per}"
        if others:
            says += f", which is {shown} if {' or '.join(RULE_SAYS[r] for r in others)}"
        says += f"; totals that would give it, {RULE_SAYS[rule]}: {fit}."
        return Finding(
            kind="mean",
            lines=(mean.id,),
            printed=f"{printed}, with a total of {total:,}.",
            arithmetic=says,
            ask="Which of the total, the base and the figure is wrong, or how was it rounded?",
        )
    grain = f"{of:,}" if mean.items == 1 else f"{of:,} x {mean.items:,}"
    return Finding(
        kind="mean",
        lines=(mean.id,),
        printed=f"{printed}.",
        arithmetic=(
            f"A mean of whole numbers is a whole number over {grain}, and none of those is printed "
            f"{shown}: the nearest are {_nearest(card, mean, of)}."
        ),
        ask="How many people are behind it, and are their values whole numbers?",
    )


def _nearest(card: Scorecard, mean: Mean, of: int) -> str:
    """Return the two means of whole numbers on either side of the printed one."""
    grains, digits = of * mean.items, card.digits(mean)
    total = int(Fraction(mean.printed) * grains / mean.per)
    shown = [
        words.share(Fraction(mean.per * t, grains), digits + 2).removesuffix("%")
        for t in (total, total + 1)
    ]
    return words.joined(shown)
