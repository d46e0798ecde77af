"""The sections of a write-up on what a result is compared with; each only if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipoutcomes.report import words_comparisons as words
from dipoutcomes.report import words_reoffending
from dipoutcomes.report.display import show_markdown

if TYPE_CHECKING:
    from dipoutcomes.report.page import Page


def regression_to_mean(page: Page) -> None:
    """Show how much of a fall would have come with no effect, and what is left."""
    facts = page.results.facts
    if "regression_to_mean" not in facts:
        return
    heading = "## How much of the change would have come anyway\n"
    if "regression_to_mean" in page.results.estimates:
        show_markdown(heading, words.regression_to_mean(facts))
    else:
        show_markdown(heading, words.regression_to_mean_unknown(facts))
    page.figures("regression_to_mean")
    page.tables("regression_to_mean")
    if "regression_grid" in page.results.tables:
        show_markdown("### Had the two numbers been others\n", words.adjusted_sources(grid=True))
        page.tables("regression_grid")
    if "distribution_of_change" in page.results.tables:
        show_markdown("### Who changed, and who would have anyway\n", words.who_changed())
        page.figures("distribution_of_change")
        page.tables("distribution_of_change")
    if "before_after_models" in page.results.estimates:
        show_markdown("### The same change by other models\n", words.other_models())
        page.figures("before_after_models")
        page.tables("before_after_models")
    if "earlier_window" in page.results.estimates:
        show_markdown("### An earlier period as the baseline\n", words.earlier(facts))
        page.tables("earlier_window")
    _refused(page, "regression_to_mean")


def other_people(page: Page) -> None:
    """Show the programme's people against others made comparable."""
    facts = page.results.facts
    if "other_people" not in facts:
        _refused(page, "other_people", heading="## Compared with other people\n")
        return
    show_markdown("## Compared with other people\n", words.other_people(facts))
    page.tables("target_trial", "comparison_people")
    show_markdown("### Are the groups alike?\n", words.balance(facts))
    page.figures("balance")
    # The working copy has the means too; the release copy the differences alone.
    page.tables("balance_means" if "balance_means" in page.results.tables else "balance")
    if "effects" in page.results.estimates:
        show_markdown("### What differs afterwards\n", words.effects())
        page.figures("effects")
        page.tables("effects", "effects_on_counts")
    if "family_of_outcomes" in page.results.tables:
        show_markdown("### Several outcomes, one comparison\n", words.family())
        page.tables("family_of_outcomes")
    if "negative_control" in page.results.estimates:
        show_markdown("### A period that cannot differ\n", words.negative_control(facts))
        page.tables("negative_control")
    if {"e_values", "tipping"} & page.results.tables.keys():
        show_markdown("### What would change the conclusion\n", words.fragile())
        page.tables("e_values", "tipping")
    _refused(page, "other_people")
    data_lab(page)


def areas(page: Page) -> None:
    """Show intensive areas against others."""
    if not page.results.facts.get("areas"):
        _refused(page, "areas", heading="## Areas compared\n")
        return
    show_markdown("## Areas compared\n", words.areas(page.results.facts))
    page.tables("areas_compared", "areas_changes")
    if "areas_pooled" in page.results.estimates:
        show_markdown("### Each area by itself\n", words.areas_apart())
        page.tables("areas_pooled", "areas_funnel")
    _refused(page, "areas")


def benchmark(page: Page) -> None:
    """Show the result beside published rates."""
    if not page.results.facts.get("benchmarks"):
        _refused(page, "benchmark", heading="## Beside a published rate\n")
        return
    show_markdown("## Beside a published rate\n", words.benchmark(page.results.facts))
    page.tables("benchmarks", "benchmark_definitions")
    _refused(page, "benchmark")


def definitions(page: Page) -> None:
    """Show the same people under each definition of reoffending."""
    if "definitions_side_by_side" in page.results.tables:
        show_markdown("## Under other definitions\n", words.definitions())
        page.tables("definitions_side_by_side")
        return
    _refused(page, "definitions", heading="## Under other definitions\n")


def design(page: Page) -> None:
    """Show what each comparison can show by its design."""
    if "design_grades" in page.results.tables:
        show_markdown("## What these designs can show\n", words.design())
        page.tables("design_grades")


def data_lab(page: Page) -> None:
    """Show the comparison in the form of the Justice Data Lab."""
    tables = page.results.tables
    named = [name for name in tables if name.startswith("data_lab_table_")]
    if named:
        show_markdown("### In the form of the Justice Data Lab\n", words.data_lab())
        page.tables(*named, "data_lab_flow", "data_lab_sentences")
    _refused(page, "data_lab")


def _refused(page: Page, *parts: str, heading: str = "") -> None:
    """Show what these data cannot give, under a heading where there is none yet."""
    refused = page.results.facts.get("cannot_be_had", {})
    lines = [f"- {line}" for part in parts for line in refused.get(part, ())]
    if lines:
        show_markdown(heading, words_reoffending.cannot_be_had(lines))
