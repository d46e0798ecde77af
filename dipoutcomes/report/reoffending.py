"""The sections of a write-up on time to re-offending; one that does not apply shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipoutcomes.report import words_reoffending as words
from dipoutcomes.report.display import show_markdown

if TYPE_CHECKING:
    from dipoutcomes.report.page import Page


def what_came_first(page: Page) -> None:
    """Show what came first, mean time, groups compared, and those free so far."""
    estimates, tables = page.results.estimates, page.results.tables
    if "incidence_at" in estimates:
        show_markdown("### What came first\n", words.what_came_first(page.results.facts))
        page.figures("incidence")
        page.tables("incidence_at")
        page.figures("overstatement")
        page.tables("overstatement")
    if "time_lost" in estimates or "mean_time_free" in estimates:
        show_markdown("### Time free\n", words.mean_time(page.results))
        page.tables("time_lost", "mean_time_free")
    if "still_free" in estimates:
        show_markdown("### Having stayed free so far\n", words.still_free())
        page.tables("still_free_people", "still_free")
    if "group_test" in tables or "difference_at" in estimates:
        show_markdown("### Groups compared\n", words.first_event_groups(page.results.facts))
        page.tables("group_test", "difference_at", "mean_time_difference")
        page.figures("incidence_by_group")
        page.tables("incidence_by_group", "gray_test")
    _refused(page, "what_came_first", "compared")


def how_often(page: Page) -> None:
    """Show the mean number of events by each time, and groups compared in it."""
    estimates = page.results.estimates
    if "repeated_at" not in estimates:
        return
    show_markdown("## How often again\n", words.how_often(page.results.facts))
    page.figures("repeated")
    page.tables("repeated_at", "repeated_with_custody", "repeated_people")
    if "repeated_compared" in estimates or "recurrent_test" in page.results.tables:
        show_markdown("### Groups compared in how often\n", words.how_often_groups())
        page.tables("recurrent_test", "repeated_compared")
    _refused(page, "how_often")


def _refused(page: Page, *parts: str) -> None:
    refused = page.results.facts.get("cannot_be_had", {})
    lines = [f"- {line}" for part in parts for line in refused.get(part, ())]
    if lines:
        show_markdown(words.cannot_be_had(lines))
