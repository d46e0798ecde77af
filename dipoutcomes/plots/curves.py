"""Step curves with their limits, over a table of who is still followed."""

from __future__ import annotations

from bisect import bisect_right
from math import isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS = {
    "days": (1, 7, 14, 30, 60, 90, 180, 365, 730),
    "weeks": (1, 2, 4, 13, 26, 52, 104),
    "months": (1, 2, 3, 6, 12, 24),
}
_MOST_TICKS = 7
_LABEL_INCHES = 1.5
_LINE_POINTS = 12.5
_TABLE_INCHES = 5.6
_TABLE_STARTS = 44.0  # points below the axes: under the ticks and the title of the axis


def plot_curves(
    curves: tuple[Curve, ...],
    *,
    ax: Axes | None = None,
    cumulative: bool = True,
    bands: tuple[Curve, ...] = (),
) -> Axes:
    r"""Draw one step curve a group, shaded to its limits, over the numbers still followed.

    Parameters
    ----------
    curves : tuple of Curve
        Of one measure, time unit and confidence level. A withheld curve has no line, and the
        word in place of its numbers.
    ax : matplotlib.axes.Axes, optional
        Where to draw; the table is written beneath these axes. A new figure is made if omitted.
    cumulative : bool, default True
        Draw the share with the event, rising from 0; otherwise the share without, falling from
        1. A curve that rises already ("cumulative incidence ...") is drawn as it is.
    bands : tuple of Curve, optional
        The same curves with limits that hold all of a curve at once (`survival.survival_band`),
        matched by label; drawn as dotted lines around the shade.

    Returns
    -------
    matplotlib.axes.Axes
        The table beneath counts people followed just before each time and, in brackets, events
        up to and including it. A curve ends where its follow-up ends.

    Raises
    ------
    ValueError
        If there is no curve, they differ in measure, time unit or confidence level, or a band is
        not of one of them.

    Examples
    --------
    >>> from dipoutcomes.results import Curve
    >>> curve = Curve(label="all", measure="share not yet arrested", time=(0.0, 30.0),
    ...     value=(1.0, 0.5), low=(0.2, 0.1), high=(1.0, 0.9), at_risk=(2, 2), events=(0, 1),
    ...     censored=(0, 1), time_unit="days", confidence_level=0.95, method="log-log")
    >>> plot_curves((curve,)).get_ylabel()
    'Share arrested (95% confidence\ninterval shaded)'
    """
    curves = tuple(curves)
    measure, level = check_alike(curves, cumulative=cumulative)
    around = matched_bands(curves, bands)
    if ax is None:
        lines = sum(_label(curve).count("\n") + 1 for curve in curves)
        ax = style.new_axes(7.2, 3.5 + (lines + len(curves)) * _LINE_POINTS / 72)
    for position, curve in enumerate(curves):
        _draw_curve(ax, curve, position, cumulative=cumulative)
        if curve.label in around:
            _draw_band(ax, around[curve.label], position, cumulative=cumulative)
    _set_axes(ax, curves, tuple(around.values()), cumulative=cumulative)
    shade = "interval shaded; dotted: band for the whole curve)" if around else "interval shaded)"
    style.y_title(ax, style.axis_title(measure, "share", level).replace("interval)", shade))
    if len(curves) > 1:
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            frameon=False,
            fontsize=style.TEXT,
            ncols=2 if max(len(c.label) for c in curves) < 36 else 1,
            handlelength=3.2,
        )
    _write_numbers(ax, curves)
    return ax


def check_alike(curves: tuple[Curve, ...], *, cumulative: bool) -> tuple[str, str]:
    """Return the measure as drawn and the printed level that all curves share."""
    if not curves:
        raise ValueError("`curves` is empty: there is nothing to draw")
    for what in ("measure", "time_unit", "confidence_level"):
        found = sorted({str(getattr(curve, what)) for curve in curves})
        if len(found) > 1:
            raise ValueError(f"the curves differ in {what}: {', '.join(found)}; draw them apart")
    first = curves[0]
    turned = cumulative and any(falls(c) for c in curves)
    rises = turned or not any(falls(c) for c in curves)
    return measure_as_drawn(first.measure, rises=rises), _display.level(first.confidence_level)


def matched_bands(curves: tuple[Curve, ...], bands: tuple[Curve, ...]) -> dict[str, Curve]:
    """Return the band of each curve that has one and may be shown, by its label."""
    known = {curve.label: curve for curve in curves}
    for band in bands:
        if band.label not in known:
            raise ValueError(f"a band is called '{band.label}', and no curve is")
        shown = known[band.label]
        alike = band.withheld or shown.withheld or (band.time, band.value) == (
            shown.time, shown.value,
        )  # fmt: skip
        if not alike or band.confidence_level != shown.confidence_level:
            raise ValueError(f"the band called '{band.label}' is of another curve")
    return {b.label: b for b in bands if not (b.withheld or known[b.label].withheld)}


def falls(curve: Curve) -> bool:
    """Return whether the curve starts at 1 (or is withheld, and its measure says "not")."""
    if curve.withheld or not curve.value:
        return _names_those_without(curve.measure)
    return curve.value[0] == max(curve.value) and curve.value[0] > 0.5


def measure_as_drawn(measure: str, *, rises: bool) -> str:
    """Return what is drawn: "share not yet arrested" turned over is "share arrested"."""
    if rises and "not yet " in measure:
        return measure.replace("not yet ", "", 1)
    return measure if rises != _names_those_without(measure) else f"one minus {measure}"


def _names_those_without(measure: str) -> bool:
    return any(word in measure.split() for word in ("not", "no", "without", "free"))


def as_drawn(curve: Curve, *, cumulative: bool) -> tuple[list[float], list[float], list[float]]:
    """Return value, low and high, turned over where the share with the event is wanted."""
    if cumulative and falls(curve):
        return (
            [1 - v for v in curve.value],
            [1 - v for v in curve.high],
            [1 - v for v in curve.low],
        )
    return list(curve.value), list(curve.low), list(curve.high)


def _draw_curve(ax: Axes, curve: Curve, position: int, *, cumulative: bool) -> None:
    colour: Any = style.nth(style.COLOURS, position)
    line: Any = style.nth(style.LINES, position)
    label = style.plain(curve.label)
    if curve.withheld or not curve.time:
        ax.plot([], [], color=style.FAINT, linestyle=line, label=f"{label}: {_display.WITHHELD}")
        return
    value, low, high = as_drawn(curve, cumulative=cumulative)
    ax.fill_between(curve.time, low, high, step="post", color=colour, alpha=0.13, linewidth=0)
    for edge in (low, high):  # a thin edge: two shades of grey that overlap are hard to tell
        ax.step(curve.time, edge, where="post", color=colour, linewidth=0.5, linestyle=line)
    ax.step(curve.time, value, where="post", color=colour, linewidth=2, linestyle=line)
    # The mark shows the last value, which a step at the very end would hide, and names the line.
    ax.plot(
        curve.time[-1],
        value[-1],
        color=colour,
        linestyle=line,
        linewidth=2,
        marker=style.nth(style.MARKERS, position),
        markersize=6,
        label=label,
        clip_on=False,
    )


def _draw_band(ax: Axes, band: Curve, position: int, *, cumulative: bool) -> None:
    colour: Any = style.nth(style.COLOURS, position)
    _, low, high = as_drawn(band, cumulative=cumulative)
    for edge in (low, high):  # nan outside its range: no line there
        ax.step(band.time, edge, where="post", color=colour, linewidth=1.1, linestyle=":")


def _set_axes(
    ax: Axes, curves: tuple[Curve, ...], bands: tuple[Curve, ...], *, cumulative: bool
) -> None:
    """Set ranges and ticks; without a curve to show there is nothing to read off an axis."""
    shown = [c for c in curves if not c.withheld and c.time]
    end = max((c.time[-1] for c in shown), default=1.0) or 1.0
    ax.set_xlim(0, end * 1.02)
    ax.set_ylim(*_y_range((*curves, *bands), cumulative=cumulative))
    style.format_axis(ax.yaxis, "share")
    style.tidy(ax, grid="y")
    start = curves[0].time_unit.capitalize()
    ax.set_xlabel(f"{start} from the start of follow-up", fontsize=style.TEXT)
    if shown:
        ticks = _ticks(end, curves)
        ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
        return
    ax.set_xticks([])
    ax.set_yticks([])
    ax.text(
        0.5,
        0.5,
        _display.WITHHELD,
        transform=ax.transAxes,
        ha="center",
        fontsize=style.TEXT,
        style="italic",
        color=style.FAINT,
    )


def _y_range(curves: tuple[Curve, ...], *, cumulative: bool) -> tuple[float, float]:
    """Return 0 to the highest limit drawn; all of 0 to 1 where the curve falls."""
    if not cumulative and any(falls(c) for c in curves):
        return 0.0, 1.0
    drawn = [as_drawn(c, cumulative=cumulative) for c in curves if not c.withheld]
    seen = [v for value, _, high in drawn for v in (*value, *high) if not isnan(v)]
    highest = max(seen, default=1.0)
    return 0.0, 1.0 if highest > 0.7 or highest == 0 else 1.06 * highest


def _ticks(end: float, curves: tuple[Curve, ...]) -> list[float]:
    """Return times that a reader counts in (quarters of 13 weeks), as many as numbers fit."""
    widest = max(style.text_inches(_followed(c, 0.0), style.SMALL) for c in curves if c.time)
    most = min(_MOST_TICKS, max(2, int(_TABLE_INCHES / (1.25 * widest + 0.1))))
    for step in _STEPS.get(curves[0].time_unit, ()):
        if end / step < most:
            return [float(step * k) for k in range(int(end // step) + 1)]
    from matplotlib.ticker import MaxNLocator

    places = MaxNLocator(nbins=most).tick_values(0, end)
    return [float(t) for t in places if 0 <= t <= end]


def _label(curve: Curve) -> str:
    return style.wrap(curve.label, _LABEL_INCHES, style.SMALL)


def _followed(curve: Curve, time: float) -> str:
    so_far = sum(curve.events[: bisect_right(curve.time, time)])
    return f"{curve.at_risk_at([time])[0]:,} ({so_far:,})"


def _write_numbers(ax: Axes, curves: tuple[Curve, ...]) -> None:
    """Write who is still followed, and events so far, under the ticks."""
    down = _TABLE_STARTS
    _under(ax, 0, -down, "Still followed (events so far)", ha="left", weight="bold")
    down += _LINE_POINTS * 1.25
    shown = [c for c in curves if not c.withheld and c.time]
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


def _under(
    ax: Axes, x: float | None, down: float, text: str, *, ha: str, left: float = 0, **how: Any
) -> None:
    """Write below the axes at time *x*, or *left* points to the left of them."""
    ax.annotate(
        style.plain(text),
        (0, 0) if x is None else (x, 0),
        xycoords="axes fraction" if x is None else ("data", "axes fraction"),
        xytext=(-left, down),
        textcoords="offset points",
        ha=ha,
        va="top",
        annotation_clip=False,
        fontsize=style.SMALL,
        color=style.INK,
        **how,
    )
