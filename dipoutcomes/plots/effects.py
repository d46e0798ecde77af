"""Effects by method and estimand, and how unequal the weights behind them are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.describe import describe_estimates
from dipoutcomes.plots.estimates import plot_methods
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MANY = 40  # bars of the histogram


class Found(Protocol):
    """What the forest reads of an `Effect`."""

    @property
    def estimate(self) -> Estimate: ...  # noqa: D102
    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def measure(self) -> str: ...  # noqa: D102
    @property
    def estimand(self) -> str: ...  # noqa: D102
    @property
    def design(self) -> str: ...  # noqa: D102


class Weighted(Protocol):
    """What the histogram reads of a design."""

    @property
    def treated(self) -> Any: ...  # noqa: D102
    @property
    def weights(self) -> Any: ...  # noqa: D102
    @property
    def estimand(self) -> str: ...  # noqa: D102


def _table(effects: Sequence[Found], labels: Sequence[str] | None) -> EstimateTable:
    if not effects:
        raise ValueError("`effects` is empty: there is nothing to draw")
    words = list(labels) if labels is not None else [
        f"{e.estimand}: {e.estimate.interval.method.split(', t with')[0]}" for e in effects
    ]  # fmt: skip
    if len(words) != len(effects):
        raise ValueError(f"{len(words)} labels were given for {len(effects)} effects")
    from dataclasses import replace

    measure = f"{effects[0].measure}: {effects[0].outcome}"
    rows = [
        EstimateRow(label=word, estimate=replace(e.estimate, measure=measure))
        for word, e in zip(words, effects, strict=True)
    ]
    return EstimateTable(name="effects", caption=measure, rows=tuple(rows))


def plot_effects(
    effects: Sequence[Found],
    *,
    labels: Sequence[str] | None = None,
    chosen: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw effects one below the other, the one that the protocol chose marked.

    Parameters
    ----------
    effects : sequence of Effect
        Of one measure and one outcome; from ``dipoutcomes.comparison.effect``.
    labels : sequence of str, optional
        A label for each; otherwise the estimand and the variance.
    chosen : int, optional
        The row to mark: its label is bold, and a band lies behind it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is nothing to draw, rows are of several measures, or *chosen* is no row.

    Examples
    --------
    >>> from dipoutcomes.comparison.effect import treatment_effect
    >>> from dipoutcomes.comparison.weighting import propensity_weights
    >>> design = propensity_weights([True] * 4 + [False] * 4, [0.5] * 8)
    >>> outcome = [True, False, False, False, True, True, True, False]
    >>> found = [treatment_effect(design, outcome, variance=v) for v in ("welch", "sandwich")]
    >>> plot_effects(found, chosen=1).get_xlabel()[:33]
    'Difference: share with the outcom'
    """
    if chosen is not None and not 0 <= chosen < len(effects):
        raise ValueError(f"`chosen` must be a row from 0 to {len(effects) - 1}; got {chosen}")
    ax = plot_methods(_table(effects, labels), published=float("nan"), ax=ax)
    for text in list(ax.texts):
        if text.get_text().startswith("as counted"):
            text.remove()
    if chosen is not None:
        places = ax.get_yticks()
        gap = float(np.diff(places).min()) if len(places) > 1 else 1.6
        ax.axhspan(
            places[chosen] - 0.45 * gap, places[chosen] + 0.45 * gap, color="#e8edf3", zorder=0
        )
        ax.get_yticklabels()[chosen].set_fontweight("bold")
    return ax


def describe_effects(
    effects: Sequence[Found], *, labels: Sequence[str] | None = None, chosen: int | None = None
) -> str:
    """Return the text alternative of `plot_effects`.

    Parameters
    ----------
    effects, labels, chosen
        As drawn.

    Returns
    -------
    str
    """
    table = _table(effects, labels)
    mark = "" if chosen is None else f" Marked as the one chosen: {table.labels[chosen]}."
    return describe_estimates(table) + mark


def plot_weights(design: Weighted, *, ax: Axes | None = None) -> Axes:
    """Draw the histogram of each group's weights, over their mean in the group.

    Parameters
    ----------
    design : WeightedDesign or LockedDesign
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        A weight of 1 is the average person's; the legend has the people used, the number that
        they are worth, and the largest share that one person carries.

    Examples
    --------
    >>> from dipoutcomes.comparison.weighting import propensity_weights
    >>> plot_weights(propensity_weights([True, False, False], [0.5, 0.2, 0.6])).get_xlabel()
    'Weight over the mean weight of the group'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    groups = _groups(design)
    top = max(float(own.max()) for _, own, _ in groups)
    edges = np.linspace(0, max(top, 1.05) * 1.0001, _MANY + 1)
    for k, (name, own, words) in enumerate(groups):
        if np.ptp(own) < 1e-12:  # one bar of everybody would flatten the other group's
            ax.plot([], [], color=style.COLOURS[0], label=f"{name}: {words}")
            continue
        share = np.histogram(own, edges)[0] / len(own)
        ax.stairs(
            share, edges, fill=k == 1, color=style.COLOURS[2 if k else 0], linewidth=1.8,
            linestyle=style.LINES[0], alpha=0.7 if k else 1.0, label=f"{name}: {words}",
            zorder=3 - k,
        )  # fmt: skip
    ax.axvline(1, color=style.FAINT, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    style.tidy(ax, grid="y")
    ax.set_xlim(0, edges[-1])
    ax.set_xlabel("Weight over the mean weight of the group", fontsize=style.TEXT)
    style.y_title(ax, "Share of the group's people")
    ax.yaxis.set_major_formatter(lambda value, _: _display.percent(value, 0))
    ax.set_title(f"Weights ({design.estimand})", loc="left", fontsize=style.TEXT)
    ax.legend(loc="upper right", frameon=False, fontsize=style.SMALL)
    return ax


def _groups(design: Weighted) -> list[tuple[str, Any, str]]:
    """Return the name, weights over their mean, and words of each group's people with weight."""
    treated, weights = np.asarray(design.treated), np.asarray(design.weights, dtype=np.float64)
    found = []
    for name, side in (("treated", treated), ("comparison", ~treated)):
        own = weights[side & (weights > 0)]
        if not len(own):
            raise ValueError(f"nobody of the {name} group has a weight to draw")
        own = own / own.mean()
        worth = own.sum() ** 2 / (own**2).sum()
        words = f"{len(own):,} people, worth {worth:,.1f}; "
        words += (
            "equal weights"
            if np.ptp(own) < 1e-12
            else f"largest share {_display.percent(float(own.max() / own.sum()))}"
        )
        found.append((name, own, words))
    return found


def describe_weights(design: Weighted) -> str:
    """Return the text alternative of `plot_weights`.

    Parameters
    ----------
    design
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.comparison.weighting import propensity_weights
    >>> print(describe_weights(propensity_weights([True, False, False], [0.5, 0.2, 0.6])))
    Weights for the ATT, over the mean of their group. Treated: 1 people, worth 1.0; ...
    """
    parts = [f"Weights for the {design.estimand}, over the mean of their group."]
    for name, own, words in _groups(design):
        low, high = np.quantile(own, [0.25, 0.75])
        parts.append(
            f"{name.capitalize()}: {words}; half of them lie between {low:.2f} and {high:.2f}, "
            f"the largest is {own.max():.2f}."
        )
    return " ".join(parts)
