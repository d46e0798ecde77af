"""Groups compared in the time to the first event, and people who have stayed free of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import isnan
from typing import Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.what_came_first import At, Times
from dipoutcomes.results import Column, Curve, Estimate, EstimateRow, EstimateTable, Table
from dipoutcomes.survival import curves_by_group
from dipoutcomes.survival.comparing import (
    difference_at,
    restricted_mean_difference,
    weighted_log_rank_test,
)
from dipoutcomes.survival.conditional import conditional_survival_table
from dipoutcomes.survival.landmark import check_immortal_time

PART = "compared"
#: Words of the protocol for Fleming and Harrington's weights.
WEIGHTS: dict[str, str | tuple[float, float]] = {"early": (1.0, 0.0), "late": (0.0, 1.0)}
#: So rare a gap by chance that groups are taken to be known only by having lasted. Several groups
#: are looked at, so it is rarer than the usual one.
_CERTAIN = 0.9995


def compared(
    times: Times, curves: Sequence[Curve], when: Sequence[At], *, weights: str, reference: str
) -> Found:
    """Return the test of the groups and the differences at each time."""
    found = Found()
    base = reference or curves[0].label
    if base not in [curve.label for curve in curves]:
        raise DesignError(
            f"'{base}', which the other groups are to be compared with, is no group of the people "
            f"followed; the groups: {', '.join(curve.label for curve in curves)}"
        )
    test = found.attempt(
        PART,
        "test of the groups",
        lambda: weighted_log_rank_test(
            times.durations, times.event, times.groups, weight=WEIGHTS.get(weights, weights)
        ),
    )
    if test is not None:
        found.add(test.to_table())
    share = f"share {times.event_says}"
    table = found.attempt(
        PART,
        "differences between the groups",
        lambda: difference_at(
            _followed_to_the_end_of_the_day(times),
            [at.time for at in when],
            reference=base,
            measure=share,
        ),
    )
    if table is not None:
        found.add(_named(table, when))
    return found


def _followed_to_the_end_of_the_day(times: Times) -> tuple[Curve, ...]:
    """Return the curves with everybody who leaves on a day leaving after its events.

    The beta product takes whoever leaves at a time as gone at it, so that on the last day of
    follow-up nobody would be left to bound the share. Half a unit changes no risk set.
    """
    return curves_by_group(
        times.durations + 0.5 * (times.event == 0),
        times.event,
        times.groups,
        measure=f"share not yet {times.event_says}",
        time_unit=times.time_unit,
        confidence_level=times.level,
    )


def _named(table: EstimateTable, when: Sequence[At]) -> EstimateTable:
    """Return the table with the protocol's names of the times, the differences of one together."""
    rows = [
        replace(row, label=when[number % len(when)].says) for number, row in enumerate(table.rows)
    ]
    return replace(
        table,
        rows=tuple(rows),
        notes=(
            *table.notes,
            "Several differences are several tests: some fall outside chance by chance. A "
            "difference between groups that nobody drew by lot is not an effect.",
        ),
        heading="Time",
    )


def mean_time_compared(
    times: Times, curves: Sequence[Curve], horizon: At, *, reference: str
) -> Found:
    """Return how much longer each group is free of the event, up to a horizon."""
    found = Found()
    table = found.attempt(
        PART,
        "difference in mean time",
        lambda: restricted_mean_difference(
            curves,
            horizon=horizon.time,
            reference=reference or curves[0].label,
            event_says=times.event_says,
        ),
    )
    if table is not None:
        found.add(replace(table, name="mean_time_difference"))
    return found


def still_free(times: Times, curves: Sequence[Curve], reached: Sequence[At]) -> Found:
    """Return, for those free of the event so long, how many have it in as long a time ahead."""
    found = Found()
    rows: list[EstimateRow] = []
    people: list[list[Any]] = []
    unit = times.time_unit
    for curve in curves:
        group = "" if curve.label == "all" else curve.label
        for at in reached:
            table = found.attempt(
                PART,
                f"those still free after {at.time:g} {unit}",
                partial(
                    conditional_survival_table,
                    curve,
                    reached=[at.time],
                    ahead=at.time,
                    measure=f"share {times.event_says}",
                ),
            )
            if table is None:
                continue
            estimate = table.rows[0].estimate
            label = f"free {at.says.replace('by', 'for', 1)}"
            rows.append(EstimateRow(label=label, group=group, estimate=_bare(estimate)))
            people.append([label, group, *_who_is_left(curve, at.time, int(estimate.base))])
    found.add(_still_free_table(times, rows), _people_table(times, people))
    return found


def _bare(estimate: Estimate) -> Estimate:
    """Return the estimate without the caveat that its base and the people's table say better."""
    return estimate if isnan(estimate.value) else replace(estimate, caveat="")


def _who_is_left(curve: Curve, reached: float, free: int) -> list[int]:
    """Return people at the start, with the event by then, left by then, and still free."""
    had = sum(e for t, e in zip(curve.time, curve.events, strict=True) if t <= reached)
    return [curve.n, had, curve.n - had - free, free]


def _still_free_table(times: Times, rows: list[EstimateRow]) -> EstimateTable:
    return EstimateTable(
        name="still_free",
        caption=f"Share {times.event_says} in as long a time again, of those who had stayed free",
        rows=tuple(rows),
        notes=(
            "Those who lasted so long were the better risks to begin with: a lower share does not "
            "show that time, or a programme, lowered the risk.",
        ),
        heading="Having been",
    )


def _people_table(times: Times, rows: list[list[Any]]) -> Table:
    columns = [
        Column(key="says", heading="Having been", kind="label"),
        Column(key="group", heading="Group", kind="label"),
        Column(key="persons", heading="People at the start", kind="persons"),
        Column(
            key="had", heading=f"{times.event_says.capitalize()} by then", kind="persons",
            out_of="persons",
        ),
        Column(key="left", heading="Left or died by then", kind="persons", out_of="persons"),
        Column(key="free", heading="Still free", kind="persons", out_of="persons"),
    ]  # fmt: skip
    if not any(row[1] for row in rows):  # one group: no column for its name
        columns.pop(1)
        rows = [[row[0], *row[2:]] for row in rows]
    return Table.of("still_free_people", "Who had stayed free so long", columns, rows)


def refuse_immortal_groups(times: Times, *, where: str) -> None:
    """Refuse groups that are timed from the start and seem known only by having lasted.

    Raises
    ------
    DesignError
        If one group's first event or leaver comes later than chance allows; see
        `check_immortal_time`.
    """
    if times.groups is None or not times.event.any():
        return
    for label in sorted(set(times.groups.tolist())):
        mine = times.groups == label
        if mine.all():
            return
        try:
            check_immortal_time(
                times.durations,
                times.event,
                np.asarray(mine),
                exposure_says=f"in the group '{label}'",
                time_unit=times.time_unit,
                confidence_level=_CERTAIN,
            )
        except DesignError as error:
            raise DesignError(
                f"{where}: {error}. In a protocol, [landmark] is such a comparison"
            ) from None
