"""From counts to price, as bars: what was counted, what the rules take away, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dipoutcomes.payment.term_verdict import TermVerdict

if TYPE_CHECKING:
    from dipoutcomes.payment.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: a step up or down, or where the steps have come to.

    Parameters
    ----------
    label : str
    size : float
        Of a step, with its sign; of a total, its height.
    is_total : bool
    says : str
        The number as it is printed.
    """

    label: str
    size: float
    is_total: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """Bars from what was counted to what is due.

    Parameters
    ----------
    title : str
    bars : tuple of Bar
    unit : str
        Of the upright axis: a currency, or the measure where no price is known.
    needed : float
        Level that the threshold asks for, where the bars are of the measure; nan otherwise.
    needed_says : str
    """

    title: str
    bars: tuple[Bar, ...]
    unit: str
    needed: float = float("nan")
    needed_says: str = ""


def waterfall(verdict: Verdict) -> Waterfall:
    """Return the waterfall of a verdict: in money, or in the measure where no price is known.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    Waterfall
        In money: for each term what its units cost, what is taken away because its test was not met
        or by its cap, what is paid back, and the contract's own cap; the last bar is what is due.

    Raises
    ------
    ValueError
        If neither money nor a measure with a baseline is there to be drawn.
    """
    priced = [term for term in verdict.terms if term.amount is not None]
    if priced and verdict.amount is not None:
        return _money(verdict, priced)
    for term in verdict.terms:
        pair = next(p for p in verdict.measured if p.name == term.measure)
        if pair.treated is not None and pair.baseline is not None and term.test != "none":
            return _measure(verdict, term)
    raise ValueError("no price is known and no measure has a baseline, so there is nothing to draw")


def _money(verdict: Verdict, terms: list[TermVerdict]) -> Waterfall:
    from dipoutcomes.payment.term_verdict import money_says

    def bar(label: str, size: Decimal, *, is_total: bool = False) -> Bar:
        return Bar(
            label=label,
            size=float(size),
            is_total=is_total,
            says=money_says(size, verdict.currency),
        )

    bars, running = [], Decimal(0)
    for term in terms:
        amount, gross = term.amount or Decimal(0), term.gross or Decimal(0)
        paid, name = max(amount, Decimal(0)), term.name.replace("_", " ")
        if gross:
            bars.append(bar(f"{name}: counted units at their price", gross))
        if gross and not term.met:
            bars.append(bar(f"{name}: test not met", -gross))
        elif gross != paid:
            bars.append(bar(f"{name}: cap", paid - gross))
        if amount < 0:
            bars.append(bar(f"{name}: paid back", amount))
        running += amount
    total = verdict.amount or Decimal(0)
    if total != running:
        bars.append(bar("cap of the contract", total - running))
    bars.append(bar("due" if total >= 0 else "to be paid back", total, is_total=True))
    return Waterfall(
        title=f"From counts to price: {verdict.cohort}", bars=tuple(bars), unit=verdict.currency
    )


def _measure(verdict: Verdict, term: TermVerdict) -> Waterfall:
    pair = next(p for p in verdict.measured if p.name == term.measure)
    if pair.treated is None or pair.baseline is None:
        raise ValueError("the measure has no baseline to begin from")
    base, value = float(pair.baseline.value), float(pair.treated.value)

    def bar(label: str, size: float, *, is_total: bool = False) -> Bar:
        return Bar(label=label, size=size, is_total=is_total, says=f"{size:+.4g}"[is_total:])

    step, sign = float(term.threshold), (-1 if base * _direction(pair.kind) > 0 else 1)
    needed = base * (1 + sign * step) if term.test == "relative_reduction" else base + sign * step
    if term.test == "level":
        needed = step
    return Waterfall(
        title=f"{verdict.cohort}: what was counted against what the contract needs",
        bars=(
            bar(f"baseline: {pair.baseline_says}", base, is_total=True),
            bar("change", value - base),
            bar(verdict.cohort, value, is_total=True),
        ),
        unit=pair.says,
        needed=needed,
        needed_says=f"needed: {needed:.4g} ({_sense(term)})",
    )


def _direction(kind: str) -> int:
    from dipoutcomes.protocol.model.contract import HIGHER_IS_BETTER

    return -1 if kind in HIGHER_IS_BETTER else 1


def _sense(term: TermVerdict) -> str:
    """Return the threshold as a phrase beside a mark: "at least 10.0% less"."""
    return f"a reduction of {term.printed_threshold}" if term.test != "level" else "the level"
