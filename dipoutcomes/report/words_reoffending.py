"""The paragraphs on time to re-offending, in the words of somebody who commissions the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dipoutcomes.results import StudyResults

Facts = Mapping[str, Any]


def what_came_first(facts: Facts) -> str:
    """Return the paragraph above what came first."""
    first, *others = facts["first_event"]["causes"]
    joined = " or ".join(others)
    return (
        f"Somebody whom {joined} takes first can have no {first} afterwards. The figure shows, by "
        f"each time, the share of all the people for whom each came first (its cumulative "
        f"incidence): {first}, {joined}, or none of these so far. The shares add up to everybody. "
        f"A curve that leaves the others out (one minus a Kaplan-Meier curve) counts people taken "
        f"by {joined} as if they could still have the event, and so shows too many; the second "
        f"table puts the two side by side."
    )


def first_event_groups(facts: Facts) -> str:
    """Return the paragraph above the comparison of groups in the time to the first event."""
    weights = {
        "log_rank": "every event counts alike",
        "gehan_breslow": "an event counts by how many are still followed (Gehan and Breslow), so "
        "early ones count most",
        "tarone_ware": "an event counts by the square root of how many are still followed (Tarone "
        "and Ware), so early ones count more",
        "peto_peto": "an event counts by the share still without it (Peto and Peto), so early ones "
        "count more",
        "early": "an event counts by the share still without it (Fleming and Harrington), so early "
        "ones count more",
        "late": "an event counts by the share who have had it (Fleming and Harrington), so late "
        "ones count more",
    }[facts["first_event"]["compare"]]
    text = (
        f"The test asks whether the groups differ over the whole follow-up by more than chance "
        f"would make them; {weights}, as the protocol says. The differences at each time stand "
        "below it. Nobody drew the groups by lot, so a difference between them is no effect of "
        "anything."
    )
    if len(facts["first_event"]["causes"]) > 1:
        text += (
            " Gray's test asks another question: whether more people of one group have the event "
            "in the end, the other events in place. Where a group dies more, fewer are left to "
            "have it."
        )
    return text


def mean_time(results: StudyResults) -> str:
    """Return the paragraph above the mean time."""
    if "time_lost" in results.estimates:
        return (
            "Time lost to an event is the time after it, up to the end of the stretch looked at; "
            "what is lost to each and what is left free add up to the whole stretch."
        )
    return (
        "The mean time free of the event within a fixed stretch of follow-up: it needs no ratio "
        "that stays the same over time, and can be read in days."
    )


def still_free() -> str:
    """Return the paragraph above those who have stayed free so far."""
    return (
        "Of those who have stayed free of the event for some time, this is the share who have it "
        "in as long a time again. It is about the people who lasted, and what can be told to "
        "somebody who has."
    )


def how_often(facts: Facts) -> str:
    """Return the paragraph above the mean number of events."""
    about = facts["repeated"]
    noun = about["noun"]
    custody = (
        "Days in custody are no days at risk: people leave the count while inside and come back "
        "to it on release. The second table leaves them in, to show how much that matters. "
        if about["custody_out"]
        else "Days in custody are left in. "
    )
    return (
        f"The first {noun.removesuffix('s')} is not the last one. The curve adds up all {noun}: "
        f"how many a person has had by each time, on average, since the {about['origin']} of the "
        f"intervention. {custody}People who die stay in the average and have no further {noun}, so "
        "that fewer of them because more died is no success. The limits allow for people differing "
        "in how often they offend."
    )


def how_often_groups() -> str:
    """Return the paragraph above the comparison of groups."""
    return (
        "Whether the groups differ in how often, over the whole follow-up and at each time. Nobody "
        "drew the groups by lot, so a difference between them is no effect of anything."
    )


def cannot_be_had(lines: list[str]) -> str:
    """Return what these data could not support, and why."""
    return "\n".join(["These data do not support everything the protocol asks for:", "", *lines])
