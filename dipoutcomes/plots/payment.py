"""From counts to price: a waterfall of what was counted, what the rules take away, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, Protocol

from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Bars(Protocol):
    """What the figure reads of a `payment.waterfall.Waterfall`."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def bars(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def needed(self) -> float: ...  # noqa: D102
    @property
    def needed_says(self) -> str: ...  # noqa: D102


def plot_waterfall(waterfall: Bars, *, ax: Axes | None = None) -> Axes:
    """Draw a waterfall from the counts to the price, a row a step.

    Parameters
    ----------
    waterfall : Waterfall
        From ``dipoutcomes.payment.waterfall``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Steps up are dark, steps down are light and hatched, totals are outlined in black; each bar
        has its number beside it.

    Examples
    --------
    >>> from types import SimpleNamespace as Some
    >>> bars = [Some(label="units", size=500.0, is_total=False, says="GBP 500.00"),
    ...         Some(label="cap", size=-100.0, is_total=False, says="-GBP 100.00"),
    ...         Some(label="due", size=400.0, is_total=True, says="GBP 400.00")]
    >>> drawn = Some(title="From counts to price", bars=bars, unit="GBP", needed=float("nan"),
    ...              needed_says="")
    >>> plot_waterfall(drawn).get_xlabel()
    'GBP'
    """
    bars = list(waterfall.bars)
    if not bars:
        raise ValueError("`waterfall` has no bars to draw")
    if ax is None:
        ax = style.new_axes(7.2, 1.1 + 0.52 * len(bars))
    running, ends = 0.0, []
    for row, bar in enumerate(bars):
        start = 0.0 if bar.is_total else running
        _bar(ax, row, start, bar)
        running = start + bar.size
        ends.append((start, running))
        if row + 1 < len(bars):
            ax.plot([running, running], [row, row + 1], color=style.FAINT, linewidth=0.8)
    _numbers(ax, bars, ends)
    ax.set_yticks(range(len(bars)))
    ax.set_yticklabels([style.plain(style.wrap(bar.label, 2.3)) for bar in bars])
    ax.invert_yaxis()
    ax.axvline(0, color=style.INK, linewidth=0.8)
    if not isnan(waterfall.needed):
        ax.axvline(waterfall.needed, color=style.COLOURS[1], linestyle=(0, (5, 2)), linewidth=1.4)
        ax.annotate(
            style.plain(waterfall.needed_says),
            (waterfall.needed, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=style.SMALL,
            color=style.COLOURS[1],
        )
    ax.set_xlabel(style.plain(waterfall.unit), fontsize=style.TEXT)
    style.format_axis(ax.xaxis, "count")
    style.tidy(ax)
    return ax


def describe_waterfall(waterfall: Bars) -> str:
    """Return the text alternative of `plot_waterfall`.

    Parameters
    ----------
    waterfall : Waterfall

    Returns
    -------
    str

    Examples
    --------
    >>> from types import SimpleNamespace as Some
    >>> bars = [Some(label="due", size=400.0, is_total=True, says="GBP 400.00")]
    >>> describe_waterfall(Some(title="Price", bars=bars, unit="GBP", needed=float("nan"),
    ...                         needed_says=""))
    'Waterfall chart, 1 step. Price. due: GBP 400.00.'
    """
    steps = "; ".join(f"{bar.label}: {bar.says}" for bar in waterfall.bars)
    count = len(list(waterfall.bars))
    needed = f" A line marks what is {waterfall.needed_says}." if waterfall.needed_says else ""
    plural = "" if count == 1 else "s"
    return f"Waterfall chart, {count} step{plural}. {waterfall.title}. {steps}.{needed}"


def _bar(ax: Axes, row: int, start: float, bar: Any) -> None:
    down = bar.size < 0 and not bar.is_total
    ax.barh(
        row,
        bar.size,
        left=start,
        height=0.62,
        color="#f3d9cb" if down else style.COLOURS[0 if not bar.is_total else 2],
        edgecolor=style.COLOURS[1] if down else style.INK,
        linewidth=1.4 if bar.is_total else 0.8,
        hatch="////" if down else None,
    )


def _numbers(ax: Axes, bars: Sequence[Any], ends: Sequence[tuple[float, float]]) -> None:
    """Write each number to the right of its bar, with room for the longest."""
    right = max(max(pair) for pair in ends)
    left = min(0.0, *(min(pair) for pair in ends))
    span = (right - left) or 1.0
    for row, (bar, pair) in enumerate(zip(bars, ends, strict=True)):
        ax.annotate(
            style.plain(bar.says),
            (max(pair), row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.SMALL,
            color=style.INK,
        )
    ax.set_xlim(left - (0.02 * span if left < 0 else 0), right + 0.32 * span)
