"""Whether groups are alike (the love plot) and whether their scores overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BOUNDS = (0.05, 0.10)  # green and amber of the Justice Data Lab
_LABEL_INCHES = 2.4


class BalanceLike(Protocol):
    """What the figure reads of a `comparison.matching.Balance`."""

    @property
    def rows(self) -> tuple[Any, ...]: ...  # noqa: D102
    @property
    def treated_used(self) -> int: ...  # noqa: D102
    @property
    def comparison_used(self) -> int: ...  # noqa: D102
    @property
    def effective_comparison(self) -> float: ...  # noqa: D102
    def count(self, colour: str) -> int: ...  # noqa: D102


class SupportLike(Protocol):
    """What the figure reads of a `comparison.matching.Support`."""

    @property
    def edges(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def treated(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def comparison(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def treated_after(self) -> tuple[float, ...] | None: ...  # noqa: D102
    @property
    def comparison_after(self) -> tuple[float, ...] | None: ...  # noqa: D102


def plot_balance(balance: BalanceLike, *, ax: Axes | None = None) -> Axes:
    """Draw the size of each standardised difference, before and after; the largest at the top.

    Parameters
    ----------
    balance : Balance
        From ``dipoutcomes.comparison.matching.balance_table``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Open marks before, filled marks after; lines at 5% and 10% of a standard deviation. A
        difference without a finite size stands at the right edge.

    Examples
    --------
    >>> from dipoutcomes.comparison.matching import balance_table
    >>> balance = balance_table([[1.0], [2.0], [2.0], [3.0]], [1, 1, 0, 0], [1, 1, 1, 0.5])
    >>> plot_balance(balance).get_xlabel()
    'Standardised difference between the groups (size, % of a standard deviation)'
    """
    rows = sorted(balance.rows, key=lambda row: -_size(row.difference))
    if ax is None:
        ax = style.new_axes(7.2, 1.5 + 0.3 * len(rows))
    before = np.array([_size(row.difference) for row in rows])
    after = np.array([_size(row.difference_after) for row in rows])
    finite = np.concatenate([before, after])
    finite = finite[np.isfinite(finite)]
    edge = 1.08 * max(float(finite.max(initial=0.0)), 0.12)
    before, after = np.minimum(before, edge), np.minimum(after, edge)
    places = np.arange(len(rows))
    for bound, line in zip(_BOUNDS, (style.LINES[2], style.LINES[1]), strict=True):
        ax.axvline(bound, color=style.FAINT, linewidth=1.2, linestyle=line)
    ax.hlines(places, before, after, color="#cccccc", linewidth=1.2, zorder=1)
    ax.plot(
        before, places, linestyle="none", marker="o", markersize=7, markerfacecolor="white",
        markeredgecolor=style.COLOURS[1], markeredgewidth=1.6, label="before", clip_on=False,
    )  # fmt: skip
    ax.plot(
        after, places, linestyle="none", marker="s", markersize=6.5, color=style.COLOURS[0],
        label="after", clip_on=False,
    )  # fmt: skip
    ax.set_yticks(
        places, [style.plain(style.wrap(row.name, _LABEL_INCHES)) for row in rows]
    )  # fmt: skip
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, edge)
    style.tidy(ax)
    style.format_axis(ax.xaxis, "share")
    ax.set_xlabel(
        "Standardised difference between the groups (size, % of a standard deviation)",
        fontsize=style.TEXT,
    )
    people = (
        f"{balance.treated_used:,} treated people, {balance.comparison_used:,} others "
        f"(count as {_display.number(balance.effective_comparison, 0)})"
    )
    ax.set_title(people, loc="left", fontsize=style.TEXT)
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=style.SMALL,
        title="Lines at 5% and 10%", title_fontsize=style.SMALL,
    )  # fmt: skip
    return ax


def describe_balance(balance: BalanceLike) -> str:
    """Return the text alternative of `plot_balance`.

    Parameters
    ----------
    balance : Balance
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.matching import balance_table
    >>> balance = balance_table([[1.0], [2.0], [2.0], [3.0]], [1, 1, 0, 0], [1, 1, 1, 0.5])
    >>> print(describe_balance(balance))
    Standardised differences of 1 covariate between 2 treated people and 2 others. After: 0 at most
    5%, 0 from 5% to 10%, 1 above. x1: 141.4% before, 117.9% after.
    """
    many = len(balance.rows)
    rows = sorted(balance.rows, key=lambda row: -_size(row.difference))
    each = "; ".join(
        f"{row.name}: {_said(row.difference)} before, {_said(row.difference_after)} after"
        for row in rows
    )
    return (
        f"Standardised differences of {many} covariate{'' if many == 1 else 's'} between "
        f"{balance.treated_used:,} treated people and {balance.comparison_used:,} others. After: "
        f"{balance.count('green')} at most 5%, {balance.count('amber')} from 5% to 10%, "
        f"{balance.count('red')} above. {each}."
    )


def plot_support(support: SupportLike, *, ax: Axes | None = None) -> Axes:
    """Draw how the scores of treated people (upwards) and of others (downwards) lie.

    Parameters
    ----------
    support : Support
        From ``dipoutcomes.comparison.matching.common_support``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Shares of each group: bars of everybody, and an outline of the people used, weighted,
        where there are any.

    Examples
    --------
    >>> from dipoutcomes.comparison.matching import common_support
    >>> ax = plot_support(common_support([1, 1, 0, 0, 0], [0.8, 0.3, 0.25, 0.4, 0.1], bins=4))
    >>> ax.get_title(loc="left")
    '2 treated people (above), 3 others (below)'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    edges = np.asarray(support.edges)
    groups = (
        (support.treated, support.treated_after, 1, 0, "treated people"),
        (support.comparison, support.comparison_after, -1, 2, "others"),
    )
    tallest = 0.0
    for counts, after, sign, colour, word in groups:
        share = np.asarray(counts, dtype=np.float64) / max(sum(counts), 1)
        tallest = max(tallest, float(share.max()))
        ax.stairs(
            sign * share, edges, fill=True, color=style.COLOURS[colour], alpha=0.75, label=word
        )
        if after is not None and sum(after) > 0:
            used = np.asarray(after) / sum(after)
            tallest = max(tallest, float(used.max()))
            ax.stairs(
                sign * used, edges, color=style.INK, linewidth=1.6,
                linestyle="-" if sign > 0 else (0, (4, 2)), label=f"{word}, used",
            )  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=0.9)
    ax.set_ylim(-1.1 * tallest, 1.1 * tallest)
    ax.set_xlim(0, float(edges[-1]))
    style.tidy(ax, grid="y")
    style.format_axis(ax.yaxis, "share")
    ticks = ax.get_yticks()
    ticks = ticks[np.abs(ticks) <= 1.1 * tallest]
    ax.set_yticks(ticks, [f"{abs(100 * t):.3g}%" for t in ticks])
    ax.set_xlabel("Propensity score", fontsize=style.TEXT)
    style.y_title(ax, "Share of the group")
    ax.set_title(
        f"{sum(support.treated):,} treated people (above), {sum(support.comparison):,} others "
        "(below)", loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=style.SMALL)
    return ax


def describe_support(support: SupportLike) -> str:
    """Return the text alternative of `plot_support`.

    Parameters
    ----------
    support : Support
        As drawn; its own words follow what the figure shows.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.matching import common_support
    >>> print(describe_support(common_support([1, 1, 0, 0, 0], [0.8, 0.3, 0.25, 0.4, 0.1], bins=4)))
    Propensity scores of 2 treated people, half of them below 0.4, and of 3 others, half of them
    below 0.4. 1 of 2 treated people (50.0%) have a score that lies outside those of the 3 others;
    for 1 of the 2 nobody else has a score in the same bin, so that a comparison rests on the model
    alone.
    """
    return (
        f"Propensity scores of {sum(support.treated):,} treated people, half of them below "
        f"{_half(support.edges, support.treated):.2g}, and of {sum(support.comparison):,} others, "
        f"half of them below {_half(support.edges, support.comparison):.2g}. {support}."
    )


def _half(edges: tuple[float, ...], counts: tuple[int, ...]) -> float:
    """Return the upper edge of the bin in which half of the people are reached."""
    running = np.cumsum(counts)
    return float(edges[int(np.searchsorted(running, running[-1] / 2)) + 1])


def _size(difference: float) -> float:
    size = abs(float(difference))
    return float("inf") if np.isnan(size) else size


def _said(difference: float) -> str:
    size = _size(difference)
    return _display.percent(size) if np.isfinite(size) else "not measurable"
