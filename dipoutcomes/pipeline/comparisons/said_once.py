"""The caveats of a table once, under it."""

from __future__ import annotations

from dataclasses import replace

from dipoutcomes.results import EstimateTable


def said_once(table: EstimateTable) -> EstimateTable:
    """Return *table* with the caveats of its rows under it, each once and with its row's name."""
    said: dict[str, list[str]] = {}
    for row in table.rows:
        for part in filter(None, row.estimate.caveat.split("; ")):
            said.setdefault(part, []).append(row.label)
    notes = [
        _sentence(part) if len(labels) == len(table) > 1 else f"{_of(labels)}: {part}."
        for part, labels in said.items()
    ]
    rows = tuple(replace(r, estimate=replace(r.estimate, caveat="")) for r in table.rows)
    own = [note[:1].upper() + note[1:] for note in table.notes]
    return replace(table, rows=rows, notes=(*own, *notes))


def _sentence(part: str) -> str:
    """Return what holds of every row."""
    return f"{part[:1].upper()}{part[1:]}."


def _of(labels: list[str]) -> str:
    """Return the rows that a caveat is of, so that where one name ends is plain."""
    if len(labels) == 1:
        return labels[0].capitalize()
    return " and ".join(f"“{label}”" for label in labels)
