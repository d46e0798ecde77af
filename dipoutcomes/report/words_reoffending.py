"""The paragraphs on time to re-offending, in the words of somebody who commissions the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dipoutcomes.results import StudyResults

Facts = Mapping[str, Any]

_COX = (
    "For hazard ratios: the partial likelihood of Cox (1972, Journal of the Royal Statistical "
    "Society B 34, 187-220), events of one day by Efron's approximation"
)
_CURED = (
    "For the share who never have the event: the values that a likelihood ratio test does not "
    "reject (Maller and Zhou 1996, Survival Analysis with Long-Term Survivors)"
)
#: Methods of the intervals on time to re-offending: what they are, and where they come from.
METHODS_OF_TIME = {
    "log-log, exact where nobody or everybody had the event": "For shares by what came first: the "
    "Aalen-Johansen estimate (1978, Scandinavian Journal of Statistics 5, 141-150) with a "
    "Greenwood-type variance, on a scale that keeps the limits between 0% and 100%.",
    "normal, Greenwood": "For a mean time up to a horizon: the area under the curve, with "
    "Greenwood's variance (Klein and Moeschberger 2003, Survival Analysis, section 4.5).",
    "beta product, area": "For a mean time up to a horizon where few had the event or few were "
    "followed to it: the area under the curve, with limits by the beta product (Fay, Brittain and "
    "Proschan 2013, Biostatistics 14, 723-736; Gaffke 2005, Mathematical Methods of Statistics 14, "
    "451-467).",
    "normal, Greenwood-type": "For a mean time lost: the area under a cumulative incidence "
    "(Andersen 2013, Statistics in Medicine 32, 5278-5285).",
    "melded beta product": "For a difference between two Kaplan-Meier curves at one time; keeps "
    "its level in small groups (Fay, Proschan and Brittain 2015, Biometrics 71, 146-156).",
    "Ghosh-Lin, robust by person, log scale, t": "For the mean number of events where people may "
    "die (Ghosh and Lin 2000, Biometrics 56, 554-562), from how much people differ.",
    "Ghosh-Lin, robust by person, plain, t": "For a difference of two such means.",
    "Cox model, Efron ties": f"{_COX}.",
    "Cox model, Breslow ties": f"{_COX.replace('Efron', 'Breslow')}.",
    "Cox model, Efron ties, Firth's penalty, profile likelihood": f"{_COX}; with Firth's penalty, "
    "because a group has no event (Heinze and Schemper 2001, Biometrics 57, 114-119).",
    "Fine-Gray, robust": "For subdistribution hazard ratios (Fine and Gray 1999, Journal of the "
    "American Statistical Association 94, 496-509).",
    "profile likelihood, Weibull tail": f"{_CURED}.",
    "profile likelihood, lognormal tail": f"{_CURED}.",
}


def what_came_first(facts: Facts) -> str:
    """Return the paragraph above what came first."""
    first, *others = facts["first_event"]["causes"]
    joined = " or ".join(others)
    return (
        f"Somebody whom {joined} takes first can have no {first} afterwards. Here is, by each "
        "time, the share of all the people for whom each came first (its cumulative incidence): "
        f"{first}, {joined}, or none of these so far. The shares add up to everybody. "
        f"A curve that leaves the others out (one minus a Kaplan-Meier curve) counts people taken "
        f"by {joined} as if they could still have the event, and so shows too many; the second "
        f"table puts the two side by side."
    )


def figure_withheld() -> str:
    """Return why a figure is not in this copy."""
    return "The figure is withheld in this copy, because it would show a small count."


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
        text += f" {gray()}"
    return text


def gray() -> str:
    """Return what Gray's test asks."""
    return (
        "Gray's test asks whether more people of one group have the event in the end, the other "
        "events in place. That is another question than how fast it comes to those still at risk: "
        "where a group is taken more by the other events, fewer are left to have this one."
    )


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


def who_sooner(facts: Facts) -> str:
    """Return the paragraph above the hazard ratios."""
    about = facts["regression"]
    before = about["events_before_months"]
    text = (
        f"Here is what went with being {about['event_says']} sooner. A hazard ratio says how many "
        "times as fast the event comes, at any time, to those with the characteristic as to those "
        "without (or for one more year, one more event), among people still free of it and alike "
        "in everything else on the list. It is not a ratio of shares: a hazard ratio of 2 does not "
        "mean that twice as many have the event in the end. Below 1 is later, above 1 sooner. "
        "These are people who differ in many ways, so a ratio shows what goes together and not "
        "what causes what"
    )
    text += (
        "; the one of the groups that chance decided is the exception."
        if facts.get("randomised")
        else "."
    )
    if before:
        text += (
            f" Events before are those in the {before} months before the start; the one that "
            "brought the person in is not among them."
        )
    return text


def constant_ratios() -> str:
    """Return the paragraph above the test of constant ratios."""
    return (
        "A single ratio describes the whole follow-up only if it stays the same throughout. The "
        "test looks for ratios that change."
    )


def fine_gray() -> str:
    """Return the paragraph above the subdistribution ratios."""
    return (
        "Other events can come first. The ratios above are about how fast the event comes to those "
        "still at risk of it. The ratios below (Fine and Gray's subdistribution hazard ratios) are "
        "about how many of all the people it reaches in the end, the other events in place. They "
        "put groups in order; they are not ratios of risks, and they move when only the other "
        "events do: a group that dies more has fewer left to be reached."
    )


def landmark(facts: Facts) -> str:
    """Return the paragraph above the comparison from a landmark."""
    month, says = facts["landmark"]["month"], facts["landmark"]["says"]
    if month == 0:
        return (
            f"People {says} are compared with the others from the start of the intervention. Who "
            "is in which group was known then, so nobody is classed by what became of them. "
            "Nobody drew the groups by lot: the difference is between people who differ."
        )
    months = "1 month" if month == 1 else f"{month} months"
    return (
        f"Whoever stays, or completes, has had no event that ended it: set against those who "
        "dropped out, from the start, they would look better whatever was done (the time until "
        f"then is immortal). Here the groups are fixed {months} after the start, among people "
        f"still free of the event, by what was known on that day: {says}, or not. Everybody is "
        "followed from then on. That takes the immortal time away. It does not make the groups "
        "alike: those who stay are other people than those who go, so the difference is no effect "
        "of staying."
    )


def desistance(facts: Facts) -> str:
    """Return the paragraph above the split-population models."""
    says = facts["desistance"]["event_says"]
    return (
        f"Some people may never be {says} again. A split-population model takes the people to be "
        "of two kinds, those who have the event in the end and those who never do, and works out "
        "the share of the second kind from how the curve levels off. What the curve would do after "
        "follow-up ends has to be assumed: two shapes of this tail are put side by side, and the "
        "share depends on which. Nobody is shown to be free for good, and it must not be said of "
        "any one person."
    )


def follow_up_withheld() -> str:
    """Return why the display of follow-up is not in this copy."""
    return (
        "The display of how long follow-up was, against the last events, is in the working copy "
        "alone: it rests on the dates of single people."
    )


def people_withheld() -> str:
    """Return why the table of people is not in this copy."""
    return (
        "How many people were followed, and how many of them died, stands in the working copy "
        "alone: beside the other tables it would tell of a few people."
    )


def but_bands(results: StudyResults) -> str:
    """Return what holds the whole curve at once, where a figure shows it."""
    shown = any(not curve.withheld for curve in results.curves.get("bands", ()))
    return "; the dotted lines around the curves do" if shown else ""


def and_means(facts: Facts) -> str:
    """Return what else custody is taken out of."""
    out = facts.get("repeated", {}).get("custody_out", False)
    return " and of the mean number of events" if out else ""
