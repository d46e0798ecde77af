"""Ratios of a regression, and residuals that show whether they stay the same along time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.describe import describe_estimates
from dipoutcomes.plots.estimates import plot_estimates
from dipoutcomes.results import EstimateTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Ratios(Protocol):
    """What the forest reads of a model; every model of `survival.regression` has it."""

    def estimates(self, terms: Sequence[str] | None = None) -> EstimateTable: ...  # noqa: D102


class Residuals(Protocol):
    """What the figure reads of a `ProportionalHazardsTest`."""

    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def transform(self) -> str: ...  # noqa: D102
    @property
    def events(self) -> int: ...  # noqa: D102
    @property
    def time(self) -> Any: ...  # noqa: D102
    @property
    def scaled_time(self) -> Any: ...  # noqa: D102
    @property
    def residuals(self) -> Any: ...  # noqa: D102
    @property
    def log_ratios(self) -> Any: ...  # noqa: D102
    def smooth(self, name: str, *, confidence_level: float = ...) -> Any: ...  # noqa: D102
    def __getitem__(self, name: str) -> Any: ...


def plot_ratios(
    model: Ratios, *, terms: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the ratios of a regression with their limits on a log axis, one row a term.

    Parameters
    ----------
    model : CoxModel or ParametricModel
        From ``dipoutcomes.survival.regression``.
    terms : sequence of str, optional
        Which terms, in which order; all of them if omitted.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        Counts stand beside the labels; a line marks a ratio of 1.

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"group": ["a", "b", "a", "a", "b", "a", "b", "a"]})
    >>> plot_ratios(model).get_xlabel()
    'Hazard ratio (95% confidence interval)'
    """
    return plot_estimates(model.estimates(terms), ax=ax)


def describe_ratios(model: Ratios, *, terms: Sequence[str] | None = None) -> str:
    """Return the text alternative of `plot_ratios`.

    Parameters
    ----------
    model, terms
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"group": ["a", "b", "a", "a", "b", "a", "b", "a"]})
    >>> "group: b (against a)" in describe_ratios(model)
    True
    """
    return describe_estimates(model.estimates(terms))


def plot_proportional_hazards(
    test: Residuals, term: str, *, confidence_level: float = 0.95, ax: Axes | None = None
) -> Axes:
    """Draw a term's residuals along time, smoothed, against the constant that the model has.

    Parameters
    ----------
    test : ProportionalHazardsTest
        From ``dipoutcomes.survival.regression.proportional_hazards_test``.
    term : str
    confidence_level : float, default 0.95
        Of the limits about the smooth.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        One dot an event; were the ratio constant, the smooth would be level. The test is printed.
        With fewer than 10 event times there is no smooth.

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression, proportional_hazards_test
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"group": ["a", "b", "a", "a", "b", "a", "b", "a"]})
    >>> ax = plot_proportional_hazards(proportional_hazards_test(model), "group: b")
    >>> ax.get_title(loc="left")
    'group: b, test of a constant ratio: p = 0.26 (6 events)'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    k = test.names.index(term)
    ax.plot(
        test.scaled_time, test.residuals[:, k], linestyle="none", marker="o", markersize=3.5,
        markerfacecolor="none", markeredgecolor=style.FAINT, label="One event",
    )  # fmt: skip
    if _has_smooth(test):
        smooth = test.smooth(term, confidence_level=confidence_level)
        level = _display.level(confidence_level)
        ax.plot(
            smooth.place, smooth.value, color=style.COLOURS[0], linewidth=2,
            label=f"Smoothed ({level} limits)",
        )  # fmt: skip
        for edge in (smooth.low, smooth.high):
            ax.plot(
                smooth.place, edge, color=style.COLOURS[0], linewidth=0.9, linestyle=(0, (4, 2))
            )
    ax.axhline(
        float(test.log_ratios[k]), color=style.COLOURS[1], linewidth=1.6, linestyle=(0, (1, 1.4)),
        label="Constant, as the model has it",
    )  # fmt: skip
    style.tidy(ax, grid="y")
    places, words = _time_ticks(test)
    ax.set_xticks(places, words)
    ax.set_xlabel("Time of the event", fontsize=style.TEXT)
    style.y_title(ax, "Log hazard ratio (scaled Schoenfeld residuals)")
    p = _display.p_value(test[term].p_value)
    says = f"p {p}" if p.startswith("less") else f"p = {p}"
    title = f"{style.plain(term)}, test of a constant ratio: {says} ({test.events:,} events)"
    ax.set_title(title, loc="left", fontsize=style.TEXT)
    ax.legend(loc="best", frameon=False, fontsize=style.SMALL)
    return ax


def _has_smooth(test: Residuals) -> bool:
    return len(np.unique(test.scaled_time)) >= 10


def _time_ticks(test: Residuals) -> tuple[list[float], list[str]]:
    """Return places on the transformed axis, and the times they stand for."""
    order = np.argsort(test.time)
    picks = np.unique(np.linspace(0, len(order) - 1, 7).round().astype(int))
    chosen: dict[float, str] = {}
    width = max(float(np.ptp(test.scaled_time)), 1e-12)
    for k in order[picks]:
        place = float(test.scaled_time[k])
        if all(abs(place - other) > 0.05 * width for other in chosen):
            chosen[place] = f"{test.time[k]:g}"
    return list(chosen), list(chosen.values())


def describe_proportional_hazards(test: Residuals, term: str) -> str:
    """Return the text alternative of `plot_proportional_hazards`.

    Parameters
    ----------
    test, term
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression, proportional_hazards_test
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"group": ["a", "b", "a", "a", "b", "a", "b", "a"]})
    >>> print(describe_proportional_hazards(proportional_hazards_test(model), "group: b"))
    Residuals of group: b at 6 events along time. The model's constant log hazard ratio is ...
    """
    k = test.names.index(term)
    found = test[term]
    parts = [
        f"Residuals of {term} at {test.events:,} events along time.",
        f"The model's constant log hazard ratio is {_display.number(test.log_ratios[k], 2)}.",
    ]
    if _has_smooth(test):
        value = test.smooth(term).value
        first, middle, last = (
            _display.number(float(value[i]), 2) for i in (0, len(value) // 2, -1)
        )
        parts.append(f"Smoothed, it goes from {first} by way of {middle} to {last}.")
    p = _display.p_value(found.p_value)
    parts.append(f"The test that it is constant has a p-value of {p}.")
    return " ".join(parts)
