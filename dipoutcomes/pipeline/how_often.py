"""How often it happens again: the mean number of events, custody out, death for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.first_event import days_of_months
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.pipeline.what_came_first import At
from dipoutcomes.protocol.model import Repeated
from dipoutcomes.results import Column, Estimate, EstimateRow, EstimateTable, Table
from dipoutcomes.survival.recurrent import (
    Histories,
    MeanFunction,
    build_histories,
    compare_mean_counts,
    mean_count_at,
    mean_cumulative_functions_by_group,
    recurrent_event_test,
)
from dipoutcomes.windows import NO_DAY, SpellDays, add_months, to_days

PART = "how_often"


def how_often(
    section: Repeated, seen: Observed, *, noun: str, custody_out: bool, level: float
) -> Found:
    """Return mean cumulative functions of all events, by group where the section names one."""
    found = Found()
    who = seen.certain & ~(seen.custody_uncertain & custody_out)
    groups = seen.attribute(section.group) if section.group else np.full(len(who), "all", object)
    histories, died, who = _histories(section, seen, who, custody_out=custody_out)
    if not who.any():
        found.refused[PART] = ["nobody was at risk after the start of the clock"]
        return found
    options: dict[str, Any] = {
        "died": died,
        "measure": f"mean number of {noun} per person",
        "confidence_level": level,
    }
    means = mean_cumulative_functions_by_group(histories, groups[who], **options)
    when = At.months(section.report_at_months)
    everything, _, _ = _histories(section, seen, who, custody_out=False)
    unit = "person-years at liberty" if custody_out else "person-years"
    years = Years(histories=histories, groups=groups[who], unit=unit)
    found.curves["repeated"] = tuple(mean.curve for mean in means)
    found.add(
        _at(means, years, when, "repeated_at", noun, custody_out=custody_out),
        _people(histories, everything, died, groups[who], means),
    )
    if custody_out and len(seen.custody):
        both = mean_cumulative_functions_by_group(everything, groups[who], **options)
        all_days = Years(histories=everything, groups=groups[who], unit="person-years")
        found.add(_at(both, all_days, when, "repeated_with_custody", noun, custody_out=False))
    if section.compare:
        _compare(found, section, years, means, when)
    return found


def _histories(
    section: Repeated, seen: Observed, who: Mask, *, custody_out: bool
) -> tuple[Histories, Mask, Mask]:
    """Return rows of time at risk of those in *who* who have any, who died, and who they are."""
    starts = to_days(seen.people[section.origin])
    closes = np.minimum(seen.last_day + 1, starts + days_of_months(section.maximum_months))
    left = to_days(seen.people["exit_date"])
    ends = np.minimum(left, closes)
    kinds = seen.people["exit_kind"].fillna("").to_numpy(dtype=object)
    died = (kinds == "death") & (left < closes)
    who = who & (starts < ends)
    spells = seen.custody if custody_out else SpellDays.none()
    events = _counted_events(seen, closes)
    histories = _build(who, starts, ends, events, spells)
    at_liberty = np.zeros(len(who), dtype=bool)
    at_liberty[np.flatnonzero(who)[np.unique(histories.person)]] = True
    if at_liberty.sum() < who.sum():  # inside from first to last: never at risk
        who = at_liberty
        histories = _build(who, starts, ends, events, spells)
    return histories, died[who], who


def _build(
    who: Mask, starts: Any, ends: Any, events: tuple[Any, Any], spells: SpellDays
) -> Histories:
    place = np.cumsum(who) - 1
    mine, inside = who[events[0]], who[spells.code]
    back = np.where(spells.end == NO_DAY, ends[spells.code], spells.end)
    return build_histories(
        starts[who],
        ends[who],
        event_person=place[events[0][mine]],
        event_day=events[1][mine],
        custody_person=place[spells.code[inside]],
        custody_start=spells.start[inside],
        custody_end=np.maximum(back, spells.start)[inside],
    )


def _counted_events(seen: Observed, closes: Any) -> tuple[Any, Any]:
    """Return person and day of the events that count: those that must be proven, if they were."""
    code, day, proof = seen.selected.code, seen.selected.day, seen.selected.proof_day
    if proof is None:
        return code, day
    until = add_months(closes, seen.waiting_period_months)
    proven = proof < until[code]
    return code[proven], day[proven]


def _at(
    means: Sequence[MeanFunction],
    years: Years,
    when: Sequence[At],
    name: str,
    noun: str,
    *,
    custody_out: bool,
) -> EstimateTable:
    rows = []
    for mean in means:
        table = mean_count_at(mean, [at.time for at in when])
        for at, row in zip(when, table.rows, strict=True):
            estimate = years.based_on(row.estimate, mean.label, at.time)
            rows.append(EstimateRow(label=at.says, group=row.group, estimate=estimate))
    custody = (
        "people in custody out of the risk set"
        if custody_out
        else "people in custody counted as if they could offend"
    )
    return EstimateTable(
        name=name,
        caption=f"Mean number of {noun} per person by each time, {custody}",
        rows=tuple(rows),
        notes=(
            "Mean cumulative function: events per person alive and at risk, added up; the dead "
            "stay in the base and have no further events. A mean is therefore not the events "
            "divided by people or years.",
        ),
        heading="Time",
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Years:
    """The person-years behind a mean, which differ from row to row by more than a few people.

    A count of people would differ from that of another table by those who were never at liberty,
    or whose custody is not known: often a few, whom it would give away.
    """

    histories: Histories
    groups: Any
    unit: str

    def until(self, group: str, time: float) -> float:
        """Return the years at risk of a group up to *time* (in days)."""
        mine = self.groups[self.histories.person] == group
        start, stop = self.histories.start[mine], self.histories.stop[mine]
        return float((np.minimum(stop, time) - np.minimum(start, time)).sum() / 365.25)

    def based_on(self, estimate: Estimate, group: str, time: float, other: str = "") -> Estimate:
        """Return *estimate* with years as its base; *other* is the group compared with."""
        reference = self.until(other, time) if other else float("nan")
        return replace(
            estimate,
            base=self.until(group, time),
            base_unit=self.unit,
            reference_base=reference,
            persons=int((self.groups == group).sum()),
            caveat=_own_caveat(estimate.caveat),
        )


def _own_caveat(caveat: str) -> str:
    """Return a caveat without the counts, which stand in a table of their own."""
    parts = [p for p in caveat.split("; ") if "died in follow-up" not in p and "custody" not in p]
    return "; ".join(parts)


def _people(
    histories: Histories,
    everything: Histories,
    died: Mask,
    groups: Any,
    means: Sequence[MeanFunction],
) -> Table:
    """Return who is followed, who died, and what was seen of them, group by group.

    *everything* has the same people with their days in custody at risk.
    """
    counted, all_of_them = histories.totals()[0], everything.totals()[0]
    columns = (
        Column(key="group", heading="Group", kind="label"),
        Column(key="persons", heading="People", kind="persons"),
        Column(key="died", heading="Died in follow-up", kind="persons", out_of="persons"),
        Column(key="events", heading="Events at liberty", kind="events"),
        Column(key="years", heading="Years at liberty", kind="number"),
        Column(key="inside", heading="Events in custody, not counted", kind="events"),
    )
    rows = []
    for mean in means:
        mine = groups == mean.label
        rows.append(
            [
                mean.label,
                int(mine.sum()),
                int(died[mine].sum()),
                int(counted[mine].sum()),
                mean.time_at_risk / 365.25,
                int((all_of_them - counted)[mine].sum()),
            ]
        )
    return Table.of(
        "repeated_people",
        "Who was followed for repeated events, and how long",
        columns,
        rows,
        working_only=True,  # beside other tables it would give away the few never at liberty
    )


def _without_people(table: Table) -> Table:
    """Return the test's table without its count of people, which `repeated_people` has."""
    columns = tuple(column for column in table.columns if column.key != "persons")
    rows = tuple({column.key: row[column.key] for column in columns} for row in table.rows)
    return replace(table, columns=columns, rows=rows)


def _compare(
    found: Found,
    section: Repeated,
    years: Years,
    means: Sequence[MeanFunction],
    when: Sequence[At],
) -> None:
    if len(means) < 2:
        found.refused.setdefault(PART, []).append(
            "groups are not compared: all the people followed are in one"
        )
        return
    base = section.reference or means[0].label
    labels = [mean.label for mean in means]
    if base not in labels:
        raise DesignError(
            f"[repeated] reference: '{base}' is no group of the people followed; the groups: "
            f"{', '.join(labels)}"
        )
    test = found.attempt(
        PART, "test of groups", lambda: recurrent_event_test(years.histories, years.groups)
    )
    if test is not None:
        found.add(_without_people(test.to_table()))
    reference = means[labels.index(base)]
    rows = []
    for mean in means:
        if mean is reference:
            continue
        table = compare_mean_counts(mean, reference, [at.time for at in when])
        rows += [
            EstimateRow(
                label=at.says,
                group=f"{mean.label} less {base}",
                estimate=years.based_on(row.estimate, mean.label, at.time, base),
            )
            for at, row in zip(when, table.rows, strict=True)
        ]
    found.add(
        EstimateTable(
            name="repeated_compared",
            caption=f"Difference in {reference.curve.measure}, by each time",
            rows=tuple(rows),
            notes=(
                "Several differences are several tests. A difference between groups that nobody "
                "drew by lot is not an effect.",
            ),
            heading="Time",
            group_heading="Comparison",
        )
    )
