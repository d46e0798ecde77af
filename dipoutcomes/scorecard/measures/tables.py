"""The tables of a scorecard: every row with its numerator, denominator, unit and change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Column, EstimateRow, EstimateTable, Table
from dipoutcomes.scorecard.measures.change import says
from dipoutcomes.scorecard.measures.line import CardLine, Period

if TYPE_CHECKING:
    from dipoutcomes.scorecard.measures.card import BuiltCard


def card_table(card: BuiltCard) -> Table:
    """Return the whole card, a row a line.

    Beside what is printed each row holds ``id``, ``of``, ``group`` and ``parts``, by which
    disclosure control knows what adds up to what.
    """
    columns = [
        Column(key="section", heading="Section", kind="text"),
        Column(key="label", heading="Row", kind="label"),
        Column(key="count", heading="Number", kind="persons", out_of="base"),
        Column(key="base", heading="Of", kind="persons"),
        Column(key="unit", heading="Unit", kind="text"),
        Column(key="share", heading="Share", kind="share", decimals=0),
    ]
    if card.previous is not None:
        columns += [
            Column(key="previous", heading="Last period", kind="persons", out_of="previous_base"),
            Column(key="previous_base", heading="Of, then", kind="persons"),
            Column(key="change", heading=f"Change ({_level(card)} interval)", kind="number"),
            Column(key="verdict", heading="Judged", kind="number"),
        ]
    return Table(
        name="scorecard",
        caption=f"Scorecard, {card.period}",
        columns=tuple(columns),
        rows=tuple(_row(card, line) for line in card.lines),
        notes=(*card.notes, *((MANY,) if card.previous is not None else ())),
    )


def _row(card: BuiltCard, line: CardLine) -> dict[str, Any]:
    before = card[line.of].previous_count if line.of and line.percent else None
    return {
        "section": line.section, "label": line.label, "count": line.count,
        "base": card.base(line), "unit": line.unit, "share": card.share(line),
        "previous": line.previous_count, "previous_base": before,
        "change": says(line.change), "verdict": "" if line.change is None else line.change.verdict,
        "id": line.id, "of": line.of, "group": line.group, "parts": line.parts,
    }  # fmt: skip


def changes_table(card: BuiltCard, quantity: str) -> EstimateTable:
    """Return the changes that are of one kind: "difference" of shares, or "ratio" of numbers."""
    measure = "change in share" if quantity == "difference" else "ratio of numbers a day"
    rows = [
        EstimateRow(
            label=line.label,
            group=line.section,
            estimate=replace(line.change.estimate, measure=measure),
        )
        for line in card.lines
        if line.change is not None
        and line.change.estimate is not None
        and line.change.estimate.quantity == quantity
    ]
    what = "Difference of shares" if quantity == "difference" else "Ratio of numbers a day"
    since = f", {card.period} against {card.previous}" if card.previous is not None else ""
    return EstimateTable(
        name="scorecard_changes" if quantity == "difference" else "scorecard_ratios",
        caption=f"{what} between two periods{since}, with {_level(card)} confidence intervals",
        rows=tuple(rows),
        notes=(MANY,) if len(rows) > 1 else (),
        heading="Row",
        group_heading="Section",
    )


MANY = (
    "Each row is judged by itself: of twenty rows that did not change, about one is called higher "
    "or lower at a level of 95%."
)


def plain_row(card: BuiltCard, line: CardLine) -> dict[str, Any]:
    """Return one line of the card as plain values."""
    change = None if line.change is None else line.change.estimate
    return {
        "id": line.id, "section": line.section, "label": line.label, "count": line.count,
        "unit": line.unit, "of": line.of, "base": card.base(line), "share": card.share(line),
        "period_from": card.period.first.isoformat(), "period_to": card.period.last.isoformat(),
        "group": line.group, "parts": line.parts,
        "previous_count": line.previous_count,
        "change": None if change is None else change.value,
        "change_low": None if change is None else change.interval.low,
        "change_high": None if change is None else change.interval.high,
        "change_is": "" if change is None else change.quantity,
        "verdict": "" if line.change is None else line.change.verdict,
    }  # fmt: skip


def plain_period(period: Period) -> dict[str, str]:
    """Return a period as plain values."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _level(card: BuiltCard) -> str:
    return _display.level(card.confidence_level)
