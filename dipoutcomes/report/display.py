"""What a notebook's cell shows: Markdown, tables, and figures that carry their text alternative."""

from __future__ import annotations

from html import escape

from dipoutcomes.report.figures import Figure
from dipoutcomes.results import EstimateTable, Table


def show_markdown(*parts: str) -> None:
    """Show Markdown, the parts on lines of their own.

    Parameters
    ----------
    *parts : str
        Lines; a paragraph ends with an empty one.

    Returns
    -------
    None
        The cell shows the text.

    Examples
    --------
    >>> show_markdown("## Who is in the study", "210 people.")
    <IPython.core.display.Markdown object>
    """
    from IPython.display import Markdown, display

    display(Markdown("\n".join(parts)))  # type: ignore[no-untyped-call]


def show_table(table: EstimateTable | Table) -> None:
    """Show a table with its caption and notes.

    Parameters
    ----------
    table : EstimateTable or Table

    Returns
    -------
    None
        The cell shows the table.

    Examples
    --------
    >>> from dipoutcomes.outcomes import share_by_method
    >>> show_table(share_by_method(21, 28))
    <IPython.core.display.HTML object>
    """
    from IPython.display import HTML, display

    display(HTML(table._repr_html_()))  # type: ignore[no-untyped-call]


def show_figure(figure: Figure) -> None:
    """Show a figure; what it shows in words goes with it, for those who do not see it."""
    from IPython.display import display

    details = {
        "alt": figure.alt,
        "caption": figure.caption,
        "width_percent": figure.width_percent,
    }
    display(  # type: ignore[no-untyped-call]
        {"image/png": figure.png, "text/plain": escape(figure.alt)},
        raw=True,
        metadata={"image/png": details},
    )
