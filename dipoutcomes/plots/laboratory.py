"""How estimators did against known truths: coverage, bias, and popular practice beside sound ways.

A row is anything with the fields of `Scored`, as the laboratory makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Protocol, TypeVar

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LABEL_INCHES = 2.9
_ROW_INCHES = 0.3
#: The axis of coverage reaches at least so far down.
_SHOWN_TO = 0.88
_MOST_ROWS = 12
_BARS = 2.0  # Monte Carlo standard errors on each side


Row = TypeVar("Row", bound="Scored")


class Scored(Protocol):
    """The fields of a row that the figures read."""

    @property
    def title(self) -> str:
        """What was tried, as a report prints it."""

    @property
    def n(self) -> int:
        """People in a cohort."""

    @property
    def confidence_level(self) -> float:
        """Nominal coverage."""

    @property
    def coverage(self) -> float:
        """Share of intervals that hold the truth."""

    @property
    def coverage_error(self) -> float:
        """Monte Carlo standard error of the coverage."""

    @property
    def bias(self) -> float:
        """Mean of estimate less truth."""

    @property
    def bias_error(self) -> float:
        """Monte Carlo standard error of the bias."""

    @property
    def rmse(self) -> float:
        """Root mean square of estimate less truth."""

    @property
    def role(self) -> str:
        """The word "popular practice" for what is often done."""

    @property
    def question(self) -> str:
        """What joins a popular practice with the sound way."""


def plot_trial_coverage(rows: Sequence[Scored], *, ax: Axes | None = None) -> Axes:
    """Draw the coverage of each estimator at each number of people, with the nominal level.

    Parameters
    ----------
    rows : sequence of Scored
        At least one with a coverage, all of one confidence level. Rows of one title share a line;
        of several at the same size the lowest is drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, tall enough for the rows, is made if omitted.

    Returns
    -------
    matplotlib.axes.Axes
        Nothing is shown or saved. Bars are two Monte Carlo standard errors on each side.

    Raises
    ------
    ValueError
        If no row has a coverage, or the confidence levels differ.
    """
    kept = _lowest(rows)
    level = _one_level(kept)
    titles = list(dict.fromkeys(row.title for row in kept))
    sizes = sorted({row.n for row in kept})
    axes = ax if ax is not None else _tall_axes(len(titles))
    for position, n in enumerate(sizes):
        shown = [row for row in kept if row.n == n]
        lift = (position - (len(sizes) - 1) / 2) * 0.16
        axes.errorbar(
            [row.coverage for row in shown],
            [titles.index(row.title) + lift for row in shown],
            xerr=[_BARS * row.coverage_error for row in shown],
            fmt=style.nth(style.MARKERS, position),
            color=style.nth(style.COLOURS, position),
            markersize=5,
            linewidth=1.1,
            label=f"{n:,} people",
        )
    lowest = min(row.coverage for row in kept)
    _finish_rows(axes, titles)
    axes.axvline(level, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    axes.set_xlim(min(_SHOWN_TO, lowest - 0.02), 1.004)
    style.format_axis(axes.xaxis, "share")
    axes.set_xlabel(
        f"Intervals that hold the truth (dashed: the nominal {_display.level(level)})",
        fontsize=style.TEXT,
    )
    _legend(axes, len(sizes))
    return axes


def plot_trial_bias(rows: Sequence[Scored], *, ax: Axes | None = None) -> Axes:
    """Draw the bias of each estimator as a share of its root mean square error.

    Parameters
    ----------
    rows : sequence of Scored
        At least one with a bias. 0 is right on average; -1 and 1 are all error and no chance.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If no row has a bias.
    """
    kept = [row for row in rows if row.rmse > 0 and not isnan(row.bias)]
    if not kept:
        raise ValueError("`rows` must hold at least one with a bias and an error")
    titles = list(dict.fromkeys(row.title for row in kept))
    sizes = sorted({row.n for row in kept})
    axes = ax if ax is not None else _tall_axes(len(titles))
    for position, n in enumerate(sizes):
        shown = [row for row in kept if row.n == n]
        lift = (position - (len(sizes) - 1) / 2) * 0.16
        axes.errorbar(
            [row.bias / row.rmse for row in shown],
            [titles.index(row.title) + lift for row in shown],
            xerr=[_BARS * row.bias_error / row.rmse for row in shown],
            fmt=style.nth(style.MARKERS, position),
            color=style.nth(style.COLOURS, position),
            markersize=5,
            linewidth=1.1,
            label=f"{n:,} people",
        )
    _finish_rows(axes, titles)
    axes.axvline(0, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    axes.set_xlim(-1.02, 1.02)
    axes.set_xlabel(
        "Bias over root mean square error (dashed: right on average)", fontsize=style.TEXT
    )
    _legend(axes, len(sizes))
    return axes


def plot_popular_practice(rows: Sequence[Scored], *, ax: Axes | None = None) -> Axes:
    """Draw, question by question, the coverage of the popular practice and of the sound way.

    Parameters
    ----------
    rows : sequence of Scored
        Pairs that share question and size, all of one confidence level. Open marks are the popular
        practice, filled ones the sound way; a line joins the two.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a practice has no sound way beside it, or there is nothing to draw.
    """
    pairs = practice_pairs(rows)
    level = _one_level([row for pair in pairs for row in pair])
    questions = list(dict.fromkeys(wrong.question for wrong, _ in pairs))
    sizes = sorted({wrong.n for wrong, _ in pairs})
    axes = ax if ax is not None else _tall_axes(len(questions), 0.22 * len(sizes) + 0.15)
    for wrong, right in pairs:
        position = sizes.index(wrong.n)
        y = questions.index(wrong.question) + (position - (len(sizes) - 1) / 2) * 0.8 / len(sizes)
        colour = style.nth(style.COLOURS, position)
        axes.plot([wrong.coverage, right.coverage], [y, y], color=colour, linewidth=1, zorder=2)
        for row, fill in ((wrong, "white"), (right, colour)):
            axes.plot(
                row.coverage, y, style.nth(style.MARKERS, position), color=colour,
                markerfacecolor=fill, markersize=6, zorder=3,
            )  # fmt: skip
    for position, n in enumerate(sizes):
        axes.plot(
            [], [], style.nth(style.MARKERS, position), color=style.nth(style.COLOURS, position),
            label=f"{n:,} people",
        )  # fmt: skip
    _finish_rows(axes, questions)
    axes.axvline(level, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    axes.set_xlim(-0.02, 1.02)
    style.format_axis(axes.xaxis, "share")
    axes.set_xlabel(
        "Intervals that hold the truth: open marks the popular practice,\n"
        f"filled marks the sound way (dashed: the nominal {_display.level(level)})",
        fontsize=style.TEXT,
    )
    _legend(axes, len(sizes))
    return axes


def practice_pairs(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return each popular practice with the sound way of the same question and size.

    Raises
    ------
    ValueError
        If one has no partner, or there is none at all.
    """
    sound = {(r.question, r.n): r for r in rows if r.question and r.role != "popular practice"}
    wrong = [row for row in rows if row.role == "popular practice"]
    alone = [row.question for row in wrong if (row.question, row.n) not in sound]
    if alone or not wrong:
        raise ValueError(
            f"each popular practice needs a sound way beside it; {len(alone)} of {len(wrong)} have "
            "none"
        )
    return [(row, sound[row.question, row.n]) for row in wrong]


def describe_trial_coverage(rows: Sequence[Scored]) -> str:
    """Return the text alternative of `plot_trial_coverage`: each estimator's lowest coverage."""
    kept = _lowest(rows)
    level = _display.level(_one_level(kept))
    titles = list(dict.fromkeys(row.title for row in kept))
    parts = [
        f"Dot chart of the share of {level} intervals that hold the truth, for "
        f"{len(titles)} estimators at {_listed(sorted({row.n for row in kept}))} people."
    ]
    for title in titles[:_MOST_ROWS]:
        found = [f"{_display.percent(r.coverage)} at {r.n:,}" for r in kept if r.title == title]
        parts.append(f"{title}: {', '.join(found)}.")
    if len(titles) > _MOST_ROWS:
        parts.append(f"{len(titles) - _MOST_ROWS} further estimators stand in the table.")
    return " ".join(parts)


def describe_trial_bias(rows: Sequence[Scored]) -> str:
    """Return the text alternative of `plot_trial_bias`: the largest biases."""
    kept = [row for row in rows if row.rmse > 0 and not isnan(row.bias)]
    worst = sorted(kept, key=lambda row: -abs(row.bias / row.rmse))[:5]
    said = ", ".join(f"{row.title} at {row.n:,} people {row.bias / row.rmse:+.2f}" for row in worst)
    return (
        f"Dot chart of bias as a share of the root mean square error, {len(kept)} rows. 0 is right "
        f"on average. Furthest from it: {said}."
    )


def describe_popular_practice(rows: Sequence[Scored]) -> str:
    """Return the text alternative of `plot_popular_practice`: each pair at its largest size."""
    pairs = practice_pairs(rows)
    parts = [
        "Dot chart of how often 95% limits hold the truth, a popular practice against the sound "
        "way on the same made-up people."
    ]
    for question in dict.fromkeys(wrong.question for wrong, _ in pairs):
        wrong, right = max((p for p in pairs if p[0].question == question), key=lambda p: p[0].n)
        parts.append(
            f"{question}: {_display.percent(wrong.coverage, 0)} against "
            f"{_display.percent(right.coverage, 0)} at {wrong.n:,} people."
        )
    return " ".join(parts)


def _lowest(rows: Sequence[Scored]) -> list[Scored]:
    """Return the row of lowest coverage for each title and size, in the order of the titles."""
    found: dict[tuple[str, int], Scored] = {}
    for row in rows:
        key = row.title, row.n
        if not isnan(row.coverage) and (key not in found or row.coverage < found[key].coverage):
            found[key] = row
    if not found:
        raise ValueError("`rows` must hold at least one with a coverage")
    return list(found.values())


def _one_level(rows: Sequence[Scored]) -> float:
    levels = {row.confidence_level for row in rows}
    if len(levels) != 1:
        raise ValueError(f"`rows` must share one confidence level; {len(levels)} were found")
    return levels.pop()


def _tall_axes(rows: int, inches: float = _ROW_INCHES) -> Axes:
    return style.new_axes(7.6, 1.15 + max(inches, _ROW_INCHES) * rows)


def _finish_rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(
        range(len(labels)), [style.wrap(style.plain(label), _LABEL_INCHES) for label in labels]
    )
    ax.set_ylim(len(labels) - 0.4, -0.6)
    style.tidy(ax)
    for edge in range(1, len(labels)):
        ax.axhline(edge - 0.5, color="#e6e6e6", linewidth=0.6, zorder=0)


def _legend(ax: Axes, columns: int) -> None:
    ax.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=style.TEXT,
        handletextpad=0.3,
    )


def _listed(sizes: Sequence[int]) -> str:
    words = [f"{n:,}" for n in sizes]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
