"""Several cohorts added up, where a contract pays for all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.settle import settle
from dipoutcomes.protocol.model.claim import CohortCounts
from dipoutcomes.protocol.model.contract import Contract


def pooled_counts(contract: Contract, cohorts: Sequence[CohortCounts]) -> CohortCounts:
    """Return the counts of several cohorts added up, to be settled under the pooled terms.

    Parameters
    ----------
    contract : Contract
    cohorts : sequence of CohortCounts
        Each with events and people (not values) for the measures that pooled terms look at.

    Returns
    -------
    CohortCounts
        Of scope "pooled", with the terms that any of the cohorts met.

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
        sides: list[list[Any]] = [
            groups,
            [None if group is None else group.baseline for group in groups],
        ]
        added = [_added(side, name) for side in sides]
        rows.append({"measure": name, **added[0], "baseline": added[1]})
    return CohortCounts.model_validate(
        {
            "cohort": {
                "name": " and ".join(counts.cohort.name for counts in cohorts),
                "scope": "pooled",
                "already_met": sorted(met),
            },
            "count": rows,
        }
    )


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
