"""A file of a cohort's counts: text in, frozen sections out, all faults at once."""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol.contract import read_sections
from dipoutcomes.protocol.model.claim import CohortCounts, Count
from dipoutcomes.protocol.model.contract import Contract, Measure
from dipoutcomes.protocol.model.payment import Group


def parse_counts(text: str, *, name: str = "counts") -> CohortCounts:
    """Return the counts that a file holds, each possible by itself.

    Parameters
    ----------
    text : str
        The whole file, TOML 1.0.
    name : str, optional
        What to call the file where its TOML cannot be read.

    Raises
    ------
    ProtocolError
        With one line for every fault.

    Examples
    --------
    >>> counts = parse_counts('''
    ... [cohort]
    ... name = "cohort 1"
    ... [[count]]
    ... measure = "reconvictions"
    ... value = 1.42
    ... baseline = { value = 1.55 }
    ... ''')
    >>> counts.of("reconvictions").value
    Decimal('1.42')
    """
    return read_sections(text, CohortCounts, name, called="file of counts")


def check_counts_fit(contract: Contract, counts: CohortCounts) -> None:
    """Refuse counts that do not belong to *contract*, or cannot be; all faults at once.

    Raises
    ------
    ProtocolError
        With one line for every fault.
    """
    problems = list(_faults(contract, counts))
    if problems:
        raise ProtocolError("\n".join(problems))


def _faults(contract: Contract, counts: CohortCounts) -> Iterable[str]:
    cohort = counts.cohort
    if cohort.contract is not None and cohort.contract != contract.id:
        yield f"[cohort] contract is '{cohort.contract}', and this is '{contract.id}'"
    if cohort.first_entry and cohort.last_entry and cohort.first_entry > cohort.last_entry:
        yield (
            f"[cohort] first_entry ({cohort.first_entry}) is after last_entry ({cohort.last_entry})"
        )
    terms = {term.name for term in contract.term}
    for name in cohort.already_met:
        if name not in terms:
            yield f"[cohort] already_met: the contract has no term '{name}'"
    measures = {measure.name: measure for measure in contract.measure}
    seen: set[str] = set()
    for number, count in enumerate(counts.count, start=1):
        where = f"[[count]] {number} ({count.measure})"
        if count.measure not in measures:
            yield f"{where}: the contract has no such measure; it has {', '.join(measures)}"
            continue
        if count.measure in seen:
            yield f"{where}: this measure is counted twice"
        seen.add(count.measure)
        for problem in (
            *_count(measures[count.measure], count),
            *_needed(contract, measures[count.measure], count),
        ):
            yield f"{where} {problem}"


def _count(measure: Measure, count: Count) -> Iterable[str]:
    if count.reduction is not None:
        if count.events is not None or count.value is not None or count.baseline is not None:
            yield "gives a reduction and counts; the one follows from the others"
        return
    yield from _group(measure, count, "")
    if count.baseline is not None:
        if measure.baseline is None:
            yield "has a baseline, and the contract compares this measure with none"
        elif measure.baseline.value is not None or measure.baseline.events is not None:
            yield (
                "has a baseline, and the contract has set its own: take it out here, or agree "
                "another contract"
            )
        yield from _group(measure, count.baseline, "baseline ")
    if count.persons is not None and count.people is not None and count.persons > count.people:
        yield f"has {count.persons} persons with the outcome among {count.people} people"


def _needed(contract: Contract, measure: Measure, count: Count) -> Iterable[str]:
    """Yield what the terms on a measure need and the count does not give."""
    if count.reduction is not None:
        return
    terms = [term for term in contract.term if term.measure == measure.name]
    against = [t.name for t in terms if t.test in {"relative_reduction", "absolute_reduction"}]
    agreed = measure.baseline
    if against and count.baseline is None and (
        agreed is None or (agreed.value is None and agreed.events is None)
    ):  # fmt: skip
        says = f" ({agreed.says})" if agreed is not None and agreed.says else ""
        yield (
            f"needs a baseline{says}: the term '{against[0]}' compares with it, and the contract "
            "sets no value"
        )
    each = [term.name for term in terms if term.applies_to == "person"]
    if each and count.persons is None and not (measure.is_share and count.people):
        needed = "people" if measure.is_share else "persons"
        yield f"needs the key '{needed}': the term '{each[0]}' pays for each person"


def _group(measure: Measure, group: Group, which: str) -> Iterable[str]:
    if (group.events is None) == (group.value is None):
        yield f"{which}needs one of the keys 'events' and 'value'"
    if group.standard_deviation is not None and group.standard_error is not None:
        yield f"{which}gives a standard_deviation and a standard_error; give one"
    if group.value is not None and measure.is_share and group.value > 1:
        yield f"{which}value must be a proportion from 0 to 1; got {group.value}"
    if group.events is None:
        return
    base = group.reoffenders if measure.kind == "frequency_per_reoffender" else group.people
    if not base:
        needed = "reoffenders" if measure.kind == "frequency_per_reoffender" else "people"
        yield f"{which}events need the key '{needed}', which they are divided by"
    elif measure.is_share and group.events > base:
        yield f"{which}has {group.events} people with an event among {base}"
    if measure.kind == "frequency_per_reoffender" and base and group.events < base:
        yield f"{which}has {group.events} events of {base} people with at least one"
    if measure.kind in {"time_to_first", "cost_of_demand"}:
        yield f"{which}needs a value: this measure is no count of events"
    if group.reoffenders and group.people and group.reoffenders > group.people:
        yield f"{which}has {group.reoffenders} reoffenders among {group.people} people"
