"""Figures and tables for a notebook of one's own, each with its text alternative.

Outside a notebook the functions print what a notebook would be given, and return nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dipoutcomes import plots
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.report.figures import make_figure
from dipoutcomes.results import EstimateTable

if TYPE_CHECKING:
    from dipoutcomes.intervals import CoverageCurve

__all__ = ["show_coverage", "show_estimates", "show_markdown", "show_methods", "show_table"]


def show_estimates(table: EstimateTable, *, figure: bool = True, rows: bool = True) -> None:
    """Show estimates as a figure, with its text alternative, and as a table.

    Parameters
    ----------
    table : EstimateTable
        Of one measure.
    figure, rows : bool, default True
        False leaves out the figure, or the table.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.outcomes import share_by_size
    >>> show_estimates(share_by_size(0.75, [28, 60]), figure=False)
    <IPython.core.display.HTML object>
    """
    if figure:
        alt = plots.describe_estimates(table)
        show_figure(make_figure(lambda: plots.plot_estimates(table), alt, table.caption))
    if rows:
        show_table(table)


def show_methods(table: EstimateTable, *, rows: bool = True) -> None:
    """Show one share under several methods or frames, as a figure and as a table.

    Parameters
    ----------
    table : EstimateTable
        One row a method or frame, as from `share_by_method`.
    rows : bool, default True
        False leaves out the table.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.outcomes import share_by_method
    >>> show_methods(share_by_method(21, 28))
    {'image/png': ..., 'text/plain': 'Chart of 5 estimates with...'}
    <IPython.core.display.HTML object>
    """
    alt = plots.describe_estimates(table)
    show_figure(make_figure(lambda: plots.plot_methods(table), alt, table.caption))
    if rows:
        show_table(table)


def show_coverage(curves: Sequence[CoverageCurve]) -> None:
    """Show how often the intervals of several methods hold the truth, whatever it is.

    Parameters
    ----------
    curves : sequence of CoverageCurve
        From `coverage_curve`, of one sample, frame and level.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.intervals import coverage_curve
    >>> show_coverage([coverage_curve(28)])
    {'image/png': ..., 'text/plain': 'Line chart of the share of samples of 28...'}
    """
    caption = "How often each method's interval holds the true share, whatever that is."
    alt = plots.describe_coverage(curves)
    show_figure(make_figure(lambda: plots.plot_coverage(curves), alt, caption))
