"""The arithmetic of a verdict in words: steps, the reason of a decision, warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import isnan

import numpy as np

from dipoutcomes import _display
from dipoutcomes.payment._exact import TIE, rounded
from dipoutcomes.payment.metric import Measured
from dipoutcomes.payment.term_verdict import Step, TermVerdict, money_says
from dipoutcomes.payment.verdict import MeasurePair
from dipoutcomes.protocol.model.claim import Cohort, CohortCounts
from dipoutcomes.protocol.model.contract import Contract, Measure, Term


def term_steps(
    contract: Contract,
    term: Term,
    verdict: TermVerdict,
    pair: MeasurePair,
    counts: CohortCounts,
) -> Iterable[Step]:
    """Yield the steps of one term, from the counts to its amount."""
    measure, count = contract.measure_of(term), counts.of(term.measure)
    counted = f"[[count]] {term.measure}"

    def step(what: str, says: str, rests_on: str = f"[[term]] {term.name}") -> Step:
        return Step(term=term.name, what=what, says=says, rests_on=rests_on)

    if pair.treated is None and count is not None and count.reduction is not None:
        yield step("published", f"reduction as published: {verdict.printed_reduction}", counted)
    elif pair.treated is not None:
        yield step("counted", f"{measure.says}: {_value(pair.treated)}", counted)
        yield from _against(measure, term, verdict, pair, step, counts)
    if term.test != "none":
        met = "met" if verdict.own_test else "not met"
        found = f"{verdict.printed_reduction} against {verdict.printed_threshold}: {met}"
        yield step("threshold", found)
    if term.significant_at is not None:
        yield step(
            "chance",
            f"must be more than chance at {_display.level(float(term.significant_at))}, two-sided; "
            "counted in the line above",
        )
    for name in term.hurdle:
        yield step("hurdle", f"needs '{name}' to be met")
    for name in term.unless:
        yield step("exclusion", f"pays only if '{name}' was not met")
    if not term.hurdle_only:
        yield step("price", _price(contract, term, verdict))


def _against(
    measure: Measure,
    term: Term,
    verdict: TermVerdict,
    pair: MeasurePair,
    step: Callable[..., Step],
    counts: CohortCounts,
) -> Iterable[Step]:
    baseline = pair.baseline
    if baseline is None or pair.treated is None or term.test in {"none", "level"}:
        return
    own = counts.of(term.measure)
    given = own is not None and own.baseline is not None
    where = f"[[count]] {term.measure} baseline" if given else f"[[measure]] {term.measure}"
    yield step("baseline", f"{pair.baseline_says}: {_value(baseline)}", where)
    treated, base = (_as_compared(measure, group.value) for group in (pair.treated, baseline))
    if measure.decimals is not None:
        yield step(
            "rounded",
            f"to {measure.decimals} decimals ({measure.rounding.replace('_', ' ')}) before they "
            f"are compared: {_short(treated)} and {_short(base)}",
            f"[[measure]] {measure.name}",
        )
    more, less = (treated, base) if measure.higher_is_better else (base, treated)
    if term.test == "relative_reduction" and base > 0:
        exact = _display.percent(verdict.reduction, 3)
        yield step(
            "reduction", f"({_short(more)} - {_short(less)}) / {_short(base)} = {exact}", where
        )
    elif term.test == "absolute_reduction":
        yield step("reduction", f"{_short(more)} - {_short(less)} = {_short(more - less)}")
    if verdict.printed_interval != _display.NOT_AVAILABLE:
        level = _display.level(verdict.interval.confidence_level)
        yield step(
            "interval", f"{level} interval {verdict.printed_interval} ({verdict.interval.method})"
        )
    if not isnan(verdict.truly_met.value):
        yield step(
            "truly met",
            f"probability {verdict.printed_probability}, under {verdict.truly_met.prior}",
        )


def _as_compared(measure: Measure, value: Fraction) -> Fraction:
    """Return a value as the rule compares it: rounded, where the contract says so."""
    if measure.decimals is None:
        return value
    held = np.array([value], dtype=object)
    return Fraction(rounded(held, measure.decimals, measure.rounding)[0])


def _value(found: Measured) -> str:
    if found.is_known_exactly:
        return f"{_short(found.value)} (agreed)"
    if found.events is not None and found.people:
        return f"{found.events:,} / {found.people:,} = {_short(found.value)}"
    return f"{_short(found.value)} ({found.how or 'as published'})"


def _short(value: Fraction) -> str:
    """Return a number with at most five decimals and no trailing zeros."""
    text = f"{_display.round_half_up(float(value), 5):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _price(contract: Contract, term: Term, verdict: TermVerdict) -> str:
    currency, price = contract.money.currency, term.price
    if verdict.amount is None and not verdict.met and term.clawback is None:
        return "not met: nothing is due"
    if verdict.amount is None:
        return _unknown_price(term)
    if price is None:
        return money_says(verdict.amount, currency)
    unit = {
        "cohort": "for the cohort", "person": "for each person with the outcome",
        "person_averted": "for each person fewer than the baseline",
        "event_averted": "for each event fewer than the baseline",
        "point": "for each point", "saving": f"of each {currency} saved",
    }[price.per]  # fmt: skip
    if not verdict.met:
        if verdict.amount < 0:
            return f"not met: {money_says(-verdict.amount, currency)} is paid back"
        return f"not met: {money_says(verdict.amount, currency)}"
    paid = f"{verdict.units:,f} x {_each(contract, term, verdict)} {unit}"
    if verdict.gross is not None and verdict.gross != verdict.amount:
        gross = money_says(verdict.gross, currency)
        return f"{paid} = {gross}, under the cap {money_says(verdict.amount, currency)}"
    return f"{paid} = {money_says(verdict.amount, currency)}"


def _each(contract: Contract, term: Term, verdict: TermVerdict) -> str:
    """Return the price of a unit, the tier that was reached included."""
    price = term.price
    if price is not None and price.share is not None and price.per == "saving":
        return _display.percent(float(price.share), 0)
    if not verdict.units or verdict.gross is None or price is None:
        return "the price"
    if price.share is not None:
        return money_says(verdict.gross / verdict.units, contract.money.currency)
    reached = [t.amount for t in price.tier if verdict.reduction >= float(t.at) - TIE]
    each = reached[-1] if reached else price.amount
    return money_says(each or Decimal(0), contract.money.currency)


def _unknown_price(term: Term) -> str:
    price = term.price
    if price is not None and price.share is not None:
        return (
            f"{_display.percent(float(price.share), 0)} of the contract's value, which is not given"
        )
    return "the price is not known, or cannot be worked out from what was published"


def why(
    contract: Contract, term: Term, verdict: TermVerdict, *, worse: bool, cohort: Cohort
) -> TermVerdict:
    """Return the verdict with its reason in a sentence."""
    said = _decision(term, verdict, cohort)
    back = term.clawback
    if worse and back is not None:
        amount = back.amount
        if verdict.amount is not None and verdict.amount < 0:
            said += f"; {money_says(-verdict.amount, contract.money.currency)} is paid back"
        elif amount is not None:
            said += f"; {money_says(amount, contract.money.currency)} is paid back"
        elif back.share is not None:
            share = _display.percent(float(back.share), 0)
            said += f"; {share} of the contract's value is paid back"
        else:
            said += "; an amount that is not known is paid back"
    elif verdict.met and not term.hurdle_only:
        said += f"; {_paid(contract, term, verdict)}"
    return replace(verdict, why=said)


def _decision(term: Term, verdict: TermVerdict, cohort: Cohort) -> str:
    if term.applies_to == "person":
        return "paid for each person with the outcome"
    if term.test == "none":
        return "no test to meet"
    what = "value" if term.test == "level" else "reduction"
    said = f"{what} {verdict.printed_reduction}, needed {verdict.printed_threshold}"
    if term.significant_at is not None:
        said += f" and more than chance at {_display.level(float(term.significant_at))}"
    if verdict.own_test and not verdict.met:
        blocked = [name for name in term.unless if name in cohort.already_met]
        reason = (
            f"'{blocked[0]}' was met already"
            if blocked
            else "another term's decision stands in the way"
        )
        return f"{said}: met, but {reason}, so it does not pay"
    return f"{said}: {'met' if verdict.met else 'not met'}"


def _paid(contract: Contract, term: Term, verdict: TermVerdict) -> str:
    if verdict.amount is not None:
        return f"{money_says(verdict.amount, contract.money.currency)} is due"
    if term.price is not None and term.price.share is not None and term.price.per == "cohort":
        return f"{_display.percent(float(term.price.share), 0)} of the contract's value is due"
    return "payment is due, of an amount that is not known"


def warnings_of(
    contract: Contract,
    counts: CohortCounts,
    terms: Sequence[TermVerdict],
    pairs: Sequence[MeasurePair],
    first: Sequence[str],
) -> Iterable[str]:
    """Yield what weakens the verdict, the gravest first."""
    yield from _disagreement(pairs, terms)
    yield from _only_one_kind(pairs)
    scope = counts.cohort.scope
    for term in contract.term:
        if (term.applies_to == "pooled") != (scope == "pooled"):
            continue
        if counts.cohort.stage in ("both", term.stage) and counts.of(term.measure) is None:
            yield f"term '{term.name}' was not judged: '{term.measure}' was not counted"
    for pair in pairs:
        baseline, measure = pair.baseline, contract.measure_named(pair.name)
        if (
            baseline is not None
            and isnan(baseline.standard_error)
            and measure.kind != "cost_of_demand"
        ):
            yield (
                f"the baseline of '{pair.says}' was estimated, and its error is not known: neither "
                "the interval of the reduction nor the probability can be given"
            )
        yield from _one_year(measure)
        for group in (pair.treated, pair.baseline):
            if group is not None and "assumed" in group.caveat:
                yield f"{pair.says}: {group.caveat}"
    yield from _compared_with_nobody(contract, terms)
    for verdict in terms:
        low, high = verdict.interval.low, verdict.interval.high
        if verdict.test != "none" and low < float(verdict.threshold) < high:
            yield (
                f"'{verdict.name}': the interval of the reduction holds the threshold, so chance "
                "alone may have decided"
            )
    yield from first
    yield from counts.cohort.notes


def _compared_with_nobody(contract: Contract, terms: Sequence[TermVerdict]) -> Iterable[str]:
    for verdict in terms:
        term = contract.term_named(verdict.name)
        if term.test == "none" and contract.measure_of(term).baseline is None:
            yield (
                f"'{term.name}' compares with nobody: it pays too for whoever would have had this "
                "outcome without the programme"
            )


def _one_year(measure: Measure) -> Iterable[str]:
    if measure.baseline is not None and measure.baseline.kind in {"historical_cohort", "own_past"}:
        what = {
            "historical_cohort": "an earlier cohort: national change since then is paid for, or "
            "paid back, as if it were the provider's",
            "own_past": "the same people before: people chosen when their offending is high offend "
            "less afterwards whatever is done (regression to the mean)",
        }[measure.baseline.kind]
        yield f"'{measure.says}' is compared with {what}"


def _disagreement(pairs: Sequence[MeasurePair], terms: Sequence[TermVerdict]) -> Iterable[str]:
    shares = [p for p in pairs if p.kind == "binary" and p.improved is not None]
    frequencies = [
        p for p in pairs
        if p.kind in {"frequency_per_person", "frequency_per_reoffender"} and p.improved is not None
    ]  # fmt: skip
    for share in shares:
        for frequency in frequencies:
            if share.improved != frequency.improved:
                better, worse = (share, frequency) if share.improved else (frequency, share)
                yield (
                    f"share and frequency disagree: '{better.says}' is better than its baseline "
                    f"and '{worse.says}' is worse; neither alone says whether offending fell"
                )
                continue
            decided = {
                pair.name: {
                    t.own_test for t in terms if t.measure == pair.name and t.test != "none"
                }
                for pair in (share, frequency)
            }
            first, second = decided[share.name], decided[frequency.name]
            if first and second and first != second:
                yield (
                    f"share and frequency decide differently: a term on '{share.says}' and one on "
                    f"'{frequency.says}' do not agree on whether the threshold was met"
                )


def _only_one_kind(pairs: Sequence[MeasurePair]) -> Iterable[str]:
    kinds = {p.kind for p in pairs}
    frequency = kinds & {"frequency_per_person", "frequency_per_reoffender"}
    if ("binary" in kinds) != bool(frequency) and not (kinds & {"cost_of_demand"}):
        there, absent = (
            ("a share of people", "a frequency")
            if "binary" in kinds
            else ("a frequency", "a share of people")
        )
        yield (f"only {there} was counted; {absent} may say something else, and is not given")
