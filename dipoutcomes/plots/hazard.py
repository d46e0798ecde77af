"""Events per person-year over time, with limits, over the numbers still followed."""

from __future__ import annotations

from bisect import bisect_right
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.curves import _ticks, _write_numbers
from dipoutcomes.results import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE_POINTS = 12.5
_MOST_EDGES = 7  # that can be ticks, so that the numbers beneath are those of the edges
_HIGHEST = 3.0  # times the highest value: what limits of the last few people may take of the axis


def plot_hazard(curves: tuple[Curve, ...], *, ax: Axes | None = None, smooth: bool = False) -> Axes:
    r"""Draw the events per person-year over time, a line a group, shaded to its limits.

    Parameters
    ----------
    curves : tuple of Curve
        From `survival.piecewise_hazard` or, with *smooth*, `survival.smooth_hazard`; of one
        measure, time unit and confidence level. A withheld curve has no line.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted.
    smooth : bool, default False
        Join the points; otherwise each value holds up to the next edge.

    Returns
    -------
    matplotlib.axes.Axes
        Beneath it the people followed just before each time and, in brackets, events so far. The
        axis ends at three times the highest value: a limit beyond it is cut.

    Raises
    ------
    ValueError
        If there is no curve, or they differ in measure, time unit or confidence level.

    Examples
    --------
    >>> from dipoutcomes.results import Curve
    >>> curve = Curve(label="all", measure="events per person-year", time=(0.0, 90.0, 365.0),
    ...     value=(1.2, 0.6, 0.6), low=(0.9, 0.4, 0.4), high=(1.6, 0.8, 0.8),
    ...     at_risk=(200, 150, 90), events=(0, 50, 60), censored=(0, 0, 0), time_unit="days",
    ...     confidence_level=0.95, method="exact Poisson (Garwood)")
    >>> plot_hazard((curve,)).get_ylabel()
    'Events per person-year (95%\nconfidence interval shaded)'
    """
    curves = tuple(curves)
    measure, level = _check(curves)
    if ax is None:
        ax = style.new_axes(7.2, 3.5 + 2 * len(curves) * _LINE_POINTS / 72)
    for position, curve in enumerate(curves):
        _draw(ax, curve, position, smooth=smooth)
    shown = [c for c in curves if not c.withheld and c.time]
    values = [v for c in shown for v in c.value if isfinite(v)]
    limits = [v for c in shown for v in c.high if isfinite(v)]
    highest = max(values, default=0.0)
    if highest > 0:
        ax.set_ylim(0, min(1.06 * max(limits, default=highest), _HIGHEST * highest))
    ax.set_xlim(0, max((c.time[-1] for c in shown), default=1.0) * 1.02)
    if shown:
        edges = sorted({t for c in shown for t in c.time})
        few = not smooth and len(edges) <= _MOST_EDGES
        ticks = edges if few else _ticks(edges[-1], curves)
        ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    style.format_axis(ax.yaxis, "rate")
    style.tidy(ax, grid="y")
    unit = curves[0].time_unit.capitalize()
    ax.set_xlabel(f"{unit} from the start of follow-up", fontsize=style.TEXT)
    style.y_title(
        ax, style.axis_title(measure, "rate", level).replace("interval)", "interval shaded)")
    )
    if len(curves) > 1:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=style.TEXT)
    _write_numbers(ax, curves)
    return ax


def describe_hazard(curves: tuple[Curve, ...], *, smooth: bool = False) -> str:
    """Return the text alternative of `plot_hazard`.

    Parameters
    ----------
    curves : tuple of Curve
    smooth : bool, default False
        As given to `plot_hazard`: points at the start, the middle and the end; otherwise each
        stretch of time.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        As in `plot_hazard`.

    Examples
    --------
    >>> from dipoutcomes.survival.hazard import piecewise_hazard
    >>> curve = piecewise_hazard([1, 2, 2, 3, 5], [1, 1, 0, 1, 0], (0, 2, 5), time_unit="years")
    >>> print(describe_hazard((curve,)))
    Step chart of the events per person-year over time, 1 line with 95% confidence intervals and
    the numbers still followed. all: 5 people, 3 events; 0.22 (0.03 to 0.80) from 0 to 2 years;
    0.25 (0.01 to 1.39) from 2 to 5 years.
    """
    curves = tuple(curves)
    measure, level = _check(curves)
    kind, lines = ("Line" if smooth else "Step"), f"{len(curves)} line{'s' * (len(curves) > 1)}"
    parts = [
        f"{kind} chart of the {measure} over time, {lines} with {level} confidence intervals and "
        "the numbers still followed."
    ]
    for curve in curves:
        if curve.withheld or not curve.time:
            parts.append(f"{curve.label}: {_display.WITHHELD}.")
            continue
        said = _points(curve) if smooth else _stretches(curve)
        parts.append(
            f"{curve.label}: {curve.n:,} people, {sum(curve.events):,} events; {'; '.join(said)}."
        )
    return " ".join(parts)


def _check(curves: tuple[Curve, ...]) -> tuple[str, str]:
    if not curves:
        raise ValueError("`curves` is empty: there is nothing to draw")
    for what in ("measure", "time_unit", "confidence_level"):
        if len({getattr(curve, what) for curve in curves}) > 1:
            raise ValueError(f"the curves differ in {what}; draw them apart")
    return curves[0].measure, _display.level(curves[0].confidence_level)


def _draw(ax: Axes, curve: Curve, position: int, *, smooth: bool) -> None:
    colour: Any = style.nth(style.COLOURS, position)
    line: Any = style.nth(style.LINES, position)
    label = style.plain(curve.label)
    if curve.withheld or not curve.time:
        ax.plot([], [], color=style.FAINT, linestyle=line, label=f"{label}: {_display.WITHHELD}")
        return
    shade: dict[str, Any] = {"color": colour, "alpha": 0.13, "linewidth": 0}
    where: dict[str, Any] = {} if smooth else {"drawstyle": "steps-post"}
    ax.fill_between(curve.time, curve.low, curve.high, step=None if smooth else "post", **shade)
    for edge in (curve.low, curve.high):  # a thin edge: shades of grey that overlap look alike
        ax.plot(curve.time, edge, color=colour, linewidth=0.5, linestyle=line, **where)
    ax.plot(
        curve.time, curve.value, color=colour, linewidth=2, linestyle=line, label=label, **where
    )


def _stretches(curve: Curve) -> list[str]:
    return [
        f"{_at(curve, step)} from {curve.time[step]:g} to {curve.time[step + 1]:g} "
        f"{curve.time_unit}"
        for step in range(len(curve.time) - 1)
    ]


def _points(curve: Curve) -> list[str]:
    end = curve.time[-1]
    steps = [max(bisect_right(curve.time, share * end) - 1, 0) for share in (0.0, 0.5, 1.0)]
    return [f"{_at(curve, k)} at {curve.time[k]:g} {curve.time_unit}" for k in steps]


def _at(curve: Curve, step: int) -> str:
    value = _display.quantity(curve.value[step], "rate")
    low, high = curve.low[step], curve.high[step]
    return value if isnan(low) else f"{value} ({_display.limits(low, high, 'rate')})"
