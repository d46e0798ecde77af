"""Figures and tables for a notebook of one's own, each with its text alternative.

Outside a notebook the functions print what a notebook would be given, and return nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dipoutcomes import plots
from dipoutcomes._validate import check_choice
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.report.figures import DOTS_PER_INCH, make_figure
from dipoutcomes.results import Curve, EstimateTable

if TYPE_CHECKING:
    from dipoutcomes.intervals import CoverageCurve
    from dipoutcomes.survival.competing_risks import CumulativeIncidence
    from dipoutcomes.survival.recurrent import MeanFunction

__all__ = [
    "figure_file",
    "show_coverage",
    "show_curves",
    "show_estimates",
    "show_incidence",
    "show_markdown",
    "show_mean_functions",
    "show_methods",
    "show_overstatement",
    "show_table",
]


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


def show_curves(
    curves: Curve | Sequence[Curve], *, bands: Curve | Sequence[Curve] = (), cumulative: bool = True
) -> None:
    """Show curves of time to the event over the numbers still followed.

    Parameters
    ----------
    curves : Curve or sequence of Curve
        From `kaplan_meier` or `curves_by_group`, of one measure.
    bands : Curve or sequence of Curve, optional
        From `survival_band`, drawn as dotted lines.
    cumulative : bool, default True
        The share with the event, rising; otherwise the share without it.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> show_curves(kaplan_meier([30, 60, 60, 90, 365], [1, 1, 0, 1, 0]))
    {'image/png': ..., 'text/plain': 'Step chart of the share seen again over time, 1 curve...'}
    """
    drawn, around = _several(curves), _several(bands)
    shade = "Line: the share by each time; shaded: its confidence interval at that time"
    caption = f"{shade}; dotted: a band for the whole curve." if around else f"{shade}."
    alt = plots.describe_curves(drawn, cumulative=cumulative, bands=around)
    show_figure(
        make_figure(
            lambda: plots.plot_curves(drawn, cumulative=cumulative, bands=around), alt, caption
        )
    )


def show_incidence(incidence: CumulativeIncidence) -> None:
    """Show which event came first, the shares stacked over time, and the table at its end.

    Parameters
    ----------
    incidence : CumulativeIncidence
        From `cumulative_incidence`, of one group.

    Returns
    -------
    None
        The cell shows the figure and the table.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> show_incidence(cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0]))
    {'image/png': ..., 'text/plain': 'Stacked areas of what came first over time, 6 people...'}
    <IPython.core.display.HTML object>
    """
    from dipoutcomes.plots import competing_risks

    caption = "Areas: share of people by what came first; they add up to everybody."
    alt = competing_risks.describe_cumulative_incidence(incidence)
    show_figure(
        make_figure(lambda: competing_risks.plot_cumulative_incidence(incidence), alt, caption)
    )
    show_table(incidence.to_table())


def show_overstatement(incidence: CumulativeIncidence, cause: str) -> None:
    """Show the share of one cause beside one minus Kaplan-Meier, which is too high.

    Parameters
    ----------
    incidence : CumulativeIncidence
    cause : str
        Its name.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.survival.competing_risks import cumulative_incidence
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0])
    >>> show_overstatement(found, "cause 1")
    {'image/png': ..., 'text/plain': 'Step chart of the cumulative incidence of cause 1...'}
    """
    from dipoutcomes.plots import competing_risks
    from dipoutcomes.survival.competing_risks import naive_incidence

    right = incidence[cause]
    naive = naive_incidence(incidence)[incidence.causes.index(cause)]
    caption = (
        f"Share of people with {cause} first, and what one minus Kaplan-Meier would say: shaded "
        "areas are confidence intervals."
    )
    alt = competing_risks.describe_overstatement(right, naive)
    show_figure(make_figure(lambda: competing_risks.plot_overstatement(right, naive), alt, caption))


def show_mean_functions(means: MeanFunction | Sequence[MeanFunction]) -> None:
    """Show how many events a person has had by each time, on average.

    Parameters
    ----------
    means : MeanFunction or sequence of MeanFunction
        From `mean_cumulative_function` or `mean_cumulative_functions_by_group`.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import build_histories, mean_cumulative_function
    >>> histories = build_histories([0] * 4, [99] * 4, event_person=[0, 0, 1], event_day=[9, 9, 29])
    >>> show_mean_functions(mean_cumulative_function(histories))
    {'image/png': ..., 'text/plain': 'Step chart of the mean number of events per person...'}
    """
    from dipoutcomes.plots import recurrent

    several = means if isinstance(means, Sequence) else (means,)
    curves = tuple(mean.curve for mean in several)
    caption = "Line: events per person by each time; shaded: its confidence interval."
    alt = recurrent.describe_mean_functions(curves)
    show_figure(make_figure(lambda: recurrent.plot_mean_functions(curves), alt, caption))


def figure_file(draw: Callable[[], Any], alt: str, *, kind: str = "png") -> bytes:
    """Return the bytes of a figure's file, its text alternative inside.

    Parameters
    ----------
    draw : callable
        Returns the Axes of a new figure.
    alt : str
        What the figure shows in words.
    kind : {"png", "svg"}
        A PNG keeps the words as its description, an SVG as its title, which browsers read out.

    Returns
    -------
    bytes
        The same for the same figure: no date and no name of software.

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> curve = kaplan_meier([30, 60, 60, 90, 365], [1, 1, 0, 1, 0])
    >>> file = figure_file(lambda: plots.plot_curves((curve,)), "What it shows.", kind="svg")
    >>> b"<title>What it shows.</title>" in file
    True
    """
    import matplotlib as mpl

    check_choice("kind", kind, ("png", "svg"))
    none = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    buffer = BytesIO()
    # The identifiers within an SVG are random without a salt; the setting ends with the block.
    with mpl.rc_context({"svg.hashsalt": "dipoutcomes"}):
        draw().figure.savefig(
            buffer, format=kind, dpi=DOTS_PER_INCH, facecolor="white",
            metadata={**none, "Description": alt},
        )  # fmt: skip
    content = buffer.getvalue()
    if kind == "png":
        return content
    head, tag, rest = content.decode().partition("<svg ")
    opening, end, inside = rest.partition(">")
    named = f'{head}{tag}role="img" {opening}{end}\n <title>{escape(alt)}</title>{inside}'
    return named.encode()


def _several(given: Curve | Sequence[Curve]) -> tuple[Curve, ...]:
    return (given,) if isinstance(given, Curve) else tuple(given)
