"""A scorecard: rows that would give a withheld one back, because they add up or lie in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dipoutcomes._display import WITHHELD
from dipoutcomes.disclosure.counts import is_small, why
from dipoutcomes.results import EstimateTable, StudyResults, Table

NAME = "scorecard"
_CHANGES = ("scorecard_changes", "scorecard_ratios")
#: Of each count the cells that are worked out of it.
_CELLS = {"count": ("count", "share"), "previous": ("previous",)}
_BASES = {"count": "base", "previous": "previous_base"}
_BOTH = ("change", "verdict")


@dataclass(frozen=True, slots=True)
class Cell:
    """One row: its count and how it hangs on others."""

    id: str
    value: int
    of: str
    group: str
    parts: str


def protect_scorecard(
    results: StudyResults, protected: StudyResults, threshold: int
) -> StudyResults:
    """Return *protected* with the rows of the scorecard withheld that would give others back.

    Parameters
    ----------
    results : StudyResults
        The working copy: what adds up to what is judged by its counts.
    protected : StudyResults
        The copy so far, small counts taken out row by row.
    threshold : int
    """
    table = results.tables.get(NAME)
    if table is None or NAME not in protected.tables:
        return protected
    hidden = {key: hidden_rows(_cells(table, key), threshold) for key in _CELLS}
    hidden["count"] |= _outcome(results, protected)
    for key, ids in hidden.items():  # rows that went whole, for a count of the other period
        ids |= {str(r["id"]) for r in protected.tables[NAME].rows if r.get(key) == WITHHELD}
    tables = dict(protected.tables)
    tables[NAME] = _without(tables[NAME], hidden)
    estimates = dict(protected.estimates)
    gone = {
        (str(row["section"]), str(row["label"]))
        for row in table.rows
        if {row["id"], row["of"]} & (hidden["count"] | hidden["previous"])
    }
    for name in _CHANGES:
        if name in estimates:
            estimates[name] = _rows_gone(estimates[name], gone, threshold)
    return replace(protected, tables=tables, estimates=estimates)


def hidden_rows(cells: Sequence[Cell], threshold: int) -> set[str]:
    """Return the ids of the rows of one period that must be withheld.

    A row goes if its count is small, or the rest of what it is a part of; if it is the only one
    hidden of a total that is shown, or those hidden of it are few together; if a total is hidden
    that its parts, all shown, would give back.

    Examples
    --------
    >>> hidden_rows([Cell("all", 100, "", "", ""), Cell("a", 3, "all", "g", "all"),
    ...              Cell("b", 37, "all", "g", "all"), Cell("c", 60, "all", "g", "all")], 5) == {
    ...              "a", "b"}
    True
    """
    value = {cell.id: cell.value for cell in cells}
    hidden = {
        cell.id
        for cell in cells
        if is_small(cell.value, threshold)
        or (cell.of in value and is_small(value[cell.of] - cell.value, threshold))
        or is_small(_named_besides(cell, value), threshold)
    }
    whole = _groups(cells)
    while True:
        more = set()
        for (total, _), parts in whole.items():
            more |= _second(total, parts, value, hidden, threshold)
        if more <= hidden:
            return hidden
        hidden |= more


def _second(
    total: str, parts: Sequence[str], value: Mapping[str, int], hidden: set[str], threshold: int
) -> set[str]:
    """Return what must go besides, or a reader would have a hidden row by adding up."""
    gone = [name for name in parts if name in hidden]
    shown = sorted(
        (name for name in parts if name not in hidden),
        key=lambda name: (value[name] == 0, value[name], name),
    )
    if total not in value or not shown:
        return set()
    if total in hidden:
        return set() if gone else {shown[0]}
    together = sum(value[name] for name in gone)
    if gone and (len(gone) == 1 or is_small(together, threshold)):
        return {shown[0]}
    return set()


def _groups(cells: Iterable[Cell]) -> dict[tuple[str, str], list[str]]:
    """Return the parts that add up, by the total's id and the name of the group."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cell in cells:
        if cell.parts == "all" and cell.of:
            found[cell.of, cell.group].append(cell.id)
    return dict(found)


def _named_besides(cell: Cell, value: Mapping[str, int]) -> int | None:
    """Return how many have a drug besides their primary one: its mentions less the primary."""
    if not cell.id.startswith("mention-"):
        return None
    primary = value.get(cell.id.replace("mention-", "drug-", 1))
    return None if primary is None else cell.value - primary


def _cells(table: Table, key: str) -> list[Cell]:
    return [
        Cell(str(row["id"]), row[key], str(row["of"]), str(row["group"]), str(row["parts"]))
        for row in table.rows
        if isinstance(row.get(key), int)
    ]


def _outcome(results: StudyResults, protected: StudyResults) -> set[str]:
    """Return the rows on the sample where the table of shares withholds them."""
    window = dict(results.facts.get(NAME, {})).get("outcome_window", "")
    shares = protected.estimates.get("shares_by_window")
    if not window or shares is None:
        return set()
    gone = any(row.label == window and row.estimate.withheld for row in shares.rows)
    return {"outcome-people", "outcome-without"} if gone else set()


def _without(table: Table, hidden: Mapping[str, set[str]]) -> Table:
    rows = []
    for row in table.rows:
        kept = dict(row)
        for key, ids in hidden.items():
            if row["id"] in ids:
                _blank(kept, (*_CELLS[key], *_BOTH))
            if row["of"] in ids:
                _blank(kept, (_BASES[key], *_BOTH, *(("share",) if key == "count" else ())))
        rows.append(kept)
    return replace(table, rows=tuple(rows))


def _blank(row: dict[str, Any], keys: Iterable[str]) -> None:
    """Withhold cells that say something; what has no base has none to withhold."""
    for key in keys:
        if row.get(key) not in (None, ""):
            row[key] = WITHHELD


def _rows_gone(table: EstimateTable, gone: set[tuple[str, str]], threshold: int) -> EstimateTable:
    rows = [
        replace(row, estimate=row.estimate.withhold(why(threshold)))
        if (row.group, row.label) in gone
        else row
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))
