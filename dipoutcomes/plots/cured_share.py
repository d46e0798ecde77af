"""The curve of a split population: what was seen, and what each shape of the tail assumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.results import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Tails(Protocol):
    """What the figure reads of `CureModels`."""

    @property
    def models(self) -> tuple[Any, Any]: ...  # noqa: D102
    @property
    def follow_up(self) -> Any: ...  # noqa: D102
    @property
    def persons(self) -> int: ...  # noqa: D102
    @property
    def events(self) -> int: ...  # noqa: D102


_TAILS = {"weibull": "Weibull", "lognormal": "lognormal"}
#: The curve is drawn on to this many times the follow-up.
_BEYOND = 2.0


def plot_cured_share(models: Tails, *, curve: Curve | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share free of the event by both tails, dashed beyond the follow-up.

    Parameters
    ----------
    models : CureModels
        From ``dipoutcomes.survival.cure.mixture_cure_models``.
    curve : Curve, optional
        Kaplan-Meier's curve of the same people, drawn as steps.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        The line at the end of follow-up parts what was seen from what is assumed; the share that
        each tail comes down to, with its limits, stands at the right.

    Examples
    --------
    >>> from dipoutcomes.survival.cure import mixture_cure_models
    >>> models = mixture_cure_models(
    ...     [5, 9, 14, 20, 22, 30, 41, 55, 80, 130, 200, 200, 200, 200, 200, 200],
    ...     [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    >>> plot_cured_share(models).get_xlabel()
    'Time from the start of follow-up (dashed: assumed, not seen)'
    """
    if ax is None:
        ax = style.new_axes(7.6, 4.2)
    end = float(models.follow_up.last_follow_up)
    seen, beyond = np.linspace(0, end, 200), np.linspace(end, _BEYOND * end, 100)
    if curve is not None and not curve.withheld:
        ax.step(
            curve.time, curve.value, where="post", color=style.INK, linewidth=0.9, zorder=5,
            label=f"Seen (Kaplan-Meier, {curve.n:,} people)",
        )  # fmt: skip
    for position, model in enumerate(models.models):
        if model.fit is None:
            continue
        colour = style.nth(style.COLOURS, position)
        share = model.cured_share
        level = _display.level(share.interval.confidence_level)
        words = (
            f"{_TAILS[model.tail]} tail: {share.printed} never ({level} limits "
            f"{share.printed_interval})"
        )
        ax.plot(
            seen, model.survival(seen), color=colour, linewidth=2, label=words,
            marker=style.nth(style.MARKERS, position), markevery=40, markersize=5,
        )  # fmt: skip
        ax.plot(beyond, model.survival(beyond), color=colour, linewidth=2, linestyle=(0, (4, 2)))
        highest = share.value == max(m.cured_share.value for m in models.models)
        ax.annotate(
            f"in the end {share.printed}", (_BEYOND * end, share.value),
            xytext=(-4, 9 if highest else -9), textcoords="offset points", ha="right",
            va="bottom" if highest else "top", fontsize=style.SMALL, color=colour,
        )  # fmt: skip
        ax.plot(
            _BEYOND * end, share.value, marker=style.nth(style.MARKERS, position), color=colour,
            markersize=8, clip_on=False,
        )  # fmt: skip
    ax.axvline(end, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)))
    ax.annotate(
        "follow-up ends", (end, 0.02), xycoords=("data", "axes fraction"), xytext=(4, 0),
        textcoords="offset points", fontsize=style.SMALL, color=style.INK,
    )  # fmt: skip
    ax.set_xlim(0, _BEYOND * end)
    ax.set_ylim(0, 1)
    style.format_axis(ax.yaxis, "share")
    style.tidy(ax, grid="y")
    ax.set_xlabel(
        "Time from the start of follow-up (dashed: assumed, not seen)", fontsize=style.TEXT
    )
    style.y_title(ax, f"Share free of the event ({models.events:,} of {models.persons:,} people)")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=style.SMALL)
    return ax


def describe_cured_share(models: Tails) -> str:
    """Return the text alternative of `plot_cured_share`.

    Parameters
    ----------
    models : CureModels
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.survival.cure import mixture_cure_models
    >>> models = mixture_cure_models(
    ...     [5, 9, 14, 20, 22, 30, 41, 55, 80, 130, 200, 200, 200, 200, 200, 200],
    ...     [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    >>> print(describe_cured_share(models))
    Share free of the event along follow-up, 9 events of 16 people, by two shapes of the tail...
    """
    parts = [
        f"Share free of the event along follow-up, {models.events:,} events of "
        f"{models.persons:,} people, by two shapes of the tail; beyond the end of follow-up at "
        f"{models.follow_up.last_follow_up:g} the curves are assumed, not seen."
    ]
    for model in models.models:
        share = model.cured_share
        words = f"{_TAILS[model.tail]} tail: comes down to {share.printed}"
        if not np.isnan(share.interval.low):
            level = _display.level(share.interval.confidence_level)
            words += f" ({level} limits {share.printed_interval})"
        parts.append(f"{words[:1].upper()}{words[1:]}.")
    return " ".join(parts)
