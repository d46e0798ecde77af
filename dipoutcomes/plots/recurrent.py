"""How often it happens again: mean cumulative functions over the people at risk."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.curves import (
    _LINE_POINTS,
    _TABLE_STARTS,
    _draw_curve,
    _followed,
    _label,
    _ticks,
    _under,
)
from dipoutcomes.results import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NO_ROOM = 3.0  # limits beyond this many times the highest mean are cut by the frame


def plot_mean_functions(curves: tuple[Curve, ...], *, ax: Axes | None = None) -> Axes:
    """Draw one mean cumulative function a group, shaded to its limits, over the people at risk.

    Parameters
    ----------
    curves : tuple of Curve
        ``mean.curve`` of each `MeanFunction`; of one measure, time unit and confidence level. A
        withheld curve has no line, and the word in place of its numbers.
    ax : matplotlib.axes.Axes, optional
        Where to draw; the table is written beneath these axes. A new figure is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes
        The table beneath counts people at risk just before each time (at liberty and followed:
        it can rise, as people come out of custody) and, in brackets, events up to that time.
        Where a limit is far above every mean, the frame cuts it.

    Raises
    ------
    ValueError
        If there is no curve, or they differ in measure, time unit or confidence level.

    Examples
    --------
    >>> from dipoutcomes.results import Curve
    >>> curve = Curve(label="all", measure="mean number of arrests per person",
    ...     time=(0.0, 30.0), value=(0.0, 1.5), low=(float("nan"), 0.9), high=(float("nan"), 2.4),
    ...     at_risk=(2, 2), events=(0, 3), censored=(0, 2), time_unit="days",
    ...     confidence_level=0.95, method="robust by person, log scale, t")
    >>> plot_mean_functions((curve,)).get_xlabel()
    'Days from the start of follow-up'
    """
    curves = tuple(curves)
    level = _check_alike(curves)
    if ax is None:
        lines = sum(_label(curve).count("\n") + 1 for curve in curves)
        ax = style.new_axes(7.2, 3.5 + (lines + len(curves)) * _LINE_POINTS / 72)
    for position, curve in enumerate(curves):
        _draw_curve(ax, curve, position, cumulative=False)
    shown = [c for c in curves if not c.withheld and c.time]
    end = max((c.time[-1] for c in shown), default=1.0) or 1.0
    ax.set_xlim(0, end * 1.02)
    ax.set_ylim(0, _highest(shown))
    style.format_axis(ax.yaxis, "mean")
    style.tidy(ax, grid="y")
    ax.set_xlabel(
        f"{curves[0].time_unit.capitalize()} from the start of follow-up", fontsize=style.TEXT
    )
    ticks = _ticks(end, tuple(shown)) if shown else []
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    if not shown:
        ax.set_yticks([])
    measure = curves[0].measure
    title = f"{measure[:1].upper()}{measure[1:]} ({level} confidence interval shaded)"
    style.y_title(ax, style.plain(title))
    if len(curves) > 1:
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            frameon=False,
            fontsize=style.TEXT,
            ncols=2 if max(len(c.label) for c in curves) < 36 else 1,
            handlelength=3.2,
        )
    _write_numbers(ax, curves, shown)
    return ax


def describe_mean_functions(curves: tuple[Curve, ...]) -> str:
    """Return the text alternative of `plot_mean_functions`: each curve half way and at its end.

    Parameters
    ----------
    curves : tuple of Curve

    Returns
    -------
    str

    Raises
    ------
    ValueError
        As in `plot_mean_functions`.
    """
    curves = tuple(curves)
    level = _check_alike(curves)
    kinds = "1 curve" if len(curves) == 1 else f"{len(curves)} curves"
    parts = [
        f"Step chart of the {curves[0].measure} over time, {kinds} with {level} confidence "
        "intervals and the numbers at risk."
    ]
    for curve in curves:
        if curve.withheld or not curve.time:
            parts.append(f"{curve.label}: {_display.WITHHELD}.")
            continue
        end = curve.time[-1]
        points = "; ".join(_point(curve, time) for time in (end / 2, end))
        events = sum(curve.events)
        noun = "event" if events == 1 else "events"
        parts.append(
            f"{curve.label}: {curve.n:,} at risk at the start, {events:,} {noun}; {points}."
        )
    return " ".join(parts)


def _point(curve: Curve, time: float) -> str:
    value, low, high = curve.at(time)
    says = f"{_display.number(value, 2)} at {time:g} {curve.time_unit}"
    return says if isnan(low) else f"{says} ({_display.limits(low, high, 'mean')})"


def _check_alike(curves: tuple[Curve, ...]) -> str:
    """Return the printed confidence level that all curves share."""
    if not curves:
        raise ValueError("`curves` is empty: there is nothing to draw")
    for what in ("measure", "time_unit", "confidence_level"):
        found = sorted({str(getattr(curve, what)) for curve in curves})
        if len(found) > 1:
            raise ValueError(f"the curves differ in {what}: {', '.join(found)}; draw them apart")
    return _display.level(curves[0].confidence_level)


def _highest(shown: list[Curve]) -> float:
    """Return the top of the axis: the highest limit, unless it would flatten every curve."""
    mean = max((max(c.value) for c in shown), default=1.0) or 1.0
    limit = max((h for c in shown for h in c.high if not isnan(h)), default=mean)
    return 1.06 * min(max(limit, mean), _NO_ROOM * mean)


def _write_numbers(ax: Axes, curves: tuple[Curve, ...], shown: list[Curve]) -> None:
    """Write who is at risk, and events so far, under the ticks."""
    down = _TABLE_STARTS
    _under(ax, 0, -down, "At risk (events so far)", ha="left", weight="bold")
    down += _LINE_POINTS * 1.25
    half = max((36 * style.text_inches(_followed(c, 0.0), style.SMALL) for c in shown), default=0)
    for curve in curves:
        label = _label(curve)
        _under(ax, None, -down, label, ha="right", left=half + 12)
        if curve in shown:
            for tick in ax.get_xticks():
                _under(ax, float(tick), -down, _followed(curve, float(tick)), ha="center")
        else:
            _under(ax, 0, -down, _display.WITHHELD, ha="left", style="italic")
        down += _LINE_POINTS * (label.count("\n") + 1) + 2
