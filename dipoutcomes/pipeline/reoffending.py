"""Time to re-offending in a records study: every section of the protocol that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dipoutcomes.outcomes import OutcomeDefinition
from dipoutcomes.pipeline import compared as comparisons
from dipoutcomes.pipeline import what_came_first as first
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.how_often import how_often
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.pipeline.records_tables import plural
from dipoutcomes.pipeline.what_came_first import EXIT_SAYS, At, Times
from dipoutcomes.protocol.model import Protocol, TimeToFirst
from dipoutcomes.results import Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Reoffending:
    """What was found, and the facts that the write-up needs for its words."""

    found: Found
    facts: Mapping[str, Any] = field(default_factory=dict)


def reoffending(
    protocol: Protocol,
    seen: Observed,
    definition: OutcomeDefinition,
    curves: tuple[Curve, ...],
) -> Reoffending:
    """Return the parts that the protocol asks for; none of it where it asks for a curve alone.

    *curves* are those of the time to the first event.
    """
    parts: list[Found] = []
    facts: dict[str, Any] = {}
    if protocol.time_to_first is not None and curves:
        times = _times(protocol, protocol.time_to_first, seen, definition)
        parts.append(_first(protocol.time_to_first, times, curves))
        facts |= _facts_of_first(protocol.time_to_first, times)
    if protocol.repeated is not None:
        noun = plural(definition.measure)
        out = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
        known = protocol.records is not None and protocol.records.custody is not None
        part = how_often(
            protocol.repeated, seen, noun=noun, custody_out=out and known, level=_level(protocol)
        )
        parts.append(part)
        facts["repeated"] = {
            "noun": noun,
            "custody_out": out and known,
            "origin": protocol.repeated.origin,
            "group": protocol.repeated.group,
        }
    whole = Found.joined(parts)
    if whole.refused:
        facts["cannot_be_had"] = whole.refused
    return Reoffending(found=whole, facts=facts)


def _level(protocol: Protocol) -> float:
    return float(protocol.analysis.confidence_level)


def _times(
    protocol: Protocol, section: TimeToFirst, seen: Observed, definition: OutcomeDefinition
) -> Times:
    """Return the people of the curves, with what came first for each."""
    events = seen.first
    if events is None:
        raise ValueError("the people were observed without a time to the first event")
    who = seen.certain & (events.durations >= 0)
    noun = plural(definition.measure).removesuffix("s")
    names = {1: noun} | dict(enumerate((EXIT_SAYS[k] for k in section.competing), start=2))
    groups = seen.attribute(section.group)[who].astype(str) if section.group else None
    return Times(
        durations=events.durations[who],
        causes=events.causes(section.competing)[who],
        names=names,
        groups=None if groups is None else np.asarray(groups, dtype=object),
        event_says=definition.event_says,
        time_unit="days",
        level=_level(protocol),
    )


def _first(section: TimeToFirst, times: Times, curves: tuple[Curve, ...]) -> Found:
    """Return what the keys of [time_to_first] ask for beside the curves."""
    parts = []
    when = At.months(section.report_at_months)
    horizon = At.months([section.mean_time_months])[0] if section.mean_time_months else None
    if section.competing and when:
        parts.append(first.what_came_first(times, when))
    if horizon is not None:
        parts.append(first.mean_time(times, horizon))
    if section.bands:
        parts.append(first.bands(curves))
    if section.still_free_months:
        parts.append(comparisons.still_free(times, curves, At.months(section.still_free_months)))
    if section.compare != "none":
        if section.origin == "start":
            comparisons.refuse_immortal_groups(times, where="[time_to_first] group")
        parts += _compared(section, times, curves, when, horizon)
    return Found.joined(parts)


def _compared(
    section: TimeToFirst,
    times: Times,
    curves: tuple[Curve, ...],
    when: list[At],
    horizon: At | None,
) -> list[Found]:
    if len(curves) < 2:
        alone = Found()
        alone.refused["compared"] = ["groups are not compared: all the people followed are in one"]
        return [alone]
    reference = section.reference
    parts = [
        comparisons.compared(times, curves, when, weights=section.compare, reference=reference)
    ]
    if section.competing:
        parts.append(first.gray(times))
    if horizon is not None:
        parts.append(comparisons.mean_time_compared(times, curves, horizon, reference=reference))
    return parts


def _facts_of_first(section: TimeToFirst, times: Times) -> dict[str, Any]:
    """Return the words of the first event; none where the protocol asks for a curve alone."""
    asked = section.competing or section.mean_time_months or section.bands
    if not (asked or section.still_free_months or section.compare != "none"):
        return {}
    return {
        "first_event": {
            "origin": section.origin,
            "causes": [times.names[code] for code in sorted(times.names)],
            "group": section.group,
            "compare": section.compare,
        }
    }
