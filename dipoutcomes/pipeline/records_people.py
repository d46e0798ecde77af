"""Who is in a study of records, and what of theirs is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.cohort import CohortResult, select_cohort
from dipoutcomes.errors import DesignError, DisclosureError, ProtocolError
from dipoutcomes.outcomes import (
    OutcomeDefinition,
    SelectedEvents,
    event_codes,
    index_event_mask,
    select_events,
)
from dipoutcomes.pipeline.inputs import Progress, StudyInputs
from dipoutcomes.pipeline.observed import Mask, Observed, observe
from dipoutcomes.pipeline.reoffending import named_groups
from dipoutcomes.protocol.model import Cohort, Outcome, Protocol
from dipoutcomes.records import LoadRules, Records, load_records
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


def needed_sections(protocol: Protocol) -> tuple[Cohort, Outcome]:
    """Return the cohort and the outcome of a protocol, or say that it is of another kind."""
    if protocol.cohort is None or protocol.outcome is None or protocol.records is None:
        raise ProtocolError(
            "a study of kind 'records' needs the sections [records], [cohort] and [outcome]"
        )
    return protocol.cohort, protocol.outcome


def choose_people(
    protocol: Protocol, inputs: StudyInputs, tell: Progress
) -> tuple[Records, Chosen]:
    """Return the records as loaded, and the people of the study."""
    cohort_section, _ = needed_sections(protocol)
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


def without_others(protocol: Protocol, chosen: Chosen, entrants: Mask) -> Chosen:
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


def select_outcome(
    records: Records, chosen: Chosen, definition: OutcomeDefinition, cohort: Cohort
) -> SelectedEvents:
    """Return the events that count, without the one that brought each person in."""
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


def brought_in_by_an_event(records: Records, chosen: Chosen, cohort: Cohort) -> Mask:
    """Return which people an event of their own brought in."""
    code, index = _index_events(records, chosen, cohort)
    found = np.zeros(len(chosen.people), dtype=bool)
    found[code[index & (code >= 0)]] = True
    return found


def observe_events(
    protocol: Protocol, records: Records, chosen: Chosen, selected: SelectedEvents
) -> Observed:
    """Return what each person did in each window, and who could be seen for how long."""
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
