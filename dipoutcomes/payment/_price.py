"""From a decision to money: units, tiers, caps, what is paid back, rounding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.payment._exact import Values, at_least, constant, rounded
from dipoutcomes.protocol.model.contract import Clawback, Money, Price, Term

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all terms of a contract share when they are priced."""

    money: Money
    contract_value: Any  # float or fraction, as the values are; None where it is not known
    exact: bool


def priced(
    setting: Setting,
    term: Term,
    *,
    reduction: Values,
    met: Mask,
    worse: Mask,
    baseline: Values | None,
    people: Values | None,
    persons: Values | None,
) -> tuple[Values, Values, Values] | None:
    """Return units, their price before test and caps, and the amount; None if not priced."""
    price, back = term.price, term.clawback
    returned = None if back is None else _returned(setting, back)
    if price is None or (back is not None and returned is None):
        return None
    each = _price_per_unit(setting, price, reduction)
    if each is None:
        return None
    zero = constant(0, exact=setting.exact)
    units = _units(setting, term, price, reduction, baseline, people, persons)
    gross = np.asarray(units * each)
    amount = np.where(met, gross, zero)
    if price.cap is not None:
        amount = np.minimum(amount, constant(price.cap, exact=setting.exact))
    if returned is not None:
        amount = np.where(worse, amount - returned, amount)
    units = np.where(met, units, zero)
    return units, gross, rounded(amount, setting.money.decimals, setting.money.rounding)


def _returned(setting: Setting, back: Clawback) -> Any:
    if back.amount is not None:
        return constant(back.amount, exact=setting.exact)
    if back.share is None or setting.contract_value is None:
        return None
    return constant(back.share, exact=setting.exact) * setting.contract_value


def _price_per_unit(setting: Setting, price: Price, reduction: Values) -> Any:
    exact = setting.exact
    if price.share is not None:
        share = constant(price.share, exact=exact)
        if price.per == "saving":
            return share
        return None if setting.contract_value is None else share * setting.contract_value
    each = np.full(np.shape(reduction), constant(price.amount or 0, exact=exact))
    for tier in price.tier:
        reached = at_least(reduction, constant(tier.at, exact=exact))
        each = np.where(reached, constant(tier.amount, exact=exact), each)
    return each


def _units(
    setting: Setting,
    term: Term,
    price: Price,
    reduction: Values,
    baseline: Values | None,
    people: Values | None,
    persons: Values | None,
) -> Values:
    exact = setting.exact
    if price.per == "cohort":
        return np.full(np.shape(reduction), constant(1, exact=exact))
    if price.per == "person":
        if persons is None:
            raise ValueError(f"`persons` must hold the measure '{term.measure}'")
        return persons
    counted = _counted(setting, term, price, reduction)
    if price.per == "point":
        units = counted * constant(100, exact=exact)
    else:
        if baseline is None:
            raise ValueError(f"`baseline` must hold the measure '{term.measure}'")
        units = counted * baseline if term.test == "relative_reduction" else counted
        if price.per != "saving":
            if people is None:
                raise ValueError(
                    f"`people` must hold the measure '{term.measure}': the term '{term.name}' is "
                    "priced by what was averted among them"
                )
            units = units * people
    return rounded(units, 0, price.units_rounding)


def _counted(setting: Setting, term: Term, price: Price, reduction: Values) -> Values:
    """Return the reduction that is priced: under its cap, from where the contract counts it."""
    exact = setting.exact
    counted = reduction
    if price.cap_reduction is not None:
        counted = np.minimum(counted, constant(price.cap_reduction, exact=exact))
    if price.beyond == "threshold":
        counted = counted - constant(term.threshold, exact=exact)
    return np.asarray(np.maximum(counted, constant(0, exact=exact)))
