"""A built scorecard in the format of published ones, so that the audit can read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dipoutcomes.scorecard.audit import Scorecard
from dipoutcomes.scorecard.audit.parse import scorecard_from

if TYPE_CHECKING:
    from dipoutcomes.protocol.model.section import Section
    from dipoutcomes.scorecard.measures.card import BuiltCard
    from dipoutcomes.scorecard.measures.line import CardLine

_ORDER = ("scorecard", "line", "mean", "claim", "window")


def as_published(card: BuiltCard) -> Scorecard:
    """Return the card as it would be printed: whole percentages, rounded half up, and said so."""
    return scorecard_from(
        {
            "scorecard": {
                "title": card.title,
                "period_from": card.period.first,
                "period_to": card.period.last,
                "rounding": "half_up",
            },
            "line": [_line(card, line) for line in card.lines],
        }
    )


def _line(card: BuiltCard, line: CardLine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": line.id, "label": line.label, "section": line.section, "count": line.count,
        "unit": line.unit,
    }  # fmt: skip
    base = card.base(line)
    if base:
        # In whole numbers: a float of half a percent may lie on either side of it.
        found["percent"] = Decimal((200 * line.count + base) // (2 * base))
    if line.of:
        found |= {"part_of": line.of, "group": line.group, "parts": line.parts}
    if line.people:
        found |= {"people": line.people, "most_per_person": line.most_per_person}
    if line.basis == "sample" and line.of:
        found["sample"] = True
    return found


def to_toml(card: Scorecard) -> str:
    """Return a scorecard as a TOML file that ``parse_scorecard`` reads back as it was.

    Examples
    --------
    >>> from dipoutcomes.scorecard.audit import parse_scorecard, scorecard_from_rows
    >>> card = scorecard_from_rows([{"label": "Referrals", "count": 306}], title="Half year")
    >>> parse_scorecard(to_toml(card)) == card
    True
    """
    parts = ["schema_version = 1"]
    for name in _ORDER:
        value = getattr(card, name)
        many = isinstance(value, tuple)
        for section in value if many else (value,):
            heading = f"[[{name}]]" if many else f"[{name}]"
            parts.append("\n".join([heading, *_keys(section)]))
    return "\n\n".join(parts) + "\n"


def _keys(section: Section) -> Iterator[str]:
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        if value is not None and (field.is_required() or value != field.default):
            yield f"{key} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
