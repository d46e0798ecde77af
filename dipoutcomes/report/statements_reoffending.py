"""What can and cannot be said of time to re-offending, from the numbers that are left to show."""

from __future__ import annotations

from math import isnan

from dipoutcomes import _display
from dipoutcomes.report.statements import verdict
from dipoutcomes.results import Estimate, EstimateRow, StudyResults


def can_say(results: StudyResults) -> list[str]:
    """Return the sentences that the results on time to re-offending support."""
    return [
        *_first(results),
        *_often(results),
        *_sooner(results),
        *_stayed(results),
    ]


def cannot_say(results: StudyResults) -> list[str]:
    """Return what must not be read into them."""
    facts, lines = results.facts, []
    if "regression" in facts:
        apart = "; only of the groups that chance decided can more be said"
        lines.append(
            "That a hazard ratio is a ratio of risks, or that changing what it stands for would "
            "change the outcome: it compares how fast the event comes to people who differ in "
            f"other ways too{apart if facts.get('randomised') else ''}."
        )
    lines += _changing(results)
    if "fine_gray" in results.estimates:
        lines.append(
            "That a subdistribution hazard ratio says how fast the event comes to anybody: it puts "
            "groups in order by how many the event reaches, and other events move it."
        )
    if "landmark" in facts:
        lines.append(
            f"That being {facts['landmark']['says']} made any difference: people were not put "
            "into the two groups by lot, and those who stay are other people than those who go."
        )
    return [*lines, *_never(results)]


def _shown(estimate: Estimate) -> bool:
    return not (estimate.withheld or isnan(estimate.value) or isnan(estimate.interval.low))


def _limits(estimate: Estimate) -> str:
    level = _display.level(estimate.interval.confidence_level)
    return f"{level} confidence interval {estimate.printed_interval}"


def _first(results: StudyResults) -> list[str]:
    """Return who had what first, by the last time at which all of it can be shown."""
    table = results.estimates.get("incidence_at")
    if table is None:
        return []
    times = [
        group
        for group in dict.fromkeys(row.group for row in table.rows)
        if all(_shown(row.estimate) for row in table.rows if row.group == group)
    ]
    if not times:
        return []
    rows = [row for row in table.rows if row.group == times[-1]]
    parts = [f"{row.label} for {row.estimate.printed} ({_limits(row.estimate)})" for row in rows]
    return [f"What came first, {times[-1]}: {'; '.join(parts)}."]


def _often(results: StudyResults) -> list[str]:
    table = results.estimates.get("repeated_at")
    if table is None:
        return []
    noun = results.facts["repeated"]["noun"]
    last = list(dict.fromkeys(row.label for row in table.rows))[-1]
    parts = [
        f"{row.estimate.printed} {noun} a person{_who(row)} ({_limits(row.estimate)})"
        for row in table.rows
        if row.label == last and _shown(row.estimate)
    ]
    if not parts or len(parts) > 3:
        return []
    custody = (
        "days in custody not counted as days at risk"
        if results.facts["repeated"]["custody_out"]
        else "days in custody counted as days at risk"
    )
    return [f"How often, {last}: {'; '.join(parts)}, {custody}."]


def _who(row: EstimateRow) -> str:
    return f" in the group “{row.group}”" if row.group else ""


def _sooner(results: StudyResults) -> list[str]:
    table = results.estimates.get("hazard_ratios")
    if table is None:
        return []
    rows = [row for row in table.rows if _shown(row.estimate)]
    if not rows:
        return []
    says = results.facts["regression"]["event_says"]
    clear = [r for r in rows if verdict(r.estimate, null=1) in {"lower", "higher"}]
    if not clear:
        return [
            f"None of what was looked at went with being {says} sooner or later by more than "
            "chance could make it."
        ]
    parts = [
        f"{row.label}, {'sooner' if row.estimate.value > 1 else 'later'} (hazard ratio "
        f"{row.estimate.printed}, {_limits(row.estimate)}{_edge(row.estimate)})"
        for row in clear
    ]
    by_chance = 100 * (1 - clear[0].estimate.interval.confidence_level)
    return [
        f"Of the {len(table.rows)} terms looked at, these went with being {says} sooner or later "
        f"than others alike in the rest: {'; '.join(parts)}. By chance alone about "
        f"{by_chance:.2g} in 100 terms that matter for nothing would be named here."
    ]


def _edge(estimate: Estimate) -> str:
    """Return what is said of an interval that hardly leaves out a ratio of 1."""
    near = min(abs(estimate.interval.low - 1), abs(estimate.interval.high - 1))
    return ": on the edge" if near < 0.01 else ""


def _stayed(results: StudyResults) -> list[str]:
    table = results.estimates.get("landmark_differences")
    if table is None:
        return []
    rows = [row for row in table.rows if _shown(row.estimate)]
    if not rows:
        return []
    row = rows[-1]
    first, _, second = row.group.partition(" less ")
    found = verdict(row.estimate, null=0)
    sizes = f"{row.estimate.printed} ({_limits(row.estimate)})"
    what = f"the {row.estimate.measure.removeprefix('difference in the ')}"
    if found == "inconclusive":
        return [
            f"Between those {first} and those {second} at the landmark, {what} {row.label} "
            f"differed by {sizes}: that includes no difference at all."
        ]
    return [
        f"Of those {first} at the landmark, {what} {row.label} was {found} than of those "
        f"{second}: {sizes}."
    ]


def _changing(results: StudyResults) -> list[str]:
    """Return that one ratio does not do for the whole follow-up, where the test says so."""
    table, ratios = (
        results.tables.get("proportional_hazards"),
        results.estimates.get("hazard_ratios"),
    )
    if table is None or ratios is None:
        return []
    usual = 1 - results.facts["confidence_level"]
    *terms, together = table.rows
    if _p(together["p_value"]) >= usual:
        return []
    named = [str(row["term"]) for row in terms if _p(row["p_value"]) < usual]
    which = f" (of the terms alone: {', '.join(named)})" if named else ""
    return [
        "That one hazard ratio holds for the whole follow-up: the test that they are constant "
        f"gives p {together['p_value']} for all of them together{which}."
    ]


def _p(printed: str) -> float:
    """Return a p-value as printed; one that is withheld says nothing."""
    if printed.startswith("less than"):
        return 0.0
    try:
        return float(printed)
    except ValueError:
        return 1.0


def _never(results: StudyResults) -> list[str]:
    table = results.estimates.get("cured_shares")
    if table is None or any(row.estimate.withheld for row in table.rows):
        return []
    parts = [
        f"{row.estimate.printed} with a {row.label}"
        + ("" if isnan(row.estimate.interval.low) else f" ({_limits(row.estimate)})")
        for row in table.rows
    ]
    says = results.facts["desistance"]["event_says"]
    return [
        f"How many will never be {says}. The share depends on the shape assumed beyond the "
        f"follow-up: {', '.join(parts)}. It must not be said of any one person."
    ]
