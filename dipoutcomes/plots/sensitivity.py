"""Figures of sensitivity: outcomes nobody knows, and analyses that might have been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Light enough for words and lines on top, apart in grey.
_FILLS = {-1: "#86a9d6", 0: "#ffffff", 1: "#f3cdb5"}
_WORDS = {-1: "fewer, of interest", 0: "no difference shown", 1: "more, of interest"}
_MOST_SPECIFICATIONS = 400


class UnknownOutcomes(Protocol):
    """What the figure reads of a `TippingPoint`."""

    @property
    def known(self) -> Estimate: ...  # noqa: D102
    @property
    def known_conclusion(self) -> int: ...  # noqa: D102
    @property
    def unknown_1(self) -> int: ...  # noqa: D102
    @property
    def unknown_0(self) -> int: ...  # noqa: D102
    @property
    def with_event_1(self) -> Any: ...  # noqa: D102
    @property
    def with_event_0(self) -> Any: ...  # noqa: D102
    @property
    def difference(self) -> Any: ...  # noqa: D102
    @property
    def conclusion(self) -> Any: ...  # noqa: D102
    @property
    def expected_1(self) -> int: ...  # noqa: D102
    @property
    def expected_0(self) -> int: ...  # noqa: D102
    @property
    def needed_1(self) -> int | None: ...  # noqa: D102
    @property
    def needed_0(self) -> int | None: ...  # noqa: D102


class Choice(Protocol):
    """What the figure reads of a `Specification`."""

    @property
    def choices(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def estimate(self) -> Estimate: ...  # noqa: D102
    @property
    def main(self) -> bool: ...  # noqa: D102


class Choices(Protocol):
    """What the figure reads of a `SpecificationCurve`."""

    @property
    def specifications(self) -> tuple[Choice, ...]: ...  # noqa: D102
    @property
    def quantity(self) -> str: ...  # noqa: D102
    @property
    def no_effect(self) -> float: ...  # noqa: D102
    @property
    def median(self) -> float: ...  # noqa: D102


def plot_tipping_point(tipping: UnknownOutcomes, *, ax: Axes | None = None) -> Axes:
    """Draw the conclusion for every outcome that the unknown people may have had.

    Parameters
    ----------
    tipping : TippingPoint
        From ``dipoutcomes.comparison.sensitivity.tipping_point``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Fields by conclusion, lines of equal difference in percentage points, the outcome expected
        from the known of each group, and the tipping points.

    Examples
    --------
    >>> from dipoutcomes.comparison.sensitivity import tipping_point
    >>> ax = plot_tipping_point(tipping_point(40, 100, 20, 56, 100, 20))
    >>> ax.get_xlabel()
    'Of 20 unknown in the group compared with, how many had the event'
    """
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    if ax is None:
        ax = style.new_axes(6.6, 5.4)
    x, y = (np.asarray(a, dtype=float) for a in (tipping.with_event_0, tipping.with_event_1))
    ax.pcolormesh(
        _edges(x), _edges(y), np.asarray(tipping.conclusion),
        cmap=ListedColormap([_FILLS[k] for k in (-1, 0, 1)]),
        norm=BoundaryNorm([-1.5, -0.5, 0.5, 1.5], 3), rasterized=True,
    )  # fmt: skip
    if len(x) > 1 and len(y) > 1:
        lines = ax.contour(
            x, y, 100 * np.asarray(tipping.difference), colors=style.INK, linewidths=0.8, levels=6
        )
        ax.clabel(lines, fmt=_points, fontsize=style.SMALL)
    handles: list[Any] = [
        Patch(facecolor=_FILLS[k], edgecolor=style.FAINT, label=_WORDS[k].capitalize())
        for k in np.unique(tipping.conclusion)
    ]
    handles += ax.plot(
        tipping.expected_0, tipping.expected_1, marker="o", color=style.INK, linestyle="none",
        markersize=8, label="As the known of their group",
    )  # fmt: skip
    places = _tipping_places(tipping)
    if places:
        handles += ax.plot(
            *zip(*places, strict=True), marker="X", color=style.COLOURS[1], linestyle="none",
            markersize=9, markeredgecolor="white", label="Tipping points", clip_on=False,
        )  # fmt: skip
    ax.set_xlim(_edges(x)[0], _edges(x)[-1])
    ax.set_ylim(_edges(y)[0], _edges(y)[-1])
    for axis in (ax.xaxis, ax.yaxis):
        _whole_numbers(axis)
    ax.tick_params(labelsize=style.TEXT, colors=style.INK)
    ax.set_xlabel(
        f"Of {tipping.unknown_0:,} unknown in the group compared with, how many had the event",
        fontsize=style.TEXT,
    )
    style.y_title(
        ax, f"Of {tipping.unknown_1:,} unknown in the group of interest, how many had the event"
    )
    level = _display.level(tipping.known.interval.confidence_level)
    ax.set_title(
        f"Known people: {tipping.known.printed} ({tipping.known.counts})\n"
        f"Conclusion from the {level} interval; lines: difference, percentage points",
        loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    ax.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False,
        fontsize=style.SMALL,
    )  # fmt: skip
    return ax


def _points(value: float) -> str:
    return _display.number(value, 0) if float(value).is_integer() else f"{value:g}"


def _edges(values: np.ndarray) -> np.ndarray:
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    between = (values[1:] + values[:-1]) / 2
    return np.concatenate([[values[0] - 0.5], between, [values[-1] + 0.5]])


def _whole_numbers(axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))


def _tipping_places(tipping: UnknownOutcomes) -> list[tuple[int, int]]:
    places = []
    if tipping.needed_1 is not None:
        places.append((tipping.expected_0, tipping.needed_1))
    if tipping.needed_0 is not None:
        places.append((tipping.needed_0, tipping.expected_1))
    return places


def describe_tipping_point(tipping: UnknownOutcomes) -> str:
    """Return the text alternative of `plot_tipping_point`.

    Parameters
    ----------
    tipping : TippingPoint

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.sensitivity import tipping_point
    >>> print(describe_tipping_point(tipping_point(40, 100, 20, 56, 100, 20)))
    Grid of what 20 and 20 people with no known outcome may have done. ...
    """
    conclusion = np.asarray(tipping.conclusion)
    shares = ", ".join(
        f"'{_WORDS[int(k)]}' in {_display.percent(float((conclusion == k).mean()), 0)}"
        for k in np.unique(conclusion)
    )
    return (
        f"Grid of what {tipping.unknown_1:,} and {tipping.unknown_0:,} people with no known "
        f"outcome may have done. Conclusion by share of the cells, which are not equally likely: "
        f"{shares}. {str(tipping).rstrip('.')}."
    )


def plot_specification_curve(curve: Choices, *, ax: Axes | None = None) -> Axes:
    """Draw analyses in the order of their estimates, with the choices of each below.

    Parameters
    ----------
    curve : SpecificationCurve
        From ``dipoutcomes.comparison.sensitivity.specification_curve``; at most 400 analyses.
    ax : matplotlib.axes.Axes, optional
        Is divided: estimates above, choices below. A new figure is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the estimates. The analysis named beforehand has a square of its own.

    Raises
    ------
    ValueError
        If there are more than 400 analyses.

    Examples
    --------
    >>> from dipoutcomes.comparison import difference_between_groups
    >>> from dipoutcomes.comparison.sensitivity import Specification, specification_curve
    >>> curve = specification_curve([
    ...     Specification(choices={"window": f"{m} months"},
    ...         estimate=difference_between_groups(30 + m, 100, 48, 100)) for m in (3, 6, 12)])
    >>> plot_specification_curve(curve).get_title(loc="left")
    '3 analyses, median -12.0 points (dashed)'
    """
    found = curve.specifications
    if len(found) > _MOST_SPECIFICATIONS:
        raise ValueError(
            f"{len(found)} analyses are more than {_MOST_SPECIFICATIONS}, and could not be told "
            "apart: draw a part of them"
        )
    rows = _options(found)
    below = 0.22 * (len(rows) + len({name for name, _ in rows}))
    if ax is None:
        ax = style.new_axes(7.4, 3.6 + below)
    ax.set_axis_off()
    share = below / (below + 2.7)
    above = ax.inset_axes((0.0, share + 0.03, 1.0, 0.97 - share))
    choices = ax.inset_axes((0.0, 0.0, 1.0, share), sharex=above)
    _draw_estimates(above, curve)
    _draw_choices(choices, found, rows)
    above.tick_params(axis="x", bottom=False, labelbottom=False)
    return above


def _draw_estimates(ax: Axes, curve: Choices) -> None:
    found = curve.specifications
    position = np.arange(len(found))
    value = np.array([s.estimate.value for s in found])
    finite = value[np.isfinite(value)]
    room = 10 * (float(np.ptp(finite)) or 1.0)
    bounds = finite.min() - room, finite.max() + room
    low = np.array([max(s.estimate.interval.low, bounds[0]) for s in found])
    high = np.array([min(s.estimate.interval.high, bounds[1]) for s in found])
    if curve.quantity == "ratio":
        low = np.maximum(low, 0.01)
        ax.set_yscale("log")
    excluded = np.array([curve.no_effect not in s.estimate.interval for s in found])
    for chosen, colour in ((excluded, style.COLOURS[0]), (~excluded, style.FAINT)):
        says = "leaves no effect out" if colour != style.FAINT else "includes no effect"
        if chosen.any():
            ax.vlines(position[chosen], low[chosen], high[chosen], color=colour, linewidth=1.4)
            ax.plot(
                position[chosen], value[chosen], marker="o", linestyle="none", color=colour,
                markersize=4.5, label=f"Interval {says}",
            )  # fmt: skip
    main = [k for k, s in enumerate(found) if s.main]
    if main:
        ax.plot(
            main, value[main], marker="s", linestyle="none", markersize=10, markeredgewidth=1.6,
            markerfacecolor="none", markeredgecolor=style.COLOURS[1], label="Named beforehand",
        )  # fmt: skip
    ax.axhline(curve.no_effect, color=style.INK, linewidth=1)
    ax.axhline(curve.median, color=style.FAINT, linewidth=1, linestyle=style.LINES[1])
    style.tidy(ax, grid="y")
    style.format_axis(ax.yaxis, curve.quantity)
    measure = found[0].estimate.measure if len({s.estimate.measure for s in found}) == 1 else (
        curve.quantity
    )  # fmt: skip
    level = _display.level(found[0].estimate.interval.confidence_level)
    style.y_title(ax, style.axis_title(measure, curve.quantity, level))
    median = _display.quantity(curve.median, curve.quantity)
    ax.set_title(
        f"{len(found):,} analyses, median {median} (dashed)", loc="left", fontsize=style.TEXT
    )
    ax.legend(
        loc="lower right", frameon=True, framealpha=0.9, edgecolor="none", fontsize=style.SMALL
    )


def _options(found: tuple[Choice, ...]) -> list[tuple[str, str]]:
    """Return each choice's options, in the order in which they first come."""
    rows: dict[tuple[str, str], None] = {}
    for name in found[0].choices:
        rows |= dict.fromkeys((name, s.choices[name]) for s in found)
    return list(rows)


def _draw_choices(ax: Axes, found: tuple[Choice, ...], rows: list[tuple[str, str]]) -> None:
    place = 0.0
    ticks: list[tuple[float, str]] = []
    seen = ""
    for name, option in rows:
        if name != seen:
            ax.text(
                0.0, place, style.plain(name), transform=ax.get_yaxis_transform(), ha="left",
                va="center", fontsize=style.SMALL, color=style.INK, fontweight="bold",
            )  # fmt: skip
            seen, place = name, place + 1
        chosen = [k for k, s in enumerate(found) if s.choices[name] == option]
        ax.plot(
            chosen, [place] * len(chosen), marker="|", linestyle="none", color=style.INK,
            markersize=8, markeredgewidth=2,
        )  # fmt: skip
        ticks.append((place, style.plain(option)))
        place += 1
    ax.set_ylim(place - 0.4, -0.6)
    ax.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    ax.tick_params(labelsize=style.SMALL, colors=style.INK, length=0)
    ax.tick_params(axis="x", labelbottom=False)
    ax.set_xlabel("Analyses, from the least estimate to the greatest", fontsize=style.TEXT)


def describe_specification_curve(curve: Choices) -> str:
    """Return the text alternative of `plot_specification_curve`.

    Parameters
    ----------
    curve : SpecificationCurve

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison import difference_between_groups
    >>> from dipoutcomes.comparison.sensitivity import Specification, specification_curve
    >>> curve = specification_curve([
    ...     Specification(choices={"window": f"{m} months"},
    ...         estimate=difference_between_groups(30 + m, 100, 48, 100)) for m in (3, 6, 12)])
    >>> print(describe_specification_curve(curve))
    Chart of 3 analyses in the order of their estimates, each with its interval and the choices
    made. ... Least: window: 3 months, -15.0 points. Greatest: window: 12 months, -6.0 points.
    """
    found = curve.specifications
    ends = []
    for word, end in (("Least", found[0]), ("Greatest", found[-1])):
        made = "; ".join(f"{name}: {option}" for name, option in end.choices.items())
        ends.append(f"{word}: {made}, {end.estimate.printed}.")
    text = str(curve)
    return (
        f"Chart of {len(found)} analyses in the order of their estimates, each with its interval "
        f"and the choices made. {text[:1].upper()}{text[1:]}. {' '.join(ends)}"
    )
