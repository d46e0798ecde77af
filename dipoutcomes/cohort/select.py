"""From records to a cohort: one row a person, and a reason for everybody who is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes.cohort.attrition import FlowStep, flow_of
from dipoutcomes.cohort.eligibility import Codes, Mask, completed_years, in_custody_on
from dipoutcomes.cohort.follow_up import censor_at_reentry, first_exits, reentry_dates
from dipoutcomes.cohort.linkage import NO_ANSWER, NOT_FOUND, untraced_because
from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.protocol.model import Cohort
from dipoutcomes.results import Column, Table

PERSON_COLUMNS = ("person_id", "birth_date", "sex")
EPISODE_COLUMNS = ("person_id", "episode_id", "start", "end")
NO_LINKAGE = (
    "No linkage table was given: everybody is treated as found on police records. People who "
    "were not found then look like people without offences, and the results too good."
)


class Frames(Protocol):
    """The clean tables, as `records.Records` holds them; each is a data frame."""

    @property
    def persons(self) -> pd.DataFrame:
        """``person_id`` (unique), ``birth_date``, ``sex``, attributes."""

    @property
    def episodes(self) -> pd.DataFrame:
        """``person_id``, ``episode_id``, ``start``, ``end`` (NaT while open), attributes."""

    @property
    def custody(self) -> pd.DataFrame:
        """``person_id``, ``start``, ``end`` (first day at liberty; NaT while inside)."""

    @property
    def exits(self) -> pd.DataFrame:
        """``person_id``, ``date``, ``kind``."""

    @property
    def linkage(self) -> pd.DataFrame:
        """``person_id``, ``status``."""

    @property
    def uncertain(self) -> pd.DataFrame:
        """``person_id``, ``table``, ``date``: rejected rows of people who are known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CohortResult:
    """The people of a study and how they came to be these.

    Parameters
    ----------
    people : DataFrame
        One row a person, in the order of their pseudonyms; the index 0 to n - 1 is the person's
        code. Columns: ``person_id``, ``start``, ``end`` (NaT while open), ``index_date``, ``age``
        (completed years at the index date, nan if unknown), ``sex``, ``exit_date``,
        ``exit_kind`` ("death", "left_country", or "re-entry" where that censors), ``traced``,
        ``untraced_because``, ``outcome_uncertain``, ``reentry_date``, and the attributes.
    flow : tuple of FlowStep
        The start first; losses and the last remainder add up.
    counts : mapping of str to int
        Persons in the cohort of whom a reader should know: untraced, uncertain, re-entered ...
    notes : tuple of str
        What a reader should know, without counts of persons.
    """

    people: pd.DataFrame
    flow: tuple[FlowStep, ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.people)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"CohortResult({len(self.people):,} people, {len(self.flow)} steps)"

    def __str__(self) -> str:
        return "\n".join(str(step) for step in self.flow)

    def keep(self, who: ArrayLike, *, last_offence_date: date, says: str) -> CohortResult:
        """Return those in *who* alone, with a step of the flow that says who went.

        Parameters
        ----------
        who : array_like of bool, shape (n,)
        last_offence_date : date
            As for `select_cohort`.
        says : str
            Who the others are, as the flow prints it.
        """
        kept = np.asarray(who, dtype=bool)
        people = self.people[kept].reset_index(drop=True)
        step = FlowStep(says=says, lost=int((~kept).sum()), remaining=len(people))
        return replace(
            self,
            people=people,
            flow=(*self.flow, step),
            counts=_counts(people, last_offence_date),
        )

    def counts_table(self) -> Table:
        """Return `counts` as a table; the counts of persons are marked for disclosure control."""
        return Table.of(
            "cohort_counts",
            "People in the cohort whose follow-up or outcome needs care",
            [
                Column(key="says", heading="People", kind="label"),
                Column(key="persons", heading="Number", kind="persons", out_of="cohort"),
                Column(key="cohort", heading="In the cohort", kind="persons"),
            ],
            [(says, number, len(self.people)) for says, number in self.counts.items()],
            notes=self.notes,
        )


def select_cohort(
    records: Frames,
    section: Cohort,
    *,
    last_offence_date: date,
    linkage_supplied: bool | None = None,
) -> CohortResult:
    """Return the people whom the protocol describes, one row each.

    A person's first eligible episode is the index episode. Each rule is tried on episodes, in the
    order of the flow; a person is lost at the rule that removes their last one.

    Parameters
    ----------
    records : Frames
        Clean tables with pseudonyms; `records.Records` will do.
    section : Cohort
        From the protocol.
    last_offence_date : datetime.date
        Inclusive. Re-entries after it are not counted.
    linkage_supplied : bool, optional
        Whether the study has a linkage table at all; by default, whether it has a row. With one,
        a person without a row counts as untraced ("no answer"); with none, everybody counts as
        traced and a note says so.

    Returns
    -------
    CohortResult

    Raises
    ------
    RecordError
        If a person has two rows, or an episode belongs to nobody.
    DesignError
        If nobody is eligible; the message has the flow.

    Notes
    -----
    Nobody is left out for being untraced or uncertain: leaving them out would drop people who
    may have offended. They are marked, and enter best and worst cases. An open episode has no
    "after"; it is left out if the protocol says so, otherwise its window is never observed.
    """
    persons, episodes = records.persons, records.episodes
    ids = _person_index(persons)
    code = _codes(ids, episodes)
    exits = first_exits(ids, records.exits)
    index_date = episodes[section.index_date]
    keep, flow = _eligible(records, section, ids, code, exits)
    if not keep.any():
        raise DesignError(
            "nobody is eligible, so there is nothing to study. The flow:\n"
            + "\n".join(f"  {step}" for step in flow)
            + "\nCheck the accrual dates and exclusions against the dates of the episodes"
        )
    chosen = _first_episodes(code, episodes, keep)
    who = code[chosen]
    linked = len(records.linkage) > 0 if linkage_supplied is None else linkage_supplied
    because = (
        untraced_because(ids, records.linkage) if linked else np.full(len(ids), "", dtype=object)
    )
    people = pd.DataFrame(
        {
            "person_id": ids.to_numpy()[who],
            "start": episodes["start"].to_numpy()[chosen],
            "end": episodes["end"].to_numpy()[chosen],
            "index_date": index_date.to_numpy()[chosen],
            "age": completed_years(
                persons["birth_date"].iloc[who].reset_index(drop=True),
                index_date.iloc[chosen].reset_index(drop=True),
            ),
            "sex": persons["sex"].to_numpy()[who],
            "exit_date": exits["exit_date"].to_numpy()[who],
            "exit_kind": exits["exit_kind"].to_numpy()[who],
            "traced": because[who] == "",
            "untraced_because": because[who],
            "outcome_uncertain": ids.isin(records.uncertain["person_id"])[who],
        }
    )
    for frame, rows, known in (
        (persons, who, PERSON_COLUMNS),
        (episodes, chosen, EPISODE_COLUMNS),
    ):
        for name in (c for c in frame.columns if c not in known):
            people[name] = frame[name].to_numpy()[rows]
    people = people.sort_values("person_id", kind="stable").reset_index(drop=True)
    people.index.name = "code"
    people_ids = pd.Index(people["person_id"])
    people["reentry_date"] = reentry_dates(
        people, people_ids.get_indexer(pd.Index(episodes["person_id"])), episodes["start"]
    )
    counts = _counts(people, last_offence_date)
    if section.reentry == "censor":
        people = censor_at_reentry(people)
    return CohortResult(
        people=people, flow=flow, counts=counts, notes=() if linked else (NO_LINKAGE,)
    )


def _person_index(persons: pd.DataFrame) -> pd.Index:
    ids: pd.Index = pd.Index(persons["person_id"])
    twice = int(ids.duplicated().sum())
    if twice:
        raise RecordError(f"{twice} rows of persons repeat a person; a person has one row")
    return ids


def _codes(ids: pd.Index, episodes: pd.DataFrame) -> Codes:
    code = ids.get_indexer(pd.Index(episodes["person_id"]))
    strangers = int((code < 0).sum())
    if strangers:
        raise RecordError(
            f"{strangers} of {len(code)} episodes belong to nobody in persons; add the people or "
            "take the episodes out"
        )
    return code


def _eligible(
    records: Frames, section: Cohort, ids: pd.Index, code: Codes, exits: pd.DataFrame
) -> tuple[Mask, tuple[FlowStep, ...]]:
    """Return which episodes are eligible, and the flow of people to them."""
    episodes = records.episodes
    day = episodes[section.index_date]
    opened, closed = pd.Timestamp(section.accrual_from), pd.Timestamp(section.accrual_to)
    rules: list[tuple[str, NDArray[np.bool_]]] = []
    if section.index_date == "end":
        rules.append(("every episode still open, so no end to count from", day.isna().to_numpy()))
    rules.append(
        (
            f"no episode with its {section.index_date} from "
            f"{_display.date_in_words(section.accrual_from)} to "
            f"{_display.date_in_words(section.accrual_to)}",
            ~day.between(opened, closed).to_numpy(),
        )
    )
    if "open_episode" in section.exclude and section.index_date != "end":
        rules.append(("episode still open", episodes["end"].isna().to_numpy()))
    gone = exits["exit_date"].to_numpy()[code] < day.to_numpy()
    rules.append(("died or left the country before the index date", gone))
    if section.minimum_age is not None:
        age = completed_years(records.persons["birth_date"].iloc[code].set_axis(day.index), day)
        rules += [
            ("date of birth not known, so age at the index date not known", np.isnan(age)),
            (f"under {section.minimum_age} at the index date", age < section.minimum_age),
        ]
    if "in_custody_at_index_date" in section.exclude:
        custody_code = ids.get_indexer(pd.Index(records.custody["person_id"]))
        inside = in_custody_on(code, day.to_numpy(), custody_code, records.custody)
        rules.append(("in custody at the index date", inside))
    keep = np.ones(len(episodes), dtype=bool)
    steps = [("no episode of contact with the programme", _people(code, keep, len(ids)))]
    for says, removed in rules:
        keep &= ~removed
        steps.append((says, _people(code, keep, len(ids))))
    return keep, flow_of("people in the records", len(ids), steps)


def _people(code: Codes, keep: Mask, n: int) -> int:
    there = np.zeros(n, dtype=bool)
    there[code[keep]] = True
    return int(there.sum())


def _first_episodes(code: Codes, episodes: pd.DataFrame, keep: Mask) -> NDArray[np.intp]:
    """Return the row of each person's first eligible episode; ties do not depend on row order."""
    rows = np.flatnonzero(keep)
    start = episodes["start"].to_numpy(dtype="datetime64[ns]")[rows].astype(np.int64)
    end = episodes["end"].to_numpy(dtype="datetime64[ns]")[rows].astype(np.int64)
    end = np.where(end == np.iinfo(np.int64).min, np.iinfo(np.int64).max, end)  # open: last
    keys = [end, start, code[rows]]
    ties = pd.DataFrame(dict(enumerate(keys))).duplicated(keep=False).to_numpy()
    if ties.any():
        name = np.zeros(len(rows), dtype=np.int64)
        names = episodes["episode_id"].iloc[rows[ties]].astype(str)
        name[ties] = pd.factorize(names, sort=True)[0]
        keys.insert(0, name)
    order = np.lexsort(keys)
    people = code[rows][order]
    return np.asarray(rows[order][np.diff(people, prepend=-1) != 0], dtype=np.intp)


def _counts(people: pd.DataFrame, last_offence_date: date) -> dict[str, int]:
    last = pd.Timestamp(last_offence_date)
    return {
        NOT_FOUND: int((people["untraced_because"] == NOT_FOUND).sum()),
        NO_ANSWER: int((people["untraced_because"] == NO_ANSWER).sum()),
        "a line of their record (custody included) could not be read": int(
            people["outcome_uncertain"].sum()
        ),
        "episode still open on the last offence date": int(
            (people["end"].isna() | (people["end"] > last)).sum()
        ),
        "re-entered by the last offence date": int((people["reentry_date"] <= last).sum()),
        "died or left the country by the last offence date": int(
            (people["exit_date"] <= last).sum()
        ),
    }
