"""The programme's people against others made comparable: balance, effects, and how fragile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dipoutcomes.comparison.effect import (
    Effect,
    doubly_robust_effect,
    effects_table,
    treatment_effect,
)
from dipoutcomes.comparison.effect.treatment import UNWEIGHTED
from dipoutcomes.comparison.groups import difference_between_groups
from dipoutcomes.comparison.sensitivity import e_value, tipping_point
from dipoutcomes.outcomes import OutcomeDefinition
from dipoutcomes.pipeline.comparisons.family import family_of_outcomes
from dipoutcomes.pipeline.comparisons.lab import data_lab
from dipoutcomes.pipeline.comparisons.people_design import Groups, Prepared, groups_of, prepare
from dipoutcomes.pipeline.comparisons.people_tables import (
    balance_tables,
    trial_table,
    who_is_compared,
)
from dipoutcomes.pipeline.comparisons.said_once import said_once
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.pipeline.records_tables import plural
from dipoutcomes.protocol.model import OtherPeople, Protocol
from dipoutcomes.results import Column, EstimateRow, EstimateTable, Table
from dipoutcomes.streams import random_stream

PART = "other_people"
STREAM = "comparison: matching"


def other_people(
    protocol: Protocol, section: OtherPeople, seen: Observed, definition: OutcomeDefinition
) -> tuple[Found, dict[str, Any]]:
    """Return what the comparison shows, and the facts that its words need."""
    found = Found()
    groups = found.attempt(PART, "groups", partial(groups_of, section, seen))
    if groups is None:
        return found, {}
    outcomes = _outcomes(section, seen, groups)
    seed = int(random_stream(protocol.study.seed, STREAM).integers(2**31))
    ready = found.attempt(
        PART,
        "making the groups comparable",
        partial(prepare, section, seen, groups, outcomes, seed=seed),
    )
    if ready is None:
        return found, {}
    found.add(
        who_is_compared(section, groups, ready),
        *balance_tables(ready),
        trial_table(protocol, section, ready),
    )
    level = float(protocol.analysis.confidence_level)
    says, noun = definition.event_says, plural(definition.measure)
    for window in section.windows:
        _effects_in(found, window, groups, ready, level=level, says=says, noun=noun)
    _joined(found, section.windows)
    found.add(family_of_outcomes(found.estimates, level=level))
    if section.negative_control:
        _control(found, section.negative_control, ready, level=level, says=says)
    _fragile(found, section, seen, groups, level=level)
    if section.data_lab:
        spans = {window.name: window.span for window in protocol.window}
        lab = data_lab(section, protocol.outcome, seen, groups, ready, spans=spans, level=level)
        found = Found.joined([found, lab])
    return found, _facts(section, ready)


def _outcomes(section: OtherPeople, seen: Observed, groups: Groups) -> pd.DataFrame:
    names = [*section.windows, *([section.negative_control] if section.negative_control else [])]
    counts = {name: seen.measures[name].events[groups.who].astype(np.int64) for name in names}
    return pd.DataFrame({_column(name): values for name, values in counts.items()})


def _column(window: str) -> str:
    """Return the name under which a window's counts stand; no attribute has a colon in front."""
    return f":{window}"


def _design(ready: Prepared) -> Any:
    """Return what effects are taken from: weights know how they were made."""
    return ready.design if ready.weighted is None else ready.weighted


def _effects_in(
    found: Found,
    window: str,
    groups: Groups,
    ready: Prepared,
    *,
    level: float,
    says: str,
    noun: str,
) -> None:
    """Add the effects in one window: shares and counts, the protocol's analysis first."""
    events = ready.outcomes[_column(window)].to_numpy()
    design = _design(ready)
    share = f"share {says} at least once"
    differences: list[tuple[str, Effect]] = []
    chosen = found.attempt(
        PART,
        f"effect in “{window}”",
        partial(treatment_effect, design, events > 0, label=share, confidence_level=level),
    )
    if chosen is None:
        return
    differences.append(("made comparable, as the protocol says", chosen))
    robust = (
        None
        if ready.by_score is None
        else found.attempt(
            PART,
            f"doubly robust effect in “{window}”",
            partial(
                doubly_robust_effect,
                ready.by_score,
                events > 0,
                label=share,
                confidence_level=level,
            ),
        )
    )
    if robust is not None:
        differences.append(("weights and an outcome model (doubly robust)", robust))
    table = effects_table(
        [e for _, e in differences],
        name=f"effect_shares:{window}",
        labels=[label for label, _ in differences],
    )
    plain = _plain(events > 0, groups, measure=table.rows[0].estimate.measure, level=level)
    found.add(replace(table, rows=(*table.rows, plain)))
    ratio = found.attempt(
        PART,
        f"ratio of {noun} in “{window}”",
        partial(
            treatment_effect,
            design,
            events,
            measure="ratio",
            label=f"{noun} per person",
            confidence_level=level,
        ),
    )
    if ratio is not None:
        found.add(
            effects_table(
                [ratio], name=f"effect_counts:{window}", labels=[f"{noun} per person, ratio"]
            )
        )


def _plain(had: Any, groups: Groups, *, measure: str, level: float) -> EstimateRow:
    """Return the difference between the groups as they are, for the reader to see what changed."""
    first, second = had[groups.treated], had[~groups.treated]
    estimate = difference_between_groups(
        int(first.sum()), len(first), int(second.sum()), len(second), confidence_level=level
    )
    return EstimateRow(label="the groups as they are", estimate=replace(estimate, measure=measure))


def _joined(found: Found, windows: Sequence[str]) -> None:
    """Join the tables of the windows, each a block of rows."""
    for stem, name, caption in (
        ("effect_shares", "effects", "Difference in the share with an event between the groups"),
        ("effect_counts", "effects_on_counts", "Events per person: the programme over the others"),
    ):
        parts = [(w, found.estimates.pop(f"{stem}:{w}", None)) for w in windows]
        kept = [(w, t) for w, t in parts if t is not None]
        if not kept:
            continue
        rows = tuple(replace(row, group=w) for w, t in kept for row in said_once(t).rows)
        notes = _notes(t for _, t in kept)
        found.add(
            EstimateTable(
                name=name,
                caption=caption,
                rows=rows,
                notes=notes,
                nested=True,  # rows of one period differ by those who found no match
                heading="Analysis",
                group_heading="Period",
            )
        )


def _notes(tables: Iterable[EstimateTable]) -> tuple[str, ...]:
    """Return what stands under effects, each once: a note has what the rows' caveats repeat."""
    said = [note for table in tables for note in said_once(table).notes]
    return tuple(dict.fromkeys(n for n in said if not n.lower().endswith(f"{UNWEIGHTED}.")))


def _control(found: Found, window: str, ready: Prepared, *, level: float, says: str) -> None:
    events = ready.outcomes[_column(window)].to_numpy()
    one = found.attempt(
        PART,
        f"negative control “{window}”",
        partial(
            treatment_effect,
            _design(ready),
            events > 0,
            label=f"share {says} at least once",
            confidence_level=level,
        ),
    )
    if one is None:
        return
    table = effects_table(
        [one],
        name="negative_control",
        labels=[window],
        caption="A period that the programme cannot have touched: a difference here is bias",
    )
    found.add(replace(said_once(table), notes=_notes([table]), heading="Period"))


def _fragile(
    found: Found, section: OtherPeople, seen: Observed, groups: Groups, *, level: float
) -> None:
    """Add how strong a hidden cause, or how unlike the unknown, would have to be."""
    table = found.estimates.get("effects_on_counts")
    if table is not None:
        rows = []
        for row in table.rows:
            low, high = row.estimate.interval
            value = found.attempt(
                PART,
                "E-value",
                partial(e_value, row.estimate.value, low, high, kind="rate_ratio"),
            )
            if value is not None:
                rows.append([row.group, row.estimate.value, value.value, value.limit])
        if rows:
            found.add(
                Table.of(
                    "e_values",
                    "How strong a hidden cause would have to be (E-values)",
                    [
                        Column(key="window", heading="Period", kind="label"),
                        Column(key="ratio", heading="Ratio seen", kind="number", decimals=2),
                        Column(key="value", heading="To explain it", kind="number", decimals=2),
                        Column(key="limit", heading="To reach 1", kind="number", decimals=2),
                    ],
                    rows,
                    notes=(
                        "Something not measured would have to go with both the programme and the "
                        "outcome by a ratio of at least so much, beyond what was made alike, to "
                        "explain the whole of the ratio; or to move its confidence limit to 1.",
                    ),
                )
            )
    if any(groups.unknown):
        _tipping(found, section, seen, groups, level=level)


def _tipping(
    found: Found, section: OtherPeople, seen: Observed, groups: Groups, *, level: float
) -> None:
    window = section.windows[0]
    had = seen.measures[window].events[groups.who] > 0
    first, second = had[groups.treated], had[~groups.treated]
    point = found.attempt(
        PART,
        "people whose outcome is not known",
        partial(
            tipping_point,
            int(first.sum()),
            len(first),
            groups.unknown[0],
            int(second.sum()),
            len(second),
            groups.unknown[1],
            confidence_level=level,
        ),
    )
    if point is not None:
        found.add(replace(point.table, name="tipping", working_only=True))


def _facts(section: OtherPeople, ready: Prepared) -> dict[str, Any]:
    return {
        "treated": section.treated,
        "comparison": section.comparison or "everybody else",
        "treated_says": section.treated_says,
        "comparison_says": section.comparison_says,
        "windows": list(section.windows),
        "method": ready.design.method,
        "estimand": ready.design.estimand,
        "blind": ready.design.outcome_blind,
        "sha256": ready.design.sha256,
        "red": ready.balance.count("red"),
        "kept_share": kept_in_tenths(ready.balance.treated_used, ready.balance.treated),
        "covariates": len(ready.balance.rows),
        "negative_control": section.negative_control,
    }


def kept_in_tenths(used: int, treated: int) -> float:
    """Return the share of treated people who are compared, cut off to tenths.

    In tenths it gives no small count of the unmatched back; cut off, it grades no design for more
    people than it kept.
    """
    return 10 * used // treated / 10
