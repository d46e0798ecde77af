"""Two groups side by side: difference and ratio of their mean functions at given times."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isnan, log, nan, sqrt

from dipoutcomes._validate import check_choice
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
from dipoutcomes.survival.recurrent._limits import TITLES, quantile, spread, two_sided
from dipoutcomes.survival.recurrent.mean_function import MeanFunction

CONTRASTS = ("difference", "ratio")
_UNKNOWN = "no spread between people was seen, so these data give no limits"


def mean_count_at(
    mean: MeanFunction, times: Sequence[float], *, name: str = "mean_count_at", caption: str = ""
) -> EstimateTable:
    """Return the mean number of events per person by each of *times*, with its limits.

    Parameters
    ----------
    mean : MeanFunction
    times : sequence of float
        Each 0 or more, chosen before the data were seen; events of the time itself are counted.
    name, caption : str, optional
        Of the table.

    Returns
    -------
    EstimateTable
        One row a time. `events` are those so far and `base` the people at risk at some time;
        `persons` are at risk just before that time. The mean is *not* events over base where
        people left or were in custody. Beyond the last time at risk it is nan with a caveat.

    Raises
    ------
    ValueError
        If there is no time or one is negative.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import build_histories, mean_cumulative_function
    >>> histories = build_histories([0] * 4, [99] * 4, event_person=[0, 0, 1], event_day=[9, 9, 29])
    >>> print(mean_count_at(mean_cumulative_function(histories), [50])["by 50 days"])
    mean number of events per person: 0.750 (95% CI 0.098 to 5.718, robust by person, log scale,
    t; 3 in 4 people)
    """
    rows = tuple(
        EstimateRow(
            label=f"by {time:g} {mean.curve.time_unit}",
            group="" if mean.label == "all" else mean.label,
            estimate=_mean_estimate(mean, time),
        )
        for time in _checked(times)
    )
    text = caption or f"{mean.curve.measure[:1].upper()}{mean.curve.measure[1:]} by each time"
    note = (
        "Mean cumulative function: people count while they are at risk, so a mean need not be the "
        "events divided by the people."
    )
    return EstimateTable(name=name, caption=text, rows=rows, notes=(note,))


def compare_mean_counts(
    first: MeanFunction,
    second: MeanFunction,
    times: Sequence[float],
    *,
    contrast: str = "difference",
    name: str = "mean_counts_compared",
    caption: str = "",
) -> EstimateTable:
    """Return the first group's mean number of events less (or over) the second's at given times.

    Parameters
    ----------
    first, second : MeanFunction
        Of different people, one measure and confidence level; the limits are made in the way of
        *first* ("log_t" with Welch's degrees of freedom).
    times : sequence of float
        Chosen before the data were seen.
    contrast : {"difference", "ratio"}
        The difference has plain limits, the ratio limits on the log scale.
    name, caption : str, optional
        Of the table.

    Returns
    -------
    EstimateTable
        With the two-sided p-value of no difference (a ratio of 1) at that time. No limits and no
        p-value, with a caveat, where no spread was seen in one of the groups: its error is then
        unknown, not 0.

    Raises
    ------
    ValueError
        If a time is negative or there is none, or the two differ in measure, unit or level.

    Notes
    -----
    The groups are of different people, so the variances add [1]_. A difference between groups
    that nobody drew by lot is not an effect. Several times looked at are several tests.

    References
    ----------
    .. [1] Lawless, J. F. and Nadeau, C. (1995). Technometrics 37, 158-168.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import histories_from_rows, mean_cumulative_function
    >>> few, many = (
    ...     mean_cumulative_function(histories_from_rows(person, start, stop, event), label=label)
    ...     for label, person, start, stop, event in (
    ...         ("few", [1, 1, 2, 3], [0, 40, 0, 0], [40, 90, 90, 90], [1, 0, 0, 0]),
    ...         ("many", [4, 4, 5, 5], [0, 20, 0, 70], [20, 90, 70, 90], [1, 1, 1, 0]),
    ...     )
    ... )
    >>> round(compare_mean_counts(few, many, [80]).estimates[0].value, 3)  # 1/3 less 1
    -0.667
    """
    check_choice("contrast", contrast, CONTRASTS)
    for what in ("measure", "time_unit", "confidence_level", "method"):
        if getattr(first.curve, what) != getattr(second.curve, what):
            raise ValueError(f"the two mean functions differ in {what}; they cannot be compared")
    rows = tuple(
        EstimateRow(
            label=f"by {time:g} {first.curve.time_unit}",
            group=f"{first.label} against {second.label}",
            estimate=_contrast(first, second, time, contrast),
        )
        for time in _checked(times)
    )
    text = caption or f"{contrast.capitalize()} in {first.curve.measure} by each time"
    return EstimateTable(name=name, caption=text, rows=rows, group_heading="Comparison")


def _checked(times: Sequence[float]) -> list[float]:
    found = [float(t) for t in times]
    if not found or not min(found) >= 0:
        raise ValueError("`times` must be at least one time, each 0 or more")
    return found


def _mean_estimate(mean: MeanFunction, time: float) -> Estimate:
    curve = mean.curve
    known = not curve.withheld
    reached = known and time <= curve.time[-1]
    step = mean.step_at(time) if known else -1
    low, high = (curve.low[step], curve.high[step]) if reached else (nan, nan)
    caveats = [mean.caveat] if mean.caveat else []
    if not reached and known:
        caveats = [f"the last time at risk is {curve.time[-1]:g} {curve.time_unit}", *caveats]
    elif isnan(low):
        caveats = [_UNKNOWN, *caveats]
    estimate = Estimate(
        measure=curve.measure,
        value=curve.value[step] if reached else nan,
        interval=Interval(low, high, curve.confidence_level, curve.method),
        events=sum(curve.events[: step + 1]) if known else None,
        base=mean.persons,
        base_unit="persons",
        persons=curve.at_risk_at([time])[0] if known else None,
        quantity="mean",
        caveat="; ".join(caveats),
    )
    return estimate if known else estimate.withhold(curve.caveat)


def _contrast(first: MeanFunction, second: MeanFunction, time: float, contrast: str) -> Estimate:
    one, two = _mean_estimate(first, time), _mean_estimate(second, time)
    curve = first.curve
    base = Estimate(
        measure=f"{contrast} in {curve.measure}",
        value=nan,
        interval=Interval.none(curve.confidence_level, curve.method),
        events=one.events,
        base=one.base,
        base_unit="persons",
        quantity="mean" if contrast == "difference" else "ratio",
        reference_events=two.events,
        reference_base=two.base,
    )
    if one.withheld or two.withheld:
        return base.withhold(one.caveat if one.withheld else two.caveat)
    value, low, high, p_value, caveat = _joined(first, second, time, contrast)
    said = (part for whole in (caveat, one.caveat, two.caveat) for part in whole.split("; "))
    notes = [part for part in dict.fromkeys(said) if part]
    from dataclasses import replace

    interval = Interval(low, high, curve.confidence_level, _contrast_method(curve.method, contrast))
    return replace(base, value=value, interval=interval, p_value=p_value, caveat="; ".join(notes))


def _joined(
    first: MeanFunction, second: MeanFunction, time: float, contrast: str
) -> tuple[float, float, float, float, str]:
    """Return value, limits, p-value and what is missing."""
    if time > min(first.curve.time[-1], second.curve.time[-1]):
        return nan, nan, nan, nan, ""
    kind = next(k for k, title in TITLES.items() if first.curve.method.endswith(title))
    steps = [(m, m.step_at(time)) for m in (first, second)]
    means = [m.curve.value[k] for m, k in steps]
    ratio = contrast == "ratio"
    if ratio and min(means) == 0:
        which = "the reference group has" if means[1] == 0 else "a group has"
        return nan, nan, nan, nan, f"{which} no event yet, so there is no ratio with limits"
    scale = means if ratio else [1.0, 1.0]
    variances = [
        float(spread(m.std_error[k] ** 2, m.persons, kind)) ** 2 / s**2
        for (m, k), s in zip(steps, scale, strict=True)
    ]
    # Before a group's first event its spread is unknown, and so is that of the contrast.
    error = sqrt(sum(variances))
    shift = log(means[0] / means[1]) if ratio else means[0] - means[1]
    value = means[0] / means[1] if ratio else shift
    if isnan(error):
        return value, nan, nan, nan, _UNKNOWN
    parts = sum(v**2 / m.df[k] for v, (m, k) in zip(variances, steps, strict=True))
    df = error**4 / parts if kind == "log_t" else float("inf")
    half = float(quantile(df, first.curve.confidence_level, kind)) * error
    low, high = shift - half, shift + half
    if ratio:
        low, high = exp(low), exp(min(high, 700.0))
    return value, low, high, two_sided(shift / error, df), ""


def _contrast_method(method: str, contrast: str) -> str:
    scale = "log scale" if contrast == "ratio" else "plain"
    for word in ("log scale", "plain"):
        if word in method:
            return method.replace(word, scale)
    return method
