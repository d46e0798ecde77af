"""What each figure shows, in words, for a reader who cannot see it.

Built from the result that the figure is drawn from, so that what is withheld there is withheld
here.
"""

from __future__ import annotations

from bisect import bisect_right
from math import isnan

from dipoutcomes import _display
from dipoutcomes.plots.curves import as_drawn, check_alike, matched_bands
from dipoutcomes.results import Curve, Estimate, EstimateTable, Table

_MOST_ROWS = 12


def describe_estimates(table: EstimateTable) -> str:
    """Return the text alternative of `plot_estimates`, `plot_methods` or `plot_rates`.

    Parameters
    ----------
    table : EstimateTable

    Returns
    -------
    str
        The caption, then each row's value, limits and counts; of more than 12 rows the first 12
        and how many follow.

    Raises
    ------
    ValueError
        If the table has no rows.

    Examples
    --------
    >>> from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
    >>> share = Estimate(measure="share arrested", value=0.75, events=21, base=28.0,
    ...     interval=Interval(0.566, 0.873, 0.95, "Wilson score"), base_unit="persons")
    >>> row = EstimateRow(label="12 months", estimate=share)
    >>> print(describe_estimates(EstimateTable(name="s", caption="Arrests.", rows=(row,))))
    Chart of 1 estimate with 95% confidence intervals. Arrests. 12 months: 75.0%, 56.6% to 87.3%
    (21 of 28 people).
    """
    if not len(table):
        raise ValueError(f"the table '{table.name}' has no rows to describe")
    levels = sorted({_display.level(e.interval.confidence_level) for e in table.estimates})
    parts = [
        f"Chart of {_plural(len(table), 'estimate')} with {' or '.join(levels)} confidence "
        f"intervals. {_sentence(table.caption)}"
    ]
    for row in table.rows[:_MOST_ROWS]:
        label = f"{row.group}, {row.label}" if row.group else row.label
        parts.append(f"{label}: {_estimate(row.estimate)}.")
    if len(table) > _MOST_ROWS:
        parts.append(f"{len(table) - _MOST_ROWS} further rows stand in the table.")
    return " ".join(parts)


def describe_flow(table: Table) -> str:
    """Return the text alternative of `plot_flow`: the start, each loss, and who remains.

    Parameters
    ----------
    table : Table
        As in `plot_flow`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the table has no rows.
    """
    if not len(table):
        raise ValueError(f"the flow '{table.name}' has no rows to describe")
    columns = {column.key: column for column in table.columns}
    words = [
        {key: _cell(table.printed(row, columns[key])) for key in ("says", "lost", "remaining")}
        for row in table.rows
    ]
    first = words[0]
    parts = [
        f"Flow diagram of who was left out on the way into the study. {_sentence(table.caption)}",
        f"It starts with {first['remaining']} ({first['says']}).",
    ]
    for step in words[1:]:
        if step["lost"]:
            parts.append(
                f"Left out: {step['lost']} ({step['says']}); remaining: {step['remaining']}."
            )
        else:
            parts.append(f"{step['remaining']} {step['says']}.")
    return " ".join(parts)


def describe_curves(
    curves: tuple[Curve, ...], *, cumulative: bool = True, bands: tuple[Curve, ...] = ()
) -> str:
    """Return the text alternative of `plot_curves`: each curve half way and at its end.

    Parameters
    ----------
    curves : tuple of Curve
    cumulative : bool, default True
    bands : tuple of Curve, optional
        As given to `plot_curves`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        As in `plot_curves`.
    """
    curves = tuple(curves)
    measure, level = check_alike(curves, cumulative=cumulative)
    parts = [
        f"Step chart of the {measure} over time, {_plural(len(curves), 'curve')} with {level} "
        "confidence intervals and the numbers still followed."
    ]
    around = matched_bands(curves, bands)
    for curve in curves:
        if curve.withheld or not curve.time:
            parts.append(f"{curve.label}: {_display.WITHHELD}.")
            continue
        end = curve.time[-1]
        points = [_point(curve, time, cumulative=cumulative) for time in (end / 2, end)]
        parts.append(
            f"{curve.label}: {curve.n:,} people, {_plural(sum(curve.events), 'event')}; "
            f"{'; '.join(points)}."
        )
        if curve.label in around:
            parts.append(_band(around[curve.label], cumulative=cumulative))
    return " ".join(parts)


def _band(band: Curve, *, cumulative: bool) -> str:
    """Return what the dotted lines hold at the middle step of their range."""
    steps = [step for step, low in enumerate(band.low) if not isnan(low)]
    time = band.time[steps[len(steps) // 2]]
    _, low, high = as_drawn(band, cumulative=cumulative)
    step = bisect_right(band.time, time) - 1
    said = _display.limits(low[step], high[step], "share")
    return (
        f"Dotted band for the whole curve from {band.time[steps[0]]:g} to "
        f"{band.time[steps[-1]]:g} {band.time_unit}: {said} at {time:g}."
    )


def _point(curve: Curve, time: float, *, cumulative: bool) -> str:
    step = bisect_right(curve.time, time) - 1
    value, low, high = (series[step] for series in as_drawn(curve, cumulative=cumulative))
    says = f"{_display.percent(value)} at {time:g} {curve.time_unit}"
    return says if isnan(low) else f"{says} ({_display.limits(low, high, 'share')})"


def _estimate(estimate: Estimate) -> str:
    if estimate.withheld:
        return _display.WITHHELD
    if isnan(estimate.value):
        why = f" ({estimate.caveat})" if estimate.caveat else ""
        return f"{_display.NOT_AVAILABLE}{why}"
    if isnan(estimate.interval.low):
        return f"{estimate.printed}, no limits ({estimate.counts})"
    return f"{estimate.printed}, {estimate.printed_interval} ({estimate.counts})"


def _cell(text: str) -> str:
    return f"number {text}" if text == _display.WITHHELD else text


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
