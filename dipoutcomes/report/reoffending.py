"""The sections of a write-up on time to re-offending; one that does not apply shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipoutcomes.report import words_reoffending as words
from dipoutcomes.report.display import show_markdown

if TYPE_CHECKING:
    from dipoutcomes.report.page import Page


def what_came_first(page: Page) -> None:
    """Show what came first, mean time, groups compared, and those free so far."""
    estimates = page.results.estimates
    if "incidence_at" in estimates:
        show_markdown("### What came first\n", words.what_came_first(page.results.facts))
        if all(curve.withheld for curve in page.results.curves.get("incidence", ())):
            show_markdown(words.figure_withheld())
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
    compared = page.results.facts.get("first_event", {}).get("compare", "none") != "none"
    if not compared and "incidence_by_group" in estimates:
        show_markdown("### What came first, in each group\n", words.gray())
        page.figures("incidence_by_group")
        page.tables("incidence_by_group", "gray_test")
    if compared:
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
    if page.results.copy == "release" and "repeated_people" not in page.results.tables:
        show_markdown(words.people_withheld())
    if "repeated_compared" in estimates or "recurrent_test" in page.results.tables:
        show_markdown("### Groups compared in how often\n", words.how_often_groups())
        page.tables("recurrent_test", "repeated_compared")
    _refused(page, "how_often")


def who_sooner(page: Page) -> None:
    """Show hazard ratios, whether they are constant, and those of the share with the event."""
    facts = page.results.facts
    if "regression" not in facts:
        return
    show_markdown("## For whom sooner\n", words.who_sooner(facts))
    page.figures("hazard_ratios")
    page.tables("regression_people", "hazard_ratios")
    if "proportional_hazards" in page.results.tables:
        show_markdown("### Is each ratio the same throughout?\n", words.constant_ratios())
        page.tables("proportional_hazards")
    if "fine_gray" in page.results.estimates:
        show_markdown("### Other events in place\n", words.fine_gray())
        page.tables("fine_gray")
    _refused(page, "who_sooner")


def landmark(page: Page) -> None:
    """Show those who stayed and those who left, compared from a landmark."""
    facts = page.results.facts
    if "landmark" not in facts:
        return
    show_markdown("## Those who stayed and those who left\n", words.landmark(facts))
    page.tables("landmark_people")
    page.figures("landmark")
    page.tables("landmark_at", "landmark_differences", "landmark_test")
    _refused(page, "landmark")


def desistance(page: Page) -> None:
    """Show the share who may never have the event, by two tails, with the follow-up."""
    facts = page.results.facts
    if "desistance" not in facts:
        return
    show_markdown("## For whom never\n", words.desistance(facts))
    page.figures("tails")
    page.tables("cured_shares", "cure_fits", "desistance_follow_up")
    hidden = "desistance_follow_up" not in page.results.tables
    if hidden and "cured_shares" in page.results.estimates:
        show_markdown(words.follow_up_withheld())
    _refused(page, "desistance")


def _refused(page: Page, *parts: str) -> None:
    refused = page.results.facts.get("cannot_be_had", {})
    lines = [f"- {line}" for part in parts for line in refused.get(part, ())]
    if lines:
        show_markdown(words.cannot_be_had(lines))
