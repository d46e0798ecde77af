"""How wide an interval is along the number of people, with the chosen number marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Precision(Protocol):
    """What the figure reads of a curve; the planner's `PrecisionCurve` has it."""

    @property
    def n(self) -> Any: ...  # noqa: D102
    @property
    def expected(self) -> Any: ...  # noqa: D102
    @property
    def worst(self) -> Any: ...  # noqa: D102
    @property
    def share(self) -> float: ...  # noqa: D102
    @property
    def confidence_level(self) -> float: ...  # noqa: D102
    @property
    def population(self) -> int | None: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def chosen_n(self) -> int | None: ...  # noqa: D102
    @property
    def wanted(self) -> float | None: ...  # noqa: D102


def plot_precision(curve: Precision, *, ax: Axes | None = None) -> Axes:
    """Draw the width of the interval for a share along the number of people.

    Parameters
    ----------
    curve : PrecisionCurve
        From ``dipoutcomes.sampling.size.precision_curve``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from dipoutcomes.sampling.size import precision_curve
    >>> axes = plot_precision(precision_curve(0.75, population=210, chosen_n=28))
    >>> axes.get_xlabel()
    'People in the sample, of a frame of 210'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    share = _display.percent(curve.share, 0)
    ax.plot(
        curve.n, curve.expected, color=style.COLOURS[0], linewidth=1.6, linestyle=style.LINES[0],
        label=f"Expected, if the share is {share}",
    )  # fmt: skip
    ax.plot(
        curve.n, curve.worst, color=style.COLOURS[1], linewidth=1.6, linestyle=style.LINES[1],
        label="Widest that can come",
    )  # fmt: skip
    if curve.wanted is not None:
        ax.axhline(
            curve.wanted, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1,
            label=f"Asked for: {_points(curve.wanted)}",
        )  # fmt: skip
    if curve.chosen_n is not None:
        width = _expected_at(curve, curve.chosen_n)
        ax.plot(
            [curve.chosen_n], [width], marker="o", markersize=8, color=style.COLOURS[0],
            markeredgecolor="white", linestyle="none", zorder=4,
        )  # fmt: skip
        ax.plot([curve.chosen_n] * 2, [0, width], color=style.FAINT, linewidth=0.9, zorder=1)
        ax.annotate(
            f"{curve.chosen_n:,} people: {_points(width)}", (curve.chosen_n, width),
            xytext=(-12, 62) if _at_the_end(curve) else (26, 40), textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.9},
            fontsize=style.TEXT, color=style.INK, ha="right" if _at_the_end(curve) else "left",
        )  # fmt: skip
    ax.set_ylim(0, min(1.0, 1.05 * float(np.max(curve.worst))))
    ax.set_xlim(0, float(curve.n[-1]))
    style.format_axis(ax.xaxis, "count")
    style.format_axis(ax.yaxis, "difference")
    frame = "" if curve.population is None else f", of a frame of {curve.population:,}"
    ax.set_xlabel(f"People in the sample{frame}", fontsize=style.TEXT)
    ax.set_ylabel(
        f"Width of the {_display.level(curve.confidence_level)} interval,\npercentage points",
        fontsize=style.TEXT,
    )
    style.tidy(ax, grid="y")
    ax.legend(loc="upper right", frameon=False, fontsize=style.TEXT)
    return ax


def describe_precision(curve: Precision) -> str:
    """Return the text alternative of `plot_precision`.

    Parameters
    ----------
    curve : PrecisionCurve
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.sampling.size import precision_curve
    >>> print(describe_precision(precision_curve(0.75, population=210, chosen_n=28)))
    Line chart of the width of the 95% interval for a share of 75.0% along the number of people...
    """
    frame = "" if curve.population is None else f" of a frame of {curve.population:,}"
    parts = [
        f"Line chart of the width of the {_display.level(curve.confidence_level)} interval for a "
        f"share of {_display.percent(curve.share)} along the number of people in the "
        f"sample{frame}, by the {_lower(curve.method)}.",
        f"Expected: {_points(float(curve.expected[0]))} with {int(curve.n[0]):,} people, falling "
        f"to {_points(float(curve.expected[-1]))} with {int(curve.n[-1]):,}.",
        f"The widest that can come falls from {_points(float(curve.worst[0]))} to "
        f"{_points(float(curve.worst[-1]))}.",
    ]
    if curve.chosen_n is not None:
        width = _points(_expected_at(curve, curve.chosen_n))
        parts.append(f"Marked: {curve.chosen_n:,} people, {width} expected.")
    if curve.wanted is not None:
        parts.append(f"A line marks the width asked for, {_points(curve.wanted)}.")
    return " ".join(parts)


def _expected_at(curve: Precision, n: int) -> float:
    return float(np.interp(n, curve.n, curve.expected))


def _at_the_end(curve: Precision) -> bool:
    return curve.chosen_n is not None and curve.chosen_n > 0.7 * float(curve.n[-1])


def _points(width: float) -> str:
    return f"{_display.number(width * 100, 1)} points"


def _lower(method: str) -> str:
    return method if method.startswith("Wilson") else method[:1].lower() + method[1:]
