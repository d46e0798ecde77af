"""A scorecard: rows that would give a withheld one back, because they add up or lie in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dipoutcomes._display import WITHHELD, round_half_up
from dipoutcomes.disclosure.counts import is_small, why
from dipoutcomes.results import EstimateTable, StudyResults, Table

NAME = "scorecard"
_CHANGES = ("scorecard_changes", "scorecard_ratios")
#: Of each count the cells that are worked out of it.
_CELLS = {"count": ("count", "share"), "previous": ("previous",)}
_BASES = {"count": "base", "previous": "previous_base"}
_BOTH = ("change", "verdict")
#: The flow of a period: open before + referrals = in contact = closures + caseload.
_OPEN, _STOCK, _FLOW = "open_before", "caseload", "in_contact"


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
    hidden = _hidden(table, results.facts.get(NAME, {}), threshold)
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
    facts = {**protected.facts, NAME: _facts(protected, tables[NAME])}
    return replace(protected, tables=tables, estimates=estimates, facts=facts)


def _facts(protected: StudyResults, table: Table) -> dict[str, Any]:
    """Return the facts with the verdicts counted on the rows that are shown.

    With those of withheld rows a reader would know what became of rows that he is not shown.
    """
    facts = dict(protected.facts.get(NAME, {}))
    if not facts.get("verdicts"):
        return facts
    shown = [row.get("verdict") for row in table.rows]
    facts["verdicts"] = {word: shown.count(word) for word in facts["verdicts"]}
    left_out = 1 - float(protected.facts["confidence_level"])
    expected = sum(facts["verdicts"].values()) * left_out
    facts["by_chance"] = f"{round_half_up(expected)}" if expected >= 1 else "none or one"
    facts["verdicts_of"] = "shown"
    return facts


def _hidden(table: Table, facts: Mapping[str, Any], threshold: int) -> dict[str, set[str]]:
    """Return the rows to be withheld, by the key of their count, both periods judged at once.

    Who was open when a period began is the caseload at the end of the one before it: where the
    periods meet, one number stands in both columns, and is hidden in both or in neither.
    """
    now = {str(row["id"]): row.get("count") for row in table.rows}
    then = {str(row["id"]): row.get("previous") for row in table.rows}
    same = {}
    number = now.get(_OPEN)
    if isinstance(number, int) and number == then.get(_STOCK) and _meet(facts):
        same = {f"{_OPEN}@count": f"{_STOCK}@previous"}
    cells = {cell.id: cell for key in _CELLS for cell in _cells(table, key) if cell.id not in same}
    linked = [cell for cell in _cells(table, "count") if cell.id in same]
    also = [replace(cell, id=same[cell.id]) for cell in linked]
    ids = hidden_rows([*cells.values(), *also], threshold, twice=frozenset(same.values()))
    ids |= {here for here, there in same.items() if there in ids}
    return {
        key: {name.partition("@")[0] for name in ids if name.endswith(f"@{key}")} for key in _CELLS
    }


def _meet(facts: Mapping[str, Any]) -> bool:
    """Return whether the last period ends on the day before the period begins."""
    first, last = facts.get("period_from"), facts.get("previous_to")
    if not first or not last:
        return False
    return (date.fromisoformat(str(first)) - date.fromisoformat(str(last))).days == 1


def hidden_rows(
    cells: Sequence[Cell], threshold: int, *, twice: frozenset[str] = frozenset()
) -> set[str]:
    """Return the ids of the rows that must be withheld.

    A row goes if its count is small, or the rest of what it is a part of, at any remove; if it is
    the only one hidden of a total that is shown, or those hidden of it are few together; if a
    total is hidden that its parts, all shown, would give back. A cell whose id is in *twice*
    stands in two sums (its entry comes once for each); the total goes rather than it.

    Examples
    --------
    >>> hidden_rows([Cell("all", 100, "", "", ""), Cell("a", 3, "all", "g", "all"),
    ...              Cell("b", 37, "all", "g", "all"), Cell("c", 60, "all", "g", "all")], 5) == {
    ...              "a", "b"}
    True
    """
    value = {cell.id: cell.value for cell in cells}
    whole = {cell.id: cell.of for cell in cells if not cell.of.startswith(_FLOW)}
    hidden = {
        cell.id
        for cell in cells
        if is_small(cell.value, threshold)
        or any(is_small(value[of] - cell.value, threshold) for of in _above(cell, whole, value))
        or is_small(_named_besides(cell, cells, value), threshold)
    }
    groups = _groups(cells)
    while True:
        more = set()
        for (total, _), parts in groups.items():
            more |= _second(total, parts, value, hidden, threshold, twice)
        if more <= hidden:
            return hidden
        hidden |= more


def _second(
    total: str,
    parts: Sequence[str],
    value: Mapping[str, int],
    hidden: set[str],
    threshold: int,
    twice: frozenset[str],
) -> set[str]:
    """Return what must go besides, or a reader would have a hidden row by adding up."""
    gone = [name for name in parts if name in hidden]
    shown = sorted(
        (name for name in parts if name not in hidden),
        key=lambda name: (
            name in twice, value[name] == 0, not name.startswith(_OPEN), value[name], name,
        ),
    )  # fmt: skip
    if total not in value or not shown:
        return set()
    if total in hidden:
        return set() if gone else {shown[0]}
    together = sum(value[name] for name in gone)
    if gone and (len(gone) == 1 or is_small(together, threshold)):
        return {total if shown[0] in twice else shown[0]}
    return set()


def _above(cell: Cell, whole: Mapping[str, str], value: Mapping[str, int]) -> Iterator[str]:
    """Yield what a row is a part of, what that is a part of, and so on.

    Of 46 assessed and 44 engaged two went no further, whatever stands, or is withheld, between.
    """
    of = cell.of if not cell.of.startswith(_FLOW) else ""
    while of in value:
        yield of
        of = whole.get(of, "")


def _groups(cells: Iterable[Cell]) -> dict[tuple[str, str], list[str]]:
    """Return the parts that add up, by the total's id and the name of the group."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cell in cells:
        if cell.parts == "all" and cell.of:
            found[cell.of, cell.group].append(cell.id)
    return dict(found)


def _named_besides(cell: Cell, cells: Sequence[Cell], value: Mapping[str, int]) -> int | None:
    """Return how often a drug is mentioned besides as the primary one; of any drug for the total.

    None for a row that counts no mentions, or where the primary drug is not counted.
    """
    name = cell.id.partition("@")[0]
    if name == "mentions":
        parts = [c for c in cells if c.id.startswith("mention-") and c.of == cell.id]
        primary = [value.get(c.id.replace("mention-", "drug-", 1)) for c in parts]
        found = [count for count in primary if count is not None]
        return None if len(found) < len(parts) else cell.value - sum(found)
    if not name.startswith("mention-"):
        return None
    count = value.get(cell.id.replace("mention-", "drug-", 1))
    return None if count is None else cell.value - count


def _cells(table: Table, key: str) -> list[Cell]:
    def name(row_id: Any) -> str:
        return f"{row_id}@{key}" if row_id else ""

    return [
        Cell(name(row["id"]), row[key], name(row["of"]), str(row["group"]), str(row["parts"]))
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
