"""The share with each cause by given times, and the naive share beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.results import (
    Column,
    Curve,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    Table,
)
from dipoutcomes.survival._counts import Counts
from dipoutcomes.survival.competing_risks import _limits
from dipoutcomes.survival.competing_risks.result import CumulativeIncidence
from dipoutcomes.survival.curves import curve_of_counts


def incidence_at(
    result: CumulativeIncidence,
    times: Sequence[float],
    *,
    name: str = "incidence_at",
    caption: str = "",
) -> EstimateTable:
    """Return the share for whom each cause came first by each of *times*, with its limits.

    Parameters
    ----------
    result : CumulativeIncidence
    times : sequence of float
        Each 0 or more, in `result.time_unit`; the events of the day itself are counted.
    name, caption : str, optional
        Of the table.

    Returns
    -------
    EstimateTable
        One row a cause and time, grouped by cause. `events` are the events of the cause so far,
        `base` all people (those who entered late among them) and `persons` those still followed
        just before that time: where some had left or entered late, the share is *not* events over
        base. Beyond the end of follow-up the
        value is nan with a caveat, unless nobody is left without an event.

    Raises
    ------
    ValueError
        If there is no time or one is negative.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0],
    ...     names={1: "arrest", 2: "death"})
    >>> print(incidence_at(found, [8]).estimates[0])
    cumulative incidence of arrest: 0.333 (95% CI 0.046 to 0.676, log(-log F); 2 of 6 people)
    """
    times = _checked(times)
    rows = [
        EstimateRow(
            group=cause if result.group == "all" else f"{cause}, {result.group}",
            label=f"by {time:g} {result.time_unit}",
            estimate=_estimate(result, curve, time),
        )
        for cause, curve in zip(result.causes, result.curves, strict=True)
        for time in times
    ]
    return EstimateTable(
        name=name,
        caption=caption or "Share of people for whom each cause came first, by each time",
        rows=tuple(rows),
        notes=(
            "Aalen-Johansen: people who left are counted while they were followed, so a share need "
            "not be the events divided by the people at the start.",
        ),
    )


def naive_incidence(result: CumulativeIncidence) -> tuple[Curve, ...]:
    """Return one minus Kaplan-Meier of each cause, other causes treated as people leaving.

    In a report only as a warning: it is the share who would have had the event by each time if
    the other causes could not happen and took away nobody of higher or lower risk, which no data
    can show. Where other causes occur it is too high as a share of people.

    Parameters
    ----------
    result : CumulativeIncidence

    Returns
    -------
    tuple of Curve
        One a cause, rising from 0, with log-log limits (the beta product where nobody or
        everybody had the event). At no time below the cumulative incidence.

    Raises
    ------
    DesignError
        If the result is withheld.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0])
    >>> round(naive_incidence(found)[0].value[-1], 3), round(found.curves[0].value[-1], 3)
    (0.667, 0.583)
    """
    if result.withheld:
        raise DesignError(
            "the result is withheld: derive the naive curve before disclosure control"
        )
    rest = result.event_free
    every = np.asarray(rest.events)
    found = []
    for cause, curve in zip(result.causes, result.curves, strict=True):
        own = np.asarray(curve.events)
        others = np.asarray(curve.censored) + every - own
        counts = Counts(
            np.asarray(rest.time),
            own[:, None],
            others[:, None],
            np.asarray(rest.at_risk)[:, None],
            result.late_entries,
        )
        fall = curve_of_counts(
            counts, curve.label, "", curve.time_unit, curve.confidence_level, "log_log"
        )
        found.append(
            replace(
                fall,
                measure=f"one minus Kaplan-Meier of {cause}",
                value=tuple(1 - v for v in fall.value),
                low=tuple(1 - v for v in fall.high),
                high=tuple(1 - v for v in fall.low),
                caveat="too high as a share of people where other causes came first",
            )
        )
    return tuple(found)


def overstatement(
    result: CumulativeIncidence,
    times: Sequence[float],
    *,
    name: str = "overstatement",
    caption: str = "",
) -> Table:
    """Return the cumulative incidence, the naive share and the gap between them at *times*.

    Parameters
    ----------
    result : CumulativeIncidence
    times : sequence of float
        Each 0 or more and within the follow-up.
    name, caption : str, optional
        Of the table.

    Returns
    -------
    Table
        One row a cause and time: both shares with their limits, and by how much the naive share is
        too high (0 or more). The gap is arithmetic on the same people and has no interval.

    Raises
    ------
    ValueError
        If there is no time or one is negative.
    DesignError
        If a time lies beyond the follow-up, or the result is withheld.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0],
    ...     names={1: "arrest", 2: "death"})
    >>> table = overstatement(found, [20])
    >>> [round(gap, 3) for gap in table.column("overstatement")]
    [0.083, 0.033]
    """
    times = _checked(times)
    naive = naive_incidence(result)
    end = result.event_free.time[-1]
    if late := [time for time in times if time > end]:
        raise DesignError(
            f"{len(late)} of {len(times)} times lie beyond the follow-up, which ends at {end:g} "
            f"{result.time_unit}; choose times up to it"
        )
    level = _display.level(result.confidence_level)
    columns = (
        Column(key="cause", heading="What came first", kind="label"),
        Column(key="time", heading=f"By ({result.time_unit})", kind="number", decimals=0),
        Column(key="incidence", heading="Share with it", kind="share"),
        Column(key="low", heading=f"{level} lower limit", kind="share"),
        Column(key="high", heading=f"{level} upper limit", kind="share"),
        Column(key="naive", heading="One minus Kaplan-Meier", kind="share"),
        Column(key="naive_low", heading=f"{level} lower limit", kind="share"),
        Column(key="naive_high", heading=f"{level} upper limit", kind="share"),
        Column(key="overstatement", heading="Too high by", kind="share"),
    )
    rows = []
    for cause, curve, other in zip(result.causes, result.curves, naive, strict=True):
        for time in times:
            right, wrong = curve.at(time), other.at(time)
            rows.append([cause, time, *right, *wrong, max(wrong[0] - right[0], 0.0)])
    notes = (
        "One minus Kaplan-Meier treats people whom another event stopped as if they could still "
        "have this one; it is shown to be avoided.",
    )
    text = caption or "How far one minus Kaplan-Meier overstates the share with each event"
    return Table.of(name, text, columns, rows, notes=notes)


def _checked(times: Sequence[float]) -> list[float]:
    found = [float(time) for time in times]
    if not found or not min(found) >= 0:
        raise ValueError("`times` must be at least one time, each 0 or more")
    return found


def _estimate(result: CumulativeIncidence, curve: Curve, time: float) -> Estimate:
    nan, level = float("nan"), curve.confidence_level
    facts: dict[str, Any] = {
        "measure": curve.measure,
        "base": float(result.n),
        "base_unit": "persons",
    }
    if result.withheld:
        bare = Estimate(
            value=nan, interval=Interval.none(level, curve.method), events=None, **facts
        )
        return bare.withhold(result.caveat)
    facts |= {
        "events": list(accumulate(curve.events))[bisect_right(curve.time, time) - 1],
        "persons": curve.at_risk_at([time])[0],
    }
    end = curve.time[-1]
    if time > end and result.event_free.value[-1] > 0:
        return Estimate(
            value=nan,
            interval=Interval.none(level, curve.method.partition(", ")[0]),
            caveat=f"follow-up ends at {end:g} {curve.time_unit}",
            **facts,
        )
    value, low, high = curve.at(time)
    interval = Interval(low, high, level, _method(curve, value))
    return Estimate(value=value, interval=interval, caveat=curve.caveat, **facts)


def _method(curve: Curve, value: float) -> str:
    """Return the method behind the limits at one point of the curve."""
    usual, _, elsewhere = curve.method.partition(", ")
    if value <= 0 and _limits.AT_ZERO in elsewhere:
        return _limits.AT_ZERO
    if value >= 1 and _limits.AT_ONE in elsewhere:
        return _limits.AT_ONE
    return usual
