"""What a comparison supports and what it does not, from the numbers that are left to show."""

from __future__ import annotations

from math import isnan

from dipoutcomes import _display
from dipoutcomes.report.statements import verdict
from dipoutcomes.results import Estimate, EstimateRow, StudyResults

ALONE = (
    "That the programme caused any difference. Nobody outside it was followed, and people tend to "
    "enter when their offending is at a peak, so it would have fallen to some degree anyway "
    "(regression to the mean)."
)

#: Whom an effect is of that is not of those in the programme alone.
_OF_OTHERS = {
    "ATE": "What the programme did for the people in it alone: the comparison is of everybody in "
    "both groups, had all of them been in it or none.",
    "ATO": "What the programme did for everybody in it: the comparison counts most those who could "
    "as well have been in either group, and next to nothing those who could not.",
}


def can_say(results: StudyResults) -> list[str]:
    """Return the sentences that the comparisons support."""
    return [*_left(results), *_people(results), *_areas(results)]


def cannot_say(results: StudyResults) -> list[str]:
    """Return what must not be read into them; that nothing was compared, where nothing was."""
    facts = results.facts
    if "other_people" not in facts:
        return [_adjusted_alone(results) or ALONE, *beside_published(results)]
    part = facts["other_people"]
    lines = [
        "That the programme alone caused the difference: people were not put into the groups by "
        "lot. They were made alike in what is on record, and may differ in what is not: how ready "
        "they were to change, for one."
    ]
    if part["red"]:
        lines.append(
            f"That the people compared are alike: {part['red']} of the {part['covariates']} things "
            "on record still differ by more than a tenth of a standard deviation."
        )
    control = results.estimates.get("negative_control")
    if control is not None and verdict(control.rows[0].estimate, null=0) in {"lower", "higher"}:
        lines.append(
            f"That any of the difference is the programme's: the groups differ in "
            f"“{control.rows[0].label}” too, which it cannot have touched."
        )
    if part["estimand"] == "ATM":
        lines.append(
            "Anything about the people in the programme for whom nobody alike was found: the "
            "comparison leaves them out."
        )
    if part["estimand"] in _OF_OTHERS:
        lines.append(_OF_OTHERS[part["estimand"]])
    if facts.get("areas"):
        lines.append(
            "That intensive areas made a difference to their people, however many people there "
            f"were: there are {facts['areas']['areas']} areas."
        )
    return [*lines, *beside_published(results)]


def beside_published(results: StudyResults) -> list[str]:
    """Return which published rates the result must not be held against."""
    return [
        f"That the result is better or worse than the rate of {one['says']}: the two do not count "
        "the same event over the same time."
        for one in results.facts.get("benchmarks", ())
        if not one["comparable"]
    ]


def _adjusted_alone(results: StudyResults) -> str:
    """Return what remains open when regression to the mean was taken out and nobody compared."""
    if "regression_to_mean" not in results.estimates:
        return ""
    return (
        "That the programme caused what is left of the change. Nobody outside it was followed. "
        "What people would have done anyway was worked out from the way they came in and from how "
        "people like them offend; ageing, the times and other help are still in it."
    )


def _shown(estimate: Estimate) -> bool:
    return not (estimate.withheld or isnan(estimate.value) or isnan(estimate.interval.low))


def _limits(estimate: Estimate) -> str:
    level = _display.level(estimate.interval.confidence_level)
    return f"{level} confidence interval {estimate.printed_interval}"


def _left(results: StudyResults) -> list[str]:
    table = results.estimates.get("regression_to_mean")
    if table is None:
        return []
    observed, expected, left = (row.estimate for row in table.rows)
    if not (_shown(observed) and _shown(left)) or isnan(expected.value):
        return []
    noun = results.facts["events_noun"]
    start = (
        f"With no effect at all the rate of {noun} afterwards would have been {expected.printed} "
        f"times that before, because of the way people came in; it was {observed.printed} times. "
        f"What is left is a ratio of {left.printed} ({_limits(left)})"
    )
    found = verdict(left, null=1)
    if found == "inconclusive":
        return [f"{start}, which may be no change at all."]
    word = "fewer" if found == "lower" else "more"
    return [
        f"{start}: {word} {noun} than no effect would have left, if the people came in as said "
        "and the numbers from elsewhere hold."
    ]


def _people(results: StudyResults) -> list[str]:
    table = results.estimates.get("effects")
    if table is None:
        return []
    says = results.facts["event_says"]
    lines = []
    for group in dict.fromkeys(row.group for row in table.rows):
        row = next(row for row in table.rows if row.group == group)
        if _shown(row.estimate):
            lines.append(_effect(row, says))
    return lines


def _effect(row: EstimateRow, says: str) -> str:
    estimate, found = row.estimate, verdict(row.estimate, null=0)
    period = f"in the period “{row.group}”"
    sizes = f"by {estimate.printed.lstrip('+-')} ({_limits(estimate)})"
    if found == "inconclusive":
        return (
            f"Between people in the programme and others like them, the share {says} at least once "
            f"{period} differed by {estimate.printed} ({_limits(estimate)}): it may have been "
            "lower, or higher, or the same. That is not evidence that the programme does nothing."
        )
    return (
        f"The share {says} at least once {period} was {found} among people in the programme than "
        f"among others made like them in what is on record, {sizes}."
    )


def _areas(results: StudyResults) -> list[str]:
    facts = results.facts.get("areas")
    table = results.estimates.get("areas_compared")
    if not facts or table is None or not _shown(table.rows[0].estimate):
        return []
    estimate = table.rows[0].estimate
    return [
        f"The change in {facts['intensive']} intensive areas over that in the "
        f"{facts['areas'] - facts['intensive']} others was a ratio of {estimate.printed} "
        f"(p {_display.p_value(estimate.p_value)} by permutation of areas; the smallest that so "
        f"few areas can give is {facts['smallest_p']:.2g})."
    ]
