"""A study of person-level records: from raw tables to everything the write-up needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dipoutcomes.outcomes import DEFINITIONS
from dipoutcomes.pipeline import records_estimates as estimates_of
from dipoutcomes.pipeline import records_tables as tables
from dipoutcomes.pipeline.comparisons import compared_with, entrants_of, side_by_side
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, StudyRun
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.pipeline.payment import payment_of
from dipoutcomes.pipeline.records_facts import facts_of_records
from dipoutcomes.pipeline.records_people import (
    brought_in_by_an_event,
    choose_people,
    needed_sections,
    observe_events,
    select_outcome,
    without_others,
)
from dipoutcomes.pipeline.reoffending import definition_rows, reoffending
from dipoutcomes.pipeline.scorecard import scorecard_of
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.results import EstimateTable, StudyResults, Table


def run_records(protocol: Protocol, inputs: StudyInputs, tell: Progress) -> StudyRun:
    """Return shares, rates, change and time to first event, with every loss accounted for."""
    cohort, outcome = needed_sections(protocol)
    records, everybody = choose_people(protocol, inputs, tell)
    definition = DEFINITIONS[outcome.measure]
    tell("Counting events and days in each window")
    selected = select_outcome(records, everybody, definition, cohort)
    all_seen = observe_events(protocol, records, everybody, selected)
    chosen, seen = everybody, all_seen
    if protocol.comparison is not None and protocol.comparison.other_people is not None:
        # The study is of the programme's people; the others are there to be compared with.
        chosen = without_others(protocol, everybody, entrants_of(protocol, all_seen))
        selected = select_outcome(records, chosen, definition, cohort)
        seen = observe_events(protocol, records, chosen, selected)
    paid = payment_of(protocol, inputs.contract, seen, all_seen)
    tell("Working out shares, rates and intervals")
    estimates: dict[str, EstimateTable] = estimates_of.estimate_tables(
        protocol, chosen, seen, definition
    )
    curves = estimates_of.first_event_curves(protocol, seen, definition)
    if curves:
        estimates["first_event_at"] = estimates_of.first_event_at(protocol, curves, definition)
    again = reoffending(protocol, seen, definition, curves)
    against = compared_with(
        protocol,
        all_seen,
        definition,
        brought_in=brought_in_by_an_event(records, everybody, cohort),
    )
    worded = side_by_side(protocol, records.events, seen)
    asked = Found.joined([again.found, against.found, worded])
    card = scorecard_of(protocol, records, estimates, event_says=definition.event_says)
    if card is not None:
        card.add_to(asked)
    found: dict[str, Table] = {
        "flow": tables.flow_table(chosen, seen),
        "cohort_counts": replace(chosen.cohort.counts_table(), notes=()),  # among the facts too
        "follow_up": tables.follow_up_table(seen),
        **tables.band_tables(protocol, seen),
        "data_quality": replace(records.quality, notes=()),  # the notes are among the facts
        "reject_rules": records.reject_rules,
        "definitions": tables.definitions_table(protocol, definition, definition_rows(protocol)),
    }
    facts = facts_of_records(protocol, records, chosen, seen, definition)
    facts |= dict(again.facts) | dict(against.facts)
    if paid is not None:
        facts["payment"] = paid.facts()
    if card is not None and protocol.scorecard is not None:
        facts["scorecard"] = card.facts(protocol.scorecard)
    if asked.refused:
        facts["cannot_be_had"] = asked.refused
    results = StudyResults(
        facts=facts,
        estimates=estimates | asked.estimates,
        tables={name: table for name, table in found.items() if len(table)}
        | asked.tables
        | ({} if paid is None else paid.tables(protect=protocol.disclosure.protect)),
        curves=({"time_to_first": curves} if curves else {}) | asked.curves,
    )
    return StudyRun(
        results=results,
        rejects=records.rejects,
        ledger=tables.ledger_frame(seen),
        payment=paid,
        scorecard=card,
    )


def observe_people(protocol: Protocol, inputs: StudyInputs) -> tuple[Observed, Mask]:
    """Return everybody of a study as counted, and whom the programme took on.

    For work of one's own on the people of a study; no estimate is made.
    """
    cohort, outcome = needed_sections(protocol)
    records, everybody = choose_people(protocol, inputs, lambda _: None)
    selected = select_outcome(records, everybody, DEFINITIONS[outcome.measure], cohort)
    seen = observe_events(protocol, records, everybody, selected)
    return seen, entrants_of(protocol, seen)


def look_at_records(protocol: Protocol, inputs: StudyInputs, *, progress: Progress) -> list[Any]:
    """Return data quality and the flow of losses; no outcome is counted."""
    records, chosen = choose_people(protocol, inputs, progress)
    flow = tables.cohort_flow_table(chosen)
    found = [records.quality, records.reject_rules, flow]
    return [table for table in found if len(table)]
