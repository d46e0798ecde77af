"""Regression to the mean: what no effect would give, what is left, and m against k."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Adjusted(Protocol):
    """What the figure reads of an `AdjustedRatio`."""

    @property
    def observed(self) -> Estimate: ...  # noqa: D102
    @property
    def expected(self) -> Estimate: ...  # noqa: D102
    @property
    def adjusted(self) -> Estimate: ...  # noqa: D102
    @property
    def entry(self) -> str: ...  # noqa: D102


class Grid(Protocol):
    """What the figure reads of a `LiteratureGrid`."""

    @property
    def offences_per_year(self) -> Any: ...  # noqa: D102
    @property
    def gamma_shape(self) -> Any: ...  # noqa: D102
    @property
    def ratio(self) -> Any: ...  # noqa: D102
    @property
    def low(self) -> Any: ...  # noqa: D102
    @property
    def high(self) -> Any: ...  # noqa: D102
    @property
    def observed(self) -> float: ...  # noqa: D102
    @property
    def persons(self) -> int: ...  # noqa: D102
    @property
    def confidence_level(self) -> float: ...  # noqa: D102


def plot_regression_to_mean(result: Adjusted, *, ax: Axes | None = None) -> Axes:
    """Draw the observed ratio, the one that no effect would give, and what is left.

    Parameters
    ----------
    result : AdjustedRatio
        From ``dipoutcomes.comparison.regression_to_mean.adjusted_ratio``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        A log axis; a line marks a ratio of 1, no change.

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import adjusted_ratio, published_spread
    >>> found = adjusted_ratio([2, 1, 4, 1] * 20, [365] * 80, [1, 0, 2, 1] * 20, [365] * 80,
    ...     reference=published_spread(1.0, 1.0, source="illustrative"), index_counts=True)
    >>> plot_regression_to_mean(found).get_xlabel()
    'Ratio of rates, after over before (95% confidence interval, log scale)'
    """
    if ax is None:
        ax = style.new_axes(7.2, 2.6)
    estimates = _three(result)
    ax.set_xscale("log")
    for place, (_, estimate) in enumerate(estimates):
        y = len(estimates) - 1 - place
        low, high = estimate.interval.low, estimate.interval.high
        colour = style.COLOURS[place]
        if low > 0 and isfinite(high):
            ax.plot([low, high], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
        if 0 < estimate.value < inf:
            ax.plot(
                [estimate.value], [y], marker=style.MARKERS[place], color=colour, markersize=8,
                linestyle="none",
            )  # fmt: skip
        ax.annotate(
            f"{estimate.printed} ({estimate.printed_interval})", (1, y), (6, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            fontsize=style.TEXT, color=style.INK,
        )  # fmt: skip
    ax.axvline(1.0, color=style.FAINT, linewidth=1, zorder=0)
    ax.set_yticks(range(len(estimates)), [label for label, _ in reversed(estimates)])
    ax.set_ylim(-0.6, len(estimates) - 0.4)
    _ratio_range(ax, [e for _, e in estimates])
    style.tidy(ax)
    style.format_axis(ax.xaxis, "ratio")
    _finer_ticks(ax)
    level = _display.level(result.adjusted.interval.confidence_level)
    ax.set_xlabel(
        f"Ratio of rates, after over before ({level} confidence interval, log scale)",
        fontsize=style.TEXT,
    )
    # Stored results of a study do not carry the people behind a rate: a title without them then.
    persons = result.observed.persons
    title = result.entry if persons is None else f"{persons:,} people; {result.entry}"
    ax.set_title(style.plain(f"{title[:1].upper()}{title[1:]}"), loc="left", fontsize=style.TEXT)
    return ax


def describe_regression_to_mean(result: Adjusted) -> str:
    """Return the text alternative of `plot_regression_to_mean`.

    Parameters
    ----------
    result : AdjustedRatio

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import adjusted_ratio, published_spread
    >>> found = adjusted_ratio([2, 1, 4, 1] * 20, [365] * 80, [1, 0, 2, 1] * 20, [365] * 80,
    ...     reference=published_spread(1.0, 1.0, source="illustrative"), index_counts=True)
    >>> print(describe_regression_to_mean(found))
    Chart of three ratios of rates, after over before, with 95% confidence intervals, ...
    """
    level = _display.level(result.adjusted.interval.confidence_level)
    rows = [f"{label}: {e.printed}, {e.printed_interval}." for label, e in _three(result)]
    persons = result.observed.persons
    people = "" if persons is None else f", of {persons:,} people"
    return (
        f"Chart of three ratios of rates, after over before, with {level} confidence "
        f"intervals{people}; {result.entry}. {' '.join(rows)} A line marks "
        "1, no change."
    )


def _three(result: Adjusted) -> list[tuple[str, Estimate]]:
    return [
        ("Observed", result.observed),
        ("Expected with no effect", result.expected),
        ("Observed over expected", result.adjusted),
    ]


def _ratio_range(ax: Axes, estimates: list[Estimate]) -> None:
    """Show all finite limits and 1, with some room."""
    seen = [1.0]
    for estimate in estimates:
        seen += [v for v in (*estimate.interval, estimate.value) if 0 < v < inf]
    low, high = min(seen), max(seen)
    ax.set_xlim(low / 1.15, high * 1.15)


def _finer_ticks(ax: Axes) -> None:
    """Put a tick at every tenth, or quarter, where the axis is short."""
    from matplotlib.ticker import FixedLocator

    low, high = ax.get_xlim()
    if high < 4 * low:
        step = 0.1 if high < 2 * low else 0.25
        ax.xaxis.set_major_locator(FixedLocator(list(np.arange(step, high + step, step))))


def plot_literature_grid(grid: Grid, *, ax: Axes | None = None) -> Axes:
    """Draw the adjusted ratio for each mean and spread as a shaded table.

    Parameters
    ----------
    grid : LiteratureGrid
        From ``dipoutcomes.comparison.regression_to_mean.literature_grid``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Darker is lower. A frame marks the pairs whose interval leaves out 1.

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import literature_grid
    >>> grid = literature_grid([2, 0, 4, 1] * 20, [365] * 80, [1, 0, 2, 1] * 20, [365] * 80,
    ...     offences_per_year=[1.0, 2.0], gamma_shape=[0.8, 1.5])
    >>> plot_literature_grid(grid).get_xlabel()
    'Gamma shape of rates among the unselected (the smaller, the more people differ)'
    """
    from matplotlib.patches import Rectangle

    ratio = np.asarray(grid.ratio)
    rows, columns = ratio.shape
    if ax is None:
        ax = style.new_axes(max(5.6, 0.95 * columns + 2.0), max(3.0, 0.5 * rows + 1.8))
    log_ratio = np.log(np.maximum(ratio, 1e-3))
    ax.imshow(log_ratio, cmap="Greys_r", vmin=log_ratio.min() - 1.2, vmax=log_ratio.max() + 0.4,
              aspect="auto", origin="lower")  # fmt: skip
    middle = (log_ratio.min() - 1.2 + log_ratio.max() + 0.4) / 2
    for r in range(rows):
        for c in range(columns):
            ax.text(c, r, _display.number(float(ratio[r, c]), 2), ha="center", va="center",
                    fontsize=style.TEXT,
                    color="white" if log_ratio[r, c] < middle else style.INK)  # fmt: skip
            if _excludes_one(grid, r, c):
                ax.add_patch(
                    Rectangle((c - 0.44, r - 0.42), 0.88, 0.84, fill=False, linewidth=1.8,
                              edgecolor=style.COLOURS[1])
                )  # fmt: skip
    ax.set_xticks(range(columns), [f"{k:g}" for k in grid.gamma_shape])
    ax.set_yticks(range(rows), [f"{m:g}" for m in grid.offences_per_year])
    ax.tick_params(labelsize=style.TEXT, colors=style.INK, length=0)
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    ax.set_xlabel(
        "Gamma shape of rates among the unselected (the smaller, the more people differ)",
        fontsize=style.TEXT,
    )
    style.y_title(ax, "Offences a year among the unselected")
    level = _display.level(grid.confidence_level)
    ax.set_title(
        f"Observed over expected; {grid.persons:,} people, observed ratio "
        f"{_display.number(grid.observed, 2)}\nframed: {level} interval leaves out 1",
        loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    return ax


def describe_literature_grid(grid: Grid) -> str:
    """Return the text alternative of `plot_literature_grid`.

    Parameters
    ----------
    grid : LiteratureGrid

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import literature_grid
    >>> grid = literature_grid([2, 0, 4, 1] * 20, [365] * 80, [1, 0, 2, 1] * 20, [365] * 80,
    ...     offences_per_year=[1.0, 2.0], gamma_shape=[0.8, 1.5])
    >>> print(describe_literature_grid(grid))
    Table shaded by the ratio of observed to expected events for 2 means (1 to 2 offences a year)
    and 2 gamma shapes ...
    """
    ratio = np.asarray(grid.ratio)
    rows, columns = ratio.shape
    framed = sum(_excludes_one(grid, r, c) for r in range(rows) for c in range(columns))
    level = _display.level(grid.confidence_level)
    means, shapes = grid.offences_per_year, grid.gamma_shape
    return (
        f"Table shaded by the ratio of observed to expected events for {rows} means "
        f"({min(means):g} to {max(means):g} offences a year) and {columns} gamma shapes "
        f"({min(shapes):g} to {max(shapes):g}), {grid.persons:,} people. The ratio lies between "
        f"{ratio.min():.2f} and {ratio.max():.2f}; observed without adjustment "
        f"{_display.number(grid.observed, 2)}. For {framed} of {ratio.size} pairs the {level} "
        "interval leaves out 1."
    )


def _excludes_one(grid: Grid, row: int, column: int) -> bool:
    return bool(grid.high[row][column] < 1 or grid.low[row][column] > 1)
