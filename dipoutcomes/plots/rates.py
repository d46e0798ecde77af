"""Rates window by window, as dots with whiskers."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Estimate, EstimateTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SLOT_INCHES = 1.45  # of one window, where there is room
_MOST_INCHES = 7.6  # of the figure: a wider one is shrunk on the page until it cannot be read
_AXIS_INCHES = 0.9


def plot_rates(table: EstimateTable, *, connect: bool = False, ax: Axes | None = None) -> Axes:
    r"""Draw one rate a window from left to right, with its interval and its counts.

    Parameters
    ----------
    table : EstimateTable
        Rows of one measure (events per person-year); `label` is the window and `group`, if
        given, the series. Windows stand in the order in which they first appear.
    connect : bool, default False
        Join the dots of a series, as a slope. Only for windows that follow one another: "3+"
        and "12+" are nested and a line between them would mislead.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the table is empty, or its rows have several measures, quantities or levels.

    Examples
    --------
    >>> from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
    >>> rate = Estimate(measure="arrests per person-year", value=1.5, events=42, base=28.0,
    ...     interval=Interval(1.0, 2.2, 0.95, "robust"), base_unit="person-years", quantity="rate")
    >>> row = EstimateRow(label="before", estimate=rate)
    >>> ax = plot_rates(EstimateTable(name="rates", caption="Rates", rows=(row,)))
    >>> ax.get_ylabel()
    'Arrests per person-year (95%\nconfidence interval)'
    """
    quantity, measure, level = style.one_kind(table)
    windows = list(dict.fromkeys(table.labels))
    series = list(dict.fromkeys(row.group for row in table.rows))
    slot = _slot(len(windows), len(series))
    if ax is None:
        ax = style.new_axes(max(4.5, _AXIS_INCHES + slot * len(windows)), 3.7)
    ax.set_xlim(-0.5, len(windows) - 0.5)
    ax.set_ylim(0, _top(table))
    for position, group in enumerate(series):
        rows = [row for row in table.rows if row.group == group]
        places = [windows.index(r.label) + _shift(position, len(series)) for r in rows]
        estimates = [row.estimate for row in rows]
        _draw_series(ax, places, estimates, position, group, connect=connect)
    counts = _counts_line(table, windows, series, slot - 0.1)
    ax.set_xticks(range(len(windows)), [style.plain(text) for text in counts])
    style.tidy(ax, grid="y")
    ax.tick_params(axis="x", length=0)
    style.format_axis(ax.yaxis, quantity)
    style.y_title(ax, style.axis_title(measure, quantity, level))
    ax.set_xlabel("Period, with the counts each rate rests on", fontsize=style.TEXT)
    if len(series) > 1:
        ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=style.TEXT, ncols=2
        )
    return ax


def _slot(windows: int, series: int) -> float:
    """Return the inches across of one window."""
    wanted = max(_SLOT_INCHES, 0.85 * series)
    return max(0.9, min(wanted, (_MOST_INCHES - _AXIS_INCHES) / windows))


def _shift(position: int, series: int) -> float:
    """Return how far from the middle of its slot a series stands."""
    return 0.56 * ((position + 0.5) / series - 0.5) if series > 1 else 0.0


def _top(table: EstimateTable) -> float:
    seen = [
        x
        for e in table.estimates
        if not e.withheld
        for x in (e.value, e.interval.high)
        if isfinite(x)
    ]
    return 1.12 * max(seen, default=1.0) or 1.0


def _draw_series(
    ax: Axes,
    places: list[float],
    estimates: list[Estimate],
    position: int,
    group: str,
    *,
    connect: bool,
) -> None:
    colour: Any = style.nth(style.COLOURS, position)
    shown = [(x, e) for x, e in zip(places, estimates, strict=True) if _can_be_drawn(e)]
    for x, estimate in zip(places, estimates, strict=True):
        if not _can_be_drawn(estimate):
            _say_why_not(ax, x, estimate)
    top = ax.get_ylim()[1]
    for x, estimate in shown:
        low, high = estimate.interval
        if not isnan(low):
            ends = [max(low, 0.0), min(high, top)]
            ax.plot([x, x], ends, color=colour, linewidth=1.8, solid_capstyle="butt")
            marks: Any = ("_", "_" if high <= top else "^")
            for y, mark in zip(ends, marks, strict=True):
                ax.plot(x, y, marker=mark, color=colour, markersize=8, clip_on=False)
        ax.annotate(
            estimate.printed,
            (x, estimate.value),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.TEXT,
            color=style.INK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8},
        )
    ax.plot(
        [x for x, _ in shown],
        [e.value for _, e in shown],
        marker=style.nth(style.MARKERS, position),
        markersize=7,
        color=colour,
        linestyle=style.nth(style.LINES, position) if connect else "none",
        linewidth=1.2,
        label=style.plain(group or "rate"),
        clip_on=False,
    )


def _can_be_drawn(estimate: Estimate) -> bool:
    return not estimate.withheld and isfinite(estimate.value)


def _say_why_not(ax: Axes, x: float, estimate: Estimate) -> None:
    ax.annotate(
        _display.WITHHELD if estimate.withheld else _display.NOT_AVAILABLE,
        (x, 0.5),
        xycoords=("data", "axes fraction"),
        ha="center",
        va="center",
        rotation=90,
        fontsize=style.TEXT,
        style="italic",
        color=style.FAINT,
    )


def _counts_line(
    table: EstimateTable, windows: list[str], series: list[str], inches: float
) -> list[str]:
    """Return each window's name with its counts beneath, one line a series."""
    found = {(row.label, row.group): row.estimate.counts for row in table.rows}
    lines = []
    for window in windows:
        parts = [style.wrap(window, inches)]
        for group in series:
            if counts := found.get((window, group)):
                says = f"{group}: {counts}" if len(series) > 1 else counts
                parts.append(style.wrap(says, inches))
        lines.append("\n".join(parts))
    return lines
