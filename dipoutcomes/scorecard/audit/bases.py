"""Of what a printed percentage is: stated, blank, or to be inferred; and the rule of rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from dipoutcomes.scorecard.audit.arithmetic import (
    RULES,
    Rule,
    WholeRange,
    counts_that_fit,
    denominators_that_fit,
    reproduces,
)
from dipoutcomes.scorecard.audit.model import Line, Mean, Scorecard
from dipoutcomes.scorecard.audit.parts import (
    broken_sums,
    complete_sums,
    stated_base,
    sums_of_parts,
)

#: Where the denominator of a percentage comes from.
BaseIs = Literal["stated", "own total", "sum of parts", "blank", "unstated"]
Sums = tuple[tuple[str, tuple[Line, ...]], ...]
STATUSES = ("reproduces", "own total", "sum of parts", "range", "does not", "no denominator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A count with its printed percentage, and the number it was recomputed from.

    Parameters
    ----------
    line : Line
    units, decimals : int
        The printed percentage as a whole number of its last digit.
    base : int or None
        What it was recomputed from; None where no number is known.
    base_is : {"stated", "own total", "sum of parts", "blank", "unstated"}
        "own total": of the total that the line is part of, though the words say another base.
        "sum of parts": the row of the base is blank and its parts add up to it.
    fits : bool or None
        Whether the percentage follows; None where there is no base to ask.
    alone, shared : WholeRange
        Denominators that give this percentage, and those that give it and every other percentage
        of the same blank base.
    """

    line: Line
    units: int
    decimals: int
    base: int | None
    base_is: BaseIs
    fits: bool | None
    alone: WholeRange
    shared: WholeRange

    @property
    def count(self) -> int:
        """The printed count."""
        return self.line.count or 0

    @property
    def percent(self) -> Fraction | None:
        """The percentage recomputed, exactly."""
        return Fraction(100 * self.count, self.base) if self.base else None

    @property
    def status(self) -> str:
        """One of `STATUSES`."""
        if self.base_is == "unstated":
            return "no denominator"
        if self.fits is None:
            return "range" if self.shared else "does not"
        if not self.fits:
            return "does not"
        return "reproduces" if self.base_is == "stated" else self.base_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Every pair of a scorecard under one rule of rounding, and which rules fit as well.

    Parameters
    ----------
    rule : {"half_up", "half_even", "truncated"}
        Declared, or the first of those that leave the fewest figures unexplained.
    rules : tuple
        All of those.
    declared : bool
    pairs : tuple of Pair
    broken_means : tuple of Mean
        Printed means and rates that cannot be.
    broken_percents : tuple of Line
        Percentages without count that no whole number gives.
    broken_sums : tuple
        Totals, and parts whose percentages cannot add up to theirs.
    unexplained : dict
        By rule: figures that do not follow under it.
    """

    rule: Rule
    rules: tuple[Rule, ...]
    declared: bool
    pairs: tuple[Pair, ...]
    broken_means: tuple[Mean, ...]
    broken_percents: tuple[Line, ...]
    broken_sums: Sums
    unexplained: dict[str, int]

    def __getitem__(self, name: str) -> Pair:
        """Return the pair of the line called *name*."""
        for pair in self.pairs:
            if pair.line.id == name:
                return pair
        raise KeyError(name)

    def base_value_of(self, card: Scorecard, line: Line) -> int | None:
        """Return what a line is a percentage of, where that is known."""
        base = stated_base(line)
        return self.base_value(card, base) if isinstance(base, str) else base

    def base_value(self, card: Scorecard, name: str) -> int | None:
        """Return the count of a line, printed or derived from the parts of a blank one."""
        count = card[name].count
        if count is not None:
            return count
        found = {p.base for p in self.pairs if stated_base(p.line) == name and p.base is not None}
        return found.pop() if len(found) == 1 else None


def judge(card: Scorecard) -> Judgement:
    """Return every percentage and mean recomputed, under the rule of rounding that fits best.

    The rule is the one declared. Where none is, each of the three is tried on the whole document
    at once, and the one that leaves the fewest figures unexplained is taken.
    """
    declared = card.scorecard.rounding
    tried = {rule: _under(card, rule) for rule in ((declared,) if declared else RULES)}
    unexplained = {rule: _faults(*found) for rule, found in tried.items()}
    fewest = min(unexplained.values())
    rules = tuple(rule for rule in tried if unexplained[rule] == fewest)
    pairs, means, percents, sums = tried[rules[0]]
    return Judgement(
        rule=rules[0],
        rules=rules,
        declared=declared is not None,
        pairs=pairs,
        broken_means=means,
        broken_percents=percents,
        broken_sums=sums,
        unexplained={str(rule): count for rule, count in unexplained.items()},
    )


def candidates(card: Scorecard, pair: Pair, *, of_any_unit: bool = False) -> list[tuple[str, int]]:
    """Return printed counts of its unit, and sums of groups, that would give the percentage.

    A count that fits by chance is not the base: of many counts some will. Counts of other things
    are no candidates, but where *of_any_unit* asks for them.
    """
    units = {pair.line.unit, pair.line.definition_unit, ""}
    alike = of_any_unit or not pair.line.unit
    found = [
        (line.label, line.count)
        for line in card.line
        if line.count is not None and line.count >= pair.count and line.id != pair.line.id
        and (alike or line.unit in units)
    ]  # fmt: skip
    sums = [
        (f"sum of {group or total}", amount)
        for (total, group), (amount, whole) in sums_of_parts(card).items()
        if whole and card[total].count is None
    ]
    return [(label, number) for label, number in (*found, *sums) if number in pair.alone]


Under = tuple[tuple[Pair, ...], tuple[Mean, ...], tuple[Line, ...], Sums]


def _under(card: Scorecard, rule: Rule) -> Under:
    pairs = _rebased(card, _shared(card, _stated(card, rule), rule), rule)
    means = tuple(mean for mean in card.mean if _mean_is_broken(card, mean, rule))
    percents = tuple(
        line
        for line in card.line
        if line.percent is not None
        and line.count is None
        and (base := card.value(stated_base(line)))
        and not counts_that_fit(base, card.units(line), decimals=card.digits(line), rule=rule)
    )
    return tuple(pairs), means, percents, broken_sums(card, rule)


def _faults(
    pairs: tuple[Pair, ...], means: tuple[Mean, ...], percents: tuple[Line, ...], sums: Sums
) -> int:
    empty = {_key(p.line) for p in pairs if p.fits is None and not p.shared}
    return sum(p.fits is False for p in pairs) + len(empty) + len(means) + len(percents) + len(sums)


def _stated(card: Scorecard, rule: Rule) -> list[Pair]:
    """Return every pair against its stated base, or with none."""
    lines = [line for line in card.line if line.count is not None and line.percent is not None]
    found = []
    for line in lines:
        base, units, decimals = card.value(stated_base(line)), card.units(line), card.digits(line)
        fit = denominators_that_fit(line.count or 0, units, decimals=decimals, rule=rule)
        missing: BaseIs = "unstated" if stated_base(line) is None else "blank"
        found.append(
            Pair(
                line=line, units=units, decimals=decimals, base=base,
                base_is=missing if base is None else "stated",
                fits=None, alone=fit, shared=fit,
            )
        )  # fmt: skip
    return _asked(found, rule)


def _asked(pairs: list[Pair], rule: Rule) -> list[Pair]:
    """Return the pairs with `fits` settled, in one sweep of whole-number arithmetic."""
    known = [k for k, pair in enumerate(pairs) if pair.base]
    scale = np.array([10 ** pairs[k].decimals for k in known], dtype=np.int64)
    fits = reproduces(
        np.array([pairs[k].count for k in known], dtype=np.int64) * scale,
        np.array([pairs[k].base for k in known], dtype=np.int64),
        np.array([pairs[k].units for k in known], dtype=np.int64),
        rule=rule,
    )
    settled = dict(zip(known, fits.tolist(), strict=True))
    return [
        # Of a base of 0 there is no percentage; many print 0 of 0 as 0%, and nobody is misled.
        replace(
            pair, fits=settled.get(k, None if pair.base is None else pair.count == pair.units == 0)
        )
        for k, pair in enumerate(pairs)
    ]


def _key(line: Line) -> tuple[str, str]:
    """Return what lines of one blank or unstated base have in common."""
    base = stated_base(line)
    if isinstance(base, str):
        return "line", base
    return ("words", line.of_words) if line.of_words else ("alone", line.id)


def _shared(card: Scorecard, pairs: list[Pair], rule: Rule) -> list[Pair]:
    """Return the pairs with what their common base can be, where it is not printed."""
    together: dict[tuple[str, str], WholeRange] = {}
    for pair in pairs:
        if pair.base is None:
            key = _key(pair.line)
            together[key] = together[key] & pair.alone if key in together else pair.alone
    whole = {
        total: set(amounts.values())
        for total, amounts in complete_sums(card).items()
        if card[total].count is None
    }
    found = []
    for pair in pairs:
        if pair.base is not None:
            found.append(pair)
            continue
        shared = together[_key(pair.line)]
        base, base_is = shared.only, pair.base_is
        if base_is == "blank":
            sums = whole.get(str(stated_base(pair.line)), set())
            fitting = {amount for amount in sums if amount in shared} or sums
            if len(fitting) == 1:  # if it does not fit them all, it shows which
                base, base_is = min(fitting), "sum of parts"
        found.append(replace(pair, base=base, base_is=base_is, shared=shared))
    return _asked(found, rule)


def _rebased(card: Scorecard, pairs: list[Pair], rule: Rule) -> list[Pair]:
    """Return the pairs, those put right that are of their own total and not of the stated base.

    Only where every percentage of the group follows from the total, and not all from the base that
    the words name, is the heading wrong and not a figure.
    """
    by_group: dict[tuple[str, str], list[int]] = defaultdict(list)
    for k, pair in enumerate(pairs):
        if pair.line.part_of and pair.base_is == "stated" and pair.base is not None:
            by_group[pair.line.part_of, pair.line.group].append(k)
    found = list(pairs)
    for (total, _), places in by_group.items():
        count = card[total].count
        if not count or all(pairs[k].fits for k in places):
            continue
        others = [replace(pairs[k], base=count, base_is="own total") for k in places]
        asked = _asked(list(others), rule)
        if all(pair.fits for pair in asked):
            for k, pair in zip(places, asked, strict=True):
                found[k] = pair if pairs[k].base != count else pairs[k]
    return found


def _mean_is_broken(card: Scorecard, mean: Mean, rule: Rule) -> bool:
    of, total = card.value(mean.of), card.value(mean.total)
    if not of:
        return False
    fit = possible_totals(card, mean, rule)
    if mean.total is not None:
        return total is not None and total not in fit
    return not fit


def possible_totals(card: Scorecard, mean: Mean, rule: Rule) -> WholeRange:
    """Return the whole totals that are printed as this mean of its base."""
    of = (card.value(mean.of) or 0) * mean.items
    return counts_that_fit(
        of, card.units(mean), per=mean.per, decimals=card.digits(mean), rule=rule
    )


def blank_bases(judgement: Judgement) -> Iterator[tuple[str, list[Pair]]]:
    """Yield each blank or unstated base, with the pairs that hang on it."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in judgement.pairs:
        if pair.base_is in {"blank", "unstated", "sum of parts"}:
            found[_key(pair.line)].append(pair)
    for (kind, name), pairs in found.items():
        yield (name if kind == "line" else ""), pairs
