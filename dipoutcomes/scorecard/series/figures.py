"""The figures of one publication: counts by row, withheld ones among them, and their period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from dipoutcomes.errors import DesignError
from dipoutcomes.scorecard.measures.line import Period

if TYPE_CHECKING:
    from dipoutcomes.results import Table
    from dipoutcomes.scorecard.audit import Scorecard
    from dipoutcomes.scorecard.measures import BuiltCard

#: Rows that count episodes that begin or end in the period, and so have a rate a day.
ENTRIES = ("referrals", "closures")
_SUMS = ("mentions", "outcomes", "interventions")
#: Rows whose counts of two periods that follow one another are not that of both together:
#: stages are counted up to the last day, and a caseload on it.
_NOT_ADDITIVE = ("assessed", "care_plans", "engaged", "modality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as published; a count that was withheld, or is not printed, is None."""

    id: str
    label: str
    section: str
    count: int | None
    unit: str
    of: str = ""
    group: str = ""
    parts: str = ""
    previous: int | None = None

    @property
    def basis(self) -> str:
        """What kind of number it is: "entries", "cases", "stock", "sum" or "sample"."""
        if self.id in ENTRIES:
            return "entries"
        if self.unit in _SUMS:
            return "sum"
        if self.section == "Outcome sample":
            return "sample"
        return "stock" if self.unit == "people" or self.section == "Flow" else "cases"

    @property
    def additive(self) -> bool:
        """Whether counts of periods that follow one another add up to that of both together."""
        stage = self.group in _NOT_ADDITIVE
        return self.basis in {"entries", "cases", "sum"} and not stage


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFigures:
    """The figures of one publication.

    Parameters
    ----------
    name : str
        What the publication is called: its file, or its period.
    period : Period
    previous : Period or None
        Whose counts it prints beside its own.
    rows : dict of str to Row
    """

    name: str
    period: Period
    previous: Period | None = None
    rows: Mapping[str, Row] = field(default_factory=dict)


def figures_of(card: BuiltCard, *, name: str = "") -> CardFigures:
    """Return the figures of a card that was built."""
    return CardFigures(
        name=name or card.period.short,
        period=card.period,
        previous=card.previous,
        rows={
            line.id: Row(
                id=line.id, label=line.label, section=line.section, count=line.count,
                unit=line.unit, of=line.of, group=line.group, parts=line.parts,
                previous=line.previous_count,
            )
            for line in card.lines
        },
    )  # fmt: skip


def figures_from_scorecard(card: Scorecard, *, name: str = "") -> CardFigures:
    """Return the figures of a card in the audit's format.

    Raises
    ------
    DesignError
        If it does not say which days it covers.
    """
    first, last, _ = card.dates
    if first is None or last is None:
        raise DesignError(
            f"the scorecard '{name or card.scorecard.title}' does not say which days it covers; "
            "give period_from and period_to under [scorecard]"
        )
    return CardFigures(
        name=name or Period(first=first, last=last).short,
        period=Period(first=first, last=last),
        rows={
            line.id: Row(
                id=line.id, label=line.label, section=line.section, count=line.count,
                unit=line.unit, of=line.part_of or "", group=line.group,
                parts=(line.parts or "all") if line.part_of else "",
            )
            for line in card.line
        },
    )  # fmt: skip


def figures_from_table(table: Table, facts: Mapping[str, Any], *, name: str = "") -> CardFigures:
    """Return the figures of the table ``scorecard`` of a study's results, of either copy.

    Parameters
    ----------
    table : Table
    facts : mapping
        ``facts["scorecard"]`` of the same results.
    name : str, optional
    """
    return CardFigures(
        name=name or _period(facts, "period").short,
        period=_period(facts, "period"),
        previous=_period(facts, "previous") if facts.get("previous_from") else None,
        rows={
            str(row["id"]): Row(
                id=str(row["id"]), label=str(row["label"]), section=str(row["section"]),
                count=_whole(row.get("count")), unit=str(row["unit"]), of=str(row["of"]),
                group=str(row["group"]), parts=str(row["parts"]),
                previous=_whole(row.get("previous")),
            )
            for row in table.rows
        },
    )  # fmt: skip


def _period(facts: Mapping[str, Any], name: str) -> Period:
    first, last = (date.fromisoformat(str(facts[f"{name}_{end}"])) for end in ("from", "to"))
    return Period(first=first, last=last)


def _whole(cell: Any) -> int | None:
    return int(cell) if isinstance(cell, int | float) else None
