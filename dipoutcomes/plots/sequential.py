"""Limits after each person, narrowing as more are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Sequence(Protocol):
    """What the figure reads of a confidence sequence; `sampling` makes them."""

    @property
    def population(self) -> int:
        """Persons in the frame."""

    @property
    def confidence_level(self) -> float:
        """Of all the limits together."""

    @property
    def events(self) -> Any:
        """People with the event, after each person."""

    @property
    def share(self) -> Any:
        """Share with the event among the traced, after each person."""

    @property
    def low(self) -> Any:
        """Lower limits."""

    @property
    def high(self) -> Any:
        """Upper limits."""

    @property
    def fixed_low(self) -> Any:
        """Lower limits of a sample fixed in advance."""

    @property
    def fixed_high(self) -> Any:
        """Upper limits of a sample fixed in advance."""

    @property
    def untraced(self) -> int:
        """People counted as both cases."""


def plot_confidence_sequence(
    sequence: Sequence, *, threshold: float | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the limits after each person as a band, and the fixed-sample ones as dashes.

    Parameters
    ----------
    sequence : ConfidenceSequence
    threshold : float, optional
        A share to draw as a line: the question is answered where the band leaves it behind.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Neighbouring steps say what became of one person: the figure is for the working copy alone.

    Examples
    --------
    >>> from dipoutcomes.sampling.sequential import proportion_confidence_sequence
    >>> ax = plot_confidence_sequence(proportion_confidence_sequence([0, 1, 1, 1] * 7, 210))
    >>> print(ax.get_xlabel())
    People asked for, in the order of the draw
    (28 of a frame of 210; 21 with the event)
    """
    if ax is None:
        ax = style.new_axes(7.2, 4.0)
    n = len(sequence.low)
    # The limits after person k hold from k to k + 1, when the next answer comes.
    people = list(range(1, n + 2))
    level = _display.level(sequence.confidence_level)
    ax.fill_between(
        people, _held(sequence.low), _held(sequence.high), step="post", color=style.COLOURS[2],
        alpha=0.35, linewidth=0, label=f"{level} confidence sequence: look whenever you like",
    )  # fmt: skip
    for limits in (sequence.low, sequence.high):
        ax.step(people, _held(limits), where="post", color=style.COLOURS[0], linewidth=1.4)
    for limits, label in (
        (sequence.fixed_low, f"{level} exact limits, for one look fixed in advance"),
        (sequence.fixed_high, ""),
    ):
        ax.step(
            people, _held(limits), where="post", color=style.COLOURS[1], linewidth=1.1,
            linestyle=(0, (4, 2)), label=label,
        )  # fmt: skip
    among = " of the traced" if sequence.untraced else ""
    ax.step(
        people, _held(sequence.share), where="post", color=style.INK, linewidth=1.1,
        linestyle=(0, (1, 1.2)), label=f"share{among} with the event so far",
    )  # fmt: skip
    if threshold is not None:
        _draw_threshold(ax, threshold, n)
    _label(ax, sequence, n)
    return ax


def describe_confidence_sequence(sequence: Sequence, *, threshold: float | None = None) -> str:
    """Return the text alternative of `plot_confidence_sequence`.

    Parameters
    ----------
    sequence, threshold
        As drawn.

    Returns
    -------
    str
        The limits early, half way and at the end, and where the threshold was left behind.

    Examples
    --------
    >>> from dipoutcomes.sampling.sequential import proportion_confidence_sequence
    >>> sequence = proportion_confidence_sequence([0, 1, 1, 1] * 7, 210)
    >>> print(describe_confidence_sequence(sequence, threshold=0.4))
    Step chart of the limits for a share after each of 28 people from a frame of 210, with the
    95% confidence sequence and the exact limits of a sample fixed in advance. After person 1:
    0.0% to 97.1% (fixed 0.0% to 97.1%). After person 14: 35.2% to 93.8% (fixed 42.9% to 91.0%).
    After person 28: 48.6% to 91.0% (fixed 56.7% to 88.1%). The limits lie at or above the
    threshold of 40.0% from person 16 on.
    """
    n = len(sequence.low)
    level = _display.level(sequence.confidence_level)
    parts = [
        f"Step chart of the limits for a share after each of {n:,} people from a frame of "
        f"{sequence.population:,}, with the {level} confidence sequence and the exact limits of a "
        "sample fixed in advance."
    ]
    for person in sorted({1, (n + 1) // 2, n}):
        at = person - 1
        ours = _display.limits(float(sequence.low[at]), float(sequence.high[at]), "share")
        fixed = float(sequence.fixed_low[at]), float(sequence.fixed_high[at])
        parts.append(f"After person {person:,}: {ours} (fixed {_display.limits(*fixed, 'share')}).")
    if threshold is not None:
        parts.append(_says_threshold(sequence, threshold))
    return " ".join(parts)


def _held(values: Any) -> list[float]:
    """Return the values with the last once more, so that the last step can be seen."""
    listed = [float(value) for value in values]
    return [*listed, listed[-1]]


def _draw_threshold(ax: Axes, threshold: float, n: int) -> None:
    ax.axhline(threshold, color=style.INK, linewidth=0.9)
    ax.annotate(
        f"threshold\n{_display.percent(threshold)}",
        (n + 1, threshold),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL,
        color=style.INK,
    )


def _label(ax: Axes, sequence: Sequence, n: int) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.set_xlim(1, n + 1)
    ax.set_ylim(0, 1)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    style.format_axis(ax.yaxis, "share")
    untraced = f"; {sequence.untraced:,} untraced" if sequence.untraced else ""
    ax.set_xlabel(
        f"People asked for, in the order of the draw\n({n:,} of a frame of "
        f"{sequence.population:,}; {int(sequence.events[-1]):,} with the event{untraced})",
        fontsize=style.TEXT,
    )
    level = _display.level(sequence.confidence_level)
    style.y_title(ax, f"Share of the frame with the event ({level} limits)")
    style.tidy(ax, grid="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=style.TEXT)


def _says_threshold(sequence: Sequence, threshold: float) -> str:
    share = _display.percent(threshold)
    for person, (low, high) in enumerate(zip(sequence.low, sequence.high, strict=True), start=1):
        if low >= threshold:
            return f"The limits lie at or above the threshold of {share} from person {person:,} on."
        if high < threshold:
            return f"The limits lie below the threshold of {share} from person {person:,} on."
    return f"The limits still hold the threshold of {share}."
