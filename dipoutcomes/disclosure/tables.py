"""Other tables: small counts, what they are part of, sums and running losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dipoutcomes._display import WITHHELD
from dipoutcomes.disclosure.counts import is_small, scrub
from dipoutcomes.results import Column, Table

JUDGED = {"persons", "events"}  # kinds of column whose counts may point to a person
_KEPT = {"label", "text", "date"}


def protect_table(table: Table, threshold: int) -> Table:
    """Return *table* with small counts withheld, and what would give them back."""
    judged = [c for c in table.columns if c.kind in JUDGED and not c.running]
    running = [c for c in table.columns if c.running]
    rows = [dict(row) for row in table.rows]
    if running and judged:
        rows = _merge_small_losses(rows, judged[0].key, threshold)
    for row in rows:
        if any(cell_is_small(row, c, threshold) for c in judged):
            _withhold_row(row, table, judged, threshold)
    for column in running:
        _hide_small_falls(rows, column.key, threshold)
    if table.adds_up:
        for column in judged:
            _hide_a_second(rows, column.key, table)
    return replace(
        table, rows=tuple(rows), notes=tuple(scrub(note, threshold) for note in table.notes)
    )


def _withhold_row(row: dict[str, Any], table: Table, judged: list[Column], threshold: int) -> None:
    """Withhold every number of a row but the totals that its small counts are part of."""
    small = {c.key for c in judged if cell_is_small(row, c, threshold)}
    kept = {c.out_of for c in judged} - {""} - small
    for column in table.columns:
        if column.kind not in _KEPT and not column.running and column.key not in kept:
            row[column.key] = WITHHELD


def _merge_small_losses(
    rows: list[dict[str, Any]], key: str, threshold: int
) -> list[dict[str, Any]]:
    """Join a small loss of a flow with its neighbours, up to the next row that names who remains.

    The reasons stay; what remains in between goes. A stretch whose losses are small even together
    is left as it is, to be withheld.
    """
    merged: list[dict[str, Any]] = []
    for row in rows:
        last = merged[-1] if merged else None
        joins = (
            last is not None
            and isinstance(row.get(key), int)
            and isinstance(last.get(key), int)
            and row[key] > 0
            and last[key] > 0
            and (is_small(last[key], threshold) or is_small(row[key], threshold))
        )
        if joins and last is not None:
            says = f"{last['says']}; or {row['says']}"
            merged[-1] = row | {key: last[key] + row[key], "says": says}
        elif row.get(key) != 0:  # a step that lost nobody would part two that must be joined
            merged.append(row)
    return merged


def cell_is_small(row: Mapping[str, Any], column: Column, threshold: int) -> bool:
    """Return whether a count, or the rest of the total it is part of, is small."""
    value = row.get(column.key)
    if not isinstance(value, int | float):
        return False
    if is_small(value, threshold):
        return True
    total = row.get(column.out_of) if column.out_of else None
    return isinstance(total, int | float) and is_small(total - value, threshold)


def _hide_small_falls(rows: list[dict[str, Any]], key: str, threshold: int) -> None:
    """Withhold a running count that a reader could subtract from the last one shown."""
    shown: float | None = None
    for row in rows:
        value = row.get(key)
        if not isinstance(value, int | float):
            continue
        fall = 0.0 if shown is None else abs(shown - value)
        if is_small(value, threshold) or is_small(fall, threshold):
            row[key] = WITHHELD
        else:
            shown = value


def _hide_a_second(rows: list[dict[str, Any]], key: str, table: Table) -> None:
    """Where one part of a sum is withheld, withhold the next smallest, or it comes back."""
    parts = rows[:-1]
    hidden = [row for row in parts if row.get(key) == WITHHELD]
    shown = [row for row in parts if isinstance(row.get(key), int | float)]
    if len(hidden) == 1 and shown:
        second = min(shown, key=lambda row: (row[key] == 0, row[key]))
        for column in table.columns:
            if column.kind not in _KEPT:  # a rate and its base would give the count back
                second[column.key] = WITHHELD
