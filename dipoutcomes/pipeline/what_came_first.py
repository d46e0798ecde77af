"""More on the time to the first event: what came first, mean time, groups, those free so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.pipeline.first_event import by_months, days_of_months
from dipoutcomes.pipeline.found import Found
from dipoutcomes.results import Curve, Estimate, EstimateRow, EstimateTable, Interval
from dipoutcomes.survival import restricted_mean, survival_band
from dipoutcomes.survival.competing_risks import (
    CumulativeIncidence,
    cumulative_incidence,
    gray_test,
    incidence_at,
    incidence_by_group,
    naive_incidence,
    restricted_mean_time_lost,
)

PART = "what_came_first"
#: Of every interval here, whether the share is of those with an event or without.
METHOD = "log-log, exact where nobody or everybody had the event"
#: Kinds of exit as what came first.
EXIT_SAYS = {"death": "death", "left_country": "leaving the country"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """People followed to what came first, in the words and the unit of a study.

    Parameters
    ----------
    durations, causes : ndarray, shape (people,)
        Cause 0 where follow-up ended with none of them; 1 is the event of the study.
    names : mapping of int to str
        What each cause is: "arrest", "death".
    groups : ndarray of str or None
    event_says : str
        "arrested".
    time_unit : str
    level : float
    """

    durations: NDArray[Any]
    causes: NDArray[np.int64]
    names: dict[int, str]
    groups: NDArray[Any] | None
    event_says: str
    time_unit: str
    level: float

    @property
    def event(self) -> NDArray[np.int64]:
        """1 where the event of the study was seen."""
        return np.asarray(self.causes == 1, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A time at which results are printed, and its name."""

    time: float
    says: str

    @classmethod
    def months(cls, months: Sequence[int]) -> list[At]:
        """Return times in days, named by months."""
        return [cls(time=days_of_months(m), says=by_months(m)) for m in sorted(set(months))]

    @classmethod
    def plain(cls, times: Sequence[float], unit: str) -> list[At]:
        """Return times in the unit of the durations."""
        return [cls(time=t, says=f"by {t:g} {unit}") for t in sorted(set(times))]


def what_came_first(times: Times, when: Sequence[At]) -> Found:
    """Return the cumulative incidence of each cause, and the naive share beside it."""
    found = Found()
    result = cumulative_incidence(
        times.durations,
        times.causes,
        names=times.names,
        time_unit=times.time_unit,
        confidence_level=times.level,
    )
    naive = naive_incidence(result)
    found.curves["incidence"] = (*result.curves, result.event_free)
    found.curves["overstatement"] = (result.curves[0], naive[0])
    found.add(_incidence_table(result, when), _overstatement(result, naive[0], when))
    if times.groups is None:
        return found
    by_group = incidence_by_group(
        times.durations,
        times.causes,
        times.groups,
        names=times.names,
        time_unit=times.time_unit,
        confidence_level=times.level,
    )
    found.curves["incidence_by_group"] = tuple(group.curves[0] for group in by_group)
    found.add(_by_group(by_group, when))
    return found


def _incidence_table(result: CumulativeIncidence, when: Sequence[At]) -> EstimateTable:
    """Return the share for whom each came first, and for whom none did, time by time."""
    each = incidence_at(result, [at.time for at in when])
    rows = []
    for place, at in enumerate(when):
        for number, cause in enumerate(result.causes):
            estimate = each.rows[number * len(when) + place].estimate
            estimate = _with_others(estimate, result, at.time)
            rows.append(EstimateRow(group=at.says, label=cause, estimate=estimate))
        rows.append(
            EstimateRow(group=at.says, label="none of these", estimate=_none_of(result, at.time))
        )
    return EstimateTable(
        name="incidence_at",
        caption="Share of people by what came first, by each time",
        rows=tuple(rows),
        notes=(
            "Cumulative incidence (Aalen-Johansen): people who left are counted while they were "
            "followed, so a share need not be the count divided by the people. The shares of one "
            "time add up to 100%. For “none of these” the count is of people still followed.",
        ),
        heading="What came first",
        group_heading="Time",
    )


def _none_of(result: CumulativeIncidence, time: float) -> Estimate:
    """Return the share with none of the events by *time*, and how many are still followed."""
    curve = result.event_free
    facts: dict[str, Any] = {
        "measure": "share with none of these",
        "base": float(result.n),
        "base_unit": "persons",
    }
    gone = _left_before(curve, time) + sum(
        e for t, e in zip(curve.time, curve.events, strict=True) if t <= time
    )
    if time > curve.time[-1] and curve.value[-1] > 0:
        return Estimate(
            value=float("nan"),
            interval=Interval.none(curve.confidence_level, METHOD),
            events=result.n - gone,
            caveat=f"follow-up ends at {curve.time[-1]:g} {curve.time_unit}",
            **facts,
        )
    value, low, high = curve.at(time)
    return Estimate(
        value=value,
        interval=Interval(low, high, curve.confidence_level, METHOD),
        events=result.n - gone,
        **facts,
    )


def _left_before(curve: Curve, time: float) -> int:
    """Return how many left before *time*; those who leave on the day were followed to its end."""
    return sum(c for t, c in zip(curve.time, curve.censored, strict=True) if t < time)


def _with_others(estimate: Estimate, result: CumulativeIncidence, time: float) -> Estimate:
    """Return the estimate with the people who had neither this event nor left as its persons.

    Disclosure control then sees how many left, which is what remains of the base.
    """
    if estimate.events is None:
        return estimate
    others = result.n - estimate.events - _left_before(result.event_free, time)
    return replace(estimate, persons=others, interval=replace(estimate.interval, method=METHOD))


def _overstatement(result: CumulativeIncidence, naive: Curve, when: Sequence[At]) -> EstimateTable:
    """Return the share of people with the event beside one minus Kaplan-Meier."""
    rows = []
    end = result.event_free.time[-1]
    for at, row in zip(when, incidence_at(result, [at.time for at in when]).rows, strict=False):
        if at.time > end:
            continue
        value, low, high = naive.at(at.time)
        right = _with_others(row.estimate, result, at.time)
        wrong = replace(
            right,
            measure=naive.measure,
            value=value,
            interval=Interval(low, high, naive.confidence_level, METHOD),
            caveat="",
        )
        rows.append(EstimateRow(group=at.says, label="share of people", estimate=right))
        rows.append(EstimateRow(group=at.says, label="1 − Kaplan-Meier (too high)", estimate=wrong))
    return EstimateTable(
        name="overstatement",
        caption=f"The share with an event ({result.causes[0]}), and what one minus a Kaplan-Meier "
        "curve makes of it",
        rows=tuple(rows),
        notes=(
            "One minus Kaplan-Meier treats people whom another event stopped as if this one could "
            "still happen to them. It is shown to be avoided.",
        ),
        heading="Worked out as",
        group_heading="Time",
    )


def _by_group(groups: Sequence[CumulativeIncidence], when: Sequence[At]) -> EstimateTable:
    rows = []
    for place, at in enumerate(when):
        for group in groups:
            table = incidence_at(group, [at.time for at in when])
            estimate = _with_others(table.rows[place].estimate, group, at.time)
            rows.append(EstimateRow(group=at.says, label=group.group, estimate=estimate))
    return EstimateTable(
        name="incidence_by_group",
        caption=f"Share for whom it came first ({groups[0].causes[0]}), by each time and group",
        rows=tuple(rows),
        heading="Group",
        group_heading="Time",
    )


def gray(times: Times) -> Found:
    """Return Gray's test of the event of the study, where groups compete with it."""
    found = Found()
    test = found.attempt(
        PART,
        "Gray's test",
        lambda: gray_test(times.durations, times.causes, times.groups, cause=1, names=times.names),
    )
    if test is not None:
        found.add(
            test.to_table(
                caption=f"Does the share with an event ({times.names[1]}) differ between the "
                "groups, the other events in place? Events seen, and expected if it did not"
            )
        )
    return found


def mean_time(times: Times, horizon: At) -> Found:
    """Return the mean time free of the event, or lost to each of several."""
    found = Found()
    if len(times.names) > 1:
        lost = found.attempt(
            PART,
            "mean time lost",
            lambda: restricted_mean_time_lost(
                times.durations,
                times.causes,
                horizon=horizon.time,
                names=times.names,
                time_unit=times.time_unit,
                confidence_level=times.level,
            ),
        )
        if lost is not None:
            unit = times.time_unit
            found.add(
                replace(
                    lost.to_table(
                        name="time_lost",
                        caption=f"Mean {unit} lost to each event in the first {horizon.time:g} "
                        f"{unit}, and mean {unit} with none",
                    ),
                    heading="What the time went to",
                )
            )
        return found
    free = found.attempt(
        PART,
        "mean time free of the event",
        lambda: restricted_mean(
            times.durations,
            times.event,
            horizon=horizon.time,
            event_says=times.event_says,
            time_unit=times.time_unit,
            confidence_level=times.level,
        ),
    )
    if free is not None:
        row = EstimateRow(label=f"not {times.event_says}", estimate=free)
        found.add(
            EstimateTable(
                name="mean_time_free",
                caption=f"Mean {times.time_unit} not {times.event_says} in the first "
                f"{horizon.time:g}",
                rows=(row,),
                heading="Time",
            )
        )
    return found


def bands(curves: Sequence[Curve]) -> Found:
    """Return limits that hold each curve at all of its times at once."""
    found = Found()
    made = []
    for curve in curves:
        band = found.attempt(
            PART, f"band of the curve ({curve.label})", partial(survival_band, curve)
        )
        if band is not None:
            made.append(band)
    if made:
        found.curves["bands"] = tuple(made)
    return found
