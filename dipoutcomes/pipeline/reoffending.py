"""Time to re-offending in a records study: every section of the protocol that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dipoutcomes.outcomes import OutcomeDefinition
from dipoutcomes.pipeline import compared as comparisons
from dipoutcomes.pipeline import what_came_first as first
from dipoutcomes.pipeline.covariates import covariates_of_people
from dipoutcomes.pipeline.first_event import days_of_months
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.how_often import how_often
from dipoutcomes.pipeline.landmarks import exposure_says, landmark
from dipoutcomes.pipeline.never import never
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.pipeline.records_tables import plural
from dipoutcomes.pipeline.regressions import regression
from dipoutcomes.pipeline.what_came_first import EXIT_SAYS, At, Times
from dipoutcomes.protocol.model import (
    Desistance,
    Landmark,
    Protocol,
    Regression,
    Repeated,
    TimeToFirst,
)
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
    section = protocol.time_to_first
    if section is not None and curves:
        times, who = _times(protocol, section, seen, definition)
        parts.append(_first(section, times, curves))
        facts |= _facts_of_first(section, times)
        if protocol.regression is not None:
            columns = covariates_of_people(protocol.regression, seen, who)
            parts.append(regression(protocol.regression, times, columns))
            facts["regression"] = _facts_of_regression(protocol.regression, section, times)
    if protocol.repeated is not None:
        part, facts["repeated"] = _how_often(protocol, protocol.repeated, seen, definition)
        parts.append(part)
    if protocol.landmark is not None:
        parts.append(
            landmark(
                protocol.landmark, seen, event_says=definition.event_says, level=_level(protocol)
            )
        )
        facts["landmark"] = _facts_of_landmark(protocol.landmark)
    if protocol.desistance is not None:
        times = _longest(protocol, protocol.desistance, seen, definition)
        parts.append(never(times))
        facts["desistance"] = {"event_says": times.event_says, "time_unit": times.time_unit}
    whole = Found.joined(parts)
    if whole.refused:
        facts["cannot_be_had"] = whole.refused
    return Reoffending(found=whole, facts=facts)


def _how_often(
    protocol: Protocol, section: Repeated, seen: Observed, definition: OutcomeDefinition
) -> tuple[Found, dict[str, Any]]:
    noun = plural(definition.measure)
    out = protocol.outcome is None or protocol.outcome.exclude_days_in_custody
    known = protocol.records is not None and protocol.records.custody is not None
    custody_out = out and known
    facts = {
        "noun": noun,
        "custody_out": custody_out,
        "origin": section.origin,
        "group": section.group,
    }
    part = how_often(section, seen, noun=noun, custody_out=custody_out, level=_level(protocol))
    return part, facts


def _level(protocol: Protocol) -> float:
    return float(protocol.analysis.confidence_level)


def _longest(
    protocol: Protocol, section: Desistance, seen: Observed, definition: OutcomeDefinition
) -> Times:
    """Return everybody's time to the first event as far as the records go."""
    events = seen.first_events(section.origin, section.maximum_months)
    who = seen.certain & (events.durations >= 0)
    return Times(
        durations=events.durations[who],
        causes=events.causes(())[who],
        names={1: _noun(definition)},
        groups=None,
        event_says=definition.event_says,
        time_unit="days",
        level=_level(protocol),
    )


def _noun(definition: OutcomeDefinition) -> str:
    return plural(definition.measure).removesuffix("s")


def _times(
    protocol: Protocol, section: TimeToFirst, seen: Observed, definition: OutcomeDefinition
) -> tuple[Times, Mask]:
    """Return the people of the curves, with what came first for each, and who they are."""
    events = seen.first
    if events is None:
        raise ValueError("the people were observed without a time to the first event")
    who = seen.certain & (events.durations >= 0)
    noun = _noun(definition)
    names = {1: noun} | dict(enumerate((EXIT_SAYS[k] for k in section.competing), start=2))
    groups = seen.attribute(section.group)[who].astype(str) if section.group else None
    times = Times(
        durations=events.durations[who],
        causes=events.causes(section.competing)[who],
        names=names,
        groups=None if groups is None else np.asarray(groups, dtype=object),
        event_says=definition.event_says,
        time_unit="days",
        level=_level(protocol),
    )
    return times, who


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


def _facts_of_regression(section: Regression, first: TimeToFirst, times: Times) -> dict[str, Any]:
    return {
        "origin": first.origin,
        "cause": times.names[1],
        "event_says": times.event_says,
        "events_before_months": section.events_before_months
        if "events_before" in section.covariates
        else 0,
    }


def _facts_of_landmark(section: Landmark) -> dict[str, Any]:
    return {"month": section.month, "says": exposure_says(section)}


def named_groups(protocol: Protocol) -> list[tuple[str, str]]:
    """Return the keys and columns whose values the write-up names."""
    found = []
    for name in ("time_to_first", "repeated"):
        section = getattr(protocol, name)
        if section is not None and section.group:
            found.append((f"[{name}] group", section.group))
    if protocol.regression is not None:
        own = {"age", "events_before", *protocol.regression.numbers}
        found += [
            ("[regression] covariates", name)
            for name in protocol.regression.covariates
            if name not in own
        ]
    return found


def definition_rows(protocol: Protocol) -> list[list[str]]:
    """Return what the sections on time to re-offending mean here, a row each."""
    first, again = protocol.time_to_first, protocol.repeated
    rows = []
    if first is not None and first.competing:
        named = " and ".join(EXIT_SAYS[kind] for kind in first.competing)
        rows.append(
            [
                "What came first",
                f"the event, or {named}, in the {first.maximum_months} months from the "
                f"{first.origin} of the intervention; somebody who dies or leaves is followed to "
                "the day before, and it counts at the end of that day",
            ]
        )
    if again is not None:
        rows.append(
            [
                "Repeated events",
                f"all of them in the {again.maximum_months} months from the {again.origin} of the "
                "intervention; an event on the day of reception into custody counts on the eve, "
                "one on a later day inside is not counted at liberty",
            ]
        )
    if protocol.regression is not None and "events_before" in protocol.regression.covariates:
        months = protocol.regression.events_before_months
        rows.append(["Events before", f"those in the {months} months before the start"])
    if protocol.landmark is not None:
        rows.append(
            [
                "Landmark",
                f"the day {days_of_months(protocol.landmark.month)} days after the start; the "
                f"first group is {exposure_says(protocol.landmark)} on that day",
            ]
        )
    return rows
