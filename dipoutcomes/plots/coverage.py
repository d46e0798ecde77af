"""How often intervals hold the truth, whatever the truth is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dipoutcomes import _display
from dipoutcomes.intervals.coverage import CoverageCurve
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHOWN_BELOW = 0.2  # of the axis lies below the nominal level; what falls further is said in words
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))


def plot_coverage(curves: Sequence[CoverageCurve], *, ax: Axes | None = None) -> Axes:
    """Draw the coverage of each method along the true share, with the nominal level as a line.

    Parameters
    ----------
    curves : sequence of CoverageCurve
        At least one, of one sample size, frame and level.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no curve, or the curves are of different designs.

    Examples
    --------
    >>> from dipoutcomes.intervals.coverage import coverage_curve
    >>> axes = plot_coverage([coverage_curve(28), coverage_curve(28, method="wald")])
    >>> axes.get_xlabel()
    'True share (28 people)'
    """
    designs = {(c.n, c.population, c.confidence_level) for c in curves}
    if len(designs) != 1:
        raise ValueError("`curves` must be at least one, all of one sample, frame and level")
    ((n, population, level),) = designs
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    floor = max(0.0, level - _SHOWN_BELOW)
    for position, curve in enumerate(curves):
        lowest = float(curve.coverage.min())
        off = f", falls to {_display.percent(lowest, 0)}" if lowest < floor else ""
        ax.plot(
            curve.truth,
            curve.coverage,
            color=style.COLOURS[position % len(style.COLOURS)],
            linestyle=_DASHES[position % len(_DASHES)],
            linewidth=1.3,
            label=f"{curve.method}{off}",
        )
    ax.axhline(level, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    ax.set_ylim(floor, 1.005)
    ax.set_xlim(0, 1)
    style.format_axis(ax.xaxis, "share")
    style.format_axis(ax.yaxis, "share")
    frame = "" if population is None else f" of a frame of {population:,}"
    ax.set_xlabel(f"True share ({n:,} people{frame})", fontsize=style.TEXT)
    ax.set_ylabel(
        f"Samples whose interval holds it\n(nominal {_display.level(level)})", fontsize=style.TEXT
    )
    style.tidy(ax)
    ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=2,
        frameon=False,
        fontsize=style.TEXT,
    )
    return ax


def describe_coverage(curves: Sequence[CoverageCurve]) -> str:
    """Return the text alternative of `plot_coverage`: each method's lowest and average coverage.

    Parameters
    ----------
    curves : sequence of CoverageCurve
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.intervals.coverage import coverage_curve
    >>> print(describe_coverage([coverage_curve(28)]))
    Line chart of the share of samples of 28 whose 95% interval holds the true share, ...
    """
    first = curves[0]
    parts = [
        f"Line chart of the share of samples of {first.n:,} whose "
        f"{_display.level(first.confidence_level)} interval holds the true share, along the true "
        "share from 0% to 100%."
    ]
    for curve in curves:
        worst = int(curve.coverage.argmin())
        parts.append(
            f"{curve.method}: {_display.percent(float(curve.coverage.mean()))} on average, lowest "
            f"{_display.percent(float(curve.coverage[worst]))} at a true share of "
            f"{_display.percent(float(curve.truth[worst]))}."
        )
    return " ".join(parts)
