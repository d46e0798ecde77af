"""The section of a write-up with the scorecard of a period, a table a section of the card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dipoutcomes import plots
from dipoutcomes.report import words_scorecard as words
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.report.figures import make_figure
from dipoutcomes.results import EstimateTable, StudyResults, Table

if TYPE_CHECKING:
    from dipoutcomes.report.page import Page

#: A figure of more rows than this is a page of its own, and nobody reads it.
MOST_ROWS = 40


def scorecard(page: Page) -> None:
    """Show the card section by section, then the changes since the last period."""
    results = page.results
    if "scorecard" not in results.facts or "scorecard" not in results.tables:
        return
    show_markdown("## Scorecard\n", words.scorecard(results.facts))
    show_sections(results.tables["scorecard"])
    said = words.change(results.facts)
    if not said:
        return
    show_markdown("### What changed since the last period\n", said)
    shown = _not_withheld(results)
    if shown is not None:
        caption = f"{shown.caption}. Dot: the difference; line: its confidence interval."
        show_figure(
            make_figure(
                lambda: plots.plot_estimates(shown), plots.describe_estimates(shown), caption
            )
        )
    page.tables("scorecard_ratios", "scorecard_changes")


def show_sections(table: Table) -> None:
    """Show the table of a card in its sections, each under its words.

    Parameters
    ----------
    table : Table
        ``BuiltCard.table``, or ``tables["scorecard"]`` of a study's results.

    Returns
    -------
    None
        The cell shows the tables.
    """
    for section, part in sections_of(table):
        show_markdown(f"### {section}\n", words.SECTIONS.get(section, ""))
        show_table(part)
    if table.notes:
        show_markdown("\n".join(f"- {note}" for note in table.notes))


def sections_of(table: Table) -> Iterator[tuple[str, Table]]:
    """Yield each section of a card as a table of its own; columns that are empty in it go."""
    names = dict.fromkeys(str(row["section"]) for row in table.rows)
    for name in names:
        rows = tuple(row for row in table.rows if row["section"] == name)
        columns = tuple(
            column
            for column in table.columns
            if column.key != "section"
            and any(row.get(column.key) not in (None, "") for row in rows)
        )
        yield (
            name,
            replace(
                table, caption=f"{table.caption}: {name}", columns=columns, rows=rows, notes=()
            ),
        )


def _not_withheld(results: StudyResults) -> EstimateTable | None:
    """Return the changes that can be drawn, if there are some and not too many."""
    table = results.estimates.get("scorecard_changes")
    if table is None:
        return None
    rows = tuple(row for row in table.rows if not row.estimate.withheld)
    return replace(table, rows=rows) if 0 < len(rows) <= MOST_ROWS else None
