"""Comparisons in a notebook of one's own: each figure with its text alternative.

Outside a notebook the functions print what a notebook would be given, and return nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dipoutcomes import plots
from dipoutcomes.report.display import show_figure, show_table
from dipoutcomes.report.figures import make_figure

if TYPE_CHECKING:
    from dipoutcomes.comparison.before_after import ChangeDistribution
    from dipoutcomes.comparison.effect import Effect
    from dipoutcomes.comparison.matching import Balance, Support
    from dipoutcomes.comparison.regression_to_mean import AdjustedRatio, LiteratureGrid
    from dipoutcomes.comparison.sensitivity import TippingPoint
    from dipoutcomes.results import EstimateTable


def show_rates_before_after(rates: EstimateTable, *, rows: bool = True) -> None:
    """Show the rate in each window, joined in the order of time.

    Parameters
    ----------
    rates : EstimateTable
        One row a window, of one measure.
    rows : bool, default True
        False leaves out the table.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.outcomes import rate_by_follow_up
    >>> show_rates_before_after(rate_by_follow_up(7, 28, {"a year": 1, "two": 2}), rows=False)
    {'image/png': ..., 'text/plain': ...}
    """
    _show(
        lambda: plots.plot_rates_before_after(rates),
        plots.describe_rates_before_after(rates),
        rates.caption,
    )
    if rows:
        show_table(rates)


def show_change(change: ChangeDistribution, *, rows: bool = True) -> None:
    """Show who fell and who rose beside what no effect gives, with the warning.

    Parameters
    ----------
    change : ChangeDistribution
        From `distribution_of_change`.
    rows : bool, default True
        False leaves out the table.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> import numpy as np
    >>> from dipoutcomes.comparison.before_after import distribution_of_change
    >>> from dipoutcomes.comparison.regression_to_mean import published_spread
    >>> year = [365] * 80
    >>> show_change(distribution_of_change([2, 0, 4, 1] * 20, year, [1, 0, 2, 1] * 20, year,
    ...     reference=published_spread(1.0, 1.0, source="illustrative"),
    ...     rng=np.random.default_rng(1)), rows=False)
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "How many people changed by how much, and how many would have with no effect."
    alt = plots.describe_distribution_of_change(change)
    _show(lambda: plots.plot_distribution_of_change(change), alt, caption)
    if rows:
        show_table(change.table())


def show_regression_to_mean(ratio: AdjustedRatio, *, rows: bool = True) -> None:
    """Show the ratio observed, the one that no effect would have left, and what remains.

    Parameters
    ----------
    ratio : AdjustedRatio
        From `adjusted_ratio`.
    rows : bool, default True
        False leaves out the table.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import adjusted_ratio, published_spread
    >>> year, known = [365] * 80, published_spread(1.0, 1.0, source="illustrative")
    >>> show_regression_to_mean(
    ...     adjusted_ratio([2, 0, 4, 1] * 20, year, [1, 0, 2, 1] * 20, year, reference=known),
    ...     rows=False)
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "Mark: the ratio; line: its confidence interval."
    alt = plots.describe_regression_to_mean(ratio)
    _show(lambda: plots.plot_regression_to_mean(ratio), alt, caption)
    if rows:
        show_table(ratio.estimates())


def show_literature_grid(grid: LiteratureGrid, *, rows: bool = False) -> None:
    """Show what would remain of a change under other numbers from elsewhere.

    Parameters
    ----------
    grid : LiteratureGrid
        From `literature_grid`.
    rows : bool, default False
        True adds the table, with limits.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import literature_grid
    >>> year = [365] * 80
    >>> show_literature_grid(literature_grid([2, 0, 4, 1] * 20, year, [1, 0, 2, 1] * 20, year,
    ...     offences_per_year=[0.5, 1.0], gamma_shape=[0.8, 1.5]))
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "Observed over expected for each mean and spread of offending."
    alt = plots.describe_literature_grid(grid)
    _show(lambda: plots.plot_literature_grid(grid), alt, caption)
    if rows:
        show_table(grid.table())


def show_balance(balance: Balance, *, rows: bool = True) -> None:
    """Show how far apart two groups are in each covariate, before and after.

    Parameters
    ----------
    balance : Balance
        From `balance_table` or a plan.
    rows : bool, default True
        False leaves out the table.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.comparison.matching import balance_table
    >>> show_balance(balance_table([[1.0], [2.0], [2.0], [3.0], [9.0]], [1, 1, 0, 0, 0],
    ...     [1, 1, 2, 0, 0]), rows=False)
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "Open marks: everybody, before; filled marks: the people compared."
    _show(lambda: plots.plot_balance(balance), plots.describe_balance(balance), caption)
    if rows:
        show_table(balance.to_table())


def show_support(support: Support) -> None:
    """Show where the scores of two groups overlap.

    Parameters
    ----------
    support : Support
        From `common_support` or a plan.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.comparison.matching import common_support
    >>> show_support(common_support([True] * 20 + [False] * 40, [0.4, 0.6] * 10 + [0.3, 0.5] * 20))
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "How likely each person was to have had the programme, by what is known of them."
    _show(lambda: plots.plot_support(support), plots.describe_support(support), caption)


def show_effects(
    effects: Sequence[Effect], labels: Sequence[str], *, chosen: int | None = None
) -> None:
    """Show effects of one measure one below the other.

    Parameters
    ----------
    effects : sequence of Effect
        From `treatment_effect` or `doubly_robust_effect`.
    labels : sequence of str
        One for each.
    chosen : int, optional
        The row that was agreed beforehand: it is marked.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.comparison.effect import treatment_effect
    >>> from dipoutcomes.comparison.weighting import propensity_weights
    >>> design = propensity_weights([True] * 4 + [False] * 4, [0.5] * 8)
    >>> had = [True, False, False, False, True, True, True, False]
    >>> show_effects([treatment_effect(design, had)], ["weights"])
    {'image/png': ..., 'text/plain': ...}
    """
    alt = plots.describe_effects(effects, labels=labels, chosen=chosen)
    _show(
        lambda: plots.plot_effects(effects, labels=labels, chosen=chosen),
        alt,
        "Dot: the estimate; line: its confidence interval.",
    )


def show_tipping_point(point: TippingPoint) -> None:
    """Show what a comparison would say for every outcome of those whose own is not known.

    Parameters
    ----------
    point : TippingPoint
        From `tipping_point`.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.comparison.sensitivity import tipping_point
    >>> show_tipping_point(tipping_point(40, 100, 4, 60, 100, 6))
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "The conclusion for each number with an event among the unknown of either group."
    alt = plots.describe_tipping_point(point)
    _show(lambda: plots.plot_tipping_point(point), alt, caption)


def _show(draw: Callable[[], Any], alt: str, caption: str) -> None:
    show_figure(make_figure(draw, alt, caption))
