"""Every section of [comparison] that a records study has, joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dipoutcomes.comparison.benchmark import Definition
from dipoutcomes.outcomes import OutcomeDefinition
from dipoutcomes.pipeline.comparisons.areas_apart import areas_apart
from dipoutcomes.pipeline.comparisons.fall import fall, reading
from dipoutcomes.pipeline.comparisons.grades import grades
from dipoutcomes.pipeline.comparisons.of_areas import areas
from dipoutcomes.pipeline.comparisons.people import other_people
from dipoutcomes.pipeline.comparisons.published import OwnShare, beside_published
from dipoutcomes.pipeline.comparisons.said_once import for_readers
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.protocol.model import Benchmark, Protocol

#: How people came in, as a figure says it.
ENTRY_SAYS = {
    "at_an_event": "entry at an event like any other",
    "first_event_after_a_date": "entry at the first event after a date",
    "count": "entry by a count of recent events",
    "not_by_offending": "nobody selected by their offending",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found, and the facts that the write-up needs for its words."""

    found: Found
    facts: Mapping[str, Any] = field(default_factory=dict)


def compared_with(
    protocol: Protocol, seen: Observed, definition: OutcomeDefinition, *, brought_in: Mask
) -> Compared:
    """Return the parts that [comparison] asks for; nothing where there is no such section.

    *brought_in* says which people an event of their own brought in.
    """
    section = protocol.comparison
    if section is None:
        return Compared(found=Found())
    parts: list[Found] = []
    facts: dict[str, Any] = {}
    entrants = entrants_of(protocol, seen)
    if section.regression_to_mean is not None:
        part = fall(protocol, section.regression_to_mean, seen, entrants, brought_in=brought_in)
        parts.append(part)
        facts["regression_to_mean"] = {
            "entry": section.regression_to_mean.entry,
            "before": section.regression_to_mean.before,
            "after": section.regression_to_mean.after,
            "earlier": section.regression_to_mean.earlier,
            "entry_says": ENTRY_SAYS[section.regression_to_mean.entry],
            "left": reading(part.estimates.get("regression_to_mean")),
        }
    if section.other_people is not None:
        part, known = other_people(protocol, section.other_people, seen, definition)
        parts.append(part)
        if known:
            facts["other_people"] = known
    if section.areas is not None:
        level = float(protocol.analysis.confidence_level)
        part, known = areas(protocol, section.areas, seen, entrants)
        if known:
            facts["areas"] = known
        parts += [part, areas_apart(section.areas, seen, entrants, level=level)]
    if section.benchmark:
        part, facts["benchmarks"] = beside_published(
            [(b, _own_share(protocol, b, seen, entrants)) for b in section.benchmark],
            level=float(protocol.analysis.confidence_level),
        )
        parts.append(part)
    whole = Found.joined(parts)
    whole.refused = {part: [for_readers(x) for x in lines] for part, lines in whole.refused.items()}
    whole.add(grades(protocol, facts))
    return Compared(found=whole, facts=facts)


def _own_share(
    protocol: Protocol, benchmark: Benchmark, seen: Observed, entrants: Mask
) -> OwnShare:
    """Return the share of the programme's people in the window that a benchmark names."""
    outcome = protocol.outcome
    (window,) = (w for w in protocol.window if w.name == benchmark.window)
    base = seen.base(window.name) & entrants
    months = window.span[0] if window.span and not window.span[1] else None
    return OwnShare(
        events=int((seen.measures[window.name].events[base] > 0).sum()),
        n=int(base.sum()),
        says=window.name,
        definition=Definition(
            event_type=outcome.measure if outcome else "arrest",
            window_months=months,
            waiting_period_months=outcome.waiting_period_months if outcome else None,
            starts=f"{window.opens.at} of the intervention",
        ),
    )


def entrants_of(protocol: Protocol, seen: Observed) -> Mask:
    """Return whom the programme took on: everybody, where no other people are in the records."""
    section = protocol.comparison
    if section is None or section.other_people is None:
        return np.ones(len(seen.people), dtype=bool)
    people = section.other_people
    return np.asarray(seen.attribute(people.group) == people.treated)
