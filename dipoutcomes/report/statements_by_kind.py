"""The statements of each kind of study: records, published counts, time to an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dipoutcomes import _display
from dipoutcomes.report import statements_comparisons as against
from dipoutcomes.report import statements_payment as payment
from dipoutcomes.report import statements_reoffending as again
from dipoutcomes.report import words_scorecard
from dipoutcomes.report.statements import (
    Statements,
    say_change,
    say_ratio,
    say_share,
    verdict,
)
from dipoutcomes.results import Estimate, EstimateTable, StudyResults

_NOT_SEEN = {
    "arrest": "That people with no arrest did not offend: an arrest needs somebody to report an "
    "offence and the police to act on it, and an arrest is not proof of guilt.",
    "default": "That people with no recorded event did not offend: records hold only what came to "
    "notice and was recorded.",
}


# ------------------------------------------------------------------------------ records


def records_statements(results: StudyResults) -> Statements:
    """Return the statements of a study of person-level records."""
    facts = results.facts
    says = facts["event_says"]
    primary = facts["primary_window"]
    main = _estimate(results, "shares_by_window", primary)
    can: list[str] = []
    if main is not None and not main.withheld:
        can.append(
            f"Among the people who could be followed, {say_share(main)} {_were(main)} {says} at "
            f"least once in the period {quoted(primary)}{_when(facts, primary)}."
        )
    can += _frame_sentence(results, primary)
    can += _weighted_sentence(results, primary)
    can += _bounds_sentence(results, primary)
    can += _rate_sentence(results)
    can += change_sentences(results, after=primary)
    can += against.can_say(results)
    can += again.can_say(results)
    can += payment.can_say(results)
    if facts.get("scorecard") and (changed := words_scorecard.change(facts)):
        can.append(f"On the scorecard of {facts['scorecard']['period']}: {changed}")
    cannot = [*against.cannot_say(results), _NOT_SEEN.get(facts["measure"], _NOT_SEEN["default"])]
    cannot.append(
        f"Anything about people outside the {facts['frame_size']:,} that the sample was drawn from."
        if facts["design"] != "census"
        else "Anything about people who were not in the cohort, or about later years."
    )
    if facts.get("unequal_chances"):
        cannot.append(
            f"What the results are among all {facts['frame_size']:,} in the cohort: some people "
            "were clearly likelier to be drawn than others, and only the weighted shares allow for "
            "that."
        )
    if facts["design"] == "cluster":
        cannot.append(
            "How sure the results are for the whole cohort: whole groups of people were drawn, and "
            "all intervals but those of the weighted shares take everybody as drawn alone, so they "
            "are too short."
        )
    if main is not None and not main.withheld and main.interval.width > 0.2:
        cannot.append(
            "A single percentage without its interval: with so few people the same count could "
            f"come from a true share of {_display.percent(main.interval.low, 0)} or of "
            f"{_display.percent(main.interval.high, 0)}."
        )
    cannot += payment.cannot_say(results)
    cannot += again.cannot_say(results)
    return Statements(
        headline=" ".join(
            filter(None, (_records_headline(results, main), against.headline(results, primary)))
        ),
        can_say=tuple(can),
        cannot_say=tuple(cannot),
    )


def _were(estimate: Estimate) -> str:
    return "was" if estimate.events == 1 else "were"


def _when(facts: Mapping[str, Any], name: str) -> str:
    """Return what a period's name means, where the study has windows."""
    said = [w["says"] for w in facts.get("windows", ()) if w["name"] == name]
    return f" ({said[0]})" if said else ""


def quoted(name: str) -> str:
    """Return a window's name as it stands in a sentence."""
    return f"“{name}”"


def _records_headline(results: StudyResults, main: Estimate | None) -> str:
    facts = results.facts
    if main is None:
        if facts["primary_window"]:
            return (
                f"Nobody could be followed to the end of the period "
                f"{quoted(facts['primary_window'])}, so no share is given for it."
            )
        return "No period of this study has one length for everybody, so no share is given."
    if main.withheld:
        return (
            f"The share {facts['event_says']} in the period {quoted(facts['primary_window'])} "
            "rests on too few people to be released."
        )
    level = _display.level(main.interval.confidence_level)
    return (
        f"{main.events:,} of {main.base:,.0f} people followed ({_display.percent(main.value, 0)}) "
        f"{_were(main)} {facts['event_says']} in the period {quoted(facts['primary_window'])}. "
        "Allowing for "
        f"chance, the true share is likely to lie between "
        f"{_display.percent(main.interval.low, 0)} and {_display.percent(main.interval.high, 0)} "
        f"({level} confidence)."
    )


def _estimate(results: StudyResults, table: str, label: str) -> Estimate | None:
    found: EstimateTable | None = results.estimates.get(table)
    return found[label] if found is not None and label in found.labels else None


def _frame_sentence(results: StudyResults, primary: str) -> list[str]:
    estimate = _estimate(results, "shares_in_frame", primary)
    if estimate is None or estimate.withheld:
        return []
    facts = results.facts
    level = _display.level(estimate.interval.confidence_level)
    return [
        f"The sample was drawn at random from {facts['frame_size']:,} clients. For all of them, "
        f"the share {facts['event_says']} in that period is likely to lie between "
        f"{_display.percent(estimate.interval.low)} and {_display.percent(estimate.interval.high)} "
        f"({level} confidence, exact for a frame of that size), if those who could not be followed "
        "are like those who could."
    ]


def _weighted_sentence(results: StudyResults, primary: str) -> list[str]:
    estimate = _estimate(results, "shares_weighted", primary)
    if estimate is None or estimate.withheld or estimate.interval.low != estimate.interval.low:
        return []
    facts = results.facts
    level = _display.level(estimate.interval.confidence_level)
    return [
        f"With the weights of the draw, the share {facts['event_says']} in that period among all "
        f"{facts['frame_size']:,} people that the sample was drawn from is about "
        f"{_display.percent(estimate.value, 0)}, and likely to lie between "
        f"{_display.percent(estimate.interval.low, 0)} and "
        f"{_display.percent(estimate.interval.high, 0)} ({level} confidence, from the design of "
        "the draw), if those who could not be followed are like the others of their stratum."
    ]


def _bounds_sentence(results: StudyResults, primary: str) -> list[str]:
    table = results.estimates.get("bounds_by_window")
    if table is None:
        return []
    rows = [row.estimate for row in table.rows if row.group == primary]
    if not rows or any(e.withheld for e in rows):
        return []
    best, worst = rows[0], rows[-1]
    unknown = (worst.events or 0) - (best.events or 0)
    if not unknown:
        return []
    level = _display.level(best.interval.confidence_level)
    says = results.facts["event_says"]
    cases = (
        f"If that person was not {says} the share would be {best.printed}, if they were, "
        if unknown == 1
        else f"If none of them were {says} the share would be {best.printed}, if all were, "
    )
    return [
        f"For {unknown} of the {best.base:,.0f} people the outcome is not known. {cases}"
        f"{worst.printed}; with chance added, it is likely to lie between "
        f"{_display.percent(best.interval.low)} and {_display.percent(worst.interval.high)} "
        f"(at least {level} confidence)."
    ]


def _rate_sentence(results: StudyResults) -> list[str]:
    table = results.estimates.get("rates_by_window")
    if table is None:
        return []
    shown = [row for row in table.rows if not row.estimate.withheld]
    if not shown:
        return []
    row = shown[-1]
    level = _display.level(row.estimate.interval.confidence_level)
    unit = row.estimate.base_unit.replace("person-years", "person-year")
    custody = "not counted" if unit.endswith("at liberty") else "included"
    return [
        f"In the period {quoted(row.label)} there were {row.estimate.printed} "
        f"{results.facts['events_noun']} for each {unit} ({level} confidence "
        f"interval {row.estimate.printed_interval}), days in custody {custody}."
    ]


def change_sentences(results: StudyResults, *, after: str = "") -> list[str]:
    """Return a sentence on each change; only those of the window *after*, if one is named."""
    table = results.estimates.get("before_after")
    if table is None:
        return []
    lines = []
    for row in table.rows:
        if after and not row.group.startswith(quoted(after)):
            continue
        estimate, ratio = row.estimate, row.estimate.quantity == "ratio"
        what = f"{estimate.measure}, {row.group},"
        sentence = say_ratio(estimate, what) if ratio else say_change(estimate, what)
        if verdict(estimate, null=1 if ratio else 0) in {"lower", "higher"}:
            sentence += " That is a change over time: it does not show what caused it."
        lines.append(sentence)
    return lines


# ------------------------------------------------------------------------------ summary


def summary_statements(results: StudyResults) -> Statements:
    """Return the statements of a study of published counts."""
    can: list[str] = []
    cannot: list[str] = []
    findings: list[Mapping[str, Any]] = list(results.facts["findings"])
    for finding in findings:
        methods = results.estimates[f"methods:{finding['name']}"]
        main = methods.rows[0].estimate
        can.append(_finding_sentence(finding, main))
        can += _frames_sentence(results, finding)
        cannot += _refusals(finding, main)
    first = findings[0]
    main = results.estimates[f"methods:{first['name']}"].rows[0].estimate
    if any(finding["missing_information"] for finding in findings):
        cannot.append(
            "How far the results reach. The publication leaves out what a reader would need to "
            "know; it is listed under each finding."
        )
    cannot += against.beside_published(results)
    cannot.append(
        "That the programme caused the result: nobody outside it was followed, and nothing is "
        "known of the same people before it."
    )
    level = _display.level(main.interval.confidence_level)
    headline = (
        f"{first['count']} of {first['base']} {first['base_says']} "
        f"({_display.percent(main.value, 0)}) {first['says']}. A sample of {first['base']} can say "
        f"no more than that the true share lies between about "
        f"{_display.percent(main.interval.low, 0)} and {_display.percent(main.interval.high, 0)} "
        f"({level} confidence), and only if it was drawn at random."
    )
    headline = " ".join(filter(None, (headline, against.benchmark_headline(results))))
    return Statements(headline=headline, can_say=tuple(can), cannot_say=tuple(cannot))


def _finding_sentence(finding: Mapping[str, Any], main: Estimate) -> str:
    level = _display.level(main.interval.confidence_level)
    return (
        f"Of {finding['base']} {finding['base_says']}, {finding['count']} {finding['says']}: "
        f"{_display.percent(main.value, 0)}, with a {level} "
        f"confidence interval of {_display.percent(main.interval.low)} to "
        f"{_display.percent(main.interval.high)} ({main.interval.method} method)."
    )


def _frames_sentence(results: StudyResults, finding: Mapping[str, Any]) -> list[str]:
    table = results.estimates.get(f"frames:{finding['name']}")
    if table is None:
        return []
    row, frame = table.rows[0], finding["frame"][0]
    first = results.facts["findings"][0]["name"] == finding["name"]
    what = "list that the sample was drawn from (the frame)" if first else "frame"
    stated = (
        f"The {what} is the {row.label}:"
        if frame["stated"]
        else f"If the {what}, which is not stated, was the {row.label},"
    )
    said = (
        f"{stated} the exact limits for all {frame['size']:,} are "
        f"{_display.percent(row.estimate.interval.low)} and "
        f"{_display.percent(row.estimate.interval.high)}."
    )
    if len(table) > 1:
        limits = [e.interval for e in table.estimates]
        low, high = max(i.low for i in limits), min(i.high for i in limits)
        said += (
            " Even the smallest frame considered gives no closer limits than "
            f"{_display.percent(low)} and {_display.percent(high)}."
        )
    return [said]


def _refusals(finding: Mapping[str, Any], main: Estimate) -> list[str]:
    lines = []
    if finding["claim"]:
        reason = finding["claim_refused_because"] or "the counts do not support it."
        low = _display.percent(main.interval.low, 0)
        high = _display.percent(main.interval.high, 0)
        half = (
            " The interval reaches to both sides of a half, so not even “most” is supported."
            if 0.5 in main.interval
            else ""
        )
        said = f"“{_sentence(finding['claim'])}”"
        if not finding["claim_is_verbatim"]:
            said = f"In substance: {finding['claim'].rstrip('.')}."
        lines.append(
            f"{said} {_sentence(reason)} The data support no more than {low} to {high}.{half}"
        )
    return lines


def _sentence(claim: str) -> str:
    text = claim.strip().rstrip(".")
    return text[:1].upper() + text[1:] + "."


# ------------------------------------------------------------------------ time to event


def time_to_event_statements(results: StudyResults) -> Statements:
    """Return the statements of a study of durations."""
    facts = results.facts
    shares = results.estimates["shares_by_group"]
    within = f"within {facts['horizon']} {facts['time_unit']}"
    several = len(shares.rows) > 1
    can = []
    for row in shares.rows:
        who = f"In the group “{row.label}”, " if several else f"Of the {facts['persons_say']}, "
        verb = _were(row.estimate)
        can.append(f"{who}{say_share(row.estimate)} {verb} {facts['event_says']} {within}.")
    change = results.estimates.get("difference")
    cannot = [
        "What would have happened after the follow-up ended, or to people unlike these.",
        _NOT_SEEN["arrest" if facts["event_says"] == "arrested" else "default"],
    ]
    headline = can[0]
    if change is not None:
        headline, more = _difference_sentences(results, change.rows[0].estimate)
        can += more
        if not facts["randomised"]:
            cannot.insert(
                0, "That the group caused the difference: chance did not decide who was in which."
            )
    can += again.can_say(results)
    cannot += again.cannot_say(results)
    return Statements(headline=headline, can_say=tuple(can), cannot_say=tuple(cannot))


def _difference_sentences(results: StudyResults, change: Estimate) -> tuple[str, list[str]]:
    facts = results.facts
    reference, other = facts["groups"][:2]
    found = verdict(change, null=0)
    level = _display.level(change.interval.confidence_level)
    sizes = f"{change.printed} ({level} confidence interval {change.printed_interval})"
    within = f"within {facts['horizon']} {facts['time_unit']}"
    share = f"The share {facts['event_says']} {within}"
    if found == "not available":
        return f"{share} is withheld.", []
    headline = (
        f"{_share(change.events, change.base)} of those with “{other}” were {facts['event_says']} "
        f"{within}, against {_share(change.reference_events, change.reference_base)} of those with "
        f"“{reference}”."
    )
    if found == "inconclusive":
        headline += " A difference of that size may be chance: the comparison is inconclusive."
        more = [
            f"{share} differed by {sizes} between “{other}” and “{reference}”: the interval "
            "includes no difference at all."
        ]
    else:
        more = [f"{share} was {found} with “{other}” than with “{reference}”: {sizes}."]
    if facts["log_rank_p_value"] is not None:
        p = float(facts["log_rank_p_value"])
        usual = round(1 - change.interval.confidence_level, 12)  # 0.05, not a hair more
        test = (
            "The log-rank test, which compares the groups over the whole follow-up, gives p = "
            f"{_display.p_value(p)}"
        )
        if (p < usual) == (found != "inconclusive"):
            more.append(f"{test}.")
        else:
            headline += " The evidence is on the edge: suggestive, not established."
            more.append(
                f"{test}. That falls on the other side of the usual line ({usual:.2g}) from the "
                "comparison of the shares, so the evidence is on the edge: suggestive, not "
                "established."
            )
    if facts["randomised"]:
        more.append(
            "Chance decided who was in which group, so a difference beyond chance can be put down "
            "to what the groups were given."
        )
    return headline, more


def _share(events: int | None, base: float) -> str:
    """Return "48 of 216 (22%)"."""
    return f"{events:,} of {base:,.0f} ({_display.percent((events or 0) / base, 0)})"
