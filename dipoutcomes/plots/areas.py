"""Areas: put together, against the limits of chance, and period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL_INCHES = 1.8


class PooledEffect(Protocol):
    """What the forest reads of a `MetaAnalysis`."""

    @property
    def areas(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def effects(self) -> Any: ...  # noqa: D102
    @property
    def weights(self) -> Any: ...  # noqa: D102
    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def interval(self) -> Any: ...  # noqa: D102
    @property
    def prediction_interval(self) -> Any: ...  # noqa: D102
    @property
    def measure(self) -> str: ...  # noqa: D102
    @property
    def is_log(self) -> bool: ...  # noqa: D102
    def printed(self, value: float) -> float: ...  # noqa: D102
    def area_limits(self) -> tuple[Any, Any]: ...  # noqa: D102


class ChanceLimits(Protocol):
    """What the figure reads of a `Funnel`."""

    @property
    def areas(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def base(self) -> Any: ...  # noqa: D102
    @property
    def events(self) -> Any: ...  # noqa: D102
    @property
    def target(self) -> float: ...  # noqa: D102
    @property
    def levels(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def kind(self) -> Any: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    def outside(self, level: float | None = ...) -> tuple[str, ...]: ...  # noqa: D102
    def limits_at(self, base: Any) -> tuple[Any, Any]: ...  # noqa: D102


class Periods(Protocol):
    """What the figure reads of an `EventStudy`."""

    @property
    def periods(self) -> tuple[Any, ...]: ...  # noqa: D102
    @property
    def starts(self) -> int: ...  # noqa: D102
    @property
    def differences(self) -> Any: ...  # noqa: D102
    @property
    def low(self) -> Any: ...  # noqa: D102
    @property
    def high(self) -> Any: ...  # noqa: D102
    @property
    def areas(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def intensive(self) -> Any: ...  # noqa: D102
    @property
    def scale(self) -> str: ...  # noqa: D102
    @property
    def confidence_level(self) -> float: ...  # noqa: D102


def plot_forest(result: PooledEffect, *, ax: Axes | None = None) -> Axes:
    """Draw the effect of each area with its limits, the areas together and the next such area.

    Parameters
    ----------
    result : MetaAnalysis
        From ``dipoutcomes.comparison.areas.meta_analysis``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        A larger square is a heavier area; the diamond is the mean with its limits, the dashed line
        under it where one more such area may lie.

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import meta_analysis, two_group_effects
    >>> effects = two_group_effects([7, 9, 4], [28, 24, 18], [12, 11, 9], [29, 25, 20])
    >>> plot_forest(meta_analysis(effects)).get_xlabel()
    'Risk ratio (95% confidence interval)'
    """
    k = len(result.areas)
    low, high = result.area_limits()
    rows = [
        (result.printed(float(y)), result.printed(float(a)), result.printed(float(b)))
        for y, a, b in zip(result.effects, low, high, strict=True)
    ]
    if ax is None:
        ax = style.new_axes(7.6, 1.4 + 0.34 * (k + 2))
    if result.is_log:
        ax.set_xscale("log")
    sizes = 4 + 9 * np.sqrt(np.asarray(result.weights) / max(result.weights))
    for y, ((value, left, right), size) in enumerate(zip(rows, sizes, strict=True)):
        ax.plot([left, right], [y, y], color=style.COLOURS[0], linewidth=1.5)
        ax.plot(value, y, marker="s", color=style.COLOURS[0], markersize=float(size))
    names = [style.wrap(name, _LABEL_INCHES) for name in result.areas] + ["All areas together"]
    words = [_number(*row) for row in rows]
    mean, (first, last) = result.printed(result.value), map(result.printed, result.interval)
    if np.isfinite(first):
        ax.fill([first, mean, last, mean], [k, k - 0.3, k, k + 0.3], color=style.COLOURS[1])
    else:
        ax.plot(mean, k, marker="D", color=style.COLOURS[1])
    words.append(_number(mean, first, last))
    left, right = (result.printed(x) for x in result.prediction_interval)
    if np.isfinite(left):
        ax.plot(
            [left, right], [k + 1, k + 1], color=style.COLOURS[1], linewidth=1.5,
            linestyle=(0, (4, 2)),
        )  # fmt: skip
        names.append("One more such area")
        words.append(f"{_display.number(left, 2)} to {_display.number(right, 2)}")
    ax.axvline(1 if result.is_log else 0, color=style.FAINT, linewidth=1, zorder=1)
    ax.set_yticks(range(len(names)), [style.plain(name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    for y, text in enumerate(words):
        ax.annotate(
            text, (1, y), xycoords=("axes fraction", "data"), xytext=(10, 0),
            textcoords="offset points", va="center", annotation_clip=False, fontsize=style.TEXT,
            color=style.INK,
        )  # fmt: skip
    style.tidy(ax)
    ax.tick_params(axis="y", length=0)
    if result.is_log:
        style.format_axis(ax.xaxis, "ratio")
    level = _display.level(result.interval.confidence_level)
    ax.set_xlabel(style.axis_title(result.measure, "ratio", level), fontsize=style.TEXT)
    return ax


def _number(value: float, low: float, high: float) -> str:
    if not np.isfinite(low):
        return f"{_display.number(value, 2)} (no limits)"
    return f"{_display.number(value, 2)} ({_display.number(low, 2)} to {_display.number(high, 2)})"


def describe_forest(result: PooledEffect) -> str:
    """Return the text alternative of `plot_forest`.

    Parameters
    ----------
    result : MetaAnalysis
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import meta_analysis, two_group_effects
    >>> effects = two_group_effects([7, 9, 4], [28, 24, 18], [12, 11, 9], [29, 25, 20])
    >>> describe_forest(meta_analysis(effects))[:51]
    'Risk ratio by area: area 1 0.60 (0.28 to 1.31); are'
    """
    low, high = result.area_limits()
    areas = "; ".join(
        f"{name} {_number(*(result.printed(float(x)) for x in ends))}"
        for name, *ends in zip(result.areas, result.effects, low, high, strict=True)
    )
    heading = f"{result.measure[:1].upper()}{result.measure[1:]}"
    return f"{heading} by area: {areas}. {result}."


def plot_funnel(result: ChanceLimits, *, ax: Axes | None = None) -> Axes:
    """Draw areas by size against the limits that chance sets about the target.

    Parameters
    ----------
    result : Funnel
        From ``dipoutcomes.comparison.areas.funnel``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Areas outside the first level are named. Limits of counts have steps.

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import funnel
    >>> ax = plot_funnel(funnel([7, 9, 4, 11, 10], [28, 24, 18, 31, 10], areas=list("NSEWH")))
    >>> [text.get_text() for text in ax.texts]
    ['H']
    """
    if ax is None:
        ax = style.new_axes(7.2, 4.2)
    base, values = np.asarray(result.base), np.asarray(result.events) / np.asarray(result.base)
    largest = 1.08 * float(base.max())
    sizes = np.unique(np.linspace(max(1.0, largest / 400), largest, 400).round())
    if result.kind == "rate":
        sizes = np.linspace(largest / 400, largest, 400)
    low, high = result.limits_at(sizes)
    for row, level in enumerate(result.levels):
        line = {
            "color": style.FAINT,
            "linewidth": 1.2,
            "linestyle": style.nth(style.LINES[1:], row),
        }
        ax.plot(sizes, low[row], label=f"{_display.level(level)} limits", **line)
        ax.plot(sizes, high[row], **line)
    ax.axhline(result.target, color=style.COLOURS[1], linewidth=1.4, label="Target")
    ax.plot(base, values, "o", color=style.COLOURS[0], markersize=6, label="One area")
    outside = set(result.outside())
    for name, x, y in zip(result.areas, base, values, strict=True):
        if name in outside:
            ax.annotate(
                style.plain(name), (x, y), xytext=(7, 0), textcoords="offset points",
                va="center", fontsize=style.TEXT, color=style.INK,
            )  # fmt: skip
    top = 1.25 * max(float(values.max()), float(high[0, -1]))
    ax.set_ylim(-0.02 * min(top, 1.0), min(top, 1.03) if result.kind == "share" else top)
    ax.set_xlim(0, largest)
    style.tidy(ax, grid="y")
    style.format_axis(ax.yaxis, "share" if result.kind == "share" else "rate")
    ax.set_xlabel("People" if result.kind == "share" else "People or time at risk")
    style.y_title(ax, "Share with the event" if result.kind == "share" else "Rate")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=style.SMALL)
    return ax


def describe_funnel(result: ChanceLimits) -> str:
    """Return the text alternative of `plot_funnel`.

    Parameters
    ----------
    result : Funnel
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import funnel
    >>> describe_funnel(funnel([7, 9, 10], [28, 24, 10], areas=list("NSH")))[:49]
    'N: 25.0% of 28; S: 37.5% of 24; H: 100.0% of 10. '
    """
    join = "of" if result.kind == "share" else "in"
    shown = "; ".join(
        f"{name}: {_display.quantity(float(x / n), result.kind)} {join} {_display.number(n, 0)}"
        for name, x, n in zip(result.areas, result.events, result.base, strict=True)
    )
    return f"{shown}. {result}."


def plot_event_study(result: Periods, *, ax: Axes | None = None) -> Axes:
    """Draw the difference between intensive and other areas, period by period.

    Parameters
    ----------
    result : EventStudy
        From ``dipoutcomes.comparison.areas.event_study``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Open marks before the start, filled ones after; the last period before is 0 by definition.

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import area_panel, event_study
    >>> panel = area_panel(list("AAABBBCCC"), [1, 2, 3] * 3, [10, 12, 6, 9, 10, 10, 8, 9, 10],
    ...     [100] * 9, intensive=["A"], starts=3)
    >>> ax = plot_event_study(event_study(panel, scale="rate", variance="equal"))
    >>> ax.get_title(loc="left")
    '1 intensive area against 2 others'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    n, starts = len(result.periods), result.starts
    ax.axhline(0, color=style.FAINT, linewidth=1, zorder=1)
    ax.axvline(starts - 0.5, color=style.COLOURS[1], linewidth=1.4, linestyle=(0, (4, 2)))
    level = _display.level(result.confidence_level)
    for k in range(n):
        face = style.COLOURS[0] if k >= starts else "white"
        if np.isfinite(result.low[k]) and k != starts - 1:
            ax.plot([k, k], [result.low[k], result.high[k]], color=style.COLOURS[0], linewidth=1.5)
        ax.plot(
            k,
            result.differences[k],
            "o",
            color=style.COLOURS[0],
            markerfacecolor=face,
            markersize=6.5,
        )
    ax.annotate(
        "start", (starts - 0.5, 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
        textcoords="offset points", ha="center", va="bottom", fontsize=style.TEXT,
        color=style.COLOURS[1],
    )  # fmt: skip
    step = max(1, -(-n // 12))
    ax.set_xticks(range(0, n, step), [style.plain(str(p)) for p in result.periods[::step]])
    style.tidy(ax, grid="y")
    scale = "of log rates" if result.scale == "log" else f"of {result.scale}s"
    style.y_title(ax, f"Difference {scale} since the last period before ({level} limits)")
    n1 = int(np.sum(result.intensive))
    n0 = len(result.areas) - n1
    areas, others = f"area{'s' * (n1 != 1)}", f"other{'s' * (n0 != 1)}"
    ax.set_title(
        f"{n1} intensive {areas} against {n0} {others}", loc="left", fontsize=style.TEXT, pad=16
    )
    return ax


def describe_event_study(result: Periods) -> str:
    """Return the text alternative of `plot_event_study`.

    Parameters
    ----------
    result : EventStudy
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import area_panel, event_study
    >>> panel = area_panel(list("AAABBBCCC"), [1, 2, 3] * 3, [10, 12, 6, 9, 10, 10, 8, 9, 10],
    ...     [100] * 9, intensive=["A"], starts=3)
    >>> describe_event_study(event_study(panel, scale="rate", variance="equal"))[:50]
    'Before the start: 1 -0.010. Last period before: 2,'
    """

    def told(k: int) -> str:
        digits = [
            _display.number(float(x[k]), 3) for x in (result.differences, result.low, result.high)
        ]
        limits = f" ({digits[1]} to {digits[2]})" if np.isfinite(result.low[k]) else ""
        return f"{result.periods[k]} {digits[0]}{limits}"

    before = "; ".join(told(k) for k in range(result.starts - 1)) or "one period only"
    after = "; ".join(told(k) for k in range(result.starts, len(result.periods)))
    return (
        f"Before the start: {before}. Last period before: {result.periods[result.starts - 1]}, 0 "
        f"by definition. After: {after}. {result}."
    )
