"""Several cohorts added up, where a contract pays for all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.cohorts import agreed_baseline
from dipoutcomes.payment.settle import settle
from dipoutcomes.protocol.model.claim import CohortCounts
from dipoutcomes.protocol.model.contract import Contract


def pooled_counts(contract: Contract, cohorts: Sequence[CohortCounts]) -> CohortCounts:
    """Return the counts of several cohorts added up, to be settled under the pooled terms.

    Parameters
    ----------
    contract : Contract
    cohorts : sequence of CohortCounts
        Each with events and people (not values) for the measures that pooled terms look at; of a
        baseline too, unless the contract itself holds it.

    Returns
    -------
    CohortCounts
        Of scope "pooled", with the terms that any of the cohorts met, their dates from the first
        to the last, and the contract's value where they agree on it.

    Raises
    ------
    DesignError
        If a cohort gives values, which cannot be added up, or there are fewer than two.
    """
    if len(cohorts) < 2:
        raise DesignError("pooled terms need the counts of two cohorts or more")
    wanted = {term.measure for term in contract.term if term.applies_to == "pooled"}
    met = {term.name for counts in cohorts for term in settle(contract, counts).terms if term.met}
    rows = []
    for name in (m.name for m in contract.measure if m.name in wanted):
        groups = [counts.of(name) for counts in cohorts]
        row = {"measure": name, **_added(groups, name)}
        # A baseline that stands in the contract is one number for all cohorts.
        if agreed_baseline(contract.measure_named(name)) is None:
            bases = [None if group is None else group.baseline for group in groups]
            row["baseline"] = _added(bases, name) | _correlation(groups, bases)
        rows.append(row)
    return CohortCounts.model_validate(
        {"cohort": _together(cohorts) | {"already_met": sorted(met)}, "count": rows}
    )


def _together(cohorts: Sequence[CohortCounts]) -> dict[str, Any]:
    """Return what is known of all cohorts: entered from the first to the last, claimed at last."""
    several = [counts.cohort for counts in cohorts]

    def known(key: str) -> list[Any]:
        return [v for v in (getattr(cohort, key) for cohort in several) if v is not None]

    def same(key: str) -> Any:
        values = known(key)
        return values[0] if len(values) == len(several) and len(set(values)) == 1 else None

    entered = known("last_entry")
    return {
        "name": " and ".join(cohort.name for cohort in several),
        "contract": same("contract"),
        "scope": "pooled",
        "stage": same("stage") or "both",
        "first_entry": min(known("first_entry"), default=None),
        # A last day that one cohort does not give would be taken for too early a one.
        "last_entry": max(entered) if len(entered) == len(several) else None,
        "claimed_on": max(known("claimed_on"), default=None),
        "records_taken_on": max(known("records_taken_on"), default=None),
        "contract_value": same("contract_value"),
        "data": same("data") or "real",
        "suppress_below": max(known("suppress_below")),
    }


def _added(groups: Sequence[Any], name: str) -> dict[str, Any]:
    if any(group is None or group.events is None or not group.people for group in groups):
        raise DesignError(
            f"the measure '{name}' needs people and events in every cohort, for the cohort and for "
            "its baseline: published values cannot be added up. Give the pooled value as published "
            'in a file with scope = "pooled"'
        )
    summed: dict[str, Any] = {
        "people": sum(group.people for group in groups),
        "events": sum(group.events for group in groups),
    }
    if all(group.reoffenders is not None for group in groups):
        summed["reoffenders"] = sum(group.reoffenders for group in groups)
    spread = _pooled_spread(groups, summed)
    return summed | ({} if spread is None else {"standard_deviation": spread})


def _correlation(groups: Sequence[Any], bases: Sequence[Any]) -> dict[str, Any]:
    """Return the correlation of the same people's two counts over all cohorts, where known."""
    sides = [*groups, *bases]
    if any(g.standard_deviation is None or g.people < 2 for g in sides) or any(
        b.correlation is None for b in bases
    ):
        return {}
    n = sum(g.people for g in groups)
    means = [sum(g.events for g in side) / n for side in (groups, bases)]
    joint = sum(
        float(b.correlation) * float(g.standard_deviation * b.standard_deviation) * (g.people - 1)
        + g.people * (g.events / g.people - means[0]) * (b.events / b.people - means[1])
        for g, b in zip(groups, bases, strict=True)
    )
    spreads = [_pooled_spread(s, {"events": m * n, "people": n})
               for s, m in zip((groups, bases), means, strict=True)]  # fmt: skip
    scale = float(spreads[0] or 0) * float(spreads[1] or 0) * (n - 1)
    return {"correlation": Decimal(f"{joint / scale:.9f}")} if scale > 0 else {}


def _pooled_spread(groups: Sequence[Any], summed: Mapping[str, Any]) -> Decimal | None:
    """Return the standard deviation of all people together, where each cohort's is known."""
    if any(group.standard_deviation is None or group.people < 2 for group in groups):
        return None
    mean = summed["events"] / summed["people"]
    squares = sum(
        float(g.standard_deviation) ** 2 * (g.people - 1)
        + g.people * (g.events / g.people - mean) ** 2
        for g in groups
    )
    return Decimal(repr(round((squares / (summed["people"] - 1)) ** 0.5, 9)))
