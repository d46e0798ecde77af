"""Figures of targets: verdicts, a share month by month, areas beside one target, stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_VERDICT_MARKS = {"met": ("o", True), "not met": ("X", True), "cannot tell yet": ("o", False)}


class Judged(Protocol):
    """What the figure reads of a verdict on a share; ``scorecard.indicators.Judged`` has it."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def target(self) -> float: ...  # noqa: D102
    @property
    def verdict(self) -> str: ...  # noqa: D102
    @property
    def printed_target(self) -> str: ...  # noqa: D102
    @property
    def achieved(self) -> Any: ...  # noqa: D102


def plot_indicators(judged: Sequence[Judged], *, ax: Axes | None = None) -> Axes:
    """Draw shares with their intervals, each beside its target, the verdict in words.

    Parameters
    ----------
    judged : sequence of Judged
        Of shares, from ``scorecard.indicators.judge_share``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are none, or one of them is no share.

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import judge_share
    >>> ax = plot_indicators([judge_share(60, 80, 0.7, name="Assessed")])
    >>> ax.get_xlabel()
    'Share (95% confidence interval); bar: the target'
    """
    _check_shares(judged)
    if ax is None:
        ax = style.new_axes(7.2, 0.62 * len(judged) + 1.0)
    for y, one in enumerate(judged):
        marker, filled = _VERDICT_MARKS[one.verdict]
        colour = style.COLOURS[1] if one.verdict == "not met" else style.COLOURS[0]
        low, high = one.achieved.interval
        ax.plot([low, high], [y, y], color=colour, linewidth=2)
        ax.plot(
            one.achieved.value, y, marker=marker, markersize=8, color=colour,
            markerfacecolor=colour if filled else "white",
        )  # fmt: skip
        ax.plot([one.target] * 2, [y - 0.32, y + 0.32], color=style.INK, linewidth=2.5)
        ax.annotate(
            one.verdict, (1.02, y), xycoords=("axes fraction", "data"), va="center",
            fontsize=style.TEXT, color=style.INK,
        )  # fmt: skip
    labels = [style.plain(f"{style.wrap(j.name, 2.8)}\n{j.achieved.counts}") for j in judged]
    ax.set_yticks(range(len(judged)), labels)
    ax.set_ylim(len(judged) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    style.tidy(ax)
    style.format_axis(ax.xaxis, "share")
    level = _display.level(judged[0].achieved.interval.confidence_level)
    ax.set_xlabel(f"Share ({level} confidence interval); bar: the target", fontsize=style.TEXT)
    return ax


def describe_indicators(judged: Sequence[Judged]) -> str:
    """Return the text alternative of `plot_indicators`.

    Parameters
    ----------
    judged
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import judge_share
    >>> print(describe_indicators([judge_share(60, 80, 0.7, name="Assessed")]))
    1 indicator beside its target. Assessed: 75.0% (64.1% to 84.0%), target at least 70%: cannot
    tell yet.
    """
    _check_shares(judged)
    head = "1 indicator beside its target." if len(judged) == 1 else (
        f"{len(judged)} indicators beside their targets."
    )  # fmt: skip
    rows = [
        f"{j.name}: {j.achieved.printed} ({j.achieved.printed_interval}), target "
        f"{j.printed_target}: {j.verdict}."
        for j in judged
    ]
    return " ".join([head, *rows])


def _check_shares(judged: Sequence[Judged]) -> None:
    if not judged:
        raise ValueError("`judged` holds no indicator to draw")
    if any(j.achieved.quantity != "share" for j in judged):
        raise ValueError("`judged` must hold shares alone: one axis cannot carry numbers as well")


def plot_cumulative_chart(chart: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the count so far less what the target would have brought, between its limits.

    Parameters
    ----------
    chart : CumulativeChart
        From ``scorecard.indicators.cumulative_chart``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        A filled mark where the count lies beyond the limits.

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import cumulative_chart
    >>> ax = plot_cumulative_chart(cumulative_chart([14, 12, 9, 10], [20] * 4, 0.70))
    >>> ax.get_title(loc="left")
    'Target 70%: 45 of 80 people'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    x, expected = np.arange(len(chart.labels)), chart.target * chart.base
    level = _display.level(chart.confidence_level)
    ax.fill_between(
        x, chart.low - expected, chart.high - expected, color="#e4e4e4", linewidth=0,
        label=f"in keeping with the target ({level} for all periods together)",
    )  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=1)
    ax.plot(x, chart.excess, color=style.COLOURS[0], linewidth=1.6)
    for beyond, says in ((False, "within the limits"), (True, "beyond the limits")):
        chosen = chart.outside == beyond
        if chosen.any():
            colour = style.COLOURS[1 if beyond else 0]
            ax.plot(
                x[chosen], chart.excess[chosen], linestyle="none", markersize=7, color=colour,
                marker="X" if beyond else "o", markerfacecolor=colour if beyond else "white",
                label=says,
            )  # fmt: skip
    step = max(1, len(x) // 12)
    ax.set_xticks(x[::step], [style.plain(style.wrap(t, 0.9)) for t in chart.labels[::step]])
    style.tidy(ax, grid="y")
    style.y_title(ax, "People above or below the target, so far")
    ax.set_title(
        f"Target {100 * chart.target:.10g}%: {chart.count[-1]:,} of {chart.base[-1]:,} people",
        loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False, fontsize=style.SMALL,
        ncols=2,
    )  # fmt: skip
    return ax


def describe_cumulative_chart(chart: Any) -> str:
    """Return the text alternative of `plot_cumulative_chart`.

    Parameters
    ----------
    chart
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import cumulative_chart
    >>> print(describe_cumulative_chart(cumulative_chart([14, 12, 9, 10], [20] * 4, 0.70)))
    Count so far less the target's, over 4 periods: 0, -2, -7, -11. Beyond the limits in: period 4.
    """
    path = ", ".join(f"{value:.0f}" for value in chart.excess.round(0) + 0.0)
    beyond = [label for label, out in zip(chart.labels, chart.outside, strict=True) if out]
    says = f"Beyond the limits in: {', '.join(beyond)}." if beyond else "Never beyond the limits."
    return f"Count so far less the target's, over {len(chart.labels)} periods: {path}. {says}"


def plot_target_funnel(funnel: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the share of each area against its people, between limits that chance sets.

    Parameters
    ----------
    funnel : TargetFunnel
        From ``scorecard.indicators.target_funnel``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Areas beyond the narrow limits carry their name.

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import target_funnel
    >>> ax = plot_target_funnel(target_funnel(["a", "b"], [7, 24], [10, 51], target=0.7))
    >>> ax.get_xlabel()
    'People in the area'
    """
    if ax is None:
        ax = style.new_axes(7.2, 4.2)
    least, most = int(funnel.base.min()), int(funnel.base.max())
    grid = np.unique(np.linspace(max(1, 0.6 * least), 1.1 * most + 1, 400).astype(np.int64))
    low, high = funnel.limits_along(grid)
    for k, level in enumerate(funnel.levels):
        dashes = style.nth(style.LINES, k + 1)
        says = f"{_display.level(level)} limits"
        ax.step(grid, low[k], where="mid", color=style.FAINT, linestyle=dashes, label=says)
        ax.step(grid, high[k], where="mid", color=style.FAINT, linestyle=dashes)
    name = "share of all areas" if funnel.own_average else "target"
    ax.axhline(
        funnel.target, color=style.INK, linewidth=1.4,
        label=f"{name}, {_display.percent(funnel.target)}",
    )  # fmt: skip
    shares, beyond = funnel.count / funnel.base, funnel.outside[0]
    for chosen, marker, colour in (
        (~beyond, "o", style.COLOURS[0]), (beyond, "X", style.COLOURS[1])
    ):  # fmt: skip
        ax.plot(
            funnel.base[chosen], shares[chosen], linestyle="none", marker=marker, markersize=8,
            color=colour,
        )  # fmt: skip
    for k in np.flatnonzero(beyond).tolist():
        below = shares[k] < funnel.target
        right = funnel.base[k] > 0.7 * most
        ax.annotate(
            style.plain(f"{funnel.labels[k]}: {funnel.count[k]:,} of {funnel.base[k]:,}"),
            (funnel.base[k], shares[k]), xytext=(6 if right else -6, -8 if below else 8),
            va="top" if below else "bottom", ha="right" if right else "left",
            textcoords="offset points", fontsize=style.SMALL,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    style.tidy(ax, grid="y")
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlim(0, 1.1 * most + 1)
    style.format_axis(ax.yaxis, "share")
    ax.set_xlabel("People in the area", fontsize=style.TEXT)
    style.y_title(ax, "Share")
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.15), frameon=False, fontsize=style.SMALL,
        ncols=3,
    )  # fmt: skip
    return ax


def describe_target_funnel(funnel: Any) -> str:
    """Return the text alternative of `plot_target_funnel`.

    Parameters
    ----------
    funnel
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import target_funnel
    >>> print(describe_target_funnel(target_funnel(["a", "b"], [7, 24], [10, 51], target=0.7)))
    2 areas against a target of 70.0%: ... a: 7 of 10, 70.0%. b: 24 of 51, 47.1%.
    """
    rows = [
        f"{label}: {c:,} of {b:,}, {_display.percent(c / b)}."
        for label, c, b in zip(funnel.labels, funnel.count, funnel.base, strict=True)
    ]
    return " ".join([f"{funnel}.", *rows])


def plot_cascade(cascade: Any, *, ax: Axes | None = None) -> Axes:
    """Draw what is left after each stage; where bases do not chain, the figure says so.

    Parameters
    ----------
    cascade : Cascade
        From ``scorecard.indicators.target_cascade``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import Cascade, Stage
    >>> stages = (Stage(name="Assessed", share=0.7), Stage(name="Planned", share=0.6))
    >>> plot_cascade(Cascade(stages=stages)).get_title(loc="left")
    '70% x 60% = 42.0%'
    """
    rows = [("All at the start", 1.0, "")]
    rows += [
        (stage.name, left, f"{100 * stage.share:.10g}% of {stage.of or 'those before'}")
        for stage, left in zip(cascade.stages, cascade.left, strict=True)
    ]
    if ax is None:
        ax = style.new_axes(7.2, 0.7 * len(rows) + (1.5 if cascade.caveat else 0.7))
    for y, (_, left, _) in enumerate(rows):
        # Centred, as a funnel narrows; the width is the share.
        ax.barh(y, left, left=(1 - left) / 2, height=0.62, color=style.COLOURS[0])
        inside = left > 0.15
        ax.text(
            0.5 if inside else (1 + left) / 2 + 0.02, y, _display.percent(left),
            ha="center" if inside else "left", va="center", fontsize=style.TEXT,
            color="white" if inside else style.INK,
        )  # fmt: skip
    labels = [
        style.plain(style.wrap_lines(f"{name}\n{of}" if of else name, 3.2, style.SMALL))
        for name, _, of in rows
    ]
    ax.set_yticks(range(len(rows)), labels)
    ax.set_ylim(len(rows) - 0.5, -0.6)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines[["top", "right", "bottom", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0, labelsize=style.SMALL)
    ax.set_title(str(cascade).partition(" [")[0], loc="left", fontsize=style.TEXT)
    if cascade.caveat:
        says = f"{cascade.caveat[:1].upper()}{cascade.caveat[1:]}."
        ax.set_xlabel(
            style.plain(style.wrap(says, 6.6, style.SMALL)), fontsize=style.SMALL, loc="right"
        )
    return ax


def describe_cascade(cascade: Any) -> str:
    """Return the text alternative of `plot_cascade`.

    Parameters
    ----------
    cascade
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.scorecard.indicators import Cascade, Stage
    >>> stages = (Stage(name="Assessed", share=0.7, of="arrested", reached="assessed"),
    ...           Stage(name="Planned", share=0.6, of="assessed"))
    >>> print(describe_cascade(Cascade(stages=stages)))
    Shares through 2 stages: 70% x 60% = 42.0%. Assessed: 70% of arrested, 70.0% left. Planned: 60%
    of assessed, 42.0% left.
    """
    rows = [
        f"{s.name}: {100 * s.share:.10g}% of {s.of or 'those before'}, {_display.percent(left)} "
        "left."
        for s, left in zip(cascade.stages, cascade.left, strict=True)
    ]
    return " ".join([f"Shares through {len(rows)} stages: {cascade}.", *rows])
