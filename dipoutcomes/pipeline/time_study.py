"""A study of durations with no calendar: shares at a horizon, curves, log-rank, by group."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dipoutcomes import _display
from dipoutcomes.comparison import difference_between_groups
from dipoutcomes.intervals import proportion_interval
from dipoutcomes.pipeline.durations import read_durations
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, StudyRun
from dipoutcomes.pipeline.time_parts import sooner_and_never
from dipoutcomes.protocol.model import Protocol, TimeToEvent
from dipoutcomes.results import (
    Column,
    Curve,
    Estimate,
    EstimateRow,
    EstimateTable,
    StudyResults,
    Table,
)
from dipoutcomes.survival import kaplan_meier, log_rank_test, survival_at


def run_time_to_event(protocol: Protocol, inputs: StudyInputs, tell: Progress) -> StudyRun:
    """Return shares with the event at the horizon, curves and comparison of the groups."""
    section = protocol.time_to_event
    if section is None:
        raise ValueError("a time_to_event study needs its section; parse_protocol checks that")
    level = float(protocol.analysis.confidence_level)
    frame = read_durations(section, inputs.tables["time_to_event"], protocol.regression)
    labels = _labels(section, frame)
    tell("Working out shares, curves and tests by group")
    curves = tuple(
        kaplan_meier(
            part["duration"],
            part["event"],
            label=label,
            measure=f"share not yet {section.event_says}",
            time_unit=section.time_unit,
            confidence_level=level,
        )
        for label, part in _parts(frame, labels)
    )
    left_early = int(((frame["duration"] < section.horizon) & (frame["event"] == 0)).sum())
    estimates = {"curve_at": _curve_at(section, curves)}
    if left_early:
        estimates["shares_by_group"] = _shares_from_curves(section, curves, left_early)
    else:
        shares = _shares(section, frame, labels, protocol, level)
        estimates["shares_by_group"] = shares
        if len(labels) == 2:
            estimates["difference"] = _difference(section, shares, level)
    tables: dict[str, Table] = {"flow": _flow(section, frame)}
    log_rank_p: float | None = None
    if len(labels) > 1 and frame["event"].any():  # with no event there is no test, only limits
        test = log_rank_test(frame["duration"], frame["event"], frame["group"].map(labels))
        log_rank_p = test.p_value
        tables["log_rank"] = test.to_table(name="log_rank")
    facts: dict[str, Any] = {
        "log_rank_p_value": log_rank_p,
        "event_says": section.event_says,
        "persons_say": section.persons_say,
        "time_unit": section.time_unit,
        "horizon": section.horizon,
        "randomised": section.randomised,
        "groups": list(labels.values()),
    }
    more = sooner_and_never(protocol, section, frame, labels, curves)
    results = StudyResults(
        facts=facts | dict(more.facts),
        estimates=estimates | more.found.estimates,
        tables=tables | more.found.tables,
        curves={"by_group": curves} | more.found.curves,
    )
    return StudyRun(results=results)


def _labels(section: TimeToEvent, frame: pd.DataFrame) -> dict[str, str]:
    if not section.group:
        return {"": "all"}
    codes = sorted(frame["group"].unique())
    given = {code: label for code, label in section.group_labels.items() if code in codes}
    return given or {code: code for code in codes}


def _parts(frame: pd.DataFrame, labels: dict[str, str]) -> list[tuple[str, pd.DataFrame]]:
    return [(label, frame[frame["group"] == code]) for code, label in labels.items()]


def _shares(
    section: TimeToEvent,
    frame: pd.DataFrame,
    labels: dict[str, str],
    protocol: Protocol,
    level: float,
) -> EstimateTable:
    """Return the share with the event by the horizon, of everybody: all were seen that long."""
    rows = []
    for label, part in _parts(frame, labels):
        events = int(((part["event"] == 1) & (part["duration"] <= section.horizon)).sum())
        interval = proportion_interval(
            events, len(part), method=protocol.analysis.proportion_interval, confidence_level=level
        )
        estimate = Estimate(
            measure=f"share {section.event_says} within {section.horizon} {section.time_unit}",
            value=events / len(part),
            interval=interval,
            events=events,
            base=len(part),
            base_unit="persons",
        )
        rows.append(EstimateRow(label=label, estimate=estimate))
    return EstimateTable(
        name="shares_by_group",
        caption=_shares_caption(section),
        rows=tuple(rows),
        heading="Group",
    )


def _shares_from_curves(
    section: TimeToEvent, curves: tuple[Curve, ...], left_early: int
) -> EstimateTable:
    """Return the share by the horizon from the curves, where some left before it."""
    rows = []
    for curve in curves:
        (row,) = survival_at(
            curve,
            [section.horizon],
            measure=f"share {section.event_says}",
        ).rows
        rows.append(EstimateRow(label=curve.label, estimate=row.estimate))
    note = (
        f"{left_early:,} people left before {section.horizon} {section.time_unit} without the "
        "event. Counting them as free of it would be wrong, and leaving them out would be too, so "
        "the shares are read from the Kaplan-Meier curves and no difference of counts is given. "
        "A shorter horizon that everybody reached would allow one."
    )
    return EstimateTable(
        name="shares_by_group",
        caption=_shares_caption(section),
        rows=tuple(rows),
        notes=(note,),
        heading="Group",
    )


def _shares_caption(section: TimeToEvent) -> str:
    return (
        f"Share of {section.persons_say} {section.event_says} within {section.horizon} "
        f"{section.time_unit}"
    )


def _difference(section: TimeToEvent, shares: EstimateTable, level: float) -> EstimateTable:
    reference, other = shares.rows
    estimate = difference_between_groups(
        int(other.estimate.events or 0),
        int(other.estimate.base),
        int(reference.estimate.events or 0),
        int(reference.estimate.base),
        measure=f"difference in the share {section.event_says}",
        randomised=section.randomised,
        confidence_level=level,
    )
    return EstimateTable(
        name="difference",
        caption=f"Difference in the share {section.event_says} within {section.horizon} "
        f"{section.time_unit}: {other.label} less {reference.label}, in percentage points",
        rows=(EstimateRow(label=f"{other.label} less {reference.label}", estimate=estimate),),
        heading="Comparison",
    )


def _curve_at(section: TimeToEvent, curves: tuple[Curve, ...]) -> EstimateTable:
    times = sorted({*section.report_at, section.horizon})
    rows = [
        EstimateRow(label=row.label, group=curve.label, estimate=row.estimate)
        for curve in curves
        for row in survival_at(curve, times, measure=f"share {section.event_says}").rows
    ]
    level = _display.level(curves[0].confidence_level)
    return EstimateTable(
        name="curve_at",
        caption=f"Share {section.event_says} by each time (Kaplan-Meier estimate), with {level} "
        "confidence intervals",
        rows=tuple(rows),
        heading="Time",
    )


def _flow(section: TimeToEvent, frame: pd.DataFrame) -> Table:
    columns = [
        Column(key="says", heading="Step", kind="label"),
        Column(key="lost", heading="Left out", kind="persons"),
        Column(key="remaining", heading="Remaining", kind="persons", running=True),
    ]
    n = len(frame)
    rows = [[f"{section.persons_say} in the data, all of them followed", None, n]]
    return Table.of("flow", "Who is in the study", columns, rows)
