"""The comparison of people once more, in the form and by the rules of the Justice Data Lab."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dipoutcomes.comparison.data_lab import (
    DataLabOutcomes,
    DataLabReport,
    data_lab_flow,
    data_lab_report,
)
from dipoutcomes.pipeline.comparisons.people_design import Groups, Prepared
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.protocol.model import OtherPeople, Outcome
from dipoutcomes.results import Column, Table
from dipoutcomes.windows import NO_DAY

PART = "data_lab"
YEAR = (12, 0)
PROVEN = "proven reoffending"


def data_lab(
    section: OtherPeople,
    outcome: Outcome | None,
    seen: Observed,
    groups: Groups,
    ready: Prepared,
    *,
    spans: dict[str, tuple[int, int] | None],
    level: float,
) -> Found:
    """Return the tables of a Justice Data Lab report, for the first window of twelve months."""
    found = Found()
    years = [name for name in section.windows if spans.get(name) == YEAR]
    if not years:
        found.refused[PART] = ["no window that is compared is twelve months long"]
        return found
    if ready.design.estimand not in {"ATT", "ATM"}:
        found.refused[PART] = [
            "the Data Lab speaks for those who had the programme; this method speaks for "
            "other people too"
        ]
        return found
    report = found.attempt(
        PART,
        "Justice Data Lab form",
        partial(_report, section, seen, groups, ready, window=years[0], level=level),
    )
    if report is None:
        return found
    other = "" if outcome is None or outcome.measure == PROVEN else outcome.measure
    for table in report.tables:
        # A mean in words can be the count of a few people: the working copy alone has these.
        found.add(replace(_of_other_events(table, other), working_only=True))
    if report.flow is not None:
        found.add(replace(report.flow, working_only=True))
    if other:
        found.refused[PART] = [
            f"the Data Lab's sentences: they are of proven offences, and this study counts by "
            f"{other}"
        ]
    else:
        found.add(_sentences(report))
    return found


def _report(
    section: OtherPeople,
    seen: Observed,
    groups: Groups,
    ready: Prepared,
    *,
    window: str,
    level: float,
) -> DataLabReport:
    measure = seen.measures[window]
    first = measure.first_event_day[groups.who].astype(np.int64)
    opens = measure.ledger.opens[groups.who].astype(np.int64)
    events = measure.events[groups.who].astype(np.int64)
    days = np.where((events > 0) & (first != NO_DAY), first - opens, np.nan).astype(float)
    counts = ready.design.counts
    flow = data_lab_flow(
        [
            ("in the programme", groups.asked[0], ""),
            ("outcome known", counts["treated"], "not found, or not followed to the end"),
            ("analysed", counts["treated_used"], "nobody alike among the others"),
        ]
    )
    design: Any = ready.design if ready.weighted is None else ready.weighted
    return data_lab_report(
        design,
        DataLabOutcomes.of(events, days_to_first=days),
        programme=f"“{section.treated}”",
        flow=flow,
        confidence_level=level,
    )


def _of_other_events(table: Table, measure: str) -> Table:
    """Return *table* with what is counted here, where that is not proven reoffending."""
    if not measure:
        return table
    here = f" (here by {measure})"
    return replace(
        table,
        caption=table.caption + here,
        rows=tuple({**row, "measure": f"{row['measure']}{here}"} for row in table.rows),
        notes=(
            *(note for note in table.notes if "proven within" not in note),
            "The Data Lab counts offences committed within 12 months and proven within 18. This "
            f"study counts by {measure}: the form is the Data Lab's, the outcome is not.",
        ),
    )


def _sentences(report: DataLabReport) -> Table:
    rows = [["You can say", line] for line in report.can_say]
    rows += [["You cannot say", line] for line in report.cannot_say]
    return Table.of(
        "data_lab_sentences",
        "What this can and cannot be used to say, by the Data Lab's rules",
        [
            Column(key="kind", heading="", kind="label"),
            Column(key="line", heading="Sentence", kind="text"),
        ],
        rows,
        notes=(f"It speaks for {report.estimand}.",),
        working_only=True,
    )
