"""What the rest of a protocol needs from the tables of its records.

Each of these would run without a word and give a wrong answer: an index arrest counted as offending
before, nobody left out for being in custody, nobody found with an event that the file cannot hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes.protocol.model import Cohort, Protocol, Records

#: For each measure: the event types that count, and the dates without which they cannot.
EVENTS = {
    "arrest": (("arrest",), ("arrest_date",)),
    "charge": (("charge",), ("arrest_date", "offence_date")),
    "conviction": (("conviction",), ("offence_date", "proof_date")),
    "caution": (("caution",), ("offence_date", "proof_date")),
    "proven reoffending": (("conviction", "caution"), ("offence_date", "proof_date")),
}


def columns(protocol: Protocol) -> Iterable[str]:
    """Yield what the cohort and the outcome need and no table brings."""
    if protocol.records is None:
        return
    if protocol.cohort is not None:
        yield from _of_the_cohort(protocol.records, protocol.cohort)
    if protocol.outcome is not None:
        yield from _of_the_outcome(protocol.records, protocol.outcome.measure)


def _of_the_cohort(records: Records, cohort: Cohort) -> Iterable[str]:
    if cohort.index_event == "is_index" and "is_index" not in records.events.columns:
        yield (
            '[cohort] index_event = "is_index" needs a column that marks the index event: name its '
            "heading under [records.events] columns as is_index. Without one, write "
            'index_event = "latest_on_or_before_start", or "none" if no event brought people in'
        )
    if cohort.minimum_age is not None and "birth_date" not in records.persons.columns:
        yield (
            "[cohort] minimum_age needs the date of birth: name its heading under "
            "[records.persons] columns as birth_date, or take minimum_age out"
        )
    if "in_custody_at_index_date" in cohort.exclude and records.custody is None:
        yield (
            '[cohort] exclude = ["in_custody_at_index_date"] needs the table [records.custody]; '
            "without it nobody would be left out"
        )


def _of_the_outcome(records: Records, measure: str) -> Iterable[str]:
    types, dates = EVENTS[measure]
    missing = [name for name in dates if name not in records.events.columns]
    if missing:
        yield (
            f'[outcome] measure = "{measure}" needs {" and ".join(missing)}: name the heading '
            "under [records.events] columns"
        )
    codes = records.events.values.get("event_type")
    if codes and not {word.strip().lower() for word in codes.values()} & set(types):
        yield (
            f'[outcome] measure = "{measure}" counts events of the type {" or ".join(types)}, and '
            "no code of [records.events.values.event_type] leads there: everybody would look "
            "clean. Correct the codes or the measure"
        )
