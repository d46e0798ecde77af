"""A study of person-level records: from raw tables to everything the write-up needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.cohort import CohortResult, select_cohort
from dipoutcomes.errors import DesignError, DisclosureError, ProtocolError
from dipoutcomes.outcomes import (
    DEFINITIONS,
    OutcomeDefinition,
    SelectedEvents,
    event_codes,
    index_event_mask,
    select_events,
)
from dipoutcomes.pipeline import records_estimates as estimates_of
from dipoutcomes.pipeline import records_tables as tables
from dipoutcomes.pipeline.comparisons import compared_with, entrants_of, side_by_side
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, StudyRun
from dipoutcomes.pipeline.observed import Mask, Observed, observe
from dipoutcomes.pipeline.payment import payment_of
from dipoutcomes.pipeline.reoffending import definition_rows, named_groups, reoffending
from dipoutcomes.pipeline.scorecard import scorecard_of
from dipoutcomes.protocol.model import Cohort, Outcome, Protocol
from dipoutcomes.records import LoadRules, Records, load_records
from dipoutcomes.results import EstimateTable, StudyResults, Table
from dipoutcomes.sampling import Draw, draw_sample
from dipoutcomes.sampling.seed import STREAM, draw_seed
from dipoutcomes.streams import random_stream
from dipoutcomes.windows import (
    EventDays,
    PeopleDays,
    SpellDays,
    WindowMeasures,
    measure_windows,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """The people of a study: the cohort, and those drawn from it."""

    cohort: CohortResult
    draw: Draw | None
    people: pd.DataFrame  # those drawn, or the whole cohort; the position is the code

    @property
    def design(self) -> str:
        """How they were chosen."""
        return "census" if self.draw is None else self.draw.design


def run_records(protocol: Protocol, inputs: StudyInputs, tell: Progress) -> StudyRun:
    """Return shares, rates, change and time to first event, with every loss accounted for."""
    cohort, outcome = _needed(protocol)
    records, everybody = _choose(protocol, inputs, tell)
    definition = DEFINITIONS[outcome.measure]
    tell("Counting events and days in each window")
    selected = _select(records, everybody, definition, cohort)
    all_seen = _observe(protocol, records, everybody, selected)
    chosen, seen = everybody, all_seen
    if protocol.comparison is not None and protocol.comparison.other_people is not None:
        # The study is of the programme's people; the others are there to be compared with.
        chosen = _without_others(protocol, everybody, entrants_of(protocol, all_seen))
        selected = _select(records, chosen, definition, cohort)
        seen = _observe(protocol, records, chosen, selected)
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
        protocol, all_seen, definition, brought_in=_brought_in(records, everybody, cohort)
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
    facts = _facts(protocol, records, chosen, seen, definition)
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
    cohort, outcome = _needed(protocol)
    records, everybody = _choose(protocol, inputs, lambda _: None)
    selected = _select(records, everybody, DEFINITIONS[outcome.measure], cohort)
    seen = _observe(protocol, records, everybody, selected)
    return seen, entrants_of(protocol, seen)


def _without_others(protocol: Protocol, chosen: Chosen, entrants: Mask) -> Chosen:
    """Return those whom the programme took on; the flow says how many others there are."""
    if not entrants.any():
        raise DesignError(
            f"nobody of the {len(entrants):,} people in the cohort has the value that "
            "[comparison.other_people] treated names. Look at the values of that column: capitals "
            "and spaces count"
        )
    last = protocol.study.last_offence_date
    if last is None:
        raise ProtocolError("[study] needs last_offence_date and extract_date")
    cohort = chosen.cohort.keep(
        entrants, last_offence_date=last, says="not in the programme: followed to be compared with"
    )
    return replace(chosen, cohort=cohort, people=cohort.people)


def look_at_records(protocol: Protocol, inputs: StudyInputs, *, progress: Progress) -> list[Any]:
    """Return data quality and the flow of losses; no outcome is counted."""
    records, chosen = _choose(protocol, inputs, progress)
    flow = tables.cohort_flow_table(chosen)
    found = [records.quality, records.reject_rules, flow]
    return [table for table in found if len(table)]


def _needed(protocol: Protocol) -> tuple[Cohort, Outcome]:
    if protocol.cohort is None or protocol.outcome is None or protocol.records is None:
        raise ProtocolError(
            "a study of kind 'records' needs the sections [records], [cohort] and [outcome]"
        )
    return protocol.cohort, protocol.outcome


def _choose(protocol: Protocol, inputs: StudyInputs, tell: Progress) -> tuple[Records, Chosen]:
    cohort_section, _ = _needed(protocol)
    study = protocol.study
    if study.extract_date is None or study.last_offence_date is None or protocol.records is None:
        raise ProtocolError("[study] needs last_offence_date and extract_date")
    records = load_records(
        inputs.tables,
        LoadRules.from_section(protocol.records),
        extract_date=study.extract_date,
        key=inputs.key,
        progress=tell,
    )
    tell("Selecting the cohort")
    cohort = select_cohort(
        records,
        cohort_section,
        last_offence_date=study.last_offence_date,
        linkage_supplied=protocol.records.linkage is not None,
    )
    if not len(cohort.people):
        raise DesignError(
            "the cohort is empty: nobody is left after the losses\n"
            + "\n".join(f"  {step.says}: {step.lost:,} lost" for step in cohort.flow)
            + "\nWiden accrual_from and accrual_to, or look at the rejected rows with "
            "`dipoutcomes check`."
        )
    _refuse_group_of_one_each(protocol, cohort.people)
    if protocol.sample is None:
        return records, Chosen(cohort=cohort, draw=None, people=cohort.people)
    seed = draw_seed(protocol.sample, study.seed)
    draw = draw_sample(cohort.people, protocol.sample, rng=random_stream(seed, STREAM))
    # With replacement somebody may be there twice; a study follows each person once.
    drawn = pd.unique(draw.codes) if draw.replacement else draw.codes
    people = cohort.people.iloc[drawn].reset_index(drop=True)
    return records, Chosen(cohort=cohort, draw=draw, people=people)


def _refuse_group_of_one_each(protocol: Protocol, people: pd.DataFrame) -> None:
    """Refuse to group by what nearly everybody has for themselves: a name, a number, a birthday.

    The names of the groups stand in every copy, also where their counts are withheld.
    """
    for where, group in named_groups(protocol):
        alone = int((people[group].value_counts() == 1).sum())
        if 2 * alone > len(people):
            raise DisclosureError(
                f'{where} = "{group}": {alone:,} of {len(people):,} people have a value '
                "that nobody else has, so it may say who they are, and every copy names its "
                "groups. Group by an attribute that people share, or join its values under "
                "[records.<table>] values"
            )


def _select(
    records: Records, chosen: Chosen, definition: OutcomeDefinition, cohort: Cohort
) -> SelectedEvents:
    ids = chosen.people["person_id"].to_numpy()
    code, index = _index_events(records, chosen, cohort)
    return select_events(records.events, ids, definition, exclude=index, code=code)


def _index_events(
    records: Records, chosen: Chosen, cohort: Cohort
) -> tuple[NDArray[np.int64], Mask]:
    """Return whose each event is, and whether it is the one that brought them in."""
    ids = chosen.people["person_id"].to_numpy()
    code = event_codes(records.events, ids)
    index = index_event_mask(
        records.events,
        ids,
        chosen.people["start"],
        rule=cohort.index_event,
        within_days=cohort.index_event_within_days,
        code=code,
    )
    return code, index


def _brought_in(records: Records, chosen: Chosen, cohort: Cohort) -> Mask:
    """Return which people an event of their own brought in."""
    code, index = _index_events(records, chosen, cohort)
    found = np.zeros(len(chosen.people), dtype=bool)
    found[code[index & (code >= 0)]] = True
    return found


def _observe(
    protocol: Protocol, records: Records, chosen: Chosen, selected: SelectedEvents
) -> Observed:
    people = PeopleDays.from_frame(chosen.people)
    custody = SpellDays.from_frame(records.custody, chosen.people["person_id"].to_numpy())
    study, outcome = protocol.study, protocol.outcome
    if outcome is None or study.last_offence_date is None:
        raise ProtocolError("[outcome] and study.last_offence_date are needed")
    last_day = (study.last_offence_date - date(1970, 1, 1)).days
    measures = measure_windows(
        people,
        EventDays(selected.code, selected.day, selected.proof_day),
        custody,
        protocol.window,
        last_day=last_day,
        waiting_period_months=outcome.waiting_period_months,
    )
    if study.records_from is not None:
        _refuse_windows_before(study.records_from, measures)
    return observe(
        chosen.people,
        records.uncertain,
        measures,
        selected,
        custody=custody,
        last_day=last_day,
        time_to_first=protocol.time_to_first,
        waiting_period_months=outcome.waiting_period_months,
    )


def _refuse_windows_before(first: date, measures: WindowMeasures) -> None:
    """Refuse windows that open before the records begin: their days would count as clean."""
    day = (first - date(1970, 1, 1)).days
    early = {name: int((measures[name].ledger.opens < day).sum()) for name in measures.names}
    lines = [f"'{name}' opens earlier for {n:,} people" for name, n in early.items() if n]
    if lines:
        raise DesignError(
            f"the records begin on {first} (study.records_from), and {len(lines)} windows reach "
            "back further, where nobody could be seen:\n"
            + "\n".join(f"  {line}" for line in lines)
            + "\nOpen the windows later, move cohort.accrual_from forward, or get earlier records."
        )


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


def _facts(
    protocol: Protocol,
    records: Records,
    chosen: Chosen,
    seen: Observed,
    definition: OutcomeDefinition,
) -> dict[str, Any]:
    study, (cohort, outcome) = protocol.study, _needed(protocol)
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
        "primary_window": _primary(protocol, shares),
        "rate_interval": protocol.analysis.rate_interval,
        "windows": [tables.window_says(w) for w in protocol.window],
        "data_notes": notes,
    }


def _primary(protocol: Protocol, shares: Sequence[str]) -> str:
    """Return the period that the headline is of: the last named that is not before the work began.

    Where every period lies before, the last of them.
    """
    opens = {w.name: (w.opens.months, w.opens.days) for w in protocol.window}
    after = [name for name in shares if opens[name] >= (0, 0)]
    return next(reversed(after or list(shares)), "")
