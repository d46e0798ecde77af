"""The section of a write-up on what a contract pays for the people of the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipoutcomes.report.display import show_markdown

if TYPE_CHECKING:
    from dipoutcomes.report.page import Page

_HEADING = "## What the contract pays\n"
_METHOD = (
    "Each measure is counted in this study's own windows, among people found on police records and "
    "seen to the end of the window. Decisions and money are worked out in exact fractions, and "
    "each amount is rounded once, as the contract says."
)
_RELEASED = (
    "This copy says what each term of the contract decides. Counts, reductions and amounts are in "
    "the working copy: beside the other tables they could be taken from one another."
)


def what_is_paid(page: Page) -> None:
    """Show what each term decides; with counts, money and arithmetic where the copy has them."""
    results = page.results
    facts = results.facts.get("payment")
    if not facts:
        return
    lines = [f"- {text[:1].upper()}{text[1:]}" for text in facts["warnings"]]
    caution = [facts["caution"], ""] if facts["caution"] else []
    whole = "payment_terms" in results.tables
    show_markdown(
        _HEADING,
        f"{facts['title']}. {_METHOD}",
        "",
        *caution,
        *([] if whole else [_RELEASED, ""]),
        *lines,
    )
    if not whole:
        page.tables("payment_decisions")
        return
    claims = [name for name in results.tables if name.startswith("payment_claims_")]
    page.tables("payment_terms", "payment_measures", *claims, "payment_steps")
