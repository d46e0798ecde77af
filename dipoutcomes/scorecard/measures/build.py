"""From a caseload to the scorecard of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dipoutcomes._validate import check_confidence_level
from dipoutcomes.protocol.model import Card
from dipoutcomes.scorecard.measures.card import BuiltCard
from dipoutcomes.scorecard.measures.caseload import Caseload, caseload_from, recorded
from dipoutcomes.scorecard.measures.change import with_changes
from dipoutcomes.scorecard.measures.counting import count_lines
from dipoutcomes.scorecard.measures.line import CardLine, Period
from dipoutcomes.scorecard.measures.sorting import one_at_a_time, sort_episodes, values_in

if TYPE_CHECKING:
    import pandas as pd

#: What each key of the section gives; printed as "not recorded" where the key is left out.
ASKED = {
    "referral_source": "referrals by source",
    "test_result": "drug tests",
    "assessed_on": "assessments",
    "care_plan_on": "care plans",
    "engaged_on": "engagement in treatment",
    "modality": "modalities",
    "prescribed": "prescribing",
    "interventions": "brief interventions",
    "signposted": "signposting",
    "area": "areas",
    "iom": "prolific offenders (IOM)",
    "closure_reason": "reasons of closure",
    "completed": "completions",
    "disengaged": "disengagements",
    "primary_drug": "primary drug",
    "further_drugs": "mentions of drugs",
    "positive_outcomes": "positive outcomes",
    "outcome_window": "outcome of a sample",
}
_CLOSURES_ONLY = (
    "The extract holds closures alone. Whoever was referred and had not closed is not in it, so "
    "that referrals, what became of them, and the caseload cannot be counted from it; what is "
    "counted is of closures."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSample:
    """People followed after treatment, and how many of them had no event.

    Parameters
    ----------
    people, without_event : int
    says : str
        "Not arrested in '12 to 24 months after'".
    """

    people: int
    without_event: int
    says: str


def build_scorecard(
    episodes: pd.DataFrame,
    persons: pd.DataFrame,
    card: Card,
    *,
    title: str,
    date_formats: Sequence[str] = ("%Y-%m-%d",),
    outcome: OutcomeSample | None = None,
    confidence_level: float = 0.95,
) -> BuiltCard:
    """Return the scorecard of the period that *card* names.

    Parameters
    ----------
    episodes : DataFrame
        One row an episode: person_id, start, end (NaT: still open) and attributes.
    persons : DataFrame
        One row a person: person_id and attributes.
    card : Card
        The section ``[scorecard]`` of a protocol.
    title : str
    date_formats : sequence of str
        Of days in attributes.
    outcome : OutcomeSample, optional
        Of the study's own people and window.
    confidence_level : float, default 0.95
        Of the changes since the last period.

    Returns
    -------
    BuiltCard

    Raises
    ------
    RecordError
        If the cells of an attribute do not hold what the section says of them.
    DesignError
        If two values of an attribute cannot be told apart.

    Notes
    -----
    A referral is an episode that began in the period; each stage after it counts those of them
    that reached it by the last day, so that every share is of people who could have. It is not the
    number of assessments (or care plans) done in the period, some of which are of earlier
    referrals. A closure is an episode that ended in the period, whenever it began. An attribute
    that is blank in every episode is not recorded, and has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from dipoutcomes.protocol.model import Card
    >>> episodes = pd.DataFrame({
    ...     "person_id": ["a", "b", "c"],
    ...     "start": pd.to_datetime(["2014-01-06", "2014-02-03", "2013-06-03"]),
    ...     "end": pd.to_datetime([None, "2014-03-10", "2014-01-20"]),
    ...     "source": ["Police", "Prison", "Police"]})
    >>> persons = pd.DataFrame({"person_id": ["a", "b", "c"]})
    >>> card = build_scorecard(episodes, persons, Card.model_validate({
    ...     "period_from": date(2014, 1, 1), "period_to": date(2014, 3, 31),
    ...     "extract_holds": "all_episodes", "referral_source": "source"}), title="Quarter")
    >>> [card[name].count for name in ("referrals", "source-police", "caseload", "closures")]
    [2, 1, 1, 2]
    """
    level = check_confidence_level(confidence_level)
    card = recorded(card, episodes, persons)
    caseload = caseload_from(episodes, persons, card, date_formats=date_formats)
    period = Period(first=card.period_from, last=card.period_to)
    previous = None
    if card.previous_from is not None and card.previous_to is not None:
        previous = Period(first=card.previous_from, last=card.previous_to)
    periods = [period] if previous is None else [period, previous]
    values = values_in(caseload, periods)
    lines = count_lines(caseload, card, period, values)
    if outcome is not None:
        lines += _outcome_lines(outcome)
    if previous is not None:
        before = count_lines(caseload, card, previous, values)
        lines = with_changes(
            lines, before, period=period, previous=previous, confidence_level=level
        )
    return BuiltCard(
        title=title,
        period=period,
        previous=previous,
        lines=tuple(lines),
        not_recorded=_not_recorded(card, outcome),
        notes=tuple(_notes(caseload, card, periods)),
        confidence_level=level,
    )


def _outcome_lines(outcome: OutcomeSample) -> list[CardLine]:
    return [
        CardLine(
            id="outcome-people", label="People followed after treatment", unit="people",
            section="Outcome sample", count=outcome.people, basis="sample",
        ),
        CardLine(
            id="outcome-without", label=outcome.says, unit="people", section="Outcome sample",
            count=outcome.without_event, of="outcome-people", group="outcome", parts="some",
            basis="sample",
        ),
    ]  # fmt: skip


def _not_recorded(card: Card, outcome: OutcomeSample | None) -> tuple[str, ...]:
    return tuple(
        says
        for key, says in ASKED.items()
        if not getattr(card, key) or (key == "outcome_window" and outcome is None)
    )


def _notes(caseload: Caseload, card: Card, periods: list[Period]) -> list[str]:
    notes = []
    chosen = [sort_episodes(caseload, period) for period in periods]
    if card.extract_holds == "closures":
        notes.append(_CLOSURES_ONLY)
    elif not one_at_a_time(caseload, chosen[0]):
        notes.append(
            "Some people have more than one episode open at once, so that the people of the "
            "caseload and the episodes that began and closed do not add up; no flow is shown."
        )
    for key, says, rows in (
        ("interventions", "brief interventions", chosen[0].referred),
        ("positive_outcomes", "positive outcomes", chosen[0].closed),
    ):
        if key in caseload.numbers:
            blank = int((rows & (caseload.numbers[key] < 0)).sum())
            if blank:
                notes.append(
                    f"Episodes in which the number of {says} is blank, and which add nothing to "
                    f"it: {blank:,}."
                )
    named = [*card.completed, *card.disengaged]
    if named:
        there = set(caseload.words["closure_reason"])
        unknown = [f"“{reason}”" for reason in named if reason not in there]
        if unknown:
            notes.append(
                f"No episode of the extract closed for {' or '.join(unknown)}: if the extract "
                "writes the reason otherwise, its closures are among those for other reasons."
            )
    dates = caseload.dates
    if {"assessed_on", "care_plan_on"} <= dates.keys():
        here, last = chosen[0].referred, chosen[0].last
        alone = here & (dates["care_plan_on"] <= last) & (dates["assessed_on"] > last)
        if alone.any():
            notes.append(
                "Care plans without an assessment by the last day, which are not counted, as the "
                f"row is of those assessed: {int(alone.sum()):,}."
            )
    if len(periods) > 1:
        both = np.intersect1d(
            caseload.person[chosen[0].referred], caseload.person[chosen[1].referred]
        )
        if both.size and card.extract_holds == "all_episodes":
            notes.append(
                f"People who were referred in both periods: {both.size:,}. The intervals of the "
                "changes take the two periods as independent."
            )
    return notes
