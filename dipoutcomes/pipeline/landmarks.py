"""Who stayed against who left: groups fixed at a landmark, people followed from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline import compared
from dipoutcomes.pipeline.covariates import days_in_treatment
from dipoutcomes.pipeline.first_event import days_of_months
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.pipeline.what_came_first import At, Times
from dipoutcomes.protocol.model import Landmark
from dipoutcomes.results import Column, EstimateRow, EstimateTable, Table
from dipoutcomes.survival import curves_by_group, survival_at
from dipoutcomes.survival.landmark import (
    LandmarkCohort,
    check_immortal_time,
    landmark_cohort,
)

PART = "landmark"
NEVER = float("nan")


def exposure_says(section: Landmark) -> str:
    """Return what the first group is, as a report prints it."""
    if section.says:
        return section.says
    if section.exposure == "still_in_treatment":
        return "still in treatment"
    if section.exposure == "weeks_in_treatment":
        return f"in treatment for {section.weeks} weeks"
    return section.value


def landmark(section: Landmark, seen: Observed, *, event_says: str, level: float) -> Found:
    """Return people compared from the landmark on: who they are, curves, test, differences.

    Raises
    ------
    DesignError
        If the groups are timed from the start and known only later (month 0); it names what
        would be valid.
    """
    found = Found()
    events = seen.first_events("start", section.month + section.maximum_months)
    who = seen.certain & (events.durations >= 0)
    durations, event = events.durations[who], events.event[who].astype(np.int64)
    at = days_of_months(section.month)
    exposed_at = _exposed_at(section, seen, at)[who]
    says = exposure_says(section)
    if section.month == 0:
        # Raises where anybody became one of the first group after the start; else it is sound.
        exposed = np.isfinite(exposed_at) & (exposed_at <= durations)
        try:
            check_immortal_time(
                durations,
                event,
                exposed,
                exposure_time=np.where(exposed, exposed_at, NEVER),
                exposure_says=says,
            )
        except DesignError as error:
            raise DesignError(
                f"[landmark] month = 0 compares from the start of the intervention: {error}. In "
                "the protocol give a month at which the groups are known, month = 3 say"
            ) from None
        groups = np.where(exposed, *_labels(section))
        _compare(found, section, _times(durations, event, groups, event_says, level))
        return found
    cohort = found.attempt(
        PART,
        "landmark",
        lambda: landmark_cohort(
            durations, event, exposed_at, landmark=at, exposure_says=says, time_unit="days"
        ),
    )
    if cohort is None:
        return found
    found.add(_people(cohort, section))
    groups = np.where(cohort.exposed, *_labels(section))
    _compare(found, section, _times(cohort.durations, cohort.observed, groups, event_says, level))
    return found


def _labels(section: Landmark) -> tuple[str, str]:
    """Return the names of the two groups."""
    says = exposure_says(section)
    if says.startswith("still "):
        return says, f"no longer {says.removeprefix('still ')}"
    return says, f"not {says}"


def _people(cohort: LandmarkCohort, section: Landmark) -> Table:
    """Return what became of everybody by the landmark; the rows add up to the last one."""
    exposed = int(cohort.exposed.sum())
    first, second = _labels(section)
    rows: list[list[Any]] = [
        ["had the event by the landmark: left out", cohort.had_event],
        ["died or left by the landmark without it: left out", cohort.had_left],
        [f"compared: {first}", exposed],
        [f"compared: {second}", len(cohort.kept) - exposed],
        ["followed from the start", cohort.persons],
    ]
    columns = (
        Column(key="says", heading="People", kind="label"),
        Column(key="persons", heading="Number", kind="persons"),
    )
    notes = []
    if cohort.exposed_later:
        notes.append(
            f"Of those “{second}”, {cohort.exposed_later:,} people became “{first}” later; they "
            "stay where they were at the landmark, so that nobody is classed by their future."
        )
    return Table.of(
        "landmark_people",
        f"Who is compared from {section.month} month{'s' * (section.month > 1)} after the start "
        f"({cohort.landmark:g} days)",
        columns,
        rows,
        notes=notes,
        adds_up=True,
    )


def _exposed_at(section: Landmark, seen: Observed, at: int) -> NDArray[np.float64]:
    """Return the day, counted from the start, on which each person became one of the group."""
    length = days_in_treatment(seen)
    if section.exposure == "still_in_treatment":
        # To have been there on the day of the landmark is known on that day, and not before.
        return np.where(length > at, float(at) if section.month else length, NEVER)
    if section.exposure == "weeks_in_treatment":
        days = 7.0 * (section.weeks or 0)
        return np.where(length >= days, days, NEVER)
    has = seen.attribute(section.exposure) == section.value
    known = np.zeros(len(length)) if section.known_at == "start" else length
    return np.where(has & np.isfinite(known), known, NEVER)


def _times(durations: Any, event: Any, groups: Any, event_says: str, level: float) -> Times:
    return Times(
        durations=np.asarray(durations),
        causes=np.asarray(event, dtype=np.int64),
        names={1: event_says},
        groups=np.asarray(groups, dtype=object),
        event_says=event_says,
        time_unit="days",
        level=level,
    )


def _compare(found: Found, section: Landmark, times: Times) -> None:
    """Add the curves from the landmark, the shares at each time, the test and the differences."""
    curves = curves_by_group(
        times.durations,
        times.event,
        times.groups,
        measure=f"share not yet {times.event_says}",
        confidence_level=times.level,
    )
    first, second = _labels(section)
    # The group that the section names first comes first, whatever the alphabet says.
    curves = tuple(sorted(curves, key=lambda curve: curve.label != first))
    when = [
        replace(at, says=f"{at.says.removeprefix('by ')} on")
        for at in At.months(section.report_at_months)
    ]
    found.curves["landmark"] = curves
    rows = [
        EstimateRow(group=curve.label, label=at.says, estimate=row.estimate)
        for curve in curves
        for at, row in zip(
            when,
            survival_at(curve, [a.time for a in when], measure=f"share {times.event_says}").rows,
            strict=True,
        )
    ]
    found.add(
        EstimateTable(
            name="landmark_at",
            caption=f"Share {times.event_says} by each time after the landmark (Kaplan-Meier "
            "estimate)",
            rows=tuple(rows),
            heading="Time",
        )
    )
    part = compared.compared(times, curves, when, weights="log_rank", reference=second)
    if "group_test" in part.tables:
        found.add(replace(part.tables["group_test"], name="landmark_test"))
    if "difference_at" in part.estimates:
        found.add(replace(part.estimates["difference_at"], name="landmark_differences"))
    if part.refused:
        found.refused.setdefault(PART, []).extend(part.refused[compared.PART])
