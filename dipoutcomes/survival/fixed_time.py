"""The share with the event by given times, read from a curve."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from dipoutcomes.results import Curve, Estimate, EstimateRow, EstimateTable, Interval


def survival_at(
    curve: Curve,
    times: Sequence[float],
    *,
    measure: str = "share with the event",
    name: str = "curve_at",
    caption: str = "",
) -> EstimateTable:
    """Return the share with the event by each of *times*: one minus the curve, with its limits.

    Parameters
    ----------
    curve : Curve
        From `kaplan_meier`; in `curve.time_unit`.
    times : sequence of float
        Each 0 or more; the events of the day itself are counted.
    measure : str, default "share with the event"
        As a report prints it: "share arrested".
    name, caption : str, optional
        Of the table.

    Returns
    -------
    EstimateTable
        One row a time. `events` are the events so far, `base` all people of the curve (those who
        entered late among them) and `persons` those still followed just before that time: where
        some had left or entered late, the share is *not* events over base. Beyond the end of
        follow-up the value is nan with a caveat, unless everybody has had the event.

    Raises
    ------
    ValueError
        If there is no time or one is negative.

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> curve = kaplan_meier([30, 60, 60, 90, 365], [1, 1, 0, 1, 0])
    >>> table = survival_at(curve, [60, 400], measure="share arrested")
    >>> print(table["by 60 days"])
    share arrested: 0.400 (95% CI 0.118 to 0.874, log-log (Greenwood); 2 of 5 people)
    >>> table["by 400 days"].caveat
    'follow-up ends at 365 days'
    """
    times = [float(t) for t in times]
    if not times or min(times) < 0:
        raise ValueError("`times` must be at least one time, each 0 or more")
    rows = tuple(
        EstimateRow(
            label=f"by {time:g} {curve.time_unit}",
            group="" if curve.label == "all" else curve.label,
            estimate=_estimate(curve, time, measure),
        )
        for time in times
    )
    text = caption or f"{measure[:1].upper()}{measure[1:]} by each time (Kaplan-Meier)"
    note = (
        "Kaplan-Meier: people who left are counted while they were followed, so a share need not "
        "be the events divided by the people at the start."
    )
    return EstimateTable(name=name, caption=text, rows=rows, notes=(note,))


def _estimate(curve: Curve, time: float, measure: str) -> Estimate:
    nan, level = float("nan"), curve.confidence_level
    estimate = Estimate(
        measure=measure,
        value=nan,
        interval=Interval.none(level, _method(curve, nan)),
        events=None if curve.withheld else sum(curve.events[: bisect_right(curve.time, time)]),
        # Everybody leaves the curve once, with the event or without: late entrants are people too.
        base=nan if curve.withheld else float(sum(curve.events) + sum(curve.censored)),
        base_unit="persons",
        persons=None if curve.withheld else curve.at_risk_at([time])[0],
    )
    if curve.withheld:
        return estimate.withhold(curve.caveat)
    if time > curve.time[-1] and curve.value[-1] > 0:
        return replace(estimate, caveat=f"follow-up ends at {curve.time[-1]:g} {curve.time_unit}")
    value, low, high = curve.at(time)
    interval = Interval(1 - high, 1 - low, level, _method(curve, value))
    return replace(estimate, value=1 - value, interval=interval, caveat=curve.caveat)


def _method(curve: Curve, survival: float) -> str:
    """Return the method behind the limits at one point of the curve."""
    usual, _, elsewhere = curve.method.partition(", ")
    if elsewhere.startswith("beta product") and survival in {0.0, 1.0}:
        return "beta product"
    return usual
