"""The change of the same people by other models, and who changed beside what no effect gives."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dipoutcomes.comparison import rate_ratio_before_after
from dipoutcomes.comparison.before_after import (
    ChangeDistribution,
    bootstrap_rate_ratio,
    distribution_of_change,
    gee_rate_ratio,
    mixed_rate_ratio,
    zero_inflated_rate_ratio,
)
from dipoutcomes.comparison.regression_to_mean import OffendingSpread
from dipoutcomes.pipeline.comparisons.said_once import said_once
from dipoutcomes.pipeline.comparisons.window_counts import WindowCounts
from dipoutcomes.pipeline.found import Found
from dipoutcomes.results import Column, Estimate, EstimateRow, EstimateTable, Table

PART = "regression_to_mean"
MEASURE = "ratio of the rate after to the rate before"


def by_other_models(
    before: WindowCounts,
    after: WindowCounts,
    *,
    level: float,
    resamples: int,
    rng: np.random.Generator,
) -> Found:
    """Return the ratio of rates by each model that the counts allow."""
    found = Found()
    four = (before.events, before.days, after.events, after.days)
    common: dict[str, Any] = {"measure": MEASURE, "confidence_level": level}
    makers: dict[str, Any] = {
        "person-level robust (the protocol's own)": partial(
            rate_ratio_before_after, *four, **common
        ),
        "negative binomial with an effect of each person": partial(
            _mixed, mixed_rate_ratio, four, common
        ),
        "the same with people who never offend": partial(
            _mixed, zero_inflated_rate_ratio, four, common
        ),
        "estimating equations": partial(gee_rate_ratio, *four, **common),
        "bootstrap of people (BCa)": partial(
            bootstrap_rate_ratio, *four, replicates=resamples, rng=rng, **common
        ),
        "exact, if events were independent": partial(
            rate_ratio_before_after, *four, method="exact_conditional", **common
        ),
    }
    rows = []
    for label, make in makers.items():
        estimate: Estimate | None = found.attempt(PART, label, make)
        if estimate is not None:
            rows.append(EstimateRow(label=label, estimate=estimate))
    found.add(
        said_once(
            EstimateTable(
                name="before_after_models",
                caption="The ratio of rates by several models of how people differ",
                rows=tuple(rows),
                heading="Model",
            )
        )
    )
    return found


def _mixed(fit: Any, four: tuple[Any, ...], common: dict[str, Any]) -> Estimate:
    result: Estimate = fit(*four, **common).ratio
    return result


def who_changed(
    before: WindowCounts,
    after: WindowCounts,
    reference: OffendingSpread,
    *,
    rng: np.random.Generator,
    common: dict[str, Any],
) -> Found:
    """Return how many fell and rose beside what no effect gives, with its warning."""
    found = Found()
    change = found.attempt(
        PART,
        "how people changed",
        partial(
            distribution_of_change,
            before.events,
            before.days,
            after.events,
            after.days,
            reference=reference,
            rng=rng,
            **common,
        ),
    )
    if change is not None:
        found.add(_with_people(change))
    return found


def _with_people(change: ChangeDistribution) -> Table:
    """Return the table with the number of people behind its shares, for disclosure control."""
    table = change.table()
    people = {
        change[name].label: count
        for name, count in (
            ("share_fell", change.people_fell),
            ("share_same", change.people_same),
            ("share_rose", change.people_rose),
        )
    }
    column = Column(key="people", heading="People", kind="persons")
    return replace(
        table,
        columns=(table.columns[0], column, *table.columns[1:]),
        rows=tuple({**row, "people": people.get(str(row["what"]))} for row in table.rows),
    )
