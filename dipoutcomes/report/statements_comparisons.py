"""What a comparison supports and what it does not, from the numbers that are left to show."""

from __future__ import annotations

import re
from math import isnan

from dipoutcomes import _display
from dipoutcomes.report.statements import verdict
from dipoutcomes.results import Estimate, EstimateRow, StudyResults

ALONE = (
    "That the programme caused any difference. Nobody outside it was followed, and people tend to "
    "enter when their offending is at a peak, so it would have fallen to some degree anyway "
    "(regression to the mean)."
)

NOT_MADE = (
    "That the programme caused any difference. A comparison with people outside it was asked for, "
    "and these data could not give it; people tend to enter when their offending is at a peak, so "
    "it would have fallen to some degree anyway (regression to the mean)."
)
_CELL = re.compile(r"([\d.]+) \(([\d.]+) to ([\d.]+)\)")

#: Whom an effect is of that is not of those in the programme alone.
_OF_OTHERS = {
    "ATE": "What the programme did for the people in it alone: the comparison is of everybody in "
    "both groups, had all of them been in it or none.",
    "ATO": "What the programme did for everybody in it: the comparison counts most those who could "
    "as well have been in either group, and next to nothing those who could not.",
}


def headline(results: StudyResults, primary: str) -> str:
    """Return what the comparison of people says of the period *primary*, or of its first one.

    "" where none was asked for.
    """
    refused = "other_people" in results.facts.get("cannot_be_had", {})
    table = results.estimates.get("effects")
    if table is None:
        return "The comparison with other people that was planned could not be made." * refused
    rows = _own(results)
    row = rows.get(primary) or next(iter(rows.values()))
    estimate = row.estimate
    if estimate.withheld:
        return "The comparison with other people rests on too few of them to be released."
    if not _shown(estimate):
        return ""
    found = verdict(estimate, null=0)
    share = "that share" if row.group == primary else f"the share in the period “{row.group}”"
    if found == "inconclusive":
        return (
            f"Whether {share} was lower or higher than among {_others(results)} cannot be told: "
            f"the difference was {estimate.printed} ({_limits(estimate)})."
        )
    return (
        f"{share[:1].upper()}{share[1:]} was {found} than among {_others(results)}, by "
        f"{estimate.printed.lstrip('+-−')} ({_limits(estimate)})"
        f"{_after_the_family(results, 'share with an event', row.group)}."
    )


def benchmark_headline(results: StudyResults) -> str:
    """Return that a result is not to be held against a published rate; "" where it may be."""
    said = [b["says"] for b in results.facts.get("benchmarks", ()) if not b["comparable"]]
    if not said:
        return ""
    rates = f"the rate of {said[0]}" if len(said) == 1 else f"the {len(said)} published rates"
    return (
        f"Whether that is better or worse than {rates} cannot be said: they do not count the same "
        "event over the same time."
    )


def can_say(results: StudyResults) -> list[str]:
    """Return the sentences that the comparisons support."""
    return [*_left(results), *_people(results), *_areas(results)]


def cannot_say(results: StudyResults) -> list[str]:
    """Return what must not be read into them; that nothing was compared, where nothing was."""
    facts = results.facts
    if "other_people" not in facts:
        return [_alone(results), *_few_areas(results), *beside_published(results)]
    part = facts["other_people"]
    made = "sought to be made alike" if part["red"] else "made alike"
    lines = [
        "That the programme alone caused the difference: people were not put into the groups by "
        f"lot. They were {made} in what is on record, and may differ in what is not, such as "
        "readiness to change."
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
    return [*lines, *_few_areas(results), *beside_published(results)]


def beside_published(results: StudyResults) -> list[str]:
    """Return which published rates the result must not be held against."""
    return [
        f"That the result is better or worse than the rate of {one['says']}: the two do not count "
        "the same event over the same time."
        for one in results.facts.get("benchmarks", ())
        if not one["comparable"]
    ]


def _few_areas(results: StudyResults) -> list[str]:
    facts = results.facts.get("areas")
    if not facts:
        return []
    return [
        "That intensive areas made a difference, however many people they have: there are "
        f"{facts['areas']} areas."
    ]


def _alone(results: StudyResults) -> str:
    """Return what remains open where nobody outside the programme is in the comparison."""
    refused = "other_people" in results.facts.get("cannot_be_had", {})
    return _adjusted_alone(results) or (NOT_MADE if refused else ALONE)


def _adjusted_alone(results: StudyResults) -> str:
    """Return what remains open when regression to the mean was taken out and nobody compared."""
    if "regression_to_mean" not in results.estimates:
        return ""
    nobody = (
        "The comparison with people outside it could not be made."
        if "other_people" in results.facts.get("cannot_be_had", {})
        else "Nobody outside it was followed."
    )
    return (
        f"That the programme caused what is left of the change. {nobody} "
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
        f"and the numbers from elsewhere hold.{_with_other_numbers(results)}"
    ]


def _with_other_numbers(results: StudyResults) -> str:
    """Return whether the answer hangs on the two numbers from elsewhere, from the grid of them."""
    grid = results.tables.get("regression_grid")
    if grid is None:
        return ""
    cells = [str(cell) for row in grid.rows for key, cell in row.items() if key != "m"]
    found = [tuple(map(float, at.groups())) for at in map(_CELL.fullmatch, cells) if at]
    if not cells or len(found) < len(cells):
        return ""  # withheld
    least, most = (f"{f(v for v, _, _ in found):.2f}" for f in (min, max))
    if all(high < 1 for _, _, high in found) or all(low > 1 for _, low, _ in found):
        return f" It does not hang on them: at half to twice their size, {least} to {most}."
    return f" The answer hangs on them: at half to twice their size, {least} to {most}."


def _own(results: StudyResults, table: str = "effects") -> dict[str, EstimateRow]:
    """Return the protocol's own analysis of each period, which stands first."""
    found = results.estimates.get(table)
    own: dict[str, EstimateRow] = {}
    for row in found.rows if found is not None else ():
        own.setdefault(row.group, row)
    return own


def _people(results: StudyResults) -> list[str]:
    ratios = _own(results, "effects_on_counts")
    lines: list[str] = []
    for group, row in _own(results).items():
        said = _effect(results, row, again=bool(lines)) if _shown(row.estimate) else ""
        if said and group in ratios and _shown(ratios[group].estimate):
            said += _per_person(results, ratios[group])
        lines += [said] if said else []
    return lines


def _others(results: StudyResults) -> str:
    """Return whom the programme's people are compared with, as alike as they became."""
    part = results.facts["other_people"]
    if not part["red"]:
        return "others made like them in what is on record"
    return (
        f"others, who still differ from them in {part['red']} of the {part['covariates']} "
        "things on record"
    )


def _effect(results: StudyResults, row: EstimateRow, *, again: bool) -> str:
    estimate, found = row.estimate, verdict(row.estimate, null=0)
    share = f"the share {results.facts['event_says']} in the period “{row.group}”"
    if found == "inconclusive":
        whom = "the same two groups" if again else f"people in the programme and {_others(results)}"
        return (
            f"Between {whom}, {share} differed by "
            f"{estimate.printed} ({_limits(estimate)}): it may have been lower, or higher, or the "
            "same. That is not evidence that the programme does nothing."
        )
    return (
        f"{share[:1].upper()}{share[1:]} was {found} among people in the programme than among "
        f"{'the same others' if again else _others(results)}, by "
        f"{estimate.printed.lstrip('+-−')} ({_limits(estimate)})"
        f"{_after_the_family(results, 'share with an event', row.group)}."
    )


def _per_person(results: StudyResults, row: EstimateRow) -> str:
    estimate, noun = row.estimate, results.facts["events_noun"]
    said = f" {noun.capitalize()} per person were {estimate.printed} times theirs"
    limits = estimate.printed_interval
    if verdict(estimate, null=1) == "inconclusive":
        return f"{said} ({limits}), which may be no difference."
    return f"{said} ({limits}){_after_the_family(results, noun, row.group)}."


def _after_the_family(results: StudyResults, outcome: str, period: str) -> str:
    """Return that a finding is none once the others are allowed for (Holm), where it is so."""
    family = results.tables.get("family_of_outcomes")
    if family is None:
        return ""
    for row in family.rows:
        named = str(row["outcome"])
        if named.startswith(outcome) and named.endswith(f", {period}"):
            try:
                holm = float(str(row["holm"]))
            except ValueError:  # "less than 0.001", or withheld
                return ""
            if holm >= round(1 - _level(results), 12):  # 0.05, not a hair more
                return f", which may be chance, with {len(family.rows)} outcomes compared"
    return ""


def _level(results: StudyResults) -> float:
    return results.estimates["effects"].rows[0].estimate.interval.confidence_level


def _areas(results: StudyResults) -> list[str]:
    facts = results.facts.get("areas")
    table = results.estimates.get("areas_compared")
    if not facts or table is None or not _shown(table.rows[0].estimate):
        return []
    estimate = table.rows[0].estimate
    usual = round(1 - estimate.interval.confidence_level, 12)
    p, others = _display.p_value(estimate.p_value), facts["areas"] - facts["intensive"]
    if facts["smallest_p"] > usual:
        chance = (
            "so few areas cannot tell any change from chance (smallest p-value possible "
            f"{facts['smallest_p']:.2g}; here {p})"
        )
    elif estimate.p_value > usual:
        chance = f"that may be chance (p {p} by permutation of areas)"
    else:
        chance = f"chance alone would seldom give as much (p {p} by permutation of areas)"
    return [
        f"The rate of {results.facts['events_noun']} in {facts['intensive']} intensive "
        f"area{'s' * (facts['intensive'] != 1)} changed by {estimate.printed} times the change in "
        f"the {others} other{'s' * (others != 1)}: {chance}."
    ]
