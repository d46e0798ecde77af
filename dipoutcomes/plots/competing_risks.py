"""Which event came first: shares stacked over time, and the naive curve beside the right one."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any, Protocol

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.curves import _ticks, _write_numbers, plot_curves
from dipoutcomes.plots.describe import describe_curves
from dipoutcomes.results import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Light fills with dark hatching: neighbours stay apart in grey and when the page is copied.
_FILLS = ("#8fa9c4", "#f2c9a8", "#d9e6f2", "#c9c9c9", "#e3ecc9", "#ddd3ea")
_HATCHES = ("////", "....", "xxxx", "\\\\\\\\", "----", "oooo")
_LEGEND_INCHES = 6.2
_LINE_INCHES = 0.19


class Incidence(Protocol):
    """What the figures read of a cumulative incidence; `survival.competing_risks` makes them."""

    @property
    def group(self) -> str:
        """Or "all"."""

    @property
    def causes(self) -> tuple[str, ...]:
        """Their names."""

    @property
    def curves(self) -> tuple[Curve, ...]:
        """One a cause, rising."""

    @property
    def event_free(self) -> Curve:
        """Share with none of the events."""

    @property
    def withheld(self) -> bool:
        """Whether the numbers have been taken away."""


def plot_cumulative_incidence(incidence: Incidence, *, ax: Axes | None = None) -> Axes:
    """Draw the share of people by what came first, stacked, with those free of any event on top.

    Parameters
    ----------
    incidence : CumulativeIncidence
        Of one group.
    ax : matplotlib.axes.Axes, optional
        Where to draw; the numbers followed are written beneath. A new figure is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes
        The areas add up to everybody at every time. Their legend stands in the order of the stack
        and carries the share at the end of follow-up with its interval, which areas cannot show.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0],
    ...     names={1: "arrest", 2: "death"})
    >>> ax = plot_cumulative_incidence(found)
    >>> [text.get_text() for text in ax.get_legend().get_texts()][-1]
    'arrest: 58.3% (95% CI 11.1% to 87.6%)'
    """
    labels = _labels(incidence)
    if ax is None:
        lines = 1 + sum(label.count("\n") + 1 for label in labels)
        ax = style.new_axes(7.2, 3.7 + lines * _LINE_INCHES)
    rest = incidence.event_free
    if incidence.withheld or not rest.time:
        return _draw_withheld(ax, incidence)
    _draw_areas(ax, incidence, labels)
    ax.set_xlim(0, rest.time[-1] or 1.0)
    ax.set_ylim(0, 1)
    style.format_axis(ax.yaxis, "share")
    style.tidy(ax, grid="y")
    ticks = _ticks(rest.time[-1] or 1.0, (rest,))
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xlabel(f"{rest.time_unit.capitalize()} from the start of follow-up", fontsize=style.TEXT)
    group = "" if incidence.group == "all" else f", {incidence.group}"
    style.y_title(ax, style.plain(f"Share of {rest.n:,} people by what came first{group}"))
    _legend(ax, f"By {rest.time[-1]:g} {rest.time_unit}, what came first")
    _write_numbers(ax, (rest,))
    return ax


def plot_overstatement(right: Curve, naive: Curve, *, ax: Axes | None = None) -> Axes:
    r"""Draw the cumulative incidence of one cause against one minus Kaplan-Meier.

    Parameters
    ----------
    right, naive : Curve
        Of one cause: one of `CumulativeIncidence.curves`, and what `naive_incidence` gives for it.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Both with their intervals shaded, and how many points too high the naive curve ends.

    Raises
    ------
    ValueError
        If the two differ in times, time unit or confidence level.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence, naive_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0])
    >>> ax = plot_overstatement(found.curves[0], naive_incidence(found)[0])
    >>> ax.texts[-1].get_text()
    'at the end too high\nby 8.3 points'
    """
    pair = _pair(right, naive)
    ax = plot_curves(pair, ax=ax, cumulative=False)
    if right.withheld or not right.time:
        return ax
    ax.annotate(
        f"at the end too high\nby {_gap(right, naive)}",
        (0.98, 0.04),
        xycoords="axes fraction",
        ha="right",
        va="bottom",
        fontsize=style.TEXT,
        color=style.INK,
    )
    return ax


def describe_cumulative_incidence(incidence: Incidence) -> str:
    """Return the text alternative of `plot_cumulative_incidence`: shares half way and at the end.

    Parameters
    ----------
    incidence : CumulativeIncidence

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0],
    ...     names={1: "arrest", 2: "death"})
    >>> print(describe_cumulative_incidence(found))
    Stacked areas of what came first over time, 6 people, from the bottom: arrest, death, none of
    these. By 10 days: arrest 33.3%, death 16.7%, none of these 50.0%. By 20 days: arrest 58.3% (95%
    CI 11.1% to 87.6%), death 16.7% (95% CI 0.8% to 51.7%), none of these 25.0%.
    """
    group = "" if incidence.group == "all" else f", {incidence.group}"
    rest = incidence.event_free
    causes = ", ".join([*incidence.causes, "none of these"])
    head = "Stacked areas of what came first over time"
    if incidence.withheld or not rest.time:
        return f"{head}{group}: {causes}. The numbers are {_display.WITHHELD}."
    end = rest.time[-1]
    parts = [f"{head}{group}, {rest.n:,} people, from the bottom: {causes}."]
    for time in (end / 2, end):
        shares = [
            f"{cause} {_share(curve, time, limits=time == end)}"
            for cause, curve in zip(incidence.causes, incidence.curves, strict=True)
        ]
        free = _display.percent(rest.at(time)[0])
        parts.append(f"By {time:g} {rest.time_unit}: {', '.join(shares)}, none of these {free}.")
    return " ".join(parts)


def describe_overstatement(right: Curve, naive: Curve) -> str:
    """Return the text alternative of `plot_overstatement`.

    Parameters
    ----------
    right, naive : Curve
        As in `plot_overstatement`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        As in `plot_overstatement`.
    """
    words = describe_curves(_pair(right, naive), cumulative=False)
    if right.withheld or not right.time:
        return words
    return f"{words} At the end one minus Kaplan-Meier is too high by {_gap(right, naive)}."


def _pair(right: Curve, naive: Curve) -> tuple[Curve, Curve]:
    """Return both under one measure, labelled by how they were made."""
    if right.time != naive.time:
        raise ValueError("`right` and `naive` must have the same times: make one from the other")
    return (
        replace(right, label="Share of people with it (Aalen-Johansen)"),
        replace(naive, label="One minus Kaplan-Meier: too high", measure=right.measure),
    )


def _gap(right: Curve, naive: Curve) -> str:
    gap = _display.quantity(max(naive.value[-1] - right.value[-1], 0.0), "difference")
    return gap.removeprefix("+")


def _share(curve: Curve, time: float, *, limits: bool) -> str:
    value, low, high = curve.at(time)
    says = _display.percent(value)
    if not limits or isnan(low):
        return says
    level = _display.level(curve.confidence_level)
    return f"{says} ({level} CI {_display.limits(low, high, 'share')})"


def _labels(incidence: Incidence) -> list[str]:
    """Return what the legend says of each cause, and last of those with none."""
    if incidence.withheld or not incidence.event_free.time:
        return [*incidence.causes, "none of these"]
    end = incidence.event_free.time[-1]
    named = [*zip(incidence.causes, incidence.curves, strict=True)]
    named.append(("none of these", incidence.event_free))
    return [
        style.wrap(f"{cause}: {_share(curve, end, limits=True)}", _LEGEND_INCHES)
        for cause, curve in named
    ]


def _draw_areas(ax: Axes, incidence: Incidence, labels: list[str]) -> None:
    import numpy as np

    time = incidence.event_free.time
    floor = np.zeros(len(time))
    for place, curve in enumerate(incidence.curves):
        top = np.minimum(floor + np.asarray(curve.value), 1.0)
        ax.fill_between(
            time, floor, top, step="post", label=style.plain(labels[place]),
            facecolor=style.nth(_FILLS, place), hatch=style.nth(_HATCHES, place),
            edgecolor=style.INK, linewidth=0.0,
        )  # fmt: skip
        ax.step(time, top, where="post", color=style.INK, linewidth=1.2)
        floor = top
    ax.fill_between(
        time, floor, 1.0, step="post", facecolor="white", edgecolor=style.INK, linewidth=0.0,
        label=style.plain(labels[-1]),
    )  # fmt: skip


def _legend(ax: Axes, title: str) -> None:
    """Write the legend above the axes, in the order of the stack from the top."""
    handles, labels = ax.get_legend_handles_labels()
    box: Any = ax.legend(
        handles[::-1],
        labels[::-1],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        frameon=False,
        title=title,
        alignment="left",
        fontsize=style.TEXT,
        handlelength=2.4,
        handleheight=1.1,
    )
    for patch in box.get_patches():
        patch.set_edgecolor(style.INK)
        patch.set_linewidth(0.8)


def _draw_withheld(ax: Axes, incidence: Incidence) -> Axes:
    ax.set_xticks([])
    ax.set_yticks([])
    style.tidy(ax, grid="y")
    names = ", ".join([*incidence.causes, "none of these"])
    ax.text(
        0.5, 0.5, style.plain(f"{style.wrap(names, 5.0)}\n{_display.WITHHELD}"),
        transform=ax.transAxes, ha="center", va="center", fontsize=style.TEXT, style="italic",
        color=style.FAINT,
    )  # fmt: skip
    return ax
