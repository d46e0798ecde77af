"""The section of a write-up with the scorecard of a period, a table a section of the card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dipoutcomes.plots.scorecard_series import (
    describe_changes,
    describe_run_chart,
    plot_changes,
    plot_run_chart,
)
from dipoutcomes.report import words_scorecard as words
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.report.figures import make_figure
from dipoutcomes.results import EstimateTable, Table
from dipoutcomes.scorecard.series import RunChart
from dipoutcomes.scorecard.worked_cases import WorkedCase

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
    show_changes(results.estimates.get("scorecard_changes"))


def show_changes(table: EstimateTable | None) -> None:
    """Show the figure of the changes in share, if there are any to draw and not too many.

    Parameters
    ----------
    table : EstimateTable or None
        ``BuiltCard.changes``, or ``estimates["scorecard_changes"]`` of a study's results.

    Returns
    -------
    None
        The cell shows the figure.
    """
    drawn = 0 if table is None else sum(not row.estimate.withheld for row in table.rows)
    if table is None or not 0 < drawn <= MOST_ROWS:
        return
    caption = (
        f"{table.caption}. Dot: the difference; line: its interval; a cross where that leaves out "
        "0. Numbers a day, caseload, and what several may be of one person are not in it."
    )
    show_figure(make_figure(lambda: plot_changes(table), describe_changes(table), caption))


def show_run_charts(charts: Sequence[RunChart]) -> None:
    """Show run charts of rows of a scorecard, each with its words.

    Parameters
    ----------
    charts : sequence of RunChart
        From ``scorecard.series``.

    Returns
    -------
    None
        The cell shows the figures.
    """
    for chart in charts:
        caption = (
            f"{chart.name}. Bars: what chance allows if nothing changed, each by the other periods."
        )
        show_figure(
            make_figure(
                lambda chart=chart: plot_run_chart(chart),  # type: ignore[misc]
                describe_run_chart(chart),
                caption,
            )
        )


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


def show_cases(cases: Sequence[WorkedCase]) -> None:
    """Show published figures with what they support and what they do not, and their tables.

    Parameters
    ----------
    cases : sequence of WorkedCase
        From ``study.scorecard.worked_cases``.

    Returns
    -------
    None
        The cell shows text and tables.
    """
    for case in cases:
        show_markdown(case.as_markdown)
        if case.table is not None:
            show_table(case.table)


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
