"""Comparisons: what one of their tables would give back of another, or of its own counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dipoutcomes._display import WITHHELD, round_half_up
from dipoutcomes.disclosure.counts import is_small, why
from dipoutcomes.results import EstimateTable, StudyResults, Table

#: Tables of figures worked out of an estimate's counts, and the estimates that they rest on.
_RESTS_ON = {
    "regression_grid": ("regression_to_mean",),
    "distribution_of_change": ("regression_to_mean",),
    "e_values": ("effects_on_counts",),
    "family_of_outcomes": ("effects", "effects_on_counts"),
    "areas_changes": ("areas_compared",),
}
#: Their rows are parts of one whole, so that one that is hidden takes the others along.
_ONE_WHOLE = frozenset({"distribution_of_change", "areas_changes"})
#: Of two definitions the first counts some of what the second counts: column, part, whole.
_PART_OF = (
    ("with_event", "conviction", "proven reoffending"),
    ("events", "conviction", "proven reoffending"),
    ("events", "reconviction event", "conviction"),
)


def protect_comparisons(results: StudyResults, threshold: int) -> StudyResults:
    """Return results whose tables of comparisons give no withheld count back."""
    tables = dict(results.tables)
    for name, sources in _RESTS_ON.items():
        if name in tables and any(_any_withheld(results.estimates.get(s)) for s in sources):
            tables[name] = _blank(tables[name], threshold)
    for name in _ONE_WHOLE & tables.keys():
        if any(WITHHELD in row.values() for row in tables[name].rows):
            tables[name] = _blank(tables[name], threshold)
    if "balance" in tables:
        tables["balance"] = _balance(tables["balance"])
    if "definitions_side_by_side" in tables:
        tables["definitions_side_by_side"] = _definitions(
            tables["definitions_side_by_side"], threshold
        )
    return replace(results, tables=tables)


def _any_withheld(table: EstimateTable | None) -> bool:
    return table is not None and any(row.estimate.withheld for row in table.rows)


def _blank(table: Table, threshold: int) -> Table:
    """Return *table* with its labels alone; its notes may hold numbers, and go too."""
    rows = _hidden(table, lambda _: True, keep=())
    return replace(table, rows=rows, notes=(f"The table {why(threshold)}.",))


def _hidden(
    table: Table, wanted: Callable[[Mapping[str, Any]], bool], *, keep: tuple[str, ...]
) -> tuple[Mapping[str, Any], ...]:
    kept = {column.key for column in table.columns if column.kind == "label"} | set(keep)
    return tuple(
        {key: cell if key in kept else WITHHELD for key, cell in row.items()}
        if wanted(row)
        else dict(row)
        for row in table.rows
    )


def _balance(table: Table) -> Table:
    """Return balance with the levels of a covariate together, in whole percent.

    With the number of people, the exact difference of a level could be turned into its counts.
    """

    def covariate(row: Mapping[str, Any]) -> str:
        return str(row["covariate"]).partition(":")[0]

    gone = {covariate(row) for row in table.rows if WITHHELD in row.values()}
    rows = _hidden(table, lambda row: covariate(row) in gone, keep=())
    return replace(
        table,
        rows=tuple({k: _coarse(cell) for k, cell in r.items()} for r in rows),
        notes=(*table.notes, "Rounded to whole per cent here; judged before."),
    )


def _coarse(cell: Any) -> Any:
    return float(round_half_up(cell, 2)) if isinstance(cell, float) else cell


def _definitions(table: Table, threshold: int) -> Table:
    """Return definitions without those that differ by a few from one that counts part of them."""
    rows = {str(row["definition"]): row for row in table.rows}
    gone = set()
    for column, part, whole in _PART_OF:
        counts = [rows[name].get(column) if name in rows else None for name in (part, whole)]
        if all(isinstance(count, int | float) for count in counts) and is_small(
            abs(float(counts[0]) - float(counts[1])), threshold  # type: ignore[arg-type]
        ):  # fmt: skip
            # Convictions stand in both pairs: the other of each goes.
            gone.add(whole if part == "conviction" else part)
    return replace(
        table, rows=_hidden(table, lambda row: row["definition"] in gone, keep=("people",))
    )
