"""A series broken at a known time, with what was expected without a break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class BrokenSeries(Protocol):
    """What the figure reads of a `SegmentedRegression`."""

    @property
    def labels(self) -> tuple[Any, ...]: ...  # noqa: D102
    @property
    def counts(self) -> Any: ...  # noqa: D102
    @property
    def fitted(self) -> Any: ...  # noqa: D102
    @property
    def expected(self) -> Any: ...  # noqa: D102
    @property
    def expected_low(self) -> Any: ...  # noqa: D102
    @property
    def expected_high(self) -> Any: ...  # noqa: D102
    @property
    def breaks_at(self) -> int: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def confidence_level(self) -> float: ...  # noqa: D102
    @property
    def level_change(self) -> Any: ...  # noqa: D102
    @property
    def effect_at_end(self) -> Any: ...  # noqa: D102


def plot_series(result: BrokenSeries, *, ax: Axes | None = None) -> Axes:
    """Draw a series, the model on both sides of the break and what the past led to expect.

    Parameters
    ----------
    result : SegmentedRegression
        From ``dipoutcomes.comparison.series.segmented_regression``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Dots are counts; the dashed line and its band go on as before the break.

    Examples
    --------
    >>> from dipoutcomes.comparison.series import segmented_regression
    >>> counts = [40, 43, 39, 41, 44, 40, 42, 41, 43, 40, 30, 28, 31, 27, 29, 30, 26, 28, 27, 29]
    >>> ax = plot_series(segmented_regression(counts, 10))
    >>> ax.get_ylabel()
    'Events in a month'
    """
    if ax is None:
        ax = style.new_axes(7.4, 3.9)
    n, k = len(result.counts), result.breaks_at
    x = np.arange(n)
    level = _display.level(result.confidence_level)
    ax.plot(
        x, result.counts, linestyle="none", marker="o", markersize=4, markerfacecolor="none",
        markeredgecolor=style.INK, label="Count",
    )  # fmt: skip
    for side, label in ((slice(0, k), "Model"), (slice(k, n), "")):
        ax.plot(x[side], result.fitted[side], color=style.COLOURS[0], linewidth=2, label=label)
    after = slice(k, n)
    ax.plot(
        x[after], result.expected[after], color=style.COLOURS[1], linewidth=1.6,
        linestyle=(0, (4, 2)), label="Expected without a break",
    )  # fmt: skip
    ax.fill_between(
        x[after], result.expected_low[after], result.expected_high[after],
        color=style.COLOURS[1], alpha=0.15, linewidth=0, label=f"{level} limits of it",
    )  # fmt: skip
    ax.axvline(k - 0.5, color=style.FAINT, linewidth=1.2)
    top = 1.12 * max(float(np.max(result.counts)), 1.6 * float(np.max(result.expected)))
    ax.set_ylim(0, min(top, 1.12 * max(np.max(result.counts), np.max(result.expected_high))))
    step = max(1, -(-n // 8))
    ax.set_xticks(range(0, n, step), [style.plain(str(p)) for p in result.labels[::step]])
    style.tidy(ax, grid="y")
    ax.set_xlabel(f"{result.unit[:1].upper()}{result.unit[1:]}", fontsize=style.TEXT)
    style.y_title(ax, f"Events in a {result.unit}")
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=style.SMALL
    )
    return ax


def describe_series(result: BrokenSeries) -> str:
    """Return the text alternative of `plot_series`.

    Parameters
    ----------
    result : SegmentedRegression
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.series import segmented_regression
    >>> counts = [40, 43, 39, 41, 44, 40, 42, 41, 43, 40, 30, 28, 31, 27, 29, 30, 26, 28, 27, 29]
    >>> describe_series(segmented_regression(counts, 10))[:53]
    '20 months, 10 before the break, mean 41.3 events in a'
    """
    k, counts = result.breaks_at, result.counts
    show = _display.number
    before, after = show(float(np.mean(counts[:k])), 1), show(float(np.mean(counts[k:])), 1)
    expected = show(float(result.expected[-1]), 1)
    fitted = show(float(result.fitted[-1]), 1)
    level = _display.level(result.confidence_level)
    low, high = (show(float(x[-1]), 1) for x in (result.expected_low, result.expected_high))
    return (
        f"{len(counts)} {result.unit}s, {k} before the break, mean {before} events in a "
        f"{result.unit}, and {len(counts) - k} after, mean {after}. In the last {result.unit} the "
        f"model has {fitted}; without a break it expected {expected} ({level} limits {low} to "
        f"{high}). Ratio just after the break {result.level_change.printed} "
        f"({result.level_change.printed_interval}), in the last {result.unit} "
        f"{result.effect_at_end.printed} ({result.effect_at_end.printed_interval})."
    )
