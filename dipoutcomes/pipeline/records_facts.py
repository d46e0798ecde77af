"""The facts of a study of records: what it is, what it lacks, and how people were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dipoutcomes.outcomes import (
    OutcomeDefinition,
)
from dipoutcomes.pipeline import records_tables as tables
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.pipeline.records_people import Chosen, needed_sections
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.records import Records
from dipoutcomes.sampling import Draw


def facts_of_records(
    protocol: Protocol,
    records: Records,
    chosen: Chosen,
    seen: Observed,
    definition: OutcomeDefinition,
) -> dict[str, Any]:
    """Return what the words of a write-up need beside the tables."""
    study, (cohort, outcome) = protocol.study, needed_sections(protocol)
    shares = [w.name for w in protocol.window if w.fixed_length and not w.band]
    notes = [
        *records.notes,
        *chosen.cohort.notes,
        *_notes_on_draw(chosen.draw),
        *_not_in_the_records(protocol, records, definition),
    ]
    if seen.selected.undated:
        notes.append(
            f"{seen.selected.undated:,} events without the date they are counted by make their "
            "people's outcome unknown."
        )
    return {
        "measure": outcome.measure,
        "event_says": definition.event_says,
        "events_noun": tables.plural(definition.measure),
        "definition": definition.sentence(
            outcome.waiting_period_months, index_event_counts=cohort.index_event == "none"
        ),
        "index_event": cohort.index_event,
        "last_offence_date": str(study.last_offence_date),
        "extract_date": str(study.extract_date),
        "frame_size": len(chosen.cohort.people),
        "sample_size": len(chosen.people),
        "design": chosen.design,
        **_facts_on_draw(chosen.draw),
        "primary_window": primary_window(protocol, shares),
        "rate_interval": protocol.analysis.rate_interval,
        "windows": [tables.window_says(w) for w in protocol.window],
        "data_notes": notes,
    }


def primary_window(protocol: Protocol, shares: Sequence[str]) -> str:
    """Return the period that the headline is of: the last named that is not before the work began.

    Where every period lies before, the last of them.
    """
    opens = {w.name: (w.opens.months, w.opens.days) for w in protocol.window}
    after = [name for name in shares if opens[name] >= (0, 0)]
    return next(reversed(after or list(shares)), "")


def _not_in_the_records(
    protocol: Protocol, records: Records, definition: OutcomeDefinition
) -> list[str]:
    """Return what the study is without, where that would otherwise look like a good result."""
    section, notes = protocol.records, []
    if section is not None and section.custody is None:
        notes.append(
            "No custody table was given: days in custody count as days at liberty, so rates per "
            "year at liberty come out too low."
        )
    if section is not None and section.exits is None:
        notes.append(
            "No table of deaths and of people who left the country was given: they count as "
            "followed, and as without an event."
        )
    if not records.events["event_type"].isin(definition.event_types).any():
        types = " or ".join(definition.event_types)
        notes.append(
            f"No row of the events table is a {types}. Either there was none, or the extract does "
            "not hold them, and then a share of 0 says nothing."
        )
    if protocol.study.records_from is None:
        notes.append(
            "The protocol does not say from which day the records are complete "
            "(study.records_from). If that is after a period opened, events are missing from it."
        )
    return notes


def _notes_on_draw(draw: Draw | None) -> tuple[str, ...]:
    """Return what a reader of the estimates that use no weights must know of the draw."""
    if draw is None:
        return ()
    notes = [_NO_WEIGHTS[draw.design]] if draw.design in _NO_WEIGHTS else []
    if draw.design == "stratified" and draw.unequal_chances:
        notes = [_NO_WEIGHTS["unequal strata"]]
    if draw.replacement:
        again = len(draw) - len(np.unique(draw.codes))
        notes.append(
            f"People were drawn with replacement, {len(draw):,} times; {again:,} of these draws "
            "met somebody drawn before. Each person counts once in the estimates."
        )
    return (*notes, *draw.notes)


#: What the estimates leave out, by design; a simple random sample needs no weights.
_NO_WEIGHTS = {
    "stratified": "The sample was drawn within strata. The weighted shares use its strata and "
    "weights; the other estimates take it as it is (people of different strata had nearly, but not "
    "exactly, the same chance), and their intervals claim nothing from the strata.",
    "unequal strata": "The sample was drawn within strata whose people had clearly different "
    "chances of being drawn. The weighted shares are for the whole cohort; the other estimates use "
    "no weights, and describe the people drawn.",
    "cluster": "Whole clusters were drawn. The intervals of the weighted shares allow for that; "
    "those of the other estimates take the people as drawn one by one, and are too short.",
    "proportional_to_size": "People had chances of being drawn in proportion to a size. The "
    "weighted shares are for the whole cohort; the other estimates use no weights, and describe "
    "the people drawn.",
}


def _facts_on_draw(draw: Draw | None) -> dict[str, Any]:
    """Return what the words on the people need beside the design, where there is any."""
    facts: dict[str, Any] = {}
    if draw is None:
        return facts
    if draw.replacement:
        facts |= {"replacement": True, "draws": len(draw)}
    if draw.clusters:
        facts |= {"clusters": len(draw.clusters), "clusters_drawn": draw.clusters_drawn}
    if draw.design == "proportional_to_size" or (
        draw.design == "stratified" and draw.unequal_chances
    ):
        facts["unequal_chances"] = True
    return facts
