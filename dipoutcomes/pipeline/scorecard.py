"""The scorecard of a study of records: of the whole caseload, not of the cohort alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.protocol.model import Card, Protocol
from dipoutcomes.records import LoadRules, Records, load_records
from dipoutcomes.results import EstimateTable
from dipoutcomes.scorecard.measures import BuiltCard, OutcomeSample, Period, build_scorecard
from dipoutcomes.scorecard.series import quarters_before

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.pipeline.found import Found
    from dipoutcomes.pipeline.inputs import Progress, StudyInputs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyScorecard:
    """The card, and the episodes behind it for the working copy.

    Parameters
    ----------
    card : BuiltCard
    episodes : DataFrame
        One row an episode: pseudonym of the person, days, and the attributes that the card
        counts; a later card is reconciled with it row by row.
    """

    card: BuiltCard
    episodes: pd.DataFrame

    def facts(self, section: Card) -> dict[str, Any]:
        """Return what the words of a write-up need."""
        card = self.card
        return {
            "period": str(card.period),
            "period_from": card.period.first.isoformat(),
            "period_to": card.period.last.isoformat(),
            "previous": "" if card.previous is None else str(card.previous),
            "previous_from": "" if card.previous is None else card.previous.first.isoformat(),
            "previous_to": "" if card.previous is None else card.previous.last.isoformat(),
            "not_recorded": list(card.not_recorded),
            "verdicts": card.verdicts,
            "by_chance": card.by_chance,
            "outcome_window": section.outcome_window,
            "extract_holds": section.extract_holds,
        }

    def add_to(self, found: Found) -> None:
        """Put the card's tables among the results."""
        found.add(self.card.table, self.card.changes, self.card.ratios)


def scorecard_of(
    protocol: Protocol,
    records: Records,
    estimates: Mapping[str, EstimateTable],
    *,
    event_says: str,
) -> StudyScorecard | None:
    """Return the scorecard that the protocol asks for; None where it asks for none.

    Raises
    ------
    RecordError, DesignError
        As ``build_scorecard`` raises them.
    """
    section = protocol.scorecard
    if section is None or protocol.records is None:
        return None
    periods = [Period(first=section.period_from, last=section.period_to)]
    if section.previous_from is not None and section.previous_to is not None:
        periods.append(Period(first=section.previous_from, last=section.previous_to))
    notes = _reach(section, records, periods)
    card = build_scorecard(
        records.episodes,
        records.persons,
        section,
        title=protocol.study.title,
        date_formats=protocol.records.date_formats,
        outcome=_outcome(section, estimates, event_says),
        confidence_level=float(protocol.analysis.confidence_level),
    )
    card = replace(card, notes=(*card.notes, *notes, *_on_rejects(records)))
    return StudyScorecard(card=card, episodes=_episodes(section, records))


def _reach(section: Card, records: Records, periods: Sequence[Period]) -> list[str]:
    """Refuse periods of which the extract knows nothing; return a note where it begins in one.

    A count of 0 for a period before the first episode would say that nothing was done in it.
    """
    if section.extract_holds != "all_episodes" or not len(records.episodes):
        return []
    first = records.episodes["start"].min().date()
    early = sum(period.last < first for period in periods)
    if early:
        raise DesignError(
            f"{early} of the {len(periods)} periods of the scorecard end before the first episode "
            "of the extract begins: nothing is known of them, and 0 would be a false count. Ask "
            "for fewer periods, or leave previous_from and previous_to out"
        )
    if any(period.first <= first for period in periods):
        return [
            "No episode of the extract began before the first of the periods. If the programme is "
            "older than that, whoever was open then is missing from caseload, flow and closures."
        ]
    return []


def _outcome(
    section: Card, estimates: Mapping[str, EstimateTable], event_says: str
) -> OutcomeSample | None:
    """Return the study's own share in the window, turned round: those without an event."""
    shares = estimates.get("shares_by_window")
    if not section.outcome_window or shares is None:
        return None
    if section.outcome_window not in shares.labels:
        return None
    share = shares[section.outcome_window]
    if share.events is None or not share.base:
        return None
    people = int(share.base)
    return OutcomeSample(
        people=people,
        without_event=people - share.events,
        says=f"Not {event_says} in the period “{section.outcome_window}”",
    )


def _on_rejects(records: Records) -> list[str]:
    rejects = records.rejects
    if not len(rejects):
        return []
    lost = int(rejects.loc[rejects["table"] == "episodes", "row"].nunique())
    if not lost:
        return []
    rows = "1 row" if lost == 1 else f"{lost:,} rows"
    return [f"Rejected and counted nowhere in the card: {rows} of the episodes table."]


def _episodes(section: Card, records: Records) -> pd.DataFrame:
    """Return the episodes with what the card counts of each, by person and start."""
    episodes = records.episodes
    names = dict.fromkeys(name for _, name in section.attributes if name)
    people = records.persons.set_index("person_id")
    table = episodes[["person_id", "start", "end"]].copy()
    for name in names:
        if name in episodes.columns:
            table[name] = episodes[name]
        else:
            table[name] = people[name].reindex(episodes["person_id"]).to_numpy()
    return table.sort_values(["person_id", "start"], kind="stable", ignore_index=True)


def cards_of_periods(
    protocol: Protocol, inputs: StudyInputs, number: int, *, progress: Progress
) -> tuple[BuiltCard, ...]:
    """Return the cards of *number* periods up to the protocol's, each compared with the last.

    Of an extract of closures a period must lie in the accrual dates, and so must the one before
    it; the first card has then nothing to be compared with.
    """
    section = protocol.scorecard
    if section is None or protocol.records is None or protocol.study.extract_date is None:
        raise ProtocolError("[scorecard], [records] and [study] extract_date are needed")
    records = load_records(
        inputs.tables,
        LoadRules.from_section(protocol.records),
        extract_date=protocol.study.extract_date,
        key=inputs.key,
        progress=progress,
    )
    last = Period(first=section.period_from, last=section.period_to)
    periods = quarters_before(last, number + 1)
    notes = _reach(section, records, periods)
    cards = []
    for before, period in pairwise(periods):
        own: dict[str, Any] = {
            "period_from": period.first,
            "period_to": period.last,
            "previous_from": before.first,
            "previous_to": before.last,
        }
        if section.extract_holds == "closures":
            if not _held(protocol, period):
                raise DesignError(
                    f"the extract does not hold the closures of {period}: it lies beyond the "
                    "accrual dates of [cohort]. Ask for fewer periods"
                )
            if not _held(protocol, before):
                own |= {"previous_from": None, "previous_to": None}
        card = build_scorecard(
            records.episodes,
            records.persons,
            section.model_copy(update=own),
            title=protocol.study.title,
            date_formats=protocol.records.date_formats,
            confidence_level=float(protocol.analysis.confidence_level),
        )
        cards.append(replace(card, notes=(*card.notes, *notes, *_on_rejects(records))))
    return tuple(cards)


def _held(protocol: Protocol, period: Period) -> bool:
    """Return whether an extract of closures holds those of a period."""
    cohort = protocol.cohort
    return (
        cohort is not None
        and cohort.accrual_from <= period.first
        and period.last <= cohort.accrual_to
    )
