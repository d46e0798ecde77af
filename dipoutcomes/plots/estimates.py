"""Estimates side by side, each with its interval, and what it rests on in words."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Estimate, EstimateTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL_INCHES = 2.3
_TITLE_INCHES = 5.5
_COUNT_INCHES = 1.7
_VALUE_INCHES = 1.5
_NO_EFFECT = {"difference": 0.0, "ratio": 1.0}


def plot_estimates(table: EstimateTable, *, ax: Axes | None = None) -> Axes:
    """Draw each estimate as a point and its interval as a line, the first row at the top.

    Parameters
    ----------
    table : EstimateTable
        Rows of one measure, one quantity and one confidence level. A row that is withheld says
        so and shows nothing; a row without a value says "not available".
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, tall enough for the rows, is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes
        Nothing is shown or saved. Labels stand to the left; counts, value and limits to the
        right of each row.

    Raises
    ------
    ValueError
        If the table is empty or its rows have several measures, quantities or levels.

    Examples
    --------
    >>> from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
    >>> share = Estimate(measure="share arrested", value=0.75, events=21, base=28.0,
    ...     interval=Interval(0.566, 0.873, 0.95, "Wilson score"), base_unit="persons")
    >>> row = EstimateRow(label="12 months", estimate=share)
    >>> table = EstimateTable(name="shares", caption="Shares", rows=(row,))
    >>> plot_estimates(table).get_xlabel()
    'Share arrested (95% confidence interval)'
    """
    texts = [(_counts(row.estimate), _value_and_limits(row.estimate)) for row in table.rows]
    return _draw(table, texts, ax)


def plot_methods(
    table: EstimateTable, *, published: float | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what several methods (or sampling frames) say of one finding, row by row.

    Parameters
    ----------
    table : EstimateTable
        One row a method; `group` may name the frame.
    published : float, optional
        The value as published, in the unit of the rows; drawn as a line. If omitted, the value
        that all rows share, where they do.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        The counts stand under the axis when all rows rest on the same ones.

    Raises
    ------
    ValueError
        As in `plot_estimates`.

    Examples
    --------
    >>> from dipoutcomes.outcomes import share_by_method
    >>> ax = plot_methods(share_by_method(21, 28))
    >>> [label.get_text() for label in ax.get_yticklabels()][:2]
    ['Wilson score', 'exact (Clopper-Pearson)']
    """
    counts = {_counts(e) for e in table.estimates}
    shared = counts.pop() if len(counts) == 1 else ""
    texts = [("" if shared else _counts(row.estimate), _limits(row.estimate)) for row in table.rows]
    ax = _draw(table, texts, ax)
    if shared:
        ax.set_xlabel(f"{ax.get_xlabel()}\nall from {style.plain(shared)}")
    values = {e.value for e in table.estimates if not e.withheld and not isnan(e.value)}
    if published is None and len(values) == 1 and not any(e.withheld for e in table.estimates):
        published = values.pop()
    if published is not None:
        _mark_published(ax, published, table.estimates[0].quantity)
    return ax


def _mark_published(ax: Axes, published: float, quantity: str) -> None:
    ax.axvline(published, color=style.COLOURS[1], linestyle=(0, (4, 2)), linewidth=1.4, zorder=1)
    ax.annotate(
        f"as counted: {_display.quantity(published, quantity)}",
        (published, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.TEXT,
        color=style.COLOURS[1],
    )


def _draw(table: EstimateTable, texts: list[tuple[str, str]], ax: Axes | None) -> Axes:
    """Draw rows and their words; returns the axes with title, ticks and columns of text."""
    quantity, measure, level = style.one_kind(table)
    labels = [style.wrap(row.label, _LABEL_INCHES) for row in table.rows]
    words = [
        (style.wrap(counts, _COUNT_INCHES), style.wrap_lines(value, _VALUE_INCHES))
        for counts, value in texts
    ]
    heights = [
        max(1.6, *(t.count("\n") + 1.5 for t in (label, *pair)))
        for label, pair in zip(labels, words, strict=True)
    ]
    positions, headings, total = _positions(table, heights)
    if ax is None:
        ax = style.new_axes(7.6, 0.85 + 0.17 * total)
    ax.set_ylim(total, 0)
    if quantity == "ratio":
        ax.set_xscale("log")
    ax.set_xlim(*_range(table, quantity))
    for y, row in zip(positions, table.rows, strict=True):
        _draw_row(ax, y, row.estimate)
    if quantity in _NO_EFFECT:
        ax.axvline(_NO_EFFECT[quantity], color=style.FAINT, linewidth=1, zorder=1)
    ax.set_yticks(positions, [style.plain(label) for label in labels])
    _write_columns(ax, positions, words)
    for y, heading in headings:
        _write(ax, 0, y, heading, weight="bold", ha="left", offset=4)
    style.tidy(ax)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    style.format_axis(ax.xaxis, quantity)
    title = style.wrap(style.axis_title(measure, quantity, level), _TITLE_INCHES)
    ax.set_xlabel(title, fontsize=style.TEXT)
    return ax


def _positions(
    table: EstimateTable, heights: list[float]
) -> tuple[list[float], list[tuple[float, str]], float]:
    """Return where each row and each group's heading stands, in lines from the top."""
    positions, headings, y, group = [], [], 0.3, ""
    for row, height in zip(table.rows, heights, strict=True):
        if row.group and row.group != group:
            headings.append((y + 0.8, row.group))
            y += 1.7
        group = row.group
        positions.append(y + height / 2)
        y += height
    return positions, headings, y + 0.3


def _range(table: EstimateTable, quantity: str) -> tuple[float, float]:
    """Return limits of the axis that hold every finite value; shares and rates start at 0."""
    seen = [
        number
        for e in table.estimates
        if not e.withheld
        for number in (e.value, e.interval.low, e.interval.high)
        if isfinite(number) and (quantity != "ratio" or number > 0)
    ]
    if quantity == "share":
        highest = max(seen, default=1.0)
        return 0.0, 1.0 if highest > 0.7 else 1.08 * highest or 1.0
    if quantity == "ratio":
        return min([*seen, 0.8]) / 1.15, max([*seen, 1.25]) * 1.15
    base = [*seen, 0.0]
    room = 0.06 * (max(base) - min(base)) or 1.0
    return (min(base) - room if min(base) < 0 else 0.0), max(base) + room


def _draw_row(ax: Axes, y: float, estimate: Estimate) -> None:
    if estimate.withheld or isnan(estimate.value):
        words = _display.WITHHELD if estimate.withheld else _display.NOT_AVAILABLE
        _write(ax, 0.5, y, words, style="italic", color=style.FAINT, ha="center")
        return
    left, right = ax.get_xlim()
    low, high = estimate.interval
    if not isnan(low):
        ends: Any = ("|" if low >= left else "<", "|" if high <= right else ">")
        span = (max(low, left), min(high, right))
        ax.plot(span, [y, y], color=style.COLOURS[0], linewidth=1.8, solid_capstyle="butt")
        for x, marker in zip(span, ends, strict=True):
            ax.plot(x, y, marker=marker, color=style.COLOURS[0], markersize=7, clip_on=False)
    if left <= estimate.value <= right:
        ax.plot(
            estimate.value, y, marker="o", color=style.COLOURS[0], markersize=6.5, clip_on=False
        )


def _write_columns(ax: Axes, positions: list[float], words: list[tuple[str, str]]) -> None:
    """Write counts and values in two columns to the right of the axes."""
    widest = max(style.text_inches(line) for pair in words for line in pair[0].split("\n"))
    second = 14 + (72 * widest + 16 if widest else 0)
    for y, (counts, value) in zip(positions, words, strict=True):
        _write(ax, 1, y, counts, ha="left", offset=14)
        _write(ax, 1, y, value, ha="left", offset=second)


def _write(ax: Axes, x: float, y: float, text: str, *, offset: float = 0, **how: Any) -> None:
    """Write *text* at *x* of the width of the axes and row *y*, *offset* points to the right."""
    if text:
        ax.annotate(
            style.plain(text),
            (x, y),
            xycoords=("axes fraction", "data"),
            xytext=(offset, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            fontsize=style.TEXT,
            **({"color": style.INK} | how),
        )


def _counts(estimate: Estimate) -> str:
    return estimate.counts


def _value_and_limits(estimate: Estimate) -> str:
    if estimate.withheld or isnan(estimate.value):
        return ""
    if isnan(estimate.interval.low):
        return f"{estimate.printed}\n(no limits)"
    return f"{estimate.printed}\n({estimate.printed_interval})"


def _limits(estimate: Estimate) -> str:
    if estimate.withheld or isnan(estimate.value):
        return ""
    return "no limits" if isnan(estimate.interval.low) else estimate.printed_interval
