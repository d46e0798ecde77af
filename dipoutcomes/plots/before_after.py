"""Before and after: rates by window, and who changed beside what no effect would give."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.describe import describe_estimates
from dipoutcomes.results import Estimate, EstimateTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Changes(Protocol):
    """What the figure reads of a `ChangeDistribution`."""

    @property
    def change(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def people_observed(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def people_expected(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def persons(self) -> int: ...  # noqa: D102
    def __getitem__(self, name: str) -> Any: ...


def plot_rates_before_after(rates: EstimateTable, *, ax: Axes | None = None) -> Axes:
    """Draw the rate in each window with its limits, joined in the order of time.

    Parameters
    ----------
    rates : EstimateTable
        One row a window, of one measure; from ``rate_per_person_year`` of each.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        The line between the windows is broken: it joins the same people and is no trend.

    Raises
    ------
    ValueError
        If the rows are of several measures, quantities or levels.

    Examples
    --------
    >>> from dipoutcomes.outcomes import rate_per_person_year
    >>> from dipoutcomes.results import EstimateRow, EstimateTable
    >>> rows = tuple(EstimateRow(label=w, estimate=rate_per_person_year(e, [365] * 4))
    ...     for w, e in {"before": [3, 1, 2, 4], "after": [1, 1, 0, 2]}.items())
    >>> ax = plot_rates_before_after(EstimateTable(name="r", caption="Rates", rows=rows))
    >>> float(ax.get_ylim()[0])
    0.0
    """
    quantity, measure, level = style.one_kind(rates)
    if ax is None:
        ax = style.new_axes(max(4.5, 1.5 * len(rates) + 1.5), 3.8)
    shown = [(x, e) for x, e in enumerate(rates.estimates) if isfinite(e.value)]
    ax.plot(
        [x for x, _ in shown], [e.value for _, e in shown], color=style.FAINT, linewidth=1.2,
        linestyle=(0, (4, 3)), zorder=1,
    )  # fmt: skip
    for x, estimate in shown:
        top = estimate.interval.high if isfinite(estimate.interval.high) else estimate.value
        ax.plot([x, x], [estimate.interval.low, top], color=style.COLOURS[0], linewidth=2)
        ax.plot([x], [estimate.value], marker="o", color=style.COLOURS[0], markersize=7)
        ax.annotate(
            estimate.printed, (x, estimate.value), (8, 0), textcoords="offset points",
            va="center", fontsize=style.TEXT, color=style.INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    labels = [_window_label(label, e) for label, e in zip(rates.labels, rates.estimates,
                                                           strict=True)]  # fmt: skip
    ax.set_xticks(range(len(rates)), labels)
    ax.set_xlim(-0.4, len(rates) - 0.4)
    ax.set_ylim(bottom=0)
    style.tidy(ax, grid="y")
    style.format_axis(ax.yaxis, quantity)
    style.y_title(ax, style.axis_title(measure, quantity, level))
    return ax


def _window_label(label: str, estimate: Estimate) -> str:
    if estimate.withheld or estimate.events is None:
        counts = _display.WITHHELD
    else:
        counts = f"{estimate.events:,} events"
    return style.plain(f"{style.wrap(label, 1.4)}\n{counts}")


def describe_rates_before_after(rates: EstimateTable) -> str:
    """Return the text alternative of `plot_rates_before_after`.

    Parameters
    ----------
    rates : EstimateTable

    Returns
    -------
    str

    Examples
    --------
    >>> from dipoutcomes.outcomes import rate_per_person_year
    >>> from dipoutcomes.results import EstimateRow, EstimateTable
    >>> row = EstimateRow(label="before", estimate=rate_per_person_year([3, 1, 2], [365] * 3))
    >>> print(describe_rates_before_after(EstimateTable(name="r", caption="Rates", rows=(row,))))
    Chart of 1 estimate with 95% confidence intervals. Rates. before: 2.00, ...
    """
    return describe_estimates(rates)


def plot_distribution_of_change(result: Changes, *, ax: Axes | None = None) -> Axes:
    """Draw how many people changed by how much, as observed and as no effect would have it.

    Parameters
    ----------
    result : ChangeDistribution
        From ``dipoutcomes.comparison.before_after.distribution_of_change``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Bars for those observed, a stepped line for the made-up cohorts' mean.

    Examples
    --------
    >>> import numpy as np
    >>> from dipoutcomes.comparison.before_after import distribution_of_change
    >>> from dipoutcomes.comparison.regression_to_mean import published_spread
    >>> change = distribution_of_change([3, 1, 2, 5] * 25, [183] * 100, [0, 1, 3, 1] * 25,
    ...     [183] * 100, reference=published_spread(3.0, 0.8, source="illustrative"),
    ...     index_counts=True, rng=np.random.default_rng(1))
    >>> plot_distribution_of_change(change).get_ylabel()
    'People'
    """
    if ax is None:
        ax = style.new_axes(7.2, 3.8)
    change = np.array(result.change)
    used = [
        c
        for c, seen, expected in zip(
            change, result.people_observed, result.people_expected, strict=True
        )
        if seen or expected >= 0.005 * result.persons
    ]
    inside = (change >= min(used)) & (change <= max(used))
    seen = np.array(result.people_observed)[inside]
    expected = np.array(result.people_expected)[inside]
    change = change[inside]
    ax.bar(change, seen, width=0.8, color=style.COLOURS[2], label="Observed")
    edges = np.append(change - 0.5, change[-1] + 0.5)
    ax.stairs(expected, edges, color=style.COLOURS[1], linewidth=2, label="With no effect (mean)")
    ax.axvline(0, color=style.FAINT, linewidth=1, zorder=0)
    last = (int(result.change[0]), int(result.change[-1]))
    words = {last[0]: f"{last[0]} or\nfewer", last[1]: f"+{last[1]} or\nmore"}
    step = 1 if len(change) <= 12 else 2
    ticks = [int(c) for c in change if c % step == 0]
    ax.set_xticks(ticks, [words.get(c, f"{c:+d}" if c else "0") for c in ticks])
    style.tidy(ax, grid="y")
    ax.set_xlabel("Events after less events before", fontsize=style.TEXT)
    ax.set_ylabel("People", fontsize=style.TEXT)
    fell = result["share_fell"]
    ax.set_title(
        f"{result.persons:,} people: {_percent(fell.observed)} fell; with no effect "
        f"{_percent(fell.expected)} would",
        loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    ax.legend(loc="best", frameon=False, fontsize=style.SMALL)
    return ax


def describe_distribution_of_change(result: Changes) -> str:
    """Return the text alternative of `plot_distribution_of_change`.

    Parameters
    ----------
    result : ChangeDistribution

    Returns
    -------
    str

    Examples
    --------
    >>> import numpy as np
    >>> from dipoutcomes.comparison.before_after import distribution_of_change
    >>> from dipoutcomes.comparison.regression_to_mean import published_spread
    >>> change = distribution_of_change([3, 1, 2, 5] * 25, [183] * 100, [0, 1, 3, 1] * 25,
    ...     [183] * 100, reference=published_spread(3.0, 0.8, source="illustrative"),
    ...     index_counts=True, rng=np.random.default_rng(1))
    >>> print(describe_distribution_of_change(change))
    Bars of how many of 100 people changed by how many events from before to after, ...
    """
    parts = [
        f"{what}: {_percent(result[name].observed)} observed, "
        f"{_percent(result[name].expected)} with no effect."
        for what, name in (
            ("Fell", "share_fell"), ("Stayed the same", "share_same"), ("Rose", "share_rose"),
            ("Change of those who fell", "change_of_fallers"),
        )
    ]  # fmt: skip
    return (
        f"Bars of how many of {result.persons:,} people changed by how many events from before to "
        f"after, with a line for what no effect would give. {' '.join(parts)}"
    )


def _percent(share: float) -> str:
    return _display.percent(share, 0)
