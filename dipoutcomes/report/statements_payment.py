"""What a contract decides, and what must not be read into a decision."""

from __future__ import annotations

from dipoutcomes.results import StudyResults


def can_say(results: StudyResults) -> list[str]:
    """Return the decision on each term of the contract, in one sentence."""
    table = results.tables.get("payment_decisions")
    if table is None:
        return []
    parts = [
        f"“{str(row['term']).removesuffix('.')}”: {row['decision']}"
        for row in table.rows
        if row["decision"]
    ]
    if not parts:
        return []
    return [f"By the contract “{results.facts['payment']['title']}”: {'; '.join(parts)}."]


def cannot_say(results: StudyResults) -> list[str]:
    """Return that a decision is no finding, with how many warnings stand beside it."""
    if not can_say(results):
        return []
    warnings = len(results.facts["payment"]["warnings"])
    beside = ""
    if warnings:
        word = "warning stands" if warnings == 1 else "warnings stand"
        beside = f" {warnings} {word} beside the decisions."
    return [
        "That a term which is met shows an effect, or one which is not met shows none: a bar is "
        f"passed and missed by chance as well.{beside}"
    ]
