"""Rules of a scorecard: periods that do not overlap, attributes and windows that are there."""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes.protocol._messages import hint_for
from dipoutcomes.protocol.model import Protocol


def attributes(protocol: Protocol) -> list[tuple[str, str]]:
    """Return the attributes that the section names, each with the key that names it."""
    section = getattr(protocol, "scorecard", None)
    if section is None:
        return []
    return [(f"[scorecard] {key}", name) for key, name in section.attributes if name]


def scorecard(protocol: Protocol) -> Iterable[str]:
    """Yield periods that cannot be, and keys that need one another."""
    section = protocol.scorecard
    if section is None:
        return
    yield from _periods(protocol)
    if list(section.weeks) != sorted(set(section.weeks)):
        yield "[scorecard] weeks: the beginnings of the bands must rise, each there once"
    for word in sorted(set(section.yes) & set(section.no)):
        yield f"[scorecard] '{word}' stands under yes and under no; it can be one of them"
    for word in sorted(set(section.completed) & set(section.disengaged)):
        yield f"[scorecard] the reason '{word}' is a completion and a disengagement; choose one"
    for key in ("completed", "disengaged"):
        if getattr(section, key) and not section.closure_reason:
            yield f"[scorecard] {key} needs closure_reason, the attribute that holds the reasons"
    if section.signposted and not section.interventions:
        yield "[scorecard] signposted needs interventions, of which they are some"
    if section.further_drugs and not section.primary_drug:
        yield "[scorecard] further_drugs needs primary_drug"
    if section.outcome_window:
        windows = {window.name: window for window in protocol.window}
        window = windows.get(section.outcome_window)
        if window is None:
            hint = hint_for(section.outcome_window, list(windows))
            hint = hint.replace("the keys are", "the windows are")
            yield (
                f"[scorecard] outcome_window: there is no window '{section.outcome_window}'; {hint}"
            )
        elif not window.fixed_length:
            yield (
                f"[scorecard] outcome_window: '{window.name}' is not equally long for everybody, "
                "so a share of people in it means nothing"
            )


def _periods(protocol: Protocol) -> Iterable[str]:
    section, cohort, study = protocol.scorecard, protocol.cohort, protocol.study
    if section is None:
        return
    if section.period_from > section.period_to:
        yield (
            f"[scorecard] period_from ({section.period_from}) is after period_to "
            f"({section.period_to})"
        )
    first, last = section.previous_from, section.previous_to
    if (first is None) != (last is None):
        yield "[scorecard] previous_from and previous_to belong together"
    elif first is not None and last is not None:
        if first > last:
            yield f"[scorecard] previous_from ({first}) is after previous_to ({last})"
        if last >= section.period_from:
            yield (
                f"[scorecard] previous_to ({last}) is not before period_from "
                f"({section.period_from}): one day would count in both periods"
            )
    if study.extract_date is not None and section.period_to > study.extract_date:
        yield (
            f"[scorecard] period_to ({section.period_to}) is after [study] extract_date "
            f"({study.extract_date}): the rest of the period is not on record"
        )
    if section.extract_holds != "closures" or cohort is None:
        return
    if cohort.index_date != "end":
        yield (
            '[scorecard] extract_holds = "closures" needs [cohort] index_date = "end": accrual '
            "then says which closures the extract holds"
        )
    elif min(first or section.period_from, section.period_from) < cohort.accrual_from or (
        section.period_to > cohort.accrual_to
    ):
        yield (
            "[scorecard] the extract holds closures from "
            f"{cohort.accrual_from} to {cohort.accrual_to} ([cohort] accrual), and the periods "
            "reach beyond them: what closed there is not in it"
        )
