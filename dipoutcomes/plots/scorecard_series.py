"""Figures of a scorecard's rows: period by period, and the change since the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dipoutcomes.results import EstimateRow, EstimateTable


class RunChart(Protocol):
    """What the figure reads; ``scorecard.series.RunChart`` has it."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def points(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def centre(self) -> float: ...  # noqa: D102
    @property
    def confidence_level(self) -> float: ...  # noqa: D102


def plot_run_chart(chart: RunChart, *, ax: Axes | None = None) -> Axes:
    """Draw one row of the scorecard, period by period, within its limits.

    Parameters
    ----------
    chart : RunChart
        From ``scorecard.series.run_chart``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Bars: limits, each by the other periods; line: the centre; a filled cross: outside.

    Examples
    --------
    >>> from dipoutcomes.scorecard.series import run_chart
    >>> ax = plot_run_chart(run_chart([20, 24, 19], [60, 66, 58], name="Assessed"))
    >>> ax.get_ylabel() or ax.get_title(loc="left")
    'Assessed: share (95% limits for all periods at once)'
    """
    if ax is None:
        ax = style.new_axes(6.4, 3.2)
    places = range(len(chart.points))
    for x, point in zip(places, chart.points, strict=True):
        low, high = _value(chart, point.low, point), _value(chart, point.high, point)
        ax.plot([x, x], [low, high], color="#dddddd", linewidth=14, solid_capstyle="butt", zorder=1)
        outside = point.signal
        ax.plot(
            [x], [_value(chart, point.count, point)],
            linestyle="none", marker="X" if outside else "o", markersize=8 if outside else 6,
            color=style.COLOURS[1] if outside else style.COLOURS[0], zorder=3,
        )  # fmt: skip
        ax.annotate(
            _counts(chart, point), (x, _value(chart, point.count, point)),
            xytext=(9, 0), textcoords="offset points", va="center", fontsize=style.SMALL,
            color=style.INK,
        )  # fmt: skip
    centres = [_centre(chart, point) for point in chart.points]
    ax.plot(list(places), centres, color=style.FAINT, linewidth=1, zorder=2)
    labels = [style.plain(style.wrap(point.label, 1.3, style.SMALL)) for point in chart.points]
    ax.set_xticks(list(places), labels, fontsize=style.SMALL)
    ax.set_xlim(-0.5, len(chart.points) - 0.3)
    style.tidy(ax, grid="y")
    ax.set_ylim(bottom=0)
    if chart.kind == "share":
        style.format_axis(ax.yaxis, "share")
    what = "share" if chart.kind == "share" else "number"
    level = _display.level(chart.confidence_level)
    ax.set_title(
        style.plain(f"{chart.name}: {what} ({level} limits for all periods at once)"),
        loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    return ax


def describe_run_chart(chart: RunChart) -> str:
    """Return the text alternative of `plot_run_chart`.

    Parameters
    ----------
    chart : RunChart

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.series import run_chart
    >>> print(describe_run_chart(run_chart([20, 24, 19], [60, 66, 58], name="Assessed")))
    Run chart of Assessed. 1: 20 of 60, limits 11 to 32. 2: 24 of 66, limits 11 to 34. 3: 19 of 58,
    limits 10 to 31. Every period lies within its limits.
    """
    rows = [
        f"{p.label}: {_counts(chart, p)}, limits {p.low:,} to {p.high:,}." for p in chart.points
    ]
    outside = [p.label for p in chart.points if p.signal]
    said = f"Outside: {', '.join(outside)}." if outside else "Every period lies within its limits."
    return " ".join([f"Run chart of {chart.name}.", *rows, said])


def _value(chart: RunChart, count: float, point: Any) -> float:
    if chart.kind == "share":
        return count / point.base if point.base else 0.0
    return count


def _centre(chart: RunChart, point: Any) -> float:
    return chart.centre if chart.kind == "share" else chart.centre * point.base


def _counts(chart: RunChart, point: Any) -> str:
    if chart.kind == "share":
        return f"{point.count:,} of {point.base:,}"
    return f"{point.count:,}"


def plot_changes(table: EstimateTable, *, ax: Axes | None = None) -> Axes:
    """Draw the change of every row since the last period, a thin line a row.

    Parameters
    ----------
    table : EstimateTable
        Differences of shares: ``BuiltCard.changes``. Rows that are withheld are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Dot: the difference; line: its interval; a filled cross where the interval leaves out 0.

    Raises
    ------
    ValueError
        If no row can be drawn.

    Examples
    --------
    >>> from dipoutcomes.results import EstimateRow, EstimateTable
    >>> from dipoutcomes.scorecard.measures import change_in_share
    >>> estimate = change_in_share(30, 93, 20, 61).estimate
    >>> row = EstimateRow(label="Prison", group="Referrals", estimate=estimate)
    >>> ax = plot_changes(EstimateTable(name="x", caption="Change", rows=(row,)))
    >>> ax.get_xlabel()
    'Change in points (95% interval)'
    """
    rows = _drawn(table)
    if ax is None:
        ax = style.new_axes(7.2, 0.9 + 0.21 * len(rows))
    ax.axvline(0, color=style.FAINT, linewidth=1, zorder=1)
    for y, row in enumerate(rows):
        low, high = (100 * limit for limit in row.estimate.interval)
        clear = low > 0 or high < 0
        colour = style.COLOURS[1] if clear else style.COLOURS[0]
        ax.plot([low, high], [y, y], color=colour, linewidth=1.6, zorder=2)
        ax.plot(
            [100 * row.estimate.value], [y], linestyle="none", color=colour, zorder=3,
            marker="X" if clear else "o", markersize=7 if clear else 4.5,
        )  # fmt: skip
    labels = [style.plain(f"{row.group}: {row.label}") for row in rows]
    ax.set_yticks(range(len(rows)), labels)
    style.tidy(ax)
    ax.tick_params(axis="y", labelsize=style.SMALL)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    level = _display.level(rows[0].estimate.interval.confidence_level)
    ax.set_xlabel(f"Change in points ({level} interval)", fontsize=style.TEXT)
    return ax


def describe_changes(table: EstimateTable) -> str:
    """Return the text alternative of `plot_changes`.

    Parameters
    ----------
    table : EstimateTable

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.results import EstimateRow, EstimateTable
    >>> from dipoutcomes.scorecard.measures import change_in_share
    >>> estimate = change_in_share(30, 93, 20, 61).estimate
    >>> row = EstimateRow(label="Prison", group="Referrals", estimate=estimate)
    >>> print(describe_changes(EstimateTable(name="x", caption="Change", rows=(row,))))
    Change. Referrals, Prison: -0.5 points (-15.9 to +14.2 points).
    """
    rows = [
        f"{r.group}, {r.label}: {r.estimate.printed} ({r.estimate.printed_interval})."
        for r in _drawn(table)
    ]
    return " ".join([f"{table.caption}.", *rows])


def _drawn(table: EstimateTable) -> list[EstimateRow]:
    rows = [row for row in table.rows if not row.estimate.withheld]
    if not rows:
        raise ValueError("every row is withheld, or there is none: there is nothing to draw")
    return rows
