"""What a contract pays: one rule, for one cohort exactly and for thousands at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from dipoutcomes.payment._exact import Values, at_least, constant
from dipoutcomes.payment._price import Setting, priced
from dipoutcomes.payment.cohorts import Cohorts, Given
from dipoutcomes.protocol.model.contract import Contract, Term

Mask = NDArray[np.bool_]
Scope = Literal["cohort", "pooled"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Payments:
    """What each term decides and pays, by its name; an array element is a cohort.

    Parameters
    ----------
    reduction : mapping of str to array
        In the unit of the term's test (a share of the baseline, or the measure's own unit);
        positive is better. For a test of the level: the measure itself. nan (exactly: 0, and the
        term is not met) where the baseline is 0 and the test is relative.
    met : mapping of str to array of bool
        Whether the term pays: its own test, its hurdles and its exclusions.
    own_test : mapping of str to array of bool
        Its own test alone, significance included.
    worse : mapping of str to array of bool
        Whether its clawback falls due.
    units, amount : mapping of str to array
        Priced units and money, rounded as the contract says; negative money is paid back. A term
        whose price is not known has no entry.
    gross : mapping of str to array
        What the units would cost with no threshold, cap or repayment: where a waterfall begins.
    total : array or None
        Sum of the amounts under the cap; None where a term that pays has no known price.
    """

    reduction: Mapping[str, Values]
    met: Mapping[str, Mask]
    own_test: Mapping[str, Mask]
    worse: Mapping[str, Mask]
    units: Mapping[str, Values]
    amount: Mapping[str, Values]
    gross: Mapping[str, Values]
    total: Values | None


def pays(
    contract: Contract,
    cohorts: Cohorts,
    *,
    scope: Scope = "cohort",
    already_met: Mapping[str, ArrayLike] | None = None,
    contract_value: Decimal | int | None = None,
    exact: bool = False,
) -> Payments:
    """Return what *contract* decides and pays, for one cohort or for thousands at once.

    Parameters
    ----------
    contract : Contract
    cohorts : Cohorts
        Values of the measures, of their baselines, and what else the terms need.
    scope : {"cohort", "pooled"}
        Terms for each cohort and each person, or those for all cohorts together.
    already_met : mapping of str to array_like of bool, optional
        For terms that are not judged here (of another scope or stage) and that a term's *hurdle*
        or *unless* names: whether each was met. Of terms that are judged here it is passed over.
    contract_value : Decimal or int, optional
        Where a price is a share of it; the contract's own where left out.
    exact : bool, default False
        Fractions in place of floats: values must then be whole numbers, decimals or fractions.

    Returns
    -------
    Payments

    Raises
    ------
    ValueError
        If a value that a term needs is not given.
    TypeError
        If *exact* and a value is a float.

    Notes
    -----
    Of floats two numbers within 1e-12 are a tie, and a tie meets ``>=`` and not ``>``, so that
    58% - 53% reaches 5 points. The measure and its baseline are rounded first, where the contract
    says so; money is rounded once a term.

    Significance is |difference| >= z x its standard error, two-sided and on the better side: the
    normal approximation. In small cohorts, or with few events, it is too generous.

    A hurdle is judged by its own test alone.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> found = pays(parse_contract(text), Cohorts([0.523, 0.53, 0.547], 0.58))
    >>> found.met["five_points"]
    array([ True, True, False])
    """
    if scope not in ("cohort", "pooled"):
        raise ValueError(f"`scope` must be 'cohort' or 'pooled'; got '{scope}'")
    terms = [t for t in contract.term if (t.applies_to == "pooled") == (scope == "pooled")]
    given = Given(contract, cohorts, exact)
    setting = Setting(
        money=contract.money,
        contract_value=_value_of(contract, contract_value, exact=exact),
        exact=exact,
    )
    reduction, own, worse = {}, {}, {}
    for term in terms:
        reduction[term.name], own[term.name], worse[term.name] = _test(given, term)
    earlier = {name: np.asarray(met, dtype=bool) for name, met in (already_met or {}).items()}
    met = {term.name: _met(term, own, earlier) for term in terms}
    units, amount, gross = {}, {}, {}
    for term in terms:
        if term.hurdle_only:
            continue
        found = priced(
            setting,
            term,
            reduction=reduction[term.name],
            met=met[term.name],
            worse=worse[term.name],
            baseline=given.baseline(term),
            people=given.people(term),
            persons=given.persons_of(term) if term.applies_to == "person" else None,
        )
        if found is not None:
            units[term.name], gross[term.name], amount[term.name] = found
    return Payments(
        reduction=reduction,
        met=met,
        own_test=own,
        worse=worse,
        units=units,
        amount=amount,
        gross=gross,
        total=_total(setting, terms, amount),
    )


def _test(given: Given, term: Term) -> tuple[Values, Mask, Mask]:
    """Return the reduction, whether the term's own test is met, and whether it is worse."""
    exact = given.exact
    if term.applies_to == "person":
        persons = given.persons_of(term)
        no = np.zeros(np.shape(persons), dtype=bool)
        return np.full(no.shape, constant(0, exact=exact)), ~no, no
    treated, measure = given.treated(term), given.contract.measure_of(term)
    nothing = np.zeros(np.shape(treated), dtype=bool)
    strict, bound = term.comparison == ">", constant(term.threshold, exact=exact)
    if term.test == "none":
        return treated, ~nothing, nothing
    sign = -1 if measure.higher_is_better else 1
    baseline = given.baseline(term)
    if baseline is None:
        if term.test != "level" or term.significant_at is not None:
            raise ValueError(f"`baseline` must hold the measure '{term.measure}'")
        return treated, at_least(treated * -sign, bound * -sign, strict=strict), nothing
    if term.test == "level":
        met = at_least(treated * -sign, bound * -sign, strict=strict)
        return treated, met & _significant(given, term, (baseline - treated) * sign), nothing
    gain = (baseline - treated) * sign
    defined = np.ones(np.shape(gain), dtype=bool)
    reduction = gain
    if term.test == "relative_reduction":
        reduction, defined = _relative(gain, np.broadcast_to(baseline, np.shape(gain)), exact=exact)
    met = defined & at_least(reduction, bound, strict=strict) & _significant(given, term, gain)
    return reduction, met, _worse(given, term, reduction, gain, met) & defined


def _relative(gain: Values, baseline: Values, *, exact: bool) -> tuple[Values, Mask]:
    """Return the gain as a share of the baseline, and where that is defined."""
    defined = np.asarray(baseline > 0, dtype=bool)
    safe = np.where(defined, baseline, constant(1, exact=exact))
    undefined = constant(0, exact=True) if exact else np.nan
    return np.where(defined, gain / safe, undefined), defined


def _significant(given: Given, term: Term, gain: Values) -> Any:
    if term.significant_at is None:
        return True
    z = ndtri((1 + float(term.significant_at)) / 2)
    size = np.asarray(gain, dtype=np.float64)
    error = given.standard_error(term)
    return at_least(size, z * error) & (size > 0)


def _worse(given: Given, term: Term, reduction: Values, gain: Values, met: Mask) -> Mask:
    back = term.clawback
    if back is None:
        return np.zeros(np.shape(reduction), dtype=bool)
    if back.when == "not_met":
        return ~met
    margin = constant(back.margin, exact=given.exact)
    worse = at_least(-reduction, margin, strict=True)
    if back.significant:
        worse &= np.asarray(_significant(given, term, -gain), dtype=bool)
    return worse


def _met(term: Term, own: Mapping[str, Mask], earlier: Mapping[str, Mask]) -> Mask:
    met = own[term.name]
    for name in term.hurdle:
        met = met & _other(term, name, own, earlier)
    for name in term.unless:
        met = met & ~_other(term, name, own, earlier)
    return met


def _other(term: Term, name: str, own: Mapping[str, Mask], earlier: Mapping[str, Mask]) -> Mask:
    # What is judged now goes first: the words of another scope or stage stand in for the rest.
    if name in own:
        return own[name]
    if name in earlier:
        return earlier[name]
    raise ValueError(f"`already_met` must hold the term '{name}', which '{term.name}' looks at")


def _value_of(contract: Contract, given: Decimal | int | None, *, exact: bool) -> Any:
    value = contract.contract.contract_value if given is None else given
    return None if value is None else constant(value, exact=exact)


def _total(setting: Setting, terms: Iterable[Term], amount: Mapping[str, Values]) -> Values | None:
    paying = [term.name for term in terms if not term.hurdle_only]
    if any(name not in amount for name in paying):
        return None
    total: Values = np.asarray(sum(amount[name] for name in paying))
    if setting.money.cap is not None:
        total = np.minimum(total, constant(setting.money.cap, exact=setting.exact))
    return np.asarray(total)
